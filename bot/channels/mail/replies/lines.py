"""A mail's text as lines, each also in the form that headings and signatures are recognised by."""

import re
from dataclasses import dataclass
from functools import cached_property

from bot.rules.folding import fold

LONGEST_LINE = 400
"""Characters. No heading has a longer line, and patterns that never see one cannot take long over it."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_QUOTE_MARKS = re.compile(r"^[\s>]*")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}(?!\w)")
_SHOUTED_ARROWS = re.compile(r">.*<")  # ">>> URGENT <<<" is somebody shouting
_DASHES = str.maketrans({"’": "'", "‘": "'", "\u2010": "-", "\u2011": "-", "–": "-", "—": "-", "―": "-"})


@dataclass(frozen=True)
class Line:
    """One line: `raw` with its line end, `shown` without quote marks and bold's stars, `bare` folded besides.

    The latter two are cut at `LONGEST_LINE`, with "…" for what was left out. `is_quoted`: it begins with ">".
    """

    raw: str
    shown: str
    is_quoted: bool

    @cached_property
    def bare(self) -> str:
        shown = self.shown.translate(_DASHES)
        return shown.lower() if shown.isascii() else fold(shown)

    @property
    def is_blank(self) -> bool:
        """Holds nothing to read, or only quote marks."""
        return not self.shown

    @property
    def words(self) -> int:
        return len(self.shown.split())


def as_line(raw: str) -> Line:
    text = raw if len(raw) <= LONGEST_LINE else raw[:LONGEST_LINE] + "…"
    text = (text if text.isascii() else _INVISIBLE.sub("", text)).strip()
    is_quoted = text.startswith(">") and not _SHOUTED_ARROWS.fullmatch(text)
    shown = " ".join(_QUOTE_MARKS.sub("", text).split())
    return Line(raw, _EMPHASIS.sub("", shown) if "*" in shown or "_" in shown else shown, is_quoted)


def split_lines(text: str) -> list[Line]:
    """Every character of the text, in lines that keep their ends."""
    return [as_line(raw) for raw in text.splitlines(keepends=True)]


def joined(lines: list[Line]) -> str:
    return "".join(line.raw for line in lines)
