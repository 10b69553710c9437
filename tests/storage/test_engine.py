"""Opening the database: what is created, what is refused, and who may write."""
# ruff: noqa: ASYNC221, ASYNC240 - a test may wait for its own small files and processes

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import DatabaseInUse, StorageError, StorageUnavailable
from bot.storage import engine as engine_module
from bot.storage.engine import WRITING_PRAGMAS, Engine, open_engine, open_reader
from tests.storage.notes_table import names, notes

OPEN_AND_WAIT = """
import asyncio, sys
from bot.errors import DatabaseInUse
from bot.storage.engine import open_engine
async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        engine = await open_engine(sys.argv[1])
    except DatabaseInUse as error:
        print("refused", error, flush=True)
        return
    print("opened", flush=True)
    sys.stdin.readline()
    await engine.close()
asyncio.run(main())
"""

WRITE_AND_DIE = """
import asyncio, os, sys
from sqlalchemy import text
from bot.storage.engine import open_engine
async def main():
    engine = await open_engine(sys.argv[1])
    async with engine.writing.begin() as connection:
        await connection.execute(text("INSERT INTO notes (name) VALUES ('from the dead')"))
    os._exit(0)
asyncio.run(main())
"""

FAIL_WITHOUT_CLOSING = """
import asyncio, sys
from bot.storage.engine import open_engine
async def main():
    global engine
    engine = await open_engine(sys.argv[1])
    raise SystemExit(7)
asyncio.run(main())
"""


def start(script: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


def say(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str], sig: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(sig)
    process.communicate(timeout=60)


async def test_the_folder_and_the_file_are_private(engine: Engine, path: Path) -> None:
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (path.parent, *path.parent.iterdir())}
    assert modes == {
        "var": 0o700,
        "permanence.db": 0o600,
        "permanence.db-wal": 0o600,
        "permanence.db-shm": 0o600,
        "permanence.db.lock": 0o600,
    }


async def test_a_file_that_others_could_read_becomes_private(path: Path, url: str) -> None:
    path.parent.mkdir()
    path.touch(mode=0o644)
    await (await open_engine(url)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_relative_url_is_a_path_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    await (await open_engine("sqlite:///here/100% sûr.db")).close()
    assert (tmp_path / "here" / "100% sûr.db").is_file()


async def test_the_writing_connection_obeys(engine: Engine) -> None:
    async with engine.writing.connect() as connection:
        answers = {name: await connection.scalar(text(f"PRAGMA {name}")) for name in WRITING_PRAGMAS}
    assert answers == {
        "busy_timeout": 5000,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("journal_mode", "DELETE"),
        ("synchronous", "OFF"),
        ("foreign_keys", "OFF"),
        ("busy_timeout", "1"),
        ("secure_delete", "OFF"),
        ("no_such_pragma", "ON"),
    ],
)
async def test_a_pragma_that_is_not_obeyed_is_named_and_refuses_the_start(
    url: str, monkeypatch: pytest.MonkeyPatch, name: str, asked: str
) -> None:
    expected = WRITING_PRAGMAS.get(name, ("", 1))[1]
    monkeypatch.setattr(engine_module, "WRITING_PRAGMAS", {**WRITING_PRAGMAS, name: (asked, expected)})
    with pytest.raises(StorageError, match=f"did not obey PRAGMA {name} = {asked}"):
        await open_engine(url)
    monkeypatch.undo()
    await (await open_engine(url)).close()  # the failed start holds neither the lock nor the file


async def test_there_is_one_writing_connection(engine: Engine) -> None:
    async with engine.writing.connect():
        second = asyncio.create_task(engine.writing.connect().__aenter__())
        await asyncio.sleep(0.05)
        assert not second.done()
    await (await second).close()


@pytest.mark.parametrize("pragma", ["query_only = OFF", "query_only = ON"])
async def test_a_reader_cannot_write_even_if_it_asks(engine: Engine, pragma: str) -> None:
    async with engine.reading.connect() as connection:
        await connection.execute(text(f"PRAGMA {pragma}"))
        with pytest.raises(OperationalError, match="readonly"):
            await connection.execute(notes.insert().values(name="no"))
    assert await names(engine) == []


async def test_a_reader_sees_one_moment_until_it_ends_its_transaction(engine: Engine) -> None:
    count = text("SELECT count(*) FROM notes")
    async with engine.reading.connect() as reader:
        assert await reader.scalar(count) == 0
        async with engine.writing.begin() as connection:
            await connection.execute(notes.insert().values(name="later"))
        assert await reader.scalar(count) == 0
        await reader.rollback()
        assert await reader.scalar(count) == 1


async def test_a_command_reads_beside_a_running_program(engine: Engine, url: str) -> None:
    async with engine.writing.begin() as connection:
        await connection.execute(notes.insert().values(name="seen"))
    reader = await open_reader(url)
    async with reader.connect() as connection:
        assert await connection.scalar(text("SELECT name FROM notes")) == "seen"
    await reader.dispose()


