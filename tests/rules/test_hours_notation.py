"""Office hours as written in the settings."""

from datetime import date, time

import pytest

from bot.errors import RuleError
from bot.rules.hours_notation import parse_dates, parse_office_hours, parse_special_hours
from tests.rules.calendars import CONTRACT_DAY, LUNCH_DAY, WEEK, WHOLE_DAY, day

SATURDAY = ((time(9), time(12)),)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        pytest.param("mon-fri 08:00-18:30", WEEK, id="C14"),
        pytest.param(
            "mon-fri 08:00-12:30 13:30-18:30; sat 09:00-12:00",
            {**dict.fromkeys(range(5), LUNCH_DAY), 5: SATURDAY},
            id="lunch, and Saturday morning",
        ),
        pytest.param("lun-ven 8h-18h30", WEEK, id="in French"),
        pytest.param("Lundi-VENDREDI 8:00-18H30", WEEK, id="whole French names, any case"),
        pytest.param("monday–friday 08:00–18:30", WEEK, id="dashes as a phone types them"),
        pytest.param(";mon,tue,wed 08:00-18:30;\n jeu,ven 08:00-18:30 ;", WEEK, id="lists, lines and stray separators"),
        pytest.param("sat 09:00-12:00; mon-fri 08:00-18:30", {**WEEK, 5: SATURDAY}, id="in any order"),
        pytest.param("mon-fri 13:30-18:30; mon-fri 08:00-12:30", dict.fromkeys(range(5), LUNCH_DAY), id="in two goes"),
        pytest.param("fri-mon 00:00-24:00", dict.fromkeys((0, 4, 5, 6), WHOLE_DAY), id="a range over the week-end"),
        pytest.param("sun-sun 00:00-23:59", {6: ((time(0), time(23, 59)),)}, id="a range of one day, the last minute"),
        pytest.param("dim 14:00-00:00", {6: ((time(14), time(0)),)}, id="until midnight, written 00:00"),
        pytest.param("mar 08:00-18:30", {1: CONTRACT_DAY}, id="mar is mardi"),
    ],
)
def test_a_week_in_words(text: str, week: object) -> None:
    parsed = parse_office_hours(text)
    assert parsed == week
    assert list(parsed) == sorted(parsed)


DAYS_WANTED = "is not a day: give mon, tue, wed, thu, fri, sat or sun (or lun … dim)"
WINDOW_WANTED = "is not a window: give an opening and a closing, such as 08:00-18:30"
DATE_WANTED = "is not a date: give year-month-day, such as 2026-12-24"
TIME_WANTED = "is not a time: give hours and minutes, such as 08:00 or 8h30"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            " ; ",
            ["no office hours: write them as mon-fri 08:00-12:30 13:30-18:30; sat 09:00-12:00"],
            id="nothing",
        ),
        pytest.param("mon-fri", ["'mon-fri': hours are missing, such as 08:00-18:30"], id="no hours"),
        pytest.param("mo 08:00-18:30", [f"'mo 08:00-18:30': 'mo' {DAYS_WANTED}"], id="a day too short to tell"),
        pytest.param("mon-xyz 08:00-18:30", [f"'mon-xyz 08:00-18:30': 'xyz' {DAYS_WANTED}"], id="an unknown day"),
        pytest.param("mon-tue-wed 8h-9h", [f"'mon-tue-wed 8h-9h': 'tue-wed' {DAYS_WANTED}"], id="two dashes"),
        pytest.param("mon 08:00", [f"'mon 08:00': '08:00' {WINDOW_WANTED}"], id="no closing"),
        pytest.param("mon 8h-9h-10h", [f"'mon 8h-9h-10h': '8h-9h-10h' {WINDOW_WANTED}"], id="two closings"),
        pytest.param("mon 08:00-25:00", [f"'mon 08:00-25:00': '25:00' {TIME_WANTED}"], id="25 o'clock"),
        pytest.param("mon 24:00-25:00", [f"'mon 24:00-25:00': '24:00' {TIME_WANTED}"], id="24:00 is no opening"),
        pytest.param("mon 08:60-09:00", [f"'mon 08:60-09:00': '08:60' {TIME_WANTED}"], id="minute 60"),
        pytest.param("mon 0800-0900", [f"'mon 0800-0900': '0800' {TIME_WANTED}"], id="no separator"),
        pytest.param("mon 18:00-08:00", ["monday: 18:00-08:00 ends before it begins"], id="reversed"),
        pytest.param(
            "lun 08:00-12:00; mon 11:00-14:00", ["monday: 08:00-12:00 and 11:00-14:00 overlap"], id="overlapping"
        ),
        pytest.param(
            "mon; tue 8h-x; wed 10:00-09:00",
            [
                "'mon': hours are missing, such as 08:00-18:30",
                f"'tue 8h-x': 'x' {TIME_WANTED}",
                "wednesday: 10:00-09:00 ends before it begins",
            ],
            id="everything at once",
        ),
    ],
)
def test_a_week_that_cannot_be_read(text: str, problems: list[str]) -> None:
    with pytest.raises(RuleError) as refused:
        parse_office_hours(text)
    assert str(refused.value).split("\n") == problems


