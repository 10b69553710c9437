"""What the loops promise beside their services."""

import asyncio

from bot.workers import one_at_a_time


async def test_two_who_ask_for_the_same_work_take_turns():
    """A file that both the tick and the bell found listed would be fetched twice."""
    listed, fetched = ["scan.pdf"], []

    async def fetch():
        found = list(listed)
        await asyncio.sleep(0)
        fetched.extend(found)
        listed.clear()
        return len(found)

    in_turn = one_at_a_time(fetch)
    assert await asyncio.gather(in_turn(), in_turn()) == [1, 0]
    assert fetched == ["scan.pdf"]


async def test_a_turn_that_fails_keeps_nobody_out():
    def fail():
        raise OSError

    in_turn = one_at_a_time(fail)
    assert [type(each) for each in await asyncio.gather(in_turn(), in_turn(), return_exceptions=True)] == [OSError] * 2
