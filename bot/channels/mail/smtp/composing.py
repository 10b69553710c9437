"""A mail out of a row of the outbox: its bytes, and its envelope. Pure: the same row makes the same bytes each time.

What leads to the headers: RFC 5322 (threading), RFC 3834 (automatic answers), RFC 6047 (appointments).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.channels.mail.mime.attachments import harmless_name
from bot.channels.mail.mime.charsets import clean
from bot.channels.mail.smtp.fields import (
    Field,
    ids_field,
    one_line,
    people_field,
    person_field,
    text_field,
    valid_ids,
    written_address,
)
from bot.domain.outbox import Outgoing
from bot.errors import PermanentDeliveryError
from bot.rules.mail_ids import ID_HEADER, message_id_of
from bot.rules.robots import LOOP_HEADER
from bot.texts.letters import letter_html, subject_about

MAX_MAIL_ID = 60
MAX_COPIES = 50
MAX_REFERENCES = 30

_MAIL_ID = re.compile(r"[\w+-]+(?:\.[\w+-]+)*", re.ASCII)
_METHOD = re.compile(r"^METHOD:(REQUEST|PUBLISH|CANCEL)[ \t]*\r?$", re.MULTILINE)
_METHODS = frozenset({"REQUEST", "PUBLISH", "CANCEL"})
_CONTENT_TYPE = re.compile(r"(application|audio|image|text|video)/([\w.+-]{1,80})", re.ASCII)
_CALENDAR_NAME = "rendez-vous.ics"

_NO_BOUNCE_ANYWAY = "All"
_BOUNCES_WANTED = "DR, RN, NRN, OOF, AutoReply"
"""`All` would keep Exchange from reporting that it could not deliver ([MS-OXCMAIL], 2.1.3.2.20): NDR is left out."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: our address, the shop's name before it, and the key of the Message-IDs that are made here."""

    address: str
    shop: str
    key: bytes = field(repr=False)

    @property
    def domain(self) -> str:
        return written_address(self.address).rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it leaves. `sender` is the envelope's, empty for the null one; `left_out` copies are no addresses."""

    raw: bytes = field(repr=False)
    mail_id: str
    sender: str
    recipient: str
    copies: tuple[str, ...] = ()
    left_out: int = 0


def compose(outgoing: Outgoing, *, writer: Writer, now: datetime, enclosure: Enclosure | None = None) -> Letter:
    """The mail of a row of `Kind.TEXT`; `now` dates one that nobody dated.

    The payload is {"body"}, and as far as they are there "subject", "mail_id", "in_reply_to", "references", "cc",
    "reply_to", "ics", "ics_method", "about", and "answers": True where it answers a mail at once. Raises
    `PermanentDeliveryError` for an address that cannot be written to ("mail_address", "mail_accents").
    """
    payload, own = outgoing.payload, written_address(writer.address)
    recipient = written_address(outgoing.address.identifier)
    copies, left_out = _copies(payload, own, recipient)
    mail_id = mail_id_of(outgoing, writer.key)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = person_field("From", writer.shop, own)
    mail["To"] = people_field("To", [recipient])
    if copies:
        mail["Cc"] = people_field("Cc", copies)
    mail["Subject"] = text_field("Subject", _subject(payload))
    mail["Date"] = Field("Date", format_datetime(outgoing.created_at or now))
    mail["Message-ID"] = Field("Message-ID", message_id_of(mail_id, own))
    _add_threading(mail, payload, own)
    is_answer = payload.get("answers") is True
    _add_loop_signs(mail, writer, is_automatic=outgoing.automatic, is_answer=is_answer)
    mail[ID_HEADER.title()] = Field(ID_HEADER.title(), message_id_of(mail_id, own))
    _add_content(mail, payload, shop=writer.shop, mail_id=mail_id, enclosure=enclosure)
    is_returnless = outgoing.automatic and is_answer
    return Letter(mail.as_bytes(), mail_id, "" if is_returnless else own, recipient, copies, left_out)


def mail_id_of(outgoing: Outgoing, key: bytes) -> str:
    """The local part of the Message-ID: the payload's, else one of the row's own: "r917.k2m4x7aqpz3wabcd".

    The same at each try, so that servers fold two copies of one mail. `created_at` is in it because a database that was
    restored gives the same ids to other rows.
    """
    given = _text(outgoing.payload, "mail_id")
    if len(given) <= MAX_MAIL_ID and _MAIL_ID.fullmatch(given):
        return given
    told = f"mail id {outgoing.id} {outgoing.created_at} {outgoing.address.identifier} {given}"
    digest = hmac.new(key, told.encode("utf-8", "replace"), hashlib.sha256).digest()
    return f"r{outgoing.id}.{base64.b32encode(digest)[:16].decode('ascii').lower()}"


