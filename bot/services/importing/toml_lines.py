"""Where the tables and keys of a TOML text stand: the parser does not say, and people look for a line."""

import re
from collections import Counter
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys as they are written, and positions in lists: ("client", 0, "contrat", 1, "debut")."""

_NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(?P<opening>\[\[?)\s*(?P<keys>{_DOTTED})\s*\]")
_KEY = re.compile(rf"\s*(?P<keys>{_DOTTED})\s*=")
_QUOTES = ('"""', "'''")


def find_lines(text: str) -> Mapping[Path, int]:
    """The line of each header and key that stands at the beginning of one, counted from 1.

    What is written within braces or brackets is not found, and its table's line must do: see `nearest`.
    """
    found: dict[Path, int] = {}
    lengths: Counter[Path] = Counter()
    here: Path = ()
    quote: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        was_quoted = quote is not None
        quote = _quote_after(line, quote)
        if was_quoted or line.lstrip().startswith("#"):
            continue
        if header := _HEADER.match(line):
            here = _resolve(_names(header["keys"]), lengths, is_list=header["opening"] == "[[")
            found.setdefault(here, number)
            found.setdefault(here[:-1], number)  # a list as a whole is where its first table is
        elif key := _KEY.match(line):
            names = _names(key["keys"])
            for end in range(1, len(names) + 1):
                found.setdefault((*here, *names[:end]), number)
    return found


def nearest(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the path, or of what holds it; the first line where nothing of it was found."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _quote_after(line: str, quote: str | None) -> str | None:
    """The marks of a text of several lines that is still open after this line."""
    for marks in _QUOTES if quote is None else (quote,):
        if line.count(marks) % 2:
            return marks if quote is None else None
    return quote


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))


def _resolve(names: tuple[str, ...], lengths: Counter[Path], *, is_list: bool) -> Path:
    """A header's path: `[client.architecture]` is that of the last `[[client]]` above it."""
    path: Path = ()
    for nth, name in enumerate(names):
        path = (*path, name)
        if is_list and nth == len(names) - 1:
            lengths[path] += 1
        if lengths[path]:
            path = (*path, lengths[path] - 1)
    return path
