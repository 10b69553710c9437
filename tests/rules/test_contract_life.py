"""What is due in a contract's life, and when (C10, C20-C22)."""

from datetime import UTC, time
from itertools import permutations

import pytest

from bot.domain.contracts import Contract, Ending
from bot.errors import RuleError
from bot.rules.business_hours import BusinessHours
from bot.rules.contract_life import Planned, Watch, latest_renewal, parse_name, planned
from bot.rules.contract_term import is_in_arrears, nth_period
from tests.rules.calendars import LUNCH_DAY, PARIS, WHOLE_DAY, contract_hours, day, paris

HOURS = contract_hours()


def contract(starts: str = "2026-03-01", *, ends: str | None = None) -> Contract:
    return Contract(5, 7, day(starts), 12, day(ends) if ends else None, ending=Ending.NOTICE if ends else None)


def told(of: Contract, nth: int, *, hours: BusinessHours = HOURS, notice_months: int = 3) -> list[tuple[str, str, str]]:
    """(name, day it is due, moment on the clock in Paris), in order."""
    return [
        (each.name, str(each.due_on), f"{each.remind_at.astimezone(PARIS):%Y-%m-%d %H:%M}")
        for each in planned(of, nth_period(of.starts_on, nth), hours=hours, notice_months=notice_months)
    ]


