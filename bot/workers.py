"""The loops that never end: the inbox is read as it fills, mails beside it, the outbox is sent as it falls due."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import StorageUnavailable
from bot.services.context import Context
from bot.services.delivery import Delivery
from bot.services.intake import take_in, take_in_mails

log = structlog.get_logger()

IDLE_SECONDS = 1.0
"""How long a loop sleeps when nobody wakes it: what another worker wrote is found this late at most."""

SECONDS_AFTER_FAILURE = 2.0


class Bell:
    """Wakes a loop when a commit signals its topic."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._rung = asyncio.Event()

    def hear(self, topics: frozenset[str]) -> None:
        """A commit signalled these topics."""
        if self.topic in topics:
            self._rung.set()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Until it rings, or so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()


async def read_inbox(context: Context, bell: Bell) -> None:
    """Handle what arrives, for ever."""
    await _for_ever(lambda: take_in(context), bell, name="intake")


async def read_mails(context: Context, bell: Bell) -> None:
    """The same for mails, beside it."""
    await _for_ever(lambda: take_in_mails(context), bell, name="mail intake")


async def send_outbox(delivery: Delivery, bell: Bell) -> None:
    """Send what is due, for ever. A lane that becomes free rings too: there may be more for it."""
    delivery.on_free(bell.ring)
    await _for_ever(delivery.dispatch, bell, name="delivery")


async def ring_for(work: Callable[[], Awaitable[int]], bell: Bell) -> None:
    """Do some work whenever the bell rings, for ever."""
    while True:
        await bell.wait(3600)
        try:
            await work()
        except StorageUnavailable:
            log.error("storage unavailable", loop=bell.topic)
        except Exception:  # an edge: the next ring must be heard
            log.exception("loop failed", loop=bell.topic)


def one_at_a_time(work: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
    """The same work, for a bell and a tick that may both ask for it: the second waits, and sees what the first did."""
    turn = asyncio.Lock()

    async def in_turn() -> int:
        async with turn:
            return await work()

    return in_turn


async def _for_ever(work: Callable[[], Awaitable[int]], bell: Bell, *, name: str) -> None:
    while True:
        try:
            if await work():
                bell.ring()  # there may be more
        except StorageUnavailable:
            log.error("storage unavailable", loop=name)
            await asyncio.sleep(SECONDS_AFTER_FAILURE)
        except Exception:  # an edge: this loop is what everything else depends on
            log.exception("loop failed", loop=name)
            await asyncio.sleep(SECONDS_AFTER_FAILURE)
        await bell.wait(IDLE_SECONDS)
