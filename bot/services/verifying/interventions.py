"""The proof of interventions: what was counted follows again from what was done, by the rules of that day."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.domain.clients import Client, ClientKind
from bot.domain.interventions import Intervention
from bot.domain.tickets import Ticket
from bot.domain.verification import Check, Problem
from bot.ports import UnitOfWork
from bot.rules.contract_term import guarantee_until, period_of
from bot.rules.contract_terms import Terms
from bot.rules.quota import Decision, Rounding, decide, units_of_sittings
from bot.rules.sittings import LONGEST
from bot.services.context import Policy
from bot.services.verifying.books import Books
from bot.services.verifying.ledger import Account, Accounts

_ZERO = timedelta(0)
_UNOPENED = 0
"""The id of a period that nobody has opened: no line can stand there."""


@dataclass(frozen=True, slots=True)
class _Closed:
    """A closed intervention, and what its decision follows from.

    `here` is its own account; `period` starts on `period_on`, both None outside any contract. `roundings` are those it
    may have been counted under, the one in force first; `kinds` those its client had, the present one first.
    """

    intervention: Intervention
    client: Client | None
    began_on: date
    asked_on: date
    period_on: date | None
    here: Account
    terms: Terms | None
    roundings: tuple[Rounding, ...]
    kinds: tuple[ClientKind | None, ...]
    earlier: Intervention | None


async def verify_interventions(
    uow: UnitOfWork, books: Books, accounts: Accounts, policy: Policy
) -> AsyncIterator[Problem]:
    """Hold every intervention against its sittings, its ticket and its lines; lines that are left over are nobody's."""
    async for intervention in uow.interventions.stream():
        accounts.interventions += 1
        ticket = await uow.tickets.get(intervention.ticket_id)
        counted = accounts.of_intervention.pop(intervention.id, Counter())
        named = accounts.tickets.pop(intervention.id, {intervention.ticket_id})
        for problem in _work(intervention):
            yield problem
        if ticket is None or named != {intervention.ticket_id}:
            yield Problem(Check.SOURCE, intervention.ticket_id)
            continue
        for problem in _ticket(ticket, intervention, sum(counted.values())):
            yield problem
        if intervention.outcome is None or intervention.client_id is None:
            # open, or nobody's: what an earlier closing counted stands until the next one (principle 8)
            if sum(counted.values()) != intervention.units:
                yield _sum(intervention, sum(counted.values()))
            continue
        closed = await _closed(uow, books, policy, ticket, intervention, accounts.last_at.get(intervention.id))
        for problem in (*_lines(closed, counted, books), *_decision(closed, policy)):
            yield problem
    for tickets in accounts.tickets.values():
        yield Problem(Check.SOURCE, min(tickets))


async def _closed(
    uow: UnitOfWork,
    books: Books,
    policy: Policy,
    ticket: Ticket,
    intervention: Intervention,
    last_line_at: datetime | None,
) -> _Closed:
    client_id = intervention.client_id
    assert client_id is not None
    started_at = intervention.sittings[0].started_at if intervention.sittings else ticket.opened_at
    on = started_at.astimezone(policy.zone).date()
    contract = books.contract_on(client_id, on)
    term = period_of(contract.starts_on, on) if contract else None
    stored = books.stored(contract, term.nth) if contract and term else None
    settled_at = max(at for at in (started_at, ticket.closed_at, last_line_at) if at is not None)
    # the shop's own rounding is a setting without a date: what was counted under the other one stays right
    possible = [
        books.terms_on(contract, on, known_at=settled_at, usual=replace(policy.usual, rounding=rounding))
        if contract
        else None
        for rounding in (policy.rounding, *(other for other in Rounding if other is not policy.rounding))
    ]
    earlier = await uow.interventions.get(intervention.guarantee_of) if intervention.guarantee_of else None
    return _Closed(
        intervention,
        client=books.clients.get(client_id),
        began_on=on,
        asked_on=ticket.opened_at.astimezone(policy.zone).date(),
        period_on=term.starts_on if term else None,
        here=(client_id, (stored.id if stored else _UNOPENED) if term else None),
        terms=possible[0],
        roundings=tuple(dict.fromkeys(terms.rounding for terms in possible if terms)) or tuple(Rounding),
        kinds=await books.kinds_of(uow, client_id),
        earlier=earlier if earlier and earlier.client_id == client_id else None,
    )


