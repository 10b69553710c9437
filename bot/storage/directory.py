"""Clients, contacts, addresses and technicians in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Client, ClientKind, Contact
from bot.domain.desk import Technician
from bot.rules.folding import fold
from bot.storage.statements import insert_or_update
from bot.storage.tables import addresses, clients, contacts, technicians

_ADDRESS = select(addresses).where(
    addresses.c.channel == bindparam("channel"), addresses.c.identifier == bindparam("identifier")
)

_SENDER = (
    select(
        addresses,
        contacts.c.id.label("of_contact"),
        contacts.c.name,
        contacts.c.role,
        contacts.c.client_id,
        contacts.c.preferred,
        clients.c.id.label("of_client"),
        clients.c.name.label("client_name"),
        clients.c.kind,
        clients.c.address,
        clients.c.specialty,
        clients.c.architecture,
        clients.c.architecture_validated_on,
    )
    .outerjoin(contacts, contacts.c.id == addresses.c.contact_id)
    .outerjoin(clients, clients.c.id == contacts.c.client_id)
    .where(addresses.c.channel == bindparam("channel"), addresses.c.identifier == bindparam("identifier"))
)


def known_address(row: Row[Any]) -> KnownAddress:
    return KnownAddress(
        id=row.id,
        address=Address(Channel(row.channel), row.identifier),
        contact_id=row.contact_id,
        profile_name=row.profile_name,
        blocked_at=row.blocked_at,
        opted_out_at=row.opted_out_at,
        last_inbound_at=row.last_inbound_at,
    )


def _contact(row: Row[Any], contact_id: int | None = None) -> Contact:
    contact_id = row.id if contact_id is None else contact_id
    return Contact(contact_id, row.name, row.client_id, row.role, Channel(row.preferred) if row.preferred else None)


def _client(row: Row[Any], client_id: int | None = None, name: str = "") -> Client:
    return Client(
        row.id if client_id is None else client_id,
        name or row.name,
        ClientKind(row.kind),
        row.address,
        row.specialty,
        row.architecture,
        row.architecture_validated_on,
    )


def _technician(row: Row[Any]) -> Technician:
    return Technician(row.id, row.telegram_user_id, row.name, row.is_admin, row.phone, row.has_private_chat)


def like(word: str) -> str:
    """The word as a LIKE pattern, with its own wildcards taken literally (escape character: backslash)."""
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class SqlDirectory:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def address(self, address: Address) -> KnownAddress | None:
        values = {"channel": address.channel, "identifier": address.identifier}
        row = (await self._connection.execute(_ADDRESS, values)).first()
        return known_address(row) if row else None

    async def sender(self, address: Address) -> tuple[KnownAddress, Contact | None, Client | None] | None:
        values = {"channel": address.channel, "identifier": address.identifier}
        row = (await self._connection.execute(_SENDER, values)).first()
        if row is None:
            return None
        contact = None if row.of_contact is None else _contact(row, row.of_contact)
        client = None if row.of_client is None else _client(row, row.of_client, row.client_name)
        return known_address(row), contact, client

    async def address_by_id(self, address_id: int) -> KnownAddress | None:
        row = (await self._connection.execute(select(addresses).where(addresses.c.id == address_id))).first()
        return known_address(row) if row else None

    async def addresses_of(self, contact_id: int) -> list[KnownAddress]:
        rows = await self._connection.execute(
            select(addresses).where(addresses.c.contact_id == contact_id).order_by(addresses.c.id)
        )
        return [known_address(row) for row in rows]

    async def add_address(
        self, address: Address, *, contact_id: int | None, profile_name: str | None, now: datetime
    ) -> KnownAddress:
        result = await self._connection.execute(
            addresses.insert(),
            {
                "contact_id": contact_id,
                "channel": address.channel,
                "identifier": address.identifier,
                "profile_name": profile_name,
                "created_at": now,
            },
        )
        key = result.inserted_primary_key
        assert key is not None
        return KnownAddress(int(key[0]), address, contact_id, profile_name)

    async def touch_address(self, address_id: int, at: datetime, *, profile_name: str | None) -> None:
        values: dict[str, object] = {"last_inbound_at": at}
        if profile_name:
            values["profile_name"] = profile_name
        await self._connection.execute(
            update(addresses)
            .where(
                addresses.c.id == address_id,
                or_(addresses.c.last_inbound_at.is_(None), addresses.c.last_inbound_at < at),
            )
            .values(**values)
        )

    async def link_address(self, address_id: int, contact_id: int | None) -> None:
        await self._change_address(address_id, contact_id=contact_id)

    async def block_address(self, address_id: int, at: datetime | None) -> None:
        await self._change_address(address_id, blocked_at=at)

    async def mute_address(self, address_id: int, at: datetime | None) -> None:
        await self._change_address(address_id, opted_out_at=at)

    async def _change_address(self, address_id: int, **values: object) -> None:
        await self._connection.execute(update(addresses).where(addresses.c.id == address_id).values(**values))

    async def contact(self, contact_id: int) -> Contact | None:
        row = (await self._connection.execute(select(contacts).where(contacts.c.id == contact_id))).first()
        return _contact(row) if row else None

    async def contacts_of(self, client_id: int) -> list[Contact]:
        rows = await self._connection.execute(
            select(contacts).where(contacts.c.client_id == client_id).order_by(contacts.c.id)
        )
        return [_contact(row) for row in rows]

    async def add_contact(self, name: str, *, client_id: int | None, role: str, now: datetime) -> Contact:
        result = await self._connection.execute(
            contacts.insert(),
            {"client_id": client_id, "name": name, "folded_name": fold(name), "role": role, "created_at": now},
        )
        key = result.inserted_primary_key
        assert key is not None
        return Contact(int(key[0]), name, client_id, role)

    async def move_contact(self, contact_id: int, client_id: int) -> None:
        await self._connection.execute(update(contacts).where(contacts.c.id == contact_id).values(client_id=client_id))

    async def rename_contact(self, contact_id: int, *, name: str, role: str) -> None:
        await self._connection.execute(
            update(contacts).where(contacts.c.id == contact_id).values(name=name, folded_name=fold(name), role=role)
        )

    async def client(self, client_id: int) -> Client | None:
        row = (await self._connection.execute(select(clients).where(clients.c.id == client_id))).first()
        return _client(row) if row else None

    async def clients(self) -> list[Client]:
        return [_client(row) for row in await self._connection.execute(select(clients).order_by(clients.c.id))]

    async def find_clients(self, words: str, *, limit: int = 10) -> list[Client]:
        statement = select(clients).order_by(clients.c.folded_name).limit(limit)
        for word in fold(words).split():
            pattern = like(word)
            of_contact = select(contacts.c.client_id).where(contacts.c.folded_name.like(pattern, escape="\\"))
            statement = statement.where(
                or_(clients.c.folded_name.like(pattern, escape="\\"), clients.c.id.in_(of_contact))
            )
        return [_client(row) for row in await self._connection.execute(statement)]

    async def add_client(self, name: str, *, kind: ClientKind, now: datetime) -> Client:
        result = await self._connection.execute(
            clients.insert(), {"name": name, "folded_name": fold(name), "kind": kind, "created_at": now}
        )
        key = result.inserted_primary_key
        assert key is not None
        return Client(int(key[0]), name, kind)

    async def change_client(self, client_id: int, *, name: str, kind: ClientKind) -> None:
        await self._connection.execute(
            update(clients).where(clients.c.id == client_id).values(name=name, folded_name=fold(name), kind=kind)
        )

    async def technician(self, telegram_user_id: int) -> Technician | None:
        row = (
            await self._connection.execute(
                select(technicians).where(technicians.c.telegram_user_id == telegram_user_id, technicians.c.is_active)
            )
        ).first()
        return _technician(row) if row else None

    async def technician_by_id(self, technician_id: int) -> Technician | None:
        row = (await self._connection.execute(select(technicians).where(technicians.c.id == technician_id))).first()
        return _technician(row) if row else None

    async def technicians(self) -> list[Technician]:
        rows = await self._connection.execute(
            select(technicians).where(technicians.c.is_active).order_by(technicians.c.id)
        )
        return [_technician(row) for row in rows]

    async def put_technician(self, telegram_user_id: int, *, name: str, is_admin: bool, phone: str | None) -> None:
        statement = insert_or_update(
            technicians,
            self._connection.dialect,
            ["telegram_user_id"],
            ["name", "is_admin", "phone", "is_active"],
        )
        await self._connection.execute(
            statement,
            {
                "telegram_user_id": telegram_user_id,
                "name": name,
                "is_admin": is_admin,
                "phone": phone,
                "is_active": True,
            },
        )

    async def retire_technicians(self, keep: Sequence[int]) -> None:
        await self._connection.execute(
            update(technicians).where(technicians.c.telegram_user_id.not_in(keep)).values(is_active=False)
        )

    async def open_private_chat(self, technician_id: int) -> None:
        await self._connection.execute(
            update(technicians).where(technicians.c.id == technician_id).values(has_private_chat=True)
        )
