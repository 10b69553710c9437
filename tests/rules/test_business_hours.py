"""Adding and measuring office hours (C14, C15)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import holidays
import pytest

from bot.errors import RuleError
from bot.rules.business_hours import FIRST_YEAR, LAST_YEAR, BusinessHours
from bot.rules.public_holidays import closing_dates
from tests.rules.calendars import (
    CONTRACT_DAY,
    LUNCH_DAY,
    PARIS,
    REUNION,
    WEEK,
    WHOLE_DAY,
    contract_hours,
    day,
    hm,
    paris,
)

HOURS = contract_hours()
ALWAYS = BusinessHours(dict.fromkeys(range(7), WHOLE_DAY), zone=PARIS)
NIGHTS = BusinessHours(dict.fromkeys(range(7), ((time(1), time(4)),)), zone=PARIS)
OTHER_HOURS: dict[str, dict[str, object]] = {
    "lunch": {"week": dict.fromkeys(range(5), LUNCH_DAY)},
    "until midnight": {"week": dict.fromkeys(range(5), ((time(14), time(0)),))},
    "always": {"week": dict.fromkeys(range(7), WHOLE_DAY), "closed_on": ()},
    "nights": {"week": dict.fromkeys(range(7), ((time(1), time(4)),))},
    "Christmas Eve": {"special": {day("2026-12-24"): [(time(8), time(12))]}},
}


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        pytest.param("2026-11-23 08:00", hm(48), "2026-11-27 14:00", id="Monday 08:00 + 48 h is Friday 14:00"),
        pytest.param("2026-11-23 08:00", hm(10, 30), "2026-11-23 18:30", id="a period that ends at closing ends there"),
        pytest.param("2026-11-23 08:00", hm(10, 30, 1), "2026-11-24 08:00:01", id="one second more ends next morning"),
        pytest.param("2026-11-23 18:29:59", hm(0, 0, 1), "2026-11-23 18:30", id="the last second of the day"),
        pytest.param("2026-11-23 18:30", hm(1), "2026-11-24 09:00", id="at closing it is closed"),
        pytest.param("2026-11-23 06:00", hm(1), "2026-11-23 09:00", id="before opening it starts at opening"),
        pytest.param("2026-11-27 20:00", hm(1), "2026-11-30 09:00", id="Friday evening it starts on Monday"),
        pytest.param("2026-11-28 12:00", hm(52, 30), "2026-12-04 18:30", id="five whole days end on Friday at closing"),
        pytest.param("2026-11-23 10:00", hm(0), "2026-11-23 10:00", id="nothing added while open stays"),
        pytest.param("2026-11-23 08:00", hm(0), "2026-11-23 08:00", id="nothing added at opening stays"),
        pytest.param("2026-11-24 08:00", hm(0), "2026-11-24 08:00", id="nothing added at a later opening stays"),
        pytest.param("2026-11-23 18:30", hm(0), "2026-11-24 08:00", id="nothing added at closing goes to the opening"),
        pytest.param("2026-11-28 12:00", hm(0), "2026-11-30 08:00", id="nothing added on Saturday goes to Monday"),
        pytest.param("2026-04-30 17:30", hm(2), "2026-05-04 09:00", id="1 May, a Friday, is skipped"),
        pytest.param("2026-04-03 17:30", hm(2), "2026-04-07 09:00", id="Easter Monday is skipped"),
        pytest.param("2026-03-27 17:30", hm(2), "2026-03-30 09:00", id="the clock goes forward over the week-end"),
        pytest.param("2026-10-23 17:30", hm(2), "2026-10-26 09:00", id="the clock goes back over the week-end"),
        pytest.param("2026-11-23 08:00", timedelta(microseconds=1), "2026-11-23 08:00:00.000001", id="a microsecond"),
        pytest.param("2026-11-23 08:00", hm(10.5 * 252), "2027-11-19 18:30", id="a year of office days"),
    ],
)
def test_adding_office_hours(start: str, duration: timedelta, expected: str) -> None:
    assert contract_hours().add(paris(start), duration) == paris(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-11-23 08:00", "2026-11-27 14:00", hm(48), id="Monday 08:00 to Friday 14:00 is 48 h"),
        pytest.param("2026-11-27 18:00", "2026-11-30 08:30", hm(1), id="Friday 18:00 to Monday 08:30 is 1 h"),
        pytest.param("2026-11-28 08:00", "2026-11-29 18:00", hm(0), id="the week-end is nothing"),
        pytest.param("2026-11-23 10:00", "2026-11-23 10:00", hm(0), id="no time at all"),
        pytest.param("2026-11-23 06:00", "2026-11-23 22:00", hm(10, 30), id="a whole office day"),
        pytest.param("2026-05-01 00:00", "2026-05-02 00:00", hm(0), id="1 May is nothing"),
        pytest.param("2020-01-01 00:00", "2021-01-01 00:00", hm(10.5 * 253), id="the 253 office days of 2020"),
    ],
)
def test_measuring_office_hours(start: str, end: str, expected: timedelta) -> None:
    assert HOURS.between(paris(start), paris(end)) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-11-23 07:59:59.999999", False, id="just before opening"),
        pytest.param("2026-11-23 08:00", True, id="at opening"),
        pytest.param("2026-11-23 18:29:59.999999", True, id="just before closing"),
        pytest.param("2026-11-23 18:30", False, id="at closing"),
        pytest.param("2026-11-22 12:00", False, id="on a Sunday"),
        pytest.param("2026-04-06 12:00", False, id="on Easter Monday"),
        pytest.param("2026-04-07 12:00", True, id="the day after"),
    ],
)
def test_being_open(at: str, expected: bool) -> None:
    assert HOURS.is_open(paris(at)) is expected


@pytest.mark.parametrize(
    ("at", "opening", "closing"),
    [
        pytest.param("2026-11-23 07:00", "2026-11-23 08:00", "2026-11-23 18:30", id="in the morning"),
        pytest.param("2026-11-23 08:00", "2026-11-23 08:00", "2026-11-23 18:30", id="an opening now is the next one"),
        pytest.param(
            "2026-11-23 08:00:01", "2026-11-24 08:00", "2026-11-23 18:30", id="while open, tomorrow's opening"
        ),
        pytest.param("2026-11-23 18:30", "2026-11-24 08:00", "2026-11-24 18:30", id="at closing, tomorrow's closing"),
        pytest.param("2026-04-03 19:00", "2026-04-07 08:00", "2026-04-07 18:30", id="over Easter"),
        pytest.param("2026-12-31 19:00", "2027-01-04 08:00", "2027-01-04 18:30", id="over New Year"),
    ],
)
def test_next_opening_and_closing(at: str, opening: str, closing: str) -> None:
    assert HOURS.next_opening(paris(at)) == paris(opening)
    assert HOURS.next_closing(paris(at)) == paris(closing)


@pytest.mark.parametrize(
    ("name", "start", "duration", "expected"),
    [
        pytest.param("lunch", "2026-11-23 12:00", hm(1), "2026-11-23 14:00", id="lunch is not counted"),
        pytest.param("lunch", "2026-11-23 12:00", hm(0, 30), "2026-11-23 12:30", id="it ends as lunch begins"),
        pytest.param("lunch", "2026-11-23 12:30", hm(0), "2026-11-23 13:30", id="during lunch it starts after it"),
        pytest.param("until midnight", "2026-11-23 23:00", hm(1), "2026-11-24 00:00", id="it ends at midnight"),
        pytest.param("until midnight", "2026-11-23 23:00", hm(2), "2026-11-24 15:00", id="it goes on at 14:00"),
        pytest.param("always", "2026-11-23 23:00", hm(48), "2026-11-25 23:00", id="around the clock"),
        pytest.param("always", "2026-03-28 12:00", hm(24), "2026-03-29 13:00", id="around the clock in March"),
        pytest.param("always", "2026-10-24 12:00", hm(24), "2026-10-25 11:00", id="around the clock in October"),
        pytest.param("nights", "2026-03-29 00:00", hm(2), "2026-03-29 04:00", id="a night of two hours in March"),
        pytest.param("nights", "2026-10-25 00:00", hm(4), "2026-10-25 04:00", id="a night of four hours in October"),
        pytest.param("Christmas Eve", "2026-12-24 11:00", hm(1), "2026-12-24 12:00", id="24 December until noon"),
        pytest.param("Christmas Eve", "2026-12-24 11:00", hm(2), "2026-12-28 09:00", id="then the Monday after"),
    ],
)
def test_other_hours(name: str, start: str, duration: timedelta, expected: str) -> None:
    hours = contract_hours(**OTHER_HOURS[name])  # a fresh one: what it lays out must not come from another test
    assert hours.add(paris(start), duration) == paris(expected)
    assert hours.between(paris(start), paris(expected)) == duration


def test_a_repeated_hour_is_counted_twice() -> None:
    first, second = paris("2026-10-25 02:30"), paris("2026-10-25 02:30", fold=1)
    assert NIGHTS.between(first, second) == hm(1)
    assert NIGHTS.add(first, hm(1)).utcoffset() == hm(1)
    assert NIGHTS.add(paris("2026-10-25 01:30"), hm(1)).utcoffset() == hm(2)
    with pytest.raises(RuleError, match="is before"):
        NIGHTS.between(second, first)


@pytest.mark.parametrize(
    ("window", "on", "spans"),
    [
        pytest.param(
            (time(2, 30), time(5)), "2026-03-29", [("01:00", "03:00")], id="an opening that does not exist: the jump"
        ),
        pytest.param(
            (time(1), time(2, 30)), "2026-03-29", [("00:00", "01:00")], id="a closing that does not exist: the jump"
        ),
        pytest.param((time(2), time(3)), "2026-03-29", [], id="a window that does not exist"),
        pytest.param(
            (time(2, 30), time(4)),
            "2026-10-25",
            [("00:30", "01:00"), ("01:30", "03:00")],
            id="an opening that comes twice",
        ),
        pytest.param(
            (time(1), time(2, 30)),
            "2026-10-25",
            [("23:00", "00:30"), ("01:00", "01:30")],
            id="a closing that comes twice",
        ),
        pytest.param(
            (time(2), time(3)), "2026-10-25", [("00:00", "02:00")], id="a window that is just the repeated hour"
        ),
    ],
)
def test_windows_where_the_clock_changes(window: tuple[time, time], on: str, spans: list[tuple[str, str]]) -> None:
    hours = BusinessHours({6: [window]}, zone=PARIS)
    at = datetime.combine(day(on), time(0), tzinfo=PARIS).astimezone(UTC)
    seen = []
    for _ in spans:
        opening = hours.next_opening(at)
        at = hours.next_closing(opening)
        seen.append((f"{opening.astimezone(UTC):%H:%M}", f"{at.astimezone(UTC):%H:%M}"))
    assert seen == spans
    assert hours.next_opening(at).astimezone(PARIS).date() > day(on)


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Europe/London"), ZoneInfo("Africa/Abidjan")], ids=str)
def test_an_office_without_an_offset(zone: tzinfo) -> None:
    hours = BusinessHours(dict.fromkeys(range(7), CONTRACT_DAY), zone=zone)
    assert hours.add(datetime(2026, 1, 12, 8, tzinfo=UTC), hm(10, 30)) == datetime(2026, 1, 12, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "length"),
    [
        pytest.param("2026-03-28", hm(3), id="an ordinary night"),
        pytest.param("2026-03-29", hm(2), id="March"),
        pytest.param("2026-10-25", hm(4), id="October"),
    ],
)
def test_a_night_in_london_where_the_offset_comes_and_goes(on: str, length: timedelta) -> None:
    london = ZoneInfo("Europe/London")
    hours = BusinessHours(dict.fromkeys(range(7), ((time(0), time(3)),)), zone=london)
    midnight, noon = (datetime.combine(day(on), time(hour), tzinfo=london) for hour in (0, 12))
    assert hours.between(midnight, noon) == length


def test_a_span_over_many_changes_of_the_clock_is_exact() -> None:
    always = BusinessHours(dict.fromkeys(range(7), WHOLE_DAY), zone=PARIS)
    assert always.add(paris("2026-01-01 00:00"), hm(24 * 181)) == paris("2026-07-01 01:00")


def test_a_second_pass_of_an_hour_keeps_its_offset() -> None:
    hours = BusinessHours({6: [(time(2, 30), time(2, 45))]}, zone=PARIS)
    second = paris("2026-10-25 02:40", fold=1)
    result = hours.add(paris("2026-10-25 02:00"), hm(0, 25))
    assert (result.replace(tzinfo=None), result.utcoffset()) == (second.replace(tzinfo=None), hm(1))


def test_two_dates_that_take_turns_at_a_midnight_that_comes_twice() -> None:
    newfoundland = ZoneInfo("America/St_Johns")  # at 00:01 on 30 October 2005 the clock went back to 23:01
    saturdays = BusinessHours({5: WHOLE_DAY}, zone=newfoundland)
    sundays = BusinessHours({6: WHOLE_DAY}, zone=newfoundland)
    noon, next_noon = (datetime(2005, 10, on, 12, tzinfo=newfoundland) for on in (29, 30))
    assert saturdays.between(noon, next_noon) == hm(12, 59)
    assert sundays.between(noon, next_noon) == hm(12, 1)
    assert saturdays.next_opening(noon) == datetime(2005, 10, 29, 23, 1, fold=1, tzinfo=newfoundland)
    assert BusinessHours({5: WHOLE_DAY, 6: WHOLE_DAY}, zone=newfoundland).between(noon, next_noon) == hm(25)


def test_a_date_that_a_zone_skipped_was_never_open() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011 over the date line
    hours = BusinessHours(dict.fromkeys(range(7), CONTRACT_DAY), zone=apia)
    assert hours.add(datetime(2011, 12, 29, 18, tzinfo=apia), hm(1)) == datetime(2011, 12, 31, 8, 30, tzinfo=apia)


def test_the_office_keeps_the_clock_of_its_zone() -> None:
    hours = BusinessHours(WEEK, zone=REUNION, closed_on=closing_dates("FR-974"))
    result = hours.add(datetime(2026, 12, 18, 14, 0, tzinfo=UTC), hm(1))  # 18:00 there; 20 December is a Sunday
    assert (result, result.tzinfo) == (datetime(2026, 12, 21, 8, 30, tzinfo=REUNION), REUNION)
    assert not hours.is_open(datetime(2027, 12, 20, 10, tzinfo=REUNION))  # abolition of slavery
    assert contract_hours().is_open(datetime(2027, 12, 20, 10, tzinfo=PARIS))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda at: HOURS.add(at, hm(1)), id="add"),
        pytest.param(lambda at: HOURS.add(at, hm(0)), id="add nothing"),
        pytest.param(HOURS.next_opening, id="next opening"),
        pytest.param(HOURS.next_closing, id="next closing"),
        pytest.param(lambda at: HOURS.explain(at, hm(1)).start, id="explanation"),
        pytest.param(lambda at: NIGHTS.add(at, hm(3)), id="add across a change of the clock"),
    ],
)
def test_results_are_in_the_office_zone(answer: object) -> None:
    at = datetime(2026, 10, 24, 22, 0, tzinfo=timezone(timedelta(hours=-5)))
    assert answer(at).tzinfo is PARIS  # type: ignore[operator]


def test_windows_that_touch_are_one() -> None:
    hours = BusinessHours({0: [(time(12), time(18)), (time(8), time(12))]}, zone=PARIS)
    assert hours.next_closing(paris("2026-11-23 08:00")) == paris("2026-11-23 18:00")
    assert hours.next_opening(paris("2026-11-23 09:00")) == paris("2026-11-30 08:00")


def test_windows_over_midnight_are_one() -> None:
    hours = BusinessHours({0: [(time(22), time(0))], 1: [(time(0), time(2))]}, zone=PARIS)
    assert hours.next_closing(paris("2026-11-23 22:00")) == paris("2026-11-24 02:00")
    assert hours.next_opening(paris("2026-11-23 22:30")) == paris("2026-11-30 22:00")


def test_a_window_over_new_year_is_one_wherever_the_calendar_was_cut() -> None:
    hours = BusinessHours(dict.fromkeys(range(7), ((time(22), time(0)), (time(0), time(2)))), zone=PARIS)
    hours.is_open(paris("2024-06-01 12:00"))
    for year in (2024, 2025, 2026):
        assert hours.next_closing(paris(f"{year}-12-31 23:00")) == paris(f"{year + 1}-01-01 02:00")


def test_special_hours_win_over_a_holiday_and_over_a_day_off() -> None:
    hours = contract_hours(
        special={day("2026-05-01"): [(time(9), time(10))], day("2026-11-28"): CONTRACT_DAY, day("2026-11-23"): ()}
    )
    assert hours.between(paris("2026-05-01 00:00"), paris("2026-05-02 00:00")) == hm(1)
    assert hours.is_open(paris("2026-11-28 12:00"))
    assert not hours.is_open(paris("2026-11-23 12:00"))


@pytest.mark.parametrize(
    "closed_on",
    [
        pytest.param({day("2026-11-23")}, id="a set"),
        pytest.param([day("2026-11-23")], id="a list"),
        pytest.param({day("2026-11-23"): "Fête du village"}, id="a mapping"),
        pytest.param(holidays.country_holidays("JP"), id="a holidays calendar"),
    ],
)
def test_closed_dates_of_any_collection(closed_on: object) -> None:
    hours = contract_hours(closed_on=closed_on)
    assert hours.next_opening(paris("2026-11-20 19:00")) == paris("2026-11-24 08:00")


def test_a_calendar_of_holidays_is_asked_and_never_walked_through() -> None:
    class EveryFirst(Mapping[date, str]):
        def __getitem__(self, on: date) -> str:
            if type(on) is date and on.day == 1:
                return "Premier du mois"
            raise KeyError(on)

        def __iter__(self) -> Iterator[date]:
            raise AssertionError("endless")

        def __len__(self) -> int:
            raise AssertionError("endless")

    hours = contract_hours(closed_on=EveryFirst())
    assert hours.next_opening(paris("2026-06-30 19:00")) == paris("2026-07-02 08:00")
    assert hours.explain(paris("2026-06-30 19:00"), hm(1)).segments[1].label == "Premier du mois"


def test_instants_far_apart_are_answered_in_any_order() -> None:
    hours = BusinessHours(WEEK, zone=PARIS)
    fresh = {year: BusinessHours(WEEK, zone=PARIS) for year in (2026, 1950, 2100, 2027, FIRST_YEAR, LAST_YEAR)}
    for year, alone in fresh.items():
        start = paris(f"{year}-06-15 12:00")
        assert hours.add(start, hm(48)) == alone.add(start, hm(48))
    assert hours.between(paris("1950-01-02 08:00"), paris("2050-01-03 08:00")) == timedelta(hours=26090 * 10.5)


def test_a_long_duration_is_added_year_after_year() -> None:
    assert ALWAYS.add(paris("2026-01-01 00:00"), timedelta(days=36524)) == paris("2126-01-01 00:00")


def test_what_is_given_may_change_afterwards() -> None:
    week, special, closed = dict(WEEK), {day("2026-11-24"): ()}, [day("2026-11-25")]
    hours = BusinessHours(week, zone=PARIS, special=special, closed_on=closed)
    week.clear(), special.clear(), closed.clear()
    assert hours.next_opening(paris("2026-11-23 19:00")) == paris("2026-11-26 08:00")


AT = paris("2026-11-23 08:00")
NAIVE = AT.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        pytest.param(
            lambda: HOURS.add(NAIVE, hm(1)), "naive: give an instant with its zone", id="add to a naive instant"
        ),
        pytest.param(lambda: HOURS.between(NAIVE, AT), "naive", id="measure from a naive instant"),
        pytest.param(lambda: HOURS.between(AT, NAIVE), "naive", id="measure to a naive instant"),
        pytest.param(lambda: HOURS.is_open(NAIVE), "naive", id="open at a naive instant"),
        pytest.param(lambda: HOURS.next_opening(NAIVE), "naive", id="opening after a naive instant"),
        pytest.param(lambda: HOURS.next_closing(NAIVE), "naive", id="closing after a naive instant"),
        pytest.param(lambda: HOURS.explain(NAIVE, hm(1)), "naive", id="explain a naive instant"),
        pytest.param(lambda: HOURS.add(AT, -timedelta.resolution), "zero or more|from zero", id="a negative duration"),
        pytest.param(lambda: HOURS.add(AT, timedelta.max), "from zero to 109800 days", id="a duration without measure"),
        pytest.param(lambda: HOURS.add(AT, timedelta(days=100_000)), "no such instant", id="a duration of centuries"),
        pytest.param(
            lambda: HOURS.between(AT, AT - hm(1)), "give the earlier instant first", id="an end before its start"
        ),
        pytest.param(lambda: HOURS.is_open(datetime.min.replace(tzinfo=PARIS)), "not within", id="the first instant"),
        pytest.param(lambda: HOURS.is_open(datetime(1, 1, 1, tzinfo=timezone(hm(1)))), "not within", id="before time"),
        pytest.param(lambda: HOURS.is_open(datetime.max.replace(tzinfo=UTC)), "1900 to 2199", id="the last instant"),
        pytest.param(lambda: HOURS.is_open(paris("1900-01-01 00:00")), "not within the years", id="1899"),
        pytest.param(lambda: HOURS.between(AT, paris("2200-01-01 00:00")), "not within the years", id="2200"),
        pytest.param(lambda: ALWAYS.next_closing(AT), "no such instant in these office hours", id="it never closes"),
        pytest.param(lambda: ALWAYS.next_opening(AT), "before 2200", id="it never opens, being open"),
    ],
)
def test_questions_without_an_answer_are_errors(question: object, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        question()  # type: ignore[operator]


def test_an_office_that_never_opens_again_is_an_error_and_not_a_search_without_end() -> None:
    class Always(frozenset[date]):
        def __contains__(self, on: object) -> bool:
            return on > day("2026-11-23")  # type: ignore[operator]

    class Named(dict[date, str]):
        def __contains__(self, on: object) -> bool:
            return on in Always()

    hours = contract_hours(closed_on=Named())
    assert hours.add(AT, hm(10, 30)) == paris("2026-11-23 18:30")
    for question in (hours.next_opening, hours.next_closing, lambda at: hours.add(at, hm(0))):
        with pytest.raises(RuleError, match="after 2026-11-23 17:30"):
            question(paris("2026-11-23 18:30"))


@pytest.mark.parametrize("year", [FIRST_YEAR, LAST_YEAR])
def test_the_first_and_the_last_year_are_answered(year: int) -> None:
    assert HOURS.is_open(datetime(year, 6, 15, 12, tzinfo=PARIS)) is (date(year, 6, 15).weekday() < 5)
    assert ALWAYS.is_open(datetime(year, 1, 1, 0, 10, tzinfo=PARIS))
    assert ALWAYS.is_open(datetime(year, 12, 31, 23, 59, tzinfo=PARIS))


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        pytest.param(
            {"week": {7: CONTRACT_DAY}}, ["7 is not a weekday: give 0 (Monday) to 6 (Sunday)"], id="a day too many"
        ),
        pytest.param(
            {"week": {0: [(time(18), time(8))]}}, ["monday: 18:00-08:00 ends before it begins"], id="reversed"
        ),
        pytest.param({"week": {0: [(time(8), time(8))]}}, ["monday: 08:00-08:00 ends before it begins"], id="empty"),
        pytest.param(
            {"week": {1: [(time(8), time(12)), (time(11), time(14))]}},
            ["tuesday: 08:00-12:00 and 11:00-14:00 overlap"],
            id="overlapping",
        ),
        pytest.param(
            {"week": {2: [(time(20), time(0)), (time(22), time(23))]}},
            ["wednesday: 20:00-24:00 and 22:00-23:00 overlap"],
            id="overlapping one until midnight",
        ),
        pytest.param(
            {"special": {day("2026-12-24"): [(time(12), time(8))]}},
            ["2026-12-24: 12:00-08:00 ends before it begins"],
            id="a special date reversed",
        ),
        pytest.param(
            {"special": {NAIVE: []}},
            [f"special: {NAIVE!r} is not a date of the office zone: give datetime.date"],
            id="special hours of an instant",
        ),
        pytest.param(
            {"closed_on": [NAIVE, "2026-11-23"]},
            [
                f"closed_on: {NAIVE!r} is not a date of the office zone: give datetime.date",
                "closed_on: '2026-11-23' is not a date of the office zone: give datetime.date",
            ],
            id="closed at an instant",
        ),
        pytest.param(
            {"week": {}}, ["no opening hours at all: give at least one window, such as Monday 08:00-18:30"], id="none"
        ),
        pytest.param(
            {"week": {0: []}, "special": {day("2026-12-24"): []}},
            ["no opening hours at all: give at least one window, such as Monday 08:00-18:30"],
            id="only empty days",
        ),
        pytest.param(
            {
                "week": {9: [], 0: [(time(9), time(8))], 4: [(time(8), time(0)), (time(0), time(9))]},
                "special": {day("2026-12-24"): [(time(3), time(2))]},
            },
            [
                "9 is not a weekday: give 0 (Monday) to 6 (Sunday)",
                "monday: 09:00-08:00 ends before it begins",
                "friday: 00:00-09:00 and 08:00-24:00 overlap",
                "2026-12-24: 03:00-02:00 ends before it begins",
            ],
            id="everything at once",
        ),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(changes: dict[str, object], problems: list[str]) -> None:
    with pytest.raises(RuleError) as refused:
        contract_hours(**changes)
    assert str(refused.value).split("\n") == problems


def test_only_special_hours_are_hours() -> None:
    hours = BusinessHours({}, zone=PARIS, special={day("2026-12-24"): CONTRACT_DAY})
    assert hours.next_opening(paris("2026-11-23 08:00")) == paris("2026-12-24 08:00")
    assert hours.add(paris("2026-11-23 08:00"), hm(1)) == paris("2026-12-24 09:00")
    assert hours.between(paris("2026-11-23 08:00"), paris("2027-11-23 08:00")) == hm(10, 30)
    assert not hours.is_open(paris("2026-11-23 10:00"))


def test_a_zone_that_is_a_plain_offset_will_do() -> None:
    zone: tzinfo = timezone(hm(4))
    assert BusinessHours(WEEK, zone=zone).add(datetime(2026, 11, 23, 4, tzinfo=UTC), hm(1)).hour == 9
