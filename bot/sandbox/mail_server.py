"""The SMTP server of the mail stand-in, in the loop of whoever starts it; it can go down and come back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.listener import HOST
from bot.sandbox.mail_rules import MailRefusal

HOST_NAME = "smtp.exemple.fr"
NULL_SENDER = "<>"


class TakesMail(Protocol):
    """Who decides about each step. Each raises `MailRefusal` to say no."""

    def check_sender(self, sender: str) -> None: ...

    def check_recipient(self, sender: str, recipient: str) -> None: ...

    def take(self, envelope: Envelope) -> str:
        """Keep the mail; what is returned is said to the client."""
        ...

    def note_refusal(self, reply: str) -> None: ...


class MailServer:
    """Listens for mails; `max_bytes` is announced, and a larger mail is refused with 552."""

    def __init__(self, office: TakesMail, faults: Faults, *, max_bytes: int) -> None:
        self._handler = _Handler(office, faults)
        self.max_bytes = max_bytes
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        """Listen; 0 takes the port of the last start, or any free one."""
        if self._server is not None:
            raise RuntimeError("already started")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, HOST, port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections from now on and end those there are."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        ends = [connection.end() for connection in tuple(self._open)]
        await asyncio.gather(*ends, return_exceptions=True)
        await server.wait_closed()

    def _connection(self) -> "_Connection":
        return _Connection(self._handler, self._open, data_size_limit=self.max_bytes)


class _Connection(SMTP):
    """One connection, which can be ended from our side."""

    def __init__(self, handler: "_Handler", others: "set[_Connection]", *, data_size_limit: int) -> None:
        super().__init__(
            handler,
            data_size_limit=data_size_limit,
            enable_SMTPUTF8=True,
            hostname=HOST_NAME,
            ident="ESMTP",
            loop=asyncio.get_running_loop(),
        )
        self._others = others

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._others.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._others.discard(self)
        super().connection_lost(error)

    def end(self) -> Awaitable[None]:
        """Hang up; what is returned is done when nothing of the conversation runs any more."""
        self.cut()
        conversation = self._handler_coroutine
        assert conversation is not None
        return conversation

    def cut(self) -> None:
        """Drop the connection without an answer; the peer may have left already."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


class _Handler:
    """The hooks that aiosmtpd calls; a fault meets the step that it names ("MAIL", "RCPT", "DATA")."""

    def __init__(self, office: TakesMail, faults: Faults) -> None:
        self._office = office
        self._faults = faults

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: _Connection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        def check() -> str:
            sender = "" if address == NULL_SENDER else address
            self._office.check_sender(sender)
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return "250 2.1.0 Ok"

        return await self._step("MAIL", server, check)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: _Connection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        def check() -> str:
            sender = envelope.mail_from or ""
            self._office.check_recipient("" if sender == NULL_SENDER else sender, address)
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 Ok"

        return await self._step("RCPT", server, check)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: _Connection, session: Session, envelope: Envelope
    ) -> str:
        return await self._step("DATA", server, lambda: self._office.take(envelope))

    async def _step(self, name: str, server: _Connection, step: Callable[[], str]) -> str:
        """Do it as its fault will have it: an accepted one is carried out before the silence or the cut."""
        try:
            if self._faults.outage:
                raise MailRefusal(421, "4.3.2", "Service not available")
            fault = self._faults.take(name, only_named=name != "MAIL")
            if fault is None:
                return step()
            if fault.refusal is not None:
                raise fault.refusal
        except MailRefusal as refusal:
            self._office.note_refusal(refusal.reply)
            return refusal.reply
        return await self._suffer(fault, server, step)

    async def _suffer(self, fault: Fault, server: _Connection, step: Callable[[], str]) -> str:
        reply = step() if fault.is_accepted else "451 4.3.0 Try again"
        await asyncio.sleep(fault.silent_seconds)
        if fault.is_cut:
            server.cut()
            await asyncio.Event().wait()  # the conversation is cancelled when the connection is gone
        return reply
