"""Gathers what the texts show: cards, lines of lists, balances. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, Contact
from bot.domain.tickets import Event, Message, Ticket
from bot.ports import UnitOfWork
from bot.services.context import Context, Policy
from bot.services.cover import Cover, balance_under, cover_on
from bot.texts.cards import CardView, MessageView
from bot.texts.tickets import TicketLine

SHOWN_MESSAGES = 12
BACKED_UP = "backup confirmed"
_SHOWN_EVENTS = ("acknowledged", "not acknowledged", "undelivered", "appointment", BACKED_UP)


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
    backup_at: datetime | None = None


async def card_view(
    uow: UnitOfWork, ticket: Ticket, context: Context, now: datetime, *, facts: Facts | None = None
) -> CardView:
    """All that the ticket's card shows, at this instant."""
    policy = context.policy
    facts = await _facts(uow, ticket) if facts is None else facts
    known, contact, client = facts.known, facts.contact, facts.client
    assigned = await uow.directory.technician_by_id(ticket.assigned_to) if ticket.assigned_to else None
    intervention = await uow.interventions.of_ticket(ticket.number) if not ticket.is_open else None
    today = now.astimezone(policy.zone).date()
    cover = await cover_on(uow, client, today, policy, now=now) if client else None
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
        balance=await _balance_shown(uow, cover),
        messages=tuple(message_view(message) for message in facts.messages),
        threading=ticket.threading,
        colleague_ticket=facts.colleague_ticket,
        unidentified=ticket.client_id is None,
        not_covered=client is not None and cover is None,
        acknowledged=facts.acknowledged,
        closed_at=ticket.closed_at,
        outcome=ticket.outcome,
        decision=intervention.decision or "" if intervention else "",
        units=intervention.units if intervention else 0,
        unreadable=ticket.unreadable,
        bodies_hidden=not policy.bodies_in_telegram,
        appointment_at=facts.appointment_at,
        backup_at=facts.backup_at,
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
        backup_at=next((event.at for event in events if event.kind == BACKED_UP), None),
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


async def _balance_shown(uow: UnitOfWork, cover: Cover | None) -> tuple[int, int] | None:
    """(left, allowance) of a counted contract; where nothing is counted no quota is shown (C11)."""
    if cover is None or not cover.is_counted:
        return None
    balance = await balance_under(uow, cover)
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
