"""A "13-14" session as a calendar file (RFC 5545), for the calendars of those who are invited by mail (C29)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.meetings import Meeting

LENGTH = timedelta(hours=1)

_MOST_OCTETS = 75  # of a line, its end not counted (RFC 5545, 3.1)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_file(meeting: Meeting, *, shop: str, now: datetime) -> str:
    """The session as one event, as it stands: UTC times, lines ended by CRLF and folded at 75 octets.

    Its UID stays the same over invitation, change and cancellation, and its SEQUENCE grows: a calendar then changes
    its entry instead of making another.
    """
    is_cancelled = meeting.cancelled_at is not None
    sequence = (now - meeting.created_at) // timedelta(seconds=1)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Permanence//13-14//FR",
        f"METHOD:{'CANCEL' if is_cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:13-14-{meeting.id}-{_instant(meeting.created_at)}@permanence",
        f"DTSTAMP:{_instant(now)}",
        f"SEQUENCE:{sequence}",
        f"DTSTART:{_instant(meeting.starts_at)}",
        f"DTEND:{_instant(meeting.starts_at + LENGTH)}",
        f"SUMMARY:{_text(f'Session 13-14 · {shop}' if shop else 'Session 13-14')}",
        f"LOCATION:{_text(meeting.link)}",
        f"DESCRIPTION:{_text(f'Lien de la visio : {meeting.link}')}",
        f"URL:{meeting.link}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets; the later ones begin with a space, and no character is split over two."""
    piece, room = "", _MOST_OCTETS
    for char in line:
        size = len(char.encode())
        if size > room:
            yield piece
            piece, room = " ", _MOST_OCTETS - 1
        piece, room = piece + char, room - size
    yield piece
