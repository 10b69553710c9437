"""A call becomes a ticket, or a line on the caller's open one (C1): missed, a spoken message, or taken by somebody.

The clock of C15 runs from the call, not from when we heard of its end.
"""

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.calls import Call, CallState
from bot.domain.clients import Client
from bot.domain.desk import Technician
from bot.domain.tickets import Direction, Event, Media, Message, Recontact, Ticket
from bot.ports import UnitOfWork
from bot.rules.calls import channels_of
from bot.rules.threading import Choice, Reason, choose
from bot.services import recontact
from bot.services.acknowledging import acknowledge
from bot.services.desk import Desk
from bot.services.opening import open_ticket
from bot.services.receiving import Origin, announce, candidates_of, colleagues_of
from bot.texts import calls as texts

WITHHELD = "calls:withheld"
"""The cursor of the last missed call from a withheld number: "41 2026-11-23T09:00:00+00:00"."""

KNOWN_ON = (Channel.SMS, Channel.WHATSAPP, Channel.PHONE)
"""The channels on which an address is a number, in the order in which its owner is looked for."""

SOUND = "audio/mpeg"


async def put_on_ticket(desk: Desk, call: Call, *, inbox_id: int | None, told_at: datetime) -> Call:
    """The call with its ticket. A blocked caller opens none (C3), nor a missed call where the shop wants none.

    `told_at` is when the provider told of it: at its end; or, where its list did, when the call began.
    """
    origin = await _origin(desk, call)
    if origin.known is not None and origin.known.blocked_at is not None:
        return call
    if call.state is CallState.MISSED and not desk.policy.voice_missed_tickets:
        return call
    technician = await desk.uow.directory.technician_by_id(call.technician_id) if call.technician_id else None
    message = _message(call, origin, technician, desk.policy.zone)
    ticket, choice = await _ticket_of(desk, call, origin)
    if ticket is None:
        ticket, message = await _open(desk, call, message, choice, origin, inbox_id)
    else:
        ticket, message = await _join(desk, call, ticket, message, choice, origin, inbox_id)
    if call.state is CallState.ANSWERED:
        ticket = await _answered(desk, ticket, call, technician, told_at)
    await _show(desk, ticket, message, choice)
    if call.caller is None and call.state is CallState.MISSED:
        await desk.uow.cursors.put(WITHHELD, f"{ticket.number} {call.started_at.isoformat()}", desk.now)
    is_spoken = call.state is CallState.MESSAGE
    return replace(call, ticket_id=ticket.number, message_id=message.id if is_spoken else call.message_id)


async def _origin(desk: Desk, call: Call) -> Origin:
    """Who has this number: as an SMS sender, so that a later SMS finds the ticket; as a caller alone for a landline.

    A number that is known on another channel, from WhatsApp or a list, is the same person's.
    """
    if call.caller is None:
        return Origin()
    directory, channels = desk.uow.directory, channels_of(call.caller)
    found = await directory.sender(Address(channels[0], call.caller))
    if found is None or found[1] is None:
        for other in KNOWN_ON:
            twin = await directory.sender(Address(other, call.caller)) if other is not channels[0] else None
            if twin is not None and twin[1] is not None:
                known = found[0] if found else await _remember(desk, call.caller, twin[1].id)
                await directory.link_address(known.id, twin[1].id)
                found = replace(known, contact_id=twin[1].id), twin[1], twin[2]
                break
    known, contact, client = found or (await _remember(desk, call.caller, None), None, None)
    await directory.touch_address(known.id, call.started_at, profile_name=None)
    return Origin(known, contact, client)


async def who_calls(uow: UnitOfWork, number: str) -> Client | None:
    """The client whose number it is, on whatever channel it is known; nothing is kept of the question."""
    for channel in KNOWN_ON:
        found = await uow.directory.sender(Address(channel, number))
        if found is not None and found[2] is not None:
            return found[2]
    return None


async def is_blocked(uow: UnitOfWork, number: str) -> bool:
    """Whether a caller opens nothing (C3): by the address that `put_on_ticket` knows them by."""
    known = await uow.directory.address(Address(channels_of(number)[0], number))
    return known is not None and known.blocked_at is not None


async def _remember(desk: Desk, number: str, contact_id: int | None) -> KnownAddress:
    address = Address(channels_of(number)[0], number)
    return await desk.uow.directory.add_address(address, contact_id=contact_id, profile_name=None, now=desk.now)


def _message(call: Call, origin: Origin, technician: Technician | None, zone: tzinfo) -> Message:
    is_withheld = call.caller is None
    media: tuple[Media, ...] = ()
    if call.state is CallState.ANSWERED:
        name = technician.name if technician else None
        body = texts.taken(name, call.talked_seconds, is_withheld=is_withheld)
    elif call.state is CallState.MESSAGE:
        assert call.recording is not None
        body = texts.voice_message(call.recording.seconds, is_withheld=is_withheld)
        name = texts.sound_name(call.started_at, call.recording.seconds, zone=zone)
        media = (Media(url=call.recording.url, content_type=SOUND, name=name),)
    else:
        body = texts.missed(is_withheld=is_withheld)
    return Message(
        id=0,
        ticket_id=0,
        direction=Direction.IN,
        channel=Channel.PHONE,
        body=body,
        at=call.started_at,
        address_id=origin.known.id if origin.known else None,
        media=media,
    )


