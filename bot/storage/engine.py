"""Opens the database: `sqlite:///var/permanence.db`, `sqlite:////absolute/path.db` or `postgresql://…`.

SQLite has exactly one connection that writes and checkpoints, because two that do so at one instant can corrupt a WAL
database in the versions that Debian and Ubuntu ship; everything else reads through connections that cannot write.
"""

import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.errors import DatabaseInUse, StorageError, StorageUnavailable
from bot.storage import driver
from bot.storage.failures import as_storage_error
from bot.storage.group_commit import GroupCommit
from bot.storage.pooled_writer import PooledWriter
from bot.storage.writer import Writer

BUSY_MILLISECONDS = 5000
READERS = 4
POSTGRESQL_CONNECTIONS = 10

WRITING_PRAGMAS: Mapping[str, tuple[str, object]] = {
    "busy_timeout": (str(BUSY_MILLISECONDS), BUSY_MILLISECONDS),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
}
"""Name: what is asked, and what SQLite must answer when it is read back."""

READING_PRAGMAS: Mapping[str, tuple[str, object]] = {
    "busy_timeout": (str(BUSY_MILLISECONDS), BUSY_MILLISECONDS),
    "query_only": ("ON", 1),
}


@dataclass(frozen=True)
class Engine:
    """An open database. `writing` belongs to one `Writer` (earlier, to migrations); `reading` is for everybody."""

    writing: AsyncEngine
    reading: AsyncEngine
    lock: "FileLock | None" = None

    @property
    def is_sqlite(self) -> bool:
        return self.writing.dialect.name == "sqlite"

    def open_writer(self) -> Writer:
        """Whoever calls this closes the writer before the engine. There is one for each SQLite engine."""
        return GroupCommit(self.writing) if self.is_sqlite else PooledWriter(self.writing)

    async def close(self) -> None:
        """Close every connection, the readers first: the last to close must be the one that may checkpoint."""
        await self.reading.dispose()
        await self.writing.dispose()
        if self.lock is not None:
            self.lock.release()


class FileLock:
    """Held while a program writes to a database file. The kernel releases it, whatever ends the process (F12)."""

    def __init__(self, database: Path) -> None:
        """Take the lock, or raise `DatabaseInUse`."""
        path = database.with_name(database.name + ".lock")
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            with self._file:
                owner = self._file.read(20).strip() or "unknown"
            raise DatabaseInUse(
                f"{database} is in use by another copy of the program (process {owner}); stop it first"
            ) from error
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """The file itself stays: deleting it would let two programs each lock a file of that name."""
        self._file.close()


async def open_engine(url: str) -> Engine:
    """Open the database to write: on SQLite, create it where it is missing and refuse a second program.

    Raises `DatabaseInUse`, `StorageUnavailable`, or `StorageError` that names the setting SQLite did not obey.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        engine = _postgresql(parsed)
        return Engine(engine, engine.execution_options(postgresql_readonly=True))
    path = _path(parsed)
    try:
        _create(path)
        lock = FileLock(path)
    except OSError as error:
        raise StorageUnavailable(f"cannot open {path}: {error.strerror}") from error
    writing = _sqlite(path, driver.WritingConnection, WRITING_PRAGMAS, begin="BEGIN IMMEDIATE", size=1)
    opened = Engine(writing, _reading(path), lock)
    try:
        await _try_out(writing, path)
    except BaseException:
        await opened.close()
        raise
    return opened


async def open_reader(url: str) -> AsyncEngine:
    """Open the database to read only, beside a program that may be running. The caller calls `dispose()`."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed).execution_options(postgresql_readonly=True)
    path = _path(parsed)
    if not path.is_file():
        raise StorageUnavailable(f"there is no database at {path}")
    reading = _reading(path)
    try:
        await _try_out(reading, path)
    except BaseException:
        await reading.dispose()
        raise
    return reading


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError as error:
        raise StorageError("this is not a database URL; write sqlite:///var/permanence.db or postgresql://…") from error
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    if backend not in drivers:
        raise StorageError(f"{backend} is not a database this program knows; write sqlite:///… or postgresql://…")
    return parsed.set(drivername=drivers[backend])


def _path(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise StorageError("the database must be a file: sqlite:///var/permanence.db")
    return Path(url.database).expanduser().resolve()


def _create(path: Path) -> None:
    """An empty private file. SQLite gives its journal the same mode.

    A file that exists is not opened here: closing it would drop the locks that SQLite holds on it in this process.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.stat().st_uid == os.geteuid():
            path.chmod(0o600)


def _reading(path: Path) -> AsyncEngine:
    return _sqlite(path, driver.Connection, READING_PRAGMAS, begin="BEGIN", size=READERS)


def _sqlite(
    path: Path,
    kind: type[driver.Connection],
    pragmas: Mapping[str, tuple[str, object]],
    *,
    begin: str,
    size: int,
) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        async_creator=_connector(path, kind, pragmas),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # the parameters are what clients wrote: they must not reach an error message
    )

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connector(
    path: Path, kind: type[driver.Connection], pragmas: Mapping[str, tuple[str, object]]
) -> Callable[[], Awaitable[driver.Connection]]:
    async def connect() -> driver.Connection:
        connection = kind(path)
        await connection
        try:
            await connection.perform(lambda raw: obey(raw, pragmas))
        except BaseException:
            await connection.close()
            raise
        return connection

    return connect


def obey(connection: sqlite3.Connection, pragmas: Mapping[str, tuple[str, object]]) -> None:
    """Set each pragma and read it back: SQLite says nothing when it does not know or cannot do what is asked."""
    for name, (asked, expected) in pragmas.items():
        connection.execute(f"PRAGMA {name} = {asked}").close()
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row != (expected,):
            raise StorageError(
                f"SQLite {sqlite3.sqlite_version} did not obey PRAGMA {name} = {asked}: it answers {row and row[0]}"
            )


def _postgresql(url: URL) -> AsyncEngine:
    return create_async_engine(url, pool_size=POSTGRESQL_CONNECTIONS, pool_pre_ping=True, hide_parameters=True)


async def _try_out(engine: AsyncEngine, path: Path) -> None:
    """Open a first connection now, so that what is wrong is said at the start; the pool keeps it."""
    try:
        async with engine.connect():
            pass
    except (SQLAlchemyError, sqlite3.Error) as error:
        translated = as_storage_error(error)
        if isinstance(translated, StorageError):
            raise translated from error
        raise StorageError(f"{path} cannot be used as a database: {getattr(error, 'orig', None) or error}") from error
