"""The calendars that the tests of the rules speak of."""

import os
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.business_hours import BusinessHours
from bot.rules.opening_windows import Window
from bot.rules.public_holidays import closing_dates

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")

CONTRACT_DAY: tuple[Window, ...] = ((time(8), time(18, 30)),)
LUNCH_DAY: tuple[Window, ...] = ((time(8), time(12, 30)), (time(13, 30), time(18, 30)))
WHOLE_DAY: tuple[Window, ...] = ((time(0), time(0)),)

WEEK = dict.fromkeys(range(5), CONTRACT_DAY)


def contract_hours(**changes: object) -> BusinessHours:
    """C14: Monday to Friday, 08:00 to 18:30, Paris, public holidays excluded."""
    return BusinessHours(**{"week": WEEK, "zone": PARIS, "closed_on": closing_dates("FR"), **changes})  # type: ignore[arg-type]


def paris(text: str, *, fold: int = 0) -> datetime:
    """`2026-11-23 08:00` on the clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def hm(hours: int, minutes: int = 0, seconds: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def day(text: str) -> date:
    return date.fromisoformat(text)


def examples(count: int) -> int:
    """How many cases a property is tried on: few against a mutant, of which there are two thousand."""
    return min(count, 12) if "MUTANT_UNDER_TEST" in os.environ else count
