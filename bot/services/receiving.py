"""A client's message: whose it is, which ticket it belongs to, what it raises, what is answered at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.clients import Client, Contact
from bot.domain.inbox import ClientMessage, InboxEntry, OptOut
from bot.domain.mails import Attendance, MailDetails
from bot.domain.outbox import Rank
from bot.domain.tickets import Direction, Event, Message, Priority, Ticket
from bot.rules.client_words import Word, asks_macos_update, read_words
from bot.rules.products import recognise
from bot.rules.sending import may_alert
from bot.rules.threading import Choice, Reason, choose
from bot.rules.urgency import is_urgent, is_urgent_mail
from bot.services import recontact
from bot.services.acknowledging import acknowledge, leave_unanswered, refuse_files
from bot.services.agreements import note_request
from bot.services.backups import confirm_backup
from bot.services.client_words import heed
from bot.services.desk import Desk
from bot.services.mail_threads import answered_ticket, keep_threads
from bot.services.opening import open_ticket, subject
from bot.services.views import Facts
from bot.texts import notices
from bot.texts.calls import missed
from bot.texts.client_mails import ATTENDANCES
from bot.texts.posts import Post


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message comes from, as far as anybody knows; `known` is None for a mail that names no sender."""

    known: KnownAddress | None = None
    contact: Contact | None = None
    client: Client | None = None


async def receive(desk: Desk, entry: InboxEntry, arrived: ClientMessage) -> None:
    """Put a message on its ticket, or open one (C1, C3, C18). Nothing at all when the entry was handled before."""
    if not await desk.uow.inbox.settle(entry.id, desk.now):
        return
    origin = await _origin(desk, entry, arrived)
    known = origin.known
    if known is not None and known.blocked_at is not None:
        return  # kept in the inbox; a blocked sender opens nothing (C3)
    candidates = await candidates_of(desk, origin)
    at = min(entry.at, desk.now)
    word = _word(arrived)
    if (
        word is not None
        and known is not None
        and await heed(desk, word, known=known, contact=origin.contact, client=origin.client, tickets=candidates, at=at)
    ):
        return
    message = _message(arrived, origin, at)
    answered = await answered_ticket(desk, arrived.mail, known=known, contact=origin.contact) if arrived.mail else None
    if answered is None and _is_unasked(arrived, origin.contact):
        await desk.uow.inbox.remark(entry.id, f"robot:{arrived.mail.robot if arrived.mail else ''}")
        return  # kept; a newsletter to nobody in particular opens nothing (S7)
    choice = choose(
        now=at,
        text=message.body if not _shows_something(arrived) else "",  # whatever thanks stand below it
        candidates=candidates,
        colleagues=await colleagues_of(desk, origin, candidates),
        burst=desk.policy.burst,
        answered=answered,
        asks_nothing=_is_accepted(arrived),
    )
    theirs = [*candidates, *(answered.tickets if answered else ())]
    ticket = next((ticket for ticket in theirs if ticket.number == choice.ticket), None)
    if arrived.opt_out is OptOut.STOP and ticket is None:
        return  # they asked for silence and nothing is open: the address is muted, and that is all
    if ticket is None:
        ticket = await _open(desk, entry, arrived, message, choice, origin)
    else:
        ticket = await _add(desk, entry, arrived, message, choice, ticket, known)
        if word is Word.BACKUP_DONE:  # an open ticket: nothing but thanks goes to a closed one
            await confirm_backup(desk, ticket, "client")
    if not _is_doubtful(arrived) and asks_macos_update(f"{message.subject}\n{message.body}".strip()):
        await note_request(desk, ticket, at=at)
    await desk.uow.inbox.point_to(entry.id, ticket.number)
    if arrived.media:
        desk.uow.signal("media")


def _shows_something(arrived: ClientMessage) -> bool:
    """A picture or a file is never thanks; the logo that stands within a mail's text is neither."""
    return any(not piece.is_inline for piece in arrived.media)


def _is_accepted(arrived: ClientMessage) -> bool:
    """A calendar's "accepted" and not a word more; whoever declines, or would rather come later, waits for us."""
    attendance = arrived.mail.attendance if arrived.mail else None
    return attendance is not None and attendance[1] is Attendance.ACCEPTED and not arrived.body.strip()


def _word(arrived: ClientMessage) -> Word | None:
    """What it says where it is a word of ours; a mail that a machine or a forger wrote says none."""
    return read_words(arrived.body) if not (arrived.media or arrived.opt_out or _is_doubtful(arrived)) else None


def _is_doubtful(arrived: ClientMessage) -> bool:
    """Whether a machine or a forger wrote it: nothing in it is the client's own word."""
    return arrived.mail is not None and (arrived.mail.robot is not None or arrived.mail.is_forged)


