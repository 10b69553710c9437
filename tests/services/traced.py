"""Interventions as they stand in the books, on any day, without the dialogue that leads there."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.addresses import Channel
from bot.domain.tickets import Outcome, Priority, Recontact, Ticket, TicketState
from bot.ports import UnitOfWork
from bot.services.accounting import settle
from bot.services.desk import Desk
from tests.factories import paris
from tests.services.shop import Shop

HOUR = timedelta(hours=1)


async def trace(
    shop: Shop,
    *sittings: tuple[str, str],
    client: int = 1,
    doctor: str = "Dr Hélène Vasseur",
    reason: str = "MediStory ne se lance plus",
    outcome: Outcome = Outcome.RESOLVED,
    remote: bool | None = True,
    guarantee_of: int | None = None,
    why: str = "",
    recontacted: timedelta | None = HOUR,
) -> int:
    """Work from … to … on the clock in Paris ("2026-03-02 14:10"), asked for two hours before, closed and counted.

    `recontacted` is how long after the request; the deadline is a day after it. The ticket's number.
    """
    opened_at = paris(sittings[0][0]) - 2 * HOUR

    async def work(uow: UnitOfWork) -> int:
        desk = Desk(uow, shop.context, shop.clock.now())
        ticket = await uow.tickets.open(_ticket(reason, client, opened_at, outcome, recontacted))
        intervention = await uow.interventions.open(ticket.number, client_id=client, now=shop.clock.now())
        for started, _ in sittings:
            await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=paris(started))
        stored = await uow.interventions.of_ticket(ticket.number)
        assert stored is not None
        for sitting, (_, ended) in zip(stored.sittings, sittings, strict=True):
            await uow.interventions.save_sitting(replace(sitting, ended_at=paris(ended), remote=remote))
        stored = await uow.interventions.of_ticket(ticket.number)
        assert stored is not None
        told = replace(stored, doctor=doctor, reason=reason, guarantee_of=guarantee_of, decision_reason=why)
        await uow.interventions.save(told)
        await settle(desk, ticket, told, outcome, author="technician:1")
        return ticket.number

    number: int = await shop.write(work)
    return number


def _ticket(reason: str, client: int, opened_at: datetime, outcome: Outcome, recontacted: timedelta | None) -> Ticket:
    return Ticket(
        number=0,
        subject=reason[:60],
        state=TicketState.CLOSED,
        priority=Priority.NORMAL,
        channel=Channel.SMS,
        opened_at=opened_at,
        last_activity_at=opened_at,
        recontact_due_at=opened_at + 24 * HOUR,
        client_id=client,
        outcome=outcome,
        recontacted_at=None if recontacted is None else opened_at + recontacted,
        recontacted_by=None if recontacted is None else Recontact.REPLY,
        closed_at=opened_at + 30 * HOUR,
    )
