"""Who has a ticket, how urgent it is, whether it is open."""

from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import Channel
from bot.domain.tickets import Priority, Recontact, Ticket, TicketState
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.typed_moments import understand_moment
from bot.services import recontact
from bot.services.acknowledging import address_of, automatic_obstacle, send_to_client
from bot.services.handling.turn import Turn
from bot.services.receiving import raise_to_urgent
from bot.texts import answers
from bot.texts.calendar import appointment_file
from bot.texts.moments import day_and_hour


async def take(turn: Turn) -> str:
    """`/prendre 12`, or "Je prends": no more alerts. The clock goes on: nobody has recontacted the client yet (C16)."""
    ticket = await turn.open_ticket()
    if ticket.assigned_to == turn.technician.id:
        raise AlreadyDone("taken_by_you", number=ticket.number)
    holder = await turn.uow.directory.technician_by_id(ticket.assigned_to) if ticket.assigned_to else None
    if holder is not None and turn.order.callback_id is not None:
        raise AlreadyDone("taken", number=ticket.number, name=holder.name)  # typed, it takes over; tapped, it was late
    ticket = await assign(turn, ticket)
    await turn.refresh(ticket)
    return answers.taken(ticket.number, from_name=holder.name if holder else None)


async def assign(turn: Turn, ticket: Ticket) -> Ticket:
    """Make it this technician's."""
    ticket = replace(ticket, assigned_to=turn.technician.id)
    await turn.uow.tickets.save(ticket)
    await recontact.silence(turn.uow, ticket, turn.now)
    await turn.log(ticket, "taken")
    return ticket


async def urgent(turn: Turn) -> str:
    """`/urgent 12`: as if the client's message had begun with it (C18)."""
    ticket = await turn.open_ticket()
    if ticket.is_urgent:
        raise AlreadyDone("urgent_already", number=ticket.number)
    ticket = replace(ticket, priority=Priority.URGENT)
    await turn.uow.tickets.save(ticket)
    await raise_to_urgent(turn.desk, ticket, actor=turn.actor)
    await turn.refresh(ticket)
    return answers.made_urgent(ticket.number)


async def normal(turn: Turn) -> str:
    """`/normal 12`: it is not urgent after all; its alerts stop."""
    ticket = await turn.open_ticket()
    if not ticket.is_urgent:
        raise AlreadyDone("normal_already", number=ticket.number)
    ticket = replace(ticket, priority=Priority.NORMAL)
    await turn.uow.tickets.save(ticket)
    await recontact.silence(turn.uow, ticket, turn.now)
    await turn.log(ticket, "normal")
    await turn.refresh(ticket)
    return answers.made_normal(ticket.number)


async def reopen(turn: Turn) -> str:
    """`/rouvrir 12`: what was counted stays until the next closing corrects it by a new line (principle 8)."""
    ticket = await turn.ticket()
    if ticket.is_open:
        raise AlreadyDone("open_already", number=ticket.number)
    state = TicketState.RECONTACTED if ticket.recontacted_at else TicketState.OPEN
    ticket = replace(ticket, state=state, outcome=None, closed_at=None, last_activity_at=turn.now)
    await turn.uow.tickets.save(ticket)
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if intervention is not None:
        await turn.uow.interventions.save(replace(intervention, outcome=None, pending_outcome=None))
    if ticket.awaits_recontact:
        await recontact.resume(turn.uow, ticket, turn.policy, turn.now)
    if ticket.is_urgent and ticket.assigned_to is None:
        await recontact.sound(turn.uow, ticket, turn.policy, turn.now)
    await turn.log(ticket, "reopened")
    await turn.refresh(ticket)
    return answers.reopened(ticket.number)


async def appointment(turn: Turn) -> str:
    """`/rdv 12 jeudi 14h`: an appointment agreed with the client; it stops the clock (C16)."""
    ticket = await turn.open_ticket()
    if not turn.words:
        raise DeskRefusal("no_moment", number=ticket.number)
    at = understand_moment(turn.words, now=turn.at, zone=turn.policy.zone, prefer="future")
    await turn.log(ticket, "appointment", at=at.isoformat(), agreed_at=turn.at.isoformat())
    if ticket.assigned_to is None:
        ticket = await assign(turn, ticket)
    ticket = await recontact.stop(turn.uow, ticket, turn.at, by=Recontact.APPOINTMENT, actor=turn.actor)
    await _confirm_by_mail(turn, ticket, at)
    await turn.refresh(ticket)
    return answers.appointment(ticket.number, at, zone=turn.policy.zone, now=turn.now)


async def _confirm_by_mail(turn: Turn, ticket: Ticket, at: datetime) -> None:
    """Who wrote by mail gets it for their calendar; by the other ways it was agreed, and nothing can go along."""
    known = await address_of(turn.uow, ticket)
    mail = turn.desk.context.mail
    if mail is None or known is None or known.address.channel is not Channel.MAIL:
        return
    if await automatic_obstacle(turn.desk, known, is_asked=True) is not None:
        return
    texts = turn.desk.context.texts
    moment = day_and_hour(at, turn.policy.zone, None)
    body = texts.told(texts.sentence("appointment", moment=moment), channel=Channel.MAIL)
    invitation = appointment_file(
        ticket.number,
        at,
        opened_at=ticket.opened_at,
        shop=turn.policy.shop,
        ours=mail.address.identifier,
        theirs=known.address.identifier,
        now=turn.now,
    )
    await send_to_client(turn.desk, ticket, known, body, automatic=True, ics=invitation)
