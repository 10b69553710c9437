"""Writes a planned contract: its terms before its periods, which are opened with the package in force."""

from dataclasses import replace

from bot.domain.clients import Client
from bot.domain.contracts import Contract, Payment, TermChange
from bot.rules.contract_term import nth_period
from bot.services.accounting import recount
from bot.services.contract_plan import open_period, plan_contract
from bot.services.desk import Desk
from bot.services.importing.plans import ContractPlan


async def write_contract(desk: Desk, client: Client, plan: ContractPlan, *, author: str) -> None:
    """Store what differs, plan what is due in the contract's life from now on, and count what was done under it."""
    contract = await _write_terms(desk, client, plan, author=author)
    for payment in plan.payments:
        period = await open_period(desk.uow, contract, nth_period(contract.starts_on, payment.nth))
        paid = Payment(period.id, payment.amount_cents, payment.method, payment.paid_on, author, desk.now)
        await desk.uow.contracts.add_payment(paid)
    await plan_contract(desk, contract)
    await recount(desk, client, since=contract.starts_on, author=author)


async def _write_terms(desk: Desk, client: Client, plan: ContractPlan, *, author: str) -> Contract:
    wanted, contracts = plan.wanted, desk.uow.contracts
    if plan.known is None:
        added = await contracts.add_contract(
            client.id,
            starts_on=wanted.starts_on,
            allowance_units=wanted.allowance_units,
            ends_on=None,
            now=desk.now,
        )
        wanted = replace(wanted, id=added.id, client_id=client.id)
    if plan.wanted != plan.known:
        await contracts.change_contract(wanted)
    for term in plan.terms:
        await contracts.add_term(TermChange(wanted.id, term.term, term.value, term.from_on, author, desk.now))
    return wanted
