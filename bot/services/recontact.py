"""The clock of a ticket: started on receipt, stopped by an answer, an appointment or an intervention (C15-C17)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.milestones import MilestoneKind
from bot.domain.tickets import Event, Recontact, Ticket, TicketState
from bot.ports import UnitOfWork
from bot.rules.recontact import Deadline, deadline, milestones, reminder_at
from bot.rules.urgent_alerts import urgent_alert_at
from bot.services.context import Policy


def deadline_of(received_at: datetime, policy: Policy) -> Deadline:
    """The recontact deadline of something received then, by the shop's reading."""
    return deadline(received_at, hours=policy.hours, allowed=policy.recontact, reading=policy.reading)


async def watch(uow: UnitOfWork, ticket: Ticket, policy: Policy) -> None:
    """Write the ticket's milestones down, from its opening on."""
    due = deadline_of(ticket.opened_at, policy)
    rows = [
        (milestone.name, milestone.due_at, reminder_at(milestone.due_at, policy.hours))
        for milestone in milestones(due, hours=policy.hours)
    ]
    await uow.milestones.plan(ticket.number, MilestoneKind.RECONTACT, rows)


async def sound(uow: UnitOfWork, ticket: Ticket, policy: Policy, now: datetime, *, nth: int = 2) -> None:
    """Plan the nth alert of an urgent ticket that nobody has taken; the first is its card (C18).

    The instant stands in the name: a ticket that is made normal and urgent again starts anew.
    """
    repeat = policy.urgent_repeat
    at = now + (urgent_alert_at(now, nth, quick=repeat) - urgent_alert_at(now, nth - 1, quick=repeat))
    await uow.milestones.plan(ticket.number, MilestoneKind.URGENT, [(f"urgent:{nth}:{at:%y%m%d%H%M%S}", at, at)])


async def silence(uow: UnitOfWork, ticket: Ticket, now: datetime) -> None:
    """Somebody took it: no more urgent alerts."""
    await uow.milestones.cancel(ticket.number, MilestoneKind.URGENT, now)


async def stop(uow: UnitOfWork, ticket: Ticket, now: datetime, *, by: Recontact, actor: str) -> Ticket:
    """Stop the clock (C16); a ticket that was recontacted already stays as it is."""
    if not ticket.awaits_recontact:
        return ticket
    state = TicketState.RECONTACTED if ticket.state is TicketState.OPEN else ticket.state
    ticket = replace(ticket, state=state, recontacted_at=now, recontacted_by=by)
    await uow.tickets.save(ticket)
    await uow.milestones.cancel(ticket.number, MilestoneKind.RECONTACT, now)
    late = now > ticket.recontact_due_at
    await uow.tickets.add_event(Event(ticket.number, now, "recontacted", actor, {"by": by, "late": late}))
    return ticket


async def restart(uow: UnitOfWork, ticket: Ticket, now: datetime, *, policy: Policy, why: str) -> Ticket:
    """The answer did not arrive after all: the clock goes on from the opening, as if it had not been stopped (C16)."""
    if not ticket.is_open or ticket.recontacted_by is not Recontact.REPLY:
        return ticket
    state = TicketState.OPEN if ticket.state is TicketState.RECONTACTED else ticket.state
    ticket = replace(ticket, state=state, recontacted_at=None, recontacted_by=None)
    await uow.tickets.save(ticket)
    await watch(uow, ticket, policy)
    await uow.tickets.add_event(Event(ticket.number, now, "clock restarted", "bot", {"why": why}))
    return ticket
