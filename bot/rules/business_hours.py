"""Office hours: adding and measuring business time, exactly, over holidays and changes of the clock (C14, C15)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from types import MappingProxyType

from bot.errors import RuleError
from bot.rules.explanation import Explanation, Segment, closed_segments, open_segment
from bot.rules.opening_timeline import Timeline, build_timeline
from bot.rules.opening_windows import MIDNIGHT, Window, check_calendar, ordered

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Questions are answered for these years; beyond them they are errors, so that no search is endless."""
_ZERO = timedelta(0)
_LONGEST = timedelta(days=366 * (LAST_YEAR - FIRST_YEAR + 1))
_NO_SPECIAL: Mapping[date, Sequence[Window]] = MappingProxyType({})


class BusinessHours:
    """Weekly windows in a zone, less closed dates, with special hours for single dates.

    `week` maps a weekday (0 = Monday) to its windows, half-open; one that ends at `time(0)` ends at midnight.
    `closed_on` holds dates of the office zone; where it is a mapping, its values name the public holidays for
    `explain`, and an empty name marks a closing of the shop's own. It is asked by date and never walked through, so it
    may be endless (`holidays.France()`); it must not change afterwards. `special` replaces the hours of a date, wins
    over `closed_on`, and an empty sequence closes the date.

    Instants are aware, results are in the office zone, lengths are elapsed time: Monday 08:00 plus 48 hours of C14 is
    Friday 14:00. Raises `RuleError` for hours that make no sense, a naive instant, a negative duration, and questions
    that have no answer (it never opens again, or the years are not 1900-2199).
    """

    def __init__(
        self,
        week: Mapping[int, Sequence[Window]],
        *,
        zone: tzinfo,
        closed_on: Collection[date] = (),
        special: Mapping[date, Sequence[Window]] = _NO_SPECIAL,
    ) -> None:
        check_calendar(week, closed_on, special)
        self.zone = zone
        self._week = {weekday: ordered(windows) for weekday, windows in week.items()}
        self._special = {on: ordered(windows) for on, windows in special.items()}
        self._closed_on: Mapping[date, str] = (
            closed_on if isinstance(closed_on, Mapping) else dict.fromkeys(closed_on, "")
        )
        self._timeline: Timeline | None = None

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant at which `duration` of open time has passed since `start`.

        Outside office hours the count begins at the next opening; so `add(start, 0)` is `start` while open, and the
        next opening otherwise. What ends exactly at a closing ends there (C15): Monday 08:00 + 10 h 30 is 18:30.
        """
        at = _utc(start)
        if not _ZERO <= duration <= _LONGEST:
            raise RuleError(f"cannot add {duration}: give a duration from zero to {_LONGEST.days} days")
        line = self._covering(at, at)
        while (end := line.after(at, duration)) is None:
            line = self._longer(line, at)
        return end

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`: Friday 18:00 to Monday 08:30 is one hour (C14)."""
        first, last = _utc(start), _utc(end)
        if last < first:
            raise RuleError(f"{end} is before {start}: give the earlier instant first")
        line = self._covering(first, last)
        return line.open_until(last) - line.open_until(first)

    def is_open(self, at: datetime) -> bool:
        """True from an opening until just before its closing."""
        instant = _utc(at)
        return self._covering(instant, instant).is_open(instant)

    def next_opening(self, at: datetime) -> datetime:
        """The first opening at or after `at`; in the middle of a window, that of the next one."""
        instant = _utc(at)
        line = self._covering(instant, instant)
        while (opening := line.opening_from(instant)) is None:
            line = self._longer(line, instant)
        return opening.astimezone(self.zone)

    def next_closing(self, at: datetime) -> datetime:
        """The first closing after `at`; while closed, that of the next window."""
        instant = _utc(at)
        line = self._covering(instant, instant)
        while (closing := line.closing_after(instant)) is None:
            line = self._longer(line, instant)
        return closing.astimezone(self.zone)

    def explain(self, start: datetime, duration: timedelta) -> Explanation:
        """`add`, told segment by segment, each open or closed stretch from `start` to the result."""
        due_at = self.add(start, duration)
        first, last = _utc(start), _utc(due_at)
        segments: list[Segment] = []
        at = first
        for opening, closing in self._covering(first, last).spans(first, last):
            segments += closed_segments(at, opening, self)
            at, begins_at = min(closing, last), max(opening, first)
            segments.append(open_segment(begins_at, at, self.zone))
        segments += closed_segments(at, last, self)
        return Explanation(start.astimezone(self.zone), due_at, duration, tuple(segments))

    @cached_property
    def around_the_clock(self) -> "BusinessHours":
        """The same working days, each counted whole, from midnight to midnight (the other reading of C15)."""
        whole_day = ((MIDNIGHT, MIDNIGHT),)
        return BusinessHours(
            {weekday: whole_day for weekday, windows in self._week.items() if windows},
            zone=self.zone,
            closed_on=self._closed_on,
            special={on: whole_day if windows else () for on, windows in self._special.items()},
        )

    def windows_on(self, on: date) -> Sequence[Window]:
        """The windows of a date of the office zone; none when it is closed."""
        if on in self._special:
            return self._special[on]
        usual = self.usual_windows_on(on)
        return () if usual and on in self._closed_on else usual

    def usual_windows_on(self, on: date) -> Sequence[Window]:
        """The windows that the week alone gives to a date."""
        return self._week.get(on.weekday(), ())

    def holiday_on(self, on: date) -> str:
        """The name of the public holiday on a date, empty when there is none."""
        return self._closed_on.get(on, "")

    def _covering(self, first: datetime, last: datetime) -> Timeline:
        """A timeline that reaches beyond both instants, given in UTC."""
        line = self._timeline
        if line is not None and line.covers(first, last):
            return line
        if FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
            line = self._lay_out(first.year - 1, last.year + 2)
            if line.covers(first, last):
                return line
        raise RuleError(f"{first} to {last} is not within the years {FIRST_YEAR} to {LAST_YEAR}")

    def _longer(self, line: Timeline, at: datetime) -> Timeline:
        """A timeline that reaches further than `line`, in which a question about `at` has no answer."""
        if line.until_on.year > LAST_YEAR:
            raise RuleError(f"after {at} there is no such instant in these office hours before {LAST_YEAR + 1}")
        return self._lay_out(line.from_on.year, line.until_on.year + 1)

    def _lay_out(self, from_year: int, until_year: int) -> Timeline:
        """Replace the timeline by a longer one, twice as long at least: the cost of all of them is that of the last."""
        if line := self._timeline:
            first, until = line.from_on.year, line.until_on.year
            from_year = min(from_year, 2 * first - until) if from_year < first else first
            until_year = max(until_year, 2 * until - first) if until_year > until else until
        from_on, until_on = date(max(from_year, FIRST_YEAR), 1, 1), date(min(until_year, LAST_YEAR + 1), 1, 1)
        self._timeline = build_timeline(from_on, until_on, self.windows_on, self.zone)
        return self._timeline


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:  # astimezone would take it for this machine's local time
        raise RuleError(f"{at!r} is naive: give an instant with its zone")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise RuleError(f"{at!r} is not within the years {FIRST_YEAR} to {LAST_YEAR}") from None
