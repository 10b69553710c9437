"""When work began and ended (C6): sittings, started by a button or written down afterwards."""

from dataclasses import replace
from datetime import datetime

from bot.domain.interventions import Intervention, Sitting
from bot.domain.tickets import Recontact, Ticket, TicketState
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.sittings import check_sitting, understand_stretch
from bot.rules.typed_moments import understand_moment
from bot.services import recontact
from bot.services.backups import confirmed_at
from bot.services.handling import closing
from bot.services.handling.taking import assign
from bot.services.handling.turn import Turn
from bot.texts import answers
from bot.texts.posts import Post


async def start(turn: Turn) -> str:
    """`/debut 12 [14h10]`: an intervention begins; it stops the clock (C16)."""
    ticket = await turn.open_ticket()
    intervention = await intervention_of(turn, ticket)
    if intervention.running is not None:
        raise AlreadyDone("started_already", number=ticket.number, at=intervention.running.started_at)
    started_at = _typed(turn)
    check_sitting(started_at, turn.now, now=turn.now, others=intervention.sittings)
    await turn.uow.interventions.start_sitting(intervention.id, technician_id=turn.technician.id, started_at=started_at)
    if ticket.assigned_to is None:
        ticket = await assign(turn, ticket)
    ticket = await recontact.stop(turn.uow, ticket, started_at, by=Recontact.INTERVENTION, actor=turn.actor)
    ticket = replace(ticket, state=TicketState.IN_PROGRESS)
    await turn.uow.tickets.save(ticket)
    await turn.log(ticket, "sitting started", at=started_at.isoformat())
    await turn.refresh(ticket)
    is_backed_up = await confirmed_at(turn.uow, ticket.number) is not None
    return answers.started(ticket.number, started_at, is_backed_up=is_backed_up, zone=turn.policy.zone, now=turn.now)


async def end(turn: Turn) -> str:
    """`/fin 12 [14h32]`: the sitting ends; the ticket stays open."""
    ticket = await turn.open_ticket()
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if intervention is None or intervention.running is None:
        last = intervention.sittings[-1].ended_at if intervention and intervention.sittings else None
        if last is not None:
            raise AlreadyDone("ended_already", number=ticket.number, at=last)
        raise DeskRefusal("not_started", number=ticket.number)
    running = intervention.running
    ended_at = _typed(turn) if turn.words else ends_at(turn, running)
    ticket, intervention = await end_running(turn, ticket, intervention, ended_at)
    await turn.refresh(ticket)
    return answers.ended(
        ticket.number,
        at=ended_at,
        worked=ended_at - running.started_at,
        total=intervention.worked,
        zone=turn.policy.zone,
        now=turn.now,
    )


async def times(turn: Turn) -> str | Post | None:
    """`14h10 14h32` below the question of a closing: the times of work that nobody started a watch for."""
    ticket = await turn.open_ticket()
    started_at, ended_at = understand_stretch(turn.words, now=turn.at, zone=turn.policy.zone)
    intervention = await intervention_of(turn, ticket)
    check_sitting(started_at, ended_at, now=turn.now, others=intervention.sittings)
    await turn.uow.interventions.start_sitting(intervention.id, technician_id=turn.technician.id, started_at=started_at)
    stored = await turn.uow.interventions.of_ticket(ticket.number)
    assert stored is not None
    newest = max(stored.sittings, key=lambda sitting: sitting.id)  # another one may be running
    await turn.uow.interventions.save_sitting(replace(newest, ended_at=ended_at))
    if ticket.assigned_to is None:
        ticket = await assign(turn, ticket)
    ticket = await recontact.stop(turn.uow, ticket, started_at, by=Recontact.INTERVENTION, actor=turn.actor)
    await turn.log(ticket, "sitting entered", started_at=started_at.isoformat(), ended_at=ended_at.isoformat())
    return await closing.go_on(turn, ticket)


def ends_at(turn: Turn, running: Sitting) -> datetime:
    """When a sitting ends of which no time was typed: not before it began, which a press dates when it is handled."""
    return max(turn.at, running.started_at)


async def end_running(
    turn: Turn, ticket: Ticket, intervention: Intervention, ended_at: datetime
) -> tuple[Ticket, Intervention]:
    """End the running sitting at this instant."""
    running = intervention.running
    assert running is not None
    others = [sitting for sitting in intervention.sittings if sitting.id != running.id]
    check_sitting(running.started_at, ended_at, now=turn.now, others=others)
    await turn.uow.interventions.save_sitting(replace(running, ended_at=ended_at))
    ticket = replace(ticket, state=TicketState.RECONTACTED)
    await turn.uow.tickets.save(ticket)
    await turn.log(ticket, "sitting ended", at=ended_at.isoformat())
    stored = await turn.uow.interventions.of_ticket(ticket.number)
    assert stored is not None
    return ticket, stored


async def intervention_of(turn: Turn, ticket: Ticket) -> Intervention:
    """The ticket's intervention, opened when there is none yet."""
    found = await turn.uow.interventions.of_ticket(ticket.number)
    if found is not None:
        return found
    return await turn.uow.interventions.open(ticket.number, client_id=ticket.client_id, now=turn.now)


def _typed(turn: Turn) -> datetime:
    """The time that was typed, or when it was."""
    if not turn.words:
        return turn.at
    return min(understand_moment(turn.words, now=turn.at, zone=turn.policy.zone), turn.at)
