"""One text of the mail's settings into one value. Each raises ValueError with the sentence that says what to do."""

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.config.values import split_url
from bot.texts import settings as texts

_MAIL_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where to log in. `is_tls`: from the first byte; else by STARTTLS, but for a server on this very machine.

    `password` is empty where OAuth2 logs in, `path` is the folder of a mailbox.
    """

    host: str
    port: int
    is_tls: bool
    username: str
    password: SecretStr
    path: str = ""

    @property
    def is_local(self) -> bool:
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class MailListen:
    """Where a mail server of the shop's hands mails over."""

    protocol: Literal["lmtp", "smtp"]
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class ImapAfter:
    """What becomes of a mail at the server once it is stored here: nothing, marked as seen, or moved to a folder."""

    what: Literal["nothing", "seen", "move"] = "nothing"
    folder: str = ""


@dataclass(frozen=True, slots=True)
class ClamdAddress:
    """Where ClamAV's daemon listens: a host and port, or the path of its socket."""

    host: str = ""
    port: int = 0
    path: str = ""


def parse_imap_url(text: str) -> SecretStr:
    return _parse_server(text, schemes=("imap", "imaps"), sentence=texts.WRONG_IMAP_URL)


def parse_smtp_url(text: str) -> SecretStr:
    return _parse_server(text, schemes=("smtp", "smtps"), sentence=texts.WRONG_SMTP_URL)


def _parse_server(text: str, *, schemes: tuple[str, str], sentence: str) -> SecretStr:
    url = split_url(text, sentence=sentence)
    if url.scheme not in schemes or not url.hostname:
        raise ValueError(sentence)
    return SecretStr(text)


def imap_server(url: SecretStr) -> MailServer:
    """`imaps://support%40exemple.fr:motdepasse@imap.exemple.fr/INBOX` in its pieces; port 993, or 143 for `imap://`."""
    server = _server(url, is_tls_scheme="imaps", ports=(993, 143))
    return server if server.path else replace(server, path="INBOX")


def smtp_server(url: SecretStr) -> MailServer:
    """`smtps://…` in its pieces; port 465, or 587 for `smtp://`."""
    return _server(url, is_tls_scheme="smtps", ports=(465, 587))


def _server(url: SecretStr, *, is_tls_scheme: str, ports: tuple[int, int]) -> MailServer:
    parts = urlsplit(url.get_secret_value())
    is_tls = parts.scheme == is_tls_scheme
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or ports[0 if is_tls else 1],
        is_tls=is_tls,
        username=unquote(parts.username or ""),
        password=SecretStr(unquote(parts.password or "")),
        path=unquote(parts.path.strip("/")),
    )


def parse_mail_address(text: str) -> str:
    """In lower case, since no provider tells the two apart; a domain with accents as it is on the wire."""
    local, _, domain = text.rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}".lower()
    except UnicodeError as error:
        raise ValueError(texts.WRONG_MAIL_ADDRESS) from error
    if not _MAIL_ADDRESS.fullmatch(address):
        raise ValueError(texts.WRONG_MAIL_ADDRESS)
    return address


def parse_mail_listen(text: str) -> str:
    mail_listen(text)
    return text


def parse_imap_after(text: str) -> str:
    imap_after(text)
    return text


def parse_clamd(text: str) -> str:
    clamd_address(text)
    return text


def mail_listen(text: str) -> MailListen:
    """`lmtp://127.0.0.1:8024`: where to listen, and how. Beyond this machine only where the shop says so itself."""
    url = split_url(text, sentence=texts.WRONG_MAIL_LISTEN)
    if url.scheme not in ("lmtp", "smtp") or not url.hostname or url.port is None or url.path.strip("/"):
        raise ValueError(texts.WRONG_MAIL_LISTEN)
    return MailListen("lmtp" if url.scheme == "lmtp" else "smtp", url.hostname, url.port)


def imap_after(text: str) -> ImapAfter:
    """`nothing`, `seen`, or `move:Dossier`."""
    word, _, folder = text.partition(":")
    match word.strip().lower(), folder.strip():
        case "nothing", "":
            return ImapAfter()
        case "seen", "":
            return ImapAfter("seen")
        case "move", name if name:
            return ImapAfter("move", name)
        case _:
            raise ValueError(texts.WRONG_IMAP_AFTER)


def clamd_address(text: str) -> ClamdAddress:
    """`tcp://127.0.0.1:3310` or `unix:///run/clamav/clamd.ctl`."""
    url = split_url(text, sentence=texts.WRONG_CLAMD)
    if url.scheme == "tcp" and url.hostname and url.port:
        return ClamdAddress(host=url.hostname, port=url.port)
    if url.scheme == "unix" and not url.netloc and len(url.path) > 1:
        return ClamdAddress(path=unquote(url.path))
    raise ValueError(texts.WRONG_CLAMD)


def is_loopback(host: str) -> bool:
    """True for an address of this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
