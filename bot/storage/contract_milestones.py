"""What is due in the life of contracts, in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contracts import ContractMilestone
from bot.storage.statements import insert_new, insert_or_update, spelled
from bot.storage.tables import contract_milestones as rows

_PENDING = rows.c.state == spelled("pending")


class SqlContractMilestones:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, contract_id: int, planned: Sequence[tuple[str, datetime]]) -> None:
        statement = insert_or_update(
            rows,
            self._connection.dialect,
            ["contract_id", "name"],
            ["remind_at", "state", "settled_at"],
            where=rows.c.state.in_(("pending", "cancelled")),
        )
        for name, remind_at in planned:
            await self._connection.execute(
                statement,
                {
                    "contract_id": contract_id,
                    "name": name,
                    "remind_at": remind_at,
                    "state": "pending",
                    "settled_at": None,
                },
            )

    async def due(self, now: datetime, *, limit: int = 1000) -> list[ContractMilestone]:
        found = await self._connection.execute(
            select(rows)
            .where(_PENDING, rows.c.remind_at <= now)
            .order_by(rows.c.remind_at, rows.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [ContractMilestone(row.id, row.contract_id, row.name, row.remind_at) for row in found]

    async def settle(self, ids: Sequence[int], now: datetime, *, state: str = "sent") -> None:
        await self._connection.execute(update(rows).where(rows.c.id.in_(ids)).values(state=state, settled_at=now))

    async def cancel(self, contract_id: int, now: datetime, *, names: Sequence[str] | None = None) -> None:
        statement = update(rows).where(rows.c.contract_id == contract_id, _PENDING)
        if names is not None:
            statement = statement.where(rows.c.name.in_(names))
        await self._connection.execute(statement.values(state="cancelled", settled_at=now))

    async def tell_once(self, contract_id: int, name: str, now: datetime) -> bool:
        added = await self._connection.execute(
            insert_new(rows, self._connection.dialect, "contract_id", "name"),
            {"contract_id": contract_id, "name": name, "remind_at": now, "state": "sent", "settled_at": now},
        )
        return added.rowcount == 1

    async def of_contract(self, contract_id: int) -> list[tuple[str, datetime, str]]:
        found = await self._connection.execute(
            select(rows).where(rows.c.contract_id == contract_id).order_by(rows.c.remind_at, rows.c.id)
        )
        return [(row.name, row.remind_at, row.state) for row in found]

    async def next_at(self) -> datetime | None:
        at: datetime | None = await self._connection.scalar(
            select(rows.c.remind_at).where(_PENDING).order_by(rows.c.remind_at).limit(1)
        )
        return at
