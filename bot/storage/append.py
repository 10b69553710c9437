"""The fast lane of the one writer: many single rows, one crossing to the connection's thread, one commit."""

import asyncio
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Dialect, Insert

from bot.storage.failures import is_unavailable

Parameters = tuple[Any, ...]

PREPARED_LIMIT = 32


class PreparedInsert:
    """An INSERT compiled once: SQLAlchemy's own way costs more than the signature check of the webhook it is for."""

    def __init__(self, statement: Insert, dialect: Dialect, columns: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        if set(compiled.params) != set(columns):
            raise ValueError(f"the row must name exactly these columns: {', '.join(compiled.params)}")
        names = compiled.positiontup or ()
        self._binders = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
        ]
        self._marks = f"({', '.join('?' for _ in names)})"
        self._head, found, self._tail = str(compiled).partition(f"VALUES {self._marks}")
        if not found:
            raise ValueError("the statement must be a plain INSERT … VALUES")

    def bind(self, row: Mapping[str, Any]) -> Parameters:
        """The row as the driver takes it; raises `ValueError` for what a column's type refuses."""
        return tuple(convert(row[name]) if convert else row[name] for name, convert in self._binders)

    def sql(self, rows: int) -> str:
        """The statement for so many rows."""
        return f"{self._head}VALUES {', '.join([self._marks] * rows)}{self._tail}"


class PreparedInserts:
    """Each INSERT once, for as long as the same statement object is passed."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._prepared: dict[tuple[Insert, tuple[str, ...]], PreparedInsert] = {}

    def get(self, statement: Insert, columns: tuple[str, ...]) -> PreparedInsert:
        """Raises `ValueError` where the columns are not the statement's."""
        prepared = self._prepared.get((statement, columns))
        if prepared is None:
            if len(self._prepared) >= PREPARED_LIMIT:
                self._prepared.clear()
            prepared = self._prepared[statement, columns] = PreparedInsert(statement, self._dialect, columns)
        return prepared


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row that waits to be stored, and who waits for it."""

    insert: PreparedInsert
    parameters: Parameters
    topics: Collection[str]
    waiter: asyncio.Future[None]


def store(connection: sqlite3.Connection, rows: Sequence[Row]) -> list[BaseException | None]:
    """In the connection's thread: store the rows, all in one commit.

    Returns what is wrong with each, None for one that is stored. Raises when the database cannot be written; nothing is
    stored then.
    """
    try:
        _store_together(connection, rows)
    except BaseException as error:
        if is_unavailable(error):
            raise
    else:
        return [None] * len(rows)
    with _transaction(connection):
        return [_store_alone(connection, row) for row in rows]


def _store_together(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """One statement for all the rows of an INSERT. A single statement is a transaction by itself.

    So the thread gives the interpreter up once and takes it back once, for the rows and for the commit: a loop that is
    busy with requests lets it wait each time.
    """
    groups: dict[PreparedInsert, list[Parameters]] = {}
    for row in rows:
        groups.setdefault(row.insert, []).append(row.parameters)
    with _transaction(connection) if len(groups) > 1 else nullcontext():
        for insert, group in groups.items():
            connection.execute(insert.sql(len(group)), tuple(chain.from_iterable(group))).close()


def _store_alone(connection: sqlite3.Connection, row: Row) -> BaseException | None:
    """An INSERT that fails undoes itself, and nothing else of the transaction."""
    try:
        connection.execute(row.insert.sql(1), row.parameters).close()
    except BaseException as error:
        if is_unavailable(error):
            raise
        return error
    return None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
