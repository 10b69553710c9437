"""What stands at the head of every paper, and how a text gets onto one without power over it (S4)."""

import re
from dataclasses import dataclass

from bot.texts.harmless import harmless
from bot.texts.moments import MONTHS
from bot.texts.rich import Rich
from bot.texts.typography import typeset

LONGEST_LINE = 600
_UNBROKEN = 16
_WHITE = re.compile(r"[ \t\r\n\f\v]+")
_LONG_WORD = re.compile(rf"[^\s\u200b]{{{_UNBROKEN}}}(?=[^\s\u200b])")
_UNITS = "€|%|jours?|mois|heures?|minutes?|min|unités?"
_BOUND = re.compile(
    r"(?<=n°) (?=\d)"
    rf"|(?<=\d) (?=(?:{_UNITS})(?!\w)|\d{{3}}(?!\d)|(?:{'|'.join(MONTHS)}) )"
    rf"|(?<=1er) (?=(?:{'|'.join(MONTHS)}) )"
)
"""What stays with the number before it, or behind it: 330,00 €, 12 unités, 1er mars, n° 41."""

_BREAK, _NARROW = "\u200b", "\u202f"
_NOT_ON_PAPER = re.compile(r"[\u2060\u2400-\u2421]")  # what `harmless` puts there for a chat
_HIGH = re.compile(r"\u00a0(?=[;!?])")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The shop on its papers. `logo_format` is "png" or "svg"; without a logo its name stands alone."""

    name: str
    address: tuple[str, ...] = ()
    logo: bytes = b""
    logo_format: str = ""


def head_of(letterhead: Letterhead) -> dict[str, object]:
    """The head as the templates take it."""
    return {"shop": {"name": printed(letterhead.name, 120), "address": [printed(line) for line in letterhead.address]}}


def printed(text: str, limit: int = LONGEST_LINE) -> str:
    """One paragraph of anybody's text as it is set: French spaces, cut with "…", and long words that may be broken.

    A template takes it as a string and never as markup; what is done here is only that it cannot turn the writing
    direction of its neighbours, nor run out of its column.
    """
    line = flat(text)
    short = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    spaced = _HIGH.sub(_NARROW, typeset(Rich(_BOUND.sub("\u00a0", short))).text)
    return _LONG_WORD.sub(lambda word: word[0] + _BREAK, spaced)


def flat(text: str) -> str:
    """One line of a stranger's text, harmless, without what only a chat needs."""
    return _WHITE.sub(" ", _NOT_ON_PAPER.sub("", harmless(text))).strip(" ")


def printed_lines(text: str) -> list[str]:
    """The lines of an address, or of notes; empty ones left out."""
    return [printed(line) for line in text.splitlines() if line.strip()]
