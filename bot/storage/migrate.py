"""Brings the database to this program's schema, at start, in one transaction: all of it or nothing."""

from pathlib import Path
from typing import cast

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SchemaTooNew, StorageError
from bot.storage.driver import WritingConnection
from bot.storage.engine import Engine, obey
from bot.storage.failures import as_storage_error

MIGRATIONS = Path(__file__).parent / "migrations"

REVISIONS = tuple(sorted(path.name.split("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py")))
"""Every revision this program knows, oldest first: they are numbered, and each file is named after its number."""

HEAD = REVISIONS[-1]

_version = table("alembic_version", column("version_num"))


async def migrate(engine: Engine) -> str:
    """Bring the schema to `HEAD` and return it; an empty database gets all of it.

    Raises `SchemaTooNew` when a newer program wrote the database, `StorageError` when the stored lines contradict the
    new schema, `StorageUnavailable` when it cannot be written. The database is then as it was.
    """
    try:
        async with engine.writing.connect() as connection:
            if await _known_revision(connection) != HEAD:
                await connection.rollback()
                await _upgrade(connection)
    except SQLAlchemyError as error:
        raise as_storage_error(error) from error
    return HEAD


async def check_schema(connection: AsyncConnection) -> None:
    """Refuse to read a database that has not exactly this program's schema: for commands that do not migrate."""
    revision = await _known_revision(connection)
    if revision != HEAD:
        raise StorageError(
            f"the database has schema {revision or 'none'}, not {HEAD}: start the program once to migrate it"
        )


async def current_revision(connection: AsyncConnection) -> str | None:
    """The revision of the stored schema, None in an empty database."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table(_version.name)):
        return None
    return cast("str | None", await connection.scalar(select(_version.c.version_num)))


async def _known_revision(connection: AsyncConnection) -> str | None:
    revision = await current_revision(connection)
    if revision is not None and revision not in REVISIONS:
        raise SchemaTooNew(
            f"the database has schema {revision}, and this program knows {HEAD} at most: "
            "start the newer program, or restore a backup made by this one"
        )
    return revision


async def _upgrade(connection: AsyncConnection) -> None:
    if connection.dialect.name != "sqlite":
        async with connection.begin():
            await connection.run_sync(_run_migrations)
        return
    # Batch mode replaces a table by its copy; with foreign keys on, dropping the old one would delete what refers to
    # it. SQLite ignores this pragma inside a transaction.
    driver = cast(WritingConnection, (await connection.get_raw_connection()).driver_connection)
    await driver.perform(lambda raw: obey(raw, {"foreign_keys": ("OFF", 0)}))
    try:
        async with connection.begin():
            await connection.run_sync(_run_migrations)
            await connection.run_sync(_check_foreign_keys)
    finally:
        await driver.perform(lambda raw: obey(raw, {"foreign_keys": ("ON", 1)}))


def _run_migrations(connection: Connection) -> None:
    # Imported here: a start on a database that is up to date, as almost all are, saves a third of a second.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise StorageError(f"{len(broken)} lines refer to lines that do not exist, in: {tables}")
