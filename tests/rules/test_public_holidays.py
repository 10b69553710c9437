"""The public holidays of France, by department (C14)."""

from collections.abc import Set
from datetime import date, timedelta

import pytest

from bot.errors import RuleError
from bot.rules.public_holidays import HOLIDAY_CODES, closing_dates
from tests.rules.calendars import day


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        pytest.param("FR", "2026-04-06", "Lundi de Pâques", id="Easter Monday"),
        pytest.param("FR", "2026-04-03", None, id="Good Friday is none in most of France"),
        pytest.param("FR-6AE", "2026-04-03", "Vendredi saint", id="Good Friday in Alsace"),
        pytest.param("FR-57", "2026-12-26", "Saint-Étienne", id="26 December in Moselle"),
        pytest.param("FR-973", "2026-06-10", "Abolition de l'esclavage", id="10 June in Guyane"),
        pytest.param("FR-974", "2026-12-20", "Abolition de l'esclavage", id="20 December in Réunion"),
        pytest.param(" fr-974 ", "2040-12-20", "Abolition de l'esclavage", id="any case, any year"),
        pytest.param("FR", "2026-05-02", None, id="an ordinary Saturday"),
    ],
)
def test_public_holidays_by_name(code: str, on: str, name: str | None) -> None:
    dates = closing_dates(code)
    assert dates.get(day(on)) == name
    assert (day(on) in dates) is (name is not None)


@pytest.mark.parametrize("code", ["FR", "FR-57", "FR-6AE", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976"])
def test_every_department_with_holidays_of_its_own_is_known(code: str) -> None:
    assert code in HOLIDAY_CODES
    assert closing_dates(code)[day("2026-07-14")] == "Fête nationale"


def test_the_shop_closes_on_dates_of_its_own() -> None:
    dates = closing_dates("FR", own=[day("2026-05-15"), day("2026-12-25")])
    assert dates[day("2026-05-15")] == ""
    assert dates[day("2026-12-25")] == "Noël"
    assert day("2026-05-18") not in dates


@pytest.mark.parametrize("code", ["DE", "FR-67", "FR-Zone A", "", "FR974", "-974"])
def test_an_unknown_calendar_is_refused_with_those_there_are(code: str) -> None:
    with pytest.raises(RuleError) as refused:
        closing_dates(code)
    assert str(refused.value).startswith(f"{code!r} is no holiday calendar: give one of FR, FR-57, FR-6AE, FR-971, ")
    assert "Zone" not in str(refused.value).removeprefix(repr(code))


FIXED = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")
MOVABLE = {
    2024: ("2024-04-01", "2024-05-09", "2024-05-20"),
    2025: ("2025-04-21", "2025-05-29", "2025-06-09"),
    2026: ("2026-04-06", "2026-05-14", "2026-05-25"),
    2027: ("2027-03-29", "2027-05-06", "2027-05-17"),
    2028: ("2028-04-17", "2028-05-25", "2028-06-05"),
    2029: ("2029-04-02", "2029-05-10", "2029-05-21"),
    2030: ("2030-04-22", "2030-05-30", "2030-06-10"),
}
"""Easter Monday, Ascension, Whit Monday: with the fixed ones, the eleven of the Code du travail, art. L3133-1."""
GOOD_FRIDAY = ("2024-03-29", "2025-04-18", "2026-04-03", "2027-03-26", "2028-04-14", "2029-03-30", "2030-04-19")

METROPOLITAN = {day(f"{year}-{fixed}") for year in MOVABLE for fixed in FIXED} | {
    day(movable) for year in MOVABLE.values() for movable in year
}
ALSACE_MOSELLE = METROPOLITAN | {day(on) for on in GOOD_FRIDAY} | {date(year, 12, 26) for year in MOVABLE}
"""Two more by art. L3134-13. Good Friday is one where there is a Protestant church; here, everywhere."""
REUNION = METROPOLITAN | {date(year, 12, 20) for year in MOVABLE}
"""One more, the abolition of slavery, by the law 83-550 and its decree 83-1003."""

EVERY_DAY = [date(2024, 1, 1) + timedelta(days=nth) for nth in range((date(2031, 1, 1) - date(2024, 1, 1)).days)]


@pytest.mark.parametrize(
    ("code", "official", "a_year"),
    [
        pytest.param("FR", METROPOLITAN, 11, id="metropolitan France"),
        pytest.param("FR-6AE", ALSACE_MOSELLE, 13, id="Alsace"),
        pytest.param("FR-57", ALSACE_MOSELLE, 13, id="Moselle"),
        pytest.param("FR-974", REUNION, 12, id="Réunion"),
    ],
)
def test_the_official_list_of_2024_to_2030_day_by_day(code: str, official: Set[date], a_year: int) -> None:
    closed = closing_dates(code)
    assert {on for on in EVERY_DAY if on in closed} == official
    assert [sum(on.year == year for on in official) for year in MOVABLE] == [a_year] * 7
    assert (EVERY_DAY[0], EVERY_DAY[-1], len(EVERY_DAY)) == (day("2024-01-01"), day("2030-12-31"), 2557)


def test_the_movable_ones_fall_on_their_weekdays() -> None:
    movable = [tuple(day(on) for on in year) for year in MOVABLE.values()]
    assert {tuple(on.weekday() for on in year) for year in movable} == {(0, 3, 0)}
    assert {(second - first, third - first) for first, second, third in movable} == {
        (timedelta(days=38), timedelta(days=49))
    }
    assert {easter_monday - day(friday) for (easter_monday, *_), friday in zip(movable, GOOD_FRIDAY, strict=True)} == {
        timedelta(days=3)
    }
