"""What changed in a stand-in, told to whoever watches: a live page, or a test that waits."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

C = TypeVar("C")
V = TypeVar("V")


class Changes(Generic[C]):
    """Tells subscribers of each change and wakes those who wait for something to be true: one loop, no polling."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[C], None]] = []
        self._waiters: set[asyncio.Future[None]] = set()

    def publish(self, change: C) -> None:
        for subscriber in tuple(self._subscribers):
            subscriber(change)
        self.wake()

    def wake(self) -> None:
        """Let those who wait look again: something changed that is no news to subscribers."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def subscribe(self, callback: Callable[[C], None]) -> Callable[[], None]:
        """Call `callback` with every change from now on; call what is returned to end that (twice is harmless)."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    async def wait_for(self, predicate: Callable[[], V], *, timeout: float = 10.0) -> V:  # noqa: ASYNC109 - the usual word
        """What `predicate` returns once that is true; looked at now and after every change. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not (found := predicate()):
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                await waiter
        return found
