"""Office hours as people write them in the settings: `mon-fri 08:00-12:30 13:30-18:30; sat 09:00-12:00`."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.errors import RuleError
from bot.rules.opening_windows import DAYS, Window, ordered, problems_of
from bot.rules.problems import Problems

_FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_CLOSED = (["closed"], ["fermé"])
_TIME = re.compile(r"(\d{1,2})[:hH](\d{2})?", re.ASCII)
_END_OF_DAY = "24:00"


def parse_office_hours(text: str) -> dict[int, tuple[Window, ...]]:
    """The week that a setting describes, 0 = Monday.

    Groups stand between `;`, each with its days (`mon-fri`, `mon,wed`, `lun-ven`, whole names too) and its windows
    (`08:00-18:30`, `8h-18h30`; `24:00` is midnight). `RuleError` with every problem, one a line.
    """
    problems = Problems()
    week: dict[int, list[Window]] = {}
    for group in _groups(text):
        with problems.of(group):
            days, *hours = group.split()
            windows = _windows(hours)
            for weekday in _weekdays(days):
                week.setdefault(weekday, []).extend(windows)
    for weekday, windows_of_day in week.items():
        problems += problems_of(DAYS[weekday], windows_of_day)
    if not problems and not week:
        problems.append("no office hours: write them as mon-fri 08:00-12:30 13:30-18:30; sat 09:00-12:00")
    problems.report()
    return {weekday: ordered(week[weekday]) for weekday in sorted(week)}


def parse_special_hours(text: str) -> dict[date, tuple[Window, ...]]:
    """Hours of single dates: `2026-12-24 08:00-12:00; 2026-12-31 closed`. `RuleError` as above."""
    problems = Problems()
    special: dict[date, tuple[Window, ...]] = {}
    for group in _groups(text):
        with problems.of(group):
            day, *hours = group.split()
            on = _date(day)
            if on in special:
                raise RuleError("this date is given twice")
            special[on] = () if [hour.casefold() for hour in hours] in _CLOSED else ordered(_windows(hours))
    for on, windows in special.items():
        problems += problems_of(on.isoformat(), windows)
    problems.report()
    return special


def parse_dates(text: str) -> frozenset[date]:
    """Dates, and stretches of dates, both ends included: `2026-05-15, 2026-08-03..2026-08-21`. `RuleError` as above."""
    problems = Problems()
    dates: set[date] = set()
    for item in re.findall(r"[^,;\s]+", text):
        with problems.of(item):
            first, *last = map(_date, item.split("..", maxsplit=1))
            end = last[0] if last else first
            if end < first:
                raise RuleError("it ends before it begins")
            dates.update(first + timedelta(days=n) for n in range((end - first).days + 1))
    problems.report()
    return frozenset(dates)


def _groups(text: str) -> Iterator[str]:
    return (group.strip() for group in re.split(r"[;\n]", text) if group.strip())


def _weekdays(text: str) -> Iterator[int]:
    for item in text.split(","):
        first, *last = map(_weekday, re.split("[-\N{EN DASH}]", item, maxsplit=1))
        yield from ((first + n) % 7 for n in range((last[0] - first) % 7 + 1 if last else 1))


def _weekday(name: str) -> int:
    wanted = name.casefold()
    for days in (DAYS, _FRENCH_DAYS):
        for weekday, day in enumerate(days):
            if len(wanted) >= 3 and day.startswith(wanted):
                return weekday
    raise RuleError(f"{name!r} is not a day: give mon, tue, wed, thu, fri, sat or sun (or lun … dim)")


def _windows(texts: list[str]) -> list[Window]:
    if not texts:
        raise RuleError("hours are missing, such as 08:00-18:30")
    return [_window(text) for text in texts]


def _window(text: str) -> Window:
    opening, *closing = re.split("[-\N{EN DASH}]", text)
    if len(closing) != 1:
        raise RuleError(f"{text!r} is not a window: give an opening and a closing, such as 08:00-18:30")
    return _time(opening), time(0) if closing[0] == _END_OF_DAY else _time(closing[0])


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    hour, minute = (int(part or 0) for part in found.groups()) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise RuleError(f"{text!r} is not a time: give hours and minutes, such as 08:00 or 8h30")
    return time(hour, minute)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleError(f"{text!r} is not a date: give year-month-day, such as 2026-12-24") from None
