"""Closing a ticket: asks for what is missing, shows what it will count, and counts when it is confirmed (C6, C7).

Nothing of the dialogue is held in memory: what was answered stands on the intervention, what a button means in the
button. A restart in the middle loses nothing.
"""

from dataclasses import replace

from bot.domain.interventions import Intervention
from bot.domain.milestones import MilestoneKind
from bot.domain.tickets import Outcome, Ticket, TicketState
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.closing import Missing, missing
from bot.rules.roles import doctors_first
from bot.rules.sending import route_to
from bot.services.accounting import estimate, settle
from bot.services.acknowledging import address_of, send_to_client
from bot.services.handling import covering, tracing
from bot.services.handling.turn import SETTLED, Turn
from bot.services.views import card_view
from bot.texts import answers
from bot.texts import closing as texts
from bot.texts.labels import OUTCOMES, outcome_from_word
from bot.texts.posts import Post

Said = str | Post | None


async def close(turn: Turn) -> Said:
    """`/clore 12 [résolu]`; the button asks how it ended."""
    ticket = await _closable(turn)
    if not turn.words:
        return await _ask_outcome(turn, ticket)
    chosen = outcome_from_word(turn.words)
    if chosen is None:
        raise DeskRefusal("unknown_outcome", words=turn.words, number=ticket.number)
    return await _choose(turn, ticket, chosen)


async def outcome(turn: Turn) -> Said:
    """A button of the question how it ended."""
    return await close(turn)


async def _choose(turn: Turn, ticket: Ticket, chosen: Outcome) -> Said:
    intervention = await tracing.intervention_of(turn, ticket)
    if intervention.running is not None:
        ended_at = tracing.ends_at(turn, intervention.running)
        ticket, intervention = await tracing.end_running(turn, ticket, intervention, ended_at)
    await turn.uow.interventions.save(replace(intervention, pending_outcome=chosen))
    return await go_on(turn, ticket)


async def doctor(turn: Turn) -> Said:
    """The doctor's name (C6), from a button or typed below the question."""
    ticket = await _closable(turn)
    name = _given(turn, ticket)
    intervention = await tracing.intervention_of(turn, ticket)
    await turn.uow.interventions.save(replace(intervention, doctor=name))
    return await go_on(turn, ticket)


async def reason(turn: Turn) -> Said:
    """The reason, *motif* (C6), from a button or typed below the question."""
    ticket = await _closable(turn)
    text = _given(turn, ticket)
    intervention = await tracing.intervention_of(turn, ticket)
    await turn.uow.interventions.save(replace(intervention, reason=text))
    return await go_on(turn, ticket)


async def remote(turn: Turn) -> Said:
    """With remote control or without (C28), for the sittings that do not say yet."""
    ticket = await _closable(turn)
    intervention = await tracing.intervention_of(turn, ticket)
    for sitting in intervention.sittings:
        if sitting.remote is None:
            await turn.uow.interventions.save_sitting(replace(sitting, remote=turn.words == "oui"))
    return await go_on(turn, ticket)


async def go_on(turn: Turn, ticket: Ticket) -> Said:
    """Ask for the next thing that is missing; when nothing is, show what will be counted."""
    intervention = await tracing.intervention_of(turn, ticket)
    chosen = intervention.pending_outcome
    if chosen is None:
        await turn.refresh(ticket)
        return await _ask_outcome(turn, ticket)
    asked = await _missing(turn, ticket, intervention, chosen)
    if asked:
        await turn.ask(await _question(turn, ticket, asked[0]), ticket=ticket, ref=f"{asked[0]}?")
        return None
    refusal = await covering.refuse_vendor_fault(turn, ticket, intervention)
    if refusal is not None:
        return refusal
    intervention = await covering.drop_lapsed_guarantee(turn, ticket, intervention)
    if await covering.ask_guarantee(turn, ticket, intervention):
        return None
    return await _preview(turn, ticket, intervention, chosen)


async def _missing(turn: Turn, ticket: Ticket, intervention: Intervention, chosen: Outcome) -> tuple[Missing, ...]:
    workstations = await turn.uow.workstations.of_client(ticket.client_id) if ticket.client_id else []
    return missing(intervention, chosen, has_workstations=bool(workstations), product=ticket.product)


async def _question(turn: Turn, ticket: Ticket, what: Missing) -> Post:
    match what:
        case Missing.DOCTOR:
            contacts = await turn.uow.directory.contacts_of(ticket.client_id) if ticket.client_id else []
            return texts.ask_doctor(ticket.number, [contact.name for contact in doctors_first(contacts)])
        case Missing.REASON:
            subject = ticket.subject if turn.policy.bodies_in_telegram else None
            return texts.ask_reason(ticket.number, [each for each in (subject, ticket.product) if each])
        case Missing.TIMES:
            return texts.ask_times(ticket.number)
        case Missing.REMOTE:
            return texts.ask_remote(ticket.number)
        case _:
            return await covering.question(turn, ticket, what)


