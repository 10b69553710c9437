"""What a mail to a client carries besides its text: subject, threading headers, copies, where the answer is to go."""

from dataclasses import replace

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.outbox import Outgoing
from bot.domain.tickets import Direction, Message, Ticket
from bot.rules.mail_ids import message_id_of
from bot.services.desk import Desk
from bot.services.mail_threads import copies_to
from bot.texts import letters

MOST_REFERENCES = 20


async def mail_payload(
    desk: Desk, ticket: Ticket, message: Message, known: KnownAddress, *, is_answer: bool
) -> dict[str, object]:
    """The rest of the outbox's payload for a message by mail; its Message-ID is indexed, so that answers find it.

    {"answers": True} stands in what the machine answers at once (`is_answer`), whether that has an id or not:
    it leaves with the null sender, as answers of machines do (RFC 3834), and no server reports on it.
    """
    mail = desk.context.mail
    if mail is None:
        return {"body": message.body}  # mail is off: the sender's absence says so
    mail_id = f"t{ticket.number}.m{message.id}.{mail.new_token()}"
    earlier = await desk.uow.mails.mail_ids_of(ticket.number)
    await desk.uow.mails.index(message.id, message_id_of(mail_id, mail.address.identifier))
    received = [each for each, direction in earlier if direction is Direction.IN]
    subjects = await _subjects(desk, ticket)
    payload: dict[str, object] = {
        "body": message.body,
        "mail_id": mail_id,
        "subject": letters.ticket_subject(ticket.number, next((each for each in reversed(subjects) if each), "")),
        "references": [each for each, _ in earlier][-MOST_REFERENCES:],
    }
    if received:
        payload["in_reply_to"] = received[-1]
    if is_answer:
        payload["answers"] = True
    if mail.has_plus_addresses:
        payload["reply_to"] = mail.ticket_address(ticket.number).identifier
    if not message.automatic and (copies := await copies_to(desk, ticket, known)):
        payload["cc"] = copies
    return payload


async def with_copies_of_now(desk: Desk, row: Outgoing) -> Outgoing:
    """A mail that leaves, without those in copy who left the practice, or were blocked, since it was queued (C30)."""
    copies, known = row.payload.get("cc"), await desk.uow.directory.address(row.address)
    message = await desk.uow.messages.get(row.message_id) if row.message_id is not None else None
    ticket = await desk.uow.tickets.get(message.ticket_id) if message else None  # where it is now: tickets are joined
    may_read = await copies_to(desk, ticket, known) if ticket and known else []
    kept = [each for each in copies if each in may_read] if isinstance(copies, list) else []
    return replace(row, payload={**row.payload, "cc": kept})


async def _subjects(desk: Desk, ticket: Ticket) -> list[str]:
    """What the client called it in each of their mails; a request that came by another way alone has none."""
    messages = await desk.uow.messages.of_ticket(ticket.number)
    return [each.subject for each in messages if each.channel is Channel.MAIL and each.direction is Direction.IN]
