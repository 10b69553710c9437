"""Contracts, coverage periods and the ledger in SQL."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contracts import Contract, CoveragePeriod
from bot.domain.interventions import LedgerLine
from bot.storage.statements import insert_new
from bot.storage.tables import contracts, ledger, periods

PAGE = 500


def _contract(row: Row[Any]) -> Contract:
    return Contract(row.id, row.client_id, row.starts_on, row.allowance_units, row.ends_on)


def _period(row: Row[Any]) -> CoveragePeriod:
    return CoveragePeriod(row.id, row.contract_id, row.nth, row.starts_on, row.ends_on, row.allowance_units)


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
        self, client_id: int, *, starts_on: date, allowance_units: int, ends_on: date | None, now: datetime
    ) -> Contract:
        result = await self._connection.execute(
            contracts.insert(),
            {
                "client_id": client_id,
                "starts_on": starts_on,
                "allowance_units": allowance_units,
                "ends_on": ends_on,
                "created_at": now,
            },
        )
        key = result.inserted_primary_key
        assert key is not None
        return Contract(int(key[0]), client_id, starts_on, allowance_units, ends_on)

    async def change_contract(self, contract_id: int, *, allowance_units: int, ends_on: date | None) -> None:
        await self._connection.execute(
            update(contracts)
            .where(contracts.c.id == contract_id)
            .values(allowance_units=allowance_units, ends_on=ends_on)
        )

    async def period(self, contract: Contract, *, nth: int, starts_on: date, ends_on: date) -> CoveragePeriod:
        await self._connection.execute(
            insert_new(periods, self._connection.dialect, "contract_id", "nth"),
            {
                "contract_id": contract.id,
                "nth": nth,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "allowance_units": contract.allowance_units,
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
            },
        )

    async def lines_of(self, client_id: int) -> list[LedgerLine]:
        rows = await self._connection.execute(
            select(ledger).where(ledger.c.client_id == client_id).order_by(ledger.c.id)
        )
        return [_line(row) for row in rows]

    async def all_lines(self) -> AsyncIterator[LedgerLine]:
        last = 0
        page = select(ledger).where(ledger.c.id > bindparam("last")).order_by(ledger.c.id).limit(PAGE)
        while rows := (await self._connection.execute(page, {"last": last})).all():
            for row in rows:
                yield _line(row)
            last = rows[-1].id
