"""The command line in a folder of its own, without a setting of the machine's."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.bootstrap import open_for_writing
from bot.cli import main
from bot.config import load_settings
from tests.cli.terminal import Ended, Permanence


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder; no PERMANENCE_ name is set but that of a database in it."""
    for name in os.environ:
        if name.startswith("PERMANENCE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PERMANENCE_DATABASE_URL", f"sqlite:///{tmp_path}/office.db")
    return tmp_path


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command that configures the log does it for the whole process: later tests look at theirs."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def permanence(capsys: pytest.CaptureFixture[str]) -> Permanence:
    """Run a command in this process: `permanence("units", "5m")`."""

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        status = main(arguments)
        captured = capsys.readouterr()
        return Ended(status, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once: a copy of the file costs a hundredth of a migration."""
    path = tmp_path_factory.mktemp("empty") / "office.db"
    settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{path}"}, needs_channel=False)

    async def make() -> None:
        async with open_for_writing(settings):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
def database(empty_database: Path, folder: Path) -> Path:
    """The database of the settings, with nothing in it."""
    path = folder / "office.db"
    shutil.copy(empty_database, path)
    return path
