"""What the page's strip shows, read from the program's own store: the clock, the tickets, the contracts' balances."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.addresses import Address
from bot.domain.clients import Client
from bot.domain.tickets import Ticket
from bot.ports import Clock, Store, UnitOfWork
from bot.rules.business_hours import BusinessHours
from bot.sandbox import cast
from bot.services.context import Policy
from bot.services.cover import balance_under, cover_on
from bot.services.views import recontacted_by

Json = dict[str, Any]

FAR = timedelta(days=400)
MINUTE = timedelta(minutes=1)


async def snapshot(store: Store, clock: Clock, policy: Policy) -> Json:
    """`{"clock", "tickets", "balances"}`, ready for JSON: the ticket that stirred last comes first."""
    now, hours = clock.now(), policy.hours

    async def work(uow: UnitOfWork) -> Json:
        tickets = await tickets_of_the_cast(uow)
        return {
            "clock": await _clock(uow, now, hours),
            "tickets": [await _ticket(uow, ticket, now, hours) for ticket in tickets],
            "balances": {
                client.name: await _balance(uow, client, now, policy) for client in await uow.directory.clients()
            },
        }

    return await store.read(work)


async def next_reminder(uow: UnitOfWork, now: datetime) -> tuple[datetime, int, str] | None:
    """When the next reminder or urgent alert is due, for which ticket, and its milestone's name."""
    waiting = await uow.milestones.due(now + FAR)
    if not waiting:
        return None
    first = min(waiting, key=lambda milestone: (milestone.remind_at, -milestone.due_at.timestamp()))
    return first.remind_at, first.ticket_id, first.name


async def tickets_of_the_cast(uow: UnitOfWork) -> list[Ticket]:
    """Every ticket of the demo, the one that stirred last first."""
    found: dict[int, Ticket] = {}
    for client in await uow.directory.clients():
        for contact in await uow.directory.contacts_of(client.id):
            _gather(found, await uow.tickets.of_contact(contact.id, limit=20))
    for person in cast.PEOPLE:
        for channel in cast.CHANNELS.values():
            known = await uow.directory.address(Address(channel, person.at(channel)))
            if known is not None:
                _gather(found, await uow.tickets.of_address(known.id, limit=20))
    return sorted(found.values(), key=lambda ticket: (ticket.last_activity_at, ticket.number), reverse=True)


def _gather(found: dict[int, Ticket], tickets: Iterable[Ticket]) -> None:
    found.update({ticket.number: ticket for ticket in tickets})


async def _clock(uow: UnitOfWork, now: datetime, hours: BusinessHours) -> Json:
    reminder = await next_reminder(uow, now)
    is_open = hours.is_open(now)
    return {
        "at": _iso(now),
        "isOpen": is_open,
        "closesAt": _iso(hours.next_closing(now)) if is_open else None,
        "opensAt": _iso(hours.next_opening(now)),
        "nextReminder": {"at": _iso(reminder[0]), "ticket": reminder[1], "name": reminder[2]} if reminder else None,
    }


async def _ticket(uow: UnitOfWork, ticket: Ticket, now: datetime, hours: BusinessHours) -> Json:
    client = await uow.directory.client(ticket.client_id) if ticket.client_id else None
    contact = await uow.directory.contact(ticket.contact_id) if ticket.contact_id else None
    address = await uow.directory.address_by_id(ticket.address_id) if ticket.address_id else None
    owner = cast.owner_of(address.address.identifier) if address else None
    intervention = await uow.interventions.of_ticket(ticket.number)
    stopped_by = await recontacted_by(uow, ticket)
    start = hours.add(ticket.opened_at, timedelta(0))
    until = ticket.recontacted_at or ticket.closed_at or now

    def passed(at: datetime) -> float:
        return _share(hours, start, at, ticket.recontact_due_at)

    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state.value,
        "urgent": ticket.is_urgent,
        "channel": ticket.channel.value,
        "client": client.name if client else None,
        "contact": contact.name if contact else None,
        "person": owner.id if owner else None,
        "dueAt": _iso(ticket.recontact_due_at),
        "recontactedAt": _iso(ticket.recontacted_at),
        "recontactedBy": stopped_by.value if stopped_by else None,
        "closedAt": _iso(ticket.closed_at),
        "outcome": ticket.outcome.value if ticket.outcome else None,
        "units": intervention.units if intervention and ticket.closed_at else 0,
        "leftMinutes": _minutes(hours, now, ticket.recontact_due_at),
        "takenMinutes": max(0.0, _minutes(hours, start, ticket.recontacted_at)) if ticket.recontacted_at else None,
        "share": passed(until),
        "milestones": [
            {"name": name, "at": _iso(at), "state": state, "share": passed(at) if _is_on_the_way(name) else None}
            for name, at, state in await uow.milestones.of_ticket(ticket.number)
        ],
    }


async def _balance(uow: UnitOfWork, client: Client, now: datetime, policy: Policy) -> Json | None:
    """None when no contract of theirs runs today."""
    cover = await cover_on(uow, client, now.astimezone(policy.zone).date(), policy, now=now)
    if cover is None:
        return None
    balance = await balance_under(uow, cover)
    left = balance.allowance - balance.used
    return {"counted": cover.is_counted, "allowance": balance.allowance, "used": balance.used, "left": left}


def _share(hours: BusinessHours, start: datetime, at: datetime, due_at: datetime) -> float:
    """How much of the time allowed has passed at an instant: 0 at the start, 1 at the deadline and later."""
    allowed = hours.between(start, due_at)
    passed = hours.between(start, min(max(at, start), due_at))
    return round(passed / allowed, 4) if allowed else 1.0


def _is_on_the_way(milestone: str) -> bool:
    """False for what comes beside or after the deadline: urgent alerts, the reminders of later mornings."""
    return milestone.isdecimal() or milestone == "breach"


def _minutes(hours: BusinessHours, start: datetime, end: datetime) -> float:
    """Business minutes between two instants, below zero when they are the other way round."""
    if end >= start:
        return round(hours.between(start, end) / MINUTE, 1)
    return -round(hours.between(end, start) / MINUTE, 1)


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None
