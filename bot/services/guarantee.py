"""What a closing is held against: earlier interventions' guarantees (C9), the conditions of a vendor's fault (C5)."""

from dataclasses import replace
from datetime import tzinfo

from bot.domain.interventions import Intervention
from bot.domain.tickets import Ticket
from bot.rules.contract_term import guarantee_until
from bot.rules.coverage import Candidate, PastIntervention, candidates
from bot.rules.exclusions import Condition, failed_conditions
from bot.services.accounting import began_on, settle
from bot.services.cover import cover_on
from bot.services.desk import Desk
from bot.texts import notices


async def proposals(desk: Desk, ticket: Ticket, intervention: Intervention) -> list[Candidate]:
    """The client's earlier interventions that may cover this one, closest first, voided ones included (C9).

    Nothing is decided here. The guarantee is a month, or what was agreed for the contract of that day.
    """
    client = await desk.uow.directory.client(ticket.client_id) if ticket.client_id else None
    if client is None:
        return []
    on = began_on(ticket, intervention, desk.policy)
    asked_on = ticket.opened_at.astimezone(desk.policy.zone).date()
    cover = await cover_on(desk.uow, client, on, desk.policy, now=desk.now)
    months = cover.terms.guarantee_months if cover else desk.policy.guarantee_months
    earlier = [
        past
        for past in await _earlier(desk, client.id, intervention)
        if guarantee_until(past.ended_on, months=months) >= min(asked_on, on)
    ]
    found = candidates(
        [await _with_words(desk, past) for past in earlier],
        began_on=on,
        asked_on=asked_on,
        workstation_id=intervention.workstation_id,
        product=ticket.product,
        words=f"{intervention.reason or ''} {ticket.subject}",
        changes=await desk.uow.workstations.changes_of(client.id),
        months=months,
    )
    return sorted(found, key=lambda each: each.past.ticket != ticket.follows)  # whose mail it answers comes first


def past_of(intervention: Intervention, zone: tzinfo) -> PastIntervention | None:
    """A closed intervention as the guarantee sees it; None for one on which nobody worked."""
    ends = [sitting.ended_at for sitting in intervention.sittings if sitting.ended_at is not None]
    assert intervention.outcome is not None  # the client's are listed once they are closed
    if not ends:
        return None
    return PastIntervention(
        id=intervention.id,
        ticket=intervention.ticket_id,
        ended_on=max(ends).astimezone(zone).date(),
        outcome=intervention.outcome,
        workstation_id=intervention.workstation_id,
        words=intervention.reason or "",
    )


async def _earlier(desk: Desk, client_id: int, intervention: Intervention) -> list[PastIntervention]:
    """The client's other interventions, as far as they began before this one."""
    past = [
        past_of(each, desk.policy.zone)
        for each in await desk.uow.interventions.of_client(client_id)
        if each.id != intervention.id and not _began_later(each, intervention)
    ]
    return [each for each in past if each is not None]


def _began_later(other: Intervention, intervention: Intervention) -> bool:
    """Whether the other began after this one: work is written down in any order."""
    if not other.sittings or not intervention.sittings:
        return False
    return other.sittings[0].started_at > intervention.sittings[0].started_at


async def _with_words(desk: Desk, past: PastIntervention) -> PastIntervention:
    """With what its ticket says: a client's earlier ones are many, those still under guarantee are few."""
    ticket = await desk.uow.tickets.get(past.ticket)
    assert ticket is not None
    return replace(past, product=ticket.product, words=f"{past.words} {ticket.subject}")


async def refuted(desk: Desk, ticket: Ticket, intervention: Intervention) -> tuple[Condition, ...]:
    """The conditions of a vendor's fault that the client's file refutes (C5); of an unknown sender there is no file."""
    client_id = ticket.client_id
    return failed_conditions(
        ticket.product,
        held=await desk.uow.client_files.products_of(client_id) if client_id else [],
        changes=await desk.uow.workstations.changes_of(client_id) if client_id else [],
        workstation_id=intervention.workstation_id,
        on=began_on(ticket, intervention, desk.policy),
    )


async def leave_client(desk: Desk, intervention: Intervention, *, author: str) -> Intervention:
    """One that goes to another client's, without what ties it to this one: the Mac, and whose guarantee it is under.

    What was closed under its own guarantee stays here without it (C9): that is settled anew, and the desk reads so.
    """
    for guaranteed in await desk.uow.interventions.of_client(intervention.client_id or 0):
        if guaranteed.guarantee_of == intervention.id:
            await _settle_without_guarantee(desk, guaranteed, of=intervention.ticket_id, author=author)
    return _untied(replace(intervention, workstation_id=None, workstation_asked=False))


async def _settle_without_guarantee(desk: Desk, guaranteed: Intervention, *, of: int, author: str) -> None:
    ticket = await desk.uow.tickets.get(guaranteed.ticket_id)
    assert ticket is not None
    assert guaranteed.outcome is not None  # the client's are listed once they are closed
    account = await settle(desk, ticket, _untied(guaranteed), guaranteed.outcome, author=author)
    post = notices.guarantee_gone(ticket.number, of=of, units=account.decision.units)
    await desk.notify(post, ticket=ticket.number)
    await desk.refresh(ticket)


def _untied(intervention: Intervention) -> Intervention:
    """As if nobody had decided on a guarantee: it is asked for at the next closing."""
    return replace(intervention, guarantee_of=None, guarantee_asked=False, decision_reason="")