@pytest.mark.parametrize(
    ("starts", "nth", "expected"),
    [
        pytest.param(
            "2026-03-01",
            1,
            [
                ("arrears:1", "2026-04-01", "2026-04-01 08:00"),
                ("renewal:1:4m", "2026-11-01", "2026-11-02 08:00"),
                ("renewal:1:3m1w", "2026-11-24", "2026-11-24 08:00"),
                ("lost:1", "2027-01-29", "2027-01-29 08:00"),
                ("period:2", "2027-03-01", "2027-03-01 00:00"),
            ],
            id="a first year; All Saints on a Sunday is told on Monday",
        ),
        pytest.param(
            "2026-03-31",
            2,
            [
                ("arrears:2", "2027-05-01", "2027-05-03 08:00"),
                ("renewal:2:4m", "2027-11-30", "2027-11-30 08:00"),
                ("renewal:2:3m1w", "2027-12-24", "2027-12-24 08:00"),
                ("lost:2", "2028-02-29", "2028-02-29 08:00"),
                ("period:3", "2028-03-31", "2028-03-31 00:00"),
            ],
            id="a second year, from the 31st",
        ),
        pytest.param(
            "2028-02-29",
            1,
            [
                ("arrears:1", "2028-03-31", "2028-03-31 08:00"),
                ("renewal:1:4m", "2028-11-01", "2028-11-02 08:00"),
                ("renewal:1:3m1w", "2028-11-24", "2028-11-24 08:00"),
                ("lost:1", "2029-01-29", "2029-01-29 08:00"),
                ("period:2", "2029-03-01", "2029-03-01 00:00"),
            ],
            id="from 29 February, over All Saints",
        ),
    ],
)
def test_a_period_that_will_be_renewed(starts: str, nth: int, expected: list[tuple[str, str, str]]) -> None:
    assert told(contract(starts), nth) == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param(
            "2027-02-28",
            [
                ("arrears:1", "2026-04-01", "2026-04-01 08:00"),
                ("lost:1", "2027-01-29", "2027-01-29 08:00"),
                ("ended", "2027-03-01", "2027-03-01 00:00"),
            ],
            id="with the period: no reminder, no next one",
        ),
        pytest.param(
            "2027-03-01",
            [
                ("arrears:1", "2026-04-01", "2026-04-01 08:00"),
                ("lost:1", "2027-01-29", "2027-01-29 08:00"),
                ("period:2", "2027-03-01", "2027-03-01 00:00"),
            ],
            id="on the first day of the next one, which opens",
        ),
        pytest.param(
            "2028-02-29",
            [
                ("arrears:1", "2026-04-01", "2026-04-01 08:00"),
                ("lost:1", "2027-01-29", "2027-01-29 08:00"),
                ("period:2", "2027-03-01", "2027-03-01 00:00"),
            ],
            id="a year later, by a late notice",
        ),
        pytest.param(
            "2026-07-13",
            [
                ("arrears:1", "2026-04-01", "2026-04-01 08:00"),
                ("lost:1", "2026-06-13", "2026-06-15 08:00"),
                ("ended", "2026-07-14", "2026-07-14 00:00"),
            ],
            id="within the period: what is left is lost then",
        ),
        pytest.param(
            "2026-03-01",
            [
                ("lost:1", "2026-01-30", "2026-01-30 08:00"),
                ("ended", "2026-03-02", "2026-03-02 00:00"),
                ("arrears:1", "2026-04-01", "2026-04-01 08:00"),
            ],
            id="on the period's first day",
        ),
        pytest.param("2026-02-28", [("ended", "2026-03-01", "2026-03-01 00:00")], id="before the period"),
    ],
)
def test_a_contract_whose_end_is_known(ends: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(contract(ends=ends), 1) == expected


def test_another_notice_moves_both_reminders() -> None:
    renewals = [each for each in told(contract(), 1, notice_months=1) if each[0].startswith("renewal")]
    assert renewals == [
        ("renewal:1:2m", "2027-01-01", "2027-01-04 08:00"),
        ("renewal:1:1m1w", "2027-01-25", "2027-01-25 08:00"),
    ]


def test_reminders_come_at_the_first_opening_and_the_rest_by_itself() -> None:
    late = contract_hours(week=dict.fromkeys(range(5), LUNCH_DAY[1:]))
    assert [moment[-5:] for *_, moment in told(contract(), 1, hours=late)] == ["13:30"] * 4 + ["00:00"]
    always = BusinessHours(dict.fromkeys(range(7), WHOLE_DAY), zone=PARIS)
    assert [(due, moment) for _, due, moment in told(contract(), 1, hours=always)] == [
        (due, f"{due} 00:00") for _, due, _ in told(contract(), 1)
    ]
    special = contract_hours(special={day("2027-03-01"): [(time(10), time(12))]})
    assert told(contract(), 1, hours=special) == told(contract(), 1)


def test_instants_are_utc() -> None:
    first, *_, last = planned(contract(), nth_period(day("2026-03-01"), 1), hours=HOURS)
    assert first == Planned("arrears:1", day("2026-04-01"), paris("2026-04-01 08:00"))
    assert last == Planned("period:2", day("2027-03-01"), paris("2027-03-01 00:00"))
    assert (first.remind_at.tzinfo, last.remind_at.tzinfo) == (UTC, UTC)


def test_arrears_are_told_on_the_first_day_of_which_they_are_true() -> None:
    period = nth_period(day("2026-03-01"), 1)
    due_on = planned(contract(), period, hours=HOURS)[0].due_on
    assert is_in_arrears(period.starts_on, due_on)
    assert not is_in_arrears(period.starts_on, due_on.replace(month=3, day=31))


@pytest.mark.parametrize(
    ("name", "read"),
    [
        pytest.param("renewal:2:4m", (Watch.RENEWAL, 2), id="four months before"),
        pytest.param("renewal:12:3m1w", (Watch.RENEWAL, 12), id="three months and a week before"),
        pytest.param("renewal:1:10m", (Watch.RENEWAL, 1), id="of a longer notice"),
        pytest.param("lost:3", (Watch.LOST, 3), id="units about to be lost"),
        pytest.param("arrears:1", (Watch.ARREARS, 1), id="arrears"),
        pytest.param("period:20", (Watch.PERIOD, 20), id="a period opens"),
        pytest.param("ended", (Watch.ENDED, None), id="the end"),
    ],
)
def test_a_name_is_read_back(name: str, read: tuple[Watch, int | None]) -> None:
    assert parse_name(name) == read


@pytest.mark.parametrize(
    "name",
    ["", "renewal", "renewal:2", "renewal:2:4w", "renewal:2:3m2w", "renewal:0:4m", "lost:0", "lost:02", "lost:2:4m",
     "lost:", "ended:1", "breach", "period:2 ", "period:٣"],
)  # fmt: skip
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse_name(name)
    assert str(refused.value) == (f"{name!r} is not watched: give renewal:2:4m, lost:2, arrears:2, period:3 or ended")


def test_every_name_that_is_planned_is_read_back() -> None:
    names = [name for name, *_ in [*told(contract(), 2, notice_months=0), *told(contract(ends="2026-12-31"), 1)]]
    assert [parse_name(name) for name in names] == [
        (Watch.ARREARS, 2), (Watch.LOST, 2), (Watch.RENEWAL, 2), (Watch.RENEWAL, 2), (Watch.PERIOD, 3),
        (Watch.ARREARS, 1), (Watch.LOST, 1), (Watch.ENDED, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "latest"),
    [
        pytest.param(["renewal:1:4m", "renewal:1:3m1w", "lost:9"], "renewal:1:3m1w", id="both of one period"),
        pytest.param(["renewal:1:3m1w", "renewal:2:4m", "ended"], "renewal:2:4m", id="of two periods the later"),
        pytest.param(["renewal:9:4m", "renewal:10:4m"], "renewal:10:4m", id="numbers, not letters"),
        pytest.param(["renewal:1:10m", "renewal:1:9m1w"], "renewal:1:9m1w", id="ten months are before nine"),
        pytest.param(["renewal:1:3m1w", "renewal:1:3m"], "renewal:1:3m", id="three months are after three and a week"),
        pytest.param(["renewal:1:4m"], "renewal:1:4m", id="one alone"),
        pytest.param(["lost:1", "period:2"], None, id="none"),
        pytest.param([], None, id="nothing due"),
    ],
)
def test_of_several_renewal_reminders_only_the_latest_is_told(names: list[str], latest: str | None) -> None:
    assert {latest_renewal(order) for order in permutations(names)} == {latest}
