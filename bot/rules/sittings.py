"""Stretches of work: what may be written down, and how people type it (C6)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from bot.domain.interventions import Sitting
from bot.errors import DeskRefusal
from bot.rules.folding import fold
from bot.rules.typed_moments import understand_moment

LONGEST = timedelta(hours=24)

_LENGTH = re.compile(r"(?:(?P<hours>\d{1,2})\s*(?:h|heures?)\s*)?(?:(?P<minutes>\d{1,3})\s*(?:min|mn|minutes?|m)?)?")
_SEPARATORS = (" - ", " – ", "–", " a ", " à ", "->", "→", "-", " ")


def check_sitting(started_at: datetime, ended_at: datetime, *, now: datetime, others: Iterable[Sitting] = ()) -> None:
    """Refuse what cannot have been: an end before the start, in the future, over a day, or over another sitting.

    Raises `DeskRefusal`: `sitting_reversed`, `sitting_ahead`, `sitting_too_long`, `sitting_overlaps` (C6, C7).
    """
    if ended_at < started_at:
        raise DeskRefusal("sitting_reversed", started_at=started_at, ended_at=ended_at)
    if ended_at > now:
        raise DeskRefusal("sitting_ahead", at=ended_at)
    if ended_at - started_at > LONGEST:
        raise DeskRefusal("sitting_too_long", started_at=started_at, ended_at=ended_at)
    for other in others:
        other_end = other.ended_at or now
        if started_at < other_end and other.started_at < ended_at:
            raise DeskRefusal("sitting_overlaps", started_at=other.started_at, ended_at=other_end)


def understand_stretch(text: str, *, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """A stretch as people type it: "14h10 14h32", "14h10-14h32", "hier 9h - 9h20", or a length that ends now: "25 min".

    A bare second time is on the first one's day. Raises `DeskRefusal("stretch")` when it is not understood.
    """
    words = " ".join(text.replace("’", "'").split())
    length = _length(words)
    if length is not None:
        return now - length, now
    for start, end in _halves(words):
        try:
            started_at = understand_moment(start, now=now, zone=zone)
            ended_at = understand_moment(_same_day(start, end), now=now, zone=zone)
        except DeskRefusal:
            continue
        return started_at, ended_at
    raise DeskRefusal("stretch", words=text[:80])


def _length(words: str) -> timedelta | None:
    found = _LENGTH.fullmatch(fold(words))
    if found is None or not (found["hours"] or found["minutes"]):
        return None
    # "1h30" is a length and a time of day: alone, it is how long the work took
    return timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))


def _halves(words: str) -> Iterable[tuple[str, str]]:
    """Every way to part the words in two, at a dash first."""
    bare = re.sub(r"^de ", "", words)
    for separator in _SEPARATORS:
        for found in re.finditer(re.escape(separator), bare):
            start, end = bare[: found.start()].strip(), bare[found.end() :].strip()
            if start and end:
                yield start, end


def _same_day(start: str, end: str) -> str:
    """The day of the first time put before a bare second one: "hier 9h", "9h20" → "hier 9h20"."""
    bare = re.fullmatch(r"\d{1,2}\s*(?:[h:]\s*\d{0,2})?(?:min)?", end)
    day = re.match(r"(?P<day>.*\D)??\s*(?:\d{1,2}\s*[h:]\s*\d{0,2})$", start)
    if bare and day and day["day"]:
        return f"{day['day'].strip()} {end}"
    return end
