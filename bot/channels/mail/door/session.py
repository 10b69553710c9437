"""One connection of a mail server that hands mails over, by SMTP or LMTP (RFC 5321, RFC 2033). Built on aiosmtpd.

aiosmtpd's own DATA keeps a mail in memory line by line, refuses lines of more than 1,000 bytes, and says one word for
all of LMTP's recipients: ours is another. The end of a mail is CR LF . CR LF and nothing else, so that no mail can be
hidden within another ("SMTP smuggling").
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.channels.mail.door.envelope import NULL_PATH

log = structlog.get_logger()

MAX_RECIPIENTS = 100
MAX_COMMAND_BYTES = 1000
MAX_MAILS = 1000
MOST_CALLS = {
    "*": 50,
    "MAIL": MAX_MAILS,
    "RCPT": 10 * MAX_MAILS,
    "DATA": MAX_MAILS,
    "RSET": MAX_MAILS,
    "NOOP": MAX_MAILS,
}
"""In one connection; then 421, and the server connects anew."""

READ_BYTES = 64 * 1024
"""Of one line at a time; whoever does not send that much in the time to be idle is hung up on."""

SMALL_BYTES = 1_000_000
"""A mail that is larger waits for one of the few places for large ones: memory is for so many at once."""

_PATH = re.compile(r"<(.*)>([^<>]*)", re.DOTALL)
_ROUTE = re.compile(r"^@[^:]*:")


@dataclass(frozen=True, slots=True)
class Data:
    """What came after DATA: all of it, or its beginning where that is `size` bytes. `is_ended` when its end came."""

    raw: bytes
    size: int
    is_ended: bool = True

    @property
    def is_whole(self) -> bool:
        return len(self.raw) == self.size


class Door(Protocol):
    """What a session asks of the listener."""

    host_name: str
    idle_seconds: float
    max_bytes: int
    """A larger mail is kept by its beginning."""
    beginning_bytes: int
    most_bytes: int
    """A larger mail is refused."""
    places: asyncio.Semaphore
    """For large mails."""
    sessions: "set[MailSession]"

    def is_ours(self, recipient: str) -> bool: ...

    def too_large(self) -> str:
        """The reply to a mail that is refused for its size."""
        ...

    async def take(self, data: Data, *, sender: str, recipients: Sequence[str]) -> str:
        """Store a mail for good, and only then say 250; the reply, for each recipient the same."""
        ...


class _Hooks:
    """What aiosmtpd asks while it reads commands."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offers = (f"250-SIZE {self._door.most_bytes}", "250-PIPELINING", "250-ENHANCEDSTATUSCODES")
        return [*responses[:-1], *offers, responses[-1]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        sizes = [option.removeprefix("SIZE=") for option in options if option.startswith("SIZE=")]
        if any(int(size[:20]) > self._door.most_bytes for size in sizes):
            return self._door.too_large()
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._door.is_ours(address):
            log.info("mail for somebody else refused")
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class MailSession(SMTP):
    """A connection that speaks SMTP."""

    line_length_limit = READ_BYTES
    protocol = "ESMTP"
    has_status_for_each = False

    def __init__(self, door: Door) -> None:
        super().__init__(
            _Hooks(door),
            data_size_limit=None,  # ours is told by the hooks
            enable_SMTPUTF8=True,
            hostname=door.host_name,
            ident=self.protocol,
            timeout=door.idle_seconds,
            command_call_limit=MOST_CALLS,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limits = defaultdict(lambda: MAX_COMMAND_BYTES)  # aiosmtpd's is one for all sessions
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._door.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._door.sessions.discard(self)
        super().connection_lost(error)

    def end(self) -> asyncio.Task[None]:
        """Hang up; what is under way ends with it."""
        assert isinstance(self.transport, asyncio.Transport)
        assert self._handler_coroutine is not None
        self.transport.abort()
        self._handler_coroutine.cancel()
        return self._handler_coroutine

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        except (ConnectionError, EOFError):
            log.info("mail session cut")  # there is nobody left to be told

    async def handle_exception(self, error: Exception) -> str:
        """Said to the server when something went wrong that nobody foresaw: it keeps the mail and tries again."""
        log.error("mail session failed", error=type(error).__name__)
        return "421 4.3.0 Not now, try again later"

    async def push(self, status: Any) -> None:
        await super().push(status)
        if status.startswith("421") and self.transport is not None:
            self.transport.close()

    async def smtp_VRFY(self, arg: str) -> None:
        await self.push("502 5.5.1 Not implemented")

    async def smtp_EXPN(self, arg: str) -> None:
        await self.push("502 5.5.1 Not implemented")

    async def smtp_AUTH(self, arg: str) -> None:
        await self.push("502 5.5.1 Not implemented")

    async def smtp_DATA(self, arg: str) -> None:
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        sender, recipients = self.envelope.mail_from or NULL_PATH, self.envelope.rcpt_tos
        if arg or not recipients:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        async with AsyncExitStack() as place:
            data = await self._read(place)
            self._reset_timeout()
            reply = await self._door.take(data, sender=sender, recipients=recipients)
        self.envelope = self._create_envelope()
        await self.push("\r\n".join([reply] * (len(recipients) if self.has_status_for_each else 1)))
        if not data.is_ended and self.transport is not None:
            self.transport.close()

    async def _read(self, place: AsyncExitStack) -> Data:
        """The mail up to its end, dots taken off again; of one that is too large the beginning is held, and its size.

        One that goes on long after it is too large for anything is not listened to any more.
        """
        held, size, read, begins_line = bytearray(), 0, 0, True
        while size <= 2 * self._door.most_bytes:
            line, ends_line = await self._line()
            if begins_line and line == b".\r\n":
                return Data(bytes(held), size)
            text = line[1:] if begins_line and line.startswith(b".") else line
            begins_line = ends_line
            before, size = size, size + len(text)
            if before <= SMALL_BYTES < size:
                await place.enter_async_context(self._door.places)
            if size <= self._door.max_bytes:
                held += text
            elif before <= self._door.max_bytes:
                held = (held + text)[: self._door.beginning_bytes]
            if size // READ_BYTES > read:
                read = size // READ_BYTES
                self._reset_timeout()
        return Data(bytes(held), size, is_ended=False)

    async def _line(self) -> tuple[bytes, bool]:
        """A line, or a piece of one that is very long; and whether it ends with it."""
        try:
            return await self._reader.readuntil(b"\r\n"), True
        except asyncio.LimitOverrunError as error:
            return await self._reader.read(error.consumed), False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """`<a@b> SIZE=9` → ("a@b", " SIZE=9"). Anything may stand between the brackets: aiosmtpd refuses what is odd,
        and some programs write oddly.
        """
        found = _PATH.fullmatch(arg.strip())
        path, options = (found[1], found[2]) if found else arg.strip().partition(" ")[::2]
        return _ROUTE.sub("", path.strip(), count=1) or NULL_PATH, options


class LmtpSession(MailSession, LMTP):
    """A connection that speaks LMTP: LHLO, and after a mail a word for each of its recipients."""

    protocol = "LMTP"
    has_status_for_each = True
