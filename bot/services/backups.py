"""The client's backup before an intervention: asked for, and confirmed (C25)."""

from datetime import datetime, timedelta

from bot.domain.addresses import Channel
from bot.domain.tickets import Event, Ticket
from bot.errors import AlreadyDone, DeskRefusal
from bot.ports import UnitOfWork
from bot.rules.sending import route_to
from bot.services.acknowledging import address_of, send_to_client
from bot.services.desk import Desk
from bot.services.views import BACKED_UP
from bot.texts.client_obligations import backup_reminder

ASKED = "backup asked"
PAUSE = timedelta(hours=1)
"""A second reminder within it is a slip of the finger."""


async def confirmed_at(uow: UnitOfWork, number: int) -> datetime | None:
    """When the client's backup for a ticket was first confirmed; None: nobody said so."""
    events = await uow.tickets.events(number, kinds=[BACKED_UP])
    return events[0].at if events else None


async def confirm_backup(desk: Desk, ticket: Ticket, actor: str) -> bool:
    """Write down that the client has backed up, and show it on the card; False when it was written down before.

    `actor` is who says so: "client", or the technician whom they told.
    """
    if await confirmed_at(desk.uow, ticket.number) is not None:
        return False
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, BACKED_UP, actor, {}))
    await desk.refresh(ticket)
    return True


async def ask_for_backup(desk: Desk, ticket: Ticket, actor: str) -> Channel:
    """Remind the client to back up, on the channel they last wrote on; which one it is.

    *Reading:* a reminder is no recontact: it is the machine's text, keeps to its routes (principle 9), and the clock
    goes on (C16). Raises `AlreadyDone` when it was asked within the hour or is confirmed, `DeskRefusal` without a way.
    """
    at = await confirmed_at(desk.uow, ticket.number)
    if at is not None:
        raise AlreadyDone("backup_confirmed_already", number=ticket.number, at=at)
    asked = await desk.uow.tickets.event_times(ticket.number, ASKED, desk.now - PAUSE)
    if asked:
        raise AlreadyDone("backup_asked_already", number=ticket.number, at=max(asked))
    known = await address_of(desk.uow, ticket)
    if known is None:
        raise DeskRefusal("no_way_to_write", number=ticket.number, why="no_address")
    route = route_to(known, sms_automatic=desk.policy.sms_automatic, now=desk.now)
    if route.obstacle is not None:
        raise DeskRefusal("no_way_to_write", number=ticket.number, why=route.obstacle)
    body = backup_reminder(
        desk.context.texts,
        number=ticket.number,
        answer_to=None if route.is_answerable else desk.policy.sms_number,
        shop=desk.policy.shop,
        channel=known.address.channel,
    )
    await send_to_client(desk, ticket, known, body, automatic=True)
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, ASKED, actor, {"channel": known.address.channel}))
    return known.address.channel
