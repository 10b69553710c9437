"""The clock of a ticket: started on receipt, stopped by an answer, a call taken, an appointment or work (C15-C17)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.milestones import MilestoneKind
from bot.domain.tickets import Event, Recontact, Ticket, TicketState
from bot.ports import UnitOfWork
from bot.rules.recontact import BREACH, Deadline, deadline, milestones, next_daily, reminder_at
from bot.rules.urgent_alerts import urgent_alert_at
from bot.services.context import Policy

APPOINTMENT = "appointment"
TALK = "call taken"
"""The event of a call that a technician answered; `data["at"]` is when they began to talk."""


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
    """Stop the clock (C16); a ticket that was recontacted already stays as it is.

    An answer may be accepted after the ticket was closed: it counts, should the ticket be reopened.
    """
    if ticket.recontacted_at is not None:
        return ticket
    state = TicketState.RECONTACTED if ticket.state is TicketState.OPEN else ticket.state
    ticket = replace(ticket, state=state, recontacted_at=now, recontacted_by=by)
    await uow.tickets.save(ticket)
    await uow.milestones.cancel(ticket.number, MilestoneKind.RECONTACT, now)
    late = now > ticket.recontact_due_at
    await uow.tickets.add_event(Event(ticket.number, now, "recontacted", actor, {"by": by, "late": late}))
    return ticket


async def bring_forward(uow: UnitOfWork, ticket: Ticket, at: datetime, policy: Policy) -> Ticket:
    """Something older came to be on it, lost on its way until now: the clock runs from its receipt (C15)."""
    if at >= ticket.opened_at:
        return ticket
    ticket = replace(ticket, opened_at=at, recontact_due_at=deadline_of(at, policy).due_at)
    await uow.tickets.save(ticket)
    if ticket.awaits_recontact:
        await watch(uow, ticket, policy)
    return ticket


async def join(uow: UnitOfWork, ticket: Ticket, other: Ticket, policy: Policy) -> Ticket:
    """Another ticket joins this one: its request's clock runs on here, or what stopped it stops this one too.

    What was answered before this one was asked answers nothing of it, and its clock is over.
    """
    if other.recontacted_at is None:
        return await bring_forward(uow, ticket, other.opened_at, policy)
    if other.recontacted_at < ticket.opened_at or other.recontacted_by is None:
        return ticket
    ticket = await bring_forward(uow, ticket, other.opened_at, policy)
    for event in await uow.tickets.events(other.number, kinds=[APPOINTMENT, TALK]):
        await uow.tickets.add_event(replace(event, ticket_id=ticket.number))
    return await stop(uow, ticket, other.recontacted_at, by=other.recontacted_by, actor="bot")


async def restart(uow: UnitOfWork, ticket: Ticket, now: datetime, *, policy: Policy, why: str) -> Ticket:
    """The answer did not arrive after all: the clock goes on from the opening, as if it had not been stopped (C16).

    Not where work that began since, or an appointment, has stopped it as well.
    """
    if ticket.recontacted_by is not Recontact.REPLY:
        return ticket
    otherwise = await _stopped_otherwise(uow, ticket)
    if otherwise is not None:
        ticket = replace(ticket, recontacted_at=otherwise[0], recontacted_by=otherwise[1])
        await uow.tickets.save(ticket)
        return ticket
    state = TicketState.OPEN if ticket.is_open else ticket.state
    ticket = replace(ticket, state=state, recontacted_at=None, recontacted_by=None)
    await uow.tickets.save(ticket)
    await uow.tickets.add_event(Event(ticket.number, now, "clock restarted", "bot", {"why": why}))
    if ticket.is_open:
        await resume(uow, ticket, policy, now)
    return ticket


async def resume(uow: UnitOfWork, ticket: Ticket, policy: Policy, now: datetime) -> None:
    """The clock goes on: what was not said yet is due again, and after a breach the next morning's reminder."""
    await watch(uow, ticket, policy)
    said = [name for name, _, state in await uow.milestones.of_ticket(ticket.number) if state == "sent"]
    if any(name == BREACH or name.startswith("daily") for name in said):
        await remind_daily(uow, ticket, policy, now)


async def remind_daily(uow: UnitOfWork, ticket: Ticket, policy: Policy, now: datetime) -> None:
    """Plan the next office morning's reminder of a ticket whose deadline has passed (C17)."""
    daily = next_daily(now, policy.hours)
    await uow.milestones.plan(ticket.number, MilestoneKind.RECONTACT, [(daily.name, daily.due_at, daily.due_at)])


async def _stopped_otherwise(uow: UnitOfWork, ticket: Ticket) -> tuple[datetime, Recontact] | None:
    """What besides a written answer stopped the clock, the earliest first."""
    intervention = await uow.interventions.of_ticket(ticket.number)
    sittings = intervention.sittings if intervention else ()
    appointments = await uow.tickets.events(ticket.number, kinds=[APPOINTMENT])
    talks = await uow.tickets.events(ticket.number, kinds=[TALK])
    stops = [
        *((sitting.started_at, Recontact.INTERVENTION) for sitting in sittings),
        *((event.happened_at("agreed_at"), Recontact.APPOINTMENT) for event in appointments),
        *((event.happened_at(), Recontact.REPLY) for event in talks),
    ]
    return min(stops, default=None)
