"""Periods, notice, guarantee and arrears (C9, C19-C22)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RuleError
from bot.rules.contract_term import (
    NoticeEffect,
    Period,
    anniversary,
    guarantee_until,
    is_in_arrears,
    months_later,
    notice_takes_effect,
    nth_period,
    period_of,
)
from tests.rules.calendars import day


@pytest.mark.parametrize(
    ("start", "n", "starts", "ends"),
    [
        pytest.param("2026-03-01", 1, "2026-03-01", "2027-02-28", id="1 March 2026 to 28 February 2027"),
        pytest.param("2026-03-01", 2, "2027-03-01", "2028-02-29", id="the second one"),
        pytest.param("2026-01-01", 1, "2026-01-01", "2026-12-31", id="a calendar year"),
        pytest.param("2026-12-31", 1, "2026-12-31", "2027-12-30", id="from 31 December"),
        pytest.param("2028-02-29", 1, "2028-02-29", "2029-02-28", id="from 29 February"),
        pytest.param("2028-02-29", 2, "2029-03-01", "2030-02-28", id="the second from 29 February"),
        pytest.param("2028-02-29", 4, "2031-03-01", "2032-02-28", id="the fourth ends on the eve of the 29th"),
        pytest.param("2028-02-29", 5, "2032-02-29", "2033-02-28", id="the fifth begins on 29 February again"),
    ],
)
def test_periods_are_computed_from_the_first_start(start: str, n: int, starts: str, ends: str) -> None:
    period = Period(n, day(starts), day(ends))
    assert nth_period(day(start), n) == period
    assert [period_of(day(start), on) for on in (period.starts_on, period.ends_on)] == [period, period]


@pytest.mark.parametrize(
    ("start", "on", "nth"),
    [
        pytest.param("2026-03-15", "2026-03-14", None, id="before the contract"),
        pytest.param("2026-03-15", "2026-03-15", 1, id="its first day"),
        pytest.param("2026-03-15", "2027-03-14", 1, id="the last day of the first period"),
        pytest.param("2026-03-15", "2027-03-15", 2, id="the first anniversary"),
        pytest.param("2026-03-15", "2027-01-20", 1, id="January of the next year"),
        pytest.param("2026-03-15", "2036-12-31", 11, id="ten years later"),
        pytest.param("2028-02-29", "2029-02-28", 1, id="28 February, of a start on the 29th"),
        pytest.param("2028-02-29", "2029-03-01", 2, id="1 March, of a start on the 29th"),
        pytest.param("2028-02-29", "2032-02-28", 4, id="28 February of a leap year"),
        pytest.param("2028-02-29", "2032-02-29", 5, id="29 February of a leap year"),
    ],
)
def test_the_period_of_a_date(start: str, on: str, nth: int | None) -> None:
    period = period_of(day(start), day(on))
    assert (period and period.nth) == nth


DATES = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(DATES, st.integers(0, 20_000))
def test_periods_follow_one_another_without_a_gap(starts_on: date, days: int) -> None:
    on = starts_on + timedelta(days=days)
    period = period_of(starts_on, on)
    assert period is not None
    assert period.starts_on <= on <= period.ends_on
    assert 365 <= (period.ends_on - period.starts_on).days + 1 <= 366
    assert nth_period(starts_on, period.nth + 1).starts_on == period.ends_on + timedelta(days=1)


def test_the_start_is_its_own_anniversary_nought() -> None:
    assert anniversary(day("2028-02-29"), 0) == day("2028-02-29")


def test_there_is_no_period_before_the_first() -> None:
    with pytest.raises(RuleError, match=r"^there is no period number 0: the first is 1$"):
        nth_period(day("2026-03-01"), 0)


@pytest.mark.parametrize(
    ("start", "received", "ends", "is_late"),
    [
        pytest.param("2026-03-01", "2026-11-30", "2027-02-28", False, id="well before"),
        pytest.param("2026-03-01", "2026-12-01", "2027-02-28", False, id="three months before, to the day"),
        pytest.param("2026-03-01", "2026-12-02", "2028-02-29", True, id="a day too late: the anniversary after"),
        pytest.param("2026-03-01", "2027-02-28", "2028-02-29", True, id="on the last day"),
        pytest.param("2026-03-01", "2027-03-01", "2028-02-29", False, id="on the anniversary: for the next one"),
        pytest.param("2026-05-31", "2027-02-28", "2027-05-30", False, id="three months before 31 May: end of February"),
        pytest.param("2026-05-31", "2027-03-01", "2028-05-30", True, id="the day after that"),
        pytest.param("2026-03-01", "2026-02-01", "2027-02-28", False, id="before the contract starts"),
        pytest.param("2026-03-01", "2020-02-01", "2027-02-28", False, id="long before the contract starts"),
    ],
)
def test_when_a_notice_takes_effect(start: str, received: str, ends: str, is_late: bool) -> None:
    assert notice_takes_effect(day(start), day(received)) == NoticeEffect(day(ends), is_late)


def test_another_shop_asks_for_another_notice() -> None:
    assert notice_takes_effect(day("2026-03-01"), day("2027-01-02"), months=2) == NoticeEffect(day("2028-02-29"), True)
    assert notice_takes_effect(day("2026-03-01"), day("2027-01-01"), months=2) == NoticeEffect(day("2027-02-28"), False)


def test_with_more_than_a_years_notice_two_anniversaries_can_be_too_near() -> None:
    start = day("2026-03-01")
    assert notice_takes_effect(start, day("2026-09-01"), months=18) == NoticeEffect(day("2028-02-29"), True)
    assert notice_takes_effect(start, day("2026-09-02"), months=18) == NoticeEffect(day("2029-02-28"), True)


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        pytest.param("2026-03-15", "2026-04-15", id="one calendar month"),
        pytest.param("2026-01-31", "2026-02-28", id="31 January: the last day of February"),
        pytest.param("2028-01-31", "2028-02-29", id="31 January of a leap year"),
        pytest.param("2026-01-28", "2026-02-28", id="28 January"),
        pytest.param("2026-02-28", "2026-03-28", id="28 February"),
        pytest.param("2026-12-31", "2027-01-31", id="over New Year"),
        pytest.param("2026-11-30", "2026-12-30", id="30 November"),
    ],
)
def test_the_guarantee_lasts_one_calendar_month(ended: str, until: str) -> None:
    assert guarantee_until(day(ended)) == day(until)


def test_another_shop_guarantees_longer() -> None:
    assert guarantee_until(day("2026-11-30"), months=3) == day("2027-02-28")


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param("2026-03-01", False, id="on the first day"),
        pytest.param("2026-03-31", False, id="30 days after"),
        pytest.param("2026-04-01", True, id="31 days after"),
    ],
)
def test_arrears(today: str, expected: bool) -> None:
    assert is_in_arrears(day("2026-03-01"), day(today)) is expected


def test_another_shop_waits_longer() -> None:
    assert not is_in_arrears(day("2026-03-01"), day("2026-04-15"), days=45)


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        pytest.param("2026-03-15", 1, "2026-04-15", id="a month later"),
        pytest.param("2026-03-15", -3, "2025-12-15", id="three months before, in the year before"),
        pytest.param("2026-03-15", 0, "2026-03-15", id="none"),
        pytest.param("2026-12-31", 2, "2027-02-28", id="there is no 31 February"),
        pytest.param("2028-03-31", -1, "2028-02-29", id="nor a 31 February before"),
        pytest.param("2026-03-15", 24, "2028-03-15", id="two years"),
    ],
)
def test_the_same_day_of_another_month(on: str, months: int, expected: str) -> None:
    assert months_later(day(on), months) == day(expected)
