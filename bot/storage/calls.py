"""Calls in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calls import Call, CallState, Recording
from bot.storage.statements import insert_new
from bot.storage.tables import calls, media


def _call(row: Row[Any]) -> Call:
    return Call(
        sid=row.sid,
        started_at=row.started_at,
        caller=row.caller,
        state=CallState(row.state),
        settle_at=row.settle_at,
        technician_id=row.technician_id,
        talked_seconds=row.talked_seconds,
        recording=_recording(row),
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        id=row.id,
    )


def _recording(row: Row[Any]) -> Recording | None:
    if row.recording_sid is None:
        return None
    return Recording(row.recording_sid, row.recording_url, row.recording_seconds)


def _values(call: Call) -> dict[str, object]:
    recording = call.recording
    return {
        "caller": call.caller,
        "started_at": call.started_at,
        "state": call.state,
        "settle_at": call.settle_at,
        "technician_id": call.technician_id,
        "talked_seconds": call.talked_seconds,
        "recording_sid": recording.sid if recording else None,
        "recording_url": recording.url if recording else None,
        "recording_seconds": recording.seconds if recording else None,
        "ticket_id": call.ticket_id,
        "message_id": call.message_id,
    }


class SqlCalls:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self, call: Call) -> Call:
        statement = insert_new(calls, self._connection.dialect, "sid")
        await self._connection.execute(statement, {"sid": call.sid, **_values(call)})
        found = await self.get(call.sid)
        assert found is not None
        return found

    async def get(self, sid: str) -> Call | None:
        row = (await self._connection.execute(select(calls).where(calls.c.sid == sid).with_for_update())).first()
        return _call(row) if row else None

    async def caller(self, sid: str) -> str | None:
        found: str | None = await self._connection.scalar(select(calls.c.caller).where(calls.c.sid == sid))
        return found

    async def save(self, call: Call) -> None:
        await self._connection.execute(update(calls).where(calls.c.id == call.id).values(**_values(call)))

    async def due(self, now: datetime, *, limit: int = 100) -> list[str]:
        rows = await self._connection.execute(
            select(calls.c.sid).where(calls.c.settle_at <= now).order_by(calls.c.settle_at).limit(limit)
        )
        return list(rows.scalars())

    async def recordings_to_erase(self, *, until: datetime, refused_until: datetime, limit: int = 50) -> list[Call]:
        opened_nothing = and_(calls.c.message_id.is_(None), calls.c.started_at <= until)
        is_refused = and_(media.c.flaw != "", calls.c.started_at <= refused_until)
        rows = await self._connection.execute(
            select(calls)
            .outerjoin(media, media.c.message_id == calls.c.message_id)
            .where(calls.c.recording_sid.is_not(None), calls.c.recording_erased_at.is_(None))
            .where(or_(media.c.path.is_not(None), opened_nothing, is_refused))
            .order_by(calls.c.id)
            .limit(limit)
        )
        return [_call(row) for row in rows]

    async def erased(self, sid: str, now: datetime) -> None:
        await self._connection.execute(update(calls).where(calls.c.sid == sid).values(recording_erased_at=now))
