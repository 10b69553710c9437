"""Calling out an urgent ticket until somebody takes it (C18)."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import RuleError
from bot.rules.urgent_alerts import Means, means_of, urgent_alert_at
from tests.rules.calendars import hm, paris

OPENED = datetime(2026, 11, 23, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nth", "minutes"),
    [pytest.param(nth, minutes, id=f"alert {nth} after {minutes} min") for nth, minutes in
     [(1, 0), (2, 3), (3, 6), (4, 9), (5, 12), (6, 22), (7, 32), (20, 162)]],
)  # fmt: skip
def test_alerts_follow_quickly_and_then_more_slowly(nth: int, minutes: int) -> None:
    assert urgent_alert_at(OPENED, nth) == OPENED + timedelta(minutes=minutes)


def test_another_shop_sets_another_pace() -> None:
    pace = {"quick": hm(0, 1), "quick_count": 2, "slow": hm(1)}
    assert [urgent_alert_at(OPENED, nth, **pace) - OPENED for nth in (1, 2, 3, 4)] == [
        hm(0),
        hm(0, 1),
        hm(1, 1),
        hm(2, 1),
    ]  # type: ignore[arg-type]


def test_the_pace_is_real_time_when_the_clock_goes_back() -> None:
    assert urgent_alert_at(paris("2026-10-25 02:59"), 2) == datetime(2026, 10, 25, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nth", "means"),
    [
        pytest.param(1, (Means.DESK,), id="first the desk"),
        pytest.param(2, (Means.DESK, Means.PRIVATE), id="then each technician in private too"),
        pytest.param(3, (Means.DESK, Means.PRIVATE, Means.SMS), id="then by SMS too"),
        pytest.param(9, (Means.DESK, Means.PRIVATE, Means.SMS), id="and so on"),
    ],
)
def test_means_are_more_and_more_insistent(nth: int, means: tuple[Means, ...]) -> None:
    assert means_of(nth) == means


@pytest.mark.parametrize("ask", [lambda: means_of(0), lambda: urgent_alert_at(OPENED, 0)])
def test_there_is_no_alert_before_the_first(ask: object) -> None:
    with pytest.raises(RuleError, match=r"^there is no alert number 0: the first is 1$"):
        ask()  # type: ignore[operator]
