"""Telegram's limits, kept before it has to say so: who may be written to now, and who in how many seconds.

Telegram's FAQ: about one message a second in one chat, 20 a minute in one group, 30 a second in all. An edit counts as
a message; the answer to a pressed button does not belong to a chat.
"""

from collections import deque
from collections.abc import Callable

from bot.domain.outbox import Kind

CHAT_BURST = 3
CHAT_SECONDS = 1.0
GROUP_MESSAGES = 20
GROUP_SECONDS = 60.0
ALL_MESSAGES = 30
ALL_SECONDS = 1.0
MARGIN = 1.05
"""What leaves us evenly arrives less evenly: every stretch of time is kept a little longer than Telegram's."""

_IDLE_CHATS = 1_000
_ROUNDING_SECONDS = 1e-6  # below it, a wait is an error of floating point, and would be waited for again and again


class Drip:
    """One message each `seconds`, of which `burst` may come at once after a silence."""

    def __init__(self, seconds: float, burst: int) -> None:
        self._seconds = seconds
        self._ahead_seconds = (burst - 1) * seconds
        self._paid_until = float("-inf")

    def ready_in(self, now: float) -> float:
        """Seconds until one more fits."""
        return _wait(self._paid_until - self._ahead_seconds - now)

    def take(self, now: float) -> None:
        self._paid_until = max(self._paid_until, now) + self._seconds

    def land(self, now: float) -> None:
        """The last one may have counted as late as now."""
        self._paid_until = max(self._paid_until, now + self._seconds)

    def is_idle(self, now: float) -> bool:
        """True when nothing in it can make anybody wait."""
        return self._paid_until <= now


class Window:
    """At most `limit` messages within any `seconds`, wherever these begin."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque(maxlen=limit)

    def ready_in(self, now: float) -> float:
        """Seconds until one more fits."""
        if len(self._taken) < (self._taken.maxlen or 0):
            return 0.0
        return _wait(self._taken[0] + self._seconds - now)

    def take(self, now: float) -> None:
        self._taken.append(now)

    def land(self, now: float) -> None:
        """The last one may have counted as late as now."""
        self._taken[-1] = now

    def is_idle(self, now: float) -> bool:
        """True when nothing in it can make anybody wait."""
        return not self._taken or self._taken[-1] + self._seconds <= now


class Pace:
    """What was sent lately, and to whom. `now` is a monotonic number of seconds, such as the event loop's."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._all = Window(ALL_MESSAGES, ALL_SECONDS * MARGIN)
        self._chats: dict[int, tuple[Drip | Window, ...]] = {}
        self._frozen: dict[int, float] = {}

    def ready_in(self, chat_id: int, kind: Kind) -> float:
        """Seconds until something of this kind may go to this chat; 0 now."""
        now = self._now()
        waits = [self._all.ready_in(now)]
        if kind is not Kind.TOAST:
            waits.append(self._frozen.get(chat_id, now) - now)
            waits.extend(limit.ready_in(now) for limit in self._chats.get(chat_id, ()))
        return max(0.0, *waits)

    def took(self, chat_id: int, kind: Kind) -> None:
        """Count a message that goes now."""
        now = self._now()
        self._all.take(now)
        if kind is Kind.TOAST:
            return
        if chat_id not in self._chats:
            self._forget_idle(now)
            self._chats[chat_id] = _limits_of(chat_id)
        for limit in self._chats[chat_id]:
            limit.take(now)

    def landed(self, chat_id: int, kind: Kind) -> None:
        """The answer to what was `took` is here: Telegram may have counted it at any moment since.

        Without it, one that was slow on its way and the next that was not would arrive closer together than they left.
        """
        if kind is Kind.TOAST:
            return
        now = self._now()
        for limit in self._chats.get(chat_id, ()):
            limit.land(now)

    def freeze(self, chat_id: int, seconds: float) -> None:
        """Send nothing to this chat for so long: Telegram's own `retry_after`."""
        self._frozen[chat_id] = max(self._now() + seconds, self._frozen.get(chat_id, 0.0))

    def _forget_idle(self, now: float) -> None:
        """Strangers come once and never again: keep no window for each of them for ever."""
        if len(self._chats) < _IDLE_CHATS:
            return
        self._frozen = {chat_id: until for chat_id, until in self._frozen.items() if until > now}
        self._chats = {
            chat_id: limits
            for chat_id, limits in self._chats.items()
            if not all(limit.is_idle(now) for limit in limits)
        }


def _limits_of(chat_id: int) -> tuple[Drip | Window, ...]:
    """A group has a negative id."""
    drip = Drip(CHAT_SECONDS * MARGIN, CHAT_BURST)
    return (drip, Window(GROUP_MESSAGES, GROUP_SECONDS * MARGIN)) if chat_id < 0 else (drip,)


def _wait(seconds: float) -> float:
    return seconds if seconds > _ROUNDING_SECONDS else 0.0


class Unpaced(Pace):
    """No limits of our own: for a Bot API server of the shop's own. What the other side refuses is still obeyed."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)

    def ready_in(self, chat_id: int, kind: Kind) -> float:
        return 0.0

    def took(self, chat_id: int, kind: Kind) -> None:
        """Nothing to count."""

    def landed(self, chat_id: int, kind: Kind) -> None:
        """Nothing to count."""
