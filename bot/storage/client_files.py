"""What is written in clients' files, in SQL."""

import json

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.addresses import Channel
from bot.domain.clients import Client, ClientEvent, HeldProduct
from bot.storage.statements import insert_or_update
from bot.storage.tables import addresses, client_events, clients, contacts, held_products, invitations, tickets


class SqlClientFiles:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def describe_client(self, client: Client) -> None:
        await self._connection.execute(
            update(clients)
            .where(clients.c.id == client.id)
            .values(
                address=client.address,
                specialty=client.specialty,
                architecture=client.architecture,
                architecture_validated_on=client.architecture_validated_on,
            )
        )

    async def products_of(self, client_id: int) -> list[HeldProduct]:
        rows = await self._connection.execute(
            select(held_products).where(held_products.c.client_id == client_id).order_by(held_products.c.product)
        )
        return [HeldProduct(row.client_id, row.product, row.sold_by_us, row.installed_by_us) for row in rows]

    async def put_product(self, held: HeldProduct) -> None:
        statement = insert_or_update(
            held_products, self._connection.dialect, ["client_id", "product"], ["sold_by_us", "installed_by_us"]
        )
        await self._connection.execute(
            statement,
            {
                "client_id": held.client_id,
                "product": held.product,
                "sold_by_us": held.sold_by_us,
                "installed_by_us": held.installed_by_us,
            },
        )

    async def drop_product(self, client_id: int, product: str) -> None:
        await self._connection.execute(
            delete(held_products).where(held_products.c.client_id == client_id, held_products.c.product == product)
        )

    async def add_client_event(self, event: ClientEvent) -> None:
        await self._connection.execute(
            client_events.insert(),
            {
                "client_id": event.client_id,
                "at": event.at,
                "kind": event.kind,
                "actor": event.actor,
                "data": json.dumps(event.data, ensure_ascii=False, sort_keys=True),
            },
        )

    async def client_events(self, client_id: int) -> list[ClientEvent]:
        rows = await self._connection.execute(
            select(client_events).where(client_events.c.client_id == client_id).order_by(client_events.c.id)
        )
        return [ClientEvent(row.client_id, row.at, row.kind, row.actor, json.loads(row.data)) for row in rows]

    async def prefer_channel(self, contact_id: int, channel: Channel | None) -> None:
        await self._connection.execute(update(contacts).where(contacts.c.id == contact_id).values(preferred=channel))

    async def merge_contacts(self, source_id: int, target_id: int) -> None:
        invited = select(invitations.c.meeting_id).where(invitations.c.contact_id == target_id)
        await self._connection.execute(
            delete(invitations).where(invitations.c.contact_id == source_id, invitations.c.meeting_id.in_(invited))
        )
        for table in (addresses, tickets, invitations):
            await self._connection.execute(
                update(table).where(table.c.contact_id == source_id).values(contact_id=target_id)
            )
        await self._connection.execute(delete(contacts).where(contacts.c.id == source_id))
