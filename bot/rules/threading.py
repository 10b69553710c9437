"""Threading: which ticket a message belongs to (C1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.tickets import Ticket
from bot.rules.thanks import is_thanks


class Reason(StrEnum):
    """Why a message went where it went; shown on the ticket (`texts.labels.THREADING`)."""

    FIRST = "first"  # nothing of this sender's yet
    AFTER_CLOSED = "after_closed"  # all their tickets are closed
    OPEN = "open"  # their most recently active open ticket
    BURST = "burst"  # within seconds of the ticket's opening
    THANKS = "thanks"  # thanks after a closing: no new ticket, nothing reopened


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a message goes: `ticket`, or a new one when None. `colleague` is an open ticket to offer joining to."""

    ticket: int | None
    reason: Reason
    is_burst: bool = False
    is_thanks: bool = False
    colleague: int | None = None


def choose(
    *,
    now: datetime,
    text: str,
    candidates: Sequence[Ticket],
    colleagues: Sequence[Ticket] = (),
    burst: timedelta = timedelta(seconds=90),
    thanks_within: timedelta = timedelta(days=7),
) -> Choice:
    """The ticket for a message that came at `now`: the sender's most recently active open one, else a new one.

    `candidates` are the sender's tickets in any state, `colleagues` the others of the same practice. A message within
    `burst` of the ticket's opening is part of the request that opened it. Thanks within `thanks_within` of a closing
    go to the closed ticket quietly, when nothing of theirs has moved since.
    """
    thanks = is_thanks(text)
    latest = _latest(candidates)
    if thanks and latest and latest.closed_at and not latest.is_open and now - latest.closed_at <= thanks_within:
        return Choice(latest.number, Reason.THANKS, is_thanks=True)
    current = _latest([ticket for ticket in candidates if ticket.is_open])
    if current is None:
        joined = _latest([ticket for ticket in colleagues if ticket.is_open])
        reason = Reason.AFTER_CLOSED if candidates else Reason.FIRST
        return Choice(None, reason, is_thanks=thanks, colleague=joined.number if joined else None)
    is_burst = abs(now - current.opened_at) <= burst  # abs: a reconciled message may be older than its ticket
    return Choice(current.number, Reason.BURST if is_burst else Reason.OPEN, is_burst=is_burst, is_thanks=thanks)


def _latest(tickets: Sequence[Ticket]) -> Ticket | None:
    return max(tickets, key=lambda ticket: (ticket.last_activity_at, ticket.number), default=None)
