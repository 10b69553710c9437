"""The other way in for mails: a mail server of the shop's hands them over, by LMTP or SMTP, on loopback by default.

A mail is in the spool and in the inbox before the server hears 250 (principle 1); "not now" makes it keep the mail and
try again. Mails for anybody but us are refused: nothing is relayed.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import structlog

from bot.channels.mail.door.envelope import is_recipient, taken_at, with_envelope
from bot.channels.mail.door.session import Data, LmtpSession, MailSession
from bot.channels.mail.inbound import mail_entry
from bot.domain.inbox import InboxEntry
from bot.errors import StorageError
from bot.ports import Clock, RawMails, Store
from bot.texts import smtp

log = structlog.get_logger()

MOST_BYTES = 64 * 1024 * 1024
"""A larger mail is refused; up to there, of one that is larger than `max_bytes` the beginning is kept."""

BEGINNING_BYTES = 300_000
MAX_SESSIONS = 50
LARGE_AT_ONCE = 4
IDLE_SECONDS = 300.0
"""RFC 5321, 4.5.3.2.7: a server waits at least five minutes."""

TAKEN = "250 2.0.0 OK"
NOT_NOW = "451 4.3.0 Not now, try again later"
_BUSY = b"421 4.3.2 Too many connections, try again later\r\n"


class MailListener:
    """Listens on `host` and `port` (0: any free one) for mails to `address`, with or without a `+something`.

    `max_bytes` is the largest mail that is kept whole.
    """

    def __init__(
        self,
        *,
        protocol: Literal["lmtp", "smtp"],
        host: str,
        port: int,
        address: str,
        raw_mails: RawMails,
        store: Store,
        clock: Clock,
        max_bytes: int,
        most_bytes: int = MOST_BYTES,
        max_sessions: int = MAX_SESSIONS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._speaks: type[MailSession] = LmtpSession if protocol == "lmtp" else MailSession
        self._host = host
        self._port = port
        self._address = address
        self._raw_mails = raw_mails
        self._store = store
        self._clock = clock
        self._max_sessions = max_sessions
        self._server: asyncio.Server | None = None
        self.host_name = address.rpartition("@")[2]
        self.idle_seconds = idle_seconds
        self.max_bytes = max_bytes
        self.beginning_bytes = min(BEGINNING_BYTES, max_bytes)
        self.most_bytes = max(most_bytes, max_bytes)
        self.places = asyncio.Semaphore(LARGE_AT_ONCE)
        self.sessions: set[MailSession] = set()

    @property
    def port(self) -> int:
        """Where it listens, or listened last."""
        return self._port

    @property
    def is_listening(self) -> bool:
        return self._server is not None

    async def start(self) -> None:
        """Raises OSError when it cannot listen there."""
        logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd's log quotes addresses and texts
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._open, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Take no more; end what is under way. A mail that was not answered comes again, and is known by then."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        ended = [session.end() for session in self.sessions]
        if ended:
            await asyncio.wait(ended)
        await server.wait_closed()

    def is_ours(self, recipient: str) -> bool:
        return is_recipient(recipient, ours=self._address)

    def too_large(self) -> str:
        log.warning("mail refused", code="5.3.4")
        return f"552 5.3.4 {smtp.TOO_LARGE}"

    async def take(self, data: Data, *, sender: str, recipients: Sequence[str]) -> str:
        """Store it, and only then say so."""
        if data.size > self.most_bytes:
            return self.too_large()
        now = self._clock.now()
        try:
            entry = await asyncio.to_thread(self._keep, data, sender, recipients, now)
            await self._store.receive(entry)
        except (StorageError, OSError) as problem:
            log.error("mail not stored", error=type(problem).__name__, bytes=data.size)
            return NOT_NOW
        log.info("mail stored", bytes=data.size, recipients=len(recipients), is_whole=data.is_whole)
        return TAKEN

    def _keep(self, data: Data, sender: str, recipients: Sequence[str], now: datetime) -> InboxEntry:
        """Known again by what was sent alone: one without a Message-ID may come again by another of our addresses."""
        kept = self._raw_mails.keep(with_envelope(data.raw, sender=sender, recipients=recipients))
        is_behind_our_server = self._speaks is LmtpSession  # by SMTP, anybody may have written the topmost line
        return mail_entry(
            data.raw,
            kept=kept,
            received_at=now,
            occurred_at=taken_at(data.raw, now=now) if is_behind_our_server else None,
            size=None if data.is_whole else data.size,
        )

    def _open(self) -> asyncio.BaseProtocol:
        return self._speaks(self) if len(self.sessions) < self._max_sessions else _Busy()


class _Busy(asyncio.Protocol):
    """The connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        log.warning("mail session refused", code="4.3.2")
        transport.write(_BUSY)
        transport.close()
