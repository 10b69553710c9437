"""Contracts and their life: periods, terms changed for one contract, payments, what is to be said and when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

ALLOWANCE_UNITS = 12
"""Units a period (C10)."""
PRICE_CENTS = 33_000
"""330,00 € a period, incl. tax (C24)."""


class Ending(StrEnum):
    """Why a contract has a last day."""

    NOTICE = "notice"  # the client's registered letter (C21)
    TERMINATION = "termination"  # the shop's, for arrears (C22), or agreed


@dataclass(frozen=True, slots=True)
class Contract:
    """A yearly contract (C19). `allowance_units` and `price_cents` are those it was signed with, per period (C10, C24).

    `ends_on` is its last day, once that is known; `ending` says why, and `notice_received_on` when the letter came.
    """

    id: int
    client_id: int
    starts_on: date
    allowance_units: int
    ends_on: date | None = None
    signed_on: date | None = None
    price_cents: int = PRICE_CENTS
    ending: Ending | None = None
    notice_received_on: date | None = None


@dataclass(frozen=True, slots=True)
class CoveragePeriod:
    """A stored period of a contract: both days counted, and the package it was opened with."""

    id: int
    contract_id: int
    nth: int
    starts_on: date
    ends_on: date
    allowance_units: int


class Term(StrEnum):
    """What can be agreed otherwise for one contract."""

    ALLOWANCE = "allowance_units"  # units a period (C10)
    PRICE = "price_cents"  # a period's price (C24)
    COUNTED = "counted"  # "yes" or "no": counted whatever the kind of client (C11)
    ROUNDING = "rounding"  # "ticket" or "sitting" (C7)
    GUARANTEE = "guarantee_months"  # (C9)
    NOTICE = "notice_months"  # (C21)


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term of one contract from a day on; appended, never changed. Of one day's, the last one written holds."""

    contract_id: int
    term: Term
    value: str
    from_on: date
    author: str
    at: datetime
    id: int = 0


class PaymentMethod(StrEnum):
    TRANSFER = "transfer"
    CHEQUE = "cheque"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for a period (C24); appended, never changed: a mistake is a payment below zero."""

    period_id: int
    amount_cents: int
    method: PaymentMethod
    paid_on: date
    author: str
    at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class ContractMilestone:
    """Something that is due in a contract's life: `name` says what ("renewal:2:4m"), once each for a contract."""

    id: int
    contract_id: int
    name: str
    remind_at: datetime
