"""Carries a plan out, within one unit of work."""

from dataclasses import replace

from bot.domain.clients import Client, ClientEvent, Contact
from bot.domain.tickets import Event
from bot.services.accounting import settle
from bot.services.desk import Desk
from bot.services.importing.plans import ClientPlan, ContactPlan, Plan, ProductPlan, WorkstationPlan
from bot.services.importing.write_contracts import write_contract
from bot.services.importing.write_history import write_history

ACTOR = "import"


async def write(desk: Desk, plan: Plan) -> None:
    """Write what the plan changes, and nothing else: a plan of no changes writes nothing."""
    for client in plan.clients:
        if client.is_changed:
            await _write_client(desk, client)


async def _write_client(desk: Desk, plan: ClientPlan) -> None:
    """A client and all that differs; their history says that a file was brought in."""
    wanted = plan.wanted
    client = plan.known or await desk.uow.directory.add_client(wanted.name, kind=wanted.kind, now=desk.now)
    if plan.is_renamed:
        await desk.uow.directory.change_client(client.id, name=wanted.name, kind=wanted.kind)
    if plan.is_described:
        await desk.uow.client_files.describe_client(replace(wanted, id=client.id))
    for product in plan.products:
        await _write_product(desk, client, product)
    for workstation in plan.workstations:
        await _write_workstation(desk, client, workstation)
    for contract in plan.contracts:  # before the contacts and the history: their tickets are counted under it
        await write_contract(desk, client, contract, author=ACTOR)
    await write_history(desk, client, plan.interventions, author=ACTOR)
    for contact in plan.contacts:
        await _write_contact(desk, client, contact)
    await desk.uow.client_files.add_client_event(ClientEvent(client.id, desk.now, "imported", ACTOR))


async def _write_product(desk: Desk, client: Client, plan: ProductPlan) -> None:
    await desk.uow.client_files.put_product(replace(plan.wanted, client_id=client.id))


async def _write_workstation(desk: Desk, client: Client, plan: WorkstationPlan) -> None:
    workstation = plan.known or await desk.uow.workstations.add(client.id, plan.name, notes=plan.notes)
    if plan.is_rewritten:
        await desk.uow.workstations.save(workstation.id, name=plan.name, notes=plan.notes)
    for item in plan.ticked:
        await desk.uow.workstations.tick(workstation.id, item, plan.ticked_on)


async def _write_contact(desk: Desk, client: Client, plan: ContactPlan) -> None:
    contact = plan.known or await desk.uow.directory.add_contact(
        plan.name, client_id=client.id, role=plan.role, now=desk.now
    )
    if plan.is_renamed:
        await desk.uow.directory.rename_contact(contact.id, name=plan.name, role=plan.role)
    if plan.prefers_another:
        await desk.uow.client_files.prefer_channel(contact.id, plan.preferred)
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
