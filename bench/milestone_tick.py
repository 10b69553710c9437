"""A tick of the reminders with nothing due, at 1,000 and at 1,000,000 open tickets, side by side.

    python -m bench.milestone_tick [--json] [--few 1000] [--many 1000000] [--rounds 11]

Each ticket has its four milestones, all in the future. What is timed is `services.milestones.remind`, as the scheduler
calls it, on the program's own store, in turns. Aim: the cost within 2 ×, because it grows with what is due and not with
what is open (decision 3). Then, for information, ticks with 100 reminders due among the many.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import load_settings
from bot.services.context import Context
from bot.services.milestones import remind

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, and the office is open
NAMES = ("50", "75", "90", "breach")
TURN_SECONDS = 0.2
AIM = 2

DUE = 100
BUSY_TICKS = 5
"""So many ticks find reminders: each minute from `NOW` on, `DUE` of them fall due."""

TICKETS = """
INSERT INTO tickets (id, subject, state, priority, channel, opened_at, last_activity_at, recontact_due_at)
VALUES (?, 'Bonjour', 'open', 'normal', 'sms', ?, ?, ?)
"""
MILESTONES = "INSERT INTO milestones (ticket_id, kind, name, due_at, remind_at) VALUES (?, 'recontact', ?, ?, ?)"


def stored(at: datetime) -> str:
    """An instant as the database keeps it."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def first_reminder_at(number: int) -> datetime:
    """The first tickets are due one group after the other; the others from tomorrow on, spread over a month."""
    group = (number - 1) // DUE
    if group < BUSY_TICKS:
        return NOW + timedelta(minutes=group + 1)
    return NOW + timedelta(days=1, seconds=number * 7919 % (30 * 86_400))


def milestone_rows(tickets: int) -> Iterator[tuple[int, str, str, str]]:
    for number in range(1, tickets + 1):
        first = first_reminder_at(number)
        for nth, name in enumerate(NAMES):
            at = stored(first + timedelta(days=nth))
            yield number, name, at, at


def fill(database: Path, tickets: int) -> None:
    """Write the tickets straight into the migrated file, while nobody has it open."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        opened, due = stored(NOW - timedelta(days=1)), stored(NOW + timedelta(days=5))
        connection.executemany(TICKETS, ((number, opened, opened, due) for number in range(1, tickets + 1)))
        rows = milestone_rows(tickets)
        while some := list(islice(rows, 100_000)):
            connection.executemany(MILESTONES, some)
    connection.close()


async def prepare(folder: Path, tickets: int, clock: StoppedClock, stack: AsyncExitStack) -> Context:
    """A database with so many open tickets, opened as a command of the program would."""
    database = folder / f"{tickets}.db"
    settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)
    async with open_for_writing(settings, clock=clock):
        pass
    fill(database, tickets)
    return (await stack.enter_async_context(open_for_writing(settings, clock=clock))).context


async def seconds_each(context: Context) -> float:
    """The cost of one tick that finds nothing."""
    ticks, spent, began = 0, 0.0, time.perf_counter()
    while spent < TURN_SECONDS:
        if await remind(context):
            raise RuntimeError("something was due")
        ticks += 1
        spent = time.perf_counter() - began
    return spent / ticks


async def seconds_with_due(context: Context, clock: StoppedClock) -> float:
    """The cost of one tick that finds `DUE` reminders; the median of some."""
    spent = []
    for _ in range(BUSY_TICKS):
        clock.advance(timedelta(minutes=1))
        began = time.perf_counter()
        if await remind(context) != DUE:
            raise RuntimeError(f"not {DUE} were due")
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


async def compare(few: int, many: int, rounds: int) -> tuple[list[tuple[float, float]], float]:
    """Each round's cost of an idle tick at few and at many tickets; and the cost of one with reminders due."""
    clock = StoppedClock(NOW)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            contexts = [await prepare(Path(folder), tickets, clock, stack) for tickets in (few, many)]
            warm_up_and_rounds = range(1 + rounds)
            turns = [(await seconds_each(contexts[0]), await seconds_each(contexts[1])) for _ in warm_up_and_rounds]
            return turns[1:], await seconds_with_due(contexts[1], clock)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args(arguments)
    turns, due = asyncio.run(compare(options.few, options.many, options.rounds))
    ratio = round(statistics.median(at_many / at_few for at_few, at_many in turns), 2)
    few, many = (round(statistics.median(costs) * 1e6) for costs in zip(*turns, strict=True))
    if options.json:
        print(json.dumps({"ratio": ratio, "microseconds": {"few": few, "many": many, "due": round(due * 1e6)}}))
        return
    print(f"a tick with nothing due, {options.rounds} rounds")
    print(f"{options.many:,} / {options.few:,} open tickets: {ratio:.2f}×   ≤ {AIM}")
    print(f"{few} µs and {many} µs; with {DUE} reminders due of {options.many:,} tickets: {due * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
