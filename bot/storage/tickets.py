"""Tickets and their events in SQL."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.addresses import Channel
from bot.domain.tickets import Event, Outcome, Priority, Recontact, Ticket, TicketState
from bot.rules.folding import fold
from bot.storage.directory import like
from bot.storage.tables import clients, contacts, events, inbox, messages, tickets

PAGE = 500

_OPEN_FIRST = case((tickets.c.state == TicketState.CLOSED, 1), else_=0)
_URGENT_FIRST = case((tickets.c.priority == Priority.URGENT, 0), else_=1)


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        number=row.id,
        subject=row.subject,
        state=TicketState(row.state),
        priority=Priority(row.priority),
        channel=Channel(row.channel),
        opened_at=row.opened_at,
        last_activity_at=row.last_activity_at,
        recontact_due_at=row.recontact_due_at,
        client_id=row.client_id,
        contact_id=row.contact_id,
        address_id=row.address_id,
        assigned_to=row.assigned_to,
        outcome=Outcome(row.outcome) if row.outcome else None,
        recontacted_at=row.recontacted_at,
        recontacted_by=Recontact(row.recontacted_by) if row.recontacted_by else None,
        closed_at=row.closed_at,
        threading=row.threading,
        product=row.product,
        unreadable=row.unreadable,
        follows=row.follows,
    )


def _values(ticket: Ticket) -> dict[str, object]:
    return {
        "subject": ticket.subject,
        "state": ticket.state,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "client_id": ticket.client_id,
        "contact_id": ticket.contact_id,
        "address_id": ticket.address_id,
        "assigned_to": ticket.assigned_to,
        "outcome": ticket.outcome,
        "opened_at": ticket.opened_at,
        "last_activity_at": ticket.last_activity_at,
        "recontact_due_at": ticket.recontact_due_at,
        "recontacted_at": ticket.recontacted_at,
        "recontacted_by": ticket.recontacted_by,
        "closed_at": ticket.closed_at,
        "threading": ticket.threading,
        "product": ticket.product,
        "unreadable": ticket.unreadable,
        "follows": ticket.follows,
    }


def _listed(which: str, technician_id: int | None, now: datetime) -> ColumnElement[bool]:
    is_open = tickets.c.state != TicketState.CLOSED
    match which:
        case "urgent":
            return is_open & (tickets.c.priority == Priority.URGENT)
        case "late":
            return is_open & tickets.c.recontacted_at.is_(None) & (tickets.c.recontact_due_at < now)
        case "mine":
            return is_open & (tickets.c.assigned_to == technician_id)
        case _:
            return is_open


class SqlTickets:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _all(self, *where: ColumnElement[bool], order: tuple[Any, ...], limit: int) -> list[Ticket]:
        rows = await self._connection.execute(select(tickets).where(*where).order_by(*order).limit(limit))
        return [_ticket(row) for row in rows]

    async def open(self, ticket: Ticket) -> Ticket:
        result = await self._connection.execute(tickets.insert(), _values(ticket))
        key = result.inserted_primary_key
        assert key is not None
        return replace(ticket, number=int(key[0]))

    async def get(self, number: int) -> Ticket | None:
        if not 0 < number < 2**31:
            return None
        row = (await self._connection.execute(select(tickets).where(tickets.c.id == number))).first()
        return _ticket(row) if row else None

    async def save(self, ticket: Ticket) -> None:
        await self._connection.execute(update(tickets).where(tickets.c.id == ticket.number).values(_values(ticket)))

    async def of_contact(self, contact_id: int, *, limit: int = 5) -> list[Ticket]:
        order = (_OPEN_FIRST, tickets.c.last_activity_at.desc(), tickets.c.id.desc())
        return await self._all(tickets.c.contact_id == contact_id, order=order, limit=limit)

    async def of_client(self, client_id: int, *, limit: int = 1000) -> list[Ticket]:
        return await self._all(tickets.c.client_id == client_id, order=(tickets.c.id.desc(),), limit=limit)

    async def opened_between(self, since: datetime, until: datetime) -> list[Ticket]:
        rows = await self._connection.execute(
            select(tickets).where(tickets.c.opened_at >= since, tickets.c.opened_at < until).order_by(tickets.c.id)
        )
        return [_ticket(row) for row in rows]

    async def of_address(self, address_id: int, *, limit: int = 5) -> list[Ticket]:
        order = (_OPEN_FIRST, tickets.c.last_activity_at.desc(), tickets.c.id.desc())
        return await self._all(tickets.c.address_id == address_id, order=order, limit=limit)

    async def open_of_client(self, client_id: int, *, limit: int = 10) -> list[Ticket]:
        is_open = tickets.c.state != TicketState.CLOSED
        order = (tickets.c.last_activity_at.desc(), tickets.c.id.desc())
        return await self._all(tickets.c.client_id == client_id, is_open, order=order, limit=limit)

    async def listed(self, *, which: str, technician_id: int | None, now: datetime, limit: int) -> list[Ticket]:
        order = (_URGENT_FIRST, tickets.c.recontacted_at.is_not(None), tickets.c.recontact_due_at, tickets.c.id)
        return await self._all(_listed(which, technician_id, now), order=order, limit=limit)

    async def count_open(self) -> int:
        result = await self._connection.execute(
            select(func.count()).select_from(tickets).where(tickets.c.state != TicketState.CLOSED)
        )
        return int(result.scalar_one())

    async def search(self, words: str, *, limit: int) -> list[Ticket]:
        where: list[ColumnElement[bool]] = []
        for word in fold(words).split():
            pattern = like(word)
            where.append(
                or_(
                    tickets.c.id.in_(
                        select(messages.c.ticket_id).where(messages.c.folded_body.like(pattern, escape="\\"))
                    ),
                    tickets.c.client_id.in_(
                        select(clients.c.id).where(clients.c.folded_name.like(pattern, escape="\\"))
                    ),
                    tickets.c.contact_id.in_(
                        select(contacts.c.id).where(contacts.c.folded_name.like(pattern, escape="\\"))
                    ),
                )
            )
        return await self._all(*where, order=(tickets.c.last_activity_at.desc(),), limit=limit) if where else []

    async def adopt(self, address_id: int, *, contact_id: int, client_id: int | None) -> list[int]:
        mine = (tickets.c.address_id == address_id) & tickets.c.contact_id.is_(None)
        numbers = list((await self._connection.execute(select(tickets.c.id).where(mine))).scalars())
        await self._connection.execute(update(tickets).where(mine).values(contact_id=contact_id, client_id=client_id))
        return numbers

    async def follow_contact(self, contact_id: int, client_id: int) -> list[int]:
        """Give a contact's open tickets to the client they were attached to; their numbers."""
        theirs = (tickets.c.contact_id == contact_id) & tickets.c.client_id.is_(None)
        numbers = list((await self._connection.execute(select(tickets.c.id).where(theirs))).scalars())
        await self._connection.execute(update(tickets).where(theirs).values(client_id=client_id))
        return numbers

    async def move_messages(self, source: int, target: int) -> None:
        await self._connection.execute(update(messages).where(messages.c.ticket_id == source).values(ticket_id=target))
        await self._connection.execute(update(inbox).where(inbox.c.ticket_id == source).values(ticket_id=target))

    async def stream(self) -> AsyncIterator[Ticket]:
        last = 0
        while page := await self._all(tickets.c.id > last, order=(tickets.c.id,), limit=PAGE):
            for ticket in page:
                yield ticket
            last = page[-1].number

    async def add_event(self, event: Event) -> None:
        await self._connection.execute(
            events.insert(),
            {
                "ticket_id": event.ticket_id,
                "at": event.at,
                "kind": event.kind,
                "actor": event.actor,
                "data": json.dumps(event.data),
            },
        )

    async def events(self, number: int, *, kinds: Sequence[str] = ()) -> list[Event]:
        statement = select(events).where(events.c.ticket_id == number).order_by(events.c.id)
        rows = await self._connection.execute(statement.where(events.c.kind.in_(kinds)) if kinds else statement)
        return [Event(row.ticket_id, row.at, row.kind, row.actor, json.loads(row.data)) for row in rows]

    async def event_times(self, number: int, kind: str, since: datetime) -> list[datetime]:
        rows = await self._connection.execute(
            select(events.c.at).where(events.c.ticket_id == number, events.c.kind == kind, events.c.at >= since)
        )
        return list(rows.scalars())
