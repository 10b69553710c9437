"""Which errors of the two engines mean "not now", and which mean "again"."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StorageError, StorageUnavailable

SQLITE_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""Primary result codes, https://www.sqlite.org/rescode.html; the extended ones carry them in their low byte."""

POSTGRESQL_UNAVAILABLE = ("08", "25006", "53", "57P", "58")
"""SQLSTATE prefixes: connection, read-only, resources, operator intervention, system error."""

POSTGRESQL_CONFLICTS = ("40001", "40P01")
"""SQLSTATE of a serialization failure and of a deadlock: the same transaction may pass when it is run again."""


def as_storage_error(error: BaseException) -> BaseException:
    """`StorageUnavailable` for an error that says the database cannot be written now, any other error as it is."""
    if isinstance(error, StorageUnavailable) or not is_unavailable(error):
        return error
    unavailable = StorageUnavailable(str(_original(error)))
    unavailable.__cause__ = error
    return unavailable


def as_refused_row(error: BaseException) -> StorageError:
    """The database takes other rows, but not this one: it breaks a constraint, or holds what cannot be encoded."""
    if isinstance(error, StorageError):
        return error
    refused = StorageError(f"the row cannot be stored: {_original(error)}")
    refused.__cause__ = error
    return refused


def is_unavailable(error: BaseException) -> bool:
    """Whether the fault is the disk's or the server's, not the statement's."""
    if isinstance(error, StorageUnavailable | PoolTimeout) or getattr(error, "connection_invalidated", False):
        return True
    original = _original(error)
    if isinstance(original, sqlite3.Error):
        # An error that the sqlite3 module raises by itself has no code: a closed connection, a value it cannot bind.
        return (getattr(original, "sqlite_errorcode", 0) or 0) & 0xFF in SQLITE_UNAVAILABLE
    return isinstance(original, ConnectionError) or _sqlstate(original).startswith(POSTGRESQL_UNAVAILABLE)


def is_conflict(error: BaseException) -> bool:
    """Whether the transaction lost against another one and may be run again (PostgreSQL only)."""
    return _sqlstate(_original(error)).startswith(POSTGRESQL_CONFLICTS)


def _original(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _sqlstate(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or "")
