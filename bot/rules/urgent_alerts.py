"""How an urgent ticket is called out until somebody takes it: again and again, by more insistent means (C18)."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.errors import RuleError

QUICK, QUICK_COUNT, SLOW = timedelta(minutes=3), 5, timedelta(minutes=10)


class Means(StrEnum):
    """Ways to reach the technicians, from the mildest on."""

    DESK = "desk"  # the desk's chat, with sound
    PRIVATE = "private"  # a private message to each technician as well
    SMS = "sms"  # an SMS to each technician as well; the contract names it


def urgent_alert_at(
    opened_at: datetime, nth: int, *, quick: timedelta = QUICK, quick_count: int = QUICK_COUNT, slow: timedelta = SLOW
) -> datetime:
    """The instant (UTC) of the nth alert, 1 being the one sent at once (C18), at any hour.

    The first five are three minutes apart, the following ones ten: 0, 3, 6, 9, 12, 22, 32 minutes after the opening.
    """
    _check(nth)
    quick_steps = min(nth, quick_count) - 1
    return opened_at.astimezone(UTC) + quick_steps * quick + (nth - 1 - quick_steps) * slow


def means_of(nth: int) -> tuple[Means, ...]:
    """By what the nth alert is sent: the desk; then private messages too; from the third on SMS too (C18)."""
    _check(nth)
    return tuple(Means)[:nth]


def _check(nth: int) -> None:
    if nth < 1:
        raise RuleError(f"there is no alert number {nth}: the first is 1")
