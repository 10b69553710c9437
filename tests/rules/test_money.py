"""Amounts as they are typed, in cents."""

import pytest

from bot.rules.money import parse_euros


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("330", 33_000),
        ("330,00 €", 33_000),
        ("330.5", 33_050),
        ("330,05", 33_005),
        ("1 320,00", 132_000),
        ("1\u202f320\u00a0€", 132_000),
        ("12 euros", 1_200),
        ("1 euro", 100),
        ("12 EUR", 1_200),
        ("-330", -33_000),
        ("−330,10", -33_010),
        ("- 5", -500),
        ("0", 0),
        ("100000", 10_000_000),
    ],
)
def test_an_amount(text: str, cents: int) -> None:
    assert parse_euros(text) == cents


@pytest.mark.parametrize(
    "text", ["", "€", "abc", "330,005", "1 32", "12/05", "--1", "100000,01", "1234567", "330 hier"]
)
def test_no_amount(text: str) -> None:
    assert parse_euros(text) is None
