"""Dates, hours and lengths in French."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.texts.moments import day, day_and_hour, short_moment, span
from tests.rules.calendars import PARIS, hm, paris

NOW = paris("2026-11-24 10:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-11-27 14:00", "vendredi 27 novembre à 14h00", id="this week"),
        pytest.param("2026-11-24 16:30", "aujourd’hui à 16h30", id="today"),
        pytest.param("2026-11-25 09:05", "demain à 9h05", id="tomorrow, without a leading zero"),
        pytest.param("2026-11-23 00:00", "hier à 0h00", id="yesterday at midnight"),
        pytest.param("2026-12-01 08:00", "mardi 1er décembre à 8h00", id="the first of a month"),
        pytest.param("2027-08-02 08:00", "lundi 2 août 2027 à 8h00", id="far away, with its year"),
    ],
)
def test_day_and_hour(at: str, expected: str) -> None:
    assert day_and_hour(paris(at), PARIS, NOW) == expected


def test_what_is_read_later_says_the_date() -> None:
    assert day_and_hour(paris("2026-11-25 09:05"), PARIS, None) == "mercredi 25 novembre à 9h05"


def test_the_zone_is_the_office_s() -> None:
    assert day_and_hour(paris("2026-11-24 23:00"), ZoneInfo("Indian/Reunion"), NOW) == "demain à 2h00"


def test_short_for_an_sms() -> None:
    assert short_moment(paris("2026-01-02 14:00"), PARIS) == "ven. 2/01 à 14h00"


def test_every_weekday_and_month_has_its_name() -> None:
    assert [day(date(2026, 2, 1) + timedelta(days=n)).split()[0] for n in range(7)] == [
        "dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi",
    ]  # fmt: skip
    assert [day(date(2026, month, 2)).split()[2] for month in range(1, 13)] == [
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        pytest.param(hm(6, 30), "6 h 30", id="hours and minutes"),
        pytest.param(hm(31), "31 h", id="whole hours"),
        pytest.param(hm(1, 5), "1 h 05", id="few minutes"),
        pytest.param(hm(0, 45), "45 min", id="minutes"),
        pytest.param(hm(0, 0, 59), "moins d’une minute", id="seconds"),
        pytest.param(-hm(2), "2 h", id="late: the sign is said by others"),
    ],
)
def test_span(length: timedelta, expected: str) -> None:
    assert span(length) == expected
