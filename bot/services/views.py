"""Gathers what the texts show: cards, lines of lists, balances. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, Contact
from bot.domain.tickets import Event, Message, Recontact, Ticket
from bot.ports import UnitOfWork
from bot.rules.contract_term import guarantee_until
from bot.services.context import Context, Policy
from bot.services.cover import Cover, balance_under, cover_on
from bot.services.recontact import TALK
from bot.texts.card_files import FileView
from bot.texts.cards import CardView, FollowedView, MessageView
from bot.texts.tickets import TicketLine

SHOWN_MESSAGES = 12
BACKED_UP = "backup confirmed"
ATTEMPTED = "attempted"
_SHOWN_EVENTS = ("acknowledged", "not acknowledged", "undelivered", "appointment", BACKED_UP, ATTEMPTED)


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
    attempts: tuple[datetime, ...] = ()


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
        recontacted_by=await recontacted_by(uow, ticket),
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
        attempts=facts.attempts,
        subject=ticket.subject,
        follows=await _followed(uow, ticket, policy),
    )


async def recontacted_by(uow: UnitOfWork, ticket: Ticket) -> Recontact | None:
    """What stopped the clock (C16): of a reply, whether it was a call that one of us took and not a text of ours."""
    if ticket.recontacted_by is not Recontact.REPLY:
        return ticket.recontacted_by
    taken = await uow.tickets.events(ticket.number, kinds=[TALK])
    began = [event.happened_at() for event in taken]
    is_call = any(ticket.recontacted_at in (at, max(at, ticket.opened_at)) for at in began)
    return Recontact.CALL if is_call else Recontact.REPLY


async def _followed(uow: UnitOfWork, ticket: Ticket, policy: Policy) -> FollowedView | None:
    """The ticket whose mail this one's first answers, and until when an intervention there is under guarantee (C9)."""
    earlier = await uow.tickets.get(ticket.follows) if ticket.follows is not None else None
    if earlier is None:
        return None
    intervention = await uow.interventions.of_ticket(earlier.number)
    ends = [each.ended_at for each in intervention.sittings if each.ended_at] if intervention else []
    until = guarantee_until(max(ends).astimezone(policy.zone).date(), months=policy.guarantee_months) if ends else None
    is_asked_in_time = until is not None and ticket.opened_at.astimezone(policy.zone).date() <= until
    return FollowedView(earlier.number, earlier.is_open, until if is_asked_in_time else None)


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
        attempts=tuple(attempts_of(events)),
    )


def attempts_of(events: Sequence[Event]) -> list[datetime]:
    """When we rang in vain: written down with the event, which may have been carried out later."""
    return [event.happened_at() for event in events if event.kind == ATTEMPTED]


def message_view(message: Message) -> MessageView:
    """A picture has a number, a file a name: the providers of telephones name nothing."""
    named = [piece for piece in message.media if piece.name]
    photos = [piece.id for piece in message.media if not piece.name]
    return MessageView(
        direction=message.direction,
        at=message.at,
        body=message.body,
        automatic=message.automatic,
        state=message.state,
        n_media=len(photos),
        media_ids=tuple(photos),
        id=message.id,
        subject=message.subject,
        has_whole=bool(message.whole),
        flaws=message.flaws,
        files=tuple(FileView(each.id, each.name, each.content_type, each.size, each.flaw) for each in named),
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
