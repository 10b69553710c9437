"""One writer for many callers: whole or absent, grouped, answered after the commit, well again after every fault."""

import asyncio
import random
import resource
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import Column, DateTime, Insert, MetaData, String, Table, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StorageError, StorageUnavailable
from bot.storage.columns import Instant
from bot.storage.driver import WritingConnection
from bot.storage.engine import Engine
from bot.storage.group_commit import GroupCommit
from bot.storage.pooled_writer import ATTEMPTS, PooledWriter
from bot.storage.writer import Transaction, Writer
from tests.storage.notes_table import names, notes

APPEND: Insert = insert(notes).on_conflict_do_nothing()


async def slow_statement(transaction: Transaction, *, seconds: float) -> None:
    """One statement that keeps SQLite busy for so long."""
    driver = (await transaction.connection.get_raw_connection()).driver_connection
    await driver.perform(lambda raw: raw.create_function("wait", 1, time.sleep))  # type: ignore[union-attr]
    await transaction.connection.execute(text(f"SELECT wait({seconds})"))


def note(name: str, *, signal: str | None = None) -> Callable[[Transaction], Awaitable[str]]:
    """A unit of work that stores one name."""

    async def work(transaction: Transaction) -> str:
        await transaction.connection.execute(notes.insert().values(name=name))
        if signal is not None:
            transaction.signal(signal)
        return name

    return work


def failing(name: str) -> Callable[[Transaction], Awaitable[str]]:
    async def work(transaction: Transaction) -> str:
        await note(name, signal=name)(transaction)
        raise LookupError(name)

    return work


async def execute(transaction: Transaction, sql: str) -> None:
    await transaction.connection.exec_driver_sql(sql)


async def is_in_transaction(writer: GroupCommit) -> bool:
    """Asked between units of work, of the connection itself."""
    link = await writer._connect()
    return await link.driver.perform(lambda raw: raw.in_transaction)


@pytest.fixture(params=["group commit", "pooled"])
async def any_writer(engine: Engine, request: pytest.FixtureRequest) -> AsyncIterator[Writer]:
    """Both writers keep the same promises; the pooled one stands on SQLite here."""
    opened: Writer = GroupCommit(engine.writing) if request.param == "group commit" else PooledWriter(engine.writing)
    yield opened
    await opened.close()


# What both writers promise


async def test_a_unit_of_work_is_stored_before_its_caller_is_answered(any_writer: Writer, engine: Engine) -> None:
    assert await any_writer.run(note("a")) == "a"
    assert await names(engine) == ["a"]


async def test_one_that_raises_is_rolled_back_alone(any_writer: Writer, engine: Engine) -> None:
    works = [failing(f"{n:02d}") if n % 3 == 0 else note(f"{n:02d}") for n in range(30)]
    results = await asyncio.gather(*(any_writer.run(work) for work in works), return_exceptions=True)
    assert [type(result) for result in results] == [LookupError if n % 3 == 0 else str for n in range(30)]
    assert await names(engine) == [f"{n:02d}" for n in range(30) if n % 3]


async def test_a_unit_that_catches_its_own_database_error_goes_on(any_writer: Writer, engine: Engine) -> None:
    async def work(transaction: Transaction) -> None:
        await note("a")(transaction)
        with pytest.raises(IntegrityError):
            await note("a")(transaction)
        await note("b")(transaction)

    await any_writer.run(work)
    assert await names(engine) == ["a", "b"]


async def test_an_append_that_is_there_already_is_no_error(any_writer: Writer, engine: Engine) -> None:
    row = {"name": "a", "body": "first"}
    await asyncio.gather(*(any_writer.append(APPEND, row) for _ in range(10)))
    await any_writer.append(APPEND, {"name": "a", "body": "second"})
    async with engine.reading.connect() as connection:
        assert (await connection.execute(select(notes.c.name, notes.c.body))).all() == [("a", "first")]


