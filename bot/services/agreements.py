"""A client asks whether they may update macOS: kept as a request, and put before the technicians (C26)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.clients import ClientEvent
from bot.domain.tickets import Event, Ticket
from bot.domain.workstations import ChangeKind, ClientChange
from bot.ports import UnitOfWork
from bot.rules.agreements import open_request
from bot.services.desk import Desk
from bot.texts import changes as texts


async def note_request(desk: Desk, ticket: Ticket, *, at: datetime) -> None:
    """The client's message of that instant asks for it. Asked twice on a ticket it is one request, until the answer.

    Of a sender who is nobody's client there is nothing to keep it in: their ticket says all there is to say.
    """
    if ticket.client_id is None:
        return
    if open_request(await desk.uow.workstations.changes_of(ticket.client_id), ticket=ticket.number) is not None:
        return
    request = await desk.uow.workstations.add_change(
        ClientChange(
            id=0,
            client_id=ticket.client_id,
            kind=ChangeKind.MACOS,
            asked_on=at.astimezone(desk.policy.zone).date(),
            ticket_id=ticket.number,
        )
    )
    data: dict[str, object] = {"change": request.id, "ticket": ticket.number}
    await desk.uow.client_files.add_client_event(
        ClientEvent(ticket.client_id, desk.now, "agreement asked", "client", data)
    )
    await desk.uow.tickets.add_event(
        Event(ticket.number, desk.now, "agreement asked", "client", {"change": request.id})
    )
    workstations = await desk.uow.workstations.of_client(ticket.client_id)
    await desk.notify(texts.request(ticket.number, request.id, workstations), ticket=ticket.number)


async def hand_over_request(uow: UnitOfWork, number: int, *, source: int, target: int) -> None:
    """The ticket is another client's by now: so is the request that waits on it. One that was answered stays."""
    request = open_request(await uow.workstations.changes_of(source), ticket=number)
    if request is not None:
        await uow.workstations.save_change(replace(request, client_id=target, workstation_id=None))
