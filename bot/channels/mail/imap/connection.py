"""A connection to an IMAP server: encrypted, logged in, watched for its death. Blocking."""

import imaplib
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import MailboxLoginError, MailboxStarttlsError
from imap_tools.utils import check_command_status

from bot.channels.mail.imap.trouble import ImapTrouble, Problem, named_troubles

# a server that is busy, or counts our connections, says nothing about the password (RFC 5530)
_BUSY = re.compile(rb"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # seconds, seconds, tries


@dataclass(frozen=True, slots=True)
class ImapLogin:
    """Where to log in, and as whom. `is_tls`: from the first byte; else by STARTTLS, but on this very machine.

    `password` is None where OAuth2 logs in.
    """

    host: str
    port: int
    is_tls: bool
    username: str
    password: str | None = field(repr=False)


class Leash:
    """Ends a connection from another thread: whoever waits for the server at the other end is woken at once."""

    def __init__(self) -> None:
        self.is_ended = Event()
        self._socket: socket.socket | None = None

    def hold(self, connection: socket.socket) -> None:
        self._socket = connection
        if self.is_ended.is_set():
            self.end()

    def end(self) -> None:
        self.is_ended.set()
        if self._socket is not None:
            with suppress(OSError):
                # of the plain socket: TLS's own shutdown would change an object that the other thread is using
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _StartTls(MailBoxUnencrypted):
    """imap-tools' own leaves the connection open when the server refuses STARTTLS, and takes no port 993."""

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = super()._get_mailbox_client()
        try:
            check_command_status(client.starttls(ssl.create_default_context()), MailboxStarttlsError)
        except BaseException:
            client.shutdown()
            raise
        return client


def connect(login: ImapLogin, leash: Leash, *, timeout_seconds: float) -> BaseMailBox:
    """Connect, and log nobody in yet. Raises `ImapTrouble`."""
    with named_troubles():
        mailbox = _open(login, timeout_seconds)
        connection = mailbox.client.sock
        leash.hold(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        return mailbox


def _open(login: ImapLogin, timeout: float) -> BaseMailBox:
    if login.is_tls:
        return MailBox(login.host, login.port, timeout=timeout, ssl_context=ssl.create_default_context())
    if is_this_machine(login.host):
        return MailBoxUnencrypted(login.host, login.port, timeout=timeout)
    return _StartTls(login.host, login.port, timeout=timeout)


def is_this_machine(host: str) -> bool:
    """True for a loopback address: the only way on which a password may go in the clear."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def log_in(mailbox: BaseMailBox, login: ImapLogin, token: str | None) -> None:
    """By the OAuth2 access token, else by the password. Raises `ImapTrouble`; LOGIN when the server refuses it."""
    with named_troubles():
        try:
            _prove(mailbox, login, token)
        except (imaplib.IMAP4.abort, OSError):
            raise
        except (imaplib.IMAP4.error, MailboxLoginError) as error:
            problem = Problem.NETWORK if _BUSY.search(_said(error)) else Problem.LOGIN
            raise ImapTrouble(problem, type(error).__name__) from None


def _prove(mailbox: BaseMailBox, login: ImapLogin, token: str | None) -> None:
    if token is not None:
        mailbox.client.authenticate("XOAUTH2", _once(f"user={login.username}\1auth=Bearer {token}\1\1".encode()))
        return
    password = login.password or ""
    has_login = "LOGINDISABLED" not in mailbox.client.capabilities
    if has_login and login.username.isascii() and password.isascii():
        mailbox.login(login.username, password, initial_folder=None)
    else:
        mailbox.login_utf8(login.username, password, initial_folder=None)


def _once(answer: bytes) -> Callable[[bytes], bytes]:
    """The answer to the server's first challenge; a second one is a refusal with its reason, and wants an empty line.

    imap-tools' own `xoauth2` sends the token a second time there.
    """
    answers = iter([answer])
    return lambda challenge: next(answers, b"")


def _said(error: Exception) -> bytes:
    if isinstance(error, MailboxLoginError):
        return b" ".join(part for part in error.command_result[1] if isinstance(part, bytes))
    return str(error).encode()
