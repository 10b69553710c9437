"""Writes past interventions: closed tickets, counted as they would have been, of which nobody is told anything."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.addresses import Channel
from bot.domain.clients import Client
from bot.domain.interventions import Intervention
from bot.domain.tickets import Event, Priority, Recontact, Ticket, TicketState
from bot.rules.folding import fold
from bot.rules.products import recognise
from bot.services.accounting import settle
from bot.services.desk import Desk
from bot.services.importing.entries import InterventionEntry
from bot.services.importing.plans import InterventionPlan
from bot.services.opening import SUBJECT_LENGTH
from bot.services.recontact import deadline_of
from bot.texts.importing import NO_REASON, NOBODY_NAMED

THREADING = "import"
NOBODY = 0
"""The Telegram id of whoever worked before this program, where the file does not say: nobody has it at Telegram's."""


async def write_history(desk: Desk, client: Client, plans: Sequence[InterventionPlan], *, author: str) -> None:
    """One closed ticket for each, in the order in which they happened (C9 looks back at earlier ones)."""
    if not plans:
        return
    somebody = await _somebody(desk)
    known = {each.sittings[0].started_at: each.id for each in await _worked(desk, client)}
    workstations = {fold(each.name): each.id for each in await desk.uow.workstations.of_client(client.id)}
    for plan in plans:
        entry = plan.entry
        ticket = await _open_ticket(desk, client, entry, author=author)
        intervention = replace(
            await _write_work(desk, client, ticket, entry, plan.technician_id or somebody),
            doctor=entry.doctor,
            reason=entry.reason,
            workstation_id=workstations.get(fold(entry.workstation or "")),
            workstation_asked=True,
            guarantee_of=known[entry.guarantee_of] if entry.guarantee_of else None,
            guarantee_asked=True,
        )
        known[entry.started_at] = intervention.id
        await settle(desk, ticket, intervention, entry.outcome, author=author, is_history=True)


async def _somebody(desk: Desk) -> int:
    """The technician whose the work is where none is named; never one of those who may act (principle 10)."""
    acting = [each.telegram_user_id for each in await desk.uow.directory.technicians()]
    await desk.uow.directory.put_technician(NOBODY, name=NOBODY_NAMED, is_admin=False, phone=None)
    nobody = await desk.uow.directory.technician(NOBODY)
    assert nobody is not None
    await desk.uow.directory.retire_technicians(acting)
    return nobody.id


async def _worked(desk: Desk, client: Client) -> list[Intervention]:
    return [each for each in await desk.uow.interventions.of_client(client.id) if each.sittings]


async def _open_ticket(desk: Desk, client: Client, entry: InterventionEntry, *, author: str) -> Ticket:
    """Closed from the start: no clock runs, no card is shown. What we know of the call is when the work began."""
    ended_at = max(sitting.ended_at for sitting in entry.sittings)
    ticket = await desk.uow.tickets.open(
        Ticket(
            number=0,
            subject=_subject(entry),
            state=TicketState.CLOSED,
            priority=Priority.NORMAL,
            channel=Channel.PHONE,
            opened_at=entry.started_at,
            last_activity_at=ended_at,
            recontact_due_at=deadline_of(entry.started_at, desk.policy).due_at,
            client_id=client.id,
            outcome=entry.outcome,
            recontacted_at=entry.started_at,
            recontacted_by=Recontact.INTERVENTION,
            closed_at=ended_at,
            threading=THREADING,
            product=recognise(entry.reason or ""),
        )
    )
    await _log(desk, ticket, "opened", author, threading=THREADING, channel=Channel.PHONE)
    await _log(desk, ticket, "closed", author, outcome=entry.outcome)
    return ticket


async def _write_work(
    desk: Desk, client: Client, ticket: Ticket, entry: InterventionEntry, technician_id: int
) -> Intervention:
    opened = await desk.uow.interventions.open(ticket.number, client_id=client.id, now=desk.now)
    for sitting in entry.sittings:
        await desk.uow.interventions.start_sitting(
            opened.id, technician_id=technician_id, started_at=sitting.started_at
        )
    intervention = await desk.uow.interventions.of_ticket(ticket.number)
    assert intervention is not None
    ended = [
        replace(begun, ended_at=sitting.ended_at, remote=sitting.remote)
        for begun, sitting in zip(intervention.sittings, entry.sittings, strict=True)
    ]
    for each in ended:
        await desk.uow.interventions.save_sitting(each)
    return replace(intervention, sittings=tuple(ended))


def _subject(entry: InterventionEntry) -> str:
    words = entry.reason or NO_REASON
    return words if len(words) <= SUBJECT_LENGTH else words[: SUBJECT_LENGTH - 1].rstrip() + "…"


async def _log(desk: Desk, ticket: Ticket, kind: str, actor: str, **data: object) -> None:
    await desk.uow.tickets.add_event(Event(ticket.number, desk.now, kind, actor, data))
