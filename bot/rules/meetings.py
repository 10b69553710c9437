"""The "13-14" sessions (C29): when they are, when their reminder is due, which link leads there."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.rules.business_hours import BusinessHours

BEGINS = time(13)
"""In the office zone; a session lasts one hour."""

LONGEST_LINK = 200
"""With more an invitation would cost a third SMS."""

_AHEAD = timedelta(hours=2)
_LINK = re.compile(
    r"https://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::[0-9]{1,5})?"
    r"(?:[/?#][a-z0-9/?#&=%+._~:@!$,;*()-]*)?",
    re.IGNORECASE | re.ASCII,
)


def starts_at(on: date, zone: tzinfo) -> datetime:
    """The instant at which a date's session begins (C29): 27 November 2026 in Paris is 12:00 UTC."""
    return datetime.combine(on, BEGINS, tzinfo=zone).astimezone(UTC)


def reminder_at(begins_at: datetime, hours: BusinessHours) -> datetime:
    """When those invited are reminded (C29): at that morning's opening, 08:00 for a session of 13:00.

    On a day when the office is closed, or opens at 13:00 only: two hours before. In UTC.
    """
    local = begins_at.astimezone(hours.zone)
    windows = hours.windows_on(local.date())
    if not windows or windows[0][0] >= local.time():
        return begins_at.astimezone(UTC) - _AHEAD
    return datetime.combine(local.date(), windows[0][0], tzinfo=hours.zone).astimezone(UTC)


def read_link(text: str) -> str | None:
    """The link that a technician typed, a full stop behind it dropped; None for anything but a whole https link.

    "https://zoom.us/j/123" is one; "http://zoom.us/j/123", "zoom.us/j/123" and "https://me:pw@zoom.us" are none, nor is
    one of more than 200 characters.
    """
    link = text.rstrip(".,;")
    return link if len(link) <= LONGEST_LINK and _LINK.fullmatch(link) else None
