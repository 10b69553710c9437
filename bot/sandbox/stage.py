"""The stage of the demo: stand-ins of the providers, the real program between them, and a clock to move forward.

The program is reached as in real life: signed webhooks over HTTP, the Bot API by long polling, mails by LMTP. Who
builds it is handed in, because `bootstrap` stands above this room.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol

from bot.clock import MovedClock
from bot.ports import Clock, Store, UnitOfWork
from bot.sandbox import cast, exhibits
from bot.sandbox.changes import Changes
from bot.sandbox.desk_watch import DeskWatch
from bot.sandbox.listener import HOST
from bot.sandbox.mail import MailFile
from bot.sandbox.shop import free_port, office_hours, ordinary_moment, program_settings
from bot.sandbox.snapshot import next_reminder, snapshot
from bot.sandbox.stand_ins import stand_ins
from bot.sandbox.twilio import Media
from bot.sandbox.views import call_view, cast_view, desk_view, mail_view, parse_message_key, phone_view, toast_view
from bot.services.context import Context
from bot.services.importing import Form, import_clients

Json = dict[str, Any]
PhoneChannel = Literal["sms", "whatsapp"]
CallConduct = Literal["talks", "speaks", "hangs_up"]
"""What comes of a call: a technician takes it, the caller leaves a message, or hangs up while it rings."""

QUIET_SECONDS = 0.1
TALK_SECONDS = 120
MESSAGE_SECONDS = 8
"""How long the shipped recording is."""
CALL_TAKES: Mapping[CallConduct, timedelta] = {
    "talks": timedelta(seconds=TALK_SECONDS),
    "speaks": timedelta(seconds=45),
    "hangs_up": timedelta(seconds=20),
}
"""Longer than the program waits for what may still be told of a call."""
PUT_OFF = timedelta(seconds=75)
"""A message that keeps Telegram's pace is put off by a minute at most; one that failed may be, by more."""
AT_REST = frozenset(("delivered", "read", "undelivered", "failed"))
MAX_REMINDERS = 400
"""A move over months meets no more reminders than this one by one; what is left comes as after an outage."""


class Running(Protocol):
    """The program at work."""

    @property
    def context(self) -> Context: ...

    async def tick(self) -> object:
        """Do now all that is due: reminders, intake, delivery."""
        ...

    async def stop(self) -> None: ...


StartProgram = Callable[[Mapping[str, str], Clock], Awaitable[Running]]
"""Build the program from these settings (an environment) and this clock, and start it."""


class NothingPlanned(LookupError):
    """There is no reminder to move the clock to."""


