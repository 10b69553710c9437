"""The one acknowledgement of a ticket: number, latest moment, back up first (C15, C25), within the brakes of S6."""

from datetime import timedelta

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.desk import Technician
from bot.domain.mails import MailDetails
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.domain.tickets import DeliveryState, Direction, Event, Message, Ticket
from bot.ports import UnitOfWork
from bot.rules.own_address import is_ours
from bot.rules.recontact import explain
from bot.rules.sending import may_acknowledge, route_to
from bot.services import recontact
from bot.services.desk import Desk
from bot.services.mail_out import mail_payload
from bot.texts.client import closed_notes
from bot.texts.client_mails import letter, megabytes, signed_answer


async def acknowledge(desk: Desk, ticket: Ticket, known: KnownAddress, *, mail: MailDetails | None = None) -> str:
    """Queue the acknowledgement and return "sent", or write down and return why there is none: the card shows it."""
    obstacle = mail_obstacle(mail) or await automatic_obstacle(desk, known)
    if obstacle is not None:
        return await leave_unanswered(desk, ticket, obstacle)
    route = route_to(known, sms_automatic=desk.policy.sms_automatic, now=desk.now)
    body = desk.context.texts.acknowledgement(
        number=ticket.number,
        due_at=ticket.recontact_due_at,
        zone=desk.policy.zone,
        now=desk.now,
        closed=closed_notes(explain(recontact.deadline_of(ticket.opened_at, desk.policy), hours=desk.policy.hours)),
        urgent=ticket.is_urgent,
        shop=desk.policy.shop,
        channel=known.address.channel,
        answer_to=None if route.is_answerable else desk.policy.sms_number,
        mail_size=mail.size if mail else None,
    )
    await send_to_client(desk, ticket, known, body, automatic=True, is_answer=True)
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "acknowledged", "bot", {}))
    return "sent"


async def leave_unanswered(desk: Desk, ticket: Ticket, why: str) -> str:
    """Write down why the machine says nothing."""
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "not acknowledged", "bot", {"why": why}))
    return why


def mail_obstacle(mail: MailDetails | None) -> str | None:
    """Why a mail is never answered by the machine: a machine wrote it (S7), or somebody in another's name."""
    if mail is None:
        return None
    return "robot" if mail.robot is not None else "forged" if mail.is_forged else None


async def refuse_files(desk: Desk, ticket: Ticket, known: KnownAddress, mail: MailDetails) -> None:
    """Say that a mail was too large for its files, where no acknowledgement says so."""
    if mail.size is None or mail_obstacle(mail) or await automatic_obstacle(desk, known, is_asked=True):
        return
    body = desk.context.texts.told(
        desk.context.texts.sentence("mail_too_large", size=megabytes(mail.size)), channel=known.address.channel
    )
    await send_to_client(desk, ticket, known, body, automatic=True, is_answer=True)


async def automatic_obstacle(desk: Desk, known: KnownAddress, *, is_asked: bool = False) -> str | None:
    """Why the machine may not answer this address now: no route for its texts, or a brake of S6; None: it may.

    Our own address, which spam and machines write from, is never answered: that would come back to us (S7). What
    `is_asked` for is answered without the pause between two acknowledgements.
    """
    mail = desk.context.mail
    if mail is not None and is_ours(known.address, mail.address):
        return "ours"
    route = route_to(known, sms_automatic=desk.policy.sms_automatic, now=desk.now)
    if route.obstacle is not None:
        return route.obstacle
    hour, day = desk.now - timedelta(hours=1), desk.now - timedelta(days=1)
    return may_acknowledge(
        now=desk.now,
        to_sender=await desk.uow.outbox.automatic_times(known.address, hour),
        hourly_total=await desk.uow.outbox.automatic_count(hour),
        daily_total=await desk.uow.outbox.automatic_count(day),
        daily_limit=desk.policy.daily_automatic_limit,
        is_asked=is_asked,
    )


async def address_of(uow: UnitOfWork, ticket: Ticket) -> KnownAddress | None:
    """Where the client last wrote from; None where they never did, or it is somebody else's by now (C30).

    A number is taken away from its owner, or goes to another practice, with them or not, and tickets stay behind.
    """
    known = await uow.directory.address_by_id(ticket.address_id) if ticket.address_id else None
    if known is None or known.contact_id is None:
        return known if ticket.contact_id is None else None
    return known if await is_at_client(uow, known.contact_id, ticket) else None


async def is_at_client(uow: UnitOfWork, contact_id: int, ticket: Ticket) -> bool:
    """Whether somebody is of the practice whose ticket it is: who has left it is told nothing of it any more (C30)."""
    contact = await uow.directory.contact(contact_id)
    return contact is not None and contact.client_id == ticket.client_id


async def send_to_client(
    desk: Desk,
    ticket: Ticket,
    known: KnownAddress,
    body: str,
    *,
    automatic: bool,
    is_answer: bool = False,
    technician: Technician | None = None,
    ics: str | None = None,
) -> Message:
    """Put a message to a client on the ticket and into the outbox; `ics` goes along where there are attachments.

    `is_answer`: the machine answers at once what nobody has read yet, and no machine may answer that in turn (S7).
    """
    message = await desk.uow.messages.add(
        Message(
            id=0,
            ticket_id=ticket.number,
            direction=Direction.OUT,
            channel=known.address.channel,
            body=body,
            at=desk.now,
            automatic=automatic,
            state=DeliveryState.QUEUED,
            address_id=known.id,
        ),
        technician_id=technician.id if technician else None,
    )
    payload = await _payload(
        desk, ticket, message, known, is_answer=is_answer, technician=technician.name if technician else ""
    )
    if ics is not None:
        payload["ics"] = ics
    await desk.uow.outbox.add(
        Outgoing(
            address=known.address,
            kind=Kind.TEXT,
            payload=payload,
            rank=Rank.CLIENT,
            automatic=automatic,
            ticket_id=ticket.number,
            message_id=message.id,
        ),
        desk.now,
    )
    desk.uow.signal("outbox")
    return message


async def _payload(
    desk: Desk, ticket: Ticket, message: Message, known: KnownAddress, *, is_answer: bool, technician: str
) -> dict[str, object]:
    """What its sender needs: the text, and of a mail its headers; a mail is worded as one writes letters."""
    if known.address.channel is not Channel.MAIL:
        return {"body": message.body}
    payload = await mail_payload(desk, ticket, message, known, is_answer=is_answer)
    shop = desk.policy.shop
    if message.automatic:
        return {**payload, "body": letter(message.body, signed=shop)}
    return {**payload, "body": signed_answer(message.body, technician=technician, shop=shop)}
