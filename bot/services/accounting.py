"""An intervention's account: decided by the rules, written as ledger lines, corrected by more of them (principle 8)."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clients import Client, ClientKind
from bot.domain.contracts import CoveragePeriod
from bot.domain.interventions import Intervention, LedgerLine
from bot.domain.tickets import Outcome, Ticket
from bot.rules.contract_term import period_of
from bot.rules.quota import Balance, Decision, decide, units_of_sittings
from bot.services.desk import Desk
from bot.services.views import balance_of, current_period

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
    period = await current_period(desk.uow, client, _began_at(ticket, intervention), desk.policy) if client else None
    decision = _decide(desk, client, intervention, outcome, is_covered=period is not None)
    if client is None or period is None or client.kind is not ClientKind.GROUP_PRACTICE:
        return Account(decision, None)
    balance = await balance_of(desk.uow, period)
    already = await _already(desk, intervention, period[0])
    return Account(decision, replace(balance, used=balance.used - already + decision.units))


async def settle(desk: Desk, ticket: Ticket, intervention: Intervention, outcome: Outcome, *, author: str) -> Account:
    """Write the decision down: one line the first time, the difference afterwards; a line is never changed.

    A unit is taken from the period in which the first sitting started (C13); what an earlier closing took from another
    period, or from another client, is given back by a line of its own.
    """
    account = await estimate(desk, ticket, intervention, outcome)
    decision = account.decision
    await desk.uow.interventions.save(
        replace(
            intervention,
            client_id=ticket.client_id,
            outcome=outcome,
            pending_outcome=None,
            decision=decision.reason,
            rule=decision.rule,
            units=decision.units,
        )
    )
    if ticket.client_id is None:
        return account  # nobody to count it for; the account is settled when the sender is attached (C3)
    period = await _open_period(desk, ticket, intervention)
    before = await desk.uow.contracts.counted_for(intervention.id)
    here = (ticket.client_id, period.id if period else None)
    for elsewhere, units in before.items():
        if elsewhere != here and units:
            await _add_line(desk, intervention, elsewhere, -units, CORRECTION, rule=decision.rule, author=author)
    delta = decision.units - before.get(here, 0)
    if delta or here not in before:
        reason = CORRECTION if here in before else decision.reason
        await _add_line(desk, intervention, here, delta, reason, rule=decision.rule, author=author)
    return account


def _began_at(ticket: Ticket, intervention: Intervention) -> datetime:
    return intervention.sittings[0].started_at if intervention.sittings else ticket.opened_at


def _decide(
    desk: Desk, client: Client | None, intervention: Intervention, outcome: Outcome, *, is_covered: bool
) -> Decision:
    worked = [sitting.worked for sitting in intervention.sittings]
    real = units_of_sittings(worked, rounding=desk.policy.rounding) if worked else 0
    return decide(client.kind if client else None, outcome=outcome, real_units=real, is_covered=is_covered)


async def _already(desk: Desk, intervention: Intervention, period: CoveragePeriod | None) -> int:
    """What an earlier closing of the same intervention took from this period."""
    if period is None:
        return 0
    counted = await desk.uow.contracts.counted_for(intervention.id)
    return sum(units for (_, period_id), units in counted.items() if period_id == period.id)


async def _open_period(desk: Desk, ticket: Ticket, intervention: Intervention) -> CoveragePeriod | None:
    """The stored period that the first sitting started in, opened with the contract's allowance (C13, C19)."""
    assert ticket.client_id is not None
    on = _began_at(ticket, intervention).astimezone(desk.policy.zone).date()
    contract = await desk.uow.contracts.contract_on(ticket.client_id, on)
    term = period_of(contract.starts_on, on) if contract else None
    if contract is None or term is None:
        return None
    return await desk.uow.contracts.period(contract, nth=term.nth, starts_on=term.starts_on, ends_on=term.ends_on)


async def _add_line(
    desk: Desk,
    intervention: Intervention,
    account: tuple[int, int | None],
    units: int,
    reason: str,
    *,
    rule: str,
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
            decision=reason,
            rule=rule,
            author=author,
            at=desk.now,
        )
    )
