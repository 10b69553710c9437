"""Contracts, what is due in their life, and the ledger."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.contracts import (
    PRICE_CENTS,
    Contract,
    ContractMilestone,
    CoveragePeriod,
    Ending,
    Payment,
    TermChange,
)
from bot.domain.interventions import LedgerLine


class Contracts(Protocol):
    """Contracts, their terms and periods, payments, and the ledger (C7-C13, C19-C24)."""

    async def contracts_of(self, client_id: int) -> list[Contract]: ...

    async def contract_on(self, client_id: int, on: date) -> Contract | None: ...

    async def add_contract(
        self,
        client_id: int,
        *,
        starts_on: date,
        allowance_units: int,
        ends_on: date | None,
        now: datetime,
        signed_on: date | None = None,
        price_cents: int = PRICE_CENTS,
    ) -> Contract: ...

    async def contract(self, contract_id: int) -> Contract | None: ...

    async def end_contract(
        self, contract_id: int, *, ends_on: date | None, ending: Ending | None, notice_received_on: date | None = None
    ) -> None:
        """Its last day and why; None takes the end back."""
        ...

    async def change_contract(self, contract: Contract) -> None:
        """Store its allowance, price, signature and end as they stand on it; the client and the start stay."""
        ...

    async def period(self, contract: Contract, *, nth: int, starts_on: date, ends_on: date) -> CoveragePeriod:
        """The stored period; if it is not there yet it is opened, with the package in force on its first day."""
        ...

    async def add_term(self, change: TermChange) -> None: ...

    async def terms_of(self, contract_id: int) -> list[TermChange]:
        """The terms changed for this contract, in the order they were written."""
        ...

    async def add_payment(self, payment: Payment) -> None: ...

    async def payments_of(self, period_id: int) -> list[Payment]: ...

    async def period_by_id(self, period_id: int) -> CoveragePeriod | None: ...

    async def periods_of(self, client_id: int) -> list[CoveragePeriod]: ...

    def all_periods(self) -> AsyncIterator[CoveragePeriod]: ...

    def all_payments(self) -> AsyncIterator[Payment]: ...

    async def used(self, period_id: int, *, until: datetime | None = None) -> int:
        """The sum of the period's ledger lines, in units."""
        ...

    async def counted_for(self, intervention_id: int) -> dict[tuple[int, int | None], int]:
        """The sum of an intervention's lines, by client and period."""
        ...

    async def add_line(self, line: LedgerLine) -> None: ...

    async def lines_of(self, client_id: int) -> list[LedgerLine]: ...

    async def all_contracts(self) -> list[Contract]: ...

    def all_lines(self) -> AsyncIterator[LedgerLine]: ...


class ContractMilestones(Protocol):
    """What is due in the life of contracts (C17's way, for C20-C22): each name once for a contract."""

    async def plan(self, contract_id: int, rows: Sequence[tuple[str, datetime]]) -> None:
        """Add (name, remind_at) rows; one that is pending or was cancelled gets this time, one that was told stays."""
        ...

    async def due(self, now: datetime, *, limit: int = 1000) -> list[ContractMilestone]:
        """Pending rows whose time has come, the earliest first."""
        ...

    async def settle(self, ids: Sequence[int], now: datetime, *, state: str = "sent") -> None: ...

    async def cancel(self, contract_id: int, now: datetime, *, names: Sequence[str] | None = None) -> None:
        """Pending rows of a contract (of these names, where any are given) will not be told."""
        ...

    async def tell_once(self, contract_id: int, name: str, now: datetime) -> bool:
        """Claim something that is said once for a contract; False when it was said before."""
        ...

    async def of_contract(self, contract_id: int) -> list[tuple[str, datetime, str]]:
        """(name, remind_at, state) of each, by time."""
        ...

    async def next_at(self) -> datetime | None: ...
