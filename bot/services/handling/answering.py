"""Writing to the client from the desk, and noting what is for the desk alone."""

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.tickets import DeliveryState, Direction, Message, Ticket
from bot.errors import DeskRefusal
from bot.rules.sending import alternative, route_to
from bot.services.acknowledging import address_of, is_at_client, send_to_client
from bot.services.handling import closing, covering, tracing
from bot.services.handling.taking import assign
from bot.services.handling.turn import Turn
from bot.texts import answers
from bot.texts.posts import Post
from bot.texts.splitting import split

CARDS = ("card", "alert", "notice", "reminder", "text", "answer?")
"""Desk messages whose answer goes to the client."""


async def answer(turn: Turn) -> str | None:
    """`/repondre 12 texte`; the button asks for the text. It stops the clock once a provider has accepted it (C16)."""
    ticket = await turn.open_ticket()
    if not turn.words:
        await turn.ask(answers.ask_answer(ticket.number), ticket=ticket, ref="answer?")
        return None
    return await _send(turn, ticket, turn.words)


async def reply(turn: Turn) -> str | Post | None:
    """An answer to one of our messages: to the client below a card, to the question below a question."""
    if turn.order.typed == "media":
        raise DeskRefusal("only_text")
    below = await turn.answered()
    if below is None or below.ticket_id is None:
        raise DeskRefusal("reply_to_nothing")
    if below.kind == "doctor?":
        return await closing.doctor(turn)
    if below.kind == "reason?":
        return await closing.reason(turn)
    if below.kind == "times?":
        return await tracing.times(turn)
    if below.kind == "product?":
        return await covering.product(turn)
    if below.kind == "guarantee?":
        return await covering.guarantee(turn)
    if below.kind not in CARDS:
        raise DeskRefusal("reply_to_nothing")
    return await _send(turn, await turn.open_ticket(), turn.words)


async def note(turn: Turn) -> str:
    """`/note 12 texte`: kept on the ticket, never sent; it does not stop the clock (C16)."""
    ticket = await turn.ticket()
    if not turn.words:
        raise DeskRefusal("no_text", verb=turn.order.verb.value, number=ticket.number)
    message = Message(
        id=0,
        ticket_id=ticket.number,
        direction=Direction.NOTE,
        channel=ticket.channel,
        body=turn.words,
        at=turn.at,
        state=DeliveryState.RECEIVED,
    )
    await turn.uow.messages.add(message, technician_id=turn.technician.id)
    await turn.log(ticket, "note")
    await turn.refresh(ticket)
    return answers.noted(ticket.number)


async def _send(turn: Turn, ticket: Ticket, text: str) -> str:
    if not text:
        raise DeskRefusal("no_text", verb="repondre", number=ticket.number)
    known = await where_to(turn, ticket)
    pieces = [text] if known.address.channel is Channel.MAIL else split(text)
    for piece in pieces:
        await send_to_client(turn.desk, ticket, known, piece, automatic=False, technician=turn.technician)
    await turn.log(ticket, "answered", channel=known.address.channel)
    if ticket.assigned_to is None:
        ticket = await assign(turn, ticket)
    await turn.refresh(ticket)
    is_other = ticket.channel not in (known.address.channel, Channel.PHONE)  # nobody expects to be written to by phone
    return answers.answer_queued(ticket.number, known.address.channel, other=is_other)


async def where_to(turn: Turn, ticket: Ticket) -> KnownAddress:
    """The address the client last wrote from, or their next usable one: muted and closed windows are not written to."""
    known = await address_of(turn.uow, ticket)
    why: str = "not_theirs" if known is None and ticket.address_id else "no_address"
    if known is not None:
        obstacle = route_to(known, sms_automatic="number", now=turn.now).obstacle
        if obstacle is None:
            return known
        why = obstacle
    addresses: list[KnownAddress] = []
    if ticket.contact_id is not None and await is_at_client(turn.uow, ticket.contact_id, ticket):
        addresses = await turn.uow.directory.addresses_of(ticket.contact_id)
    other = alternative(known.address.channel if known else None, addresses, turn.now)
    if other is not None:
        return other
    raise DeskRefusal("no_way_to_write", number=ticket.number, why=why)
