"""What every writer does (principle 4): run a unit of work whole or not at all, and answer after the commit.

`group_commit` holds SQLite's, `pooled_writer` PostgreSQL's; `Engine.open_writer` gives the right one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol, TypeVar

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

CommitHook = Callable[[frozenset[str]], None]
"""Told after each commit which topics were signalled in it; runs in the event loop and must return at once."""


@dataclass(slots=True)
class Transaction:
    """What a unit of work writes through. It neither begins, commits nor rolls back: returning or raising does that."""

    connection: AsyncConnection
    topics: set[str] = field(default_factory=set)

    def signal(self, topic: str) -> None:
        """Wake those who wait for `topic` once this is committed, and not if it is rolled back."""
        self.topics.add(topic)


Work = Callable[[Transaction], Awaitable[T]]


class CommitHooks:
    """Who wants to know what was signalled."""

    def __init__(self) -> None:
        self._hooks: list[CommitHook] = []

    def add(self, hook: CommitHook) -> None:
        self._hooks.append(hook)

    def announce(self, topics: Iterable[Iterable[str]]) -> None:
        """Tell what one commit signalled, before those who wait for the commit go on."""
        signalled = frozenset(chain.from_iterable(topics))
        if not signalled:
            return
        loop = asyncio.get_running_loop()
        for hook in self._hooks:
            # Not called from here: a hook that raises is the loop's to report, and must not stop the writer.
            loop.call_soon(hook, signalled)


class Writer(Protocol):
    """Writes to one database, for many callers at once."""

    async def run(self, work: Work[T]) -> T:
        """Run a unit of work and return its result once it is committed.

        Raises what `work` raised, or `StorageUnavailable`; either way nothing of it is stored. A caller that is
        cancelled before the unit began prevents it; one that is cancelled later changes nothing, the unit goes on and
        is committed.
        """
        ...

    async def append(self, statement: Insert, row: Mapping[str, Any], *, topics: Collection[str] = ()) -> None:
        """Store one row and return once it is committed; much cheaper than `run`, and ahead of it.

        Pass the same statement object each time, with `ON CONFLICT DO NOTHING`; the rows that wait go in together. It
        must name what Python would fill in by itself. A row that the database does not take fails alone, with
        `StorageError`.
        """
        ...

    def on_commit(self, hook: CommitHook) -> None:
        """Call `hook` after each commit that signalled something."""
        ...

    async def close(self) -> None:
        """Refuse new work with `StorageUnavailable`, finish what was taken, give the connections back."""
        ...
