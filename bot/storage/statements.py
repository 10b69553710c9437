"""The few statements that SQLAlchemy spells differently for each engine."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert


def spelled(value: str) -> ColumnElement[str]:
    """One of our own words, spelled out in the SQL: SQLite finds a partial index by it, and not by a parameter."""
    return literal_column(f"'{value}'", String)


def insert_new(table: Table, dialect: Dialect, *unique: str) -> Insert:
    """An insert that leaves a row of the same unique key as it is."""
    return _insert(table, dialect).on_conflict_do_nothing(index_elements=list(unique))  # type: ignore[attr-defined,no-any-return]


def insert_or_update(
    table: Table, dialect: Dialect, unique: list[str], changed: list[str], *, where: ColumnElement[bool] | None = None
) -> Insert:
    """An insert that gives the row of the same unique key these columns' new values, unless `where` spares it."""
    statement: Any = _insert(table, dialect)
    result: Insert = statement.on_conflict_do_update(
        index_elements=unique, set_={name: statement.excluded[name] for name in changed}, where=where
    )
    return result


def _insert(table: Table, dialect: Dialect) -> Insert:
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
