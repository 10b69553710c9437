"""Units, decisions and the balance of a package (C4, C5, C7-C13)."""

from datetime import timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clients import ClientKind
from bot.domain.tickets import Outcome
from bot.errors import RuleError
from bot.rules.quota import (
    BEYOND,
    Balance,
    Decision,
    Reason,
    Rounding,
    balance,
    crossed_threshold,
    decide,
    units,
    units_of_sittings,
)
from tests.rules.calendars import hm


@pytest.mark.parametrize(
    ("worked", "expected"),
    [
        pytest.param(hm(0), 1, id="nothing worked counts one unit"),
        pytest.param(hm(0, 0, 1), 1, id="1 s counts one unit"),
        pytest.param(hm(0, 13), 1, id="13 min counts one unit"),
        pytest.param(hm(0, 15), 1, id="15 min 00 s counts one unit"),
        pytest.param(hm(0, 15) + timedelta.resolution, 2, id="a microsecond more counts two units"),
        pytest.param(hm(0, 15, 1), 2, id="15 min 01 s counts two units"),
        pytest.param(hm(0, 22), 2, id="22 min counts two units"),
        pytest.param(hm(0, 30), 2, id="30 min 00 s counts two units"),
        pytest.param(hm(0, 30, 1), 3, id="30 min 01 s counts three units"),
        pytest.param(hm(3), 12, id="3 h count a whole package"),
        pytest.param(timedelta(days=10_000), 960_000, id="no rounding error in 10,000 days"),
    ],
)
def test_units(worked: timedelta, expected: int) -> None:
    assert units(worked) == expected


@given(st.timedeltas(min_value=timedelta(0)))
def test_units_are_the_slices_that_the_started_minutes_fill(worked: timedelta) -> None:
    minutes = ceil(Fraction(worked // timedelta.resolution, 60_000_000))
    assert units(worked) == max(1, ceil(Fraction(minutes, 15)))


def test_units_are_whole_numbers_and_exact() -> None:
    assert str(units(timedelta(days=900_000_000) + timedelta.resolution)) == "86400000001"


def test_another_shop_counts_other_slices() -> None:
    assert [units(hm(0, minutes), slice_minutes=10) for minutes in (10, 11, 20, 21)] == [1, 2, 2, 3]
    assert units(hm(0, 1, 1), slice_minutes=1) == 2


@pytest.mark.parametrize(
    ("sittings", "by_ticket", "by_sitting"),
    [
        pytest.param([hm(0, 5), hm(0, 5)], 1, 2, id="5 + 5 min"),
        pytest.param([hm(0, 10), hm(0, 10)], 2, 2, id="10 + 10 min"),
        pytest.param([hm(0, 7, 30), hm(0, 7, 30)], 1, 2, id="two half slices"),
        pytest.param([hm(0, 7, 30), hm(0, 7, 31)], 2, 2, id="two half slices and a second"),
        pytest.param([hm(0, 0, 20)] * 3, 1, 3, id="three times 20 s"),
        pytest.param([hm(0, 16)], 2, 2, id="one sitting"),
    ],
)
def test_sittings_are_added_and_rounded_once_or_each_by_itself(
    sittings: list[timedelta], by_ticket: int, by_sitting: int
) -> None:
    assert units_of_sittings(sittings) == by_ticket
    assert units_of_sittings(sittings, rounding=Rounding.TICKET) == by_ticket
    assert units_of_sittings(sittings, rounding=Rounding.SITTING) == by_sitting


def test_another_shop_counts_sittings_in_other_slices() -> None:
    sittings = [hm(0, 20), hm(0, 25)]
    assert units_of_sittings(sittings, slice_minutes=30) == 2
    assert units_of_sittings(sittings, slice_minutes=10, rounding=Rounding.SITTING) == 5


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        pytest.param(
            lambda: units(-timedelta.resolution),
            "-1 day, 23:59:59.999999 of work is less than nothing: give the end after the start",
            id="negative work",
        ),
        pytest.param(
            lambda: units_of_sittings([hm(1), -hm(0, 5)]),
            "-1 day, 23:55:00 of work is less than nothing: give the end after the start",
            id="a negative sitting that the sum would hide",
        ),
        pytest.param(
            lambda: units_of_sittings([]), "an intervention has at least one sitting: give its length", id="no sitting"
        ),
        pytest.param(
            lambda: units(hm(1), slice_minutes=0),
            "a slice of 0 minutes cannot be counted: give 1 or more",
            id="slices of nothing",
        ),
    ],
)
def test_work_that_cannot_be_counted(ask: object, message: str) -> None:
    with pytest.raises(RuleError) as refused:
        ask()  # type: ignore[operator]
    assert str(refused.value) == message


GROUP, INDIVIDUAL = ClientKind.GROUP_PRACTICE, ClientKind.INDIVIDUAL


