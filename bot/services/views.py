"""Gathers what the texts show: cards, client files, balances. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, ClientKind, Contact
from bot.domain.contracts import CoveragePeriod
from bot.domain.tickets import Event, Message, Ticket
from bot.ports import UnitOfWork
from bot.rules.contract_term import period_of
from bot.rules.quota import Balance
from bot.services.context import Context, Policy
from bot.texts.cards import CardView, MessageView
from bot.texts.files import AccountView, ClientView
from bot.texts.tickets import TicketLine

SHOWN_MESSAGES = 12
_SHOWN_EVENTS = ("acknowledged", "not acknowledged", "undelivered", "appointment")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card shows besides the ticket itself. Of a ticket that was just opened they are at hand, unread."""

    known: KnownAddress | None = None
    contact: Contact | None = None
    client: Client | None = None
    messages: tuple[Message, ...] = ()
    colleague_ticket: int | None = None
    acknowledged: str | None = None
    appointment_at: datetime | None = None


async def card_view(
    uow: UnitOfWork, ticket: Ticket, context: Context, now: datetime, *, facts: Facts | None = None
) -> CardView:
    """All that the ticket's card shows, at this instant."""
    policy = context.policy
    facts = await _facts(uow, ticket) if facts is None else facts
    known, contact, client = facts.known, facts.contact, facts.client
    assigned = await uow.directory.technician_by_id(ticket.assigned_to) if ticket.assigned_to else None
    intervention = await uow.interventions.of_ticket(ticket.number) if not ticket.is_open else None
    period = await current_period(uow, client, now, policy) if client else None
    return CardView(
        number=ticket.number,
        urgent=ticket.is_urgent,
        state=ticket.state,
        channel=ticket.channel,
        opened_at=ticket.opened_at,
        due_at=ticket.recontact_due_at,
        address_label=address_label(known),
        client_name=client.name if client else None,
        client_kind=client.kind if client else None,
        contact_name=contact.name if contact else known.profile_name if known else None,
        contact_role=contact.role if contact else "",
        product=ticket.product,
        left=time_left(ticket, policy, now),
        recontacted_at=ticket.recontacted_at,
        recontacted_by=ticket.recontacted_by,
        assigned_to=assigned.name if assigned else None,
        balance=await _balance_shown(uow, client, period),
        messages=tuple(message_view(message) for message in facts.messages),
        threading=ticket.threading,
        colleague_ticket=facts.colleague_ticket,
        unidentified=ticket.client_id is None,
        not_covered=client is not None and period is None,
        acknowledged=facts.acknowledged,
        closed_at=ticket.closed_at,
        outcome=ticket.outcome,
        decision=intervention.decision or "" if intervention else "",
        units=intervention.units if intervention else 0,
        unreadable=ticket.unreadable,
        bodies_hidden=not policy.bodies_in_telegram,
        appointment_at=facts.appointment_at,
        subject=ticket.subject,
    )


async def _facts(uow: UnitOfWork, ticket: Ticket) -> Facts:
    """What the database holds for the ticket's card. Of its history only what it shows: a flood's is long (S6)."""
    events = await uow.tickets.events(ticket.number, kinds=_SHOWN_EVENTS)
    return Facts(
        known=await uow.directory.address_by_id(ticket.address_id) if ticket.address_id else None,
        contact=await uow.directory.contact(ticket.contact_id) if ticket.contact_id else None,
        client=await uow.directory.client(ticket.client_id) if ticket.client_id else None,
        messages=tuple(await uow.messages.of_ticket(ticket.number, limit=SHOWN_MESSAGES)),
        colleague_ticket=await _colleague_ticket(uow, ticket),
        acknowledged=_acknowledged(events),
        appointment_at=_appointment(events),
    )


def message_view(message: Message) -> MessageView:
    return MessageView(
        direction=message.direction,
        at=message.at,
        body=message.body,
        automatic=message.automatic,
        state=message.state,
        n_media=len(message.media),
        media_ids=tuple(piece.id for piece in message.media),
        id=message.id,
    )


def address_label(known: KnownAddress | None) -> str:
    """Where the client writes from, as a technician needs it to call back."""
    return known.address.identifier if known else ""


def time_left(ticket: Ticket, policy: Policy, now: datetime) -> timedelta | None:
    """Business time to the deadline, below zero when it has passed; None once the clock has stopped."""
    if not ticket.awaits_recontact:
        return None
    if now <= ticket.recontact_due_at:
        return policy.hours.between(now, ticket.recontact_due_at)
    return -policy.hours.between(ticket.recontact_due_at, now)


