"""The recontact deadline and its reminders (C15, C17)."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.errors import RuleError
from bot.rules.business_hours import BusinessHours
from bot.rules.explanation import Kind
from bot.rules.recontact import (
    Deadline,
    LatestDue,
    Milestone,
    Reading,
    deadline,
    explain,
    latest_due,
    may_remind,
    milestones,
    next_daily,
    reminder_at,
)
from tests.rules.calendars import LUNCH_DAY, PARIS, WHOLE_DAY, contract_hours, day, hm, paris

HOURS = contract_hours()
LUNCH = contract_hours(week=dict.fromkeys(range(5), LUNCH_DAY))
CHRISTMAS_EVE = contract_hours(special={day("2026-12-24"): [(time(8), time(12))], day("2026-11-25"): []})
ALWAYS = BusinessHours(dict.fromkeys(range(7), WHOLE_DAY), zone=PARIS)


@pytest.mark.parametrize(
    ("received", "starts", "office_hours", "working_days"),
    [
        pytest.param(
            "2026-11-23 08:00", "2026-11-23 08:00", "2026-11-27 14:00", "2026-11-25 08:00", id="Monday at opening"
        ),
        pytest.param(
            "2026-11-23 10:15", "2026-11-23 10:15", "2026-11-27 16:15", "2026-11-25 10:15", id="Monday morning"
        ),
        pytest.param(
            "2026-11-20 16:00", "2026-11-20 16:00", "2026-11-27 11:30", "2026-11-24 16:00", id="Friday afternoon"
        ),
        pytest.param(
            "2026-11-20 20:00", "2026-11-23 08:00", "2026-11-27 14:00", "2026-11-25 08:00", id="Friday evening"
        ),
        pytest.param("2026-11-22 03:00", "2026-11-23 08:00", "2026-11-27 14:00", "2026-11-25 08:00", id="Sunday"),
        pytest.param(
            "2026-11-23 18:30", "2026-11-24 08:00", "2026-11-30 14:00", "2026-11-26 08:00", id="Monday at closing"
        ),
        pytest.param(
            "2026-04-02 12:30",
            "2026-04-02 12:30",
            "2026-04-09 18:30",
            "2026-04-07 12:30",
            id="due at closing, after Easter",
        ),
        pytest.param("2026-04-29 09:00", "2026-04-29 09:00", "2026-05-06 15:00", "2026-05-04 09:00", id="over 1 May"),
        pytest.param(
            "2026-03-27 17:00", "2026-03-27 17:00", "2026-04-03 12:30", "2026-03-31 17:00", id="the clock goes forward"
        ),
        pytest.param(
            "2026-10-23 17:00", "2026-10-23 17:00", "2026-10-30 12:30", "2026-10-27 17:00", id="the clock goes back"
        ),
    ],
)
def test_both_readings_of_48_business_hours(received: str, starts: str, office_hours: str, working_days: str) -> None:
    at = paris(received).astimezone(UTC)
    assert deadline(at, hours=HOURS) == Deadline(
        paris(received), paris(starts), paris(office_hours), hm(48), Reading.OFFICE_HOURS
    )
    assert deadline(at, hours=HOURS, reading=Reading.WORKING_DAYS) == Deadline(
        paris(received), paris(starts), paris(working_days), hm(48), Reading.WORKING_DAYS
    )


def test_a_deadline_is_told_in_the_office_zone() -> None:
    due = deadline(datetime(2026, 11, 23, 7, tzinfo=UTC), hours=HOURS)
    assert (due.received_at.tzinfo, due.starts_at.tzinfo, due.due_at.tzinfo) == (PARIS, PARIS, PARIS)


def test_another_shop_allows_another_time() -> None:
    assert deadline(paris("2026-11-23 08:00"), hours=HOURS, allowed=hm(4)).due_at == paris("2026-11-23 12:00")


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        pytest.param("2026-11-23 13:00", "2026-11-26 13:30", id="during lunch it starts after lunch"),
        pytest.param("2026-11-24 09:00", "2026-11-26 09:00", id="a shortened working day counts whole"),
    ],
)
def test_working_days_are_counted_around_the_clock(received: str, expected: str) -> None:
    hours = contract_hours(
        week=dict.fromkeys(range(5), LUNCH_DAY),
        special={day("2026-11-25"): [(time(9), time(10))] if "24" in received else []},
    )
    assert deadline(paris(received), hours=hours, reading=Reading.WORKING_DAYS).due_at == paris(expected)


def test_a_saturday_opened_for_once_is_a_working_day() -> None:
    hours = contract_hours(special={day("2026-11-28"): [(time(9), time(12))]})
    due = deadline(paris("2026-11-27 10:00"), hours=hours, reading=Reading.WORKING_DAYS)
    assert due.due_at == paris("2026-11-30 10:00")


def test_a_weekday_with_an_empty_list_of_windows_is_no_working_day() -> None:
    hours = BusinessHours({0: LUNCH_DAY, 1: [], 2: LUNCH_DAY}, zone=PARIS)
    due = deadline(paris("2026-11-23 10:00"), hours=hours, allowed=hm(24), reading=Reading.WORKING_DAYS)
    assert due.due_at == paris("2026-11-25 10:00")


@pytest.mark.parametrize(
    ("reading", "kinds"),
    [
        pytest.param(Reading.OFFICE_HOURS, [Kind.WEEKEND, *[Kind.OPEN, Kind.NIGHT] * 4, Kind.OPEN], id="office hours"),
        pytest.param(Reading.WORKING_DAYS, [Kind.WEEKEND, Kind.OPEN], id="working days"),
    ],
)
def test_an_explanation_begins_at_receipt(reading: Reading, kinds: list[Kind]) -> None:
    due = deadline(paris("2026-11-20 20:00"), hours=HOURS, reading=reading)
    told = explain(due, hours=HOURS)
    assert [segment.kind for segment in told.segments] == kinds
    assert (told.start, told.due_at, told.counted) == (due.received_at, due.due_at, hm(48))
    assert told.segments[0].to_at == told.segments[1].from_at == paris("2026-11-23 08:00")
    opened = [segment.length for segment in told.segments if segment.kind is Kind.OPEN]
    assert sum(opened, timedelta(0)) == hm(48)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(
            Reading.OFFICE_HOURS,
            ["2026-11-25 11:00", "2026-11-26 12:30", "2026-11-27 09:12", "2026-11-27 14:00"],
            id="office hours: after 24 h, 36 h, 43 h 12 and 48 h",
        ),
        pytest.param(
            Reading.WORKING_DAYS,
            ["2026-11-23 18:30", "2026-11-24 13:15", "2026-11-24 16:24", "2026-11-25 08:00"],
            id="working days: parts of the 21 office hours in them",
        ),
    ],
)
def test_reminders_stand_at_parts_of_the_business_time(reading: Reading, expected: list[str]) -> None:
    due = deadline(paris("2026-11-23 08:00"), hours=HOURS, reading=reading)
    names = ("50", "75", "90", "breach")
    assert milestones(due, hours=HOURS) == tuple(
        Milestone(name, paris(at)) for name, at in zip(names, expected, strict=True)
    )


def test_another_shop_reminds_at_other_times() -> None:
    due = deadline(paris("2026-11-21 12:00"), hours=HOURS, allowed=hm(10))
    assert milestones(due, hours=HOURS, percents=[10]) == (
        Milestone("10", paris("2026-11-23 09:00")),
        Milestone("breach", paris("2026-11-23 18:00")),
    )


@pytest.mark.parametrize(
    ("hours", "after", "expected"),
    [
        pytest.param(HOURS, "2026-11-27 14:00", "2026-11-30 08:00", id="after a Friday, on Monday"),
        pytest.param(HOURS, "2026-11-30 08:00", "2026-12-01 08:00", id="after Monday's, Tuesday's"),
        pytest.param(HOURS, "2026-11-30 07:59", "2026-11-30 08:00", id="before opening, the same morning"),
        pytest.param(HOURS, "2026-11-30 18:30", "2026-12-01 08:00", id="at closing, the morning after"),
        pytest.param(HOURS, "2026-04-03 10:00", "2026-04-07 08:00", id="over Easter"),
        pytest.param(LUNCH, "2026-11-23 10:00", "2026-11-24 08:00", id="not after lunch"),
        pytest.param(ALWAYS, "2026-11-23 10:00", "2026-11-24 00:00", id="around the clock, at midnight"),
    ],
)
def test_the_next_office_morning(hours: BusinessHours, after: str, expected: str) -> None:
    at = paris(expected)
    assert next_daily(paris(after).astimezone(UTC), hours) == Milestone(f"daily:{expected[:10]}", at)
    assert next_daily(paris(after), hours) == Milestone(f"daily:{expected[:10]}", at)


def test_a_morning_in_a_repeated_hour_is_told_from_the_one_before() -> None:
    hours = BusinessHours({6: [(time(2, 30), time(5))], 0: [(time(9), time(10))]}, zone=PARIS)
    second_pass = paris("2026-10-25 02:10", fold=1)  # after the opening at 02:30, and earlier on the clock
    assert next_daily(second_pass, hours) == Milestone("daily:2026-10-26", paris("2026-10-26 09:00"))


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        pytest.param("2026-11-23 10:00", "2026-11-23 10:00", id="in office hours, at once"),
        pytest.param("2026-11-23 08:00", "2026-11-23 08:00", id="at opening, at once"),
        pytest.param("2026-11-23 18:30", "2026-11-23 18:30", id="at closing, at once"),
        pytest.param("2026-11-23 18:30:00.000001", "2026-11-24 08:00", id="just after closing, in the morning"),
        pytest.param("2026-11-28 10:00", "2026-11-30 08:00", id="on Saturday, on Monday"),
    ],
)
def test_when_a_reminder_may_be_sent(due: str, expected: str) -> None:
    result = reminder_at(paris(due).astimezone(UTC), HOURS)
    assert (result, result.tzinfo) == (paris(expected), PARIS)


def test_a_closing_at_which_the_next_window_opens_is_none() -> None:
    hours = BusinessHours({0: [(time(8), time(12)), (time(12), time(18))]}, zone=PARIS)
    assert not may_remind(paris("2026-11-23 18:05"), paris("2026-11-23 12:00"), hours)


@pytest.mark.parametrize(
    ("now", "due", "expected"),
    [
        pytest.param("2026-11-23 10:00", "2026-11-23 10:00", True, id="at the moment itself"),
        pytest.param("2026-11-23 09:59:59", "2026-11-23 10:00", False, id="not before"),
        pytest.param("2026-11-24 10:00", "2026-11-23 10:00", True, id="the day after, in office hours"),
        pytest.param("2026-11-23 18:30", "2026-11-23 18:29", False, id="at closing, when it was due before"),
        pytest.param("2026-11-23 18:30", "2026-11-23 18:30", True, id="at closing, when it is due then"),
        pytest.param("2026-11-23 18:40", "2026-11-23 18:30", True, id="ten minutes after that"),
        pytest.param("2026-11-23 18:40:00.000001", "2026-11-23 18:30", False, id="no later"),
        pytest.param("2026-11-23 18:31", "2026-11-23 18:31", False, id="in the evening"),
        pytest.param("2026-11-23 07:59", "2026-11-20 18:30", False, id="before opening"),
    ],
)
def test_reminders_are_sent_within_office_hours(now: str, due: str, expected: bool) -> None:
    assert may_remind(paris(now), paris(due), HOURS) is expected


def test_the_grace_is_ten_real_minutes_when_the_clock_goes_back() -> None:
    nights = BusinessHours({6: [(time(1), time(2, 30))]}, zone=PARIS)
    closing = paris("2026-10-25 02:30", fold=1)
    assert may_remind(closing.astimezone(UTC) + timedelta(minutes=10), closing, nights)
    assert not may_remind(paris("2026-10-25 02:35"), closing, nights)  # the first pass: almost an hour before


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["50"], LatestDue("50", ()), id="one"),
        pytest.param(["75", "50"], LatestDue("75", ("50",)), id="the higher percentage"),
        pytest.param(["100", "75"], LatestDue("100", ("75",)), id="by number and not by letter"),
        pytest.param(["breach", "90", "50", "75"], LatestDue("breach", ("50", "75", "90")), id="the breach"),
        pytest.param(
            ["daily:2026-11-30", "breach", "daily:2026-12-01", "90"],
            LatestDue("daily:2026-12-01", ("90", "breach", "daily:2026-11-30")),
            id="the last morning",
        ),
    ],
)
def test_after_an_outage_only_the_latest_is_sent(names: list[str], expected: LatestDue) -> None:
    assert latest_due(names) == expected


@pytest.mark.parametrize(
    ("names", "message"),
    [
        pytest.param([], "no milestone is due: give at least one name", id="none"),
        pytest.param(
            ["50", "soon"], "'soon' is not a milestone: give a percentage, breach or daily:2026-11-23", id="unknown"
        ),
    ],
)
def test_milestones_that_are_none(names: list[str], message: str) -> None:
    with pytest.raises(RuleError) as refused:
        latest_due(names)
    assert str(refused.value) == message


def test_christmas_eve_shortens_both_readings_as_it_should() -> None:
    received = paris("2026-12-22 17:30")
    assert deadline(received, hours=CHRISTMAS_EVE).due_at == paris("2026-12-31 09:00")
    working_days = deadline(received, hours=CHRISTMAS_EVE, reading=Reading.WORKING_DAYS)
    assert working_days.due_at == paris("2026-12-24 17:30")  # the latest moment, though the office closes at noon
    assert reminder_at(working_days.due_at, CHRISTMAS_EVE) == paris("2026-12-28 08:00")
