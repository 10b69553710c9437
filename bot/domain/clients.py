"""Clients (contract holders), their contacts, their contracts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ClientKind(StrEnum):
    """Who holds the contract (C11): only a group practice's interventions are counted."""

    INDIVIDUAL = "individual"
    GROUP_PRACTICE = "group_practice"


@dataclass(frozen=True, slots=True)
class Client:
    """A contract holder: a practice or a professional in their own name."""

    id: int
    name: str
    kind: ClientKind


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at a client; `client_id` is None until a technician says where they belong (C3)."""

    id: int
    name: str
    client_id: int | None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """A yearly contract (C19). `allowance_units` per period (C10); `ends_on` is its last day after notice (C21)."""

    id: int
    client_id: int
    starts_on: date
    allowance_units: int
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class CoveragePeriod:
    """A stored period of a contract: both days counted."""

    id: int
    contract_id: int
    nth: int
    starts_on: date
    ends_on: date
    allowance_units: int
