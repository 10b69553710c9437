"""A program's door for the mail stand-in's tests: an LMTP server that notes what it is handed, and answers as told."""

import asyncio
from dataclasses import dataclass, field

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


@dataclass
class Taken:
    """One mail as it came through the door."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class Door:
    """Stands where the program would. `reply` is said to each mail, `rcpt_reply` to each recipient."""

    reply: str = "250 2.0.0 Ok"
    rcpt_reply: str = "250 2.1.5 Ok"
    taken: list[Taken] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _open: list[LMTP] = field(default_factory=list)

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._open:
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()
        for _ in range(10):  # connections are lost in the next turns of the loop, however long they take
            await asyncio.sleep(0.001)
        await self._server.wait_closed()

    def _connection(self) -> LMTP:
        connection = LMTP(self, loop=asyncio.get_running_loop(), hostname="program")
        self._open.append(connection)
        return connection

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt_reply

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from or ""
        self.taken.append(Taken(sender, list(envelope.rcpt_tos), envelope.original_content or b""))
        return self.reply
