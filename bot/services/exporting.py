"""Everything that is remembered, as one JSON document, written piece by piece so that memory does not grow with it."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, tzinfo

from bot.domain.clients import Client, Contact
from bot.domain.contracts import Contract, CoveragePeriod
from bot.domain.interventions import Intervention, LedgerLine
from bot.domain.tickets import Direction, Message, Ticket
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.views import recontacted_by

Json = dict[str, object]


async def export(context: Context, write: Callable[[str], object]) -> None:
    """Hand the document to `write` in pieces: the lists `clients`, `contracts`, `tickets`, `ledger`, `quarantine`.

    It is what stood in the database at one instant, whatever is written meanwhile. Instants are ISO 8601 in the office
    zone. Notes between technicians are left out: a ticket's messages are what its client saw.
    """

    async def work(uow: UnitOfWork) -> None:
        async for piece in _document(_Reading(uow, context.policy.zone)):
            write(piece)

    await context.store.read(work)


async def _document(reading: "_Reading") -> AsyncIterator[str]:
    lists = {
        "clients": reading.clients(),
        "contracts": reading.contracts(),
        "tickets": reading.tickets(),
        "ledger": reading.ledger(),
        "quarantine": reading.quarantine(),
    }
    opening = "{"
    for name, items in lists.items():
        yield f"{opening}\n{json.dumps(name)}: ["
        opening = ","
        separator = "\n"
        async for item in items:
            yield separator + json.dumps(item, ensure_ascii=False)
            separator = ",\n"
        yield "\n]"
    yield "\n}\n"


class _Reading:
    """The lists of the document, one item at a time. Only clients, contacts and periods are kept at hand."""

    def __init__(self, uow: UnitOfWork, zone: tzinfo) -> None:
        self._uow = uow
        self._zone = zone
        self._clients: dict[int, Client] = {}
        self._contacts: dict[int, Contact | None] = {}
        self._periods: dict[int, CoveragePeriod | None] = {}

    async def clients(self) -> AsyncIterator[Json]:
        self._clients = {client.id: client for client in await self._uow.directory.clients()}
        for client in self._clients.values():
            contacts = await self._uow.directory.contacts_of(client.id)
            yield {
                "name": client.name,
                "kind": client.kind,
                "contacts": [await self._contact(contact) for contact in contacts],
            }

    async def _contact(self, contact: Contact) -> Json:
        self._contacts[contact.id] = contact
        addresses = await self._uow.directory.addresses_of(contact.id)
        return {
            "name": contact.name,
            "role": contact.role,
            "addresses": [
                {"channel": known.address.channel, "identifier": known.address.identifier} for known in addresses
            ],
        }

    async def contracts(self) -> AsyncIterator[Json]:
        for contract in await self._uow.contracts.all_contracts():
            yield _contract(contract, self._client_name(contract.client_id))

    async def tickets(self) -> AsyncIterator[Json]:
        async for ticket in self._uow.tickets.stream():
            messages = await self._uow.messages.of_ticket(ticket.number)
            intervention = await self._uow.interventions.of_ticket(ticket.number)
            yield {
                **await self._ticket(ticket),
                "contact": await self._contact_name(ticket.contact_id),
                "messages": [self._message(message) for message in messages if message.direction is not Direction.NOTE],
                "intervention": self._intervention(intervention) if intervention else None,
            }

    async def ledger(self) -> AsyncIterator[Json]:
        async for line in self._uow.contracts.all_lines():
            yield self._line(line, await self._period(line.period_id))

    async def quarantine(self) -> AsyncIterator[Json]:
        for entry, problem in await self._uow.inbox.quarantined():
            yield {
                "inbox_id": entry.id,
                "source": entry.source,
                "external_id": entry.external_id,
                "received_at": self._at(entry.received_at),
                "problem": problem,
                "payload": entry.payload,
            }

    async def _ticket(self, ticket: Ticket) -> Json:
        return {
            "number": ticket.number,
            "state": ticket.state,
            "priority": ticket.priority,
            "outcome": ticket.outcome,
            "channel": ticket.channel,
            "client": self._client_name(ticket.client_id),
            "subject": ticket.subject,
            "opened_at": self._at(ticket.opened_at),
            "recontact_due_at": self._at(ticket.recontact_due_at),
            "recontacted_at": self._at(ticket.recontacted_at),
            "recontacted_by": await recontacted_by(self._uow, ticket),
            "closed_at": self._at(ticket.closed_at),
        }

    def _message(self, message: Message) -> Json:
        return {
            "direction": message.direction,
            "channel": message.channel,
            "body": message.body,
            "at": self._at(message.at),
            "automatic": message.automatic,
        }

    def _intervention(self, intervention: Intervention) -> Json:
        return {
            "doctor": intervention.doctor,
            "reason": intervention.reason,
            "sittings": [
                {
                    "started_at": self._at(sitting.started_at),
                    "ended_at": self._at(sitting.ended_at),
                    "remote": sitting.remote,
                }
                for sitting in intervention.sittings
            ],
            "outcome": intervention.outcome,
            "decision": intervention.decision,
            "units": intervention.units,
        }

    def _line(self, line: LedgerLine, period: CoveragePeriod | None) -> Json:
        return {
            "client": self._client_name(line.client_id),
            "ticket": line.ticket_id,
            "period": {"starts_on": period.starts_on.isoformat(), "ends_on": period.ends_on.isoformat()}
            if period
            else None,
            "units": line.units,
            "decision": line.decision,
            "rule": line.rule,
            "author": line.author,
            "at": self._at(line.at),
        }

    def _client_name(self, client_id: int | None) -> str | None:
        return self._clients[client_id].name if client_id is not None else None

    async def _contact_name(self, contact_id: int | None) -> str | None:
        if contact_id is None:
            return None
        if contact_id not in self._contacts:
            self._contacts[contact_id] = await self._uow.directory.contact(contact_id)
        contact = self._contacts[contact_id]
        return contact.name if contact else None

    async def _period(self, period_id: int | None) -> CoveragePeriod | None:
        if period_id is None:
            return None
        if period_id not in self._periods:
            self._periods[period_id] = await self._uow.contracts.period_by_id(period_id)
        return self._periods[period_id]

    def _at(self, at: datetime | None) -> str | None:
        return at.astimezone(self._zone).isoformat() if at else None


def _contract(contract: Contract, client: str | None) -> Json:
    return {
        "client": client,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
        "allowance_units": contract.allowance_units,
    }
