"""Times as a technician types them, on Wednesday 25 November 2026 at 15:00."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import DeskRefusal
from bot.rules.typed_moments import Prefer, understand_moment
from tests.rules.calendars import PARIS, paris

NOW = paris("2026-11-25 15:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14h10", "2026-11-25 14:10"),
        ("14:10", "2026-11-25 14:10"),
        ("14:10:30", "2026-11-25 14:10"),
        ("à 9h", "2026-11-25 09:00"),
        ("9 h 05", "2026-11-25 09:05"),
        ("9 heures 30", "2026-11-25 09:30"),
        ("midi", "2026-11-25 12:00"),
        ("hier minuit", "2026-11-24 00:00"),
        ("hier 9h", "2026-11-24 09:00"),
        ("Hier à 9h05.", "2026-11-24 09:05"),
        ("avant-hier 16h", "2026-11-23 16:00"),
        ("aujourd’hui 9h", "2026-11-25 09:00"),
        ("lundi 14h", "2026-11-23 14:00"),
        ("lun. 14h", "2026-11-23 14:00"),
        ("mercredi 14h", "2026-11-25 14:00"),
        ("mercredi 16h", "2026-11-18 16:00"),
        ("mercredi dernier 14h", "2026-11-18 14:00"),
        ("vendredi dernier à 10h", "2026-11-20 10:00"),
        ("22/11 9h", "2026-11-22 09:00"),
        ("22/11/26 9h", "2026-11-22 09:00"),
        ("mercredi 15h", "2026-11-25 15:00"),
        ("22/11/2024 9h", "2024-11-22 09:00"),
        ("20 octobre 2023 9h", "2023-10-20 09:00"),
        ("le 31 à 9h", "2026-10-31 09:00"),
        ("22/11/2026 09:30", "2026-11-22 09:30"),
        ("2026-11-20 09:00", "2026-11-20 09:00"),
        ("2026-11-20T09:00", "2026-11-20 09:00"),
        ("le 20 à 9h", "2026-11-20 09:00"),
        ("vendredi 20 9h", "2026-11-20 09:00"),
        ("le 20 novembre vers 9h", "2026-11-20 09:00"),
        ("vendredi 20 novembre 2026 à 9h", "2026-11-20 09:00"),
        ("1er nov. 9h", "2026-11-01 09:00"),
        ("maintenant", "2026-11-25 15:00"),
        ("Maintenant !", "2026-11-25 15:00"),
        ("il y a 20 min", "2026-11-25 14:40"),
        ("il y a 1h30", "2026-11-25 13:30"),
        ("il y a une heure", "2026-11-25 14:00"),
        ("il y a un quart d’heure", "2026-11-25 14:45"),
        ("il y a une demi-heure", "2026-11-25 14:30"),
        ("15h05", "2026-11-25 15:05"),  # clocks differ by some minutes
    ],
)
def test_the_moment_of_past_work(text: str, expected: str) -> None:
    at = understand_moment(text, now=NOW, zone=PARIS)
    assert at == paris(expected)
    assert at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15h", "2026-11-25 15:00"),
        ("mercredi 15h", "2026-11-25 15:00"),
        ("16h30", "2026-11-25 16:30"),
        ("demain 14h30", "2026-11-26 14:30"),
        ("après-demain 9h", "2026-11-27 09:00"),
        ("lundi 14h", "2026-11-30 14:00"),
        ("mercredi 16h", "2026-11-25 16:00"),
        ("mercredi 14h", "2026-12-02 14:00"),
        ("mercredi prochain 16h", "2026-12-02 16:00"),
        ("vendredi 27 novembre 14h", "2026-11-27 14:00"),
        ("3 déc 10h", "2026-12-03 10:00"),
        ("le 5 à 10h", "2026-12-05 10:00"),
        ("5/1 10h", "2027-01-05 10:00"),
        ("dans 2 h", "2026-11-25 17:00"),
        ("dans 45 minutes", "2026-11-25 15:45"),
    ],
)
def test_the_moment_of_an_appointment(text: str, expected: str) -> None:
    assert understand_moment(text, now=NOW, zone=PARIS, prefer="future") == paris(expected)


@pytest.mark.parametrize(
    "text",
    [
        "", "bonjour", "12", "hier", "lundi", "25h", "14h75", "12:61", "31/02 9h", "30 février 9h", "mardi 22/11 9h",
        "mardi 22/11/2026 9h",
        "vendredi 31 9h", "prochain 9h", "il y a", "il y a 20", "il y a longtemps", "2026-13-01 09:00", "1/1/0 9h",
        "0/5 9h", "14h10 et 14h30", "hier 9h " * 20,
    ],
)  # fmt: skip
def test_what_is_not_understood_is_asked_again(text: str) -> None:
    with pytest.raises(DeskRefusal) as refusal:
        understand_moment(text, now=NOW, zone=PARIS)
    assert (refusal.value.reason, refusal.value.values) == ("moment", {"words": text[:80]})


@pytest.mark.parametrize(
    ("text", "prefer", "reason", "at"),
    [
        pytest.param("demain 9h", "past", "moment_ahead", "2026-11-26 09:00", id="work tomorrow"),
        pytest.param("15h06", "past", "moment_ahead", "2026-11-25 15:06", id="work in six minutes"),
        pytest.param("14h", "future", "moment_passed", "2026-11-25 14:00", id="an appointment an hour ago"),
    ],
)
def test_a_moment_on_the_wrong_side_of_now_is_refused_with_the_moment(
    text: str, prefer: Prefer, reason: str, at: str
) -> None:
    with pytest.raises(DeskRefusal) as refusal:
        understand_moment(text, now=NOW, zone=PARIS, prefer=prefer)
    assert (refusal.value.reason, refusal.value.values) == (reason, {"words": text, "at": paris(at)})


def test_a_date_without_a_year_is_the_nearest_one() -> None:
    january = paris("2027-01-05 12:00")
    assert understand_moment("28/12 9h", now=january, zone=PARIS) == paris("2026-12-28 09:00")
    with pytest.raises(DeskRefusal, match="moment_ahead"):
        understand_moment("12/1 9h", now=january, zone=PARIS)


@pytest.mark.parametrize(
    ("now", "text", "prefer", "expected"),
    [
        pytest.param("2027-01-05 12:00", "le 28 à 9h", "past", "2026-12-28 09:00", id="last month, over a new year"),
        pytest.param("2026-12-28 12:00", "le 5 à 9h", "future", "2027-01-05 09:00", id="next month, over a new year"),
        pytest.param("2026-11-30 12:00", "le 30 à 9h", "past", "2026-11-30 09:00", id="today"),
        pytest.param("2026-11-25 06:00", "18h", "future", "2026-11-25 18:00", id="this evening"),
        pytest.param("2026-11-25 05:59", "18h", "past", "2026-11-24 18:00", id="last evening, until six"),
    ],
)
def test_a_day_of_the_month_is_the_nearest_one(now: str, text: str, prefer: Prefer, expected: str) -> None:
    assert understand_moment(text, now=paris(now), zone=PARIS, prefer=prefer) == paris(expected)


def test_from_six_on_this_evening_is_ahead() -> None:
    with pytest.raises(DeskRefusal, match="moment_ahead"):
        understand_moment("18h", now=paris("2026-11-25 06:00"), zone=PARIS)


def test_in_the_small_hours_the_evening_was_yesterday_s() -> None:
    after_midnight = paris("2026-11-25 00:40")
    assert understand_moment("23h50", now=after_midnight, zone=PARIS) == paris("2026-11-24 23:50")
    assert understand_moment("0h10", now=after_midnight, zone=PARIS) == paris("2026-11-25 00:10")
    assert understand_moment("23h50", now=after_midnight, zone=PARIS, prefer="future") == paris("2026-11-25 23:50")


def test_the_hour_is_the_office_s_and_the_result_is_utc() -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    at = understand_moment("9h", now=now, zone=ZoneInfo("Indian/Reunion"))
    assert at == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_the_29th_of_february_is_the_nearest_one_there_is() -> None:
    assert understand_moment("29/2 9h", now=paris("2028-03-02 12:00"), zone=PARIS) == paris("2028-02-29 09:00")
    with pytest.raises(DeskRefusal):
        understand_moment("29/2 9h", now=paris("2026-03-02 12:00"), zone=PARIS)
