"""Connections to our mail server: opened safely, logged in, kept for the next mail, never shared by two.

A burst of mails logs in once or twice, not once a mail, and an urgent one does not wait behind a large file.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

from bot.channels.mail.errors import own, refused
from bot.domain.refusals import SHOP_PAUSE_SECONDS
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError
from bot.ports import Clock

AT_ONCE = 2
"""Providers allow few: Microsoft 365 three for a mailbox."""

KEPT_SECONDS = 15.0
"""How long a connection waits for the next mail. Servers wait for minutes, at times for less."""

_GOODBYE_SECONDS = 5.0

AccessToken = Callable[[bool], Awaitable[str]]
"""An OAuth2 access token; True asks for another one than the last, which was refused. Raises a `DeliveryError`."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to log in. `is_tls`: from the first byte; else by STARTTLS, but for a server that `is_local`.

    Without a `username` there is no login. `name` is what we call ourselves (EHLO): our domain.
    """

    host: str
    port: int
    is_tls: bool
    is_local: bool
    username: str
    name: str
    password: str | None = field(default=None, repr=False)
    access_token: AccessToken | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for the answer to a command, and for the answer to a whole mail.

    The last is longer, since many servers look for viruses then; to stop waiting means to send it twice.
    """

    connection: float = 15.0
    command: float = 60.0
    mail: float = 180.0


class Connections:
    """At most `AT_ONCE` of them; each is one caller's at a time."""

    def __init__(self, server: Server, *, clock: Clock, patience: Patience) -> None:
        self._server = server
        self._clock = clock
        self._patience = patience
        self._room = asyncio.Semaphore(AT_ONCE)
        self._idle: dict[SMTP, asyncio.TimerHandle] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._refused_until: datetime | None = None
        self._is_closed = False

    @asynccontextmanager
    async def borrowed(self) -> AsyncIterator[SMTP]:
        """One for one mail. Kept when the caller is done, unless what it was told last is not known."""
        async with self._room:
            smtp = await self._take()
            try:
                yield smtp
            except (SMTPResponseException, DeliveryError):  # the server said no, and listens
                self._keep(smtp)
                raise
            except BaseException:  # cancelled too: an answer may be on its way, and would be taken for the next one's
                cut(smtp)
                raise
            self._keep(smtp)

    async def open(self) -> SMTP:
        """A new one, safe and logged in. Raises a `DeliveryError`, and after a refused login does not try for a while.

        Trying again and again with a wrong password has providers lock the mailbox.
        """
        if self._refused_until is not None and self._clock.now() < self._refused_until:
            raise own("mail_login")
        self._refused_until = None
        try:
            return await self._opened(renew=False)
        except SMTPAuthenticationError as error:
            if self._server.access_token is None or error.code < 500:
                raise self._login_refused(error) from None  # servers quote the user's name
        try:
            return await self._opened(renew=True)
        except SMTPAuthenticationError as error:
            raise self._login_refused(error) from None

    async def close(self) -> None:
        """Take leave of the server; what is still borrowed is closed when it comes back."""
        self._is_closed = True
        for smtp in list(self._idle):
            self._retire(smtp)
        await asyncio.gather(*self._leaving)

    async def leave(self, smtp: SMTP) -> None:
        """QUIT, and do not insist."""
        with suppress(SMTPException, OSError):
            await smtp.quit(timeout=_GOODBYE_SECONDS)
        cut(smtp)

    async def _take(self) -> SMTP:
        """A kept one that still answers, else a new one."""
        while self._idle:
            smtp, timer = self._idle.popitem()
            timer.cancel()
            try:
                await smtp.rset()
            except (SMTPException, OSError):
                cut(smtp)
            except BaseException:
                cut(smtp)
                raise
            else:
                return smtp
        return await self.open()

    def _keep(self, smtp: SMTP) -> None:
        if self._is_closed or not smtp.is_connected:
            cut(smtp)
            return
        self._idle[smtp] = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._retire, smtp)

    def _retire(self, smtp: SMTP) -> None:
        self._idle.pop(smtp).cancel()
        task = asyncio.create_task(self.leave(smtp), name="leave the mail server")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _opened(self, *, renew: bool) -> SMTP:
        server = self._server
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.is_tls,
            start_tls=False,  # asked for below, to tell why there is none
            local_hostname=server.name,
            timeout=self._patience.command,
        )
        try:
            await smtp.connect(timeout=self._patience.connection)
            if not server.is_tls and not server.is_local:
                await self._secure(smtp)
            await smtp.ehlo()
            if server.username:
                await self._log_in(smtp, renew=renew)
        except BaseException as error:
            cut(smtp)
            if isinstance(error, (SMTPException, OSError)) and not isinstance(error, SMTPAuthenticationError):
                raise _not_open(error) from None  # the library's words hold the host, servers' words the user
            raise
        return smtp

    async def _secure(self, smtp: SMTP) -> None:
        await smtp.ehlo()
        if not smtp.supports_extension("starttls"):
            raise own("mail_tls")
        await smtp.starttls(timeout=self._patience.connection)

    async def _log_in(self, smtp: SMTP, *, renew: bool) -> None:
        server = self._server
        if server.access_token is None:
            if not smtp.supported_auth_methods:
                raise own("mail_login")
            await smtp.login(server.username, server.password or "")
            return
        if "xoauth2" not in smtp.server_auth_methods:
            raise own("mail_login")
        await smtp.auth_xoauth2(server.username, await self._token(server.access_token, renew=renew))

    async def _token(self, access_token: AccessToken, *, renew: bool) -> str:
        """A consent that has ended is for the shop to give again: no mail has failed for that."""
        try:
            return await access_token(renew)
        except PermanentDeliveryError:
            self._refused_until = self._clock.now() + timedelta(seconds=SHOP_PAUSE_SECONDS)
            raise own("mail_login") from None

    def _login_refused(self, error: SMTPAuthenticationError) -> DeliveryError:
        if error.code < 500:
            return refused(error.code, error.message)
        self._refused_until = self._clock.now() + timedelta(seconds=SHOP_PAUSE_SECONDS)
        return own("mail_login")


def cut(smtp: SMTP) -> None:
    """Close it now. `close` alone waits for a server to take what was written, for as long as it likes."""
    if isinstance(smtp.transport, asyncio.WriteTransport):
        smtp.transport.abort()
    smtp.close()


def _not_open(error: Exception) -> DeliveryError:
    """Why there is no connection. Whatever a server says before there is a mail, it says of us, not of the mail."""
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return own("mail_tls")
    is_refused = isinstance(error, SMTPResponseException) and error.code >= 500
    return TransientDeliveryError(
        f"no connection to the mail server ({type(error).__name__})",
        code="mail_down",
        retry_after=SHOP_PAUSE_SECONDS if is_refused else None,
    )
