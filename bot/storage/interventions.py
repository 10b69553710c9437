"""Interventions and their sittings in SQL."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.interventions import Intervention, Sitting
from bot.domain.tickets import Outcome
from bot.storage.tables import interventions, sittings

PAGE = 500


def _sitting(row: Row[Any]) -> Sitting:
    return Sitting(row.id, row.technician_id, row.started_at, row.ended_at, row.remote)


def _outcome(value: str | None) -> Outcome | None:
    return Outcome(value) if value else None


def _intervention(row: Row[Any], worked: Sequence[Sitting]) -> Intervention:
    return Intervention(
        id=row.id,
        ticket_id=row.ticket_id,
        client_id=row.client_id,
        doctor=row.doctor,
        reason=row.reason,
        outcome=_outcome(row.outcome),
        decision=row.decision,
        rule=row.rule,
        units=row.units,
        sittings=tuple(worked),
        pending_outcome=_outcome(row.pending_outcome),
        workstation_id=row.workstation_id,
        workstation_asked=row.workstation_asked,
        guarantee_of=row.guarantee_of,
        guarantee_asked=row.guarantee_asked,
        decision_reason=row.decision_reason,
    )


class SqlInterventions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_ticket(self, number: int) -> Intervention | None:
        return await self._first(interventions.c.ticket_id == number)

    async def get(self, intervention_id: int) -> Intervention | None:
        return await self._first(interventions.c.id == intervention_id)

    async def of_client(self, client_id: int) -> list[Intervention]:
        rows = await self._connection.execute(
            select(interventions)
            .where(interventions.c.client_id == client_id, interventions.c.outcome.is_not(None))
            .order_by(interventions.c.ticket_id)
        )
        theirs = select(interventions.c.id).where(interventions.c.client_id == client_id)
        by_intervention = await self._sittings_by_intervention(sittings.c.intervention_id.in_(theirs))
        return [_intervention(row, by_intervention[row.id]) for row in rows]

    async def stream(self) -> AsyncIterator[Intervention]:
        last = 0
        while True:
            page = select(interventions).where(interventions.c.id > last).order_by(interventions.c.id).limit(PAGE)
            rows = (await self._connection.execute(page)).all()
            if not rows:
                return
            worked = await self._sittings_by_intervention(sittings.c.intervention_id.between(rows[0].id, rows[-1].id))
            for row in rows:
                yield _intervention(row, worked[row.id])
            last = rows[-1].id

    async def _sittings_by_intervention(self, condition: ColumnElement[bool]) -> dict[int, list[Sitting]]:
        found = await self._connection.execute(
            select(sittings).where(condition).order_by(sittings.c.started_at, sittings.c.id)
        )
        by_intervention: dict[int, list[Sitting]] = defaultdict(list)
        for row in found:
            by_intervention[row.intervention_id].append(_sitting(row))
        return by_intervention

    async def _first(self, condition: ColumnElement[bool]) -> Intervention | None:
        row = (await self._connection.execute(select(interventions).where(condition))).first()
        if row is None:
            return None
        found = await self._connection.execute(
            select(sittings).where(sittings.c.intervention_id == row.id).order_by(sittings.c.started_at, sittings.c.id)
        )
        return _intervention(row, [_sitting(sitting) for sitting in found])

    async def open(self, number: int, *, client_id: int | None, now: datetime) -> Intervention:
        result = await self._connection.execute(
            interventions.insert(), {"ticket_id": number, "client_id": client_id, "created_at": now}
        )
        key = result.inserted_primary_key
        assert key is not None
        return Intervention(int(key[0]), number, client_id)

    async def save(self, intervention: Intervention) -> None:
        await self._connection.execute(
            update(interventions)
            .where(interventions.c.id == intervention.id)
            .values(
                client_id=intervention.client_id,
                doctor=intervention.doctor,
                reason=intervention.reason,
                outcome=intervention.outcome,
                pending_outcome=intervention.pending_outcome,
                decision=intervention.decision,
                rule=intervention.rule,
                units=intervention.units,
                workstation_id=intervention.workstation_id,
                workstation_asked=intervention.workstation_asked,
                guarantee_of=intervention.guarantee_of,
                guarantee_asked=intervention.guarantee_asked,
                decision_reason=intervention.decision_reason,
            )
        )

    async def start_sitting(self, intervention_id: int, *, technician_id: int, started_at: datetime) -> None:
        await self._connection.execute(
            sittings.insert(),
            {"intervention_id": intervention_id, "technician_id": technician_id, "started_at": started_at},
        )

    async def save_sitting(self, sitting: Sitting) -> None:
        await self._connection.execute(
            update(sittings)
            .where(sittings.c.id == sitting.id)
            .values(started_at=sitting.started_at, ended_at=sitting.ended_at, remote=sitting.remote)
        )

    async def drop_sittings(self, ids: Sequence[int]) -> None:
        await self._connection.execute(
            delete(sittings).where(sittings.c.id == bindparam("gone")), [{"gone": i} for i in ids]
        )

    async def recent_doctors(self, client_id: int, *, limit: int = 4) -> list[str]:
        rows = await self._connection.execute(
            select(interventions.c.doctor)
            .where(interventions.c.client_id == client_id, interventions.c.doctor.is_not(None))
            .order_by(interventions.c.id.desc())
            .limit(50)
        )
        return list(dict.fromkeys(rows.scalars()))[:limit]
