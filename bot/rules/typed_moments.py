"""Times as a technician types them: "14h10", "hier 9h", "lundi 14h", "22/11/2026 09:30", "il y a 20 min".

A closed grammar of our own: what it does not know is asked again. (dateparser reads "hier 9h" as nine hours before
yesterday and "3 dec 10h" as the year 2010: a guess would end in somebody's contract.)
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from bot.errors import DeskRefusal
from bot.rules.folding import fold
from bot.rules.typed_dates import MONTHS

Prefer = Literal["past", "future"]

_LONGEST = 80
_SLIP = timedelta(minutes=5)  # clocks differ: a start a few minutes ahead of ours is no mistake
_WEEKDAYS = {name: nth for nth, name in enumerate(("lun", "mar", "mer", "jeu", "ven", "sam", "dim"))}
_RELATIVE_DAYS = {"avant-hier": -2, "hier": -1, "aujourd'hui": 0, "ce jour": 0, "demain": 1, "apres-demain": 2}

_DAY = (
    r"(?:(?P<relative>avant-hier|hier|aujourd'hui|ce jour|demain|apres-demain)"
    r"|(?:(?P<weekday>lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim)\.?)?"
    r"\s*(?P<turn>prochain|dernier|passe)?"
    r"\s*(?:(?:le\s+)?(?P<day>\d{1,2})(?:er)?(?:\s*[/-]\s*(?P<month>\d{1,2})(?:\s*[/-]\s*(?P<year>\d{4}|\d{2}))?"
    rf"|\s+(?P<name>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?(?:\s+(?P<named_year>\d{{4}}))?)?)?"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}))"
)
_HOUR = (
    r"(?:(?P<noon>midi)|(?P<midnight>minuit)"
    r"|(?P<hour>\d{1,2})\s*(?:(?:h|heures?)\s*(?P<minute>\d{2})?(?:\s*min)?|:\s*(?P<minute2>\d{2})(?::\d{2})?))"
)
_MOMENT = re.compile(rf"(?:le\s+)?(?:{_DAY}(?:\s*,\s*|\s+a\s+|\s+vers\s+|t|\s+)|(?:a|vers)\s+)?{_HOUR}")
_AGO = re.compile(
    r"(?P<which>il y a|dans) (?:(?P<half>une demi-heure|une demi heure)|(?P<quarter>un quart d'heure)"
    r"|(?P<hours>\d{1,2}|une)\s*(?:h|heures?)\s*(?P<rest>\d{1,2})?|(?P<minutes>\d{1,3})\s*(?:min|mn|minutes?))"
)
_NOW = frozenset({"maintenant", "la maintenant", "tout de suite", "a l'instant", "now"})


def understand_moment(text: str, *, now: datetime, zone: tzinfo, prefer: Prefer = "past") -> datetime:
    """The instant somebody typed, in UTC. On Wednesday "lundi 14h" is two days ago, or five ahead with `future`.

    A date without a year is the nearest one. Raises `DeskRefusal`: `moment` when it is not understood,
    `moment_ahead` when past work would lie ahead, `moment_passed` when an appointment would lie behind.
    """
    words = _normalised(text)
    at = _read(words, now.astimezone(zone), zone, prefer) if len(words) <= _LONGEST else None
    if at is None:
        raise DeskRefusal("moment", words=text[:_LONGEST])
    if prefer == "past" and at > now + _SLIP:
        raise DeskRefusal("moment_ahead", words=text[:_LONGEST], at=at)
    if prefer == "future" and at < now:
        raise DeskRefusal("moment_passed", words=text[:_LONGEST], at=at)
    return at


def _normalised(text: str) -> str:
    return fold(text.replace("’", "'")).rstrip(" .!")


def _read(words: str, now: datetime, zone: tzinfo, prefer: Prefer) -> datetime | None:
    if words in _NOW:
        return now.astimezone(UTC)
    if ago := _AGO.fullmatch(words):
        return _apart(ago, now)
    found = _MOMENT.fullmatch(words)
    at = _hour(found) if found else None
    if found is None or at is None:
        return None
    try:
        on = _date(found, at, now, prefer)
        return None if on is None else datetime.combine(on, at, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):  # 31/02, year 0
        return None


def _apart(found: re.Match[str], now: datetime) -> datetime:
    if found["half"] or found["quarter"]:
        length = timedelta(minutes=30 if found["half"] else 15)
    elif found["hours"]:
        length = timedelta(hours=1 if found["hours"] == "une" else int(found["hours"]), minutes=int(found["rest"] or 0))
    else:
        length = timedelta(minutes=int(found["minutes"]))
    sign = -1 if found["which"] == "il y a" else 1
    return now.astimezone(UTC) + sign * length


def _hour(found: re.Match[str]) -> time | None:
    if found["noon"] or found["midnight"]:
        return time(12 if found["noon"] else 0)
    hour, minute = int(found["hour"]), int(found["minute"] or found["minute2"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _date(found: re.Match[str], at: time, now: datetime, prefer: Prefer) -> date | None:
    """The date meant; None when weekday and date disagree ("mardi 22/11" on a Sunday)."""
    today = now.date()
    if found["iso"]:
        return date.fromisoformat(found["iso"])
    if found["relative"]:
        return today + timedelta(days=_RELATIVE_DAYS[found["relative"]])
    weekday = _WEEKDAYS[found["weekday"][:3]] if found["weekday"] else None
    if found["day"]:
        on = _numbered(found, today, weekday)
        return on if weekday is None or on is None or on.weekday() == weekday else None
    if weekday is not None:
        return _weekday(weekday, found["turn"], at, now, prefer)
    return None if found["turn"] else _bare(at, now, prefer)


def _bare(at: time, now: datetime, prefer: Prefer) -> date:
    """An hour alone is today's; in the small hours, work at "23h50" was yesterday's."""
    is_last_night = prefer == "past" and now.hour < 6 and at.hour >= 18
    return now.date() - timedelta(days=is_last_night)


def _weekday(weekday: int, turn: str | None, at: time, now: datetime, prefer: Prefer) -> date:
    today = now.date()
    goes_ahead = turn == "prochain" or (turn is None and prefer == "future")
    if goes_ahead:
        days = (weekday - today.weekday()) % 7
        is_over = days == 0 and (turn is not None or at < now.time())
        return today + timedelta(days=7 if is_over else days)
    days = (today.weekday() - weekday) % 7
    is_ahead = days == 0 and (turn is not None or at > now.time())
    return today - timedelta(days=7 if is_ahead else days)


def _numbered(found: re.Match[str], today: date, weekday: int | None) -> date | None:
    day = int(found["day"])
    month = MONTHS[found["name"]] if found["name"] else int(found["month"] or 0)
    year = found["year"] or found["named_year"]
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if month:
        around = (_existing(year, month, day) for year in (today.year - 1, today.year, today.year + 1))
    else:
        around = (_existing(*_months_from(today, step), day) for step in (-1, 0, 1))
    dates = [on for on in around if on is not None and (weekday is None or on.weekday() == weekday)]
    return min(dates, key=lambda on: abs(on - today), default=None)


def _months_from(today: date, step: int) -> tuple[int, int]:
    nth = today.year * 12 + today.month - 1 + step
    return nth // 12, nth % 12 + 1


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
