"""A CSV text into lines of named cells; its titles may stand in any order, in French or as the export names them."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from bot.errors import ImportRejected
from bot.rules.folding import fold
from bot.texts import importing as texts


class Column(StrEnum):
    """What a cell is; the value is its French title."""

    CLIENT = "client"
    KIND = "type"
    ADDRESS = "adresse"
    SPECIALTY = "specialite"
    CONTACT = "contact"
    ROLE = "role"
    PREFERRED = "canal_prefere"
    PHONE = "telephone"
    PHONE_2 = "telephone2"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    MAIL = "mail"
    STARTS_ON = "contrat_debut"
    UNITS = "unites"
    ENDS_ON = "contrat_fin"


REQUIRED = (Column.CLIENT, Column.KIND, Column.CONTACT)
_SEPARATORS = (";", ",", "\t")
_OTHER_TITLES: Mapping[str, Column] = {
    "kind": Column.KIND,
    "address": Column.ADDRESS,
    "specialty": Column.SPECIALTY,
    "prefere": Column.PREFERRED,
    "canal": Column.PREFERRED,
    "preferred": Column.PREFERRED,
    "fonction": Column.ROLE,
    "tel": Column.PHONE,
    "phone": Column.PHONE,
    "telephone_2": Column.PHONE_2,
    "email": Column.MAIL,
    "e_mail": Column.MAIL,
    "courriel": Column.MAIL,
    "debut": Column.STARTS_ON,
    "starts_on": Column.STARTS_ON,
    "forfait": Column.UNITS,
    "allowance": Column.UNITS,
    "fin": Column.ENDS_ON,
    "ends_on": Column.ENDS_ON,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number as an editor shows it, and its cells; an empty cell says nothing."""

    number: int
    cells: Mapping[Column, str]


def decode(content: bytes) -> str:
    """A file's bytes as text. `ImportRejected` names the line that is not UTF-8.

    There is no guessing: a spreadsheet on a Mac writes its plain CSV in Mac Roman, and read as anything else it would
    put wrong letters into people's names without a word.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise ImportRejected([texts.at_line(number, texts.NOT_UTF_8)]) from error


def read_lines(text: str, problems: list[tuple[int, str]]) -> Iterator[Line]:
    """The lines below the titles, empty ones left out; what is wrong with one goes to `problems`.

    Raises `ImportRejected` when the titles are wrong: no cell has a meaning then.
    """
    rows = _rows(text.removeprefix("\ufeff"), problems)
    number, titles = next(rows, (0, None))
    if titles is None:
        raise ImportRejected([texts.at_line(line, problem) for line, problem in problems] or [texts.EMPTY_FILE])
    columns = _columns(titles, number)
    for number, row in rows:
        if any(cell.strip() for cell in row[len(columns) :]):
            problems.append((number, texts.too_many_cells(len(row), titles=len(columns))))
            continue
        cells = zip(columns, row, strict=False)
        yield Line(number, {column: cell.strip() for column, cell in cells if cell.strip()})


def _rows(text: str, problems: list[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line they begin on; a quoted cell may span several."""
    source = StringIO(text, newline="")
    reader = csv.reader(source, delimiter=_separator(text), strict=True, skipinitialspace=True)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            too_large = "field larger" in str(error)
            problems.append((number, texts.TOO_LONG_FIELD if too_large else texts.UNCLOSED_QUOTE))
            continue
        if any(cell.strip() for cell in row):
            yield number, row


def _separator(text: str) -> str:
    """The one that gives the first line the most titles we know."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda separator: sum(_column(title) is not None for title in first.split(separator)))


def _columns(titles: list[str], number: int) -> list[Column]:
    while titles and not titles[-1].strip():
        titles.pop()  # spreadsheets leave separators at the end of lines
    found = [_column(title) for title in titles]
    problems = [
        texts.unknown_title(title, known=Column) for title, column in zip(titles, found, strict=True) if column is None
    ]
    columns = [column for column in found if column is not None]
    problems += [texts.repeated_title(column) for column in Column if columns.count(column) > 1]
    if missing := [column for column in REQUIRED if column not in columns]:
        problems.append(texts.missing_titles(missing))
    if problems:
        raise ImportRejected([texts.at_line(number, problem) for problem in problems])
    return columns


def _column(title: str) -> Column | None:
    """The column of a title, however it is typed: "Contrat début" is `contrat_debut`."""
    name = fold(title.strip(" \t\"'")).replace(" ", "_").replace("-", "_")
    return Column(name) if name in list(Column) else _OTHER_TITLES.get(name)
