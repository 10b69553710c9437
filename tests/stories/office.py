"""An office for a story: stand-ins of the providers, the real program between them, and people who write and press.

`inside` runs the program in this process, where its clock can be moved; `outside` runs `permanence run` as a process of
its own, which can be killed. Both are reached over real sockets, by the real client libraries, with real signatures.
"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.bootstrap import Program, open_for_reading, open_for_writing
from bot.clock import MovedClock, SystemClock
from bot.config import load_settings
from bot.domain.addresses import Address, Channel
from bot.domain.clients import ClientKind
from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork
from bot.sandbox.shop import free_port
from bot.sandbox.telegram import TelegramMessage, TelegramStandIn, TelegramUser
from bot.sandbox.twilio import CallRecord, Delivery, Media, TwilioStandIn
from bot.services.contract_plan import plan_contracts

V = TypeVar("V")

_UNREAD = "SELECT count(*) FROM inbox WHERE state = 'pending'"
_UNSENT = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"

ROOT = Path(__file__).parents[2]
ACCOUNT = "AC" + "0" * 32
DESK = -1001
CLAIRE, MARC, STRANGER = 11, 12, 99
HELENE, LUC, ANNE, NOBODY = "+33639980101", "+33639980102", "+33639980103", "+33639980199"
SMS, WHATSAPP, VOICE = "+33639980000", "+33639980001", "+33639980002"
CLAIRES_PHONE = "+33639980011"
WITH_PHONE = {"VOICE_NUMBER": VOICE, "TECHNICIAN_PHONES": f"{CLAIRE}:{CLAIRES_PHONE}"}
"""Settings of a shop that takes calls."""

PATIENCE = 60.0  # the machine may be busy with other tests
START_PATIENCE = 120.0


class Office:
    """The stand-ins, and what people do. Start the program with `open_inside` or `open_outside`."""

    def __init__(self, folder: Path, *, at: datetime | None = None, **settings: str) -> None:
        self.folder = folder
        self.clock = MovedClock(at) if at else SystemClock()
        self.port = free_port()
        self.twilio = TwilioStandIn(
            account_sid=ACCOUNT,
            auth_token="token",
            clock=self.clock,
            sms_number=SMS,
            whatsapp_number=WHATSAPP,
            voice_number=VOICE,
            webhook_url=f"http://127.0.0.1:{self.port}/webhooks/twilio/message",
            voice_url=f"http://127.0.0.1:{self.port}/webhooks/twilio/voice",
            voice_status_url=f"http://127.0.0.1:{self.port}/webhooks/twilio/voice/status",
        )
        self.telegram = TelegramStandIn(
            token="123:abc",
            desk_chat_id=DESK,
            users=[TelegramUser(CLAIRE, "Claire"), TelegramUser(MARC, "Marc")],
            clock=self.clock,
            flood=None,
        )
        self.telegram.add_user(TelegramUser(STRANGER, "Inconnu"))
        self._settings = settings
        self.program: Program | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "program.log"

    # The program

    @property
    def environ(self) -> dict[str, str]:
        """The settings of the program, as its environment."""
        settings = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "HTTP_PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "TELEGRAM_TOKEN": "123:abc",
            "TELEGRAM_CHAT_ID": str(DESK),
            "TELEGRAM_API_URL": self.telegram.base_url,
            "TELEGRAM_PACED": "off",
            "TECHNICIANS": f"{CLAIRE}:Claire,{MARC}:Marc",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_API_URL": self.twilio.base_url,
            "SMS_NUMBER": SMS,
            "WHATSAPP_NUMBER": WHATSAPP,
            "SMS_AUTOMATIC": "number",
            "MEDIA_DIR": str(self.folder / "media"),
            "CLOSED_ON": "",
        } | self._settings
        return {f"PERMANENCE_{name}": value for name, value in settings.items() if value}

    async def __aenter__(self) -> "Office":
        for stand_in in (self.twilio, self.telegram):
            await stand_in.start(free_port())  # which stays its own while it is down
        async with open_for_writing(load_settings(self.environ), clock=self.clock) as opened:
            await opened.store.write(lambda uow: found_clients(uow, self.clock.now()))
            await plan_contracts(opened.context)
            await opened.store.write(lambda uow: _tell_nothing_of_before(uow, self.clock.now()))
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.close()
        finally:
            await self.twilio.stop()
            await self.telegram.stop()
            for _ in range(10):  # connections that came while they stopped end in the next turns of the loop
                await asyncio.sleep(0.001)

    async def open_inside(self) -> None:
        self.program = Program(load_settings(self.environ), self.clock)
        await self.program.start()

    async def open_outside(self, *, log: bool = True) -> None:
        """Start `permanence run`, and wait until it answers. `log=False`: what it says goes into no file."""
        self.start_outside(log=log)
        await self.answers()

    def start_outside(self, *, script: Path | None = None, log: bool = True) -> None:
        """Start `permanence run` (or a script in its place), and do not wait."""
        command = ["-m", "bot", "run"] if script is None else [str(script)]
        with (self.log if log else Path(os.devnull)).open("ab") as said:
            self.process = subprocess.Popen([sys.executable, *command], env=self.shell, cwd=self.folder, stderr=said)

    @property
    def shell(self) -> dict[str, str]:
        """The whole environment of a process of the program's."""
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environ}

    async def answers(self) -> None:
        """Wait until the process listens."""
        async with asyncio.timeout(START_PATIENCE):
            while not await self._answers():
                assert self.process is not None
                assert self.process.poll() is None, self.log.read_text()[-3000:]
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    def kill(self) -> None:
        """`kill -9`, at whatever it is doing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    async def close(self) -> None:
        """Stop it as a system would: SIGTERM, or a clean stop inside."""
        if self.program is not None:
            await self.program.stop()
            self.program = None
        if self.process is not None:
            self.process.terminate()
            code = await asyncio.to_thread(self.process.wait, PATIENCE)
            self.process = None
            assert code == 0, self.log.read_text()[-3000:]

    async def tick(self) -> None:
        """Do now all that is due (inside only)."""
        assert self.program is not None
        await self.program.tick()

    async def advance(self, by: timedelta) -> None:
        """Move the clock, and do what has come due (inside only)."""
        assert isinstance(self.clock, MovedClock)
        self.clock.advance(by)
        await self.tick()

    # The clients

    async def sms(self, sender: str, text: str, **how: Any) -> Delivery:
        return await self.twilio.text(sender, text, **how)

    async def whatsapp(self, sender: str, text: str, *media: Media, **how: Any) -> Delivery:
        return await self.twilio.text(sender, text, channel="whatsapp", media=media, **how)

    async def call(self, caller: str, **how: Any) -> CallRecord:
        """Somebody calls; returns when they have hung up, and all was told of it (`WITH_PHONE`)."""
        return await self.twilio.call(caller, **how)

    def received(self, number: str) -> list[str]:
        """The texts that arrived on a client's phone."""
        return [message.body for message in self.twilio.outbox_to(number)]

    async def receives(self, number: str, part: str) -> str:
        """Wait until a text that holds these words is on the client's phone."""
        return await self.twilio.wait_for(
            lambda: next((text for text in self.received(number) if part in text), ""), PATIENCE
        )

    # The desk

    async def says(
        self, user: int, text: str, *, below: TelegramMessage | None = None, chat_id: int | None = None
    ) -> int:
        return await self.telegram.say(user, text, reply_to=below.message_id if below else None, chat_id=chat_id)

    async def presses(self, user: int, message: TelegramMessage, button: str) -> str:
        """Tap a button, once it is there, and wait for what is shown on it."""

        def is_there() -> bool:
            return any(button in (each["text"], each.get("callback_data")) for each in message.buttons)

        await self.telegram.wait_for(is_there, PATIENCE)
        update = await self.telegram.press(user, message.message_id, button, chat_id=message.chat_id)
        answer = await self.telegram.wait_for(lambda: self.telegram.answer_to(update), PATIENCE)
        return str(answer.get("text", ""))

    def desk(self, chat_id: int | None = None) -> list[str]:
        """What the bot has written on the desk."""
        return [plain(message.text) for message in self.telegram.from_bot(chat_id)]

    async def shows(self, *parts: str, chat_id: int | None = None) -> TelegramMessage:
        """Wait until the desk shows a message with all these words (with plain spaces); the newest one."""

        def find() -> TelegramMessage | None:
            found = [m for m in self.telegram.from_bot(chat_id) if all(part in plain(m.text) for part in parts)]
            return found[-1] if found else None

        try:
            return await self.telegram.wait_for(find, PATIENCE)
        except TimeoutError:
            raise AssertionError(f"the desk never showed {parts}; it shows {self.desk(chat_id)}") from None

    async def card(self, number: int) -> TelegramMessage:
        """The ticket's card."""

        def find() -> TelegramMessage | None:
            for message in self.telegram.from_bot():
                is_its = f"n° {number} ·" in plain(message.text).partition("\n")[0]
                if is_its and ("à jour" in message.text or "Clos " in message.text):
                    return message
            return None

        return await self.telegram.wait_for(find, PATIENCE)

    # The database, beside the program

    async def read(self, work: Callable[[UnitOfWork], Any]) -> Any:
        async with open_for_reading(load_settings(self.environ), clock=self.clock) as opened:
            return await opened.store.read(work)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a statement finds in the file, for what no port asks: works beside any program, or none."""
        beside = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE)
        try:
            return beside.execute(sql).fetchall()
        finally:
            beside.close()

    @property
    def database(self) -> Path:
        return self.folder / "office.db"

    async def settles(self, *, seconds: float = PATIENCE) -> None:
        """Wait until nothing waits in the inbox or the outbox."""

        async def is_settled() -> bool:
            return self.rows(f"SELECT ({_UNREAD}) + ({_UNSENT})") == [(0,)]

        await self.until(is_settled, seconds=seconds)

    async def takes_in(self, *, seconds: float = PATIENCE) -> None:
        """Wait until nothing waits in the inbox, whatever has still to be said."""

        async def is_read() -> bool:
            return self.rows(_UNREAD) == [(0,)]

        await self.until(is_read, seconds=seconds)

    async def ticket(self, number: int) -> Ticket:
        found = await self.read(lambda uow: uow.tickets.get(number))
        assert found is not None, f"there is no ticket {number}"
        return found

    async def tickets(self) -> list[Ticket]:
        async def work(uow: UnitOfWork) -> list[Ticket]:
            return [ticket async for ticket in uow.tickets.stream()]

        return await self.read(work)

    async def until(self, check: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
        """Wait until an asynchronous question is answered with something true."""
        async with asyncio.timeout(seconds):
            while not (found := await check()):  # noqa: ASYNC110 - another process has no event for us
                await asyncio.sleep(0.05)
            return found


def plain(text: str) -> str:
    """With plain spaces, as one types them: what is shown keeps its marks together by others."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


