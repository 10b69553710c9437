"""Delivery reports: which mail of ours did not arrive, and why (RFC 3464). Pure and total."""

import re
from collections.abc import Iterator

from bot.channels.mail.charsets import clean
from bot.channels.mail.headers import Headers, decode_words, split_headers
from bot.channels.mail.message_ids import message_ids
from bot.channels.mail.people import mail_address
from bot.channels.mail.structure import Part
from bot.channels.mail.transfer import decode_transfer
from bot.domain.mails import Bounce

MAX_REPORT = 64_000
_MAX_BLOCKS = 50
_MAX_DIAGNOSTIC = 500
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SMTP = re.compile(r"(?<![\d.])(5\d\d)(?=[ -])")
_ORIGINAL_ID = re.compile(r"^[>\s]{0,10}Message-ID:\s{0,10}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(r"^<([^<>\s]{1,200}@[^<>\s]{1,200})>:", re.MULTILINE)  # qmail, Exim and Postfix write it so
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_WORST_FIRST = ("failed", "delayed", "relayed", "expanded", "delivered")


def read_bounce(raw: bytes, root: Part, text: str) -> Bounce:
    """The worst that a report says of any recipient; of a daemon's own prose, what codes and ids it quotes."""
    parts = list(root.walk())
    recipients = [block for part in parts if part.kind in _REPORTS for block in _blocks(raw, part)]
    told = min((block for block in recipients if block.first("action")), key=_rank, default=None)
    original = next((found for part in parts if part.kind in _ORIGINALS if (found := _original(raw, part))), None)
    if told is None:
        return _from_prose(root, text, original)
    return Bounce(
        action=_action(told),
        status=_first(_STATUS, told.first("status")) or _first(_STATUS, told.first("diagnostic-code")),
        recipient=mail_address(told.first("final-recipient")) or mail_address(told.first("original-recipient")),
        original=original or _first(_ORIGINAL_ID, text) or None,
        diagnostic=decode_words(told.first("diagnostic-code"))[:_MAX_DIAGNOSTIC],
    )


def _from_prose(root: Part, text: str, original: str | None) -> Bounce:
    start = text[:MAX_REPORT]
    status = _first(_STATUS, start) or _first(_SMTP, start)
    return Bounce(
        action="delayed" if status.startswith("4") else "failed",
        status=status,
        recipient=mail_address(root.headers.first("x-failed-recipients") or _first(_RECIPIENT, start)),
        original=original or _first(_ORIGINAL_ID, start) or None,
    )


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
        return next(iter(message_ids(part.children[0].headers.first("message-id"))), None)
    body, _ = decode_transfer(raw[part.start : min(part.end, part.start + MAX_REPORT)], part.encoding)
    return _first(_ORIGINAL_ID, clean(body.decode("latin-1"))) or None


def _rank(block: Headers) -> int:
    action = _action(block)
    return _WORST_FIRST.index(action) if action in _WORST_FIRST else len(_WORST_FIRST)


def _action(block: Headers) -> str:
    words = block.first("action").split()
    return words[0].casefold()[:20] if words else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
