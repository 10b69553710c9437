"""What a test sees of a command."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.storage.engine import open_engine


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Permanence = Callable[..., Ended]
"""Runs a command: `permanence("units", "5m")`."""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a shell runs it: its standard output is a pipe of bytes."""
    command = [sys.executable, "-m", "bot", *arguments]
    path = os.pathsep.join(sys.path)
    return subprocess.run(command, cwd=folder, capture_output=True, env={**os.environ, "PYTHONPATH": path}, timeout=120)


@contextmanager
def held(database: Path) -> Iterator[None]:
    """The database open for writing, as a running program holds it."""
    is_open, may_close = threading.Event(), threading.Event()

    async def hold() -> None:
        engine = await open_engine(f"sqlite:///{database}")
        is_open.set()
        await asyncio.to_thread(may_close.wait)
        await engine.close()

    thread = threading.Thread(target=asyncio.run, args=(hold(),))
    thread.start()
    assert is_open.wait(60)
    try:
        yield
    finally:
        may_close.set()
        thread.join()
