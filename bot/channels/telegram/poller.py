"""Fetches updates from Telegram into the inbox. Nothing is read in them here but their id and their time."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog
from telegram import Bot, BotCommand
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.connection import unseal
from bot.channels.telegram.errors import seconds_of
from bot.domain.inbox import InboxEntry, Source
from bot.errors import StorageUnavailable
from bot.ports import Clock, Store

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONG_POLL_SECONDS = 25
MAX_PAUSE_SECONDS = 30.0
TOKEN_PAUSE_SECONDS = 60.0

_log = structlog.get_logger(__name__)
_jitter = random.SystemRandom()


class Problem(StrEnum):
    """Why no updates come in."""

    NETWORK = "network"
    CONFLICT = "conflict"  # another program polls with our token
    TOKEN = "token"  # noqa: S105 - refused: only the shop can mend it
    REFUSED = "refused"  # Telegram does not understand our request
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Health:
    """`last_success_at`: Telegram answered, and what it gave was stored. `problem`: since then, it does not."""

    last_success_at: datetime | None = None
    problem: Problem | None = None


class Poller:
    """Polls, stores, and only then acknowledges. `commands` are (name, French description), for Telegram's menu.

    **The offset.** It acknowledges all lower ids, so it is sent only for what was stored: the request after a batch
    carries the batch's highest id + 1, and once Telegram has answered that one, requests carry none again ("the
    earliest unconfirmed"). A running maximum would be wrong: after a week without updates Telegram may go on with lower
    ids, and an old offset would acknowledge them unseen. After a restart what nobody acknowledged comes again, and the
    inbox knows it already.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        clock: Clock,
        *,
        commands: Sequence[tuple[str, str]] = (),
        long_poll_seconds: int = LONG_POLL_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._commands = tuple(commands)
        self._long_poll_seconds = long_poll_seconds
        self._sleep = sleep
        self._offset: int | None = None
        self._failures = 0
        self._health = Health()
        self._username: str | None = None

    @property
    def health(self) -> Health:
        return self._health

    @property
    def username(self) -> str | None:
        """Our bot's name, without "@", once Telegram has said it."""
        return self._username

    async def run(self) -> None:
        """Poll until cancelled; whatever Telegram or the storage does in the meantime."""
        is_introduced = False
        while True:
            try:
                if not is_introduced:
                    await self._introduce()
                    is_introduced = True
                await self._poll()
            except StorageUnavailable:
                await self._wait(Problem.STORAGE, self._back_off())
            except TelegramError as error:
                problem = _problem_of(error)
                await self._wait(problem, self._pause_after(error, problem))
            else:
                self._succeeded()

    async def _introduce(self) -> None:
        """Learn our name, make room for polling, and offer the commands."""
        self._username = (await self._bot.get_me()).username
        if (await self._bot.get_webhook_info()).url:
            await self._bot.delete_webhook(drop_pending_updates=False)
        if not self._commands:
            return
        try:
            await self._bot.set_my_commands([BotCommand(name, description) for name, description in self._commands])
        except BadRequest as error:
            # a menu that Telegram does not like is no reason to be deaf
            _log.error("telegram_commands_refused", problem=error.message)

    async def _poll(self) -> None:
        # after trouble, and at first, a short poll: else a quiet desk would look broken until the long one ends
        is_well = self._health.last_success_at is not None and self._health.problem is None
        seconds = self._long_poll_seconds if is_well else 0
        updates = await self._bot.get_updates(offset=self._offset, timeout=seconds, allowed_updates=ALLOWED_UPDATES)
        self._offset = None
        if updates:
            await self._keep([unseal(update) for update in updates])
            self._offset = max(update.update_id for update in updates) + 1

    async def _keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store all of them, side by side, so that they share a commit. Raises what the first one does that fails."""
        now = self._clock.now()
        await asyncio.gather(*(self._store.receive(_entry(update, now)) for update in updates))

    def _succeeded(self) -> None:
        if self._health.problem is not None:
            _log.info("telegram_polling_again", after=self._health.problem)
        self._failures = 0
        self._health = Health(last_success_at=self._clock.now())

    async def _wait(self, problem: Problem, seconds: float) -> None:
        if problem is not self._health.problem:
            _log.warning("telegram_polling_stopped", problem=problem)
        self._health = replace(self._health, problem=problem)
        await self._sleep(seconds)

    def _pause_after(self, error: TelegramError, problem: Problem) -> float:
        if isinstance(error, RetryAfter):
            return seconds_of(error)
        if problem is Problem.TOKEN:
            return TOKEN_PAUSE_SECONDS
        if problem in (Problem.CONFLICT, Problem.REFUSED):
            return MAX_PAUSE_SECONDS
        return self._back_off()

    def _back_off(self) -> float:
        """0.5 to 1 s, then twice that, up to 30 s; by chance, so that many bots don't come back in one instant."""
        self._failures += 1
        return min(MAX_PAUSE_SECONDS, 2.0 ** min(self._failures - 1, 10)) * _jitter.uniform(0.5, 1.0)


def _problem_of(error: TelegramError) -> Problem:
    """`BadRequest` is a `NetworkError` in the library, and stands before it."""
    match error:
        case InvalidToken() | Forbidden():
            return Problem.TOKEN
        case Conflict():
            return Problem.CONFLICT
        case BadRequest():
            return Problem.REFUSED
        case _:
            return Problem.NETWORK


def _entry(update: dict[str, Any], now: datetime) -> InboxEntry:
    # ASCII on purpose: JSON's escapes keep a half surrogate pair, which no database takes as it is
    return InboxEntry(
        source=Source.TELEGRAM,
        external_id=str(update["update_id"]),
        payload=json.dumps(update),
        received_at=now,
        occurred_at=_written_at(update, now),
    )


def _written_at(update: dict[str, Any], now: datetime) -> datetime | None:
    """When a technician wrote a message; a button's press has no time of its own, its message's is the card's."""
    message = update.get("message")
    date = message.get("date") if isinstance(message, dict) else None
    if type(date) is not int or not 0 <= date <= now.timestamp():
        return None
    return datetime.fromtimestamp(date, UTC)
