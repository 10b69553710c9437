"""Dates, hours and lengths as people say them in French, in the office zone."""

from datetime import date, datetime, timedelta, tzinfo

from bot.rules.calendar_version import CalendarVersion
from bot.rules.typed_moments import understand_moment

__all__ = ["clock_time", "day", "day_and_hour", "office_span", "short_day", "short_moment", "span", "understand_moment"]

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_RELATIVE = {-1: "hier", 0: "aujourd’hui", 1: "demain"}
_FAR = timedelta(days=180)


def day_and_hour(at: datetime, zone: tzinfo, now: datetime | None) -> str:
    """'vendredi 27 novembre à 14h00'; 'demain à 9h05' when `now` is given and near.

    A text that is kept and read later (an SMS, a card) is given no `now`: its "demain" would be wrong tomorrow.
    """
    local = at.astimezone(zone)
    today = None if now is None else now.astimezone(zone).date()
    return f"{day(local.date(), today)} à {clock_time(local)}"


def day(on: date, today: date | None = None) -> str:
    """'vendredi 27 novembre', 'mardi 1er décembre'; the year where it is far from `today`, 'hier' where it is near."""
    if today is None:
        return _long(on)
    near = _RELATIVE.get((on - today).days)
    if near:
        return near
    return f"{_long(on)} {on.year}" if abs(on - today) > _FAR else _long(on)


def short_day(on: date) -> str:
    """'ven. 27/11', for an SMS."""
    return f"{WEEKDAYS[on.weekday()][:3]}. {on.day}/{on.month:02}"


def on_date(on: date) -> str:
    """'01/03/2027', where the year matters."""
    return f"{on.day:02}/{on.month:02}/{on.year}"


def long_date(on: date) -> str:
    """'1er mars 2027', on paper."""
    return f"{_nth(on)} {MONTHS[on.month - 1]} {on.year}"


def short_moment(at: datetime, zone: tzinfo) -> str:
    """'ven. 27/11 à 14h00', for an SMS or a list."""
    local = at.astimezone(zone)
    return f"{short_day(local.date())} à {clock_time(local)}"


def clock_time(local: datetime) -> str:
    """'9h05', of a time that is already in the office zone."""
    return f"{local.hour}h{local.minute:02}"


def calendar_line(calendar: CalendarVersion) -> str:
    """'Calendrier : jours fériés FR (holidays 0.85), fuseau Europe/Paris (tzdata 2025b).'"""
    return (
        f"Calendrier : jours fériés {calendar.holidays} (holidays {calendar.holidays_version}), "
        f"fuseau {calendar.zone} (tzdata {calendar.zone_version})."
    )


def span(length: timedelta) -> str:
    """'6 h 30', '31 h', '45 min'; whole minutes, the rest dropped; the sign is not said."""
    minutes = abs(length) // timedelta(minutes=1)
    if not minutes:
        return "moins d’une minute"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def office_span(length: timedelta) -> str:
    """Business time: '31 h ouvrées', 'moins d’une minute'."""
    return f"{span(length)} ouvrées" if abs(length) >= timedelta(minutes=1) else span(length)


def _long(on: date) -> str:
    return f"{WEEKDAYS[on.weekday()]} {_nth(on)} {MONTHS[on.month - 1]}"


def _nth(on: date) -> str:
    return "1er" if on.day == 1 else str(on.day)
