"""Months as a technician types them: "novembre", "nov. 2026", "11/2026", "2026-11", "mois dernier", or nothing.

A closed grammar, like that of `typed_dates`: what it does not know is asked again.
"""

import re
from datetime import date

from bot.rules.folding import fold
from bot.rules.typed_dates import FIRST_YEAR, LAST_YEAR, MONTHS

_THIS = {"", "ce mois", "ce mois-ci"}
_LAST = {"mois dernier", "le mois dernier", "mois passe", "mois precedent"}
_MONTH = re.compile(
    r"(?:de |d'|en )?(?:"
    r"(?P<iso_year>[0-9]{4})-(?P<iso_month>[0-9]{1,2})"
    r"|(?P<month>[0-9]{1,2})(?:/(?P<year>[0-9]{4}|[0-9]{2}))?"
    rf"|(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?(?: (?P<named_year>[0-9]{{4}}|[0-9]{{2}}))?)"
)


def parse_month(text: str, *, today: date) -> date | None:
    """The first day of the month that was typed; without its year the last one that has begun.

    On 23 November 2026 "novembre" and nothing at all are this month, "décembre" and "12" are of 2025, because a report
    looks back; "12/2026" is the one to come. None for anything else, and outside the years 1990 to 2100.
    """
    words = " ".join(fold(text.replace("’", "'")).rstrip(" .,!").split())
    if words in _THIS:
        return today.replace(day=1)
    if words in _LAST:
        return _existing(today.year, today.month - 1) if today.month > 1 else _existing(today.year - 1, 12)
    found = _MONTH.fullmatch(words)
    if found is None:
        return None
    month = MONTHS[found["name"]] if found["name"] else int(found["iso_month"] or found["month"])
    year = found["iso_year"] or found["year"] or found["named_year"]
    if year is None:
        return _existing(today.year if month <= today.month else today.year - 1, month)
    return _existing(int(year) + (2000 if len(year) == 2 else 0), month)


def _existing(year: int, month: int) -> date | None:
    return date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None
