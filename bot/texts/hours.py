"""Office hours in words."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

from bot.rules.business_hours import BusinessHours
from bot.rules.opening_windows import MIDNIGHT, Window
from bot.texts.moments import WEEKDAYS

_A_MONDAY = date(2026, 11, 23)


def office_hours(hours: BusinessHours) -> str:
    """'du lundi au vendredi de 8h00 à 18h30', 'le samedi de 9h00 à 12h00': the week, without holidays and closings."""
    return ", ".join(f"{_days(first, last)} {_windows(windows)}" for first, last, windows in _runs(hours))


def _runs(hours: BusinessHours) -> Iterator[tuple[int, int, Sequence[Window]]]:
    """Days after one another with the same windows: (first, last, windows); those without any are left out."""
    week = [hours.usual_windows_on(_A_MONDAY + timedelta(days=nth)) for nth in range(7)]
    first = 0
    for nth, windows in enumerate(week):
        if nth == 6 or week[nth + 1] != windows:
            if windows:
                yield first, nth, windows
            first = nth + 1


def _days(first: int, last: int) -> str:
    if first == last:
        return f"le {WEEKDAYS[first]}"
    return f"du {WEEKDAYS[first]} au {WEEKDAYS[last]}"


def _windows(windows: Sequence[Window]) -> str:
    return " et ".join(f"de {_clock(opening)} à {_closing(closing)}" for opening, closing in windows)


def _closing(at: time) -> str:
    return "minuit" if at == MIDNIGHT else _clock(at)


def _clock(at: time) -> str:
    return f"{at.hour}h{at.minute:02}"
