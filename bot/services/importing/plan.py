"""Holds a file against what is stored. Reads only."""

from collections.abc import Iterable
from datetime import date

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, ClientKind, Contact, HeldProduct
from bot.ports import UnitOfWork
from bot.rules.folding import fold
from bot.services.context import Policy
from bot.services.importing.entries import ClientEntry, ContactEntry, Problems, ProductEntry, WorkstationEntry
from bot.services.importing.plan_contracts import plan_contracts
from bot.services.importing.plan_history import plan_history
from bot.services.importing.plans import ClientPlan, ContactPlan, Plan, ProductPlan, WorkstationPlan
from bot.texts import importing as texts


async def plan(uow: UnitOfWork, entries: list[ClientEntry], problems: Problems, policy: Policy, *, today: date) -> Plan:
    """What the file changes, client by client; what contradicts the stored ones goes to `problems`."""
    stored = {fold(client.name): client for client in await uow.directory.clients()}
    clients = []
    for entry in entries:
        known = stored.get(fold(entry.name))
        workstations = await _workstations(uow, entry.workstations.values(), known, today)
        products = await _products(uow, entry.products.values(), known)
        contracts = await plan_contracts(uow, entry, known, problems, policy)
        contacts = await _contacts(uow, entry.contacts.values(), known, problems)
        clients.append(
            ClientPlan(
                wanted=_wanted(entry, known),
                known=known,
                contracts=tuple(contract for contract in contracts if contract.is_changed),
                contacts=tuple(contact for contact in contacts if contact.is_changed),
                products=tuple(product for product in products if product.wanted != product.known),
                workstations=tuple(each for each in workstations if each.is_changed),
                interventions=tuple(await plan_history(uow, entry, known, problems)),
            )
        )
    return Plan(tuple(clients))


def _wanted(entry: ClientEntry, known: Client | None) -> Client:
    """What the file leaves out stays as it is stored."""
    before = known or Client(0, entry.name, ClientKind.INDIVIDUAL)
    validated_on = entry.architecture_validated_on
    return Client(
        before.id,
        entry.name,
        entry.kind or before.kind,  # a client without one is among the problems
        address=before.address if entry.address is None else entry.address,
        specialty=before.specialty if entry.specialty is None else entry.specialty,
        architecture=before.architecture if entry.architecture is None else entry.architecture,
        architecture_validated_on=before.architecture_validated_on if validated_on is None else validated_on,
    )


async def _products(uow: UnitOfWork, entries: Iterable[ProductEntry], client: Client | None) -> list[ProductPlan]:
    stored = {fold(held.product): held for held in await uow.client_files.products_of(client.id)} if client else {}
    plans = []
    for entry in entries:
        known = stored.get(fold(entry.product))
        before = known or HeldProduct(client.id if client else 0, entry.product)
        wanted = HeldProduct(
            before.client_id,
            before.product,
            sold_by_us=before.sold_by_us if entry.sold_by_us is None else entry.sold_by_us,
            installed_by_us=before.installed_by_us if entry.installed_by_us is None else entry.installed_by_us,
        )
        plans.append(ProductPlan(wanted, known))
    return plans


async def _workstations(
    uow: UnitOfWork, entries: Iterable[WorkstationEntry], client: Client | None, today: date
) -> list[WorkstationPlan]:
    stored = {fold(each.name): each for each in await uow.workstations.of_client(client.id)} if client else {}
    plans = []
    for entry in entries:
        known = stored.get(fold(entry.name))
        ticked = known.ticked if known else {}
        notes = entry.notes if entry.notes is not None else known.notes if known else ""
        missing = tuple(item for item in dict.fromkeys(entry.done) if item not in ticked)
        plans.append(WorkstationPlan(entry.name, notes, known, missing, entry.done_on or today))
    return plans


async def _contacts(
    uow: UnitOfWork, entries: Iterable[ContactEntry], client: Client | None, problems: Problems
) -> list[ContactPlan]:
    people = {fold(contact.name): contact for contact in await uow.directory.contacts_of(client.id)} if client else {}
    return [await _contact(uow, entry, people, problems) for entry in entries]


async def _contact(uow: UnitOfWork, entry: ContactEntry, people: dict[str, Contact], problems: Problems) -> ContactPlan:
    """`people` are the client's contacts by folded name; one that is taken by its number leaves them."""
    found = {address: await uow.directory.address(address) for address in entry.addresses}
    known = people.get(fold(entry.name)) or _nameless(people, [each for each in found.values() if each])
    for address, line in entry.addresses.items():
        stored = found[address]
        if stored and stored.contact_id is not None and (known is None or stored.contact_id != known.id):
            contact, client = await _owner(uow, stored.contact_id)
            problems.add(line, texts.taken(address, contact=contact, client=client))
    return ContactPlan(
        name=entry.name,
        role=entry.role or (known.role if known else ""),
        preferred=entry.preferred or (known.preferred if known else None),
        known=known,
        new=tuple(address for address, stored in found.items() if stored is None),
        adopted=tuple(stored for stored in found.values() if stored and stored.contact_id is None),
    )


def _nameless(people: dict[str, Contact], found: list[KnownAddress]) -> Contact | None:
    """The contact a technician attached before anybody typed their name: they go by their number or WhatsApp name."""
    for known in found:
        for given in (known.address.identifier, known.profile_name or ""):
            contact = people.get(fold(given))
            if contact is not None and contact.id == known.contact_id:
                return people.pop(fold(given))
    return None


async def _owner(uow: UnitOfWork, contact_id: int) -> tuple[str, str | None]:
    """The names of a contact and of their client."""
    owner = await uow.directory.contact(contact_id)
    assert owner is not None
    client = await uow.directory.client(owner.client_id) if owner.client_id else None
    return owner.name, client.name if client else None
