"""The life of a contract in dates of the office zone: periods, notice, guarantee, arrears (C9, C19-C22)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import RuleError

PERIOD_MONTHS = 12
NOTICE_MONTHS = 3
GUARANTEE_MONTHS = 1
ARREARS_DAYS = 30

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The nth coverage period of a contract, counted from 1; both days belong to it (C19)."""

    nth: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class NoticeEffect:
    """What a notice comes to (C21): the contract's last day, and whether it was too late for the anniversary before."""

    ends_on: date
    is_late: bool


def nth_period(starts_on: date, n: int) -> Period:
    """The nth period of a contract (C19): started on 1 March 2026, its first one ends on 28 February 2027."""
    if n < 1:
        raise RuleError(f"there is no period number {n}: the first is 1")
    return Period(n, anniversary(starts_on, n - 1), anniversary(starts_on, n) - _DAY)


def period_of(starts_on: date, on: date) -> Period | None:
    """The period that a date falls in; None before the contract starts (C13)."""
    if on < starts_on:
        return None
    n = (on.year - starts_on.year) * 12 + on.month - starts_on.month
    period = nth_period(starts_on, n // PERIOD_MONTHS + 1)
    return period if period.starts_on <= on else nth_period(starts_on, period.nth - 1)


def anniversary(starts_on: date, n: int) -> date:
    """The nth anniversary, always of the first start (C19): of 29 February 2028, 1 March 2029 and 29 February 2032."""
    year, month, last_day = _month(starts_on, n * PERIOD_MONTHS)
    if starts_on.day > last_day:
        return date(year, month, last_day) + _DAY
    return date(year, month, starts_on.day)


def notice_takes_effect(starts_on: date, received_on: date, *, months: int = NOTICE_MONTHS) -> NoticeEffect:
    """When a notice ends the contract (C21): for 1 March 2027, received by 1 December 2026; later, a year after.

    Before the contract starts, the anniversary in question is the first one. Where more than a year's notice was
    agreed, the following anniversary can be too near as well: it is the first one that is far enough.
    """
    first = period = period_of(starts_on, received_on) or nth_period(starts_on, 1)
    while received_on > months_later(period.ends_on + _DAY, -months):
        period = nth_period(starts_on, period.nth + 1)
    return NoticeEffect(period.ends_on, is_late=period is not first)


def guarantee_until(ended_on: date, *, months: int = GUARANTEE_MONTHS) -> date:
    """The last day of an intervention's guarantee (C9): 15 March → 15 April, 31 January → the last day of February."""
    return months_later(ended_on, months)


def is_in_arrears(period_starts_on: date, today: date, *, days: int = ARREARS_DAYS) -> bool:
    """True when an unpaid period began more than 30 days ago (C22): of 1 March, on 1 April and not on 31 March."""
    return today > period_starts_on + timedelta(days=days)


def months_later(on: date, months: int) -> date:
    """The same day so many months later, or before when below zero: of 31 January, one later, February's last day."""
    year, month, last_day = _month(on, months)
    return date(year, month, min(on.day, last_day))


def _month(on: date, months: int) -> tuple[int, int, int]:
    """Year, month and last day of the month that lies so many months after (or before) the date's."""
    years, month = divmod(on.month - 1 + months, 12)
    year = on.year + years
    return year, month + 1, monthrange(year, month + 1)[1]