@pytest.mark.parametrize(
    ("kind", "outcome", "circumstances", "reason", "rule"),
    [
        pytest.param(GROUP, Outcome.RESOLVED, {}, Reason.COUNTED, "C7", id="resolved for a group practice: counted"),
        pytest.param(
            INDIVIDUAL, Outcome.RESOLVED, {}, Reason.INDIVIDUAL_CONTRACT, "C11", id="in one's own name: never counted"
        ),
        pytest.param(GROUP, Outcome.FAILED, {}, Reason.FAILED, "C8", id="failed: not counted"),
        pytest.param(GROUP, Outcome.COMMERCIAL, {}, Reason.COMMERCIAL, "C5", id="commercial: not counted"),
        pytest.param(GROUP, Outcome.VENDOR_FAULT, {}, Reason.VENDOR_FAULT, "C5", id="the vendor's fault: not counted"),
        pytest.param(GROUP, Outcome.OUT_OF_SCOPE, {}, Reason.OUT_OF_SCOPE, "C4", id="out of scope: not counted"),
        pytest.param(GROUP, Outcome.NOT_A_REQUEST, {}, Reason.NOT_A_REQUEST, "C1", id="not a request: not counted"),
        pytest.param(GROUP, Outcome.DUPLICATE, {}, Reason.DUPLICATE, "C1", id="a duplicate: not counted"),
        pytest.param(
            GROUP,
            Outcome.RESOLVED,
            {"under_guarantee": True},
            Reason.UNDER_GUARANTEE,
            "C9",
            id="under guarantee: not counted",
        ),
        pytest.param(
            GROUP,
            Outcome.RESOLVED,
            {"is_covered": False},
            Reason.NOT_COVERED,
            "C13",
            id="outside any period: from nothing",
        ),
        pytest.param(
            INDIVIDUAL, Outcome.RESOLVED, {"is_covered": False}, Reason.NOT_COVERED, "C13", id="individual, not covered"
        ),
        pytest.param(None, Outcome.RESOLVED, {}, Reason.NOT_COVERED, "C13", id="unidentified: from nothing"),
        pytest.param(
            GROUP, Outcome.FAILED, {"is_covered": False}, Reason.FAILED, "C8", id="failed comes before not covered"
        ),
        pytest.param(
            GROUP,
            Outcome.RESOLVED,
            {"is_covered": False, "under_guarantee": True},
            Reason.UNDER_GUARANTEE,
            "C9",
            id="the guarantee outlives the contract",
        ),
    ],
)
def test_what_is_counted(
    kind: ClientKind | None, outcome: Outcome, circumstances: dict[str, bool], reason: Reason, rule: str
) -> None:
    given_ = {"is_covered": True, **circumstances}
    counted = reason is Reason.COUNTED
    assert decide(kind, outcome=outcome, real_units=2, **given_) == Decision(
        counted=counted,
        units=2 if counted else 0,
        real_units=2,
        reason=reason,
        rule=rule,
        is_covered=given_["is_covered"],
    )


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_decided(outcome: Outcome) -> None:
    decision = decide(GROUP, outcome=outcome, real_units=1, is_covered=True)
    assert decision.counted is (outcome is Outcome.RESOLVED)


@pytest.mark.parametrize(
    ("lines", "used", "left", "beyond"),
    [
        pytest.param([], 0, 12, 0, id="a fresh package"),
        pytest.param([2, 1], 3, 9, 0, id="two interventions"),
        pytest.param([2, 1, -2], 1, 11, 0, id="a correction"),
        pytest.param([12], 12, 0, 0, id="used up"),
        pytest.param([10, 4], 14, 0, 2, id="two beyond the package"),
    ],
)
def test_the_balance_follows_from_the_ledger(lines: list[int], used: int, left: int, beyond: int) -> None:
    result = balance(12, iter(lines))
    assert result == Balance(allowance=12, used=used)
    assert (result.left, result.beyond) == (left, beyond)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(0, 2, None, id="12 to 10 left: nobody is told"),
        pytest.param(8, 9, 3, id="4 to 3 left: three"),
        pytest.param(9, 10, None, id="3 to 2 left: told before"),
        pytest.param(8, 11, 1, id="4 to 1 left: one, and not three as well"),
        pytest.param(8, 12, 0, id="4 to 0 left: none"),
        pytest.param(11, 12, 0, id="1 to 0 left: none"),
        pytest.param(11, 13, BEYOND, id="1 left to 1 beyond: beyond"),
        pytest.param(12, 14, BEYOND, id="0 left to 2 beyond: beyond"),
        pytest.param(13, 15, None, id="further beyond: told before"),
        pytest.param(9, 9, None, id="nothing counted"),
        pytest.param(12, 9, None, id="a correction gives units back"),
    ],
)
def test_both_sides_are_told_of_the_lowest_threshold_crossed(before: int, after: int, expected: int | None) -> None:
    assert crossed_threshold(Balance(12, before), Balance(12, after)) == expected


def test_another_shop_tells_of_other_thresholds() -> None:
    assert crossed_threshold(Balance(20, 9), Balance(20, 15), thresholds=[10, 5]) == 5
    assert crossed_threshold(Balance(20, 9), Balance(20, 12), thresholds=[10, 5]) == 10
