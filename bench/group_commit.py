"""Rows stored durably per second, 32 callers at once: one commit a row, against the one writer's group commit.

python bench/group_commit.py [rows]
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy.dialects.sqlite import insert

from bot.storage.engine import open_engine
from bot.storage.group_commit import GroupCommit
from bot.storage.migrate import migrate
from bot.storage.tables import inbox
from bot.storage.writer import Transaction

CALLERS = 32
STORE = insert(inbox).on_conflict_do_nothing()

Store = Callable[[dict[str, object]], Awaitable[None]]


def row(number: int) -> dict[str, object]:
    return {
        "source": "bench",
        "external_id": f"SM{number:032x}",
        "payload": "x" * 400,
        "received_at": datetime(2026, 5, 4, 8, tzinfo=UTC),
        "occurred_at": None,
    }


async def measure(store: Store, rows: int, first: int) -> tuple[float, float]:
    """Rows a second, and microseconds of processor time a row."""
    numbers = iter(range(first, first + rows))

    async def caller() -> None:
        for number in numbers:
            await store(row(number))

    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return rows / (time.perf_counter() - began), (time.process_time() - used) / rows * 1e6


async def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = await open_engine(f"sqlite:///{folder}/bench.db")
        await migrate(engine)
        turn = asyncio.Lock()

        async def alone(values: dict[str, object]) -> None:
            async with turn, engine.writing.begin() as connection:
                await connection.execute(STORE, values)

        few = max(rows // 20, CALLERS)
        base, base_cpu = await measure(alone, few, first=0)
        writer = GroupCommit(engine.writing)

        async def as_unit(values: dict[str, object]) -> None:
            async def work(transaction: Transaction) -> None:
                await transaction.connection.execute(STORE, values)

            await writer.run(work)

        units, units_cpu = await measure(as_unit, few, first=few)
        commits = writer.commits
        lane, lane_cpu = await measure(lambda values: writer.append(STORE, values), rows, first=2 * few)
        print(f"one commit a row      {base:9.0f} rows/s {base_cpu:7.0f} µs of processor a row")
        print(f"units of work         {units:9.0f} rows/s {units_cpu:7.0f} µs   × {units / base:.1f}")
        print(f"append                {lane:9.0f} rows/s {lane_cpu:7.0f} µs   × {lane / base:.1f}")
        print(f"commits: {few}, {commits}, {writer.commits - commits} for {rows} rows")
        await writer.close()
        await engine.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
