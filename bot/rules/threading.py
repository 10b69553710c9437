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
    ANSWER = "answer"  # a mail that answers one of this ticket's
    FOLLOWS = "follows"  # a mail that answers a closed ticket's: a new request, with the old one in view
    STRANGER = "stranger"  # a mail that answers a ticket of somebody else's: only a technician can tell


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a message goes: `ticket`, or a new one when None. `colleague` is an open ticket to offer joining to.

    `follows` is the ticket that a mail answers and does not go to: closed, or somebody else's.
    """

    ticket: int | None
    reason: Reason
    is_burst: bool = False
    is_thanks: bool = False
    colleague: int | None = None
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The ticket that a mail answers, and whether its sender has to do with it: who is of the same practice, or opened
    it. Anybody can write a ticket's number into a subject, and a mail can be passed on with all that it quotes.

    `follower` is the open ticket that another answer to a closed one has opened.
    """

    ticket: Ticket
    is_theirs: bool
    follower: Ticket | None = None

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """Those that the mail may go to."""
        return (self.ticket, self.follower) if self.follower else (self.ticket,)


def choose(
    *,
    now: datetime,
    text: str,
    candidates: Sequence[Ticket],
    colleagues: Sequence[Ticket] = (),
    burst: timedelta = timedelta(seconds=90),
    thanks_within: timedelta = timedelta(days=7),
    answered: Answered | None = None,
    asks_nothing: bool = False,
) -> Choice:
    """The ticket for a message that came at `now`: the sender's most recently active open one, else a new one.

    `candidates` are the sender's tickets in any state, `colleagues` the others of the same practice. A message within
    `burst` of the ticket's opening is part of the request that opened it. Thanks within `thanks_within` of a closing
    go to the closed ticket quietly, when nothing of theirs has moved since.

    A mail says itself what it answers (`answered`): that ticket takes it while it is open. Once it is closed a new one
    follows it, within C9's month or after: the guarantee is decided when that one is closed; and what else answers the
    closed one goes to the follower. What `asks_nothing` by itself, such as a calendar's "accepted", is as quiet as
    thanks.
    """
    thanks = asks_nothing or is_thanks(text)
    if answered is not None:
        return _to_answered(answered, now=now, is_thanks=thanks, thanks_within=thanks_within)
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


def _to_answered(answered: Answered, *, now: datetime, is_thanks: bool, thanks_within: timedelta) -> Choice:
    ticket = answered.ticket
    if not answered.is_theirs:
        return Choice(None, Reason.STRANGER, is_thanks=is_thanks, follows=ticket.number)
    if ticket.is_open:
        return Choice(ticket.number, Reason.ANSWER, is_thanks=is_thanks)
    if is_thanks and ticket.closed_at and now - ticket.closed_at <= thanks_within:
        return Choice(ticket.number, Reason.THANKS, is_thanks=True)
    if answered.follower is not None:
        return Choice(answered.follower.number, Reason.ANSWER, is_thanks=is_thanks)
    return Choice(None, Reason.FOLLOWS, is_thanks=is_thanks, follows=ticket.number)


def _latest(tickets: Sequence[Ticket]) -> Ticket | None:
    return max(tickets, key=lambda ticket: (ticket.last_activity_at, ticket.number), default=None)
