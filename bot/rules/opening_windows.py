"""Opening windows of a day, and what can be wrong with them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise

from bot.rules.problems import Problems

Window = tuple[time, time]
"""From its opening to its closing, half-open. `time(0)` as the closing is the midnight that ends the day."""

MIDNIGHT = time(0)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def ordered(windows: Sequence[Window]) -> tuple[Window, ...]:
    """The windows of a day from the earliest to the latest."""
    return tuple(sorted(windows))


def check_calendar(
    week: Mapping[int, Sequence[Window]],
    closed_on: Collection[date],
    special: Mapping[date, Sequence[Window]],
) -> None:
    """Refuse hours that cannot be meant: `RuleError` with every problem at once, one a line."""
    problems = Problems()
    for weekday, windows in week.items():
        if weekday in range(7):
            problems += problems_of(DAYS[weekday], windows)
        else:
            problems.append(f"{weekday!r} is not a weekday: give 0 (Monday) to 6 (Sunday)")
    for on, windows in special.items():
        problems += _problems_of_date(on, "special") or problems_of(on.isoformat(), windows)
    if not isinstance(closed_on, Mapping):  # a mapping may be endless (public holidays): never walk through it
        problems += [problem for on in closed_on for problem in _problems_of_date(on, "closed_on")]
    if not problems and not any(week.values()) and not any(special.values()):
        problems.append("no opening hours at all: give at least one window, such as Monday 08:00-18:30")
    problems.report()


def problems_of(day: str, windows: Sequence[Window]) -> list[str]:
    """What is wrong with one day's windows, in words that begin with the day's name."""
    problems = [
        f"{day}: {_shown(window)} ends before it begins"
        for window in windows
        if window[1] <= window[0] and window[1] != MIDNIGHT
    ]
    if problems:
        return problems
    in_order = ordered(windows)
    return [
        f"{day}: {_shown(earlier)} and {_shown(later)} overlap"
        for earlier, later in pairwise(in_order)
        if earlier[1] == MIDNIGHT or later[0] < earlier[1]
    ]


def _problems_of_date(on: date, where: str) -> list[str]:
    # a datetime is a date to isinstance, and would never equal one
    if isinstance(on, datetime) or not isinstance(on, date):
        return [f"{where}: {on!r} is not a date of the office zone: give datetime.date"]
    return []


def _shown(window: Window) -> str:
    opening, closing = window
    return f"{opening:%H:%M}-{'24:00' if closing == MIDNIGHT else f'{closing:%H:%M}'}"
