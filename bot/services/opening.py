"""Opening a ticket (C1): its deadline, its milestones, its card."""

from dataclasses import replace

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.clients import Client, Contact
from bot.domain.inbox import InboxEntry, Source
from bot.domain.tickets import Event, Message, Priority, Ticket, TicketState
from bot.rules.products import recognise
from bot.rules.urgency import without_urgent_prefix
from bot.services import recontact
from bot.services.desk import Desk
from bot.texts.labels import subject_of_media, subject_of_unreadable

SUBJECT_LENGTH = 80

_CHANNELS = {
    Source.TWILIO_MESSAGE: Channel.SMS,
    Source.TWILIO_STATUS: Channel.SMS,
    Source.TWILIO_CALL: Channel.PHONE,
    Source.TELEGRAM: Channel.TELEGRAM,
    Source.MAIL: Channel.MAIL,
}


async def open_ticket(
    desk: Desk,
    message: Message,
    *,
    urgent: bool,
    threading: str,
    known: KnownAddress | None = None,
    contact: Contact | None = None,
    client: Client | None = None,
    inbox_id: int | None = None,
    provider_id: str | None = None,
    actor: str = "client",
    follows: int | None = None,
) -> tuple[Ticket, Message]:
    """Open a ticket for a first message; the clock of C15 runs from the message's own time. Both as they are stored."""
    due = recontact.deadline_of(message.at, desk.policy)
    ticket = await desk.uow.tickets.open(
        Ticket(
            number=0,
            subject=subject(message),
            state=TicketState.OPEN,
            priority=Priority.URGENT if urgent else Priority.NORMAL,
            channel=message.channel,
            opened_at=message.at,
            last_activity_at=message.at,
            recontact_due_at=due.due_at,
            client_id=client.id if client else None,
            contact_id=contact.id if contact else None,
            address_id=known.id if known else None,
            threading=threading,
            product=recognise(f"{message.subject}\n{message.body}"),
            follows=follows,
        )
    )
    message = await desk.uow.messages.add(
        replace(message, ticket_id=ticket.number), provider_id=provider_id, inbox_id=inbox_id
    )
    data: dict[str, object] = {"threading": threading, "channel": message.channel, "inbox": inbox_id}
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "opened", actor, data))
    await recontact.watch(desk.uow, ticket, desk.policy)
    if urgent:
        await recontact.sound(desk.uow, ticket, desk.policy, desk.now)
    return ticket, message


async def open_unreadable(desk: Desk, entry: InboxEntry) -> Ticket:
    """A ticket for an entry that nobody could read: it may be somebody's call for help (principle 1)."""
    at = min(entry.at, desk.now)
    due = recontact.deadline_of(at, desk.policy)
    ticket = await desk.uow.tickets.open(
        Ticket(
            number=0,
            subject=subject_of_unreadable(entry.id),
            state=TicketState.OPEN,
            priority=Priority.NORMAL,
            channel=_CHANNELS[entry.source],
            opened_at=at,
            last_activity_at=at,
            recontact_due_at=due.due_at,
            threading="unreadable",
            unreadable=True,
        )
    )
    await desk.uow.inbox.point_to(entry.id, ticket.number)
    data: dict[str, object] = {"inbox": entry.id, "source": entry.source}
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "opened", "bot", data))
    await recontact.watch(desk.uow, ticket, desk.policy)
    await desk.show(ticket)
    return ticket


def subject(message: Message) -> str:
    """What a list shows of a message: a mail's subject, or its first words, without the "Urgent" that the priority
    says already.
    """
    titled = " ".join(without_urgent_prefix(message.subject[:400]).split())
    words = titled or " ".join(without_urgent_prefix(message.body[:400]).split())
    if not words:
        return subject_of_media(len(message.media))
    return words if len(words) <= SUBJECT_LENGTH else words[: SUBJECT_LENGTH - 1].rstrip() + "…"
