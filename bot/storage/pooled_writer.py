"""PostgreSQL's writer: a connection and a transaction for each unit of work; the server groups the commits itself."""

import asyncio
import random
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import Insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import StorageUnavailable
from bot.storage.failures import as_refused_row, as_storage_error, is_conflict
from bot.storage.writer import CommitHook, CommitHooks, Transaction, Work

T = TypeVar("T")

ATTEMPTS = 5
"""How often a unit of work that lost against another transaction is run in all."""

PAUSE_SECONDS = 0.02
UNIT_SECONDS = 30.0


class PooledWriter:
    """See `bot.storage.writer.Writer`. A unit of work may run several times, and is committed once."""

    def __init__(self, engine: AsyncEngine, *, unit_seconds: float = UNIT_SECONDS) -> None:
        self._engine = engine
        self._unit_seconds = unit_seconds
        self._hooks = CommitHooks()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closing = False

    async def run(self, work: Work[T]) -> T:
        if self._is_closing:
            raise StorageUnavailable("the database is being closed")
        # A task of its own: a caller that is cancelled stops waiting, and the unit goes on.
        task = asyncio.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def append(self, statement: Insert, row: Mapping[str, Any], *, topics: Collection[str] = ()) -> None:
        async def insert(transaction: Transaction) -> None:
            await transaction.connection.execute(statement, dict(row))
            transaction.topics.update(topics)

        try:
            await self.run(insert)
        except (SQLAlchemyError, UnicodeError) as error:
            raise as_refused_row(error) from error

    def on_commit(self, hook: CommitHook) -> None:
        self._hooks.add(hook)

    async def close(self) -> None:
        self._is_closing = True
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, work: Work[T]) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return await self._attempt(work)
            except SQLAlchemyError as error:
                if not is_conflict(error):
                    raise as_storage_error(error) from error
            await asyncio.sleep(random.uniform(0, PAUSE_SECONDS * 2**attempt))  # noqa: S311 - spreads the losers
        raise StorageUnavailable(f"lost against other transactions {ATTEMPTS} times")

    async def _attempt(self, work: Work[T]) -> T:
        try:
            async with asyncio.timeout(self._unit_seconds), self._engine.begin() as connection:
                transaction = Transaction(connection)
                result = await work(transaction)
        except TimeoutError as error:
            raise StorageUnavailable(f"a unit of work took longer than {self._unit_seconds:g} s") from error
        except OSError as error:
            raise StorageUnavailable("the database server cannot be reached") from error
        self._hooks.announce([transaction.topics])
        return result
