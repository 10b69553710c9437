"""What a file would change: its clients held against the stored ones. Reads only."""

from dataclasses import dataclass
from datetime import date

from bot.domain.addresses import Address, KnownAddress
from bot.domain.clients import Client, ClientKind, Contact
from bot.domain.contracts import Contract
from bot.ports import UnitOfWork
from bot.rules.folding import fold
from bot.services.importing.entries import ClientEntry, ContactEntry, Problems
from bot.texts import importing as texts


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """A person as the file wants them. `known` is who they are by now, and their addresses are not in the lists.

    `adopted` are addresses that wrote to us before anybody said whose they are (C3).
    """

    name: str
    role: str
    known: Contact | None
    new: tuple[Address, ...]
    adopted: tuple[KnownAddress, ...]

    @property
    def is_renamed(self) -> bool:
        return self.known is not None and (self.known.name, self.known.role) != (self.name, self.role)

    @property
    def is_changed(self) -> bool:
        return self.known is None or self.is_renamed or bool(self.new or self.adopted)


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """A contract as the file wants it; `has_periods` when work was counted in it already."""

    starts_on: date
    allowance_units: int
    ends_on: date | None
    known: Contract | None
    has_periods: bool = False

    @property
    def is_changed(self) -> bool:
        before = self.known
        return before is None or (before.allowance_units, before.ends_on) != (self.allowance_units, self.ends_on)


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client as the file wants it."""

    name: str
    kind: ClientKind
    known: Client | None
    contract: ContractPlan | None
    contacts: tuple[ContactPlan, ...]

    @property
    def is_renamed(self) -> bool:
        return self.known is not None and (self.known.name, self.known.kind) != (self.name, self.kind)

    @property
    def is_changed(self) -> bool:
        has_other_contract = self.contract is not None and self.contract.is_changed
        has_other_people = any(contact.is_changed for contact in self.contacts)
        return self.known is None or self.is_renamed or has_other_contract or has_other_people


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file would change."""

    clients: tuple[ClientPlan, ...]

    @property
    def new(self) -> int:
        return sum(client.known is None for client in self.clients)

    @property
    def changed(self) -> int:
        return sum(client.is_changed for client in self.clients) - self.new

    @property
    def unchanged(self) -> int:
        return len(self.clients) - self.new - self.changed

    @property
    def is_empty(self) -> bool:
        """True when everything is as the file says."""
        return self.unchanged == len(self.clients)


async def plan(uow: UnitOfWork, entries: list[ClientEntry], problems: Problems, *, allowance: int) -> Plan:
    """Hold the file against what is stored; what contradicts it goes to `problems`."""
    stored = {fold(client.name): client for client in await uow.directory.clients()}
    return Plan(
        tuple([await _client(uow, entry, stored.get(fold(entry.name)), problems, allowance) for entry in entries])
    )


async def _client(
    uow: UnitOfWork, entry: ClientEntry, known: Client | None, problems: Problems, allowance: int
) -> ClientPlan:
    contract = await _contract(uow, entry, known, problems, allowance)
    people = {fold(contact.name): contact for contact in await uow.directory.contacts_of(known.id)} if known else {}
    contacts = [await _contact(uow, contact, people, problems) for contact in entry.contacts.values()]
    kind = entry.kind or ClientKind.INDIVIDUAL  # a client without one is among the problems
    return ClientPlan(entry.name, kind, known, contract, tuple(contacts))


async def _contract(
    uow: UnitOfWork, entry: ClientEntry, client: Client | None, problems: Problems, allowance: int
) -> ContractPlan | None:
    """A cell left empty keeps what is stored: an end that came by a notice stays (C21)."""
    if entry.starts_on is None:
        return None
    stored = await uow.contracts.contracts_of(client.id) if client else []
    periods = await uow.contracts.periods_of(client.id) if client else []
    known = next((contract for contract in stored if contract.starts_on == entry.starts_on), None)
    units = entry.allowance_units
    if units is None:
        units = known.allowance_units if known else allowance
    planned = ContractPlan(
        starts_on=entry.starts_on,
        allowance_units=units,
        ends_on=entry.ends_on or (known.ends_on if known else None),
        known=known,
        has_periods=known is not None and any(period.contract_id == known.id for period in periods),
    )
    for other in stored:
        if other != known and _overlap(planned, other):
            problems.add(entry.line, texts.other_contract(entry.name, starts_on=other.starts_on))
    return planned


def _overlap(planned: ContractPlan, other: Contract) -> bool:
    begins_before_end = other.ends_on is None or planned.starts_on <= other.ends_on
    ends_after_start = planned.ends_on is None or other.starts_on <= planned.ends_on
    return begins_before_end and ends_after_start


async def _contact(uow: UnitOfWork, entry: ContactEntry, people: dict[str, Contact], problems: Problems) -> ContactPlan:
    """`people` are the client's contacts by folded name; one that is taken by its number leaves them."""
    found = {address: await uow.directory.address(address) for address in entry.addresses}
    known = people.get(fold(entry.name)) or _nameless(people, [each for each in found.values() if each])
    for address, line in entry.addresses.items():
        stored = found[address]
        if stored and stored.contact_id is not None and (known is None or stored.contact_id != known.id):
            problems.add(line, await _taken(uow, address, stored.contact_id))
    return ContactPlan(
        name=entry.name,
        role=entry.role or (known.role if known else ""),
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


async def _taken(uow: UnitOfWork, address: Address, contact_id: int) -> str:
    owner = await uow.directory.contact(contact_id)
    assert owner is not None
    client = await uow.directory.client(owner.client_id) if owner.client_id else None
    return texts.taken(address, contact=owner.name, client=client.name if client else None)
