"""The inbox and the cursors in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.inbox import InboxEntry, InboxState, Source
from bot.storage.statements import insert_new, insert_or_update, spelled
from bot.storage.tables import cursors, inbox

_PENDING = (
    select(inbox)
    .where(inbox.c.state == spelled(InboxState.PENDING), inbox.c.source != Source.MAIL)
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_PENDING_MAILS = (
    select(inbox)
    .where(
        inbox.c.state == spelled(InboxState.PENDING),
        inbox.c.source == Source.MAIL,
        inbox.c.id > bindparam("after"),
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_SETTLE = (
    update(inbox)
    .where(inbox.c.id == bindparam("entry"), inbox.c.state == InboxState.PENDING)
    .values(state=InboxState.HANDLED, handled_at=bindparam("now"), ticket_id=bindparam("ticket"))
)


_KEPT = (inbox.c.state == spelled(InboxState.HANDLED), inbox.c.problem.is_not(None), inbox.c.ticket_id.is_(None))
"""An index holds just these."""


def inbox_row(entry: InboxEntry) -> dict[str, object]:
    """An entry as a row to insert."""
    return {
        "source": entry.source,
        "external_id": entry.external_id,
        "payload": entry.payload,
        "received_at": entry.received_at,
        "occurred_at": entry.occurred_at,
    }


def _entry(row: Row[Any]) -> InboxEntry:
    return InboxEntry(Source(row.source), row.external_id, row.payload, row.received_at, row.occurred_at, id=row.id)


class SqlInbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, entry: InboxEntry) -> bool:
        statement = insert_new(inbox, self._connection.dialect, "source", "external_id")
        return (await self._connection.execute(statement, inbox_row(entry))).rowcount == 1

    async def unseen(self, source: Source, external_ids: Sequence[str]) -> set[str]:
        seen = await self._connection.execute(
            select(inbox.c.external_id).where(inbox.c.source == source, inbox.c.external_id.in_(external_ids))
        )
        return set(external_ids) - set(seen.scalars())

    async def pending(self, limit: int) -> list[InboxEntry]:
        return [_entry(row) for row in await self._connection.execute(_PENDING, {"most": limit})]

    async def pending_mails(self, limit: int, *, after: int = 0) -> list[InboxEntry]:
        found = await self._connection.execute(_PENDING_MAILS, {"most": limit, "after": after})
        return [_entry(row) for row in found]

    async def get(self, entry_id: int) -> InboxEntry | None:
        row = (await self._connection.execute(select(inbox).where(inbox.c.id == entry_id))).first()
        return _entry(row) if row else None

    async def settle(self, entry_id: int, now: datetime, *, ticket_id: int | None = None) -> bool:
        values = {"entry": entry_id, "now": now, "ticket": ticket_id}
        return (await self._connection.execute(_SETTLE, values)).rowcount == 1

    async def point_to(self, entry_id: int, ticket_id: int) -> None:
        await self._connection.execute(update(inbox).where(inbox.c.id == entry_id).values(ticket_id=ticket_id))

    async def remark(self, entry_id: int, problem: str) -> None:
        await self._connection.execute(update(inbox).where(inbox.c.id == entry_id).values(problem=problem))

    async def kept(self, *, limit: int) -> list[tuple[InboxEntry, str]]:
        rows = await self._connection.execute(select(inbox).where(*_KEPT).order_by(inbox.c.id.desc()).limit(limit))
        return [(_entry(row), row.problem) for row in rows]

    async def count_kept(self, *, since: datetime) -> int:
        found = await self._connection.execute(
            select(func.count()).select_from(inbox).where(*_KEPT, inbox.c.received_at >= since)
        )
        return int(found.scalar_one())

    async def quarantine(self, entry_id: int, now: datetime, *, problem: str, ticket_id: int | None = None) -> bool:
        result = await self._connection.execute(
            update(inbox)
            .where(inbox.c.id == entry_id, inbox.c.state == InboxState.PENDING)
            .values(state=InboxState.QUARANTINED, handled_at=now, problem=problem, ticket_id=ticket_id)
        )
        return result.rowcount == 1

    async def quarantined(self) -> list[tuple[InboxEntry, str]]:
        rows = await self._connection.execute(
            select(inbox).where(inbox.c.state == InboxState.QUARANTINED).order_by(inbox.c.id)
        )
        return [(_entry(row), row.problem) for row in rows]

    async def replay(self, entry_id: int) -> bool:
        result = await self._connection.execute(
            update(inbox)
            .where(inbox.c.id == entry_id, inbox.c.state == InboxState.QUARANTINED)
            .values(state=InboxState.PENDING, handled_at=None, problem=None)
        )
        return result.rowcount == 1

    async def reports_on(self, source: Source, provider_id: str) -> list[InboxEntry]:
        rows = await self._connection.execute(
            select(inbox)
            .where(
                inbox.c.source == source,
                inbox.c.external_id >= f"{provider_id}:",
                inbox.c.external_id < f"{provider_id};",
            )
            .order_by(inbox.c.id)
        )
        return [_entry(row) for row in rows]

    async def oldest_pending(self) -> datetime | None:
        found = await self._connection.execute(
            select(func.min(inbox.c.received_at)).where(inbox.c.state == spelled(InboxState.PENDING))
        )
        return cast("datetime | None", found.scalar())


class SqlCursors:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str) -> str | None:
        found = await self._connection.execute(select(cursors.c.value).where(cursors.c.name == name))
        return cast("str | None", found.scalar())

    async def put(self, name: str, value: str, now: datetime) -> None:
        statement = insert_or_update(cursors, self._connection.dialect, ["name"], ["value", "updated_at"])
        await self._connection.execute(statement, {"name": name, "value": value, "updated_at": now})
