"""Telegram's flood limits, kept by real time as the real ones are."""

import asyncio
import math
from collections import deque
from dataclasses import dataclass

from bot.sandbox.telegram_rules import TelegramRefusal

PACED = frozenset(
    (
        *("sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendAudio"),
        *("editMessageText", "editMessageReplyMarkup"),
    )
)
"""The methods that count: what appears or changes in a chat."""


@dataclass(frozen=True)
class FloodLimits:
    """About one message a second a chat (short bursts pass), 20 a minute a group, 30 a second in all."""

    chat_seconds: float = 1.0
    chat_burst: int = 3
    group_per_minute: int = 20
    total_per_second: int = 30


class FloodGate:
    """Counts what was taken and says how long the next has to wait."""

    def __init__(self, limits: FloodLimits | None) -> None:
        self.limits = limits
        self.refused = 0
        """How many requests got 429."""
        self._free_at: dict[int, float] = {}
        self._group: dict[int, deque[float]] = {}
        self._total: deque[float] = deque()

    def check(self, chat_id: int, *, is_group: bool) -> None:
        """Raises 429 with `retry_after` when this chat, or the bot, is over a limit."""
        wait = self.wait_seconds(chat_id, is_group=is_group)
        if wait > 0:
            self.refused += 1
            seconds = math.ceil(wait)
            raise TelegramRefusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def count(self, chat_id: int) -> None:
        """One more was taken for this chat."""
        if self.limits is None:
            return
        now = asyncio.get_running_loop().time()
        self._free_at[chat_id] = max(self._free_at.get(chat_id, now), now) + self.limits.chat_seconds
        self._group.setdefault(chat_id, deque()).append(now)
        self._total.append(now)

    def wait_seconds(self, chat_id: int, *, is_group: bool) -> float:
        """How long until the next may come; 0 or less is now."""
        if self.limits is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        ahead = self._free_at.get(chat_id, now) - now
        waits = [ahead - (self.limits.chat_burst - 1) * self.limits.chat_seconds]
        waits.append(_window(self._total, now, 1.0, self.limits.total_per_second))
        if is_group:
            waits.append(_window(self._group.setdefault(chat_id, deque()), now, 60.0, self.limits.group_per_minute))
        return max(waits)


def _window(times: deque[float], now: float, seconds: float, most: int) -> float:
    """How long until fewer than `most` of these times lie within the last `seconds`."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[len(times) - most] + seconds - now if len(times) >= most else 0.0
