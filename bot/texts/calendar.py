"""Calendar files (RFC 5545): a "13-14" session for those who are invited by mail (C29), an appointment (C16)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.meetings import Meeting

LENGTH = timedelta(hours=1)

_MOST_OCTETS = 75  # of a line, its end not counted (RFC 5545, 3.1)
_APPOINTMENT = re.compile(r"rdv-(\d{1,9})-\d{8}T\d{6}Z@permanence", re.ASCII)
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_file(meeting: Meeting, *, shop: str, now: datetime) -> str:
    """The session as one event, as it stands: UTC times, lines ended by CRLF and folded at 75 octets.

    Its UID stays the same over invitation, change and cancellation, and its SEQUENCE grows: a calendar then changes
    its entry instead of making another.
    """
    is_cancelled = meeting.cancelled_at is not None
    return _file(
        f"METHOD:{'CANCEL' if is_cancelled else 'PUBLISH'}",
        f"UID:13-14-{meeting.id}-{_instant(meeting.created_at)}@permanence",
        *_times(meeting.starts_at, since=meeting.created_at, now=now),
        f"SUMMARY:{_text(f'Session 13-14 · {shop}' if shop else 'Session 13-14')}",
        f"LOCATION:{_text(meeting.link)}",
        f"DESCRIPTION:{_text(f'Lien de la visio : {meeting.link}')}",
        f"URL:{meeting.link}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
    )


def appointment_file(
    ticket: int, at: datetime, *, opened_at: datetime, shop: str, ours: str, theirs: str, now: datetime
) -> str:
    """A ticket's appointment as an invitation that a calendar can answer: from our mail address to the client's.

    Its UID is the ticket's, so that another appointment on it moves the entry.
    """
    return _file(
        "METHOD:REQUEST",
        f"UID:rdv-{ticket}-{_instant(opened_at)}@permanence",
        *_times(at, since=opened_at, now=now),
        f"SUMMARY:{_text(f'Rendez-vous · {shop} (demande {ticket})')}",
        f"ORGANIZER:mailto:{ours}",
        f"ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:{theirs}",
        "STATUS:CONFIRMED",
    )


def ticket_of_appointment(uid: str) -> int | None:
    """The ticket that a calendar's answer is about: "rdv-41-20261123T090000Z@permanence" → 41."""
    found = _APPOINTMENT.match(uid)
    return int(found[1]) if found else None


def _times(starts_at: datetime, *, since: datetime, now: datetime) -> Iterator[str]:
    """When it is. SEQUENCE grows with each file: calendars take the newest."""
    yield f"DTSTAMP:{_instant(now)}"
    yield f"SEQUENCE:{(now - since) // timedelta(seconds=1)}"
    yield f"DTSTART:{_instant(starts_at)}"
    yield f"DTEND:{_instant(starts_at + LENGTH)}"


def _file(method: str, *event: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Permanence//13-14//FR", method, "BEGIN:VEVENT"]
    lines += [*event, "END:VEVENT", "END:VCALENDAR"]
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
