"""Calls, and the recordings that lie at the provider."""

from datetime import datetime
from typing import Protocol

from bot.domain.calls import Call


class Calls(Protocol):
    """The calls that came in, one row each."""

    async def open(self, call: Call) -> Call:
        """Store a new call, or find the one of the same SID: that one, held until the commit."""
        ...

    async def get(self, sid: str) -> Call | None:
        """The call, held until the commit."""
        ...

    async def caller(self, sid: str) -> str | None:
        """Who calls, while the call goes on: it is not held. None where that is withheld, or not known yet."""
        ...

    async def save(self, call: Call) -> None: ...

    async def due(self, now: datetime, *, limit: int = 100) -> list[str]:
        """The SIDs of calls of which nothing was heard for too long, the longest first."""
        ...

    async def recordings_to_erase(self, *, until: datetime, refused_until: datetime, limit: int = 50) -> list[Call]:
        """Calls whose recording is at the provider's still, and in our own store; or will never be.

        That is so of calls up to `until` that are on no ticket, and of those up to `refused_until` whose recording was
        refused.
        """
        ...

    async def erased(self, sid: str, now: datetime) -> None:
        """The provider does not have the recording any more."""
        ...


class Recordings(Protocol):
    """The recordings at the provider."""

    async def erase(self, sid: str) -> None:
        """Delete one for good; one that is not there any more is no error. Raises a `DeliveryError`."""
        ...
