"""A tick of the reminders with nothing due, at 1,000 and at 1,000,000 open tickets, side by side.

    python -m bench.milestone_tick [--json] [--few 1000] [--many 1000000] [--rounds 11]

Each ticket has its four milestones, all in the future. What is timed is `services.milestones.remind`, as the scheduler
calls it, on the program's own store, in turns. Aim: the cost within 2 ×, because it grows with what is due and not with
what is open (decision 3). Then, for information, ticks that find 100 reminders due.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import load_settings
from bot.services.context import Context
from bot.services.milestones import remind

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday, and the office is open
TURN_SECONDS = 0.2
AIM = 2

DUE = 100
BUSY_TICKS = 5
"""So many ticks find reminders: each minute from `NOW` on, `DUE` of them fall due."""

TICKETS = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :tickets)
INSERT INTO tickets (id, subject, state, priority, channel, opened_at, last_activity_at, recontact_due_at)
SELECT n, 'Bonjour', 'open', 'normal', 'sms', :now, :now, :now FROM numbers
"""
MILESTONES = """
WITH firsts (ticket_id, minutes) AS (
    SELECT id, CASE WHEN id <= :busy * :due THEN 1 + (id - 1) / :due ELSE 1440 + id * 43200 / :tickets END FROM tickets
)
INSERT INTO milestones (ticket_id, kind, name, due_at, remind_at)
SELECT ticket_id, 'recontact', names.column1, :now, strftime(:form, :now, (minutes + names.column2) || ' minutes')
FROM firsts CROSS JOIN (VALUES ('50', 0), ('75', 1440), ('90', 2880), ('breach', 4320)) AS names
"""
"""The first tickets are due one group after the other; the others from tomorrow on, spread over a month."""


def fill(database: Path, tickets: int) -> None:
    """Write the tickets straight into the migrated file, while nobody has it open."""
    values = {
        "tickets": tickets,
        "busy": BUSY_TICKS,
        "due": DUE,
        "now": f"{NOW:%Y-%m-%d %H:%M:%S.%f}",
        "form": "%Y-%m-%d %H:%M:%f000",  # an instant as the database keeps it
    }
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(TICKETS, values)
    connection.execute(MILESTONES, values)
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


async def seconds_with_due(context: Context) -> float:
    """The cost of one tick that finds `DUE` reminders."""
    began = time.perf_counter()
    if await remind(context) != DUE:
        raise RuntimeError(f"not {DUE} were due")
    return time.perf_counter() - began


async def compare(few: int, many: int, rounds: int) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The costs of a tick at few and at many tickets: with nothing due, then with `DUE` reminders."""
    clock = StoppedClock(NOW)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            at_few, at_many = [await prepare(Path(folder), tickets, clock, stack) for tickets in (few, many)]
            idle = [(await seconds_each(at_few), await seconds_each(at_many)) for _ in range(1 + rounds)]
            busy = []
            for _ in range(BUSY_TICKS):
                clock.advance(timedelta(minutes=1))
                busy += [(await seconds_with_due(at_few), await seconds_with_due(at_many))]
    return idle[1:], busy[1:]  # the first of each warmed them up


def summary(turns: list[tuple[float, float]]) -> dict[str, float]:
    """The median of the rounds' ratios, and of the costs in milliseconds."""
    few, many = (statistics.median(costs) for costs in zip(*turns, strict=True))
    ratio = statistics.median(at_many / at_few for at_few, at_many in turns)
    return {"ratio": round(ratio, 2), "few_ms": round(few * 1e3, 2), "many_ms": round(many * 1e3, 2)}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args(arguments)
    idle, busy = (summary(turns) for turns in asyncio.run(compare(options.few, options.many, options.rounds)))
    if options.json:
        print(json.dumps({"nothing_due": idle, f"{DUE}_due": busy}))
        return
    print(f"a tick, {options.many:,} / {options.few:,} open tickets, {options.rounds} rounds")
    for name, aim, each in (("nothing due", f"≤ {AIM}", idle), (f"{DUE} reminders due", "", busy)):
        print(f"{name:<20}{each['ratio']:>6.2f}×   {aim:<5}{each['many_ms']:>10.2f} ms against {each['few_ms']:.2f} ms")


if __name__ == "__main__":
    main()