async def _preview(turn: Turn, ticket: Ticket, intervention: Intervention, chosen: Outcome) -> Post:
    account = await estimate(turn.desk, ticket, intervention, chosen)
    return texts.confirm(
        ticket.number,
        outcome=chosen,
        decision=account.decision,
        after=account.balance,
        doctor=intervention.doctor,
        reason=intervention.reason,
        sittings=[(each.started_at, each.ended_at) for each in intervention.sittings if each.ended_at],
        remote=_remote(intervention),
        guarantee=await _guarantee(turn, intervention),
        reason_kept=intervention.decision_reason if intervention.guarantee_asked else "",
        identified=ticket.client_id is not None,
        zone=turn.policy.zone,
        now=turn.now,
    )


async def _guarantee(turn: Turn, intervention: Intervention) -> int | None:
    """The ticket whose guarantee covers the work, as the technician decided (C9)."""
    earlier = await turn.uow.interventions.get(intervention.guarantee_of) if intervention.guarantee_of else None
    return earlier.ticket_id if earlier else None


async def confirm(turn: Turn) -> Said:
    """Close and count, if it is still what was shown; otherwise show it again. A second press changes nothing (F8)."""
    ticket = await _closable(turn)
    intervention = await tracing.intervention_of(turn, ticket)
    chosen = intervention.pending_outcome
    if chosen is None or await _missing(turn, ticket, intervention, chosen):
        return await go_on(turn, ticket)
    refusal = await covering.refuse_vendor_fault(turn, ticket, intervention)
    if refusal is not None:
        return refusal
    if await covering.drop_lapsed_guarantee(turn, ticket, intervention) != intervention:
        return await go_on(turn, ticket)
    account = await estimate(turn.desk, ticket, intervention, chosen)
    if turn.words != texts.confirmation(chosen, account.decision):
        return await _preview(turn, ticket, intervention, chosen)
    account = await settle(turn.desk, ticket, intervention, chosen, author=turn.actor)
    ticket = replace(
        ticket,
        state=TicketState.CLOSED,
        outcome=chosen,
        closed_at=turn.now,
        last_activity_at=turn.now,
        assigned_to=ticket.assigned_to or turn.technician.id,
    )
    await turn.uow.tickets.save(ticket)
    await turn.uow.milestones.cancel(ticket.number, MilestoneKind.RECONTACT, turn.now)
    await turn.uow.milestones.cancel(ticket.number, MilestoneKind.URGENT, turn.now)
    await turn.log(ticket, "closed", outcome=chosen, units=account.decision.units, rule=account.decision.rule)
    if chosen is Outcome.OUT_OF_SCOPE:
        await _say_out_of_scope(turn, ticket)
    await turn.refresh(ticket)
    return answers.closed(
        ticket.number,
        outcome=OUTCOMES[chosen],
        counted=account.decision.units,
        left=account.balance.left if account.balance else None,
        beyond=account.balance.beyond if account.balance else 0,
    )


async def cancel(turn: Turn) -> Said:
    """Not closed after all, and what was answered is kept for the next time; of no ticket's question, it is left."""
    if turn.order.ticket is None:
        return await _leave(turn)
    ticket = await _closable(turn)
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if intervention is not None:
        await turn.uow.interventions.save(replace(intervention, pending_outcome=None))
    await turn.refresh(ticket)
    return answers.cancelled(ticket.number)


async def _leave(turn: Turn) -> Said:
    """What a colleague has confirmed meanwhile is not written over by "nothing was changed"."""
    question = await turn.uow.desk_messages.find(turn.order.chat_id, turn.order.message_id)
    if question is not None and question.kind == SETTLED:
        raise AlreadyDone("settled_already")
    return await turn.done(answers.left())


async def _closable(turn: Turn) -> Ticket:
    ticket = await turn.ticket()
    if not ticket.is_open:
        raise AlreadyDone("closed_already", number=ticket.number)
    return ticket


async def _ask_outcome(turn: Turn, ticket: Ticket) -> Post:
    return texts.ask_outcome(await card_view(turn.uow, ticket, turn.desk.context, turn.now))


def _given(turn: Turn, ticket: Ticket) -> str:
    """What was said to a question, on one line."""
    words = " ".join(turn.words.split())[:200]
    if not words:
        raise DeskRefusal("no_text", verb=turn.order.verb.value, number=ticket.number)
    return words


def _remote(intervention: Intervention) -> bool | None:
    """How it was done, as far as all its sittings agree; None for a ticket on which nobody worked."""
    said = {sitting.remote for sitting in intervention.sittings}
    return True in said if said else None


async def _say_out_of_scope(turn: Turn, ticket: Ticket) -> None:
    """The client is told that it is outside the contract and not counted (C4), where an automatic text may go."""
    known = await address_of(turn.uow, ticket)
    if known is None:
        return
    route = route_to(known, sms_automatic=turn.policy.sms_automatic, now=turn.now)
    if route.obstacle is not None:
        await turn.log(ticket, "not told", why=route.obstacle)
        return
    body = turn.desk.context.texts.out_of_scope(
        number=ticket.number, shop=turn.policy.shop, channel=known.address.channel
    )
    await send_to_client(turn.desk, ticket, known, body, automatic=True)
