"""Lengths of work as they are typed on the command line."""

import re
from datetime import timedelta

from bot.texts import terminal as texts

_WORDS = re.compile(
    r"(?=.)(?:(?P<hours>\d{1,3})h)?(?:(?P<minutes>\d{1,4})(?:min|mn|m|(?<=h\d)|(?<=h\d\d)))?(?:(?P<seconds>\d{1,6})s)?",
    re.ASCII,
)
_CLOCK = re.compile(r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """`15m`, `1h05`, `15m01s`, `90s`, `00:15:01`. Raises ValueError: "15" alone, and "0:15", could be two lengths."""
    words = "".join(text.split()).lower()
    found = _WORDS.fullmatch(words) or _CLOCK.fullmatch(words)
    if found is None:
        raise ValueError(texts.WRONG_DURATION.format(text=text))
    return timedelta(**{unit: int(amount) for unit, amount in found.groupdict(default="0").items()})