def _message(arrived: ClientMessage, origin: Origin, at: datetime) -> Message:
    mail = arrived.mail or MailDetails()
    said = ATTENDANCES[mail.attendance[1]] if mail.attendance else ""
    return Message(
        id=0,
        ticket_id=0,
        direction=Direction.IN,
        channel=origin.known.address.channel if origin.known else Channel.MAIL,
        body="\n".join(part for part in (said, arrived.body) if part),
        at=at,
        address_id=origin.known.id if origin.known else None,
        media=arrived.media,
        subject=mail.subject,
        whole=mail.whole,
        flaws=mail.flaws,
    )


def _is_unasked(arrived: ClientMessage, contact: Contact | None) -> bool:
    """A machine's mail from somebody who is no contact of a client's: a newsletter, a notice that nobody asked for."""
    return contact is None and arrived.mail is not None and arrived.mail.is_by_machine


def _is_urgent(arrived: ClientMessage, message: Message) -> bool:
    """By its first word; of a mail by the subject's, or its first line's (C18). A newsletter's "Urgent" is none."""
    if arrived.mail is not None and arrived.mail.is_by_machine:
        return False
    return is_urgent_mail(message.subject, message.body) if message.subject else is_urgent(message.body)


async def _origin(desk: Desk, entry: InboxEntry, arrived: ClientMessage) -> Origin:
    """The sender, remembered where nobody knew them; their STOP or START holds from now on."""
    directory = desk.uow.directory
    if arrived.address is None:
        return Origin()
    known, contact, client = await directory.sender(arrived.address) or (
        await directory.add_address(arrived.address, contact_id=None, profile_name=arrived.profile_name, now=desk.now),
        None,
        None,
    )
    at = min(entry.at, desk.now)
    is_newest = known.last_inbound_at is None or at >= known.last_inbound_at
    await directory.touch_address(known.id, at, profile_name=arrived.profile_name)
    if is_newest:
        known = replace(known, last_inbound_at=at, profile_name=arrived.profile_name or known.profile_name)
    if is_newest and arrived.opt_out in (OptOut.STOP, OptOut.START):  # one that was reconciled late says nothing of now
        muted_at = at if arrived.opt_out is OptOut.STOP else None
        await directory.mute_address(known.id, muted_at)
        known = replace(known, opted_out_at=muted_at)
    return Origin(known, contact, client)


async def candidates_of(desk: Desk, origin: Origin) -> list[Ticket]:
    """The sender's tickets that a message of theirs can belong to.

    What somebody writes who went to another practice is not the old one's to read (C30), nor is what comes from a
    number that was taken from its owner: their old tickets are no candidates.
    """
    if origin.known is None:
        return []
    if origin.contact is None:
        return [each for each in await desk.uow.tickets.of_address(origin.known.id) if each.contact_id is None]
    home = origin.contact.client_id
    theirs = await desk.uow.tickets.of_contact(origin.contact.id)
    return [each for each in theirs if home is None or each.client_id in (None, home)]


async def colleagues_of(desk: Desk, origin: Origin, candidates: Sequence[Ticket]) -> list[Ticket]:
    """Open tickets of the same practice: asked for only where the sender has none of their own to go on with."""
    if origin.client is None or any(ticket.is_open for ticket in candidates):
        return []
    return await desk.uow.tickets.open_of_client(origin.client.id)


async def _open(
    desk: Desk, entry: InboxEntry, arrived: ClientMessage, message: Message, choice: Choice, origin: Origin
) -> Ticket:
    known, contact, client = origin.known, origin.contact, origin.client
    ticket, message = await open_ticket(
        desk,
        message,
        urgent=_is_urgent(arrived, message),
        threading=choice.reason,
        follows=choice.follows,
        known=known,
        contact=contact,
        client=client,
        inbox_id=entry.id,
        provider_id=arrived.provider_id,
    )
    if arrived.mail is not None:
        await keep_threads(desk, ticket, message, arrived.mail)
    acknowledged = await _acknowledge(desk, ticket, known, arrived, choice) if known else None
    facts = Facts(known, contact, client, (message,), choice.colleague, acknowledged)
    await desk.show(ticket, facts=facts if not message.media else None)  # pictures are numbered by the database
    return ticket


async def _acknowledge(desk: Desk, ticket: Ticket, known: KnownAddress, arrived: ClientMessage, choice: Choice) -> str:
    """Who answers a mail of ours from an address that is not of that ticket may be a machine that never uses the same
    one twice: it is shown, and not answered (S7).
    """
    if choice.reason is not Reason.STRANGER:
        return await acknowledge(desk, ticket, known, mail=arrived.mail)
    return await leave_unanswered(desk, ticket, "stranger")


