"""The closings that a client could not guess, as an acknowledgement names them (C15)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rules.explanation import Explanation, Kind
from bot.texts.moments import WEEKDAYS, short_day

_LONGEST_NAME = 30
_WEEKEND = timedelta(days=3)
_WHOLE_DAY = timedelta(hours=23)  # the end of a short day is less, a day of 23 hours is not


@dataclass(frozen=True, slots=True)
class ClosedNote:
    """A closing that a client could not guess: whole days, neither nights nor week-ends.

    `name` is the public holiday's, empty for a closing of the shop's; `last_on` is its last day where it is longer.
    """

    on: date
    name: str = ""
    last_on: date | None = None

    @property
    def shown(self) -> str:
        """'lundi 6/04 (Lundi de Pâques)', 'du lun. 3/08 au ven. 14/08'."""
        if self.last_on and self.last_on != self.on:
            return f"du {short_day(self.on)} au {short_day(self.last_on)}"
        name = f" ({self.name[:_LONGEST_NAME]})" if self.name else ""
        return f"{WEEKDAYS[self.on.weekday()]} {self.short}{name}"

    @property
    def short(self) -> str:
        """'6/04'."""
        return f"{self.on.day}/{self.on.month:02}"


def closed_notes(explanation: Explanation) -> tuple[ClosedNote, ...]:
    """The whole days of holiday or closing that `rules.recontact.explain` passed over, in order.

    A closing of the shop's over several weeks is one note, from its first day to its last.
    """
    notes: list[ClosedNote] = []
    for note in _whole_days(explanation):
        earlier = notes[-1] if notes else None
        if earlier and not (earlier.name or note.name) and note.on - (earlier.last_on or earlier.on) <= _WEEKEND:
            note = ClosedNote(notes.pop().on, last_on=note.last_on)
        notes.append(note)
    return tuple(notes)


def _whole_days(explanation: Explanation) -> Iterator[ClosedNote]:
    for segment in explanation.segments:
        first, last = segment.from_at.date(), (segment.to_at - timedelta.resolution).date()
        if segment.kind is Kind.HOLIDAY:
            yield ClosedNote(first, segment.label, last)
        elif segment.kind is Kind.CLOSED and segment.length >= _WHOLE_DAY:
            yield ClosedNote(first, "", last)


def closed_days(notes: Sequence[ClosedNote]) -> str:
    """Up to two by name: "jeudi 25/12 (Noël) et jeudi 1/01 (Jour de l'an)"; of more, the dates of the first four."""
    if len(notes) <= 2:
        return " et ".join(note.shown for note in notes)
    dates = [note.short for note in notes[:4]]
    return f"{', '.join(dates[:-1])} et {dates[-1]}"