def test_special_hours() -> None:
    assert parse_special_hours(
        "2026-12-24 08:00-12:00; 2026-12-31 closed; 2027-01-02 Fermé\n2027-01-04 14h-16h 9h-12h"
    ) == {
        day("2026-12-24"): ((time(8), time(12)),),
        day("2026-12-31"): (),
        day("2027-01-02"): (),
        day("2027-01-04"): ((time(9), time(12)), (time(14), time(16))),
    }
    assert parse_special_hours("") == {}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            "24/12/2026 closed",
            [f"'24/12/2026 closed': '24/12/2026' {DATE_WANTED}"],
            id="not a date",
        ),
        pytest.param("2026-12-24", ["'2026-12-24': hours are missing, such as 08:00-18:30"], id="no hours"),
        pytest.param(
            "2026-12-24 closed; 2026-12-24 8h-9h", ["'2026-12-24 8h-9h': this date is given twice"], id="given twice"
        ),
        pytest.param(
            "2026-12-24 12:00-08:00; 2026-12-31 closed 8h-9h",
            [
                f"'2026-12-31 closed 8h-9h': 'closed' {WINDOW_WANTED}",
                "2026-12-24: 12:00-08:00 ends before it begins",
            ],
            id="everything at once",
        ),
    ],
)
def test_special_hours_that_cannot_be_read(text: str, problems: list[str]) -> None:
    with pytest.raises(RuleError) as refused:
        parse_special_hours(text)
    assert str(refused.value).split("\n") == problems


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        pytest.param("", set(), id="none"),
        pytest.param("2026-05-15", {day("2026-05-15")}, id="one"),
        pytest.param(
            " 2026-05-15, 2026-08-14;2026-08-17 ",
            {day("2026-05-15"), day("2026-08-14"), day("2026-08-17")},
            id="several",
        ),
        pytest.param(
            "2026-08-30..2026-09-01", {date(2026, 8, 30), date(2026, 8, 31), date(2026, 9, 1)}, id="a stretch"
        ),
        pytest.param("2026-08-30..2026-08-30", {date(2026, 8, 30)}, id="a stretch of one"),
    ],
)
def test_dates(text: str, dates: set[date]) -> None:
    assert parse_dates(text) == dates


def test_dates_that_cannot_be_read() -> None:
    with pytest.raises(RuleError) as refused:
        parse_dates("demain, 2026-09-02..2026-09-01, 2026-05-15, 2026-05-15..2026-05-16..2026-05-17")
    assert str(refused.value).split("\n") == [
        f"'demain': 'demain' {DATE_WANTED}",
        "'2026-09-02..2026-09-01': it ends before it begins",
        f"'2026-05-15..2026-05-16..2026-05-17': '2026-05-16..2026-05-17' {DATE_WANTED}",
    ]
