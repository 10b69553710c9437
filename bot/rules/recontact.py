"""When a client must be recontacted, and when the technicians are reminded of it (C15, C17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.errors import RuleError
from bot.rules.business_hours import BusinessHours
from bot.rules.explanation import Explanation

ALLOWED = timedelta(hours=48)
PERCENTS = (50, 75, 90)
BREACH = "breach"
GRACE = timedelta(minutes=10)

_ZERO = timedelta(0)
_DAILY = "daily:"


class Reading(StrEnum):
    """The two readings of "48 heures ouvrées" in use (C15)."""

    OFFICE_HOURS = "office-hours"  # hours in which the office is open: four days and six hours of C14
    WORKING_DAYS = "working-days"  # hours of working days, counted around the clock: two days


@dataclass(frozen=True, slots=True)
class Deadline:
    """The latest moment to recontact a client; `starts_at` is when the clock starts. In the office zone."""

    received_at: datetime
    starts_at: datetime
    due_at: datetime
    allowed: timedelta
    reading: Reading


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something to tell the technicians of a ticket: `50`, `75`, `90`, `breach`, `daily:2026-11-23` (C17)."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class LatestDue:
    """Of a ticket's milestones that are due, the one to send, and those it makes superfluous."""

    name: str
    superseded: tuple[str, ...]


def deadline(
    received_at: datetime,
    *,
    hours: BusinessHours,
    allowed: timedelta = ALLOWED,
    reading: Reading = Reading.OFFICE_HOURS,
) -> Deadline:
    """The recontact deadline of what was received then (C15): Monday 08:00 → Friday 14:00, or Wednesday 08:00.

    *Reading:* the clock starts on receipt, or at the next opening when the office is closed, in both readings. So in
    working days Friday 20:00 gives Wednesday 08:00, and Friday 16:00 gives Tuesday 16:00. Counted around the clock, the
    end may fall in a lunch break or on a shortened day: it stays there, because it is the latest moment, not a meeting.
    """
    starts_at = hours.add(received_at, _ZERO)
    return Deadline(
        received_at.astimezone(hours.zone),
        starts_at,
        _counting(hours, reading).add(starts_at, allowed),
        allowed,
        reading,
    )


def explain(due: Deadline, *, hours: BusinessHours) -> Explanation:
    """How the deadline follows, segment by segment, from the receipt on."""
    waited = hours.explain(due.received_at, _ZERO)
    counted = _counting(hours, due.reading).explain(due.starts_at, due.allowed)
    return Explanation(due.received_at, due.due_at, due.allowed, waited.segments + counted.segments)


def milestones(due: Deadline, *, hours: BusinessHours, percents: Sequence[int] = PERCENTS) -> tuple[Milestone, ...]:
    """The reminders before the deadline, and the breach (C17): of Monday 08:00, Wednesday 11:00 is the half.

    They are parts of the business time between the start of the clock and the deadline, in both readings: nobody is
    there to be reminded at night.
    """
    business_time = hours.between(due.starts_at, due.due_at)
    nearing = [Milestone(str(percent), hours.add(due.starts_at, business_time * percent / 100)) for percent in percents]
    return (*nearing, Milestone(BREACH, due.due_at))


def next_daily(after: datetime, hours: BusinessHours) -> Milestone:
    """The reminder of the next office morning (C17): after a breach on Friday 14:00, `daily:` Monday, at 08:00.

    It falls on the first opening of a day; where the office is open over midnight, on midnight.
    """
    on = after.astimezone(hours.zone).date()
    first = _first_opening(on, hours)
    if first.astimezone(UTC) <= after.astimezone(UTC):  # within one zone, wall clocks would be compared
        first = _first_opening(on + timedelta(days=1), hours)
    return Milestone(f"{_DAILY}{first.date().isoformat()}", first)


def reminder_at(due_at: datetime, hours: BusinessHours) -> datetime:
    """When a milestone's reminder may be sent (C17): in office hours and at a closing at once, else at the opening."""
    if _is_closing(due_at, hours):
        return due_at.astimezone(hours.zone)
    return hours.add(due_at, _ZERO)


def may_remind(now: datetime, due_at: datetime, hours: BusinessHours) -> bool:
    """True when a reminder may be sent now: in office hours, or within ten minutes of the closing it is due at.

    The grace is there because a tick comes a little after 18:30, and the technicians are still within reach.
    """
    late = now.astimezone(UTC) - due_at.astimezone(UTC)
    return late >= _ZERO and (hours.is_open(now) or (late <= GRACE and _is_closing(due_at, hours)))


def latest_due(names: Iterable[str]) -> LatestDue:
    """The one reminder to send of those that are due (C17): after an outage, of `50` and `75` only `75`."""
    ordered = sorted(names, key=_rank)
    if not ordered:
        raise RuleError("no milestone is due: give at least one name")
    return LatestDue(ordered[-1], tuple(ordered[:-1]))


def _counting(hours: BusinessHours, reading: Reading) -> BusinessHours:
    return hours if reading is Reading.OFFICE_HOURS else hours.around_the_clock


def _first_opening(on: date, hours: BusinessHours) -> datetime:
    return hours.add(datetime.combine(on, time(0), tzinfo=hours.zone), _ZERO)


def _is_closing(at: datetime, hours: BusinessHours) -> bool:
    # in UTC: a step back on the wall clock would not be an instant earlier when the clock changes
    return not hours.is_open(at) and hours.is_open(at.astimezone(UTC) - timedelta.resolution)


def _rank(name: str) -> tuple[int, int, str]:
    if name.isdecimal():
        return 0, int(name), ""
    if name == BREACH:
        return 1, 0, ""
    if name.startswith(_DAILY):
        return 2, 0, name
    raise RuleError(f"{name!r} is not a milestone: give a percentage, {BREACH} or {_DAILY}2026-11-23")