def _work(intervention: Intervention) -> Iterator[Problem]:
    """What may have been (C6): nothing below zero, over a day, or twice at once; a sitting runs on an open ticket."""
    for sitting in intervention.sittings:
        is_running = sitting.ended_at is None
        if is_running and intervention.outcome is None:
            continue
        if is_running or not _ZERO <= sitting.worked <= LONGEST:
            yield Problem(Check.SITTING, intervention.ticket_id, {"at": sitting.started_at})
    for earlier, later in pairwise(intervention.sittings):
        # two that begin at once are one after the other where one of them took no time
        if earlier.ended_at and later.started_at < earlier.ended_at and later.ended_at != earlier.started_at:
            yield Problem(Check.SITTINGS, intervention.ticket_id, {"at": later.started_at})


def _ticket(ticket: Ticket, intervention: Intervention, counted: int) -> Iterator[Problem]:
    """An intervention goes with its ticket; one that was never closed may be on a ticket that was shut without it."""
    if ticket.client_id != intervention.client_id and (intervention.outcome is not None or counted):
        yield Problem(Check.CLIENT, ticket.number)
    is_other = intervention.outcome is not ticket.outcome
    if is_other and (intervention.outcome is not None or (counted and not ticket.is_open)):
        yield Problem(Check.OUTCOME, ticket.number)


def _lines(closed: _Closed, counted: Mapping[Account, int], books: Books) -> Iterator[Problem]:
    """Its units stand on its account, and nothing on any other (C13)."""
    number = closed.intervention.ticket_id
    if closed.here not in counted:
        where = [_period(account, books) for account in counted]
        values = {"began_on": closed.began_on, "here": [closed.period_on], "where": where}
        yield Problem(Check.COVER, number, values)
        return
    if counted[closed.here] != closed.intervention.units:
        yield _sum(closed.intervention, counted[closed.here])
    for account, units in counted.items():
        if account != closed.here and units:
            yield Problem(Check.ELSEWHERE, number, {"units": units, "where": [_period(account, books)]})


def _decision(closed: _Closed, policy: Policy) -> Iterator[Problem]:
    """Decided again, by the terms of the day as they were known when it was closed."""
    intervention = closed.intervention
    again = [_decide(closed, kind, rounding) for kind in closed.kinds for rounding in closed.roundings]
    written = (intervention.decision, intervention.units)
    expected = next((each for each in again if (each.reason, each.units) == written), again[0])
    if (expected.reason, expected.rule) != (intervention.decision, intervention.rule):
        values = {"decision": intervention.decision, "rule": intervention.rule, "expected": expected.reason}
        yield Problem(Check.DECISION, intervention.ticket_id, values)
    elif expected.units != intervention.units:
        summed = {"units": intervention.units, "expected": expected.units}
        yield Problem(Check.UNITS, intervention.ticket_id, summed)
    if closed.earlier is not None and not _is_guaranteed(closed, closed.earlier, policy):
        yield Problem(Check.GUARANTEE, intervention.ticket_id, {"earlier": closed.earlier.ticket_id})


def _decide(closed: _Closed, kind: ClientKind | None, rounding: Rounding) -> Decision:
    intervention = closed.intervention
    assert intervention.outcome is not None
    worked = [max(sitting.worked, _ZERO) for sitting in intervention.sittings]
    return decide(
        kind,
        outcome=intervention.outcome,
        real_units=units_of_sittings(worked, rounding=rounding) if worked else 0,
        is_covered=closed.terms is not None,
        under_guarantee=closed.earlier is not None,
        agreed=closed.terms.is_counted if closed.terms else None,
    )


def _is_guaranteed(closed: _Closed, earlier: Intervention, policy: Policy) -> bool:
    """Whether the earlier one had ended by the day this one began, and was asked for again within its month (C9)."""
    ends = [sitting.ended_at or sitting.started_at for sitting in earlier.sittings]
    if not ends:
        return False
    ended_on = max(ends).astimezone(policy.zone).date()
    months = closed.terms.guarantee_months if closed.terms else policy.guarantee_months
    came_on = min(closed.asked_on, closed.began_on)
    return ended_on <= closed.began_on and came_on <= guarantee_until(ended_on, months=months)


def _period(account: Account, books: Books) -> date | None:
    """The first day of an account's period, as people name it; None outside any."""
    period = books.periods.get(account[1]) if account[1] is not None else None
    return period.starts_on if period else None


def _sum(intervention: Intervention, summed: int) -> Problem:
    return Problem(Check.SUM, intervention.ticket_id, {"units": intervention.units, "summed": summed})
