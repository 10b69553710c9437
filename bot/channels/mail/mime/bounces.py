"""Delivery reports: which mail of ours did not arrive, and why (RFC 3464). Pure and total."""

import re
from collections.abc import Iterator

from bot.channels.mail.mime.charsets import clean
from bot.channels.mail.mime.headers import Headers, decode_words, split_headers
from bot.channels.mail.mime.message_ids import message_ids
from bot.channels.mail.mime.people import mail_address, people
from bot.channels.mail.mime.structure import Part
from bot.channels.mail.mime.transfer import decode_transfer
from bot.domain.addresses import Address
from bot.domain.mails import Bounce, Reported
from bot.rules.mail_ids import ID_HEADER

MAX_REPORT = 64_000
_MAX_BLOCKS = 100
"""More than a mail of ours has recipients: what a report says of the last one counts too."""

_MAX_DIAGNOSTIC = 500
_FIRST_WORDS = 2_000
"""Characters of prose in which a daemon says what happened; the mail that it gives back comes after."""

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SMTP = re.compile(r"(?<![\d.])(5\d\d)(?=[ -])")
_ORIGINAL_IDS = [
    re.compile(rf"^[>\s]{{0,10}}{name}:\s{{0,10}}(<[^<>\s]{{1,500}}>)", re.IGNORECASE | re.MULTILINE)
    for name in (ID_HEADER, "message-id")
]
"""Ours first: a provider that puts an id of its own in the place of a mail's leaves that header alone."""

_RECIPIENT = re.compile(r"^[ \t]{0,8}<([^<>\s]{1,200}@[^<>\s]{1,200})>:", re.MULTILINE)  # qmail, Exim, Postfix, GMX
_DELAY = re.compile(
    r"not yet been delivered|delivery attempts will continue|still (?:being )?(?:trying|retried)"
    r"|will (?:keep trying|be retried|continue to try)"
    r"|(?:message|mail|delivery) (?:\S{1,80} )?(?:is |has been )?delayed"
    r"|(?:remise|distribution) (?:est )?(?:retard|diff)|pas encore (?:pu )?(?:être |été )(?:remis|distribué|délivré)"
    r"|tentatives (?:de remise |de distribution )?(?:se poursuiv|continu)",
    re.IGNORECASE,
)
_REPORTS = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_WORST_FIRST = ("failed", "delayed", "relayed", "expanded", "delivered")


def read_bounce(raw: bytes, root: Part, text: str) -> Bounce:
    """The worst that a report says of any recipient; of a daemon's own prose, what codes and ids it quotes.

    A report that forgets its action says it by its status; a mailbox that refuses as if it had read says neither.
    """
    parts = list(root.walk())
    blocks = [block for part in parts if part.kind in _REPORTS for block in _blocks(raw, part)]
    worst = min((block for block in blocks if _action(block)), key=_rank, default=None)
    original = next((found for part in parts if part.kind in _ORIGINALS if (found := _original(raw, part))), None)
    if worst is None:
        whom = [address for block in blocks if (address := mail_address(block.first("final-recipient")))]
        return _from_prose(root, text, original, whom)
    return Bounce(
        action=_action(worst),
        reported=tuple(_reported(block) for block in blocks if _action(block) == _action(worst)),
        original=original or _original_id(text) or _answered(root),
        diagnostic=decode_words(worst.first("diagnostic-code"))[:_MAX_DIAGNOSTIC],
    )


def _reported(block: Headers) -> Reported:
    return Reported(
        mail_address(block.first("final-recipient")) or mail_address(block.first("original-recipient")),
        _first(_STATUS, block.first("status")) or _first(_STATUS, block.first("diagnostic-code")),
    )


def _from_prose(root: Part, text: str, original: str | None, whom: list[Address]) -> Bounce:
    start = text[:MAX_REPORT]
    status = _first(_STATUS, start) or _first(_SMTP, start)
    is_delay = status.startswith("4") or (not status and _is_delay(root, start))
    return Bounce(
        action="delayed" if is_delay else "failed",
        reported=tuple(Reported(each, status) for each in whom or _named(root, start)) or (Reported(None, status),),
        original=original or _original_id(start) or _answered(root),
    )


def _named(root: Part, text: str) -> list[Address]:
    """Everybody whom a daemon's prose names: Exim's in a header of its own, the others' each before what was said."""
    told = [person.address for person in people(root.headers.all("x-failed-recipients"))]
    found = (mail_address(each) for each in _RECIPIENT.findall(text)[:_MAX_BLOCKS])
    return told or list(dict.fromkeys(address for address in found if address))


def _is_delay(root: Part, text: str) -> bool:
    return bool(_DELAY.search(root.headers.text("subject")) or _DELAY.search(text[:_FIRST_WORDS]))


def _answered(root: Part) -> str | None:
    """The mail that a report says, in its own header, to answer: what old Exchanges give back instead of ours."""
    found = message_ids(root.headers.first("in-reply-to")) or message_ids(root.headers.first("references"))[-1:]
    return next(iter(found), None)


def _blocks(raw: bytes, part: Part) -> Iterator[Headers]:
    """The groups of fields of a report: one of the mail, then one for each recipient."""
    body, _ = decode_transfer(raw[part.start : min(part.end, part.start + MAX_REPORT)], part.encoding)
    at = 0
    for _ in range(_MAX_BLOCKS):
        headers, after = split_headers(body, at, len(body))
        if after <= at:
            return
        yield headers
        at = after


def _original(raw: bytes, part: Part) -> str | None:
    """The Message-ID of the mail, or of its headers, that a report gives back."""
    if part.children:
        headers = part.children[0].headers
        found = message_ids(headers.first(ID_HEADER)) or message_ids(headers.first("message-id"))
        return next(iter(found), None)
    body, _ = decode_transfer(raw[part.start : min(part.end, part.start + MAX_REPORT)], part.encoding)
    return _original_id(clean(body.decode("latin-1"))) or None


def _original_id(text: str) -> str:
    return next((found for pattern in _ORIGINAL_IDS if (found := _first(pattern, text))), "")


def _rank(block: Headers) -> int:
    action = _action(block)
    return _WORST_FIRST.index(action) if action in _WORST_FIRST else len(_WORST_FIRST)


def _action(block: Headers) -> str:
    words = block.first("action").split()
    if words:
        return words[0].casefold()[:20]
    return {"5": "failed", "4": "delayed", "2": "delivered"}.get(_first(_STATUS, block.first("status"))[:1], "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
