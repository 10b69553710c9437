"""The ticks: one run of a job at a time, and a failed one made up for sooner than its next turn."""

import asyncio

from bot.errors import TransientDeliveryError
from bot.scheduler import Ticker


async def test_a_job_that_failed_is_tried_again_before_its_next_turn_and_one_that_succeeded_is_not() -> None:
    ticker = Ticker(asyncio.get_running_loop().time)
    runs: list[str] = []
    again, later = asyncio.Event(), asyncio.Event()

    async def fails_once() -> None:
        runs.append("fails once")
        if runs.count("fails once") == 1:
            raise TransientDeliveryError("no mailbox")

    async def watch() -> None:
        runs.append("watch")
        if runs.count("fails once") == 2 and runs.count("watch") >= 5:
            again.set()
        if runs.count("watch") >= 5:
            later.set()

    ticker.every(3600.0, "fails once", fails_once, retry_seconds=0.05)
    ticker.every(0.05, "watch", watch)
    ticker.start()
    try:
        await asyncio.wait_for(again.wait(), 60)
        runs.clear()
        later.clear()
        await asyncio.wait_for(later.wait(), 60)
    finally:
        ticker.stop()
    assert "fails once" not in runs
    age = ticker.age("fails once")
    assert age is not None
    assert age < 3600
    assert ticker.age("nothing") is None