async def _tell_nothing_of_before(uow: UnitOfWork, now: datetime) -> None:
    """What was due in the contracts' life before the story begins was told then."""
    due = await uow.contract_milestones.due(now)
    await uow.contract_milestones.settle([milestone.id for milestone in due], now)


async def found_clients(uow: UnitOfWork, now: datetime) -> None:
    """A group practice with two people, and a doctor in her own name."""
    if await uow.directory.clients():
        return
    practice = await uow.directory.add_client("Cabinet des Tilleuls", kind=ClientKind.GROUP_PRACTICE, now=now)
    alone = await uow.directory.add_client("Dr Anne Morel", kind=ClientKind.INDIVIDUAL, now=now)
    people: Mapping[str, tuple[str, str, int]] = {
        HELENE: ("Dr Hélène Vasseur", "médecin", practice.id),
        LUC: ("Luc Garnier", "secrétariat", practice.id),
        ANNE: ("Dr Anne Morel", "médecin", alone.id),
    }
    for number, (name, role, client_id) in people.items():
        contact = await uow.directory.add_contact(name, client_id=client_id, role=role, now=now)
        for channel in (Channel.SMS, Channel.WHATSAPP):
            await uow.directory.add_address(Address(channel, number), contact_id=contact.id, profile_name=None, now=now)
    for client in (practice, alone):
        await uow.contracts.add_contract(
            client.id, starts_on=date(2026, 3, 1), allowance_units=12, ends_on=None, now=now
        )
