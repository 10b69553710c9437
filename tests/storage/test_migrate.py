"""The schema: built from nothing, left alone when it is right, refused when it is newer, and never half migrated."""
# ruff: noqa: ASYNC240 - a test may wait for its own small files

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from bot.errors import SchemaTooNew, StorageError
from bot.storage import migrate as migrate_module
from bot.storage.engine import Engine, open_engine, open_reader
from bot.storage.migrate import HEAD, MIGRATIONS, check_schema, current_revision, migrate
from bot.storage.tables import APPEND_ONLY, metadata
from tests.storage.notes_table import notes

NEXT_REVISION = '''
"""What a next revision would be."""
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{head}"

def upgrade():
    op.create_table("halfway", sa.Column("id", sa.Integer, primary_key=True))
    {step}
'''

_PARTS = re.compile(r",\s*(?![^()]*\))|\n")
"""What stands between two columns or constraints: a column that was added later shares a line with the last one."""

START_AND_LIST = """
import asyncio, sys
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
async def main():
    engine = await open_engine(sys.argv[1])
    await migrate(engine)
    await engine.close()
asyncio.run(main())
print(sorted(name for name in sys.modules if name == "alembic"))
"""


async def revision_of(engine: Engine) -> str | None:
    async with engine.reading.connect() as connection:
        return await current_revision(connection)


async def tables_of(engine: Engine) -> set[str]:
    async with engine.reading.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


def add_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Pretend that the program has one more revision."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "9999_next.py").write_text(NEXT_REVISION.format(head=HEAD, step=step))
    monkeypatch.setattr(migrate_module, "MIGRATIONS", folder)
    monkeypatch.setattr(migrate_module, "REVISIONS", (*migrate_module.REVISIONS, "9999"))
    monkeypatch.setattr(migrate_module, "HEAD", "9999")


async def test_an_empty_file_gets_the_whole_schema(engine: Engine) -> None:
    assert await revision_of(engine) is None
    assert await migrate(engine) == HEAD
    assert await revision_of(engine) == HEAD
    assert await tables_of(engine) == {*metadata.tables, "alembic_version", "notes"}


async def test_migrating_twice_changes_nothing(engine: Engine, path: Path) -> None:
    await migrate(engine)
    journal = path.with_name(path.name + "-wal")
    before = (path.read_bytes(), journal.read_bytes())
    assert await migrate(engine) == HEAD
    assert (path.read_bytes(), journal.read_bytes()) == before


async def test_the_migrated_schema_is_the_one_of_the_tables(engine: Engine) -> None:
    def differences(connection: Connection) -> list[object]:
        notes.drop(connection)
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    await migrate(engine)
    async with engine.writing.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_migrated_tables_are_made_by_the_same_statements(engine: Engine) -> None:
    """Autogeneration overlooks check constraints and conditions of indexes; SQLite's own text overlooks nothing."""
    listed = text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")

    def normal(rows: object) -> dict[str, list[str]]:
        ours = {name: sql.replace('"', "") for name, sql in rows if name not in ("notes", "alembic_version")}
        return {name: sorted(part.strip(" ,)\t") for part in _PARTS.split(sql)) for name, sql in ours.items()}

    await migrate(engine)
    async with engine.reading.connect() as connection:
        migrated = normal((await connection.execute(listed)).all())
    fresh = create_engine("sqlite://")
    with fresh.begin() as connection_:
        metadata.create_all(connection_)
        assert migrated == normal(connection_.execute(listed).all())
    fresh.dispose()


def test_the_revisions_are_one_chain_named_by_their_numbers() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    chain = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(chain)) == migrate_module.REVISIONS


async def test_a_newer_schema_is_refused_and_left_alone(engine: Engine) -> None:
    await migrate(engine)
    async with engine.writing.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match=f"has schema 9999, and this program knows {HEAD} at most"):
        await migrate(engine)
    assert await revision_of(engine) == "9999"


async def test_the_next_revision_is_applied_once(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(engine)
    add_revision(tmp_path, monkeypatch, step="pass")
    assert [await migrate(engine), await migrate(engine), await revision_of(engine)] == ["9999"] * 3
    assert "halfway" in await tables_of(engine)


@pytest.mark.parametrize("from_empty", [True, False], ids=["of an empty file", "of an older schema"])
async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_empty: bool
) -> None:
    if not from_empty:
        await migrate(engine)
    before = (await tables_of(engine), await revision_of(engine))
    add_revision(tmp_path, monkeypatch, step="raise LookupError('in the middle')")
    with pytest.raises(LookupError, match="in the middle"):
        await migrate(engine)
    assert (await tables_of(engine), await revision_of(engine)) == before


async def test_a_migration_that_leaves_lines_without_their_parent_is_undone(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(engine)
    step = (
        'op.execute("INSERT INTO contacts (client_id, name, folded_name, created_at) '
        "VALUES (404, 'x', 'x', '2026-01-01')\")"
    )
    add_revision(tmp_path, monkeypatch, step=step)
    with pytest.raises(StorageError, match="1 lines refer to lines that do not exist, in: contacts"):
        await migrate(engine)
    assert await revision_of(engine) == HEAD


async def test_a_table_can_be_copied_without_losing_what_refers_to_it(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(engine)
    async with engine.writing.begin() as connection:
        await connection.execute(
            text("INSERT INTO clients (id, name, folded_name, kind, created_at) VALUES (1, 'x', 'x', 'individual', '')")
        )
        await connection.execute(
            text("INSERT INTO contacts (client_id, name, folded_name, created_at) VALUES (1, 'y', 'y', '')")
        )
    step = (
        "with op.batch_alter_table('clients', recreate='always') as batch: "
        "batch.add_column(sa.Column('colour', sa.String(9)))"
    )
    add_revision(tmp_path, monkeypatch, step=step)
    await migrate(engine)
    async with engine.writing.connect() as connection:
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
        found = await connection.execute(text("SELECT client_id, colour FROM contacts JOIN clients ON client_id"))
        assert found.all() == [(1, None)]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET at = '2026-01-01'", "DELETE FROM {}"], ids=["update", "delete"])
async def test_lines_of_the_history_are_never_changed(engine: Engine, table: str, change: str) -> None:
    await migrate(engine)
    columns = [column.name for column in metadata.tables[table].columns if not column.nullable]
    async with engine.writing.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        await driver.perform(lambda raw: raw.execute("PRAGMA foreign_keys = OFF").close())  # type: ignore[union-attr]
        async with connection.begin():
            await connection.execute(
                text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('1' for _ in columns)})")
            )
        with pytest.raises(IntegrityError, match=f"lines of {table} are never changed"):
            await connection.execute(text(change.format(table)))


def test_a_start_on_a_migrated_file_does_not_load_alembic(url: str) -> None:
    def start() -> str:
        command = [sys.executable, "-c", START_AND_LIST, url]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    assert [start(), start()] == ["['alembic']", "[]"]


async def test_a_reading_command_refuses_a_schema_that_is_not_its_own(url: str) -> None:
    engine = await open_engine(url)
    reader = await open_reader(url)
    async with reader.connect() as connection:
        with pytest.raises(StorageError, match="has schema none"):
            await check_schema(connection)
        await connection.rollback()
        await migrate(engine)
        await check_schema(connection)
    await reader.dispose()
    await engine.close()