class Stage:
    """What the page and the scene player act on.

    `opening` is where the clock starts; None starts it now or, when the office is closed, at 09:12 of the next office
    day, so that a visitor sees an ordinary morning first. `patience_seconds` is how long a moving clock waits at each
    stop for the phones to fall silent; `pace_seconds` how long each thing takes that is heard of a call.
    """

    def __init__(
        self,
        start_program: StartProgram,
        *,
        opening: datetime | None = None,
        receipt_seconds: float = 0.3,
        patience_seconds: float = 3.0,
        pace_seconds: float = 1.2,
    ) -> None:
        self.hours = office_hours()
        self._start_program = start_program
        self._opening = opening
        self._receipt_seconds = receipt_seconds
        self._patience_seconds = patience_seconds
        self._pace_seconds = pace_seconds
        self._changes: Changes[None] = Changes()
        self._curtain = asyncio.Lock()
        """Down during a restart: nobody looks at a stage that is being taken apart."""
        self._is_placed = False
        self._is_moved = False

    # From curtain to curtain

    async def start(self) -> None:
        """Raises what the program raises; whatever was opened by then is closed again."""
        self.clock = self._placed_clock()
        self._taken: dict[str, bool] = {}
        self._is_moved = False
        async with AsyncExitStack() as closing:
            await self._open(closing)
            self._closing = closing.pop_all()

    async def stop(self) -> None:
        await self._closing.aclose()

    async def restart(self) -> None:
        """Everything from the beginning: an empty database, silent phones."""
        async with self._curtain:
            await self.stop()
            await self.start()
        self._changes.publish(None)

    async def _open(self, closing: AsyncExitStack) -> None:
        folder = closing.enter_context(TemporaryDirectory(prefix="permanence-demo-"))
        program_url = f"http://{HOST}:{free_port()}"
        lmtp_port = free_port()
        providers = stand_ins(program_url, self.clock, lmtp_port=lmtp_port, receipt_seconds=self._receipt_seconds)
        await providers.start(closing)
        self.twilio, self.telegram, self.mail = providers.twilio, providers.telegram, providers.mail
        settings = program_settings(
            Path(folder),
            program_url=program_url,
            twilio_url=self.twilio.base_url,
            telegram_url=self.telegram.base_url,
            smtp_url=self.mail.smtp_url,
            lmtp_port=lmtp_port,
        )
        self._program = await self._start_program(settings, self.clock)
        closing.push_async_callback(self._program.stop)
        today = self.clock.now().astimezone(self.hours.zone).date()
        await import_clients(self._program.context, cast.clients_toml(today), apply=True, form=Form.TOML)
        self.twilio.subscribe(lambda _: self._changes.publish(None))
        self.twilio.voice.subscribe(lambda _: self._changes.publish(None))
        self.mail.subscribe(lambda _: self._changes.publish(None))
        self._watch = DeskWatch(self.telegram, told=lambda: self._changes.publish(None))

    # What is seen

    @property
    def store(self) -> Store:
        return self._program.context.store

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        return self._changes.subscribe(lambda _: callback())

    async def figures(self) -> Json:
        """The clock, the tickets and the balances, as the program's store has them."""
        return await snapshot(self.store, self.clock, self._program.context.policy)

    async def view(self) -> Json:
        """All that the page shows, ready for JSON."""
        async with self._curtain:
            seen = await self.figures()
        chats = {chat_id: self.telegram.messages(chat_id) for chat_id in exhibits.CHATS}
        voice = self.twilio.voice
        return {
            "cast": cast_view(),
            "phone": phone_view([*self.twilio.inbound(), *self.twilio.outbound()], taken=self._taken),
            "mail": mail_view([*self.mail.inbound(), *self.mail.outbound()], deliveries=self.mail.deliveries),
            "calls": call_view((call, voice.legs(call.sid)) for call in voice.calls()),
            "desk": desk_view(chats, questions=self._watch.questions),
            "toasts": toast_view(self._watch.answered),
            "moved": self._is_moved,
            "snapshot": {**seen, "placed": self._is_placed},
        }

    async def picture(self, key: str) -> tuple[bytes, str] | None:
        """The content and type of `twilio/SID/MEDIA_SID` or `telegram/FILE_ID`."""
        return await exhibits.picture(key, self.twilio, self.telegram)

    async def file(self, file_id: str) -> tuple[bytes, str] | None:
        """The content and type of a document that the program posted at the desk."""
        return await exhibits.document(file_id, self.telegram)

    async def mail_file(self, number: int, position: int) -> tuple[bytes, str] | None:
        """The content and type of a file that came with a mail."""
        return exhibits.mail_file(number, position, self.mail)

    # What people do

    async def client_writes(
        self, person_id: str, text: str, *, channel: PhoneChannel, picture: tuple[bytes, str] | None = None
    ) -> None:
        """Raises KeyError when nobody in the cast has this id."""
        person = cast.person(person_id)
        delivery = await self.twilio.text(
            person.number,
            text,
            channel=channel,
            profile_name=person.name if person.client else None,
            media=[Media(*picture)] if picture else (),
        )
        self._taken[delivery.sid] = delivery.status is not None and delivery.status < 300
        self._changes.publish(None)

    async def client_mails(
        self, person_id: str, subject: str, text: str, *, answers: int | None = None, files: Sequence[MailFile] = ()
    ) -> None:
        """A client writes a mail, or answers one of ours by its number; then `subject` may be empty.

        Raises KeyError when nobody in the cast has this id, LookupError when no such mail was received.
        """
        person = cast.person(person_id)
        sender = f"{person.name} <{person.mail}>" if person.client else person.mail
        if answers is None:
            await self.mail.write(sender, subject, text, attachments=files)
        else:
            received = {mail.number: mail for mail in self.mail.received_by(person.mail)}
            await self.mail.reply_to(received[answers], text, sender=sender, attachments=files, signature="")
        self._changes.publish(None)

    async def client_calls(self, person_id: str, conduct: CallConduct) -> None:
        """A client calls; the call takes its time, on the clock too. Raises KeyError when nobody has this id."""
        call = partial(self.twilio.call, cast.person(person_id).number, pace=self._pace_seconds)
        match conduct:
            case "talks":
                await call(technician="answers", talk_seconds=TALK_SECONDS)
            case "speaks":
                await call(says=exhibits.page_file("sample.mp3"), message_seconds=MESSAGE_SECONDS)
            case "hangs_up":
                await call(hangs_up="ringing")
        self._changes.publish(None)
        await self.advance(CALL_TAKES[conduct])

    async def technician_says(self, user_id: int, text: str, *, reply_to: str | None = None) -> None:
        """`reply_to` is a key of the view. Raises ValueError or LookupError for one that names nothing."""
        chat_id, message_id = parse_message_key(reply_to) if reply_to else (cast.DESK_CHAT_ID, None)
        await self.telegram.say(user_id, text, reply_to=message_id, chat_id=chat_id)

    async def technician_presses(self, user_id: int, message_key: str, data: str) -> None:
        chat_id, message_id = parse_message_key(message_key)
        await self.telegram.press(user_id, message_id, data, chat_id=chat_id)

    # Time

    async def advance(self, delta: timedelta) -> None:
        await self.move_to(self.clock.now() + delta)

    async def go_to(self, moment: str) -> None:
        """`next-opening` or `next-reminder`. Raises NothingPlanned."""
        now = self.clock.now()
        if moment == "next-opening":
            await self.move_to(self.hours.next_opening(now))
            return
        await self.settle()
        reminder = await self._next_reminder()
        if reminder is None:
            raise NothingPlanned(moment)
        await self.move_to(reminder[0])

    async def move_to(self, target: datetime) -> None:
        """Move the clock forward and stop at each reminder on the way, as the days would."""
        self._is_moved = True
        await self.settle()
        previous = None
        for _ in range(MAX_REMINDERS):
            reminder = await self._next_reminder()
            if reminder is None or reminder[0] > target or reminder == previous:
                break
            await self._be_at(reminder[0])
            previous = reminder
        await self._be_at(target)
        self._changes.publish(None)

    async def settle(self) -> None:
        """Wait until nothing moves any more between the phones and the program, as long as patience lasts."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe(changed.set)
        try:
            async with asyncio.timeout(self._patience_seconds):
                while changed.is_set() or not await self._is_quiet():
                    changed.clear()
                    await self._program.tick()
                    await asyncio.sleep(QUIET_SECONDS)
        except TimeoutError:
            return  # something is slow; whoever waits for a certain thing looks for that thing
        finally:
            unsubscribe()

    async def _is_quiet(self) -> bool:
        """True when nothing waits to be read or sent."""
        now = self.clock.now()

        async def work(uow: UnitOfWork) -> bool:
            due_at = await uow.outbox.next_due(busy=())
            return await uow.inbox.oldest_pending() is None and (due_at is None or due_at > now + PUT_OFF)

        is_at_rest = all(message.status in AT_REST for message in self.twilio.outbound())
        return is_at_rest and not len(self.telegram.updates) and await self.store.read(work)

    async def _be_at(self, at: datetime) -> None:
        self.clock.move_to(max(at, self.clock.now()))
        await self.mail.retry()
        await self._program.tick()
        await self.settle()

    async def _next_reminder(self) -> tuple[datetime, int, str] | None:
        now = self.clock.now()
        return await self.store.read(lambda uow: next_reminder(uow, now))

    # Behind the curtain

    def _placed_clock(self) -> MovedClock:
        clock = MovedClock(self._opening)
        opening = None if self._opening else ordinary_moment(clock.now(), self.hours)
        self._is_placed = opening is not None
        if opening is not None:
            clock.move_to(opening)
        return clock
