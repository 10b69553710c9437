"""Wall-clock windows laid out on the line of real time, with running totals, so that a question is a bisection.

"Open" means: the office's clock shows a time inside a window. Where the clock jumps forward over an opening or a
closing (02:30 does not exist), the door moves at the jump; where it goes back and shows 02:30 twice, a window that
begins or ends there is open each time the clock is inside it. What lies between is measured in elapsed time, so a
night window 01:00-04:00 lasts two hours in March and four in October.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate

from bot.rules.opening_windows import MIDNIGHT, Window

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

Span = tuple[datetime, datetime]
"""A stretch of real time, half-open, both ends in UTC."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The open spans of the dates from `from_on` to the eve of `until_on`; replaced by a longer one, never changed.

    `before[i]` is the open time up to `opens[i]`, `through[i]` the open time up to `closes[i]`. A span that touches
    either end of the timeline may go on beyond it. `wall_clock[i]` is the opening in the zone where the clock runs
    evenly until the closing, so that adding to it is exact, and spares the conversion of a result.
    """

    from_on: date
    until_on: date
    starts_at: datetime
    ends_at: datetime
    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    through: tuple[timedelta, ...]
    wall_clock: tuple[datetime | None, ...]
    zone: tzinfo

    def covers(self, first: datetime, last: datetime) -> bool:
        """True when both lie inside it, so that an opening found from there on is a real one and not its edge."""
        return self.starts_at < first and last < self.ends_at

    def open_until(self, at: datetime) -> timedelta:
        """The open time between the timeline's start and `at`."""
        i = bisect_right(self.opens, at) - 1
        if i < 0:
            return timedelta(0)
        closing = self.closes[i]
        return self.before[i] + ((at if at < closing else closing) - self.opens[i])

    def is_open(self, at: datetime) -> bool:
        i = bisect_right(self.opens, at) - 1
        return i >= 0 and at < self.closes[i]

    def after(self, at: datetime, duration: timedelta) -> datetime | None:
        """The instant, in the zone, at which `duration` of open time has passed since `at`; None beyond the end.

        While the office is closed the total stands still: it is reached at the closing (C15). Only an addition of
        nothing, which has not begun to count, goes on to the opening.
        """
        total = self.open_until(at) + duration
        i = bisect_left(self.through, total) if duration else bisect_right(self.through, total)
        if i == len(self.opens):
            return None
        if wall_clock := self.wall_clock[i]:
            return wall_clock + (total - self.before[i])
        return (self.opens[i] + (total - self.before[i])).astimezone(self.zone)

    def opening_from(self, at: datetime) -> datetime | None:
        """The first opening at or after `at`, None beyond the end."""
        i = bisect_left(self.opens, at)
        return self.opens[i] if i < len(self.opens) else None

    def closing_after(self, at: datetime) -> datetime | None:
        """The first closing after `at`, None when it is not known: a span at the very end may go on beyond it."""
        i = bisect_right(self.closes, at)
        return self.closes[i] if i < len(self.closes) and self.closes[i] < self.ends_at else None

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The open spans that have a part between `start` and `end`, whole."""
        for i in range(bisect_right(self.closes, start), bisect_left(self.opens, end) if start < end else 0):
            yield self.opens[i], self.closes[i]


def build_timeline(
    from_on: date, until_on: date, windows_on: Callable[[date], Sequence[Window]], zone: tzinfo
) -> Timeline:
    """Lay out the windows of every date from `from_on` to the eve of `until_on`."""
    opens: list[datetime] = []
    closes: list[datetime] = []
    dates = map(date.fromordinal, range(from_on.toordinal(), until_on.toordinal()))
    # sorted, because a clock that goes back over midnight (Newfoundland, 00:01) shows two dates in turns
    for opening, closing in sorted(span for on in dates for span in _spans_on(on, windows_on(on), zone)):
        if closes and closes[-1] == opening:  # over midnight, or one window right after the other
            closes[-1] = closing
        else:
            opens.append(opening)
            closes.append(closing)
    lengths = [closing - opening for opening, closing in zip(opens, closes, strict=True)]
    totals = tuple(accumulate(lengths, initial=timedelta(0)))
    return Timeline(
        from_on,
        until_on,
        start_of(from_on, zone),
        start_of(until_on, zone),
        tuple(opens),
        tuple(closes),
        totals[:-1],
        totals[1:],
        tuple(_even_wall_clock(span, zone) for span in zip(opens, closes, strict=True)),
        zone,
    )


def start_of(on: date, zone: tzinfo) -> datetime:
    """The first instant of a date in the zone, in UTC."""
    return datetime.combine(on, MIDNIGHT, tzinfo=zone).astimezone(UTC)


def _spans_on(on: date, windows: Sequence[Window], zone: tzinfo) -> Iterator[Span]:
    if not windows:
        return
    first, last = _utc_offsets(on, zone)
    if first == last:
        for opens, closes in _wall_clock(on, windows):
            yield opens - first, closes - first
        return
    change_at = _change_of_offset(on, first, last, zone)
    for opens, closes in _wall_clock(on, windows):
        old = opens - first, min(closes - first, change_at)
        new = max(opens - last, change_at), closes - last
        yield from (span for span in (old, new) if span[0] < span[1])


def _wall_clock(on: date, windows: Sequence[Window]) -> Iterator[Span]:
    """The windows as the office's clock shows them, written as if that clock were UTC."""
    midnight = datetime.combine(on, MIDNIGHT, tzinfo=UTC)
    for opening, closing in windows:
        end = midnight + _DAY if closing == MIDNIGHT else datetime.combine(on, closing, tzinfo=UTC)
        yield datetime.combine(on, opening, tzinfo=UTC), end


def _even_wall_clock(span: Span, zone: tzinfo) -> datetime | None:
    opening, closing = (end.astimezone(zone) for end in span)
    is_even = (
        opening.utcoffset() == closing.utcoffset() and span[1] - span[0] <= _DAY
    )  # in more, it may change and back
    # a sum loses its fold, so the second pass of a repeated hour is not even either
    return opening if is_even and not opening.fold else None


def _utc_offsets(on: date, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """The offsets at both ends of a date: they differ if and only if the clock changes on it, fold and gap included."""
    starts_at = datetime.combine(on, time(0, fold=0), tzinfo=zone)
    ends_at = datetime.combine(on + _DAY, time(0, fold=1), tzinfo=zone)
    return starts_at.utcoffset() or timedelta(0), ends_at.utcoffset() or timedelta(0)


def _change_of_offset(on: date, first: timedelta, last: timedelta, zone: tzinfo) -> datetime:
    """The instant at which the zone leaves the offset `first`, to the second."""
    midnight = datetime.combine(on, MIDNIGHT, tzinfo=UTC)
    earliest = midnight - max(first, last) - _SECOND
    seconds = (midnight + _DAY - min(first, last) - earliest) // _SECOND

    def is_past(second: int) -> bool:
        return (earliest + second * _SECOND).astimezone(zone).utcoffset() != first

    return earliest + bisect_left(range(seconds), True, key=is_past) * _SECOND
