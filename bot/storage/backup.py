"""A copy of the database file, taken beside a program that may be writing to it."""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import cast
from urllib.parse import quote

from sqlalchemy import make_url

from bot.errors import StorageError, StorageUnavailable
from bot.storage import driver
from bot.storage.engine import open_reader


class NoFile(StorageError):
    """The database is a server's: its own tools copy it."""


async def back_up(url: str, target: Path) -> None:
    """Write the database as it is at one instant to a new private file, and check it.

    `VACUUM INTO` reads one snapshot, so what is written meanwhile neither waits nor gets in; what was deleted is left
    behind. The schema is copied as it is, so that a backup can be made before an update. Raises `FileExistsError`,
    never overwriting anything, `NoFile` on PostgreSQL, or a `StorageError`; no file of that name is left then.
    """
    if make_url(url).get_backend_name() != "sqlite":
        raise NoFile("the database is a server's: copy it with pg_dump")
    reader = await open_reader(url)
    unchecked = target.with_name(f".{target.name}.{os.getpid()}.unchecked")
    try:
        _create(unchecked, target)
        async with reader.connect() as connection:
            raw = cast(driver.Connection, (await connection.get_raw_connection()).driver_connection)
            await raw.perform(lambda source: _vacuum(source, unchecked))
        await asyncio.to_thread(_check, unchecked)
        os.link(unchecked, target)  # unlike a rename, it refuses a name that is taken by now
    except sqlite3.Error as error:
        raise StorageUnavailable(f"the copy failed: {error}") from error
    finally:
        unchecked.unlink(missing_ok=True)
        await reader.dispose()
    _sync_folder(target.parent)


def _create(unchecked: Path, target: Path) -> None:
    """An empty private file, which SQLite fills; the name it will have must be free."""
    if target.exists() or target.is_symlink():
        raise FileExistsError(target)
    os.close(os.open(unchecked, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _vacuum(source: sqlite3.Connection, target: Path) -> None:
    # the pragma forbids even this; the file itself stays open for reading only
    source.execute("PRAGMA query_only = OFF")
    try:
        source.execute("VACUUM INTO ?", (str(target),))
    finally:
        source.execute("PRAGMA query_only = ON")


def _check(copy: Path) -> None:
    """Read the whole copy, and put it on the disk."""
    connection = sqlite3.connect(f"file:{quote(str(copy))}?mode=ro&immutable=1", uri=True)
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    finally:
        connection.close()
    if answer != ("ok",) or broken:
        raise StorageError("the copy is damaged, and so, it seems, is the database: keep it, and restore a backup")
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
