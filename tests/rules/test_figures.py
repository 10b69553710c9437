"""The figures of the shop's report (C15)."""

from datetime import timedelta

import pytest

from bot.rules.figures import Handled, kept, median_business, months_back, waited
from tests.rules.calendars import contract_hours, day, hm, paris

NOW = paris("2026-11-27 14:00")
SECOND = timedelta(seconds=1)


def handled(*, due: timedelta, recontacted: timedelta | None = None, closed: timedelta | None = None) -> Handled:
    """A request with its moments told from now on."""
    return Handled(
        NOW - timedelta(days=4),
        NOW + due,
        None if recontacted is None else NOW + recontacted,
        None if closed is None else NOW + closed,
    )


@pytest.mark.parametrize(
    ("request_", "counts"),
    [
        pytest.param(handled(due=-hm(1), recontacted=-hm(2)), (1, 1), id="recontacted in time"),
        pytest.param(handled(due=-hm(1), recontacted=-hm(1)), (1, 1), id="at the very instant"),
        pytest.param(handled(due=-hm(1), recontacted=-hm(1) + SECOND), (0, 1), id="a second late"),
        pytest.param(handled(due=hm(1), recontacted=-hm(1)), (1, 1), id="in time, with time left"),
        pytest.param(handled(due=-SECOND), (0, 1), id="overdue, and nobody called"),
        pytest.param(handled(due=hm(0)), (0, 0), id="due this instant: still in time"),
        pytest.param(handled(due=SECOND), (0, 0), id="not due yet"),
        pytest.param(handled(due=-hm(1), closed=-hm(2)), (0, 0), id="closed in time without a recontact"),
        pytest.param(handled(due=-hm(1), closed=-hm(1)), (0, 0), id="closed as it fell due"),
        pytest.param(handled(due=-hm(1), closed=-hm(1) + SECOND), (0, 1), id="closed after it, and nobody called"),
        pytest.param(handled(due=-hm(2), recontacted=-hm(3), closed=-hm(1)), (1, 1), id="recontacted, closed later"),
        pytest.param(handled(due=-hm(2), recontacted=-hm(1), closed=-hm(1)), (0, 1), id="recontacted late and closed"),
    ],
)
def test_a_deadline_is_kept_missed_or_undecided(request_: Handled, counts: tuple[int, int]) -> None:
    assert kept([request_], now=NOW) == counts


def test_deadlines_kept_of_those_that_are_decided() -> None:
    requests = [
        *[handled(due=-hm(1), recontacted=-hm(2))] * 9,
        handled(due=-hm(1)),
        *[handled(due=hm(1))] * 3,
    ]
    assert kept(requests, now=NOW) == (9, 10)
    assert kept([], now=NOW) == (0, 0)


@pytest.mark.parametrize(
    ("opened", "recontacted", "expected"),
    [
        pytest.param("2026-11-23 08:00", "2026-11-23 09:30", hm(1, 30), id="within a morning"),
        pytest.param("2026-11-20 18:00", "2026-11-23 08:30", hm(1), id="over a week-end"),
        pytest.param("2026-11-22 12:00", "2026-11-22 13:00", hm(0), id="on a Sunday"),
        pytest.param("2026-11-23 09:00", "2026-11-23 08:30", hm(0), id="work that began before its ticket"),
        pytest.param("2026-11-23 09:00", None, None, id="nobody called"),
    ],
)
def test_how_long_a_client_waited(opened: str, recontacted: str | None, expected: timedelta | None) -> None:
    request = Handled(paris(opened), paris("2026-12-01 08:00"), paris(recontacted) if recontacted else None)
    assert waited(request, hours=contract_hours()) == expected


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        pytest.param([], None, id="none"),
        pytest.param([hm(2)], hm(2), id="one"),
        pytest.param([hm(9), hm(1), hm(2)], hm(2), id="the middle one of three"),
        pytest.param([hm(9), hm(1), hm(2), hm(3)], hm(2, 30), id="half-way of four"),
    ],
)
def test_the_median(durations: list[timedelta], expected: timedelta | None) -> None:
    assert median_business(durations) == expected


def test_the_months_of_a_report_from_the_oldest_on() -> None:
    months = months_back(day("2026-11-23"))
    assert (len(months), months[0], months[1], months[2], months[-1]) == (
        13, day("2025-11-01"), day("2025-12-01"), day("2026-01-01"), day("2026-11-01"),
    )  # fmt: skip
    assert months_back(day("2026-01-31"), count=2) == [day("2025-12-01"), day("2026-01-01")]
    assert months_back(day("2026-12-01"), count=1) == [day("2026-12-01")]