async def current_period(
    uow: UnitOfWork, client: Client, at: datetime, policy: Policy
) -> tuple[CoveragePeriod | None, int] | None:
    """The client's coverage period at an instant, with its allowance; None outside any contract (C13).

    The period's row is opened by the first intervention in it; before that there is none, and nothing is used.
    """
    on = at.astimezone(policy.zone).date()
    contract = await uow.contracts.contract_on(client.id, on)
    term = period_of(contract.starts_on, on) if contract else None
    if contract is None or term is None:
        return None
    for stored in await uow.contracts.periods_of(client.id):
        if stored.contract_id == contract.id and stored.nth == term.nth:
            return stored, stored.allowance_units
    return None, contract.allowance_units


async def balance_of(uow: UnitOfWork, period: tuple[CoveragePeriod | None, int]) -> Balance:
    """What is left of a period's package (C10)."""
    stored, allowance = period
    return Balance(allowance, await uow.contracts.used(stored.id) if stored else 0)


async def _balance_shown(
    uow: UnitOfWork, client: Client | None, period: tuple[CoveragePeriod | None, int] | None
) -> tuple[int, int] | None:
    """(left, allowance) of a counted contract; a professional in their own name is shown no quota (C11)."""
    if client is None or client.kind is not ClientKind.GROUP_PRACTICE or period is None:
        return None
    balance = await balance_of(uow, period)
    return balance.allowance - balance.used, balance.allowance


async def _colleague_ticket(uow: UnitOfWork, ticket: Ticket) -> int | None:
    """An older open ticket of a colleague at the same practice, while nobody has dealt with this one."""
    if ticket.client_id is None or not ticket.awaits_recontact:
        return None
    for other in await uow.tickets.open_of_client(ticket.client_id):
        if other.number < ticket.number and other.contact_id != ticket.contact_id:
            return other.number
    return None


def _acknowledged(events: list[Event]) -> str | None:
    """ "sent", or why not, as `texts.cards.ACKNOWLEDGED` names it; the newest word on it counts."""
    for event in reversed(events):
        match event.kind:
            case "acknowledged":
                return "sent"
            case "not acknowledged":
                return str(event.data["why"])
            case "undelivered" if event.data["automatic"] and not event.data["tried"]:
                return "undelivered"
    return None


def _appointment(events: list[Event]) -> datetime | None:
    for event in reversed(events):
        if event.kind == "appointment":
            return datetime.fromisoformat(str(event.data["at"]))
    return None


async def ticket_line(uow: UnitOfWork, ticket: Ticket, policy: Policy, now: datetime) -> TicketLine:
    """What a list or a reminder says of a ticket."""
    client = await uow.directory.client(ticket.client_id) if ticket.client_id else None
    assigned = await uow.directory.technician_by_id(ticket.assigned_to) if ticket.assigned_to else None
    return TicketLine(
        number=ticket.number,
        subject=ticket.subject,
        state=ticket.state,
        urgent=ticket.is_urgent,
        opened_at=ticket.opened_at,
        due_at=ticket.recontact_due_at,
        client_name=client.name if client else None,
        left=time_left(ticket, policy, now),
        recontacted_at=ticket.recontacted_at,
        assigned_to=assigned.name if assigned else None,
        bodies_hidden=not policy.bodies_in_telegram,
    )


async def account_view(uow: UnitOfWork, client_id: int, context: Context, now: datetime) -> AccountView:
    """The balance of a client's present period, with the ledger lines it is the sum of."""
    client = await uow.directory.client(client_id)
    assert client is not None
    period = await current_period(uow, client, now, context.policy)
    stored = period[0] if period else None
    lines = await uow.contracts.lines_of(client_id)
    contract = await uow.contracts.contract_on(client_id, now.astimezone(context.policy.zone).date())
    term = period_of(contract.starts_on, now.astimezone(context.policy.zone).date()) if contract else None
    return AccountView(
        client_name=client.name,
        client_kind=client.kind,
        period=(term.starts_on, term.ends_on) if term else None,
        balance=await balance_of(uow, period) if period else None,
        lines=tuple(line for line in lines if stored is not None and line.period_id == stored.id),
        uncovered=tuple(line for line in lines if line.period_id is None),
    )


async def client_view(uow: UnitOfWork, client_id: int, context: Context, now: datetime) -> ClientView:
    """A client's file: people and addresses, contract and balance, what is open."""
    client = await uow.directory.client(client_id)
    assert client is not None
    contacts = [
        (contact, tuple(await uow.directory.addresses_of(contact.id)))
        for contact in await uow.directory.contacts_of(client_id)
    ]
    tickets = await uow.tickets.open_of_client(client_id)
    return ClientView(
        client=client,
        contacts=tuple(contacts),
        contracts=tuple(await uow.contracts.contracts_of(client_id)),
        account=await account_view(uow, client_id, context, now),
        tickets=tuple([await ticket_line(uow, ticket, context.policy, now) for ticket in tickets]),
    )