async def _add(
    desk: Desk,
    entry: InboxEntry,
    arrived: ClientMessage,
    message: Message,
    choice: Choice,
    ticket: Ticket,
    known: KnownAddress | None,
) -> Ticket:
    message = await desk.uow.messages.add(
        replace(message, ticket_id=ticket.number), provider_id=arrived.provider_id, inbox_id=entry.id
    )
    if arrived.mail is not None:
        await keep_threads(desk, ticket, message, arrived.mail)
        await _keep_in_copy(desk, ticket, message)
    raised = ticket.is_open and not ticket.is_urgent and await _raises(desk, ticket, arrived, message)
    ticket = replace(
        _named_by(ticket, message),
        last_activity_at=max(ticket.last_activity_at, message.at),
        priority=Priority.URGENT if raised else ticket.priority,
        address_id=known.id if known else ticket.address_id,
        channel=message.channel,
    )
    await desk.uow.tickets.save(ticket)
    if not (choice.is_thanks or arrived.opt_out or (arrived.mail is not None and arrived.mail.is_by_machine)):
        ticket = await recontact.bring_forward(desk.uow, ticket, message.at, desk.policy)
    data: dict[str, object] = {"threading": choice.reason, "channel": message.channel, "inbox": entry.id}
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "message", "client", data))
    await desk.refresh(ticket)
    if arrived.mail is not None and known is not None:
        await refuse_files(desk, ticket, known, arrived.mail)
    if raised:
        await raise_to_urgent(desk, ticket, actor="client")
    elif arrived.opt_out is OptOut.STOP:
        await desk.notify(notices.opted_out(ticket.number), ticket=ticket.number)
    elif not choice.is_burst and not choice.is_thanks:
        await _announce(desk, ticket, message)
    return ticket


def _named_by(ticket: Ticket, message: Message) -> Ticket:
    """A ticket that began with a call without a word is called what somebody then says it is about."""
    if ticket.subject != missed(is_withheld=False) or not (message.subject or message.body.strip()):
        return ticket
    product = recognise(f"{message.subject}\n{message.body}") or ticket.product
    return replace(ticket, subject=subject(message), product=product)


async def _raises(desk: Desk, ticket: Ticket, arrived: ClientMessage, message: Message) -> bool:
    """Whether it is urgent by itself (C18): an answer goes on bearing the subject that a technician made normal."""
    if not _is_urgent(arrived, message):
        return False
    if is_urgent(message.body):
        return True
    earlier = await desk.uow.messages.of_ticket(ticket.number)
    return all(each.subject != message.subject for each in earlier if each.id != message.id)


async def _keep_in_copy(desk: Desk, ticket: Ticket, message: Message) -> None:
    """A colleague goes on with it: who asked first reads the answers too."""
    if ticket.client_id is not None and ticket.address_id not in (None, message.address_id):
        before = await desk.uow.directory.address_by_id(ticket.address_id)
        if before is not None and before.address.channel is Channel.MAIL:
            await desk.uow.mails.add_copies(ticket.number, [before.id])


async def raise_to_urgent(desk: Desk, ticket: Ticket, *, actor: str) -> None:
    """The ticket has just become urgent: ring, and go on ringing unless somebody holds it already (C18)."""
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "urgent", actor, {}))
    await desk.alert(ticket, nth=1)
    if ticket.assigned_to is None:
        await recontact.sound(desk.uow, ticket, desk.policy, desk.now)


async def _announce(desk: Desk, ticket: Ticket, message: Message) -> None:
    post = notices.follow_up(
        ticket.number,
        subject=message.subject if message.subject != ticket.subject else "",
        body=message.body,
        n_photos=sum(not piece.name for piece in message.media),
        n_files=sum(bool(piece.name) for piece in message.media),
        bodies_hidden=not desk.policy.bodies_in_telegram,
    )
    await announce(desk, ticket, post)


async def announce(desk: Desk, ticket: Ticket, post: Post) -> None:
    """Say below the card that something new came, unless it was said just before (S6)."""
    hour = desk.now - timedelta(hours=1)
    card = await desk.uow.tickets.event_times(ticket.number, "opened", hour)
    later = await desk.uow.tickets.event_times(ticket.number, "alerted", hour)
    if not may_alert(desk.now, [*card, *later]):
        return
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "alerted", "bot", {}))
    rank = Rank.URGENT if ticket.is_urgent else Rank.CARD
    await desk.notify(post, ticket=ticket.number, rank=rank)
