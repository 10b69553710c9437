"""When a mail says that it was sent, and when a server says that it took it. Pure and total."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_AHEAD = timedelta(days=2)
"""No time zone is further ahead: a later clock is a wrong one."""
LONGEST_WAIT = timedelta(days=7)
"""Servers give up earlier: what they say they took before that is a wrong clock, or a mail that was moved since."""

_MAX_FIELD = 200

# What `parsedate_to_datetime` raises: no date is a ValueError or a TypeError, "99999999" years an OverflowError, and
# some damaged ones are looked at behind their end.
_BAD_DATES = (ValueError, TypeError, IndexError, OverflowError, AttributeError)


def sent_at(value: str, *, received_at: datetime) -> datetime | None:
    """The instant of a `Date:` field: `Mon, 23 Nov 2026 10:00:00 +0100` → 09:00 UTC; None when there is none to read.

    None as well before 1990 and more than two days after the mail was received. "-0000" means UTC.
    """
    try:
        moment = parsedate_to_datetime(value[:_MAX_FIELD])
        instant = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return instant if EARLIEST <= instant <= received_at + MOST_AHEAD else None
    except _BAD_DATES:
        return None


def believed(taken_at: datetime | None, *, now: datetime) -> datetime | None:
    """The instant at which our server says that it took a mail, from which the clock of C15 runs.

    None when it says none, when that lies ahead, or more than `LONGEST_WAIT` back.
    """
    return taken_at if taken_at is not None and now - LONGEST_WAIT <= taken_at <= now else None
