"""What becomes of a message: taken by its provider, refused, or its card gone from Telegram."""

from datetime import datetime

from bot.domain.addresses import Address, Channel
from bot.domain.desk import DeskMessage
from bot.domain.inbox import ChatMoved, InboxEntry, Source
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.domain.tickets import DeliveryState, Recontact
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError
from bot.ports import UnitOfWork
from bot.services import recontact
from bot.services.context import Context
from bot.services.delivery_reports import apply_report, tell_of_copy
from bot.services.desk import Desk
from bot.services.outages import end_outage, tell_outage, waits_long
from bot.services.telling import untold
from bot.services.undelivered import undelivered

MOVED = "telegram moved:"


async def taken(uow: UnitOfWork, row: Outgoing, provider_id: str, now: datetime) -> None:
    """A provider took it: the least that must be written down, so that it is never sent again."""
    await uow.outbox.sent(row.id, now, provider_id)
    if row.message_id is not None:
        await uow.messages.set_state(row.message_id, DeliveryState.SENT, provider_id=provider_id)


async def sent(uow: UnitOfWork, context: Context, row: Outgoing, provider_id: str, *, is_whole: bool = True) -> None:
    """A provider took it. A technician's answer stops the clock now: accepted for delivery (C16).

    `is_whole` is False where somebody in copy was left out.
    """
    now = context.clock.now()
    await taken(uow, row, provider_id, now)
    if row.address.channel is Channel.TELEGRAM:
        await _remember(uow, row, provider_id, now)
    desk = Desk(uow, context, now)
    if row.kind is Kind.TEXT:
        await end_outage(desk, row.address.channel, is_told=True)
    if row.message_id is None and "contact" not in row.payload:
        return
    if (
        row.message_id is not None and not row.automatic
    ):  # the machine's own texts are not shown on the card while all is well
        message = await uow.messages.get(row.message_id)
        ticket = await uow.tickets.get(message.ticket_id) if message else None  # where it is now: tickets are joined
        assert ticket is not None
        await desk.refresh(await recontact.stop(uow, ticket, now, by=Recontact.REPLY, actor="bot"))
    if not is_whole:
        await tell_of_copy(desk, row)
    for entry in await uow.inbox.reports_on(Source.TWILIO_STATUS, provider_id):
        await apply_report(desk, entry)  # it came before we knew the id: the provider is quick


async def delayed(
    uow: UnitOfWork,
    context: Context,
    row: Outgoing,
    problem: TransientDeliveryError,
    *,
    at: datetime,
    taken_at: datetime | None,
) -> None:
    """It is tried again; the desk reads so where that is for long, and nothing left by its channel since `taken_at`."""
    uncertain = row.uncertain or problem.ambiguous
    await uow.outbox.retry(row.id, at, problem=str(problem), uncertain=uncertain)
    now = context.clock.now()
    if waits_long(row, now, taken_at=taken_at):
        await tell_outage(Desk(uow, context, now), row.address.channel, problem.code)


async def refused(uow: UnitOfWork, context: Context, row: Outgoing, problem: DeliveryError) -> None:
    """It will never go this way: try the person's next channel, and tell the technicians (principle 2)."""
    now = context.clock.now()
    await uow.outbox.failed(row.id, now, code=problem.code, problem=str(problem))
    desk = Desk(uow, context, now)
    if row.kind is Kind.TEXT:
        await end_outage(desk, row.address.channel, is_told=False)
    if row.message_id is None and "contact" not in row.payload:
        return
    if isinstance(problem, PermanentDeliveryError) and problem.opted_out:
        known = await uow.directory.address(row.address)
        if known is not None:
            await uow.directory.mute_address(known.id, now)
    if row.message_id is None:
        await untold(desk, row, problem.code)
    else:
        await undelivered(desk, row, DeliveryState.FAILED, problem.code)


async def moved(uow: UnitOfWork, context: Context, row: Outgoing, new_id: int) -> None:
    """The desk's group became a supergroup: all that waits for the old id goes to the new one, this row too."""
    now = context.clock.now()
    await uow.outbox.retry(row.id, now, problem="the chat has moved", uncertain=False)
    await _follow(uow, context, ChatMoved(int(row.address.identifier), new_id), now)


async def chat_moved(uow: UnitOfWork, context: Context, entry: InboxEntry, move: ChatMoved) -> None:
    """The same, told by an update before anything of ours was refused there; only the desk matters."""
    now = context.clock.now()
    if await uow.inbox.settle(entry.id, now) and move.old_id == context.desk_chat_id:
        await _follow(uow, context, move, now)


async def _follow(uow: UnitOfWork, context: Context, move: ChatMoved, now: datetime) -> None:
    context.moved_chats[move.old_id] = move.new_id
    await uow.cursors.put(f"{MOVED}{move.old_id}", str(move.new_id), now)
    old, new = (Address(Channel.TELEGRAM, str(chat_id)) for chat_id in (move.old_id, move.new_id))
    await uow.outbox.redirect(old, new)
    uow.signal("outbox")


async def remember_moves(uow: UnitOfWork, context: Context) -> None:
    """At start: where chats have moved to."""
    desk = context.policy.desk_chat_id
    new_id = await uow.cursors.get(f"{MOVED}{desk}")
    if new_id is not None:
        context.moved_chats[desk] = int(new_id)


async def gone(uow: UnitOfWork, context: Context, row: Outgoing) -> None:
    """The card was deleted in Telegram: forget it and post a new one; so too the sheet whose button was pressed."""
    now = context.clock.now()
    await uow.outbox.failed(row.id, now, code="gone", problem="the message is gone; a new one follows")
    if "message_id" in row.payload and row.rank is Rank.REFRESH:
        return  # nobody pressed anything: a list that was deleted is wanted no more
    if "message_id" in row.payload:
        payload = {key: value for key, value in row.payload.items() if key != "message_id"}
        await uow.outbox.add(Outgoing(row.address, Kind.SAY, payload, row.rank), now)
        uow.signal("outbox")
        return
    assert row.ticket_id is not None
    chat_id = int(row.address.identifier)
    card = await uow.desk_messages.card(row.ticket_id, chat_id)
    ticket = await uow.tickets.get(row.ticket_id)
    assert card is not None  # the edit was addressed to it
    assert ticket is not None
    await uow.desk_messages.forget(chat_id, card.message_id)
    await Desk(uow, context, now).show(ticket, chat_id=chat_id, silent=True)


async def _remember(uow: UnitOfWork, row: Outgoing, provider_id: str, now: datetime) -> None:
    if row.kind not in (Kind.SAY, Kind.FILE) or ":" not in provider_id:
        return
    chat_id, message_id = (int(part) for part in provider_id.split(":"))
    ref = str(row.payload.get("ref", "note"))
    await uow.desk_messages.remember(DeskMessage(chat_id, message_id, row.ticket_id, ref), now)
