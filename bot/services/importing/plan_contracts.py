"""Holds the contracts of a file against the stored ones (C19-C24). Reads only."""

from collections import Counter
from datetime import date

from bot.domain.clients import Client
from bot.domain.contracts import Contract, CoveragePeriod, PaymentMethod, Term
from bot.ports import UnitOfWork
from bot.services.context import Policy
from bot.services.importing.entries import ClientEntry, ContractEntry, PaymentEntry, Problems, TermEntry
from bot.services.importing.plans import ContractPlan
from bot.texts import import_problems
from bot.texts import importing as texts

_Paid = tuple[int, date, int, PaymentMethod]
"""A payment as it is known again: period, day, cents, method."""


async def plan_contracts(
    uow: UnitOfWork, entry: ClientEntry, client: Client | None, problems: Problems, policy: Policy
) -> list[ContractPlan]:
    """The client's contracts, known by the day they start on; two that run at the same time go to `problems`."""
    stored = await uow.contracts.contracts_of(client.id) if client else []
    periods = await uow.contracts.periods_of(client.id) if client else []
    plans: list[ContractPlan] = []
    for each in entry.contracts:
        known = next((contract for contract in stored if contract.starts_on == each.starts_on), None)
        opened = [period for period in periods if known is not None and period.contract_id == known.id]
        plans.append(
            ContractPlan(
                _wanted(each, known, client, policy),
                known,
                has_periods=bool(opened),
                terms=await _new_terms(uow, each, known),
                payments=await _new_payments(uow, each, opened),
            )
        )
    _tell_overlaps(entry, plans, stored, problems)
    return plans


def _wanted(entry: ContractEntry, known: Contract | None, client: Client | None, policy: Policy) -> Contract:
    """What the file leaves out stays as it is stored: an end that came by a notice stays (C21)."""
    before = known or Contract(
        0,
        client.id if client else 0,
        entry.starts_on,
        policy.allowance_units,
        price_cents=policy.price_cents,
    )
    return Contract(
        before.id,
        before.client_id,
        before.starts_on,
        before.allowance_units if entry.allowance_units is None else entry.allowance_units,
        ends_on=entry.ends_on or before.ends_on,
        signed_on=entry.signed_on or before.signed_on,
        price_cents=before.price_cents if entry.price_cents is None else entry.price_cents,
        ending=entry.ending or before.ending,
        notice_received_on=entry.notice_received_on or before.notice_received_on,
    )


async def _new_terms(uow: UnitOfWork, entry: ContractEntry, known: Contract | None) -> tuple[TermEntry, ...]:
    """Those that do not hold already: of changes from one day on, the last one written does."""
    changes = await uow.contracts.terms_of(known.id) if known else []
    holds: dict[tuple[Term, date], str] = {(change.term, change.from_on): change.value for change in changes}
    return tuple(term for term in entry.terms if holds.get((term.term, term.from_on)) != term.value)


async def _new_payments(
    uow: UnitOfWork, entry: ContractEntry, opened: list[CoveragePeriod]
) -> tuple[PaymentEntry, ...]:
    """Those that are not known: of two that are the same in the file and one that is stored, one is new."""
    known: Counter[_Paid] = Counter()
    for period in opened:
        for paid in await uow.contracts.payments_of(period.id):
            known[period.nth, paid.paid_on, paid.amount_cents, paid.method] += 1
    new = []
    for payment in entry.payments:
        key = (payment.nth, payment.paid_on, payment.amount_cents, payment.method)
        known[key] -= 1
        if known[key] < 0:
            new.append(payment)
    return tuple(new)


def _tell_overlaps(entry: ClientEntry, plans: list[ContractPlan], stored: list[Contract], problems: Problems) -> None:
    named = {plan.wanted.starts_on for plan in plans}
    before = [contract for contract in stored if contract.starts_on not in named]
    for each, plan in zip(entry.contracts, plans, strict=True):
        for other in before:
            if other.starts_on == plan.wanted.starts_on:
                problems.add(each.line, import_problems.same_contract(other.starts_on))
            elif _overlap(plan.wanted, other):
                problems.add(each.line, texts.other_contract(entry.name, starts_on=other.starts_on))
        before.append(plan.wanted)


def _overlap(one: Contract, other: Contract) -> bool:
    begins_before_end = other.ends_on is None or one.starts_on <= other.ends_on
    ends_after_start = one.ends_on is None or other.starts_on <= one.ends_on
    return begins_before_end and ends_after_start
