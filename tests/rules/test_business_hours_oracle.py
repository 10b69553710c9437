"""`BusinessHours` against a slow reading of the same words: every minute is asked what the office's clock shows."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.business_hours import BusinessHours
from bot.rules.explanation import Kind
from bot.rules.opening_windows import Window
from tests.rules.calendars import examples

MINUTE = timedelta(minutes=1)
DAYS = 9

ZONES = st.sampled_from(
    [
        ("Europe/Paris", date(2026, 3, 24)),  # forward
        ("Europe/Paris", date(2026, 10, 20)),  # back
        ("Europe/Paris", date(2026, 12, 26)),  # over New Year
        ("Indian/Reunion", date(2026, 5, 1)),
        ("America/St_Johns", date(2005, 10, 24)),  # back over midnight
        ("America/Havana", date(2026, 3, 3)),  # midnight does not exist
        ("Australia/Lord_Howe", date(2026, 4, 1)),  # back by half an hour
        ("Pacific/Apia", date(2011, 12, 25)),  # a date is skipped
    ]
)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """A day's windows, edges on quarters of an hour, touching ones and whole days among them."""
    quarters = sorted(draw(st.lists(st.integers(0, 96), max_size=6)))
    pairs = zip(quarters[::2], quarters[1::2], strict=False)
    return tuple((_time(opening), _time(closing)) for opening, closing in pairs if opening < closing)


def _time(quarter: int) -> time:
    return time(quarter // 4 % 24, quarter % 4 * 15)


class Oracle:
    """Every minute of nine days, from the first midnight of `first_on` in the zone."""

    def __init__(
        self,
        week: dict[int, tuple[Window, ...]],
        zone: ZoneInfo,
        closed_on: set[date],
        special: dict[date, tuple[Window, ...]],
        first_on: date,
    ) -> None:
        self.week, self.zone, self.closed_on, self.special = week, zone, closed_on, special
        self.start = datetime.combine(first_on, time(0), tzinfo=zone).astimezone(UTC)
        self.minutes = [self.start + n * MINUTE for n in range(DAYS * 1440)]

    @cached_property
    def opened(self) -> list[bool]:
        return [self._is_open(at.astimezone(self.zone)) for at in self.minutes]

    def _is_open(self, at: datetime) -> bool:
        on, clock = at.date(), at.time()
        if on in self.special:
            day = self.special[on]
        elif on in self.closed_on:
            day = ()
        else:
            day = self.week.get(on.weekday(), ())
        return any(opening <= clock and (clock < closing or closing == time(0)) for opening, closing in day)

    def add(self, start: int, minutes: int) -> datetime | None:
        """The end of the minute in which the last one is counted; of none, the first open minute."""
        left = minutes
        for n in range(start, len(self.minutes)):
            if self.opened[n]:
                if left == 0:
                    return self.minutes[n]
                left -= 1
                if left == 0:
                    return self.minutes[n] + MINUTE
        return None

    def between(self, start: int, end: int) -> timedelta:
        return sum(self.opened[start:end]) * MINUTE

    def edge(self, start: int, *, opening: bool) -> datetime | None:
        """The first minute from `start` on at which it opens, or after it at which it has closed."""
        for n in range(start if opening else start + 1, len(self.minutes)):
            if n and self.opened[n] is opening and self.opened[n - 1] is not opening:
                return self.minutes[n]
        return None


@st.composite
def offices(draw: st.DrawFn) -> tuple[BusinessHours, Oracle]:
    name, first_on = draw(ZONES)
    dates = st.integers(0, DAYS).map(lambda n: first_on + timedelta(days=n))
    week = draw(st.dictionaries(st.integers(0, 6), windows(), max_size=7))
    closed_on = draw(st.sets(dates, max_size=3))
    special = draw(st.dictionaries(dates, windows(), max_size=2))
    week.setdefault(0, ((time(8), time(18, 30)),))  # an office without hours is refused
    if not any(week.values()):
        week[0] = ((time(8), time(18, 30)),)
    zone = ZoneInfo(name)
    hours = BusinessHours(week, zone=zone, closed_on=closed_on, special=special)
    return hours, Oracle(week, zone, closed_on, special, first_on)


MINUTES = st.integers(1440, DAYS * 1440 - 1)  # from the second day on, so that the oracle knows what was before


@settings(max_examples=examples(40), deadline=None)
@given(office=offices(), start=MINUTES, end=MINUTES)
def test_open_and_between_agree_with_every_minute(office: tuple[BusinessHours, Oracle], start: int, end: int) -> None:
    hours, oracle = office
    start, end = sorted((start, end))
    assert hours.is_open(oracle.minutes[start]) is oracle.opened[start]
    assert hours.between(oracle.minutes[start], oracle.minutes[end]) == oracle.between(start, end)


@settings(max_examples=examples(40), deadline=None)
@given(office=offices(), start=MINUTES, minutes=st.integers(0, 3000))
def test_add_agrees_with_every_minute(office: tuple[BusinessHours, Oracle], start: int, minutes: int) -> None:
    hours, oracle = office
    if (expected := oracle.add(start, minutes)) is not None:
        assert hours.add(oracle.minutes[start], minutes * MINUTE).astimezone(UTC) == expected


@settings(max_examples=examples(40), deadline=None)
@given(office=offices(), start=MINUTES)
def test_next_opening_and_closing_agree_with_every_minute(office: tuple[BusinessHours, Oracle], start: int) -> None:
    hours, oracle = office
    at = oracle.minutes[start]
    if (opening := oracle.edge(start, opening=True)) is not None:
        assert hours.next_opening(at).astimezone(UTC) == opening
    if (closing := oracle.edge(start, opening=False)) is not None:
        assert hours.next_closing(at).astimezone(UTC) == closing


DURATIONS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=60))
INSTANTS = st.datetimes(
    datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2028-01-01"), timezones=st.just(UTC)
)


