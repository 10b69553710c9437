"""An intervention's account: decided by the rules, written as ledger lines, corrected by more of them (principle 8)."""

from dataclasses import dataclass, replace
from datetime import date

from bot.domain.clients import Client
from bot.domain.contracts import CoveragePeriod
from bot.domain.interventions import Intervention, LedgerLine
from bot.domain.tickets import Outcome, Ticket
from bot.rules.quota import Balance, Decision, decide, units_of_sittings
from bot.services.context import Policy
from bot.services.cover import Cover, balance_under, cover_on
from bot.services.desk import Desk
from bot.services.thresholds import tell_threshold

CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Account:
    """What an intervention will count, and what will be left of the period it began in. `balance` is None where no
    quota is kept: a contract in one's own name (C11), or none at all (C13)."""

    decision: Decision
    balance: Balance | None


async def estimate(desk: Desk, ticket: Ticket, intervention: Intervention, outcome: Outcome) -> Account:
    """What closing with this outcome would count: "comptera 2, il restera 5". Writes nothing."""
    client = await desk.uow.directory.client(ticket.client_id) if ticket.client_id else None
    cover = await _cover(desk, client, ticket, intervention)
    return await _estimate(desk, client, cover, intervention, outcome)


async def settle(
    desk: Desk,
    ticket: Ticket,
    intervention: Intervention,
    outcome: Outcome,
    *,
    author: str,
    is_history: bool = False,
) -> Account:
    """Write the decision down: one line the first time, the difference afterwards; a line is never changed.

    A unit is taken from the period in which the first sitting started (C13); what an earlier closing took from another
    period, or from another client, is given back by a line of its own. Of `is_history`, brought in from before this
    program, nobody is told that the package runs out.
    """
    client = await desk.uow.directory.client(ticket.client_id) if ticket.client_id else None
    cover = await _cover(desk, client, ticket, intervention)
    account = await _estimate(desk, client, cover, intervention, outcome)
    decision = account.decision
    intervention = replace(
        intervention,
        client_id=ticket.client_id,
        outcome=outcome,
        pending_outcome=None,
        decision=decision.reason,
        rule=decision.rule,
        units=decision.units,
    )
    await desk.uow.interventions.save(intervention)
    if client is None:
        return account  # nobody to count it for; the account is settled when the sender is attached (C3)
    period = await _open_period(desk, cover) if cover else None
    before = await desk.uow.contracts.counted_for(intervention.id)
    here = (client.id, period.id if period else None)
    for elsewhere, units in before.items():
        if elsewhere != here and units:
            await _add_line(desk, intervention, elsewhere, -units, CORRECTION, author=author)
    delta = decision.units - before.get(here, 0)
    if delta or here not in before:
        await _add_line(
            desk, intervention, here, delta, CORRECTION if here in before else decision.reason, author=author
        )
    if account.balance is not None and period is not None and not is_history:
        was = replace(account.balance, used=account.balance.used - delta)
        await tell_threshold(desk, client, period, was, account.balance)
    return account


async def recount(desk: Desk, client: Client, *, since: date, author: str) -> None:
    """Settle anew what began on that day or later: its contract was written down, or ended, after it was closed (C13).

    Signed on 23 November from the 1st on, a contract counts the work of the 10th. Nobody is told that the package runs
    out: whoever changes a contract is shown what is left.
    """
    for intervention in await desk.uow.interventions.of_client(client.id):
        ticket = await desk.uow.tickets.get(intervention.ticket_id)
        assert ticket is not None
        assert intervention.outcome is not None  # the client's are listed once they are closed
        if began_on(ticket, intervention, desk.policy) >= since:
            await settle(desk, ticket, intervention, intervention.outcome, author=author, is_history=True)


def began_on(ticket: Ticket, intervention: Intervention, policy: Policy) -> date:
    """The day in the office zone on which its first sitting started (C13); without any, on which the ticket came."""
    started_at = intervention.sittings[0].started_at if intervention.sittings else ticket.opened_at
    return started_at.astimezone(policy.zone).date()


async def _cover(desk: Desk, client: Client | None, ticket: Ticket, intervention: Intervention) -> Cover | None:
    if client is None:
        return None
    return await cover_on(desk.uow, client, began_on(ticket, intervention, desk.policy), desk.policy, now=desk.now)


async def _estimate(
    desk: Desk, client: Client | None, cover: Cover | None, intervention: Intervention, outcome: Outcome
) -> Account:
    rounding = cover.terms.rounding if cover else desk.policy.rounding
    worked = [sitting.worked for sitting in intervention.sittings]
    decision = decide(
        client.kind if client else None,
        outcome=outcome,
        real_units=units_of_sittings(worked, rounding=rounding) if worked else 0,
        is_covered=cover is not None,
        under_guarantee=await _is_under_guarantee(desk, client, intervention),
        agreed=cover.terms.is_counted if cover else None,
    )
    if cover is None or not cover.is_counted:
        return Account(decision, None)
    balance = await balance_under(desk.uow, cover)
    already = await _already(desk, intervention, cover.stored)
    return Account(decision, replace(balance, used=balance.used - already + decision.units))


async def _is_under_guarantee(desk: Desk, client: Client | None, intervention: Intervention) -> bool:
    """Whether a technician said so (C9), and the earlier intervention is this client's: a ticket may have moved."""
    if intervention.guarantee_of is None or client is None:
        return False
    earlier = await desk.uow.interventions.get(intervention.guarantee_of)
    return earlier is not None and earlier.client_id == client.id


async def _already(desk: Desk, intervention: Intervention, period: CoveragePeriod | None) -> int:
    """What an earlier closing of the same intervention took from this period."""
    if period is None:
        return 0
    counted = await desk.uow.contracts.counted_for(intervention.id)
    return sum(units for (_, period_id), units in counted.items() if period_id == period.id)


async def _open_period(desk: Desk, cover: Cover) -> CoveragePeriod:
    """The stored period, opened with the package in force on its first day (C13, C19)."""
    period = cover.period
    return cover.stored or await desk.uow.contracts.period(
        cover.contract, nth=period.nth, starts_on=period.starts_on, ends_on=period.ends_on
    )


async def _add_line(
    desk: Desk,
    intervention: Intervention,
    account: tuple[int, int | None],
    units: int,
    decision: str,
    *,
    author: str,
) -> None:
    """A line on an account: (client, period), or (client, None) outside any period."""
    client_id, period_id = account
    await desk.uow.contracts.add_line(
        LedgerLine(
            client_id=client_id,
            intervention_id=intervention.id,
            ticket_id=intervention.ticket_id,
            period_id=period_id,
            units=units,
            decision=decision,
            rule=intervention.rule or "",
            author=author,
            at=desk.now,
            reason=intervention.decision_reason,
        )
    )