async def _ticket_of(desk: Desk, call: Call, origin: Origin) -> tuple[Ticket | None, Choice]:
    """The open ticket it goes to: the call's own, when more became of it; the caller's; else none."""
    own = await desk.uow.tickets.get(call.ticket_id) if call.ticket_id else None
    if own is None and origin.known is None and call.state is CallState.MISSED:
        own = await _withheld_before(desk, call.started_at)
    if own is not None and own.is_open:
        return own, Choice(own.number, Reason.BURST, is_burst=True)
    candidates = await candidates_of(desk, origin)
    colleagues = await colleagues_of(desk, origin, candidates)
    choice = choose(now=call.started_at, text="", candidates=candidates, colleagues=colleagues, burst=desk.policy.burst)
    return next((each for each in candidates if each.number == choice.ticket), None), choice


async def _withheld_before(desk: Desk, at: datetime) -> Ticket | None:
    """The ticket of a call that was missed just before from a withheld number, too: somebody dials again (S6)."""
    number, _, before = (await desk.uow.cursors.get(WITHHELD) or "").partition(" ")
    if not number or abs(at - datetime.fromisoformat(before)) > desk.policy.burst:
        return None
    return await desk.uow.tickets.get(int(number))


async def _open(
    desk: Desk, call: Call, message: Message, choice: Choice, origin: Origin, inbox_id: int | None
) -> tuple[Ticket, Message]:
    ticket, message = await open_ticket(
        desk,
        message,
        urgent=False,
        threading=choice.reason,
        known=origin.known,
        contact=origin.contact,
        client=origin.client,
        inbox_id=inbox_id,
    )
    if origin.known is not None and call.state is not CallState.ANSWERED:
        await acknowledge(desk, ticket, origin.known)
    return ticket, message


async def _join(
    desk: Desk,
    call: Call,
    ticket: Ticket,
    message: Message,
    choice: Choice,
    origin: Origin,
    inbox_id: int | None,
) -> tuple[Ticket, Message]:
    message = await desk.uow.messages.add(replace(message, ticket_id=ticket.number), inbox_id=inbox_id)
    is_withheld = origin.known is None
    is_better_known = ticket.subject == texts.missed(is_withheld=is_withheld) and choice.ticket == call.ticket_id
    ticket = replace(
        ticket,
        subject=message.body if is_better_known else ticket.subject,
        last_activity_at=max(ticket.last_activity_at, message.at),
    )
    can_be_written_to = origin.known is not None and origin.known.address.channel is not Channel.PHONE
    if can_be_written_to or ticket.address_id is None:  # from a landline, what they wrote from stays where we answer
        ticket = replace(ticket, address_id=message.address_id or ticket.address_id, channel=Channel.PHONE)
    await desk.uow.tickets.save(ticket)
    data: dict[str, object] = {"threading": choice.reason, "channel": message.channel, "inbox": inbox_id}
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "message", "client", data))
    if call.state is not CallState.ANSWERED:
        ticket = await recontact.bring_forward(desk.uow, ticket, message.at, desk.policy)
    return ticket, message


async def _answered(desk: Desk, ticket: Ticket, call: Call, technician: Technician | None, told_at: datetime) -> Ticket:
    """Somebody of ours talked to the client: that is the recontact (C16), and the ticket theirs unless it is taken.

    It is none of what the client asked for after that talk.
    """
    actor = f"technician:{technician.id}" if technician else "bot"
    began_at, ended_at = _talk(call, told_at)
    if ended_at < ticket.opened_at:
        return ticket
    began_at = max(began_at, ticket.opened_at)
    if technician is not None and ticket.assigned_to is None:
        ticket = replace(ticket, assigned_to=technician.id)
        await desk.uow.tickets.save(ticket)
        await recontact.silence(desk.uow, ticket, desk.now)
        await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "taken", actor, {}))
    data: dict[str, object] = {"at": began_at.isoformat()}
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, recontact.TALK, actor, data))
    return await recontact.stop(desk.uow, ticket, began_at, by=Recontact.REPLY, actor=actor)


def _talk(call: Call, told_at: datetime) -> tuple[datetime, datetime]:
    """From when to when, as far as is known: without its length, or from a list, it begins when the phone rings."""
    talked = timedelta(seconds=call.talked_seconds or 0)
    began_at = call.started_at if call.talked_seconds is None else max(call.started_at, told_at - talked)
    return began_at, began_at + talked


async def _show(desk: Desk, ticket: Ticket, message: Message, choice: Choice) -> None:
    if choice.ticket is None:
        await desk.show(ticket)
        return
    await desk.refresh(ticket)
    if not choice.is_burst:
        await announce(desk, ticket, texts.called_again(ticket.number, message.body))
