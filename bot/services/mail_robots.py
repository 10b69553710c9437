"""A mail that a machine wrote as an answer: kept, understood, never answered (S7)."""

from datetime import datetime, timedelta

from bot.domain.addresses import Channel
from bot.domain.inbox import ClientMessage, InboxEntry, RobotMail
from bot.domain.mails import Robot
from bot.domain.outbox import Rank
from bot.domain.tickets import DeliveryState, Direction, Event, Message, Ticket
from bot.services.desk import Desk
from bot.services.mail_threads import answered_ticket
from bot.services.receiving import Origin, candidates_of
from bot.texts import notices
from bot.texts.client_mails import robot_note

UNEXPLAINED = "mail reports told"
"""The cursor that says when the desk last heard of reports on mails that are not ours: they come in floods."""

_TOLD_EVERY = timedelta(days=1)
_NOTED = frozenset({Robot.OUT_OF_OFFICE, Robot.AUTO_REPLY})


async def heed_robot(desk: Desk, entry: InboxEntry, arrived: RobotMail) -> None:
    """Note an absence on its ticket; tell the desk of a report that no mail of ours explains; keep the rest quietly.

    Nothing here stops or starts a clock, raises a ticket or writes to anybody.
    """
    if not await desk.uow.inbox.settle(entry.id, desk.now):
        return
    await desk.uow.inbox.remark(entry.id, f"robot:{arrived.robot}")
    message = arrived.message
    if arrived.robot is Robot.BOUNCE:
        await _tell_report(desk, entry, message)
    elif arrived.robot in _NOTED and (ticket := await _ticket_of(desk, message)) is not None:
        await _note(desk, entry, ticket, message)


async def _ticket_of(desk: Desk, arrived: ClientMessage) -> Ticket | None:
    """The ticket whose mail it answers, open or closed; else the sender's open one."""
    found = await desk.uow.directory.sender(arrived.address) if arrived.address else None
    origin = Origin(*found) if found else Origin()
    if origin.known is not None and origin.known.blocked_at is not None:
        return None  # C3
    assert arrived.mail is not None
    answered = await answered_ticket(desk, arrived.mail, known=origin.known, contact=origin.contact)
    if answered is not None:
        return answered.ticket
    return next((ticket for ticket in await candidates_of(desk, origin) if ticket.is_open), None)


async def _note(desk: Desk, entry: InboxEntry, ticket: Ticket, arrived: ClientMessage) -> None:
    note = Message(
        id=0,
        ticket_id=ticket.number,
        direction=Direction.NOTE,
        channel=Channel.MAIL,
        body=robot_note(arrived.body),
        at=min(entry.at, desk.now),
        automatic=False,
        state=DeliveryState.RECEIVED,
    )
    await desk.uow.messages.add(note, provider_id=arrived.provider_id, inbox_id=entry.id)
    await desk.uow.inbox.point_to(entry.id, ticket.number)
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, "automatic answer", "client", {"inbox": entry.id}))
    await desk.refresh(ticket)


async def _tell_report(desk: Desk, entry: InboxEntry, arrived: ClientMessage) -> None:
    """A report on a mail of ours that is tried again, or one that names no mail of ours: somebody should know."""
    bounce = arrived.mail.bounce if arrived.mail else None
    if bounce is None or bounce.action in ("delivered", "relayed", "expanded"):
        return
    found = await desk.uow.mails.tickets_of([bounce.original]) if bounce.original else {}
    ticket = next(iter(found.values()), None)
    if ticket is None:
        await tell_unexplained(desk, entry)
        return
    await desk.uow.inbox.point_to(entry.id, ticket)
    await desk.notify(notices.delayed(ticket), ticket=ticket)


async def tell_unexplained(desk: Desk, entry: InboxEntry) -> None:
    """A report on a mail that is none of the program's: somebody may have written it from our address elsewhere."""
    told = await desk.uow.cursors.get(UNEXPLAINED)
    if told is not None and desk.now - datetime.fromisoformat(told) < _TOLD_EVERY:
        return
    await desk.uow.cursors.put(UNEXPLAINED, desk.now.isoformat(), desk.now)
    await desk.say(notices.unexplained_report(entry.id), rank=Rank.CARD, silent=True)
