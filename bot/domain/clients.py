"""Clients (contract holders), their contacts, what they were sold, and what happens to their file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.addresses import Channel


class ClientKind(StrEnum):
    """Who holds the contract (C11): only a group practice's interventions are counted."""

    INDIVIDUAL = "individual"
    GROUP_PRACTICE = "group_practice"


@dataclass(frozen=True, slots=True)
class Client:
    """A contract holder: a practice or a professional in their own name.

    `architecture` are the notes on the client's IT, which they validate before the signature (C23).
    """

    id: int
    name: str
    kind: ClientKind
    address: str = ""
    specialty: str = ""
    architecture: str = ""
    architecture_validated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a client; `client_id` is None until a technician says where they belong (C3).

    `preferred` is the channel they want to be told things on; None: whichever they wrote on last.
    """

    id: int
    name: str
    client_id: int | None
    role: str = ""
    preferred: Channel | None = None


@dataclass(frozen=True, slots=True)
class HeldProduct:
    """A product that a client has, and whether the shop sold and installed it (C5 asks for both)."""

    client_id: int
    product: str
    sold_by_us: bool = False
    installed_by_us: bool = False


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """One line of a client's history; appended, never changed. `data` holds no text of a client's (C30)."""

    client_id: int
    at: datetime
    kind: str
    actor: str
    data: dict[str, object] = field(default_factory=dict)
