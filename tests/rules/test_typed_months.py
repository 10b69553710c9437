"""Months as they are typed, on 23 November 2026."""

from datetime import date

import pytest

from bot.rules.typed_months import parse_month

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        pytest.param("", date(2026, 11, 1), id="nothing is this month"),
        pytest.param("  ", date(2026, 11, 1), id="nor are spaces"),
        pytest.param("ce mois-ci", date(2026, 11, 1), id="this month"),
        pytest.param("Ce mois", date(2026, 11, 1), id="this month, shorter"),
        pytest.param("le mois dernier", date(2026, 10, 1), id="last month"),
        pytest.param("mois précédent", date(2026, 10, 1), id="the one before"),
        pytest.param("novembre", date(2026, 11, 1), id="this month's name"),
        pytest.param("Décembre", date(2025, 12, 1), id="a month that has not come is last year's"),
        pytest.param("octobre", date(2026, 10, 1), id="one that has"),
        pytest.param("en août", date(2026, 8, 1), id="with an accent and a preposition"),
        pytest.param("d’octobre 2024", date(2024, 10, 1), id="with an apostrophe and a year"),
        pytest.param("nov. 2025", date(2025, 11, 1), id="shortened"),
        pytest.param("sept", date(2026, 9, 1), id="shortened without its stop"),
        pytest.param("févr. 25", date(2025, 2, 1), id="a year of two digits"),
        pytest.param("11/2026", date(2026, 11, 1), id="in figures"),
        pytest.param("12/2026", date(2026, 12, 1), id="one to come, with its year"),
        pytest.param("1/26", date(2026, 1, 1), id="in few figures"),
        pytest.param("2026-11", date(2026, 11, 1), id="as computers write it"),
        pytest.param("11", date(2026, 11, 1), id="this month's number"),
        pytest.param("12", date(2025, 12, 1), id="a number to come is last year's"),
        pytest.param("1990-01", date(1990, 1, 1), id="the first one there is"),
        pytest.param("12/2100", date(2100, 12, 1), id="the last one there is"),
    ],
)
def test_a_month_is_understood(typed: str, month: date) -> None:
    assert parse_month(typed, today=TODAY) == month


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("brumaire", id="no month of ours"),
        pytest.param("0/2026", id="the zeroth"),
        pytest.param("13", id="the thirteenth"),
        pytest.param("2026-13", id="the thirteenth of a year"),
        pytest.param("12/1989", id="too long ago"),
        pytest.param("2101-01", id="too far ahead"),
        pytest.param("23/11/2026", id="a day"),
        pytest.param("mars avril", id="two"),
        pytest.param("novembre 126", id="a year of three digits"),
    ],
)
def test_anything_else_is_none(typed: str) -> None:
    assert parse_month(typed, today=TODAY) is None


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        pytest.param("mois dernier", date(2025, 12, 1), id="the month before January"),
        pytest.param("janvier", date(2026, 1, 1), id="January itself"),
        pytest.param("février", date(2025, 2, 1), id="the one after it"),
    ],
)
def test_in_january(typed: str, month: date) -> None:
    assert parse_month(typed, today=date(2026, 1, 31)) == month


def test_last_month_in_february_is_january() -> None:
    assert parse_month("mois dernier", today=date(2026, 2, 28)) == date(2026, 1, 1)
