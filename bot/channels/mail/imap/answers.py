"""What an IMAP server answers to FETCH, read. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]*)"')
_LITERAL = re.compile(rb"\bBODY\[\](?:<\d+>)? \{(\d+)\}$")
_QUOTED = re.compile(rb'\bBODY\[\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one mail. `raw` is None where no text was asked for, and where the mail is gone.

    `arrived_at` is the server's INTERNALDATE, None when it makes no sense.
    """

    uid: int
    size: int | None = None
    arrived_at: datetime | None = None
    raw: bytes | None = None


def read_answers(lines: Sequence[bytes | tuple[bytes, bytes] | None]) -> Iterator[Answer]:
    """Each mail of a FETCH, as imaplib gives it: pairs of a line and its literal, then the line that ends the mail.

    Lines that name no UID are the server's own news (a flag that somebody else changed). A literal that is shorter than
    it was announced is no mail.
    """
    pairs: list[tuple[bytes, bytes]] = []
    for line in lines:
        if isinstance(line, tuple):
            pairs.append(line)
            continue
        told = b" ".join([*(before for before, _ in pairs), line or b""])
        uid = _UID.search(told)
        if uid is not None:
            size, arrived = _SIZE.search(told), _ARRIVED.search(told)
            yield Answer(
                uid=int(uid[1]),
                size=int(size[1]) if size else None,
                arrived_at=read_date(arrived[1].decode("ascii", "replace")) if arrived else None,
                raw=_text(pairs, line or b""),
            )
        pairs = []


def read_date(text: str) -> datetime | None:
    """ "17-Jul-1996 02:44:25 -0700" as an aware instant."""
    try:
        found = parsedate_to_datetime(text.strip().replace("-", " ", 2))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(pairs: list[tuple[bytes, bytes]], last: bytes) -> bytes | None:
    for before, literal in pairs:
        announced = _LITERAL.search(before)
        if announced is not None:
            return literal if len(literal) == int(announced[1]) else None
    quoted = _QUOTED.search(last)  # some servers write a short mail, or an empty one, between quotation marks
    return re.sub(rb"\\(.)", rb"\1", quoted[1]) if quoted else None
