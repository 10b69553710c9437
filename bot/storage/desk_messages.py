"""Which Telegram message belongs to which ticket, in SQL."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.desk import DeskMessage
from bot.storage.statements import insert_or_update
from bot.storage.tables import desk_messages


class SqlDeskMessages:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def remember(self, message: DeskMessage, now: datetime) -> None:
        statement = insert_or_update(
            desk_messages, self._connection.dialect, ["chat_id", "message_id"], ["ticket_id", "kind"]
        )
        await self._connection.execute(
            statement,
            {
                "chat_id": message.chat_id,
                "message_id": message.message_id,
                "ticket_id": message.ticket_id,
                "kind": message.kind,
                "created_at": now,
            },
        )

    async def find(self, chat_id: int, message_id: int) -> DeskMessage | None:
        row = (
            await self._connection.execute(
                select(desk_messages).where(
                    desk_messages.c.chat_id == chat_id, desk_messages.c.message_id == message_id
                )
            )
        ).first()
        return DeskMessage(row.chat_id, row.message_id, row.ticket_id, row.kind) if row else None

    async def card(self, ticket_id: int, chat_id: int) -> DeskMessage | None:
        row = (
            await self._connection.execute(
                select(desk_messages)
                .where(
                    desk_messages.c.ticket_id == ticket_id,
                    desk_messages.c.chat_id == chat_id,
                    desk_messages.c.kind == "card",
                )
                .order_by(desk_messages.c.id.desc())
                .limit(1)
            )
        ).first()
        return DeskMessage(row.chat_id, row.message_id, row.ticket_id, row.kind) if row else None

    async def forget(self, chat_id: int, message_id: int) -> None:
        await self._connection.execute(
            delete(desk_messages).where(desk_messages.c.chat_id == chat_id, desk_messages.c.message_id == message_id)
        )
