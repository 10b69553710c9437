"""The people, the payloads and the store that the tests of the Telegram channel share."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.inbox import InboxEntry, Source
from bot.ports import UnitOfWork
from bot.sandbox.telegram import TelegramUser

T = TypeVar("T")

TOKEN = "7000000001:AAF4kz-not-a-real-token-of-any-bot"
BOT_ID = 7000000001
API_NAME = "permanence_bot"
DESK = -1001234567890
ALICE = TelegramUser(501, "Alice", "Réparatrice", username="alice_r")
BRUNO = TelegramUser(502, "Bruno")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"


def payload(name: str) -> dict[str, Any]:
    """An update as Telegram sends it."""
    update: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return update


def entry(update: object) -> InboxEntry:
    text = update if isinstance(update, str) else json.dumps(update)
    return InboxEntry(source=Source.TELEGRAM, external_id="1", payload=text, received_at=NOW)


class InboxStore:
    """A store of the inbox alone: unique by source and external id, and as unwell as a test wants it."""

    def __init__(self) -> None:
        self.entries: dict[tuple[Source, str], InboxEntry] = {}
        self.received = 0
        self.problem: Exception | None = None
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def receive(self, entry: InboxEntry) -> None:
        self.received += 1
        await self.is_open.wait()
        if self.problem is not None:
            raise self.problem
        self.entries.setdefault((entry.source, entry.external_id), entry)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        raise NotImplementedError

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        raise NotImplementedError

    @property
    def texts(self) -> list[str]:
        """What the stored messages say, in the order they came in."""
        updates = [json.loads(entry.payload) for entry in self.entries.values()]
        return [update["message"]["text"] for update in updates if "message" in update]


async def until(predicate: Callable[[], T], seconds: float = 60.0) -> T:
    """What `predicate` returns once it is true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not (found := predicate()):  # noqa: ASYNC110 - nobody tells when it becomes true
            await asyncio.sleep(0.005)
    return found
