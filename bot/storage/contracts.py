"""Contracts, coverage periods and the ledger in SQL."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Table, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contracts import (
    PRICE_CENTS,
    Contract,
    CoveragePeriod,
    Ending,
    Payment,
    PaymentMethod,
    Term,
    TermChange,
)
from bot.domain.interventions import LedgerLine
from bot.rules.contract_terms import terms_on
from bot.storage.statements import insert_new
from bot.storage.tables import contract_terms, contracts, ledger, payments, periods

PAGE = 500


def _contract(row: Row[Any]) -> Contract:
    return Contract(
        row.id,
        row.client_id,
        row.starts_on,
        row.allowance_units,
        row.ends_on,
        signed_on=row.signed_on,
        price_cents=row.price_cents,
        ending=Ending(row.ending) if row.ending else None,
        notice_received_on=row.notice_received_on,
    )


def _period(row: Row[Any]) -> CoveragePeriod:
    return CoveragePeriod(row.id, row.contract_id, row.nth, row.starts_on, row.ends_on, row.allowance_units)


def term_change(row: Row[Any]) -> TermChange:
    return TermChange(row.contract_id, Term(row.term), row.value, row.from_on, row.author, row.at, row.id)


def _payment(row: Row[Any]) -> Payment:
    return Payment(row.period_id, row.amount_cents, PaymentMethod(row.method), row.paid_on, row.author, row.at, row.id)


def _line(row: Row[Any]) -> LedgerLine:
    return LedgerLine(
        client_id=row.client_id,
        intervention_id=row.intervention_id,
        ticket_id=row.ticket_id,
        period_id=row.period_id,
        units=row.units,
        decision=row.decision,
        rule=row.rule,
        author=row.author,
        at=row.at,
        reason=row.reason,
        id=row.id,
    )


class SqlContracts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def contracts_of(self, client_id: int) -> list[Contract]:
        rows = await self._connection.execute(
            select(contracts).where(contracts.c.client_id == client_id).order_by(contracts.c.starts_on)
        )
        return [_contract(row) for row in rows]

    async def all_contracts(self) -> list[Contract]:
        return [_contract(row) for row in await self._connection.execute(select(contracts).order_by(contracts.c.id))]

    async def contract_on(self, client_id: int, on: date) -> Contract | None:
        row = (
            await self._connection.execute(
                select(contracts)
                .where(
                    contracts.c.client_id == client_id,
                    contracts.c.starts_on <= on,
                    or_(contracts.c.ends_on.is_(None), contracts.c.ends_on >= on),
                )
                .order_by(contracts.c.starts_on.desc())
                .limit(1)
            )
        ).first()
        return _contract(row) if row else None

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
    ) -> Contract:
        result = await self._connection.execute(
            contracts.insert(),
            {
                "client_id": client_id,
                "starts_on": starts_on,
                "allowance_units": allowance_units,
                "ends_on": ends_on,
                "signed_on": signed_on,
                "price_cents": price_cents,
                "created_at": now,
            },
        )
        key = result.inserted_primary_key
        assert key is not None
        return Contract(int(key[0]), client_id, starts_on, allowance_units, ends_on, signed_on, price_cents)

    async def contract(self, contract_id: int) -> Contract | None:
        row = (await self._connection.execute(select(contracts).where(contracts.c.id == contract_id))).first()
        return _contract(row) if row else None

    async def end_contract(
        self, contract_id: int, *, ends_on: date | None, ending: Ending | None, notice_received_on: date | None = None
    ) -> None:
        await self._connection.execute(
            update(contracts)
            .where(contracts.c.id == contract_id)
            .values(ends_on=ends_on, ending=ending, notice_received_on=notice_received_on)
        )

    async def change_contract(self, contract: Contract) -> None:
        await self._connection.execute(
            update(contracts)
            .where(contracts.c.id == contract.id)
            .values(
                allowance_units=contract.allowance_units,
                price_cents=contract.price_cents,
                signed_on=contract.signed_on,
                ends_on=contract.ends_on,
                ending=contract.ending,
                notice_received_on=contract.notice_received_on,
            )
        )

    async def period(self, contract: Contract, *, nth: int, starts_on: date, ends_on: date) -> CoveragePeriod:
        terms = terms_on(contract, await self.terms_of(contract.id), starts_on)
        await self._connection.execute(
            insert_new(periods, self._connection.dialect, "contract_id", "nth"),
            {
                "contract_id": contract.id,
                "nth": nth,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "allowance_units": terms.allowance_units,
            },
        )
        row = await self._connection.execute(
            select(periods).where(periods.c.contract_id == contract.id, periods.c.nth == nth)
        )
        return _period(row.one())

    async def period_by_id(self, period_id: int) -> CoveragePeriod | None:
        row = (await self._connection.execute(select(periods).where(periods.c.id == period_id))).first()
        return _period(row) if row else None

    async def periods_of(self, client_id: int) -> list[CoveragePeriod]:
        rows = await self._connection.execute(
            select(periods)
            .join(contracts, contracts.c.id == periods.c.contract_id)
            .where(contracts.c.client_id == client_id)
            .order_by(periods.c.starts_on)
        )
        return [_period(row) for row in rows]

    async def add_term(self, change: TermChange) -> None:
        await self._connection.execute(
            contract_terms.insert(),
            {
                "contract_id": change.contract_id,
                "term": change.term,
                "value": change.value,
                "from_on": change.from_on,
                "author": change.author,
                "at": change.at,
            },
        )

    async def terms_of(self, contract_id: int) -> list[TermChange]:
        rows = await self._connection.execute(
            select(contract_terms).where(contract_terms.c.contract_id == contract_id).order_by(contract_terms.c.id)
        )
        return [term_change(row) for row in rows]

    async def add_payment(self, payment: Payment) -> None:
        await self._connection.execute(
            payments.insert(),
            {
                "period_id": payment.period_id,
                "amount_cents": payment.amount_cents,
                "method": payment.method,
                "paid_on": payment.paid_on,
                "author": payment.author,
                "at": payment.at,
            },
        )

    async def payments_of(self, period_id: int) -> list[Payment]:
        rows = await self._connection.execute(
            select(payments).where(payments.c.period_id == period_id).order_by(payments.c.id)
        )
        return [_payment(row) for row in rows]

    async def all_payments(self) -> AsyncIterator[Payment]:
        async for row in self._paged(payments):
            yield _payment(row)

    async def all_periods(self) -> AsyncIterator[CoveragePeriod]:
        async for row in self._paged(periods):
            yield _period(row)

    async def used(self, period_id: int, *, until: datetime | None = None) -> int:
        statement = select(func.coalesce(func.sum(ledger.c.units), 0)).where(ledger.c.period_id == period_id)
        if until is not None:
            statement = statement.where(ledger.c.at <= until)
        return int((await self._connection.execute(statement)).scalar_one())

    async def counted_for(self, intervention_id: int) -> dict[tuple[int, int | None], int]:
        rows = await self._connection.execute(
            select(ledger.c.client_id, ledger.c.period_id, func.sum(ledger.c.units))
            .where(ledger.c.intervention_id == intervention_id)
            .group_by(ledger.c.client_id, ledger.c.period_id)
        )
        return {(client_id, period_id): int(units) for client_id, period_id, units in rows}

    async def add_line(self, line: LedgerLine) -> None:
        await self._connection.execute(
            ledger.insert(),
            {
                "client_id": line.client_id,
                "intervention_id": line.intervention_id,
                "ticket_id": line.ticket_id,
                "period_id": line.period_id,
                "units": line.units,
                "decision": line.decision,
                "rule": line.rule,
                "author": line.author,
                "at": line.at,
                "reason": line.reason,
            },
        )

    async def lines_of(self, client_id: int) -> list[LedgerLine]:
        rows = await self._connection.execute(
            select(ledger).where(ledger.c.client_id == client_id).order_by(ledger.c.id)
        )
        return [_line(row) for row in rows]

    async def all_lines(self) -> AsyncIterator[LedgerLine]:
        async for row in self._paged(ledger):
            yield _line(row)

    async def _paged(self, table: Table) -> AsyncIterator[Row[Any]]:
        """Every row by id, a page at a time."""
        last = 0
        page = select(table).where(table.c.id > bindparam("last")).order_by(table.c.id).limit(PAGE)
        while True:
            rows = (await self._connection.execute(page, {"last": last})).all()
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            last = rows[-1].id
