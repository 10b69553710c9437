"""What a closing asks of the contract: on which Mac, of which product, under whose guarantee (C5, C9)."""

from dataclasses import replace

from bot.domain.interventions import Intervention
from bot.domain.tickets import Outcome, Ticket
from bot.errors import DeskRefusal
from bot.rules.closing import Missing
from bot.rules.products import recognise
from bot.services.guarantee import proposals, refuted
from bot.services.handling import closing, tracing
from bot.services.handling.turn import Turn, as_number
from bot.texts import covering as texts
from bot.texts.changes import change_line
from bot.texts.posts import Post

Said = str | Post | None


async def ask_guarantee(turn: Turn, ticket: Ticket, intervention: Intervention) -> bool:
    """Ask under whose guarantee the work falls (C9), where there is one to choose and nobody has; True when it asks."""
    if intervention.pending_outcome is not Outcome.RESOLVED or intervention.guarantee_asked:
        return False
    found = await proposals(turn.desk, ticket, intervention)
    if all(candidate.voided_by for candidate in found):
        return False
    post = texts.ask_guarantee(ticket.number, found, await workstation_names(turn, ticket))
    await turn.ask(post, ticket=ticket, ref="guarantee?")
    return True


async def drop_lapsed_guarantee(turn: Turn, ticket: Ticket, intervention: Intervention) -> Intervention:
    """Without the guarantee that was chosen, where it does not hold any more (C9): it is asked for anew.

    Times that were entered since can lie outside it, a change that was noted since can void it, its ticket can have
    moved. One whose ticket is open again stands: nothing is known of it yet.
    """
    if intervention.guarantee_of is None:
        return intervention
    earlier = await turn.uow.interventions.get(intervention.guarantee_of)
    is_open_again = earlier is not None and earlier.outcome is None and earlier.client_id == ticket.client_id
    holding = [each.past.id for each in await proposals(turn.desk, ticket, intervention) if each.voided_by is None]
    if is_open_again or intervention.guarantee_of in holding:
        return intervention
    dropped = replace(intervention, guarantee_of=None, guarantee_asked=False, decision_reason="")
    await turn.uow.interventions.save(dropped)
    return dropped


async def refuse_vendor_fault(turn: Turn, ticket: Ticket, intervention: Intervention) -> Post | None:
    """Why the fault is not the vendor's, where the client's file says so (C5); the closing starts again."""
    if intervention.pending_outcome is not Outcome.VENDOR_FAULT:
        return None
    failed = await refuted(turn.desk, ticket, intervention)
    if not failed:
        return None
    await turn.uow.interventions.save(replace(intervention, pending_outcome=None))
    await turn.log(ticket, "vendor fault refused", failed=list(failed))
    return texts.not_vendor_fault(ticket.number, failed, product=ticket.product, client_id=ticket.client_id)


async def workstation(turn: Turn) -> Said:
    """`appareil`: the Mac that was worked on, from a button; "aucun" for none of them (C9, C27)."""
    ticket = await turn.open_ticket()
    intervention = await tracing.intervention_of(turn, ticket)
    chosen = await turn.uow.workstations.get(as_number(turn.words) or 0)
    if chosen is None and turn.words != "aucun":
        raise DeskRefusal("unknown_workstation", number=ticket.number)
    if chosen is not None and chosen.client_id != ticket.client_id:
        raise DeskRefusal("unknown_workstation", number=ticket.number)
    intervention = replace(intervention, workstation_id=chosen.id if chosen else None, workstation_asked=True)
    await turn.uow.interventions.save(intervention)
    return await closing.go_on(turn, ticket)


async def product(turn: Turn) -> Said:
    """`produit`: which product the fault is in (C2, C5), from a button or typed below the question."""
    ticket = await turn.open_ticket()
    named = recognise(turn.words)
    if named is None:
        raise DeskRefusal("unknown_product", words=turn.words)
    ticket = replace(ticket, product=named)
    await turn.uow.tickets.save(ticket)
    await turn.log(ticket, "product named", product=named)
    return await closing.go_on(turn, ticket)


async def guarantee(turn: Turn) -> Said:
    """`garantie`: "41" under the guarantee of no. 41, "non" under none, both with a reason behind; "?" asks again.

    The technician decides, and the reason is kept (C9); a guarantee that was voided cannot be chosen.
    """
    ticket = await turn.open_ticket()
    intervention = await tracing.intervention_of(turn, ticket)
    first, _, reason = turn.words.partition(" ")
    if first == "?":
        cleared = replace(intervention, guarantee_of=None, guarantee_asked=False, decision_reason="")
        await turn.uow.interventions.save(cleared)
        return await closing.go_on(turn, ticket)
    if texts.means_none(first):
        reason = reason.strip() or texts.OTHER_PROBLEM
        decided = replace(intervention, guarantee_of=None, guarantee_asked=True, decision_reason=reason)
    else:
        decided = await _under_guarantee(turn, ticket, intervention, first, reason.strip())
    await turn.uow.interventions.save(decided)
    return await closing.go_on(turn, ticket)


async def _under_guarantee(
    turn: Turn, ticket: Ticket, intervention: Intervention, typed: str, reason: str
) -> Intervention:
    number = as_number(typed.rstrip(".,:;"))
    found = {candidate.past.ticket: candidate for candidate in await proposals(turn.desk, ticket, intervention)}
    if number is None or number not in found:
        raise DeskRefusal("no_such_guarantee", number=ticket.number, words=typed)
    candidate = found[number]
    if candidate.voided_by is not None:
        names = await workstation_names(turn, ticket)
        voided = change_line(candidate.voided_by, names.get(candidate.voided_by.workstation_id or 0))
        raise DeskRefusal("guarantee_voided", number=number, change=voided)
    await turn.log(ticket, "under guarantee", of=number)
    return replace(
        intervention,
        guarantee_of=candidate.past.id,
        guarantee_asked=True,
        decision_reason=reason or texts.likeness_told(candidate),
    )


async def question(turn: Turn, ticket: Ticket, what: Missing) -> Post:
    """The question for the Mac or for the product."""
    if what is Missing.PRODUCT:
        held = await turn.uow.client_files.products_of(ticket.client_id) if ticket.client_id else []
        return texts.ask_product(ticket.number, [each.product for each in held])
    assert ticket.client_id is not None
    return texts.ask_workstation(ticket.number, await turn.uow.workstations.of_client(ticket.client_id))


async def workstation_names(turn: Turn, ticket: Ticket) -> dict[int, str]:
    """The client's Macs by id."""
    assert ticket.client_id is not None  # whoever has earlier interventions is a client
    return {each.id: each.name for each in await turn.uow.workstations.of_client(ticket.client_id)}
