"""Where mailboxes were read to, and which ticket a mail belongs to, in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.addresses import KnownAddress
from bot.domain.tickets import Direction
from bot.storage.directory import known_address
from bot.storage.statements import insert_new
from bot.storage.tables import addresses, mail_ids, mail_positions, messages, ticket_copies

_AT_ONCE = 500


class SqlMails:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def seen(self, mailbox: str, uidvalidity: int) -> set[int]:
        found = await self._connection.execute(
            select(mail_positions.c.uid).where(
                mail_positions.c.mailbox == mailbox, mail_positions.c.uidvalidity == uidvalidity
            )
        )
        return set(found.scalars())

    async def note_seen(self, mailbox: str, uidvalidity: int, uids: Sequence[tuple[int, str]], now: datetime) -> None:
        if not uids:
            return
        statement = insert_new(mail_positions, self._connection.dialect, "mailbox", "uidvalidity", "uid")
        rows = [
            {"mailbox": mailbox, "uidvalidity": uidvalidity, "uid": uid, "external_id": external_id, "seen_at": now}
            for uid, external_id in uids
        ]
        await self._connection.execute(statement, rows)

    async def forget_seen(self, mailbox: str, uidvalidity: int) -> None:
        await self._connection.execute(
            delete(mail_positions).where(
                mail_positions.c.mailbox == mailbox, mail_positions.c.uidvalidity != uidvalidity
            )
        )

    async def forget_gone(self, mailbox: str, uidvalidity: int, there: Collection[int], *, before: datetime) -> None:
        noted = and_(mail_positions.c.mailbox == mailbox, mail_positions.c.uidvalidity == uidvalidity)
        old = await self._connection.execute(
            select(mail_positions.c.uid).where(noted, mail_positions.c.seen_at < before)
        )
        gone = sorted(set(old.scalars()).difference(there))
        for start in range(0, len(gone), _AT_ONCE):
            some = gone[start : start + _AT_ONCE]
            await self._connection.execute(delete(mail_positions).where(noted, mail_positions.c.uid.in_(some)))

    async def index(self, message_id: int, mail_id: str) -> None:
        await self._connection.execute(mail_ids.insert(), {"message_id": message_id, "mail_id": mail_id})

    async def tickets_of(self, wanted: Collection[str]) -> dict[str, int]:
        if not wanted:
            return {}
        rows = await self._connection.execute(
            select(mail_ids.c.mail_id, messages.c.ticket_id)
            .join(messages, messages.c.id == mail_ids.c.message_id)
            .where(mail_ids.c.mail_id.in_(wanted))
            .order_by(mail_ids.c.id)
        )
        return {row.mail_id: row.ticket_id for row in rows}

    async def mail_ids_of(self, ticket: int) -> list[tuple[str, Direction]]:
        rows = await self._connection.execute(
            select(mail_ids.c.mail_id, messages.c.direction)
            .join(messages, messages.c.id == mail_ids.c.message_id)
            .where(messages.c.ticket_id == ticket)
            .order_by(mail_ids.c.id)
        )
        return [(row.mail_id, Direction(row.direction)) for row in rows]

    async def add_copies(self, ticket: int, address_ids: Collection[int]) -> None:
        if not address_ids:
            return
        statement = insert_new(ticket_copies, self._connection.dialect, "ticket_id", "address_id")
        await self._connection.execute(statement, [{"ticket_id": ticket, "address_id": each} for each in address_ids])

    async def copies_of(self, ticket: int) -> list[KnownAddress]:
        rows = await self._connection.execute(
            select(addresses)
            .join(ticket_copies, ticket_copies.c.address_id == addresses.c.id)
            .where(ticket_copies.c.ticket_id == ticket)
            .order_by(addresses.c.id)
        )
        return [known_address(row) for row in rows]
