"""Days as a technician types them, on Wednesday 25 November 2026."""

from datetime import date

import pytest

from bot.rules.typed_dates import find_day, parse_day
from tests.rules.calendars import day

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aujourd’hui", "2026-11-25"),
        ("Aujourd'hui", "2026-11-25"),
        ("ce jour", "2026-11-25"),
        ("hier", "2026-11-24"),
        ("avant-hier", "2026-11-23"),
        ("demain", "2026-11-26"),
        ("après-demain", "2026-11-27"),
        ("2027-03-01", "2027-03-01"),
        ("01/03/2027", "2027-03-01"),
        ("1/3/27", "2027-03-01"),
        ("le 01/03/2027.", "2027-03-01"),
        ("du 1er mars 2027", "2027-03-01"),
        ("dès le 1er mars 2027", "2027-03-01"),
        ("1 mars", "2027-03-01"),
        ("1er  mars", "2027-03-01"),
        ("27/05", "2026-05-27"),
        ("26/05", "2027-05-26"),
        ("3 déc.", "2026-12-03"),
        ("3 jan", "2027-01-03"),
        ("3 sep.", "2026-09-03"),
        ("29 février", "2028-02-29"),
        ("31 août 2026", "2026-08-31"),
        ("1/1/1990", "1990-01-01"),
        ("31/12/2100", "2100-12-31"),
    ],
)
def test_a_day_that_was_typed(text: str, expected: str) -> None:
    today = date(2027, 6, 1) if text == "29 février" else TODAY
    assert parse_day(text, today=today) == day(expected)


@pytest.mark.parametrize(
    "text",
    ["", "31/02/2027", "29/02", "13/13/2027", "2027-02-30", "31/12/1989", "01/01/2101", "2101-01-01", "12", "mars",
     "1er", "le", "330,00", "99/01", "0/1/2027", "hier matin"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (None, ""), id="nothing"),
        pytest.param("virement 330", (None, "virement 330"), id="no day"),
        pytest.param("hier", (date(2026, 11, 24), ""), id="a day alone"),
        pytest.param("virement  hier 330", (date(2026, 11, 24), "virement 330"), id="in the middle"),
        pytest.param("le 1er mars 2027 chèque", (date(2027, 3, 1), "chèque"), id="four words"),
        pytest.param("1 mars 2028 330", (date(2028, 3, 1), "330"), id="the longest run"),
        pytest.param("31/12/2026 impayé depuis hier", (date(2026, 12, 31), "impayé depuis hier"), id="the first day"),
    ],
)
def test_a_day_among_words(text: str, expected: tuple[date | None, str]) -> None:
    assert find_day(text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1er mars", "2026-03-01"),
        ("25/11", "2026-11-25"),
        ("26/11", "2025-11-26"),
        ("01/03/2027", "2027-03-01"),
        ("demain", "2026-11-26"),
    ],
)
def test_a_day_of_something_that_has_happened(text: str, expected: str) -> None:
    assert parse_day(text, today=TODAY, is_past=True) == day(expected)
    assert find_day(f"reçu {text}", today=TODAY, is_past=True) == (day(expected), "reçu")
