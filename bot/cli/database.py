"""Commands with the database open. The libraries under it are imported when one of them runs: they cost a second."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot.config import Settings, load_settings
from bot.errors import StorageError
from bot.services.context import Context

T = TypeVar("T")
ENV_FILE = Path(".env")


class NoDatabase(StorageError):
    """There is nothing to read yet."""


def read_settings(*, needs_channel: bool = False) -> Settings:
    """The settings of the environment and `.env`. Raises `SettingsError`."""
    return load_settings(os.environ, ENV_FILE, needs_channel=needs_channel)


def reading(work: Callable[[Context], Awaitable[T]], settings: Settings | None = None) -> T:
    """Run it beside a program that may be running; it cannot write. Raises a `StorageError`."""
    from bot.bootstrap.database import open_for_reading

    settings = settings or read_settings()
    require_database(settings)

    async def run() -> T:
        async with open_for_reading(settings) as opened:
            return await work(opened.context)

    return asyncio.run(run())


def writing(work: Callable[[Context], Awaitable[T]], settings: Settings | None = None) -> T:
    """Run it alone on the database. Raises `DatabaseInUse` while the program runs on it, or another `StorageError`."""
    from bot.bootstrap.database import open_for_writing

    async def run() -> T:
        async with open_for_writing(settings or read_settings()) as opened:
            return await work(opened.context)

    return asyncio.run(run())


def database_file(settings: Settings) -> Path | None:
    """The file of a SQLite database, whether it is there or not; None on PostgreSQL."""
    from sqlalchemy import make_url

    url = make_url(settings.database_url.get_secret_value())
    return Path(url.database or "").expanduser().resolve() if url.get_backend_name() == "sqlite" else None


def require_database(settings: Settings) -> None:
    """Raises `NoDatabase` where the program never ran."""
    file = database_file(settings)
    if file is not None and not file.exists():
        raise NoDatabase(f"there is no database at {file}")
