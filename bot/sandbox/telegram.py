"""A local stand-in of the Telegram Bot API, and of the technicians' phones behind it.

What it refuses, the real one refuses, in the same words (`telegram_rules`); tests hold it against the published API
description. The program under test reaches it with python-telegram-bot, by base URL alone.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from bot.ports import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Fault, Faults, MayFail
from bot.sandbox.listener import Listener
from bot.sandbox.telegram_api import Call, Refused, TelegramApi
from bot.sandbox.telegram_chats import (
    Press,
    TelegramChat,
    TelegramChats,
    TelegramMessage,
    TelegramUser,
    spoken_entities,
)
from bot.sandbox.telegram_flood import FloodGate, FloodLimits
from bot.sandbox.telegram_rules import Json, TelegramRefusal
from bot.sandbox.telegram_server import TelegramChange, TelegramServer
from bot.sandbox.telegram_updates import UpdateQueue

__all__ = ["FloodLimits", "Press", "TelegramChange", "TelegramMessage", "TelegramStandIn", "TelegramUser"]

V = TypeVar("V")


class TelegramStandIn(MayFail):
    """Telegram, for one bot, one desk and the people around it.

    `users` are members of the desk; `started` are those who wrote to the bot in private, the only ones it may write to
    there. `topics` makes the desk a forum. It keeps all it knows over `stop()` and `start()`.
    """

    def __init__(
        self,
        *,
        token: str,
        desk_chat_id: int,
        users: Sequence[TelegramUser],
        clock: Clock,
        started: Collection[int] = (),
        topics: Collection[int] | None = None,
        flood: FloodLimits | None = FloodLimits(),  # noqa: B008 - frozen
        desk_title: str = "Permanence",
        bot_username: str = "permanence_bot",
    ) -> None:
        self.token = token
        self.desk_chat_id = desk_chat_id
        self.faults = Faults()
        bot = TelegramUser(int(token.partition(":")[0]), "Permanence", username=bot_username, is_bot=True)
        desk = TelegramChat(desk_chat_id, desk_title, members={bot.id: bot}, topics=set(topics) if topics else None)
        chats = TelegramChats(desk, users, started)
        self._server = TelegramServer(bot, chats, UpdateQueue(clock), clock)
        self._gate = FloodGate(flood)
        self._api = TelegramApi(self._server, token=token, faults=self.faults, gate=self._gate)
        self._listener = Listener(self._api.application)

    # The server

    @property
    def base_url(self) -> str:
        """Give python-telegram-bot `f"{base_url}/bot"`, and `f"{base_url}/file/bot"` for files."""
        return self._listener.base_url

    async def start(self, port: int = 0) -> None:
        """Listen; 0 takes the port of the last start, or any free one."""
        self._server.updates.open()
        await self._listener.start(port)

    async def stop(self) -> None:
        self._server.updates.close()
        await self._listener.stop()

    # The technicians' phones

    async def say(
        self,
        user_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        chat_id: int | None = None,
        thread_id: int | None = None,
    ) -> int:
        """Someone writes, in the desk unless told otherwise. Returns the id of the update.

        Writing in private (`chat_id=user_id`) lets the bot write there from then on.
        """
        chat, user = self._chat_of(user_id, chat_id)
        if chat.is_private:
            chat.is_open = True
        message = chat.add(
            user,
            self._server.clock.now(),
            text=text,
            entities=spoken_entities(text),
            reply_to=reply_to,
            thread_id=thread_id,
        )
        return self._hear("message", chat, message)

    async def edit(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> int:
        """Someone changes what they wrote. Returns the id of the update."""
        chat, _ = self._chat_of(user_id, chat_id)
        message = chat.messages[message_id]
        message.text, message.entities = text, spoken_entities(text)
        message.edited_at = self._server.clock.now()
        message.edits += 1
        return self._hear("edited_message", chat, message)

    async def join(self, user: TelegramUser) -> int:
        """Someone is added to the desk. Returns the id of the update."""
        self._server.chats.add_user(user, is_member=True)
        desk = self._server.chats.desk
        message = desk.add(user, self._server.clock.now(), service={"new_chat_members": [user.to_json()]})
        return self._hear("message", desk, message)

    async def press(
        self, user_id: int, message_id: int, data_or_text: str, *, chat_id: int | None = None, stale: bool = False
    ) -> int:
        """Someone taps the button with this callback data, or this text. Returns the id of the update.

        `stale` taps it as on a phone that still shows an older keyboard: no look at what is there now,
        and the message may be gone.
        Raises LookupError when there is no such button.
        """
        chat, user = self._chat_of(user_id, chat_id)
        data = data_or_text if stale else chat.messages[message_id].button(data_or_text)["callback_data"]
        query_id = str(secrets.randbits(60))
        query = {
            "id": query_id,
            "from": user.to_json(),
            "message": chat.show_if_there(message_id),
            "chat_instance": str(abs(chat.id)),
            "data": data,
        }
        update_id = self._server.updates.add("callback_query", query)
        pressed_at = asyncio.get_running_loop().time()
        press = Press(query_id, update_id, user, chat.id, message_id, data, pressed_at)
        self._server.presses[query_id] = press
        self.changes.publish(TelegramChange("pressed", chat.id, chat.messages.get(message_id), press))
        return update_id

    def answer_to(self, update_id: int) -> Json | None:
        """What the bot showed for this tap (`text`, `show_alert`, `url`, as far as given); None when nothing yet."""
        for press in self._server.presses.values():
            if press.update_id == update_id:
                return press.answer
        raise LookupError(f"update {update_id} is no tap on a button")

    def add_user(self, user: TelegramUser, *, is_member: bool = False) -> None:
        """Someone else who could write to the bot: a stranger, unless a member of the desk."""
        self._server.chats.add_user(user, is_member=is_member)

    def migrate_desk(self, chat_id: int) -> None:
        """The desk's group becomes a supergroup: its old id is refused with `migrate_to_chat_id`."""
        self._server.chats.migrate(chat_id)
        self.desk_chat_id = chat_id

    def close_chat(self, chat_id: int, refusal: TelegramRefusal) -> None:
        """From now on the bot gets this answer for that chat: blocked, thrown out, or moved."""
        self._server.chats.seen_by_people(chat_id).refusal = refusal

    # What is seen

    @property
    def changes(self) -> Changes[TelegramChange]:
        return self._server.changes

    def messages(self, chat_id: int | None = None) -> list[TelegramMessage]:
        """What a chat (by default the desk) shows now, oldest first."""
        return list(
            self._server.chats.seen_by_people(self.desk_chat_id if chat_id is None else chat_id).messages.values()
        )

    def from_bot(self, chat_id: int | None = None) -> list[TelegramMessage]:
        """What the bot has written there and not deleted, oldest first."""
        return [message for message in self.messages(chat_id) if message.sender.is_bot]

    @property
    def bot(self) -> TelegramUser:
        return self._server.bot

    @property
    def deleted(self) -> list[TelegramMessage]:
        return self._server.deleted

    @property
    def calls(self) -> list[Call]:
        """Every well-formed request as (method, parameters), but the polls."""
        return self._api.calls

    @property
    def refusals(self) -> list[Refused]:
        """Every request that got an error, as (method, code, description)."""
        return self._api.refusals

    @property
    def polls(self) -> int:
        """How often the bot asked for updates."""
        return self._api.polls

    @property
    def flood_refusals(self) -> int:
        """How many requests broke a flood limit; those made by `fail_next` do not count."""
        return self._gate.refused

    @property
    def updates(self) -> UpdateQueue:
        """What the bot has not acknowledged yet."""
        return self._server.updates

    @property
    def commands(self) -> list[Json]:
        """The commands the bot offers (`setMyCommands`)."""
        return self._server.commands

    def subscribe(self, callback: Callable[[TelegramChange], None]) -> Callable[[], None]:
        """Be called with everything that people see; call the result to end it."""
        return self.changes.subscribe(callback)

    async def wait_for(self, predicate: Callable[[], V], timeout: float = 10.0) -> V:  # noqa: ASYNC109 - the usual word
        """What `predicate` returns once that is true; looked at now and after every change. Raises TimeoutError."""
        return await self.changes.wait_for(predicate, timeout=timeout)

    # What goes wrong

    def limit_flood(self, limits: FloodLimits | None) -> None:
        """Other limits from now on; None for none."""
        self._gate.limits = limits

    def expire_queries(self) -> None:
        """Every tap so far is too old to be answered."""
        self._server.presses.clear()

    def fail_next(
        self,
        *,
        status: int = 500,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
        method: str | None = None,
    ) -> None:
        """Refuse the next requests: of one method, or of any but `getUpdates`, whose polls would swallow it.

        `retry_after` (seconds) makes it a 429.
        """
        words = "Internal Server Error" if retry_after is None else f"Too Many Requests: retry after {retry_after}"
        code = status if retry_after is None else 429
        refusal = TelegramRefusal(code, description or words, retry_after=retry_after)
        self.faults.add(Fault(method, refusal=refusal), times=times)

    def fail_after_accepting(self, *, times: int = 1, method: str | None = None) -> None:
        """Carry out the next requests and drop the connection: the bot cannot know."""
        self.faults.add(Fault(method, is_cut=True), times=times)

    def hang_next(self, seconds: float, *, accept: bool = True, times: int = 1, method: str | None = None) -> None:
        """Stay silent for so long, the request carried out (or not, and then cut)."""
        self.faults.add(Fault(method, silent_seconds=seconds, is_accepted=accept, is_cut=not accept), times=times)

    # Behind the scenes

    def _chat_of(self, user_id: int, chat_id: int | None) -> tuple[TelegramChat, TelegramUser]:
        chats = self._server.chats
        chat, user = chats.seen_by_people(self.desk_chat_id if chat_id is None else chat_id), chats.users[user_id]
        if user_id not in chat.members and user_id != chat.id:
            raise LookupError(f"user {user_id} is not in chat {chat.id}")
        return chat, user

    def _hear(self, kind: str, chat: TelegramChat, message: TelegramMessage) -> int:
        update_id = self._server.updates.add(kind, chat.show(message))
        self._server.tell("said", chat, message)
        return update_id
