"""Carries a plan out, within one unit of work."""

from dataclasses import replace

from bot.domain.clients import Client, Contact
from bot.domain.tickets import Event
from bot.services.accounting import settle
from bot.services.desk import Desk
from bot.services.importing.plan import ClientPlan, ContactPlan, ContractPlan, Plan

ACTOR = "import"


async def write(desk: Desk, plan: Plan) -> None:
    """Write what the plan changes, and nothing else: a plan of no changes writes nothing."""
    for client in plan.clients:
        await _write_client(desk, client)


async def _write_client(desk: Desk, plan: ClientPlan) -> None:
    client = plan.known or await desk.uow.directory.add_client(plan.name, kind=plan.kind, now=desk.now)
    if plan.is_renamed:
        await desk.uow.directory.change_client(client.id, name=plan.name, kind=plan.kind)
    if plan.contract and plan.contract.is_changed:
        await _write_contract(desk, client, plan.contract)  # before the contacts: their tickets are counted under it
    for contact in plan.contacts:
        await _write_contact(desk, client, contact)


async def _write_contract(desk: Desk, client: Client, plan: ContractPlan) -> None:
    if plan.known is None:
        await desk.uow.contracts.add_contract(
            client.id,
            starts_on=plan.starts_on,
            allowance_units=plan.allowance_units,
            ends_on=plan.ends_on,
            now=desk.now,
        )
    else:
        await desk.uow.contracts.change_contract(
            plan.known.id, allowance_units=plan.allowance_units, ends_on=plan.ends_on
        )


async def _write_contact(desk: Desk, client: Client, plan: ContactPlan) -> None:
    contact = plan.known or await desk.uow.directory.add_contact(
        plan.name, client_id=client.id, role=plan.role, now=desk.now
    )
    if plan.is_renamed:
        await desk.uow.directory.rename_contact(contact.id, name=plan.name, role=plan.role)
    for address in plan.new:
        await desk.uow.directory.add_address(address, contact_id=contact.id, profile_name=None, now=desk.now)
    for known in plan.adopted:
        await desk.uow.directory.link_address(known.id, contact.id)
        for number in await desk.uow.tickets.adopt(known.id, contact_id=contact.id, client_id=client.id):
            await _take_over(desk, number, client, contact)


async def _take_over(desk: Desk, number: int, client: Client, contact: Contact) -> None:
    """Their tickets from before: logged, counted where they were closed while nobody knew whose they are, and shown."""
    ticket = await desk.uow.tickets.get(number)
    assert ticket is not None
    data: dict[str, object] = {"client": client.id, "contact": contact.id}
    await desk.uow.tickets.add_event(Event(number, desk.now, "attached", ACTOR, data))
    intervention = await desk.uow.interventions.of_ticket(number)
    if intervention is not None:
        intervention = replace(intervention, client_id=client.id)
        await desk.uow.interventions.save(intervention)
        if ticket.outcome is not None:
            await settle(desk, ticket, intervention, ticket.outcome, author=ACTOR)
    await desk.refresh(ticket)