async def test_a_reader_that_comes_after_a_killed_program_reads_its_journal_and_leaves_it(
    url: str, path: Path, engine: Engine
) -> None:
    await engine.close()
    assert subprocess.run([sys.executable, "-c", WRITE_AND_DIE, url], check=False).returncode == 0
    files = (path, path.with_name(path.name + "-wal"))
    before = [each.read_bytes() for each in files]
    reader = await open_reader(url)
    async with reader.connect() as connection:
        assert await connection.scalar(text("SELECT name FROM notes")) == "from the dead"
    await reader.dispose()
    assert [each.read_bytes() for each in files] == before
    assert len(before[1]) > 0


async def test_the_last_to_close_is_the_writer_which_empties_the_journal(engine: Engine, path: Path) -> None:
    assert await names(engine) == []
    await engine.close()
    assert sorted(each.name for each in path.parent.iterdir()) == ["permanence.db", "permanence.db.lock"]


def test_of_two_programs_that_start_at_once_one_is_refused_and_a_killed_one_leaves_no_lock(
    url: str, path: Path
) -> None:
    first, second = start(OPEN_AND_WAIT, url), start(OPEN_AND_WAIT, url)
    try:
        assert (hear(first), hear(second)) == ("ready", "ready")
        say(first)
        say(second)
        heard = {hear(first): first, hear(second): second}
        winner = heard.pop("opened")
        (refusal,) = heard
        assert refusal.startswith(f"refused {path} is in use by another copy of the program")
        end(winner)
        third = start(OPEN_AND_WAIT, url)
        hear(third)
        say(third)
        assert hear(third) == "opened"
        say(third)
        third.communicate(timeout=60)
    finally:
        for process in (first, second):
            if process.poll() is None:
                end(process)
            process.communicate(timeout=60)


async def test_a_second_engine_in_the_same_program_is_refused_too(engine: Engine, url: str) -> None:
    with pytest.raises(DatabaseInUse, match=f"process {os.getpid()}"):
        await open_engine(url)


async def test_closing_twice_releases_the_lock_once(engine: Engine, url: str) -> None:
    await engine.close()
    other = await open_engine(url)
    await engine.close()
    with pytest.raises(DatabaseInUse):
        await open_engine(url)
    await other.close()


async def test_a_link_to_the_file_does_not_get_round_the_lock(engine: Engine, path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    with pytest.raises(DatabaseInUse):
        await open_engine(f"sqlite:///{link}")


def test_a_program_that_fails_before_it_closes_the_database_still_ends(url: str) -> None:
    process = start(FAIL_WITHOUT_CLOSING, url)
    process.communicate(timeout=60)
    assert process.returncode == 7


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("sqlite://", "must be a file", id="memory without a name"),
        pytest.param("sqlite:///:memory:", "must be a file", id="memory"),
        pytest.param("mysql://localhost/x", "mysql is not a database this program knows", id="another engine"),
        pytest.param("nonsense", "this is not a database URL", id="no URL"),
    ],
)
async def test_a_url_that_cannot_be_used_is_refused(url: str, said: str) -> None:
    for door in (open_engine, open_reader):
        with pytest.raises(StorageError, match=said):
            await door(url)


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, url: str) -> None:
    path.parent.mkdir()
    path.write_bytes(b"a letter, not a database" * 100)
    with pytest.raises(StorageError, match="file is not a database"):
        await open_engine(url)
    assert path.read_bytes() == b"a letter, not a database" * 100


async def test_a_place_where_nothing_can_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageUnavailable, match="cannot open"):
        await open_engine(f"sqlite:///{tmp_path}/file/permanence.db")


async def test_a_reader_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="there is no database at"):
        await open_reader(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


async def test_what_clients_wrote_is_in_no_error_message(engine: Engine) -> None:
    row = {"name": "same", "body": "private words"}
    with pytest.raises(IntegrityError) as caught:
        async with engine.writing.begin() as connection:
            await connection.execute(notes.insert(), [row, row])
    assert "private words" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
async def test_a_postgresql_url_opens_the_same_doors(scheme: str) -> None:
    url = f"{scheme}://someone:secret@127.0.0.1:1/permanence"
    engine = await open_engine(url)
    reader = await open_reader(url)
    drivers = {each.dialect.driver for each in (engine.writing, engine.reading, reader)}
    assert (engine.is_sqlite, engine.lock, drivers) == (False, None, {"asyncpg"})
    await reader.dispose()
    await engine.close()


async def test_the_plain_driver_shows_that_the_reader_pragmas_are_needed(path: Path, engine: Engine) -> None:
    """The check of `a reader cannot write` could have failed: a usual connection to the same file writes."""
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO notes (name) VALUES ('yes')")
    connection.close()
    assert await names(engine) == ["yes"]
