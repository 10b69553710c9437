"""Days as a technician types them: "aujourd’hui", "hier", "01/03/2027", "1er mars", "2027-03-01".

A closed grammar, like that of `typed_moments`: what it does not know is asked again.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.rules.folding import fold

FIRST_YEAR, LAST_YEAR = 1990, 2100
_MOST_WORDS = 4  # "le 1er mars 2027"
_RELATIVE = {"avant-hier": -2, "hier": -1, "aujourd'hui": 0, "ce jour": 0, "demain": 1, "apres-demain": 2}
MONTHS = {
    name: nth
    for nth, names in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin",
         "juillet juil", "aout", "septembre sept sep", "octobre oct", "novembre nov", "decembre dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY = re.compile(
    r"(?:(?:le|du|au|des le) )?(?:(?P<relative>avant-hier|hier|aujourd'hui|ce jour|demain|apres-demain)"
    r"|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<day>[0-9]{1,2})(?:/(?P<month>[0-9]{1,2})(?:/(?P<year>[0-9]{4}|[0-9]{2}))?"
    rf"|(?:er)? (?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?(?: (?P<named_year>[0-9]{{4}}))?))"
)


def parse_day(text: str, *, today: date, is_past: bool = False) -> date | None:
    """The day that was typed, without its year the nearest one: on 25 November 2026 "1er mars" is in 2027.

    With `is_past` it is the last one that has come, 1 March 2026; with its year, or as "demain", it is what was typed.
    None for anything else, for a day that no calendar has (31/02), and outside the years 1990 to 2100.
    """
    found = _DAY.fullmatch(" ".join(fold(text.replace("’", "'")).rstrip(" .,!").split()))
    if found is None:
        return None
    if found["relative"]:
        return today + timedelta(days=_RELATIVE[found["relative"]])
    if found["iso"]:
        year, month, day = (int(part) for part in found["iso"].split("-"))
        return _existing(year, month, day)
    return _numbered(found, today, is_past=is_past)


def find_day(text: str, *, today: date, is_past: bool = False) -> tuple[date | None, str]:
    """The first day among the words, and the words without it: "virement hier 330" is yesterday, "virement 330".

    Of words that could be read in two ways the longest run is taken: "1er mars 2027" is one day.
    """
    words = text.split()
    for start in range(len(words)):
        for end in range(min(start + _MOST_WORDS, len(words)), start, -1):
            on = parse_day(" ".join(words[start:end]), today=today, is_past=is_past)
            if on is not None:
                return on, _joined(words[:start], words[end:])
    return None, _joined(words)


def _joined(*runs: Sequence[str]) -> str:
    return " ".join(word for run in runs for word in run)


def _numbered(found: re.Match[str], today: date, *, is_past: bool) -> date | None:
    day, month = int(found["day"]), MONTHS[found["name"]] if found["name"] else int(found["month"])
    year = found["year"] or found["named_year"]
    if year:
        return _existing(int(year) + (2000 if len(year) == 2 else 0), month, day)
    around = (_existing(today.year + step, month, day) for step in (-1, 0, 1))
    meant = (on for on in around if on is not None and not (is_past and on > today))
    return min(meant, key=lambda on: abs(on - today), default=None)


def _existing(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
