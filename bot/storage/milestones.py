"""Milestones in SQL: the cost of a tick grows with what is due, not with what is open (principle 3)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.milestones import DueMilestone, MilestoneKind
from bot.storage.statements import insert_or_update, spelled
from bot.storage.tables import milestones

_DUE = (
    select(milestones)
    .where(milestones.c.state == spelled("pending"), milestones.c.remind_at <= bindparam("now"))
    .order_by(milestones.c.remind_at, milestones.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


class SqlMilestones:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, ticket_id: int, kind: MilestoneKind, rows: Sequence[tuple[str, datetime, datetime]]) -> None:
        if not rows:
            return
        await self._connection.execute(
            insert_or_update(
                milestones,
                self._connection.dialect,
                ["ticket_id", "name"],
                ["due_at", "remind_at", "state", "settled_at"],
                where=(milestones.c.state == spelled("pending")) | (milestones.c.state == "cancelled"),
            ),
            [
                {
                    "ticket_id": ticket_id,
                    "kind": kind,
                    "name": name,
                    "due_at": due_at,
                    "remind_at": remind_at,
                    "state": "pending",
                    "settled_at": None,
                }
                for name, due_at, remind_at in rows
            ],
        )

    async def due(self, now: datetime, *, limit: int = 1000) -> list[DueMilestone]:
        rows = await self._connection.execute(_DUE, {"now": now, "most": limit})
        return [
            DueMilestone(row.id, row.ticket_id, MilestoneKind(row.kind), row.name, row.due_at, row.remind_at)
            for row in rows
        ]

    async def settle(self, sent: Sequence[int], superseded: Sequence[int], now: datetime) -> None:
        for state, ids in (("sent", sent), ("superseded", superseded)):
            if ids:
                await self._connection.execute(
                    update(milestones).where(milestones.c.id.in_(ids)).values(state=state, settled_at=now)
                )

    async def postpone(self, ids: Sequence[int], until: datetime) -> None:
        await self._connection.execute(update(milestones).where(milestones.c.id.in_(ids)).values(remind_at=until))

    async def cancel(self, ticket_id: int, kind: MilestoneKind, now: datetime) -> None:
        await self._connection.execute(
            update(milestones)
            .where(
                milestones.c.ticket_id == ticket_id, milestones.c.kind == kind, milestones.c.state == spelled("pending")
            )
            .values(state="cancelled", settled_at=now)
        )

    async def of_ticket(self, ticket_id: int) -> list[tuple[str, datetime, str]]:
        rows = await self._connection.execute(
            select(milestones.c.name, milestones.c.due_at, milestones.c.state)
            .where(milestones.c.ticket_id == ticket_id)
            .order_by(milestones.c.due_at, milestones.c.id)
        )
        return [(row.name, row.due_at, row.state) for row in rows]

    async def next_reminder_at(self) -> datetime | None:
        row = await self._connection.execute(
            select(milestones.c.remind_at)
            .where(milestones.c.state == spelled("pending"))
            .order_by(milestones.c.remind_at)
            .limit(1)
        )
        return row.scalar()
