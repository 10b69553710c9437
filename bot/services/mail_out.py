"""What a mail to a client carries besides its text: subject, threading headers, copies, where the answer is to go."""

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.tickets import Direction, Message, Ticket
from bot.rules.mail_ids import message_id_of
from bot.services.desk import Desk
from bot.services.mail_threads import copies_to
from bot.texts import letters

MOST_REFERENCES = 20


async def mail_payload(desk: Desk, ticket: Ticket, message: Message, known: KnownAddress) -> dict[str, object]:
    """The rest of the outbox's payload for a message by mail; its Message-ID is indexed, so that answers find it."""
    mail = desk.context.mail
    if mail is None:
        return {"body": message.body}  # mail is off: the sender's absence says so
    mail_id = f"t{ticket.number}.m{message.id}.{mail.new_token()}"
    earlier = await desk.uow.mails.mail_ids_of(ticket.number)
    await desk.uow.mails.index(message.id, message_id_of(mail_id, mail.address.identifier))
    received = [each for each, direction in earlier if direction is Direction.IN]
    payload: dict[str, object] = {
        "body": message.body,
        "mail_id": mail_id,
        "subject": letters.ticket_subject(ticket.number, await _subject(desk, ticket)),
        "references": [each for each, _ in earlier][-MOST_REFERENCES:],
    }
    if received:
        payload["in_reply_to"] = received[-1]
    if mail.has_plus_addresses:
        payload["reply_to"] = mail.ticket_address(ticket.number).identifier
    if not message.automatic and (copies := await copies_to(desk, ticket, known)):
        payload["cc"] = copies
    return payload


async def _subject(desk: Desk, ticket: Ticket) -> str:
    """What the client called it in their last mail; a request that came by another way has no subject of theirs."""
    messages = await desk.uow.messages.of_ticket(ticket.number)
    mails = [each.subject for each in messages if each.channel is Channel.MAIL and each.direction is Direction.IN]
    return next((subject for subject in reversed(mails) if subject), "")
