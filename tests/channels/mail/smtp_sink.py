"""A real SMTP server on loopback that keeps what it is given, and fails where it is told to (aiosmtpd)."""

import asyncio
import base64
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "support@exemple.fr", "un-mot-de-passe"
TOKEN, STALE_TOKEN = "jeton-frais", "jeton-perime"

DROP = ""
"""Instead of an answer: the connection is cut."""

MID_DATA_BYTES = 1_000


@dataclass(frozen=True)
class Taken:
    """A mail as it was taken: the envelope, and its bytes."""

    sender: str
    recipients: list[str]
    raw: bytes = field(repr=False)


@dataclass
class Fault:
    """What is said instead of the usual, on commands whose argument passes `of`, so many `times`.

    `on` is a command; DATA is refused before the mail is sent, MID_DATA within it, "." after it.
    """

    on: str
    says: str = DROP
    of: Callable[[str], bool] = lambda _: True
    times: int = 1_000_000
    seconds: float = 0


@dataclass
class Sink:
    """What was taken, what was asked, what shall fail."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    size: int | None = None
    methods: tuple[str, ...] = ("PLAIN", "LOGIN")
    sessions: list["_Session"] = field(default_factory=list)
    most_at_once: int = 0

    def fail(self, on: str, says: str = DROP, **how) -> None:
        self.faults.append(Fault(on, says, **how))

    def asked(self, command: str) -> list[str]:
        return [each for each in self.commands if each.startswith(command)]

    def open_sessions(self) -> int:
        return sum(session.transport is not None for session in self.sessions)

    def fault(self, on: str, argument: str) -> Fault | None:
        found = next((each for each in self.faults if each.on == on and each.of(argument) and each.times), None)
        if found:
            found.times -= 1
        return found


class _Session(SMTP):
    """One connection. Each command is looked up among the faults before it is obeyed."""

    def __init__(self, sink: Sink, **settings) -> None:
        self.sink = sink
        super().__init__(_Handler(sink), hostname="sink.example", data_size_limit=sink.size, **settings)
        self.command_size_limits["AUTH"] = 4_096

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        if self not in self.sink.sessions:
            self.sink.sessions.append(self)
        self.sink.most_at_once = max(self.sink.most_at_once, self.sink.open_sessions())

    async def push(self, status) -> None:
        if str(status).startswith("220 sink") and (fault := self.sink.fault("GREETING", "")):
            status = fault.says
        await super().push(status)

    async def smtp_EHLO(self, hostname):  # noqa: N802 - aiosmtpd's name
        await self._obey("EHLO", hostname, super().smtp_EHLO)

    async def smtp_STARTTLS(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._obey("STARTTLS", arg, super().smtp_STARTTLS)

    async def smtp_AUTH(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._obey("AUTH", arg, super().smtp_AUTH)

    async def smtp_MAIL(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._obey("MAIL", arg, super().smtp_MAIL)

    async def smtp_RCPT(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._obey("RCPT", arg, super().smtp_RCPT)

    async def smtp_RSET(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._obey("RSET", arg, super().smtp_RSET)

    async def smtp_QUIT(self, arg):  # noqa: N802 - aiosmtpd's name
        await self._obey("QUIT", arg, super().smtp_QUIT)

    async def smtp_DATA(self, arg):  # noqa: N802 - aiosmtpd's name
        if self.sink.fault("MID_DATA", ""):
            self.sink.commands.append("DATA")
            await self.push("354 Go on")
            await self._reader.readexactly(MID_DATA_BYTES)
            await self.drop()
        await self._obey("DATA", arg, super().smtp_DATA)

    async def _obey(self, command, argument, usual) -> None:
        self.sink.commands.append(f"{command} {argument or ''}".strip())
        fault = self.sink.fault(command, argument or "")
        if fault and fault.seconds:
            await asyncio.sleep(fault.seconds)
        elif fault:
            await self.drop() if fault.says == DROP else await self.push(fault.says)
            if fault.says.startswith("421"):
                self.transport.close()
            return
        await usual(argument)

    async def drop(self) -> None:
        self.transport.abort()
        await asyncio.sleep(3_600)  # aiosmtpd cancels this once the connection is lost


class _Handler:
    """What is done with a mail, and with a login."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        offered = f"250-AUTH {' '.join(self.sink.methods)}"
        return [offered if each.startswith("250-AUTH") else each for each in responses]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        fault = self.sink.fault(".", envelope.mail_from)
        if fault and fault.seconds:
            await asyncio.sleep(fault.seconds)
        elif fault and fault.says != DROP:
            return fault.says
        self.sink.taken.append(Taken(envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        if fault and fault.says == DROP:
            await server.drop()
        return "250 2.0.0 taken"

    async def auth_XOAUTH2(self, server, args):  # noqa: N802 - aiosmtpd's name
        user, token, *_ = base64.b64decode(args[1]).decode().split("\1")
        self.sink.tokens.append(token.removeprefix("auth=Bearer "))
        if (user, token) == (f"user={USER}", f"auth=Bearer {TOKEN}"):
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)


def _authenticate(sink: Sink, server, session, envelope, mechanism, data) -> AuthResult:
    sink.logins.append(mechanism)
    is_right = data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@asynccontextmanager
async def smtp_sink(*, tls: ssl.SSLContext | None = None, is_implicit: bool = False, **settings) -> AsyncIterator[Sink]:
    """A server that runs; with `tls` it offers STARTTLS and wants it before a login, or is TLS from the first byte."""
    sink = Sink(**settings)
    loop = asyncio.get_running_loop()
    is_starttls = tls is not None and not is_implicit

    def session() -> _Session:
        return _Session(
            sink,
            loop=loop,
            authenticator=partial(_authenticate, sink),
            auth_require_tls=is_starttls,
            tls_context=tls if is_starttls else None,
        )

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls if is_implicit else None)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        tasks = [each._handler_coroutine for each in sink.sessions if each._handler_coroutine is not None]
        for each in sink.sessions:
            if each.transport is not None:
                each.transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
        for _ in range(10):  # TLS transports close in the next turns of the loop, however long they take
            await asyncio.sleep(0.001)


@dataclass(frozen=True)
class Certificate:
    """A certificate that nobody signed but itself, and its key."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificate(folder: Path, *names: str) -> Certificate:
    """Made by the openssl program; for `DNS:localhost`, `IP:127.0.0.1`."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl program to make a certificate with")
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(made.key), "-out", str(made.certificate), "-days", "3650", "-subj", "/CN=sink"),
            *("-addext", f"subjectAltName={','.join(names)}"),
        ],
        check=True,
        capture_output=True,
    )
    return made
