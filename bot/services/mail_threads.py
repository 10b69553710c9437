"""What ties a mail to a ticket: which one it answers, who else was sent it, its Message-ID."""

from collections.abc import Sequence

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Contact
from bot.domain.mails import MailDetails
from bot.domain.tickets import Message, Ticket
from bot.rules.threading import Answered
from bot.services.desk import Desk
from bot.services.joined import follows, standing_ticket
from bot.texts.calendar import ticket_of_appointment


async def answered_ticket(
    desk: Desk, mail: MailDetails, *, known: KnownAddress | None, contact: Contact | None
) -> Answered | None:
    """The ticket that a mail says it answers, nearest first; None where it says nothing, or where it is another
    practice's than the sender's: what they pass on to one another is not ours to join (C30).

    By In-Reply-To and References, then by the secret address it was sent to, then by the number in its subject. The
    number alone counts only for who has to do with the ticket: anybody can write it.
    """
    for number, is_proof in await _named(desk, mail):
        ticket = await standing_ticket(desk.uow, number)
        if ticket is None:
            continue
        if _is_theirs(ticket, known, contact):
            return Answered(ticket, is_theirs=True, follower=await _follower(desk, ticket, known, contact))
        if is_proof and (contact is None or contact.client_id is None):
            return Answered(ticket, is_theirs=False)
    return None


async def _named(desk: Desk, mail: MailDetails) -> list[tuple[int, bool]]:
    """The tickets that a mail names, the surest sign first; and whether only who was written to could know it."""
    found = await desk.uow.mails.tickets_of(mail.answers)
    signs: list[tuple[int | None, bool]] = [
        *((found.get(mail_id), True) for mail_id in mail.answers),
        (mail.signed_ticket, True),
        (ticket_of_appointment(mail.attendance[0]) if mail.attendance else None, False),
        (mail.named_ticket, False),
    ]
    return [(number, is_proof) for number, is_proof in signs if number is not None]


def _is_theirs(ticket: Ticket, known: KnownAddress | None, contact: Contact | None) -> bool:
    """The practice's own, or opened from this very address while nobody knew whose it is."""
    if contact is not None and contact.client_id is not None and ticket.client_id is not None:
        return ticket.client_id == contact.client_id
    if contact is not None and ticket.contact_id is not None:
        return ticket.contact_id == contact.id
    return known is not None and ticket.contact_id is None and ticket.address_id == known.id


async def _follower(desk: Desk, ticket: Ticket, known: KnownAddress | None, contact: Contact | None) -> Ticket | None:
    """The open ticket that an earlier answer to this closed one has opened, a colleague's or the sender's own."""
    if ticket.is_open:
        return None
    if contact is not None and contact.client_id is not None:
        found = await desk.uow.tickets.open_of_client(contact.client_id)
    elif contact is not None:
        found = await desk.uow.tickets.of_contact(contact.id)
    else:
        assert known is not None  # else it were not theirs
        found = await desk.uow.tickets.of_address(known.id)
    for each in found:
        if each.is_open and await follows(desk.uow, each, ticket.number):
            return each
    return None


async def keep_threads(desk: Desk, ticket: Ticket, message: Message, mail: MailDetails) -> None:
    """Index the mail by its Message-ID, and remember who of the practice was sent it too."""
    if mail.mail_id is not None:
        await desk.uow.mails.index(message.id, mail.mail_id)
    await _add_copies(desk, ticket, mail.copies)


async def _add_copies(desk: Desk, ticket: Ticket, copies: Sequence[Address]) -> None:
    """The practice's other contacts join the ticket; a stranger in copy is never written to.

    Of a ticket that is nobody's yet, whoever is known is kept in mind: of them, only those of the practice that it then
    turns out to be of are written to (`copies_to`).
    """
    joined = []
    for address in copies:
        found = await desk.uow.directory.sender(address)
        contact = found[1] if found else None
        is_of_a_practice = contact is not None and contact.client_id is not None
        if found and contact and is_of_a_practice and ticket.client_id in (None, contact.client_id):
            joined.append(found[0].id)
    await desk.uow.mails.add_copies(ticket.number, joined)


async def copies_to(desk: Desk, ticket: Ticket, known: KnownAddress) -> list[str]:
    """Who is to read a technician's answer besides the one it is for: of the practice still, and not muted."""
    copies = []
    for each in await desk.uow.mails.copies_of(ticket.number):
        contact = await desk.uow.directory.contact(each.contact_id) if each.contact_id else None
        is_reachable = each.blocked_at is None and each.opted_out_at is None and each.id != known.id
        if contact is not None and contact.client_id == ticket.client_id and is_reachable:
            copies.append(each.address.identifier)
    return copies


async def hand_over_copies(desk: Desk, source: Ticket, target: Ticket) -> None:
    """One ticket joins another: who read along there, and who wrote there by mail, reads along here."""
    copies = {each.id for each in await desk.uow.mails.copies_of(source.number)}
    known = await desk.uow.directory.address_by_id(source.address_id) if source.address_id else None
    if known is not None and known.address.channel is Channel.MAIL:
        copies.add(known.id)
    await desk.uow.mails.add_copies(target.number, copies)
