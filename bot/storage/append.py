"""The fast lane of the one writer: many single rows, one crossing to the connection's thread, one commit."""

import asyncio
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Insert

from bot.storage.failures import is_unavailable

Parameters = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row that waits to be stored, and who waits for it."""

    sql: str
    parameters: Parameters
    topics: Collection[str]
    waiter: asyncio.Future[None]


class PreparedInsert:
    """An INSERT compiled once: SQLAlchemy's own way costs more than the signature check of the webhook it is for."""

    def __init__(self, statement: Insert, dialect: Dialect, columns: Sequence[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        if set(compiled.params) != set(columns):
            raise ValueError(f"the row must name exactly these columns: {', '.join(compiled.params)}")
        self.sql = str(compiled)
        self._binders = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]

    def bind(self, row: Mapping[str, Any]) -> Parameters:
        """The row as the driver takes it; raises `ValueError` for what a column's type refuses."""
        return tuple(convert(row[name]) if convert else row[name] for name, convert in self._binders)


def store(connection: sqlite3.Connection, rows: Sequence[Row]) -> list[BaseException | None]:
    """In the connection's thread: store the rows in one transaction.

    Returns what is wrong with each, None for one that is stored. Raises when the database cannot be written; nothing is
    stored then.
    """
    try:
        with _transaction(connection):
            for sql, group in _by_statement(rows).items():
                connection.executemany(sql, group)
    except BaseException as error:
        if is_unavailable(error):
            raise
    else:
        return [None] * len(rows)
    with _transaction(connection):
        return [_store_alone(connection, row) for row in rows]


def _store_alone(connection: sqlite3.Connection, row: Row) -> BaseException | None:
    connection.execute("SAVEPOINT one_row")
    try:
        connection.execute(row.sql, row.parameters)
    except BaseException as error:
        if is_unavailable(error):
            raise
        connection.execute("ROLLBACK TO one_row")
        return error
    finally:
        if connection.in_transaction:
            connection.execute("RELEASE one_row")
    return None


def _by_statement(rows: Sequence[Row]) -> dict[str, list[Parameters]]:
    groups: dict[str, list[Parameters]] = {}
    for row in rows:
        groups.setdefault(row.sql, []).append(row.parameters)
    return groups


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
