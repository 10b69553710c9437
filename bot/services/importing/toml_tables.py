"""The tables of a TOML text: each key by its French name, each problem with its line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

from bot.errors import ImportRejected
from bot.rules.folding import fold
from bot.services.importing.entries import Problems
from bot.services.importing.toml_keys import KEYS, Part, name_of, names_of
from bot.services.importing.toml_lines import Path, find_lines, nearest
from bot.texts import import_problems as texts
from bot.texts import importing

Value = TypeVar("Value")
Read = Callable[[object], Value]
"""Makes a value of what stands in the file, or raises ValueError with the sentence that says what to write."""

_PLACE = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)


def open_tables(text: str, problems: Problems) -> "Table":
    """The file's own table. Raises `ImportRejected` for what is no TOML: nothing in it has a meaning then."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # not its own error alone: a number of 5,000 digits, 1,000 brackets
        raise ImportRejected([_not_toml(error, last=len(text.rstrip().split("\n")))]) from error
    return Table(Part.FILE, content, (), find_lines(text), problems)


def _not_toml(error: Exception, *, last: int) -> str:
    found = _PLACE.fullmatch(str(error))
    what = found["what"] if found else ""
    line = int(found["line"]) if found and found["line"] else last
    is_repeated = what.startswith("Cannot")  # "Cannot overwrite a value", "Cannot declare … twice"
    return importing.at_line(line, texts.REPEATED_KEY if is_repeated else texts.NOT_TOML)


class Table:
    """One table: what is wrong with a value goes to the file's problems, and the value is None."""

    def __init__(
        self, part: Part, content: Mapping[str, object], path: Path, lines: Mapping[Path, int], problems: Problems
    ) -> None:
        self.part = part
        self.line = nearest(lines, path)
        self._path = path
        self._lines = lines
        self._problems = problems
        self._written: dict[str, str] = {}
        self._content = content
        for written in content:
            self._know(written)

    def _know(self, written: str) -> None:
        name = name_of(self.part, written)
        line = nearest(self._lines, (*self._path, written))
        if name is None:
            close = get_close_matches(fold(written), names_of(self.part), n=1)
            closest = name_of(self.part, close[0]) if close else None
            self._problems.add(
                line, texts.unknown_key(written, self.part, closest=closest, known=list(KEYS[self.part]))
            )
        elif name in self._written:
            self._problems.add(line, texts.same_key(written, self._written[name]))
        else:
            self._written[name] = written

    def __contains__(self, name: str) -> bool:
        return name in self._written

    def line_of(self, name: str) -> int:
        """Where the key stands, or the table itself where it has none."""
        return nearest(self._lines, self._path_to(name))

    def written(self, name: str) -> object:
        """What the file says, as it says it."""
        return self._content[self._written[name]]

    def problem(self, sentence: str, *, at: str | None = None) -> None:
        self._problems.add(self.line if at is None else self.line_of(at), sentence)

    def take(self, name: str, read: Read[Value], *, missing: str | None = None) -> Value | None:
        """The value of a key; None where there is none, or a wrong one. `missing` says so of one that is needed."""
        assert name in KEYS[self.part], name
        if name not in self._written:
            if missing is not None:
                self.problem(missing)
            return None
        return self._read(self._content[self._written[name]], read, at=name)

    def take_each(self, name: str, read: Read[Value]) -> list[Value]:
        """The values of a list; a value alone is a list of one."""
        given = self.take(name, _as_list)
        values = [self._read(each, read, at=name) for each in given or ()]
        return [value for value in values if value is not None]

    def table(self, name: str, part: Part) -> "Table | None":
        """A table within this one."""
        content = self.take(name, lambda value: _as_table(value, part))
        return None if content is None else Table(part, content, self._path_to(name), self._lines, self._problems)

    def tables(self, name: str, part: Part) -> list["Table"]:
        """The tables of a list; one that stands alone, `[client.contrat]`, is a list of one."""
        content = self.take(name, lambda value: _as_tables(value, part)) or []
        is_list = isinstance(self._content.get(self._written.get(name, "")), list)
        path = self._path_to(name)
        return [
            Table(part, each, (*path, nth) if is_list else path, self._lines, self._problems)
            for nth, each in enumerate(content)
        ]

    def _path_to(self, name: str) -> Path:
        return (*self._path, self._written[name]) if name in self._written else self._path

    def _read(self, value: object, read: Read[Value], *, at: str) -> Value | None:
        try:
            return read(value)
        except ValueError as problem:
            self.problem(str(problem), at=at)
            return None


def _as_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _as_table(value: object, part: Part) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError(texts.wanted_table(part))
    return value


def _as_tables(value: object, part: Part) -> list[Mapping[str, object]]:
    return [_as_table(each, part) for each in _as_list(value)]
