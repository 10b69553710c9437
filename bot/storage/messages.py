"""The messages on tickets, and the media that came with them, in SQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.addresses import Channel
from bot.domain.mails import Flaw
from bot.domain.tickets import DeliveryState, Direction, Media, Message
from bot.rules.folding import fold
from bot.storage.tables import inbox, media, messages


def _message(row: Row[Any], pieces: Sequence[Media]) -> Message:
    return Message(
        id=row.id,
        ticket_id=row.ticket_id,
        direction=Direction(row.direction),
        channel=Channel(row.channel),
        body=row.body,
        at=row.at,
        automatic=row.automatic,
        state=DeliveryState(row.state),
        error_code=row.error_code,
        address_id=row.address_id,
        media=tuple(pieces),
        subject=row.subject,
        whole=row.whole,
        flaws=tuple(Flaw(flaw) for flaw in row.flaws.split(",") if flaw),
    )


def _media(row: Row[Any]) -> Media:
    return Media(
        url=row.url,
        content_type=row.content_type,
        id=row.id,
        size=row.size,
        path=row.path,
        name=row.name,
        flaw=row.flaw,
        scanned_at=row.scanned_at,
    )


class SqlMessages:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        message: Message,
        *,
        provider_id: str | None = None,
        inbox_id: int | None = None,
        technician_id: int | None = None,
    ) -> Message:
        result = await self._connection.execute(
            messages.insert(),
            {
                "ticket_id": message.ticket_id,
                "direction": message.direction,
                "channel": message.channel,
                "address_id": message.address_id,
                "body": message.body,
                "folded_body": fold(message.body),
                "at": message.at,
                "automatic": message.automatic,
                "state": message.state,
                "provider_id": provider_id,
                "inbox_id": inbox_id,
                "technician_id": technician_id,
                "subject": message.subject,
                "whole": message.whole,
                "flaws": ",".join(message.flaws),
            },
        )
        key = result.inserted_primary_key
        assert key is not None
        stored = replace(message, id=int(key[0]))
        if message.media:
            await self._connection.execute(
                media.insert(),
                [
                    {
                        "message_id": stored.id,
                        "url": piece.url,
                        "content_type": piece.content_type,
                        "size": piece.size,
                        "name": piece.name,
                        "flaw": piece.flaw,
                    }
                    for piece in message.media
                ],
            )
        return stored

    async def get(self, message_id: int) -> Message | None:
        row = (await self._connection.execute(select(messages).where(messages.c.id == message_id))).first()
        return _message(row, ()) if row else None

    async def of_ticket(self, number: int, *, limit: int | None = None) -> list[Message]:
        newest = (
            select(messages).where(messages.c.ticket_id == number).order_by(messages.c.at.desc(), messages.c.id.desc())
        )
        rows = (await self._connection.execute(newest.limit(limit))).all()
        pieces: dict[int, list[Media]] = defaultdict(list)
        found = await self._connection.execute(
            select(media).where(media.c.message_id.in_([row.id for row in rows])).order_by(media.c.id)
        )
        for piece in found:
            pieces[piece.message_id].append(_media(piece))
        return [_message(row, pieces[row.id]) for row in reversed(rows)]

    async def set_state(
        self, message_id: int, state: DeliveryState, *, provider_id: str | None = None, error_code: str | None = None
    ) -> None:
        values: dict[str, object] = {"state": state, "error_code": error_code}
        if provider_id is not None:
            values["provider_id"] = provider_id
        await self._connection.execute(update(messages).where(messages.c.id == message_id).values(**values))

    async def reword(self, message_id: int, body: str) -> None:
        values = {"body": body, "folded_body": fold(body)}
        await self._connection.execute(update(messages).where(messages.c.id == message_id).values(**values))

    async def last_inbound_at(self, number: int) -> datetime | None:
        row = await self._connection.execute(
            select(messages.c.at)
            .where(messages.c.ticket_id == number, messages.c.direction == Direction.IN)
            .order_by(messages.c.at.desc())
            .limit(1)
        )
        return row.scalar()

    async def media(self, media_id: int) -> tuple[Media, int] | None:
        row = (
            await self._connection.execute(
                select(media, messages.c.ticket_id)
                .join(messages, messages.c.id == media.c.message_id)
                .where(media.c.id == media_id)
            )
        ).first()
        return (_media(row), row.ticket_id) if row else None

    async def newest_media(self) -> int:
        return await self._connection.scalar(select(func.max(media.c.id))) or 0

    async def unfetched_media(self, above: int, last: int, *, since: datetime | None = None, limit: int) -> list[Media]:
        statement = select(media).where(media.c.id > above, media.c.id <= last, media.c.path.is_(None))
        if since is not None:
            statement = (
                statement.join(messages, messages.c.id == media.c.message_id)
                .outerjoin(inbox, inbox.c.id == messages.c.inbox_id)
                .where(or_(messages.c.at >= since, inbox.c.received_at >= since))
            )
        statement = statement.where(media.c.flaw == "").order_by(media.c.id.desc()).limit(limit)
        return [_media(row) for row in await self._connection.execute(statement)]

    async def media_came_at(self, media_id: int) -> datetime:
        row = (
            await self._connection.execute(
                select(messages.c.at, inbox.c.received_at)
                .join(media, media.c.message_id == messages.c.id)
                .outerjoin(inbox, inbox.c.id == messages.c.inbox_id)
                .where(media.c.id == media_id)
            )
        ).one()
        came_at: datetime = max(row.at, row.received_at or row.at)
        return came_at

    async def unscanned_media(self, *, limit: int) -> list[Media]:
        rows = await self._connection.execute(
            select(media)
            .where(media.c.path.is_not(None), media.c.scanned_at.is_(None), media.c.flaw == "")
            .order_by(media.c.id.desc())
            .limit(limit)
        )
        return [_media(row) for row in rows]

    async def keep_media(self, media_id: int, *, path: str, size: int, scanned_at: datetime | None = None) -> None:
        values = {"path": path, "size": size, "scanned_at": scanned_at}
        await self._connection.execute(update(media).where(media.c.id == media_id).values(**values))

    async def refuse_media(self, media_id: int, flaw: str) -> None:
        await self._connection.execute(update(media).where(media.c.id == media_id).values(flaw=flaw))
