"""The figures of the shop's report: deadlines kept, how long clients waited, the months it covers (C15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_high, median_low

from bot.rules.business_hours import BusinessHours

MONTHS = 13
"""A year, and the month that it is compared with."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A request as the report looks at it: instants, and None for what did not happen."""

    opened_at: datetime
    due_at: datetime
    recontacted_at: datetime | None = None
    closed_at: datetime | None = None
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Accounted:
    """What a client's account holds for one intervention, corrections included; `began_at` decides the month (C13).

    `decision` is a `rules.quota.Reason`; empty where the intervention is another client's by now.
    """

    client_id: int
    began_at: datetime
    units: int
    decision: str


def kept(requests: Iterable[Handled], *, now: datetime) -> tuple[int, int]:
    """How many deadlines were kept, of how many that are decided (C15): 9 of 10 are 90 %.

    Recontacted by the deadline, at its very instant too, is kept; later, or not by now, is missed. One that still runs
    is undecided. *Reading:* so is one whose ticket was closed in time without a recontact: a duplicate, or thanks.
    """
    verdicts = [verdict for request in requests if (verdict := _is_kept(request, now)) is not None]
    return sum(verdicts), len(verdicts)


def waited(request: Handled, *, hours: BusinessHours) -> timedelta | None:
    """The business time from the request to the recontact; None without one.

    Work entered afterwards may have begun before its ticket was opened: nobody waited then.
    """
    if request.recontacted_at is None:
        return None
    return hours.between(request.opened_at, max(request.opened_at, request.recontacted_at))


def median_business(durations: Sequence[timedelta]) -> timedelta | None:
    """The middle one of the business times, or half-way between the middle two; None without any."""
    return (median_low(durations) + median_high(durations)) / 2 if durations else None


def months_back(month: date, *, count: int = MONTHS) -> list[date]:
    """The first days of the months up to that of the date, the oldest first: 13 of November 2026 begin in 2025."""
    last = month.year * 12 + month.month - 1
    return [date(nth // 12, nth % 12 + 1, 1) for nth in range(last - count + 1, last + 1)]


def _is_kept(request: Handled, now: datetime) -> bool | None:
    if request.recontacted_at is not None:
        return request.recontacted_at <= request.due_at
    if request.closed_at is not None and request.closed_at <= request.due_at:
        return None
    return False if now > request.due_at else None
