"""What a file would change, as far as it differs from what is stored."""

from dataclasses import dataclass
from datetime import date

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Client, ClientKind, Contact, HeldProduct
from bot.domain.contracts import Contract
from bot.domain.workstations import ChecklistItem, Workstation
from bot.services.importing.entries import InterventionEntry, PaymentEntry, TermEntry


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """A person as the file wants them. `known` is who they are by now, and their addresses are not in the lists.

    `adopted` are addresses that wrote to us before anybody said whose they are (C3).
    """

    name: str
    role: str
    preferred: Channel | None
    known: Contact | None
    new: tuple[Address, ...]
    adopted: tuple[KnownAddress, ...]

    @property
    def is_renamed(self) -> bool:
        return self.known is not None and (self.known.name, self.known.role) != (self.name, self.role)

    @property
    def prefers_another(self) -> bool:
        return self.preferred is not (self.known.preferred if self.known else None)

    @property
    def is_changed(self) -> bool:
        return self.known is None or self.is_renamed or self.prefers_another or bool(self.new or self.adopted)


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """A contract as the file wants it; in a new one id and client are 0. `has_periods` when one of them was opened."""

    wanted: Contract
    known: Contract | None
    has_periods: bool = False
    terms: tuple[TermEntry, ...] = ()
    payments: tuple[PaymentEntry, ...] = ()

    @property
    def is_changed(self) -> bool:
        return self.wanted != self.known or bool(self.terms or self.payments)


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """A product as the file wants it; `known` is what is stored of it."""

    wanted: HeldProduct
    known: HeldProduct | None


@dataclass(frozen=True, slots=True)
class WorkstationPlan:
    """A Mac as the file wants it, and the items that are to be ticked from a day on."""

    name: str
    notes: str
    known: Workstation | None
    ticked: tuple[ChecklistItem, ...]
    ticked_on: date

    @property
    def is_rewritten(self) -> bool:
        return self.known is not None and (self.known.name, self.known.notes) != (self.name, self.notes)

    @property
    def is_changed(self) -> bool:
        return self.known is None or self.is_rewritten or bool(self.ticked)


@dataclass(frozen=True, slots=True)
class InterventionPlan:
    """A past intervention that is not known yet. Ids are None where nothing is named, or what is named is new."""

    entry: InterventionEntry
    technician_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client as the file wants it: `wanted` has the id 0 while it is new. The lists hold what differs."""

    wanted: Client
    known: Client | None
    contracts: tuple[ContractPlan, ...] = ()
    contacts: tuple[ContactPlan, ...] = ()
    products: tuple[ProductPlan, ...] = ()
    workstations: tuple[WorkstationPlan, ...] = ()
    interventions: tuple[InterventionPlan, ...] = ()

    @property
    def is_renamed(self) -> bool:
        before = self.known
        return before is not None and (before.name, before.kind) != (self.wanted.name, self.wanted.kind)

    @property
    def is_described(self) -> bool:
        """Whether address, specialty or architecture are other than those stored."""
        before = self.known or Client(0, self.wanted.name, ClientKind.INDIVIDUAL)
        return _description(before) != _description(self.wanted)

    @property
    def is_changed(self) -> bool:
        lists = (self.contracts, self.contacts, self.products, self.workstations, self.interventions)
        return self.known is None or self.is_renamed or self.is_described or any(lists)


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


def _description(client: Client) -> tuple[object, ...]:
    return client.address, client.specialty, client.architecture, client.architecture_validated_on
