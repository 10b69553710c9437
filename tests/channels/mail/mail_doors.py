"""What a listener for mails hands over to, and mail servers that hand over to it, on real sockets."""

import asyncio
import json
import smtplib
from collections.abc import Callable
from typing import Any, TypeVar

from bot.channels.mail.door.listener import MailListener
from bot.channels.mail.spool import Spool
from bot.clock import StoppedClock
from bot.domain.inbox import InboxEntry
from tests.channels.mail.mail_samples import RECEIVED_AT

T = TypeVar("T")

HOST = "127.0.0.1"
OURS = "support@exemple.fr"
ANNE = "anne@example.org"
MAX_BYTES = 400_000
MOST_BYTES = 1_000_000
MOST_SECONDS = 60


class InboxStore:
    """A `bot.ports.Store` that takes entries: `problem` is raised, and `is_open` is waited for."""

    def __init__(self) -> None:
        self.entries: dict[str, InboxEntry] = {}
        self.asked = 0
        self.problem: Exception | None = None
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def receive(self, entry: InboxEntry) -> None:
        self.asked += 1
        await self.is_open.wait()
        if self.problem is not None:
            raise self.problem
        self.entries.setdefault(entry.external_id, entry)

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(entry.payload) for entry in self.entries.values()]

    def write(self, work: object) -> Any:
        raise AssertionError("a listener stores entries, and nothing else")

    read = write


class Doorway:
    """A listener with what stands behind it."""

    def __init__(self, spool: Spool, **how: Any) -> None:
        self.spool = spool
        self.store = InboxStore()
        self.clock = StoppedClock(RECEIVED_AT)
        self.lines: list[Line] = []
        asked = {"protocol": "lmtp", "max_bytes": MAX_BYTES, "most_bytes": MOST_BYTES, **how}
        self.listener = MailListener(
            host=HOST, port=0, address=OURS, raw_mails=spool, store=self.store, clock=self.clock, **asked
        )

    @property
    def mails(self) -> list[bytes]:
        """What was kept, as it stands in the spool."""
        return [self.spool.read(payload["raw"]) for payload in self.store.payloads]

    async def with_server(self, talk: Callable[[smtplib.SMTP], T]) -> T:
        """Let a mail server of the standard library talk to it, in a thread of its own."""
        speaks = smtplib.LMTP if self.listener._speaks.has_status_for_each else smtplib.SMTP

        def run() -> T:
            with speaks(HOST, self.listener.port, local_hostname="mx.exemple.fr", timeout=MOST_SECONDS) as server:
                return talk(server)

        return await asyncio.to_thread(run)

    async def hands_over(self, mail: bytes, *recipients: str, sender: str = ANNE) -> tuple[int, bytes]:
        """Deliver it, and say what became of it."""

        def talk(server: smtplib.SMTP) -> tuple[int, bytes]:
            try:
                server.sendmail(sender, recipients or (OURS,), mail)
            except smtplib.SMTPResponseException as refused:
                return refused.smtp_code, refused.smtp_error
            except smtplib.SMTPRecipientsRefused as refused:
                return next(iter(refused.recipients.values()))
            return 250, b""

        return await self.with_server(talk)

    async def line(self) -> "Line":
        line = Line(*await asyncio.open_connection(HOST, self.listener.port))
        self.lines.append(line)
        return line

    async def shut(self) -> None:
        for line in self.lines:
            line.cut()
        await self.listener.stop()
        await asyncio.sleep(0)


class Line:
    """A connection that sends what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def reply(self) -> str:
        """The next reply's last line; "" when it was hung up."""
        async with asyncio.timeout(MOST_SECONDS):
            while (line := (await self.reader.readline()).decode().rstrip())[3:4] == "-":
                pass
        return line

    async def says(self, *lines: str) -> list[str]:
        """Say some lines, each after the reply to the one before; the replies' codes."""
        codes = []
        for line in lines:
            self.writer.write(line.encode() + b"\r\n")
            codes.append((await self.reply())[:3])
        return codes

    async def opens(self, *, sender: str = ANNE, recipient: str = OURS) -> None:
        """Come as far as DATA."""
        assert await self.reply()
        asked = ("LHLO mx.exemple.fr", f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA")
        assert await self.says(*asked) == ["250", "250", "250", "354"]

    async def ends(self) -> str:
        """What it still hears until it is hung up on."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return (await self.reader.read()).decode()
        except ConnectionError:
            return ""

    def cut(self) -> None:
        self.writer.transport.abort()
