"""One database file for each test, with one small table."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.engine import Engine, open_engine
from bot.storage.group_commit import GroupCommit
from tests.storage.notes_table import notes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "permanence.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
async def engine(url: str) -> AsyncIterator[Engine]:
    opened = await open_engine(url)
    async with opened.writing.begin() as connection:
        await connection.run_sync(notes.metadata.create_all)
    yield opened
    await opened.close()


@pytest.fixture
async def writer(engine: Engine) -> AsyncIterator[GroupCommit]:
    opened = GroupCommit(engine.writing)
    yield opened
    await opened.close()