@settings(max_examples=examples(100), deadline=None)
@given(office=offices(), start=INSTANTS, duration=DURATIONS)
def test_what_is_added_can_be_measured(
    office: tuple[BusinessHours, Oracle], start: datetime, duration: timedelta
) -> None:
    hours = office[0]
    assert hours.between(start, hours.add(start, duration)) == duration


@settings(max_examples=examples(100), deadline=None)
@given(office=offices(), start=INSTANTS, first=DURATIONS, second=DURATIONS)
def test_two_additions_are_one(
    office: tuple[BusinessHours, Oracle], start: datetime, first: timedelta, second: timedelta
) -> None:
    hours = office[0]
    if second:  # adding nothing at a closing goes on to the opening
        assert hours.add(hours.add(start, first), second) == hours.add(start, first + second)


@settings(max_examples=examples(100), deadline=None)
@given(office=offices(), start=st.one_of(INSTANTS, MINUTES), duration=DURATIONS)
def test_an_explanation_adds_up(
    office: tuple[BusinessHours, Oracle], start: datetime | int, duration: timedelta
) -> None:
    hours, oracle = office
    at = oracle.minutes[start] if isinstance(start, int) else start
    told = hours.explain(at, duration)
    # in UTC: Python never calls an instant of a repeated hour equal to one of another zone (PEP 495)
    assert told.start.astimezone(UTC) == at.astimezone(UTC)
    assert (told.due_at, told.counted) == (hours.add(at, duration), duration)
    edges = [told.start.astimezone(UTC)]
    for segment in told.segments:
        assert segment.from_at.astimezone(UTC) == edges[-1]
        assert segment.length > timedelta(0)
        edges.append(segment.to_at.astimezone(UTC))
    assert edges[-1] == told.due_at.astimezone(UTC)
    opened = [segment for segment in told.segments if segment.kind is Kind.OPEN]
    assert sum((segment.length for segment in opened), timedelta(0)) == duration
    assert all(hours.between(each.from_at, each.to_at) == each.length for each in opened)
    reasons = [(segment.kind, segment.label) for segment in told.segments]
    assert all(one != next_one for one, next_one in pairwise(reasons))
