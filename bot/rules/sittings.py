"""Stretches of work: what may be written down, and how people type it (C6)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from bot.domain.interventions import Sitting
from bot.errors import DeskRefusal
from bot.rules.folding import fold
from bot.rules.typed_moments import understand_moment

LONGEST = timedelta(hours=24)

_LONGEST_TYPED = timedelta(hours=6)
_LONGEST_NIGHT = timedelta(hours=12)

_LENGTH = re.compile(r"(?:(?P<hours>\d{1,2})\s*(?:h|heures?)\s*)?(?:(?P<minutes>\d{1,3})\s*(?:min|mn|minutes?|m)?)?")
_FROM = re.compile(r"\b(?:de|entre)\s+(?=\d)")
_BARE = re.compile(r"\d{1,2}\s*(?:h|heures?|:)\s*(?:\d{2})?(?:\s*min)?|midi|minuit")
_DAY_BEFORE = re.compile(r"(?P<day>.*\D)\s*\b\d{1,2}\s*(?:h|heures?|:)\s*(?:\d{2})?(?:\s*min)?")
_SEPARATORS = (" - ", " – ", "–", " jusqu'a ", " a ", " et ", "->", "→", "-", " ")


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

    A bare second time is on the first one's day, or in the night after it: "hier 23h50 - 0h20". A length has six hours
    at most: "14h10" alone is half a stretch. Raises `DeskRefusal`: `moment_ahead` for a time that is understood and
    still to come, `stretch` for anything else.
    """
    words = _FROM.sub("", fold(text.replace("’", "'")).rstrip(" .!"))
    length = _length(words)
    if length is not None:
        return now - length, now
    ahead: DeskRefusal | None = None
    for start, end in _halves(words):
        try:
            started_at = understand_moment(start, now=now, zone=zone)
            ended_at = _end(start, end, started_at, now, zone)
        except DeskRefusal as refusal:
            ahead = ahead or (refusal if refusal.reason == "moment_ahead" else None)
            continue
        return started_at, min(ended_at, now)  # a clock a few minutes ahead of ours is no mistake
    raise ahead or DeskRefusal("stretch", words=text[:80])


def _length(words: str) -> timedelta | None:
    found = _LENGTH.fullmatch(words)
    if found is None:
        return None
    # "1h30" is a length and a time of day: alone, it is how long the work took, unless that were half a day
    length = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    return length if timedelta(0) < length <= _LONGEST_TYPED else None


def _halves(words: str) -> Iterable[tuple[str, str]]:
    """Every way to part the words in two, at a dash first."""
    for separator in _SEPARATORS:
        for found in re.finditer(re.escape(separator), words):
            start, end = words[: found.start()].strip(), words[found.end() :].strip()
            if start and end:
                yield start, end


def _end(start: str, end: str, started_at: datetime, now: datetime, zone: tzinfo) -> datetime:
    """The end; a bare time is on the day put before the first one: "hier 9h", "9h20" → "hier 9h20"."""
    day = _DAY_BEFORE.fullmatch(start)
    if not _BARE.fullmatch(end) or day is None:
        return understand_moment(end, now=now, zone=zone)
    ended_at = understand_moment(f"{day['day']} {end}", now=now, zone=zone)
    next_day = (ended_at.astimezone(zone) + timedelta(days=1)).astimezone(UTC)
    is_over_midnight = ended_at < started_at and next_day - started_at <= _LONGEST_NIGHT
    return next_day if is_over_midnight else ended_at
