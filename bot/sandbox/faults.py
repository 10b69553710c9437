"""What can go wrong at a provider, on demand: refusals, silence, and connections cut after the work was done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Fault:
    """What happens to one request. `operation` None: to the next one of any kind."""

    operation: str | None
    refusal: Exception | None = None
    silent_seconds: float = 0.0
    is_accepted: bool = True
    is_cut: bool = False


class Faults:
    """A queue of faults, met in order by the requests they are meant for, and a switch for a whole outage."""

    def __init__(self) -> None:
        self.outage = False
        self._queue: list[Fault] = []

    def add(self, fault: Fault, *, times: int = 1) -> None:
        self._queue.extend([fault] * times)

    @property
    def waiting(self) -> int:
        """How many no request has met yet."""
        return len(self._queue)

    def clear(self) -> None:
        """The provider is well again."""
        self.outage = False
        self._queue.clear()

    def take(self, operation: str, *, only_named: bool = False) -> Fault | None:
        """The fault this request meets, if any. `only_named`: it meets only those that name its operation."""
        wanted = {operation} if only_named else {operation, None}
        for position, fault in enumerate(self._queue):
            if fault.operation in wanted:
                return self._queue.pop(position)
        return None


class MayFail:
    """A stand-in whose provider can be down: every request is refused while `outage` is set.

    For refused connections: `stop()`, later `start()`.
    """

    faults: Faults

    @property
    def outage(self) -> bool:
        return self.faults.outage

    @outage.setter
    def outage(self, is_down: bool) -> None:
        self.faults.outage = is_down


async def carry_out(
    fault: Fault | None, request: web.Request, handle: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Handle a request as its fault will have it.

    An accepted request is carried out before the silence or the cut, so that the client cannot tell whether it was.
    """
    if fault is None:
        return await handle()
    if fault.refusal is not None:
        raise fault.refusal
    response = await handle() if fault.is_accepted else web.Response(status=500)
    await asyncio.sleep(fault.silent_seconds)
    if fault.is_cut:
        cut(request)
    return response


def cut(request: web.Request) -> None:
    """Drop the connection without an answer; the peer may have left already."""
    if request.transport is not None:
        request.transport.abort()
