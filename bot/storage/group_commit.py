"""SQLite's writer: one task owns the one connection that writes, and many callers share each commit (principle 4).

A transaction of several awaits on a shared connection, cancelled in the middle, stays open and swallows what others
write next. Here only the task touches the connection, so there is no such middle: a cancelled caller stops waiting, and
that is all.

Single rows (`append`) and units of work take turns, each turn with a commit of its own: a row never waits for the
commit of the units, and their turn is cut short when rows wait.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageUnavailable
from bot.storage.append import PreparedInserts, Row, store
from bot.storage.driver import WritingConnection
from bot.storage.failures import as_refused_row, as_storage_error
from bot.storage.writer import CommitHook, CommitHooks, Transaction, Work

T = TypeVar("T")
E = TypeVar("E", "Row", "Unit")

ROWS_A_COMMIT = 256
UNITS_A_COMMIT = 64

TURN_SECONDS = 0.008
"""How long units of work may keep rows waiting before they commit; one unit always runs."""

QUIET_PASSES = 3
"""A request that has reached its socket needs two passes of the event loop until its row waits here."""

UNIT_SECONDS = 30.0
"""A unit of work that takes longer is cancelled and rolled back, because everybody waits for it."""

STOP_SECONDS = 1.0
"""A cancelled unit of work that does not end is cancelled again after this long."""


@dataclass(slots=True, eq=False)
class Unit:
    """A unit of work, who waits for it, and the context it was asked in (a log line in it names its caller's ids)."""

    work: Work[Any]
    waiter: asyncio.Future[Any]
    context: Context = field(default_factory=copy_context)
    topics: set[str] = field(default_factory=set)
    result: Any = None

    async def perform(self, connection: AsyncConnection) -> Any:
        return await self.work(Transaction(connection, self.topics))


@dataclass(frozen=True, slots=True)
class Link:
    """The one connection: SQLAlchemy's face for the units of work, the driver's for everything between them."""

    connection: AsyncConnection
    driver: WritingConnection

    async def execute(self, sql: str) -> None:
        await self.driver.perform(lambda raw: raw.execute(sql).close(), sql)

    async def roll_back(self) -> None:
        await self.connection.rollback()
        # SQLAlchemy takes a COMMIT that failed for the end of the transaction; SQLite does not.
        await self.driver.rollback()


class GroupCommit:
    """See `bot.storage.writer.Writer`. Must be created inside the running event loop."""

    def __init__(
        self, engine: AsyncEngine, *, unit_seconds: float = UNIT_SECONDS, turn_seconds: float = TURN_SECONDS
    ) -> None:
        self.commits = 0
        self._engine = engine
        self._unit_seconds = unit_seconds
        self._turn_seconds = turn_seconds
        self._rows: deque[Row] = deque()
        self._units: deque[Unit] = deque()
        self._inserts = PreparedInserts(engine.dialect)
        self._hooks = CommitHooks()
        self._arrival = asyncio.Event()
        self._is_closing = False
        self._link: Link | None = None
        self._running: asyncio.Task[Any] | None = None
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._serve(), name="storage writer")

    @property
    def waiting(self) -> int:
        """How many rows and units of work wait their turn."""
        return len(self._rows) + len(self._units)

    async def run(self, work: Work[T]) -> T:
        self._refuse_if_closing()
        if asyncio.current_task() is self._running:
            raise RuntimeError("a unit of work must not wait for another one: the writer would wait for itself")
        unit = Unit(work, self._loop.create_future())
        self._units.append(unit)
        self._arrival.set()
        return cast(T, await unit.waiter)

    async def append(self, statement: Insert, row: Mapping[str, Any], *, topics: Collection[str] = ()) -> None:
        self._refuse_if_closing()
        prepared = self._inserts.get(statement, tuple(row))
        entry = Row(prepared, prepared.bind(row), topics, self._loop.create_future())
        self._rows.append(entry)
        self._arrival.set()
        await entry.waiter

    def on_commit(self, hook: CommitHook) -> None:
        self._hooks.add(hook)

    async def close(self) -> None:
        self._is_closing = True
        self._arrival.set()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.result()

    def _refuse_if_closing(self) -> None:
        if self._is_closing:
            raise StorageUnavailable("the database is being closed")

    async def _serve(self) -> None:
        try:
            while await self._has_work():
                await self._commit_rows()
                await self._commit_units()
        finally:
            self._is_closing = True
            self._refuse((*self._rows, *self._units), StorageUnavailable("the database is being closed"))
            if self._link is not None:
                await self._link.connection.close()

    async def _has_work(self) -> bool:
        while not self.waiting and not self._is_closing:
            self._arrival.clear()
            await self._arrival.wait()
        return self.waiting > 0

    async def _commit_rows(self) -> None:
        """One commit for the rows that wait."""
        await self._gather_rows()
        rows = _take(self._rows, ROWS_A_COMMIT)
        if not rows:
            return
        try:
            link = await self._connect()
            problems = await link.driver.perform(partial(store, rows=rows))
        except BaseException as error:
            await self._give_up(rows, error)
            return
        self.commits += 1
        self._hooks.announce(row.topics for row, problem in zip(rows, problems, strict=True) if problem is None)
        for row, problem in zip(rows, problems, strict=True):
            if problem is None:
                _answer(row.waiter, None)
            else:
                _fail(row.waiter, as_refused_row(problem))

    async def _gather_rows(self) -> None:
        """Wait as long as the loop brings more rows at once: a commit of three costs as much as one of thirty."""
        before, quiet = len(self._rows), 0
        while 0 < before < ROWS_A_COMMIT and quiet < QUIET_PASSES:
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self._rows) == before else 0
            before = len(self._rows)

    async def _commit_units(self) -> None:
        """One commit for the units of work that wait; one that raises is rolled back alone."""
        units = deque(_take(self._units, UNITS_A_COMMIT))
        if not units:
            return
        done: list[Unit] = []
        ends_at = self._loop.time() + self._turn_seconds
        try:
            link = await self._connect()
            while units and not (done and self._rows and self._loop.time() > ends_at):
                await self._attempt(units[0], link, done)
                units.popleft()
            await link.connection.commit()
        except BaseException as error:
            await self._give_up((*done, *units), error)
            return
        self._units.extendleft(reversed(units))
        self.commits += bool(done)
        self._hooks.announce(unit.topics for unit in done)
        for unit in done:
            _answer(unit.waiter, unit.result)

    async def _attempt(self, unit: Unit, link: Link, done: list[Unit]) -> None:
        """Run one unit of work, and count it as done unless it raises.

        The first of a transaction needs no savepoint: rolling it back takes nothing from anybody. The savepoints of the
        others lie one in the other (`ROLLBACK TO` means the innermost), and COMMIT releases them all.
        """
        if unit.waiter.done():
            return
        is_first = not done
        await (link.connection.begin() if is_first else link.execute("SAVEPOINT unit"))
        try:
            unit.result = await self._perform(unit, link.connection)
        except BaseException as error:
            await (link.roll_back() if is_first else link.execute("ROLLBACK TO unit"))
            if self._is_cancelled():
                raise
            _fail(unit.waiter, as_storage_error(error))
        else:
            done.append(unit)

    async def _perform(self, unit: Unit, connection: AsyncConnection) -> Any:
        """Run a unit in a task of its own: what it does to its task, or is done to it when it is late, stays there."""
        self._running = task = self._loop.create_task(unit.perform(connection), context=unit.context)
        try:
            await asyncio.wait({task}, timeout=self._unit_seconds)
            if not task.done():
                raise StorageUnavailable(f"a unit of work took longer than {self._unit_seconds:g} s")
            return task.result()
        finally:
            self._running = None
            await _stop(task)

    async def _connect(self) -> Link:
        if self._link is None:
            connection = await self._engine.connect()
            driver = (await connection.get_raw_connection()).driver_connection
            self._link = Link(connection, cast(WritingConnection, driver))
        return self._link

    async def _give_up(self, waiting: Collection[Row | Unit], error: BaseException) -> None:
        """Nothing of this transaction is stored: roll it back, tell those who wait, and be ready for the next one."""
        try:
            if self._link is not None:
                await self._link.roll_back()
        except (SQLAlchemyError, sqlite3.Error, StorageUnavailable):
            await self._drop_connection()
        finally:
            self._refuse(waiting, error)
        if self._is_cancelled() or not isinstance(error, SQLAlchemyError | sqlite3.Error | StorageUnavailable):
            raise error

    async def _drop_connection(self) -> None:
        """A connection that cannot even roll back is closed; the next transaction opens another one."""
        assert self._link is not None
        connection, self._link = self._link.connection, None
        await connection.invalidate()
        await connection.close()

    def _is_cancelled(self) -> bool:
        return self._task.cancelling() > 0

    @staticmethod
    def _refuse(waiting: Iterable[Row | Unit], error: BaseException) -> None:
        for each in waiting:
            unavailable = StorageUnavailable(str(as_storage_error(error)))
            unavailable.__cause__ = error
            _fail(each.waiter, unavailable)


def _take(queue: deque[E], limit: int) -> list[E]:
    """The first of a queue, without those whose caller has gone."""
    taken = [queue.popleft() for _ in range(min(len(queue), limit))]
    return [each for each in taken if not each.waiter.done()]


def _answer(waiter: asyncio.Future[Any], result: Any) -> None:
    if not waiter.done():
        waiter.set_result(result)


def _fail(waiter: asyncio.Future[Any], error: BaseException) -> None:
    if waiter.done():
        return
    if isinstance(error, asyncio.CancelledError):
        waiter.cancel()
    else:
        waiter.set_exception(error)


async def _stop(task: asyncio.Task[Any]) -> None:
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=STOP_SECONDS)
    if not task.cancelled():
        task.exception()
