"""Work written down with its real times and settled, as the desk does it, without the dialogue around it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import Channel
from bot.domain.interventions import Intervention
from bot.domain.tickets import Outcome, Priority, Ticket, TicketState
from bot.ports import UnitOfWork
from bot.services.accounting import Account, settle
from bot.services.context import Context
from bot.services.desk import Desk

Times = Sequence[tuple[datetime, datetime]]


async def open_ticket(uow: UnitOfWork, client_id: int | None, at: datetime) -> Ticket:
    """A solicitation that came then."""
    return await uow.tickets.open(
        Ticket(
            number=0,
            subject="MediStory ne se lance plus",
            state=TicketState.OPEN,
            priority=Priority.NORMAL,
            channel=Channel.PHONE,
            opened_at=at,
            last_activity_at=at,
            recontact_due_at=at,
            client_id=client_id,
        )
    )


async def write_times(uow: UnitOfWork, ticket: Ticket, times: Times, *, now: datetime) -> Intervention:
    """The ticket's intervention with these stretches of work, instead of whatever it had."""
    intervention = await uow.interventions.of_ticket(ticket.number)
    if intervention is None:
        intervention = await uow.interventions.open(ticket.number, client_id=ticket.client_id, now=now)
    if intervention.sittings:
        await uow.interventions.drop_sittings([sitting.id for sitting in intervention.sittings])
    for started_at, _ in times:
        await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=started_at)
    running = await uow.interventions.of_ticket(ticket.number)
    assert running is not None
    for sitting, (_, ended_at) in zip(sorted(running.sittings, key=lambda each: each.id), times, strict=True):
        await uow.interventions.save_sitting(replace(sitting, ended_at=ended_at, remote=True))
    written = await uow.interventions.of_ticket(ticket.number)
    assert written is not None
    return replace(written, doctor="Dr Vasseur", reason="Licence")


async def close_ticket(desk: Desk, ticket: Ticket, intervention: Intervention, outcome: Outcome) -> Account:
    """Close it, and count it."""
    closed = replace(ticket, state=TicketState.CLOSED, outcome=outcome, closed_at=desk.now)
    await desk.uow.tickets.save(closed)
    return await settle(desk, closed, intervention, outcome, author="technician:1")


async def work(
    context: Context,
    client_id: int | None,
    times: Times,
    *,
    at: datetime,
    outcome: Outcome = Outcome.RESOLVED,
    guarantee_of: int | None = None,
) -> None:
    """A ticket of this client's, worked on and closed at one instant."""

    async def written(uow: UnitOfWork) -> None:
        ticket = await open_ticket(uow, client_id, times[0][0] if times else at)
        intervention = await write_times(uow, ticket, times, now=at)
        under = replace(intervention, guarantee_of=guarantee_of, guarantee_asked=True)
        await close_ticket(Desk(uow, context, at), ticket, under, outcome)

    await context.store.write(written)
