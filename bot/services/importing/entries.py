"""What a file says of clients, whatever its form: brought together by client and contact, not yet held against ours."""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.addresses import Address, Channel
from bot.domain.clients import ClientKind
from bot.domain.contracts import Ending, PaymentMethod, Term
from bot.domain.tickets import Outcome
from bot.domain.workstations import ChecklistItem
from bot.texts import importing as texts


@dataclass
class Problems:
    """What is wrong with the file, by line. All of it is told at once, and nothing is written."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, problem: str) -> None:
        self.found.append((line, problem))

    def told(self) -> list[str]:
        """One sentence each, from the top of the file to its end."""
        ordered = sorted(dict.fromkeys(self.found), key=lambda problem: problem[0])
        return [texts.at_line(line, problem) for line, problem in ordered]


@dataclass
class ContactEntry:
    """A person and the line they are first on. Each address stands with its line; a role not given is empty."""

    name: str
    line: int
    role: str = ""
    preferred: Channel | None = None
    addresses: dict[Address, int] = field(default_factory=dict)


@dataclass
class ProductEntry:
    """A product, by the contract's name where it has one; what is not said of it is None."""

    product: str
    line: int
    sold_by_us: bool | None = None
    installed_by_us: bool | None = None


@dataclass
class WorkstationEntry:
    """A Mac and the items of its sheet that are done (C27), ticked on `done_on` where they were not before."""

    name: str
    line: int
    notes: str | None = None
    done: tuple[ChecklistItem, ...] = ()
    done_on: date | None = None


@dataclass
class TermEntry:
    """A term agreed otherwise, its value as it is stored."""

    term: Term
    value: str
    from_on: date
    line: int


@dataclass
class PaymentEntry:
    """Money received for the nth period."""

    paid_on: date
    amount_cents: int
    method: PaymentMethod
    line: int
    nth: int


@dataclass
class ContractEntry:
    """A contract; what is not said of it is None."""

    starts_on: date
    line: int
    signed_on: date | None = None
    allowance_units: int | None = None
    price_cents: int | None = None
    ends_on: date | None = None
    ending: Ending | None = None
    notice_received_on: date | None = None
    terms: list[TermEntry] = field(default_factory=list)
    payments: list[PaymentEntry] = field(default_factory=list)


@dataclass(frozen=True)
class SittingEntry:
    """A stretch of past work."""

    started_at: datetime
    ended_at: datetime
    remote: bool | None


@dataclass
class InterventionEntry:
    """A past intervention (C6), known by its client and its first start; its sittings stand in order."""

    line: int
    sittings: tuple[SittingEntry, ...]
    outcome: Outcome
    doctor: str | None = None
    reason: str | None = None
    technician: str | None = None
    workstation: str | None = None
    guarantee_of: datetime | None = None

    @property
    def started_at(self) -> datetime:
        return self.sittings[0].started_at


@dataclass
class ClientEntry:
    """A client and the line it is first on. What no line gives is None."""

    name: str
    line: int
    kind: ClientKind | None = None
    address: str | None = None
    specialty: str | None = None
    architecture: str | None = None
    architecture_validated_on: date | None = None
    contacts: dict[str, ContactEntry] = field(default_factory=dict)
    products: dict[str, ProductEntry] = field(default_factory=dict)
    workstations: dict[str, WorkstationEntry] = field(default_factory=dict)
    contracts: list[ContractEntry] = field(default_factory=list)
    interventions: dict[datetime, InterventionEntry] = field(default_factory=dict)


Owners = dict[Address, ContactEntry]
"""Whose each address of the file is."""


def claim(contact: ContactEntry, address: Address, line: int, *, owners: Owners, problems: Problems) -> None:
    """Give the contact an address, unless somebody else in the file has it."""
    owner = owners.setdefault(address, contact)
    if owner is not contact:
        problems.add(line, texts.taken_in_file(address, contact=owner.name, line=owner.addresses[address]))
    else:
        contact.addresses.setdefault(address, line)
