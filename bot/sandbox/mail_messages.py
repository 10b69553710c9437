"""What the mail stand-in remembers: mails as bytes, and what a mail program shows of them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from functools import cached_property

CALENDAR, INVITATION = "text/calendar", "invitation.ics"
"""An appointment among the alternatives has no name of its own."""


@dataclass(frozen=True)
class MailFile:
    """A file that comes with a mail."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Mail:
    """One mail, in either direction. `envelope_from` is empty for the null sender, which nobody may answer.

    `number` counts the mails of the stand-in. `at` is when it was sent, or taken, by the stand-in's clock.
    """

    number: int
    is_inbound: bool
    envelope_from: str
    envelope_to: tuple[str, ...]
    raw: bytes
    at: datetime

    @cached_property
    def headers(self) -> EmailMessage:
        """The mail as the standard library reads it: `mail.headers["Auto-Submitted"]`."""
        return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(self.raw)

    def header(self, name: str) -> str:
        """One header's text, unfolded; empty where the mail has none, or one that nobody can read."""
        try:
            return " ".join(str(self.headers.get(name, "")).split())
        except (MessageError, ValueError, LookupError, TypeError, AttributeError):
            return ""

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sender(self) -> str:
        """The address in From, in lower case."""
        return parseaddr(self.header("From"))[1].lower()

    @property
    def sender_name(self) -> str:
        return parseaddr(self.header("From"))[0]

    @property
    def message_id(self) -> str:
        return self.header("Message-ID")

    @property
    def in_reply_to(self) -> str:
        return self.header("In-Reply-To")

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(self.header("References").split())

    @cached_property
    def text(self) -> str:
        """The plain text, as a mail program shows it; empty where there is none."""
        return _text(self.headers, "plain")

    @cached_property
    def html(self) -> str:
        return _text(self.headers, "html")

    @cached_property
    def files(self) -> tuple[MailFile, ...]:
        """What a mail program offers to save: attachments, and invitations among the alternatives."""
        return tuple(_file(part) for part in self.headers.walk() if _is_offered(part))

    def is_for(self, address: str) -> bool:
        return address.lower() in (each.lower() for each in self.envelope_to)


def _text(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None or part.get_content_maintype() != "text":
        return ""
    content = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    return decoded(content if isinstance(content, bytes) else b"", charset).replace("\r\n", "\n").rstrip("\n")


def decoded(content: bytes, charset: str) -> str:
    """Never raises: an alphabet that nobody knows is read as UTF-8, with marks for what is not."""
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        return content.decode(errors="replace")


def _is_offered(part: EmailMessage) -> bool:
    if part.is_multipart() and part.get_content_type() != "message/rfc822":
        return False
    return part.get_content_disposition() == "attachment" or part.get_content_type() == CALENDAR


def _file(part: EmailMessage) -> MailFile:
    content = part.get_payload(decode=True)
    name = part.get_filename() or (INVITATION if part.get_content_type() == CALENDAR else "sans-nom")
    return MailFile(name, content if isinstance(content, bytes) else b"", part.get_content_type())


class Mailboxes:
    """All mails there are, in the order in which they came."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def add(
        self, raw: bytes, *, sender: str, recipients: Iterable[str], at: datetime, is_inbound: bool = False
    ) -> Mail:
        mail = Mail(len(self.mails) + 1, is_inbound, sender, tuple(recipients), raw, at)
        self.mails.append(mail)
        return mail


def new_message_id(address: str) -> str:
    """A Message-ID as the mail program of this address makes them."""
    return f"<{secrets.token_hex(12)}@{domain(address) or 'mail.example'}>"


def domain(address: str) -> str:
    return address.rpartition("@")[2].strip("<> ")
