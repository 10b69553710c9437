"""Work written down with its real times and settled, as the desk does it, without the dialogue around it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import Channel
from bot.domain.interventions import Intervention
from bot.domain.tickets import Outcome, Priority, Ticket, TicketState
from bot.ports import UnitOfWork
from bot.services.accounting import settle
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


async def close_ticket(desk: Desk, ticket: Ticket, times: Times, outcome: Outcome = Outcome.RESOLVED) -> Intervention:
    """Close it with these stretches of work; closed before, it was reopened and says something else now."""
    uow = desk.uow
    intervention = await uow.interventions.of_ticket(ticket.number)
    if intervention is None:
        intervention = await uow.interventions.open(ticket.number, client_id=ticket.client_id, now=desk.now)
    if intervention.sittings:
        await uow.interventions.drop_sittings([sitting.id for sitting in intervention.sittings])
    for started_at, ended_at in times:
        await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=started_at)
        stored = await uow.interventions.of_ticket(ticket.number)
        assert stored is not None
        newest = max(stored.sittings, key=lambda sitting: sitting.id)
        await uow.interventions.save_sitting(replace(newest, ended_at=ended_at, remote=True))
    closed = replace(ticket, state=TicketState.CLOSED, outcome=outcome, closed_at=desk.now)
    await uow.tickets.save(closed)
    stored = await uow.interventions.of_ticket(ticket.number)
    assert stored is not None
    stored = replace(stored, doctor="Dr Vasseur", reason="Licence", guarantee_of=intervention.guarantee_of)
    await settle(desk, closed, stored, outcome, author="technician:1")
    settled = await uow.interventions.of_ticket(ticket.number)
    assert settled is not None
    return settled


async def work(
    context: Context,
    client_id: int | None,
    times: Times,
    *,
    at: datetime,
    outcome: Outcome = Outcome.RESOLVED,
    guarantee_of: int | None = None,
) -> Intervention:
    """A ticket of this client's, worked on and closed at one instant."""

    async def written(uow: UnitOfWork) -> Intervention:
        desk = Desk(uow, context, at)
        ticket = await open_ticket(uow, client_id, times[0][0] if times else at)
        if guarantee_of is not None:
            opened = await uow.interventions.open(ticket.number, client_id=client_id, now=at)
            await uow.interventions.save(replace(opened, guarantee_of=guarantee_of, guarantee_asked=True))
        return await close_ticket(desk, ticket, times, outcome)

    return await context.store.write(written)
