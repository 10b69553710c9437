"""What is due in a contract's life, and when it is told or done (C10, C20-C22)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot.domain.contracts import Contract
from bot.errors import RuleError
from bot.rules.business_hours import BusinessHours
from bot.rules.contract_term import ARREARS_DAYS, NOTICE_MONTHS, Period, months_later
from bot.rules.opening_timeline import start_of

LOST_DAYS = 30
"""How long before a period's last day both sides are told of the units that are about to be lost (C10)."""

_DAY = timedelta(days=1)
_ZERO = timedelta(0)


class Watch(StrEnum):
    """What is watched; a name is "renewal:2:4m", "lost:2", "arrears:2" or "period:3" with its period, or "ended"."""

    RENEWAL = "renewal"  # the last days for a notice draw near (C21)
    LOST = "lost"  # units are about to be lost (C10)
    ARREARS = "arrears"  # the period is unpaid for more than 30 days (C22)
    PERIOD = "period"  # this period opens, with a fresh allowance (C20)
    ENDED = "ended"  # the contract's last day has passed (C21, C22)


_NAME = re.compile(r"(?P<kind>renewal|lost|arrears|period):(?P<nth>[1-9][0-9]*)(?P<before>:[0-9]+m(?:1w)?)?")


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that is due on a day of the office zone, and the instant at which it is told or done."""

    name: str
    due_on: date
    remind_at: datetime


def planned(
    contract: Contract,
    period: Period,
    *,
    hours: BusinessHours,
    notice_months: int = NOTICE_MONTHS,
    arrears_days: int = ARREARS_DAYS,
    lost_days: int = LOST_DAYS,
) -> tuple[Planned, ...]:
    """What is due in one period of a contract, and the opening of the next one or the contract's end, by date.

    Of the period that ends on 28 February 2027: `renewal:1:4m` on 1 November 2026, told on Monday the 2nd at 08:00
    because people are reminded when the office opens; `period:2` on 1 March 2027 at 00:00, because it opens by itself.
    Nobody is reminded of a renewal once the contract's end is known.
    """
    next_on = period.ends_on + _DAY
    last_on = min(period.ends_on, contract.ends_on or period.ends_on)
    dates: dict[str, date] = {}
    if last_on >= period.starts_on:
        dates[f"{Watch.ARREARS}:{period.nth}"] = period.starts_on + timedelta(days=arrears_days + 1)
        dates[f"{Watch.LOST}:{period.nth}"] = last_on - timedelta(days=lost_days)
    if contract.ends_on is None:
        name = f"{Watch.RENEWAL}:{period.nth}:"
        dates[f"{name}{notice_months + 1}m"] = months_later(next_on, -notice_months - 1)
        dates[f"{name}{notice_months}m1w"] = months_later(next_on, -notice_months) - timedelta(weeks=1)
    told = [Planned(name, on, _opening(on, hours)) for name, on in dates.items()]
    if contract.ends_on is None or contract.ends_on >= next_on:
        done = Planned(f"{Watch.PERIOD}:{period.nth + 1}", next_on, start_of(next_on, hours.zone))
    else:
        after_on = contract.ends_on + _DAY
        done = Planned(Watch.ENDED.value, after_on, start_of(after_on, hours.zone))
    return tuple(sorted([*told, done], key=lambda each: (each.due_on, each.name)))


def parse_name(name: str) -> tuple[Watch, int | None]:
    """What a name is about: "renewal:2:4m" → renewal, 2; "ended" is about no period. `RuleError` for any other name."""
    if name == Watch.ENDED:
        return Watch.ENDED, None
    found = _NAME.fullmatch(name)
    if found is None or (found["kind"] == Watch.RENEWAL) != (found["before"] is not None):
        raise RuleError(f"{name!r} is not watched: give renewal:2:4m, lost:2, arrears:2, period:3 or ended")
    return Watch(found["kind"]), int(found["nth"])


def latest_renewal(names: Iterable[str]) -> str | None:
    """Of the renewal reminders among the names that are due, the one to tell: of `4m` and `3m1w` only `3m1w`.

    None when there is none; the others are superfluous.
    """
    return max((name for name in names if parse_name(name)[0] is Watch.RENEWAL), key=_lateness, default=None)


def _lateness(name: str) -> tuple[int, int, bool]:
    """The later the greater: by period, then by what is left before its end: 4 months, 3 months and a week."""
    _, nth, before = name.split(":")
    months, _, week = before.partition("m")
    return int(nth), -int(months), not week


def _opening(on: date, hours: BusinessHours) -> datetime:
    return hours.add(start_of(on, hours.zone), _ZERO).astimezone(UTC)
