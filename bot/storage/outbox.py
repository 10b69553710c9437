"""The outbox in SQL: claimed by lanes, with leases."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.addresses import Address, Channel
from bot.domain.outbox import Kind, OutboxState, Outgoing, Rank, lane_of
from bot.storage.statements import spelled
from bot.storage.tables import mail_ids, outbox

_QUEUED = spelled(OutboxState.QUEUED)
_SENDING = spelled(OutboxState.SENDING)
_AUTOMATIC_TEXT = text("outbox.kind = 'text' AND outbox.automatic")
"""As the partial index says it: SQLite finds it by these very words."""

_waiting = outbox.alias("waiting")
_sending = outbox.alias("sending")
_HEAD = (
    select(_waiting.c.id)
    .where(_waiting.c.lane == outbox.c.lane, text("waiting.state IN ('queued', 'sending')"))
    .order_by(_waiting.c.rank, _waiting.c.id)
    .limit(1)
    .correlate(outbox)
    .scalar_subquery()
)
"""The first row of a lane: one look into the index of lanes, however long the lane is."""

_NEXT = (
    select(outbox)
    .where(
        outbox.c.state == _QUEUED,
        outbox.c.next_attempt_at <= bindparam("now"),
        outbox.c.lane.not_in(bindparam("busy", expanding=True)),
        outbox.c.channel.in_(bindparam("channels", expanding=True)),
        outbox.c.lane.not_in(select(_sending.c.lane).where(_sending.c.state == _SENDING)),
        outbox.c.id == _HEAD,
    )
    .order_by(outbox.c.rank, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _outgoing(row: Row[Any], *, attempts: int) -> Outgoing:
    return Outgoing(
        address=Address(Channel(row.channel), row.identifier),
        kind=Kind(row.kind),
        payload=json.loads(row.payload),
        rank=Rank(row.rank),
        automatic=row.automatic,
        ticket_id=row.ticket_id,
        message_id=row.message_id,
        coalesce=row.coalesce,
        id=row.id,
        attempts=attempts,
        uncertain=row.uncertain,
        created_at=row.created_at,
        provider_id=row.provider_id,
    )


class SqlOutbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, outgoing: Outgoing, now: datetime) -> int:
        if outgoing.coalesce is not None:
            await self.drop_waiting(outgoing.coalesce)
        result = await self._connection.execute(
            outbox.insert(),
            {
                "created_at": now,
                "channel": outgoing.address.channel,
                "identifier": outgoing.address.identifier,
                "lane": outgoing.lane,
                "kind": outgoing.kind,
                "payload": json.dumps(outgoing.payload),
                "rank": int(outgoing.rank),
                "automatic": outgoing.automatic,
                "ticket_id": outgoing.ticket_id,
                "message_id": outgoing.message_id,
                "coalesce": outgoing.coalesce,
                "next_attempt_at": now,
            },
        )
        key = result.inserted_primary_key
        assert key is not None
        return int(key[0])

    async def waiting(self, coalesce: str) -> Outgoing | None:
        row = (
            await self._connection.execute(
                select(outbox).where(outbox.c.coalesce == coalesce, outbox.c.state == _QUEUED)
            )
        ).first()
        return _outgoing(row, attempts=row.attempts) if row else None

    async def rewrite(self, row_id: int, payload: dict[str, object], rank: Rank) -> None:
        await self._connection.execute(
            update(outbox).where(outbox.c.id == row_id).values(payload=json.dumps(payload), rank=int(rank))
        )

    async def recover(self, now: datetime, *, busy: Sequence[str], everything: bool = False) -> int:
        stale = outbox.c.state == _SENDING
        if not everything:
            stale = stale & (outbox.c.lease_until < now) & outbox.c.lane.not_in(busy)
        result = await self._connection.execute(
            update(outbox).where(stale).values(state=OutboxState.QUEUED, uncertain=True, worker=None, lease_until=None)
        )
        return result.rowcount

    async def claim(
        self,
        now: datetime,
        *,
        until: datetime,
        worker: str,
        limit: int,
        busy: Sequence[str],
        channels: Sequence[Channel] = tuple(Channel),
    ) -> list[Outgoing]:
        await self.recover(now, busy=busy)
        values = {"now": now, "busy": list(busy), "channels": list(channels), "most": limit}
        rows = (await self._connection.execute(_NEXT, values)).all()
        if rows:
            await self._connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row.id for row in rows]))
                .values(
                    state=OutboxState.SENDING,
                    lease_until=until,
                    worker=worker,
                    attempts=outbox.c.attempts + 1,
                )
            )
        return [_outgoing(row, attempts=row.attempts + 1) for row in rows]

    async def renew(self, *, worker: str, until: datetime, lanes: Sequence[str]) -> None:
        await self._connection.execute(
            update(outbox)
            .where(
                outbox.c.state == _SENDING,
                outbox.c.lease_until < until,
                outbox.c.worker == worker,
                outbox.c.lane.in_(lanes),
            )
            .values(lease_until=until)
        )

    async def redirect(self, old: Address, new: Address) -> None:
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.lane == lane_of(old), outbox.c.state == _QUEUED)
            .values(channel=new.channel, identifier=new.identifier, lane=lane_of(new))
        )

    async def next_due(self, *, busy: Sequence[str], channels: Sequence[Channel] = tuple(Channel)) -> datetime | None:
        found = await self._connection.execute(
            select(func.min(outbox.c.next_attempt_at)).where(
                outbox.c.state == _QUEUED, outbox.c.lane.not_in(busy), outbox.c.channel.in_(channels)
            )
        )
        return cast("datetime | None", found.scalar())

    async def has_stale_lease(self, now: datetime, *, busy: Sequence[str]) -> bool:
        found = await self._connection.execute(
            select(outbox.c.id)
            .where(outbox.c.state == _SENDING, outbox.c.lease_until < now, outbox.c.lane.not_in(busy))
            .limit(1)
        )
        return found.first() is not None

    async def sent(self, row_id: int, now: datetime, provider_id: str) -> None:
        await self._settle(row_id, state=OutboxState.SENT, settled_at=now, provider_id=provider_id)

    async def retry(self, row_id: int, at: datetime, *, problem: str, uncertain: bool) -> None:
        await self._settle(row_id, state=OutboxState.QUEUED, next_attempt_at=at, problem=problem, uncertain=uncertain)

    async def put_off(self, row_id: int, at: datetime) -> None:
        await self._settle(row_id, state=OutboxState.QUEUED, next_attempt_at=at, attempts=outbox.c.attempts - 1)

    async def failed(self, row_id: int, now: datetime, *, code: str | None, problem: str) -> None:
        await self._settle(row_id, state=OutboxState.FAILED, settled_at=now, error_code=code, problem=problem)

    async def _settle(self, row_id: int, **values: object) -> None:
        await self._connection.execute(
            update(outbox).where(outbox.c.id == row_id).values(lease_until=None, worker=None, **values)
        )

    async def undone(self, row_id: int, now: datetime, *, code: str | None) -> bool:
        result = await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.state == OutboxState.SENT)
            .values(state=OutboxState.FAILED, settled_at=now, error_code=code)
        )
        return result.rowcount == 1

    async def by_provider_id(self, channels: Sequence[Channel], provider_id: str) -> Outgoing | None:
        row = (
            await self._connection.execute(
                select(outbox).where(outbox.c.provider_id == provider_id, outbox.c.channel.in_(channels))
            )
        ).first()
        return _outgoing(row, attempts=row.attempts) if row else None

    async def of_mail(self, mail_id: str) -> Outgoing | None:
        row = (
            await self._connection.execute(
                select(outbox)
                .join(mail_ids, mail_ids.c.message_id == outbox.c.message_id)
                .where(mail_ids.c.mail_id == mail_id, outbox.c.channel == Channel.MAIL)
            )
        ).first()
        return _outgoing(row, attempts=row.attempts) if row else None

    async def provider_ids(self, address: Address, since: datetime) -> list[str]:
        rows = await self._connection.execute(
            select(outbox.c.provider_id).where(
                outbox.c.channel == address.channel,
                outbox.c.identifier == address.identifier,
                outbox.c.provider_id.is_not(None),
                outbox.c.settled_at >= since,
            )
        )
        return list(rows.scalars())

    async def drop_waiting(self, coalesce: str) -> int:
        result = await self._connection.execute(
            update(outbox)
            .where(outbox.c.coalesce == coalesce, outbox.c.state == _QUEUED)
            .values(state=OutboxState.SUPERSEDED)
        )
        return result.rowcount

    async def automatic_times(self, address: Address, since: datetime) -> list[datetime]:
        rows = await self._connection.execute(
            select(outbox.c.created_at).where(
                _AUTOMATIC_TEXT,
                outbox.c.rank < int(Rank.REMINDER),
                outbox.c.created_at >= since,
                outbox.c.channel == address.channel,
                outbox.c.identifier == address.identifier,
            )
        )
        return list(rows.scalars())

    async def automatic_count(self, since: datetime) -> int:
        result = await self._connection.execute(
            select(func.count()).where(
                _AUTOMATIC_TEXT,
                outbox.c.rank < int(Rank.REMINDER),
                outbox.c.created_at >= since,
            )
        )
        return int(result.scalar_one())

    async def oldest_urgent(self) -> datetime | None:
        found = await self._connection.execute(
            select(func.min(outbox.c.created_at)).where(
                outbox.c.state.in_([OutboxState.QUEUED, OutboxState.SENDING]), outbox.c.rank == int(Rank.URGENT)
            )
        )
        return cast("datetime | None", found.scalar())