def _copies(payload: Mapping[str, object], own: str, recipient: str) -> tuple[tuple[str, ...], int]:
    """Who gets a copy, and how many of those asked for cannot; nobody twice, and not ourselves."""
    taken: dict[str, str] = {own.casefold(): "", recipient.casefold(): ""}
    left_out = 0
    for each in _texts(payload, "cc"):
        try:
            spec = written_address(each.strip())
        except PermanentDeliveryError:
            left_out += 1
            continue
        taken.setdefault(spec.casefold(), spec)
    copies = [spec for spec in taken.values() if spec]
    return tuple(copies[:MAX_COPIES]), left_out + max(0, len(copies) - MAX_COPIES)


def _subject(payload: Mapping[str, object]) -> str:
    return one_line(_text(payload, "subject")) or subject_about(_text(payload, "about"))


def _add_threading(mail: EmailMessage, payload: Mapping[str, object], own: str) -> None:
    answered = valid_ids([_text(payload, "in_reply_to")])
    references = valid_ids([*_texts(payload, "references"), *answered])
    if len(references) > MAX_REFERENCES:  # the first is the thread's, the last are the nearest
        references = [references[0], *references[1 - MAX_REFERENCES :]]
    if answered:
        mail["In-Reply-To"] = ids_field("In-Reply-To", answered)
    if references:
        mail["References"] = ids_field("References", references)
    reply_to = _text(payload, "reply_to")
    if reply_to:
        mail["Reply-To"] = people_field("Reply-To", [written_address(reply_to)])


def _add_loop_signs(mail: EmailMessage, writer: Writer, *, is_automatic: bool, is_answer: bool) -> None:
    """What tells machines that a machine wrote (RFC 3834), and us that we did (S7)."""
    name = LOOP_HEADER.title()
    mail[name] = Field(name, writer.domain)
    if is_automatic:
        mail["Auto-Submitted"] = Field("Auto-Submitted", "auto-replied" if is_answer else "auto-generated")
        suppressed = _NO_BOUNCE_ANYWAY if is_answer else _BOUNCES_WANTED
        mail["X-Auto-Response-Suppress"] = Field("X-Auto-Response-Suppress", suppressed)


def _add_content(
    mail: EmailMessage, payload: Mapping[str, object], *, shop: str, mail_id: str, enclosure: Enclosure | None
) -> None:
    """Text and HTML, then what goes along, all of it in quoted-printable or base64.

    So no server on the way has to offer 8BITMIME, none converts it and breaks its signature, and a boundary with "=_"
    stands in no part.
    """
    body, ics = clean(_text(payload, "body")), _text(payload, "ics")
    mail.set_content(body, cte="quoted-printable")
    mail.make_alternative(boundary=f"=_{mail_id}-a")
    mail.add_alternative(letter_html(body, shop), subtype="html", cte="quoted-printable")
    if ics:
        mail.add_alternative(clean(ics), subtype="calendar", cte="base64", params={"method": _method(payload, ics)})
    if ics or enclosure:
        mail.make_mixed(boundary=f"=_{mail_id}-m")
    if ics:
        mail.add_attachment(_calendar(ics), maintype="application", subtype="ics", filename=_CALENDAR_NAME)
    if enclosure:
        maintype, subtype = _content_type(enclosure.content_type)
        name = harmless_name(enclosure.name, f"{maintype}/{subtype}", 1)
        mail.add_attachment(enclosure.content, maintype=maintype, subtype=subtype, filename=name)
    for part in list(mail.walk())[1:]:
        del part["MIME-Version"]  # the library writes it into each part


def _calendar(ics: str) -> bytes:
    """A calendar file's bytes: UTF-8, its lines ended by CRLF."""
    return clean(ics).replace("\n", "\r\n").encode()


def _method(payload: Mapping[str, object], ics: str) -> str:
    """What is asked of the calendar: as the payload says, else as the file does; the two must not differ (RFC 6047)."""
    given = _text(payload, "ics_method").upper()
    found = _METHOD.search(ics)
    return given if given in _METHODS else found[1] if found else "PUBLISH"


def _content_type(text: str) -> tuple[str, str]:
    found = _CONTENT_TYPE.fullmatch(text)
    return (found[1], found[2]) if found else ("application", "octet-stream")


def _text(payload: Mapping[str, object], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""


def _texts(payload: Mapping[str, object], key: str) -> list[str]:
    value = payload.get(key)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
