"""The bot's updates, as Telegram keeps them: until an offset confirms them, and no longer than a day."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Clock
from bot.sandbox.telegram_rules import Json, TelegramRefusal

FIRST_UPDATE_ID = 700_000_001
KEPT = timedelta(hours=24)
MAX_LIMIT = 100
MAX_POLL_SECONDS = 50
ON_REQUEST_ONLY = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True)
class Pending:
    """An update nobody confirmed."""

    update_id: int
    content: Json
    created_at: datetime

    def to_json(self) -> Json:
        return {"update_id": self.update_id, **self.content}


class UpdateQueue:
    """Long polling. Updates leave only when a later poll's offset is above them, so one that was lost comes again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: list[Pending] = []
        self._next_id = FIRST_UPDATE_ID
        self._allowed: frozenset[str] = frozenset()
        self._poll = 0
        self._changed = asyncio.Event()
        self._is_closed = False
        self.confirmed_below = 0
        """Every update with a lower id is acknowledged."""
        self.expired = 0
        """How many updates were dropped a day after nobody fetched them."""

    def __len__(self) -> int:
        return len(self._pending)

    def open(self) -> None:
        self._is_closed = False

    def close(self) -> None:
        """Let every poll return what it has."""
        self._is_closed = True
        self._wake()

    def add(self, kind: str, content: Json) -> int:
        """Queue an update unless the bot does not ask for its kind; its id is taken all the same."""
        update_id, self._next_id = self._next_id, self._next_id + 1
        if kind in self._allowed or (not self._allowed and kind not in ON_REQUEST_ONLY):
            self._pending.append(Pending(update_id, {kind: content}, self._clock.now()))
            self._wake()
        return update_id

    def forget(self) -> None:
        self._pending.clear()

    async def poll(self, *, offset: int, limit: int, seconds: int, allowed: Sequence[str] | None) -> list[Json]:
        """The oldest unconfirmed updates, once there are any. The younger of two polls wins; the older gets 409."""
        self._poll += 1
        this_poll = self._poll
        self._wake()
        if allowed is not None:
            self._allowed = frozenset(allowed)
        self._confirm(offset)
        loop = asyncio.get_running_loop()
        end = loop.time() + min(max(seconds, 0), MAX_POLL_SECONDS)
        while not self._pending and not self._is_closed and loop.time() < end:
            await self._change(end - loop.time())
            if this_poll != self._poll:
                raise TelegramRefusal(409, CONFLICT)
        self._expire()
        return [pending.to_json() for pending in self._pending[: min(max(limit, 1), MAX_LIMIT)]]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._pending = self._pending[offset:]
        elif offset:
            self.confirmed_below = max(self.confirmed_below, offset)
            self._pending = [pending for pending in self._pending if pending.update_id >= offset]

    def _expire(self) -> None:
        oldest = self._clock.now() - KEPT
        kept = [pending for pending in self._pending if pending.created_at >= oldest]
        self.expired += len(self._pending) - len(kept)
        self._pending = kept

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _change(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return
