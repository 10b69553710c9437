"""A message of ours that did not arrive: it is somebody's missed call, and it shows."""

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.outbox import Outgoing, Rank
from bot.domain.tickets import DeliveryState, Direction, Event, Message, Ticket
from bot.rules.sending import alternative, route_to
from bot.services import recontact
from bot.services.acknowledging import is_at_client, send_to_client
from bot.services.desk import Desk
from bot.texts import notices

_NOT_THERE = (DeliveryState.FAILED, DeliveryState.UNDELIVERED, DeliveryState.QUEUED)


async def undelivered(desk: Desk, row: Outgoing, state: DeliveryState, code: str | None) -> None:
    """A message did not arrive: the clock goes on, another way is tried, the technicians see it (C16, F24)."""
    assert row.message_id is not None
    await desk.uow.messages.set_state(row.message_id, state, error_code=code)
    message = await desk.uow.messages.get(row.message_id)
    ticket = await desk.uow.tickets.get(message.ticket_id) if message else None
    assert message is not None
    assert ticket is not None
    if not message.automatic and await _was_the_only_answer(desk, ticket, message):
        ticket = await recontact.restart(desk.uow, ticket, desk.now, policy=desk.policy, why=code or "undelivered")
    other = await _other_way(desk, ticket, message)
    data: dict[str, object] = {"code": code, "automatic": message.automatic, "tried": other}
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "undelivered", "bot", data))
    post = notices.undelivered(
        ticket.number,
        channel=message.channel,
        code=code,
        automatic=message.automatic,
        acknowledgement=await _is_acknowledgement(desk, message),
        other=other,
        reason=desk.context.reason_of(code),
    )
    await desk.notify(post, ticket=ticket.number, rank=Rank.URGENT if ticket.is_urgent else Rank.ANSWER)
    await desk.refresh(ticket)


async def _is_acknowledgement(desk: Desk, message: Message) -> bool:
    """Whether it is the first text that the machine wrote on its ticket, on any channel: what follows are others."""
    written = await desk.uow.messages.of_ticket(message.ticket_id)
    return next((each.body for each in written if each.automatic), None) == message.body


async def _was_the_only_answer(desk: Desk, ticket: Ticket, failed: Message) -> bool:
    """Whether no other answer of a technician's got through since the clock started."""
    return not any(
        message.id != failed.id
        and not message.automatic
        and message.direction is Direction.OUT
        and message.state not in _NOT_THERE
        and message.at >= ticket.opened_at  # an older one came with a ticket that joined this one
        for message in await desk.uow.messages.of_ticket(ticket.number)
    )


async def _other_way(desk: Desk, ticket: Ticket, message: Message) -> Channel | None:
    """Queue the same text on the person's next usable channel; which one, if there is any."""
    if ticket.contact_id is None or not await is_at_client(desk.uow, ticket.contact_id, ticket):
        return None
    addresses = await desk.uow.directory.addresses_of(ticket.contact_id)
    tried = {
        other.channel
        for other in await desk.uow.messages.of_ticket(ticket.number)
        if other.direction is Direction.OUT and other.body == message.body
    }
    if message.automatic:
        addresses = [known for known in addresses if _takes_automatic(desk, known)]
    usable = [known for known in addresses if known.address.channel not in tried]
    known = alternative(message.channel, usable, desk.now)
    if known is None:
        return None
    await send_to_client(desk, ticket, known, message.body, automatic=message.automatic)
    return known.address.channel


def _takes_automatic(desk: Desk, known: KnownAddress) -> bool:
    """Whether the machine's texts may go there (principle 9): where automatic SMS are off, none is promised."""
    route = route_to(known, sms_automatic=desk.policy.sms_automatic, now=desk.now)
    return route.obstacle is None
