"""The "13-14" sessions and their invitations, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.meetings import Invitation, Meeting
from bot.storage.statements import insert_new
from bot.storage.tables import invitations, meetings


def _meeting(row: Row[Any]) -> Meeting:
    return Meeting(row.id, row.starts_at, row.link, row.created_at, row.cancelled_at)


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        row.id,
        row.meeting_id,
        row.contact_id,
        row.address_id,
        row.invited_at,
        row.coming,
        row.answered_at,
        row.reminded_at,
        row.untold_at,
    )


class SqlMeetings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *, starts_at: datetime, link: str, now: datetime) -> Meeting:
        result = await self._connection.execute(
            meetings.insert(), {"starts_at": starts_at, "link": link, "created_at": now}
        )
        key = result.inserted_primary_key
        assert key is not None
        return Meeting(int(key[0]), starts_at, link, now)

    async def get(self, meeting_id: int) -> Meeting | None:
        row = (await self._connection.execute(select(meetings).where(meetings.c.id == meeting_id))).first()
        return _meeting(row) if row else None

    async def at(self, starts_at: datetime) -> Meeting | None:
        row = (await self._connection.execute(select(meetings).where(meetings.c.starts_at == starts_at))).first()
        return _meeting(row) if row else None

    async def relink(self, meeting_id: int, link: str) -> None:
        await self._connection.execute(update(meetings).where(meetings.c.id == meeting_id).values(link=link))

    async def between(self, since: datetime, until: datetime) -> list[Meeting]:
        rows = await self._connection.execute(
            select(meetings)
            .where(meetings.c.starts_at >= since, meetings.c.starts_at < until)
            .order_by(meetings.c.starts_at)
        )
        return [_meeting(row) for row in rows]

    async def cancel(self, meeting_id: int, at: datetime) -> None:
        await self._connection.execute(update(meetings).where(meetings.c.id == meeting_id).values(cancelled_at=at))

    async def revive(self, meeting_id: int) -> None:
        await self._connection.execute(delete(invitations).where(invitations.c.meeting_id == meeting_id))
        await self._connection.execute(update(meetings).where(meetings.c.id == meeting_id).values(cancelled_at=None))

    async def invite(self, meeting_id: int, contact_id: int, address_id: int, *, now: datetime) -> Invitation | None:
        added = await self._connection.execute(
            insert_new(invitations, self._connection.dialect, "meeting_id", "contact_id"),
            {"meeting_id": meeting_id, "contact_id": contact_id, "address_id": address_id, "invited_at": now},
        )
        if added.rowcount != 1:
            return None
        row = await self._connection.execute(
            select(invitations).where(invitations.c.meeting_id == meeting_id, invitations.c.contact_id == contact_id)
        )
        return _invitation(row.one())

    async def invitations(self, meeting_id: int) -> list[Invitation]:
        rows = await self._connection.execute(
            select(invitations).where(invitations.c.meeting_id == meeting_id).order_by(invitations.c.id)
        )
        return [_invitation(row) for row in rows]

    async def latest_invitation(self, contact_id: int, *, after: datetime) -> tuple[Invitation, Meeting] | None:
        row = (
            await self._connection.execute(
                select(invitations)
                .join(meetings, meetings.c.id == invitations.c.meeting_id)
                .where(
                    invitations.c.contact_id == contact_id,
                    meetings.c.starts_at > after,
                    meetings.c.cancelled_at.is_(None),
                )
                .order_by(
                    invitations.c.answered_at.is_not(None),
                    func.coalesce(invitations.c.reminded_at, invitations.c.invited_at).desc(),
                    invitations.c.id.desc(),
                )
                .limit(1)
            )
        ).first()
        if row is None:
            return None
        meeting = await self.get(row.meeting_id)
        assert meeting is not None
        return _invitation(row), meeting

    async def save_invitation(self, invitation: Invitation) -> None:
        await self._connection.execute(
            update(invitations)
            .where(invitations.c.id == invitation.id)
            .values(
                address_id=invitation.address_id,
                coming=invitation.coming,
                answered_at=invitation.answered_at,
                reminded_at=invitation.reminded_at,
                untold_at=invitation.untold_at,
            )
        )

    async def mark_untold(self, invitation_id: int, at: datetime) -> None:
        await self._connection.execute(
            update(invitations).where(invitations.c.id == invitation_id).values(untold_at=at)
        )

    async def unreminded(self, meeting_ids: Sequence[int]) -> list[Invitation]:
        rows = await self._connection.execute(
            select(invitations)
            .where(
                invitations.c.meeting_id.in_(meeting_ids),
                invitations.c.reminded_at.is_(None),
                or_(invitations.c.coming.is_(None), invitations.c.coming),
            )
            .order_by(invitations.c.id)
        )
        return [_invitation(row) for row in rows]
