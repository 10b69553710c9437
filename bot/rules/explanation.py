"""A stretch of business time told segment by segment: open, night, week-end, public holiday, closed, pause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from bot.rules.opening_timeline import start_of
from bot.rules.opening_windows import MIDNIGHT, Window

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a segment is. A public holiday, and closings at unusual times, are told apart from nights and week-ends."""

    OPEN = "open"
    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    PAUSE = "pause"


_LABELS = {
    Kind.OPEN: "ouvert",
    Kind.NIGHT: "nuit",
    Kind.WEEKEND: "week-end",
    Kind.CLOSED: "fermé",
    Kind.PAUSE: "pause",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch, half-open, in the office zone; a holiday's label is its own French name."""

    from_at: datetime
    to_at: datetime
    kind: Kind
    label: str

    @property
    def length(self) -> timedelta:
        """Elapsed time. (`to_at - from_at` is wall-clock time, which is wrong when the clock changes in between.)"""
        return self.to_at.astimezone(UTC) - self.from_at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How `due_at` follows from `start`: contiguous segments, of which the open ones add up to `counted`."""

    start: datetime
    due_at: datetime
    counted: timedelta
    segments: tuple[Segment, ...]


class Calendar(Protocol):
    """What an explanation asks of the office hours, by date of the office zone."""

    zone: tzinfo

    def windows_on(self, on: date) -> Sequence[Window]:
        """The windows of the date, none when it is closed."""

    def usual_windows_on(self, on: date) -> Sequence[Window]:
        """The windows that the week alone would give it."""

    def holiday_on(self, on: date) -> str:
        """The public holiday's name, empty when it is none."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A closed stretch within one date. Without a kind, the edge of an office day: night, or week-end beside one."""

    from_at: datetime
    to_at: datetime
    kind: Kind | None
    label: str = ""


def open_segment(start: datetime, end: datetime, zone: tzinfo) -> Segment:
    return Segment(start.astimezone(zone), end.astimezone(zone), Kind.OPEN, _LABELS[Kind.OPEN])


def closed_segments(start: datetime, end: datetime, calendar: Calendar) -> list[Segment]:
    """Tell a stretch that is closed throughout, cut where its reason changes.

    Friday 18:30 to Tuesday 08:00 at Easter: week-end, "Lundi de Pâques" from midnight to midnight, night.
    """
    pieces = list(_pieces(start, end, calendar))
    segments: list[Segment] = []
    for i, piece in enumerate(pieces):
        kind = piece.kind or _kind_of_edge(pieces[max(i - 1, 0) : i + 2])
        label = piece.label or _LABELS[kind]
        from_at = piece.from_at.astimezone(calendar.zone)
        if segments and (segments[-1].kind, segments[-1].label) == (kind, label):
            from_at = segments.pop().from_at
        segments.append(Segment(from_at, piece.to_at.astimezone(calendar.zone), kind, label))
    return segments


def _kind_of_edge(neighbourhood: Sequence[_Piece]) -> Kind:
    return Kind.WEEKEND if any(piece.kind is Kind.WEEKEND for piece in neighbourhood) else Kind.NIGHT


def _pieces(start: datetime, end: datetime, calendar: Calendar) -> Iterator[_Piece]:
    on = start.astimezone(calendar.zone).date()
    at = start
    while at < end:
        day_end = min(start_of(on + _DAY, calendar.zone), end)
        if at < day_end:
            yield from _pieces_of_day(at, day_end, on, calendar)
            at = day_end
        on += _DAY


def _pieces_of_day(start: datetime, end: datetime, on: date, calendar: Calendar) -> Iterator[_Piece]:
    windows, usual = calendar.windows_on(on), calendar.usual_windows_on(on)
    if not windows:
        yield _closed_day(start, end, on, calendar)
    elif windows[0][0] < start.astimezone(calendar.zone).time() <= windows[-1][0]:
        yield _Piece(start, end, Kind.PAUSE)
    elif windows == usual or not usual:
        yield _Piece(start, end, None)
    else:
        # a day of special hours: what the week would have kept open is "closed", not night
        opening = _instant(on, usual[0][0], calendar.zone)
        closing = _instant(on, usual[-1][1], calendar.zone, is_closing=True)
        cuts = [start, min(max(opening, start), end), min(max(closing, start), end), end]
        for kind, from_at, to_at in zip((None, Kind.CLOSED, None), cuts, cuts[1:], strict=False):
            if from_at < to_at:
                yield _Piece(from_at, to_at, kind)


def _closed_day(start: datetime, end: datetime, on: date, calendar: Calendar) -> _Piece:
    """A week-end day stays one even on a public holiday: the office would be closed anyway."""
    if not calendar.usual_windows_on(on):
        return _Piece(start, end, Kind.WEEKEND if on.weekday() >= 5 else Kind.CLOSED)
    name = calendar.holiday_on(on)
    return _Piece(start, end, Kind.HOLIDAY if name else Kind.CLOSED, name)


def _instant(on: date, at: time, zone: tzinfo, *, is_closing: bool = False) -> datetime:
    if is_closing and at == MIDNIGHT:
        return start_of(on + _DAY, zone)
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)
