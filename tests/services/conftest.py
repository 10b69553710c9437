"""A shop per test, on a database file of its own."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import SqlStore
from tests.factories import MONDAY
from tests.services.shop import Shop, found


@pytest.fixture(scope="session")
def founded_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated and filled once: a copy of the file costs a hundredth of a migration."""
    path = tmp_path_factory.mktemp("founded") / "shop.db"

    async def make() -> None:
        engine = await open_engine(f"sqlite:///{path}")
        await migrate(engine)
        writer = engine.open_writer()
        await SqlStore(engine, writer).write(lambda uow: found(uow, MONDAY))
        await writer.close()
        await engine.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def shop(founded_database: Path, tmp_path: Path) -> AsyncIterator[Shop]:
    """Monday 23 November 2026, 10:00 in Paris."""
    path = tmp_path / "shop.db"
    shutil.copy(founded_database, path)
    engine = await open_engine(f"sqlite:///{path}")
    writer = engine.open_writer()
    yield Shop(SqlStore(engine, writer), MONDAY)
    await writer.close()
    await engine.close()