async def test_a_cancelled_caller_stops_waiting_and_its_unit_is_committed(any_writer: Writer, engine: Engine) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(transaction: Transaction) -> None:
        await note("first half")(transaction)
        begun.set()
        await go_on.wait()
        await note("second half")(transaction)

    caller = asyncio.create_task(any_writer.run(work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await any_writer.run(note("another"))
    await any_writer.close()
    assert await names(engine) == ["another", "first half", "second half"]


async def test_hooks_are_told_after_the_commit_and_before_the_callers_go_on(
    any_writer: Writer, engine: Engine, path: Path
) -> None:
    told: list[tuple[frozenset[str], int]] = []

    def hook(topics: frozenset[str]) -> None:
        with sqlite3.connect(path) as connection:
            told.append((topics, connection.execute("SELECT count(*) FROM notes").fetchone()[0]))
        connection.close()

    any_writer.on_commit(hook)
    await any_writer.run(note("a", signal="tickets"))
    assert told == [(frozenset({"tickets"}), 1)]
    await any_writer.append(APPEND, {"name": "b", "body": None}, topics=("inbox",))
    assert told[1:] == [(frozenset({"inbox"}), 2)]
    await any_writer.run(note("silent"))
    with pytest.raises(LookupError):
        await any_writer.run(failing("rolled back"))
    await asyncio.sleep(0.01)
    assert told[2:] == []


async def test_a_hook_that_raises_harms_neither_the_caller_nor_the_writer(any_writer: Writer) -> None:
    reported: list[BaseException] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
    any_writer.on_commit(lambda topics: 1 // 0)
    assert await any_writer.run(note("a", signal="x")) == "a"
    assert await any_writer.run(note("b")) == "b"
    assert [type(error) for error in reported] == [ZeroDivisionError]


async def test_a_unit_runs_in_its_callers_context(any_writer: Writer) -> None:
    ticket: ContextVar[int] = ContextVar("ticket")

    async def work(transaction: Transaction) -> int:
        return ticket.get()

    async def caller(number: int) -> int:
        ticket.set(number)
        return await any_writer.run(work)

    assert await asyncio.gather(*(caller(number) for number in range(5))) == list(range(5))


async def test_closing_finishes_what_was_taken_and_refuses_what_comes(any_writer: Writer, engine: Engine) -> None:
    taken = [asyncio.create_task(any_writer.run(note(f"{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await any_writer.close()
    assert await asyncio.gather(*taken) == [f"{n}" for n in range(5)]
    with pytest.raises(StorageUnavailable, match="being closed"):
        await any_writer.run(note("late"))
    with pytest.raises(StorageUnavailable, match="being closed"):
        await any_writer.append(APPEND, {"name": "late", "body": None})
    assert await names(engine) == [f"{n}" for n in range(5)]


# Group commit


async def test_units_that_wait_together_share_one_commit(writer: GroupCommit, engine: Engine) -> None:
    await asyncio.gather(*(writer.run(note(f"{n}")) for n in range(50)))
    assert (writer.commits, len(await names(engine))) == (1, 50)


async def test_rows_that_wait_together_share_one_commit(writer: GroupCommit, engine: Engine) -> None:
    await asyncio.gather(*(writer.append(APPEND, {"name": f"{n}", "body": None}) for n in range(200)))
    assert (writer.commits, len(await names(engine))) == (1, 200)


async def test_callers_that_come_one_by_one_have_a_commit_each(writer: GroupCommit) -> None:
    for n in range(5):
        await writer.run(note(f"{n}"))
    assert writer.commits == 5


async def test_a_commit_in_which_nothing_was_left_is_not_counted(writer: GroupCommit) -> None:
    with pytest.raises(LookupError):
        await writer.run(failing("a"))
    assert (writer.commits, await is_in_transaction(writer)) == (0, False)


async def test_a_unit_whose_caller_left_before_it_began_does_not_run(writer: GroupCommit, engine: Engine) -> None:
    callers = [asyncio.create_task(writer.run(note(f"{n}"))) for n in range(4)]
    rows = [asyncio.create_task(writer.append(APPEND, {"name": f"row {n}", "body": None})) for n in range(4)]
    await asyncio.sleep(0)
    assert writer.waiting == 8
    for caller in (callers[0], callers[2], rows[1]):
        caller.cancel()
    await asyncio.gather(*callers, *rows, return_exceptions=True)
    assert await names(engine) == ["1", "3", "row 0", "row 2", "row 3"]


async def test_a_unit_whose_caller_left_while_the_one_before_it_ran_does_not_run(
    writer: GroupCommit, engine: Engine
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(transaction: Transaction) -> None:
        begun.set()
        await go_on.wait()

    first = asyncio.create_task(writer.run(work))
    left, stayed = (asyncio.create_task(writer.run(note(name))) for name in ("left", "stayed"))
    await begun.wait()
    left.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, stayed)
    assert (await names(engine), writer.commits) == (["stayed"], 1)


async def test_a_unit_must_not_wait_for_another_one(writer: GroupCommit, engine: Engine) -> None:
    async def work(transaction: Transaction) -> None:
        await writer.run(note("inner"))

    with pytest.raises(RuntimeError, match="must not wait for another"):
        await writer.run(work)
    assert await names(engine) == []


# Cancellation (F4)


async def both_halves(connection_execute: Callable[[str], Awaitable[object]], name: str, dice: random.Random) -> None:
    await connection_execute(f"INSERT INTO notes (name) VALUES ('{name} a')")
    await asyncio.sleep(dice.random() / 2000)
    await connection_execute(f"INSERT INTO notes (name) VALUES ('{name} b')")


async def cancel_at_random(callers: list[asyncio.Task[None]], dice: random.Random) -> int:
    """Cancel each caller somewhere in its life; how many were cancelled."""
    for caller in dice.sample(callers, len(callers)):
        await asyncio.sleep(dice.random() / 1000)
        caller.cancel()
    return sum(isinstance(each, BaseException) for each in await asyncio.gather(*callers, return_exceptions=True))


async def test_500_cancellations_leave_each_unit_whole_or_absent(writer: GroupCommit, engine: Engine) -> None:
    dice = random.Random(2026)

    async def caller(number: int) -> None:
        await asyncio.sleep(dice.random() / 2)

        async def work(transaction: Transaction) -> None:
            await both_halves(transaction.connection.exec_driver_sql, f"{number:03d}", dice)

        await writer.run(work)

    callers = [asyncio.create_task(caller(number)) for number in range(700)]
    await asyncio.sleep(0.1)
    cancelled = await cancel_at_random(callers[:500], dice)
    await asyncio.wait(callers)
    await writer.run(note("after"))
    stored = set(await names(engine)) - {"after"}
    whole = {name[:3] for name in stored}
    assert stored == {f"{number} {half}" for number in whole for half in "ab"}
    assert {f"{number:03d}" for number in range(500, 700)} <= whole  # the others noticed nothing
    assert await is_in_transaction(writer) is False
    assert 100 < cancelled <= 500


async def test_the_usual_transaction_on_a_shared_connection_fails_the_same_trial(engine: Engine, path: Path) -> None:
    """Proof that the trial above can fail: BEGIN, two INSERTs and COMMIT, awaited under a lock."""
    dice = random.Random(2026)
    left_inside = 0
    await engine.close()
    async with aiosqlite.connect(path, isolation_level=None) as shared:
        turn = asyncio.Lock()

        async def caller(number: int) -> None:
            nonlocal left_inside
            async with turn:
                if shared.in_transaction:
                    left_inside += 1
                    await shared.rollback()
                await shared.execute("BEGIN IMMEDIATE")
                await both_halves(shared.execute, f"{number:03d}", dice)
                await shared.execute("COMMIT")

        for number in range(100):
            task = asyncio.create_task(caller(number))
            await asyncio.sleep(dice.random() / 500)
            task.cancel()
            await asyncio.wait({task})
    assert left_inside > 0


async def test_a_unit_that_takes_too_long_is_rolled_back_alone(engine: Engine) -> None:
    writer = GroupCommit(engine.writing, unit_seconds=1)

    async def sleeping(transaction: Transaction) -> None:
        await note("sleeping")(transaction)
        await asyncio.sleep(60)

    async def calculating(transaction: Transaction) -> None:
        await note("calculating")(transaction)
        await slow_statement(transaction, seconds=2.5)
        await note("never reached")(transaction)

    async def stubborn(transaction: Transaction) -> None:
        await note("stubborn")(transaction)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await note("still writing")(transaction)

    works = [note("a"), sleeping, note("b"), calculating, note("c"), stubborn, note("d")]
    results = await asyncio.gather(*(writer.run(work) for work in works), return_exceptions=True)
    late = "a unit of work took longer than 1 s"
    assert [str(result) for result in results] == ["a", late, "b", late, "c", late, "d"]
    assert (await names(engine), writer.commits) == (["a", "b", "c", "d"], 1)
    assert await is_in_transaction(writer) is False
    await writer.close()


async def test_a_program_that_cancels_every_task_ends_with_nothing_half_done(engine: Engine) -> None:
    writer = GroupCommit(engine.writing)
    begun = asyncio.Event()

    async def work(transaction: Transaction) -> None:
        await note("half")(transaction)
        begun.set()
        await slow_statement(transaction, seconds=0.5)

    caller = asyncio.create_task(writer.run(work))
    queued = asyncio.create_task(writer.run(note("queued")))
    await begun.wait()
    (task,) = (each for each in asyncio.all_tasks() if each.get_name() == "storage writer")
    task.cancel()
    results = await asyncio.gather(caller, queued, return_exceptions=True)
    assert [type(result) for result in results] == [StorageUnavailable, StorageUnavailable]
    await writer.close()
    assert await names(engine) == []
    async with engine.writing.begin() as connection:  # the connection came back, and is usable
        await connection.execute(notes.insert().values(name="usable"))
    assert await names(engine) == ["usable"]


# Faults (F3)


@contextmanager
def no_room_left(path: Path) -> Iterator[None]:
    """The kernel refuses to make any file longer than the journal is now: a real error of a real write."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    journal = path.with_name(path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def locked_by_another(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@asynccontextmanager
async def pragma(writer: GroupCommit, fault: str, mend: str) -> AsyncIterator[None]:
    link = await writer._connect()
    await link.driver.perform(lambda raw: raw.execute(f"PRAGMA {fault}").close())
    try:
        yield
    finally:
        await link.driver.perform(lambda raw: raw.execute(f"PRAGMA {mend}").close())


@asynccontextmanager
async def fault(kind: str, writer: GroupCommit, path: Path) -> AsyncIterator[None]:
    if kind == "disk full":
        async with pragma(writer, "max_page_count = 1", "max_page_count = 1000000"):
            yield
    elif kind == "read only":
        async with pragma(writer, "query_only = ON", "query_only = OFF"):
            yield
    elif kind == "locked":
        async with pragma(writer, "busy_timeout = 20", "busy_timeout = 5000"):
            with locked_by_another(path):
                yield
    else:
        with no_room_left(path):
            yield


FAULTS = {
    "disk full": "database or disk is full",
    "disk I/O error": "disk I/O error",
    "read only": "attempt to write a readonly database",
    "locked": "database is locked",
}


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_database_that_cannot_be_written_says_so_to_everybody_and_recovers_alone(
    writer: GroupCommit, engine: Engine, path: Path, kind: str
) -> None:
    def large(name: str) -> Callable[[Transaction], Awaitable[None]]:
        async def work(transaction: Transaction) -> None:
            rows = [{"name": f"{name} {n}", "body": "x" * 4000} for n in range(20)]
            await transaction.connection.execute(notes.insert(), rows)

        return work

    def row(name: str) -> Awaitable[None]:
        return writer.append(APPEND, {"name": name, "body": "x" * 90_000})

    await writer.run(note("before"))
    async with fault(kind, writer, path):
        results = await asyncio.gather(
            *(writer.run(large(f"large {n}")) for n in range(5)),
            *(row(f"row {n}") for n in range(5)),
            return_exceptions=True,
        )
        assert await is_in_transaction(writer) is False
    assert [type(result) for result in results] == [StorageUnavailable] * 10
    assert {str(result) for result in results} == {FAULTS[kind]}
    assert await names(engine) == ["before"]
    await asyncio.gather(writer.run(note("after")), row("row"))
    assert await names(engine) == ["after", "before", "row"]


async def test_a_commit_that_fails_refuses_the_whole_batch(writer: GroupCommit, engine: Engine, path: Path) -> None:
    """The statements fit in SQLite's memory; the first write to the disk is the commit's."""
    told: list[frozenset[str]] = []
    writer.on_commit(told.append)
    await writer.run(note("before"))
    commits = writer.commits
    with no_room_left(path):
        results = await asyncio.gather(
            *(writer.run(note(f"{n}", signal="x")) for n in range(5)), return_exceptions=True
        )
    assert [str(result) for result in results] == ["disk I/O error"] * 5
    assert (await names(engine), writer.commits - commits, told) == (["before"], 0, [])
    assert await writer.run(note("after")) == "after"


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "between others", "last"])
@pytest.mark.parametrize("goes_on", [True, False], ids=["and goes on writing", "and says nothing"])
async def test_a_unit_that_hides_the_loss_of_the_transaction_stores_nothing(
    writer: GroupCommit, engine: Engine, goes_on: bool, place: int
) -> None:
    """A full disk or an I/O error can roll back the whole transaction; what came next would commit line by line."""

    async def work(transaction: Transaction) -> None:
        await note("lost")(transaction)
        await execute(transaction, "ROLLBACK")
        if goes_on:
            with suppress(StorageUnavailable):
                await note("alone")(transaction)

    works = [note("a"), note("b")]
    works.insert(place, work)
    results = await asyncio.gather(*(writer.run(each) for each in works), return_exceptions=True)
    assert [type(result) for result in results] == [StorageUnavailable] * 3
    assert await names(engine) == []
    assert await writer.run(note("after")) == "after"


async def test_a_connection_that_cannot_even_roll_back_is_replaced(
    writer: GroupCommit, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: WritingConnection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    await writer.run(note("before"))
    first = (await writer._connect()).driver
    with monkeypatch.context() as patch:
        patch.setattr(WritingConnection, "commit", broken)
        patch.setattr(WritingConnection, "rollback", broken)
        with pytest.raises(StorageUnavailable, match="disk I/O error"):
            await writer.run(note("lost"))
    await writer.run(note("after"))
    assert (await writer._connect()).driver is not first
    assert await names(engine) == ["after", "before"]


# The fast lane


async def test_a_row_that_cannot_be_stored_fails_alone(any_writer: Writer, engine: Engine) -> None:
    rows: list[dict[str, str | None]] = [{"name": f"{n}", "body": "plain"} for n in range(6)]
    rows[1]["body"] = "a lone surrogate \ud800"
    rows[4]["name"] = None
    results = await asyncio.gather(*(any_writer.append(APPEND, row) for row in rows), return_exceptions=True)
    assert [str(result).removeprefix("the row cannot be stored: ") for result in results] == [
        "None",
        r"'utf-8' codec can't encode character '\ud800' in position 17: surrogates not allowed",
        "None",
        "None",
        "NOT NULL constraint failed: notes.name",
        "None",
    ]
    assert {type(result) for result in results} == {StorageError, type(None)}
    assert await names(engine) == ["0", "2", "3", "5"]


async def test_a_row_that_fails_costs_the_others_no_commit_of_their_own(writer: GroupCommit) -> None:
    rows = [{"name": f"{n}", "body": "\ud800" if n == 3 else None} for n in range(6)]
    told: list[frozenset[str]] = []
    writer.on_commit(told.append)
    await asyncio.gather(
        *(writer.append(APPEND, row, topics={f"{n}"}) for n, row in enumerate(rows)), return_exceptions=True
    )
    assert (writer.commits, told) == (1, [frozenset("01245")])


async def test_rows_of_several_statements_share_a_commit(writer: GroupCommit, engine: Engine) -> None:
    loud = insert(notes).values(body="loud").on_conflict_do_nothing()
    await asyncio.gather(
        writer.append(APPEND, {"name": "a", "body": "1"}),
        writer.append(APPEND, {"name": "b"}),
        writer.append(loud, {"name": "c", "body": "2"}),
    )
    async with engine.reading.connect() as connection:
        stored = (await connection.execute(select(notes.c.name, notes.c.body).order_by(notes.c.name))).all()
    assert (stored, writer.commits) == ([("a", "1"), ("b", None), ("c", "2")], 1)


async def test_a_row_that_fails_leaves_those_of_other_statements_stored_once(
    writer: GroupCommit, engine: Engine
) -> None:
    """Were the first statement committed by itself, its row would be found there already when it is tried again."""
    results = await asyncio.gather(
        writer.append(insert(notes), {"name": "a"}),
        writer.append(APPEND, {"name": "b", "body": "\ud800"}),
        writer.append(APPEND, {"name": "c", "body": None}),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), StorageError, type(None)]
    assert (await names(engine), writer.commits) == (["a", "c"], 1)


async def test_an_append_stores_what_a_usual_insert_stores(writer: GroupCommit, engine: Engine) -> None:
    """The fast lane converts by itself what SQLAlchemy would: the same instant must read the same both ways."""
    moments = Table("moments", MetaData(), Column("name", String(9)), Column("at", Instant), Column("plain", DateTime))
    row = {"at": datetime(2026, 5, 1, 8, 30, 15, 42, tzinfo=UTC), "plain": datetime(2026, 5, 1)}  # noqa: DTZ001

    async def usual(transaction: Transaction) -> None:
        await transaction.connection.run_sync(moments.create)
        await transaction.connection.execute(moments.insert().values(name="usual", **row))

    await writer.run(usual)
    await writer.append(insert(moments), {"plain": row["plain"], "at": row["at"], "name": "fast"})
    async with engine.reading.connect() as connection:
        raw = (await connection.exec_driver_sql("SELECT at, plain, typeof(at) FROM moments")).all()
        at = list(await connection.scalars(select(moments.c.at)))
    assert raw[0] == raw[1] == ("2026-05-01 08:30:15.000042", "2026-05-01 00:00:00.000000", "text")
    assert at == [row["at"], row["at"]]


@pytest.mark.parametrize(
    ("statement", "row", "said"),
    [
        pytest.param(
            insert(notes).values(body="fixed"), {"name": "a"}, "exactly these columns: name, body", id="missing"
        ),
        pytest.param(APPEND, {"name": "a", "colour": "red"}, "exactly these columns: name", id="unknown column"),
    ],
)
async def test_a_row_of_other_columns_is_a_programming_error(
    writer: GroupCommit, statement: Insert, row: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        await writer.append(statement, row)


async def test_statements_made_anew_each_time_do_not_fill_the_memory(writer: GroupCommit) -> None:
    for n in range(100):
        await writer.append(insert(notes).on_conflict_do_nothing(), {"name": f"{n}"})
    assert len(writer._inserts._prepared) <= 32


@pytest.mark.parametrize(("turn_seconds", "is_soon"), [(0.008, True), (60, False)], ids=["capped", "not capped"])
async def test_a_row_does_not_wait_for_all_the_units(engine: Engine, turn_seconds: float, is_soon: bool) -> None:
    """Forty units of 5 ms are waiting. With a cap on their turn the row is stored after a few of them."""
    writer = GroupCommit(engine.writing, turn_seconds=turn_seconds)
    answered = 0

    async def work(transaction: Transaction) -> None:
        await asyncio.sleep(0.005)

    async def caller() -> None:
        nonlocal answered
        await writer.run(work)
        answered += 1

    callers = [asyncio.create_task(caller()) for _ in range(40)]
    await asyncio.sleep(0.001)
    await writer.append(APPEND, {"name": "row"})
    assert (answered <= 5) is is_soon
    await asyncio.gather(*callers)
    await writer.close()


async def test_rows_that_keep_coming_do_not_keep_the_units_from_running(writer: GroupCommit) -> None:
    stop = asyncio.Event()

    async def caller(number: int) -> int:
        stored = 0
        while not stop.is_set():
            await writer.append(APPEND, {"name": f"{number} {stored}"})
            stored += 1
        return stored

    callers = [asyncio.create_task(caller(number)) for number in range(8)]
    for n in range(10):
        await writer.run(note(f"unit {n}"))
    stop.set()
    assert min(await asyncio.gather(*callers)) > 0


# PostgreSQL's conflicts, acted out


class Conflict(Exception):
    sqlstate = "40001"


@pytest.mark.parametrize("losses", [0, 1, ATTEMPTS - 1, ATTEMPTS])
async def test_a_unit_that_loses_against_another_one_is_run_again_a_few_times(engine: Engine, losses: int) -> None:
    writer = PooledWriter(engine.writing)
    told: list[frozenset[str]] = []
    writer.on_commit(told.append)
    runs = 0

    async def work(transaction: Transaction) -> None:
        nonlocal runs
        runs += 1
        await note(f"run {runs}", signal="x")(transaction)
        if runs <= losses:
            raise DBAPIError("COMMIT", None, Conflict())

    if losses < ATTEMPTS:
        await writer.run(work)
        assert await names(engine) == [f"run {losses + 1}"]
        assert (runs, told) == (losses + 1, [frozenset("x")])
    else:
        with pytest.raises(StorageUnavailable, match="lost against other transactions"):
            await writer.run(work)
        assert (runs, told, await names(engine)) == (ATTEMPTS, [], [])


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ConnectionRefusedError(111, "Connection refused"), id="no server"),
        pytest.param(DBAPIError("", None, ConnectionResetError()), id="link cut"),
        pytest.param(DBAPIError("", None, type("Full", (Exception,), {"sqlstate": "53100"})()), id="disk full"),
        pytest.param(DBAPIError("", None, type("Down", (Exception,), {"sqlstate": "57P01"})()), id="shutdown"),
        pytest.param(PoolTimeout(), id="no connection free"),
    ],
)
async def test_a_server_that_cannot_take_it_now_is_unavailable(engine: Engine, error: Exception) -> None:
    writer = PooledWriter(engine.writing)

    async def work(transaction: Transaction) -> None:
        raise error

    with pytest.raises(StorageUnavailable):
        await writer.run(work)


async def test_the_pooled_writer_stops_a_unit_that_takes_too_long(engine: Engine) -> None:
    writer = PooledWriter(engine.writing, unit_seconds=0.05)

    async def work(transaction: Transaction) -> None:
        await note("late")(transaction)
        await asyncio.sleep(60)

    with pytest.raises(StorageUnavailable, match="took longer than"):
        await writer.run(work)
    assert await names(engine) == []
