"""What the Telegram stand-in remembers: people, chats, messages, files, taps on buttons."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.telegram_rules import Json, TelegramRefusal, bad_request, utf16

SPOKEN_ENTITIES = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}\b", re.ASCII)),
    ("url", re.compile(r"\bhttps?://[^\s<>]+[^\s<>.,;:!?)]")),
)


@dataclass(frozen=True)
class TelegramUser:
    """A person or a bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = "fr"

    def to_json(self) -> Json:
        names = {"last_name": self.last_name, "username": self.username}
        language = None if self.is_bot else self.language_code
        optional = {**names, "language_code": language}
        known = {name: value for name, value in optional.items() if value is not None}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **known}


@dataclass
class TelegramMessage:
    """One message in a chat, as it is shown now. `text` is the caption where there is a file."""

    message_id: int
    chat_id: int
    sender: TelegramUser
    sent_at: datetime
    text: str = ""
    entities: tuple[Json, ...] = ()
    markup: Json | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    disable_notification: bool = False
    media: Json = field(default_factory=dict)
    service: Json = field(default_factory=dict)
    edited_at: datetime | None = None
    edits: int = 0
    reactions: tuple[str, ...] = ()
    is_pinned: bool = False

    @property
    def buttons(self) -> list[Json]:
        """The buttons under it, row after row."""
        rows = self.markup["inline_keyboard"] if self.markup else ()
        return [button for row in rows for button in row]

    def button(self, data_or_text: str) -> Json:
        """The button with this callback data, or this text. Raises LookupError when there is none."""
        for name in ("callback_data", "text"):
            for button in self.buttons:
                if button.get(name) == data_or_text:
                    return button
        shown = [button["text"] for button in self.buttons]
        raise LookupError(f"no button {data_or_text!r} under message {self.message_id}: {shown}")


@dataclass
class TelegramChat:
    """A private chat, a group or a supergroup. Message ids count from 1 in each: an id alone names nothing."""

    id: int
    title: str = ""
    user: TelegramUser | None = None
    members: dict[int, TelegramUser] = field(default_factory=dict)
    topics: set[int] | None = None
    is_open: bool = True
    refusal: TelegramRefusal | None = None
    messages: dict[int, TelegramMessage] = field(default_factory=dict)
    last_id: int = 0

    @property
    def is_private(self) -> bool:
        return self.user is not None

    def to_json(self) -> Json:
        if self.user is not None:
            names = ("first_name", "last_name", "username")
            about = {name: value for name, value in self.user.to_json().items() if name in names}
            return {"id": self.id, "type": "private"} | about
        kind = "supergroup" if self.id < -(10**12) else "group"
        forum = {"is_forum": True} if self.topics is not None else {}
        return {"id": self.id, "type": kind, "title": self.title} | forum

    def show(self, message: TelegramMessage) -> Json:
        """The message as the API shows it, with the one it answers but not the one that answers in turn."""
        shown = self._shown(message)
        answered = self.messages.get(message.reply_to) if message.reply_to is not None else None
        return shown | ({"reply_to_message": self._shown(answered)} if answered else {})

    def show_if_there(self, message_id: int) -> Json:
        """The message, or what is known of one that was deleted: Telegram then gives its date as 0."""
        message = self.messages.get(message_id)
        return self.show(message) if message else {"chat": self.to_json(), "message_id": message_id, "date": 0}

    def _shown(self, message: TelegramMessage) -> Json:
        shown: Json = {
            "message_id": message.message_id,
            "from": message.sender.to_json(),
            "chat": self.to_json(),
            "date": int(message.sent_at.timestamp()),
            **message.media,
            **message.service,
        }
        text, entities = ("caption", "caption_entities") if message.media else ("text", "entities")
        optional = {
            text: message.text,
            entities: list(message.entities),
            "edit_date": int(message.edited_at.timestamp()) if message.edited_at else None,
            "message_thread_id": message.thread_id,
            "is_topic_message": message.thread_id is not None,
            "reply_markup": message.markup,
        }
        return shown | {name: value for name, value in optional.items() if value}

    def add(self, sender: TelegramUser, sent_at: datetime, **shown: object) -> TelegramMessage:
        self.last_id += 1
        message = TelegramMessage(self.last_id, self.id, sender, sent_at, **shown)  # type: ignore[arg-type]
        self.messages[message.message_id] = message
        return message


@dataclass
class Press:
    """A tap on a button. `answer` is what the bot had shown for it: `text`, `show_alert`, `url`, as far as given."""

    query_id: str
    update_id: int
    user: TelegramUser
    chat_id: int
    message_id: int
    data: str
    pressed_at: float
    """By the loop's clock, in seconds."""
    answer: Json | None = None


class TelegramChats:
    """All chats the bot could be in."""

    def __init__(self, desk: TelegramChat, users: Iterable[TelegramUser], started: Iterable[int]) -> None:
        self.desk = desk
        self._chats = {desk.id: desk}
        desk.is_open = desk.id < 0  # a desk that is one person's private chat waits for their /start as any other
        self.users: dict[int, TelegramUser] = {}
        for user in users:
            self.add_user(user, is_member=True)
        for user_id in started:
            self._chats[user_id].is_open = True

    def add_user(self, user: TelegramUser, *, is_member: bool) -> None:
        """Someone who could write to the bot, in the desk's group or in private."""
        self.users[user.id] = user
        if is_member and not self.desk.is_private:
            self.desk.members[user.id] = user
        if user.id == self.desk.id:
            self.desk.user = user
        self._chats.setdefault(user.id, TelegramChat(user.id, user=user, is_open=False))

    def find(self, chat_id: str | int) -> TelegramChat:
        """The chat the bot names. Raises the refusal it gets where it may not write."""
        if chat_id == "":
            raise bad_request("chat_id is empty")
        try:
            chat = self._chats[int(chat_id)]
        except (KeyError, ValueError):
            raise bad_request("chat not found") from None
        if chat.refusal is not None:
            raise chat.refusal
        if not chat.is_open:
            raise TelegramRefusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def migrate(self, chat_id: int) -> None:
        """The desk's group becomes a supergroup under a new id; the old one only says where it went."""
        old, words = self.desk.id, "Bad Request: group chat was upgraded to a supergroup chat"
        self._chats[old] = TelegramChat(old, refusal=TelegramRefusal(400, words, migrate_to_chat_id=chat_id))
        self.desk.id = chat_id
        self._chats[chat_id] = self.desk

    def seen_by_people(self, chat_id: int) -> TelegramChat:
        """The chat as people see it, whether or not the bot may write there. Raises LookupError."""
        return self._chats[chat_id]


def spoken_entities(text: str) -> tuple[Json, ...]:
    """The entities that Telegram finds in what a person types: commands, mentions, links."""
    found = [
        {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
        for kind, pattern in SPOKEN_ENTITIES
        for match in pattern.finditer(text)
    ]
    return tuple(sorted(found, key=lambda entity: int(entity["offset"])))
