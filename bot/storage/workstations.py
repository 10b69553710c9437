"""Workstations, their sheets, and clients' changes, in SQL."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.workstations import ChangeKind, ChecklistItem, ClientChange, Workstation
from bot.rules.folding import fold
from bot.storage.statements import insert_or_update
from bot.storage.tables import client_changes, workstation_items, workstations


def _change(row: Row[Any]) -> ClientChange:
    return ClientChange(
        id=row.id,
        client_id=row.client_id,
        kind=ChangeKind(row.kind),
        workstation_id=row.workstation_id,
        asked_on=row.asked_on,
        agreed=row.agreed,
        decided_on=row.decided_on,
        decided_by=row.decided_by,
        done_on=row.done_on,
        restored_on=row.restored_on,
        ticket_id=row.ticket_id,
        note=row.note,
    )


def _values(change: ClientChange) -> dict[str, object]:
    return {
        "client_id": change.client_id,
        "kind": change.kind,
        "workstation_id": change.workstation_id,
        "asked_on": change.asked_on,
        "agreed": change.agreed,
        "decided_on": change.decided_on,
        "decided_by": change.decided_by,
        "done_on": change.done_on,
        "restored_on": change.restored_on,
        "ticket_id": change.ticket_id,
        "note": change.note,
    }


class SqlWorkstations:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_client(self, client_id: int) -> list[Workstation]:
        rows = await self._connection.execute(
            select(workstations).where(workstations.c.client_id == client_id).order_by(workstations.c.folded_name)
        )
        return [await self._with_items(row) for row in rows.all()]

    async def get(self, workstation_id: int) -> Workstation | None:
        row = (await self._connection.execute(select(workstations).where(workstations.c.id == workstation_id))).first()
        return await self._with_items(row) if row else None

    async def _with_items(self, row: Row[Any]) -> Workstation:
        items = await self._connection.execute(
            select(workstation_items).where(workstation_items.c.workstation_id == row.id)
        )
        ticked = {ChecklistItem(item.item): item.ticked_on for item in items}
        return Workstation(row.id, row.client_id, row.name, row.notes, ticked)

    async def add(self, client_id: int, name: str, *, notes: str = "") -> Workstation:
        result = await self._connection.execute(
            workstations.insert(), {"client_id": client_id, "name": name, "folded_name": fold(name), "notes": notes}
        )
        key = result.inserted_primary_key
        assert key is not None
        return Workstation(int(key[0]), client_id, name, notes)

    async def save(self, workstation_id: int, *, name: str, notes: str) -> None:
        await self._connection.execute(
            update(workstations)
            .where(workstations.c.id == workstation_id)
            .values(name=name, folded_name=fold(name), notes=notes)
        )

    async def tick(self, workstation_id: int, item: ChecklistItem, on: date | None) -> None:
        if on is None:
            await self._connection.execute(
                delete(workstation_items).where(
                    workstation_items.c.workstation_id == workstation_id, workstation_items.c.item == item
                )
            )
            return
        await self._connection.execute(
            insert_or_update(workstation_items, self._connection.dialect, ["workstation_id", "item"], ["ticked_on"]),
            {"workstation_id": workstation_id, "item": item, "ticked_on": on},
        )

    async def changes_of(self, client_id: int) -> list[ClientChange]:
        rows = await self._connection.execute(
            select(client_changes).where(client_changes.c.client_id == client_id).order_by(client_changes.c.id)
        )
        return [_change(row) for row in rows]

    async def change(self, change_id: int) -> ClientChange | None:
        row = (await self._connection.execute(select(client_changes).where(client_changes.c.id == change_id))).first()
        return _change(row) if row else None

    async def add_change(self, change: ClientChange) -> ClientChange:
        result = await self._connection.execute(client_changes.insert(), _values(change))
        key = result.inserted_primary_key
        assert key is not None
        return replace(change, id=int(key[0]))

    async def save_change(self, change: ClientChange) -> None:
        await self._connection.execute(
            update(client_changes).where(client_changes.c.id == change.id).values(**_values(change))
        )
