"""Leave to update macOS, given or refused below a client's request; the client is told, with the date (C26)."""

from dataclasses import replace

from bot.domain.clients import ClientEvent
from bot.domain.tickets import Ticket
from bot.domain.workstations import ClientChange, Workstation
from bot.errors import AlreadyDone, DeskRefusal
from bot.services.acknowledging import send_to_client
from bot.services.handling.answering import where_to
from bot.services.handling.taking import assign
from bot.services.handling.turn import Turn, as_number
from bot.texts import changes as texts
from bot.texts.client_obligations import macos_answer
from bot.texts.refusals import WHY_NOT

_ANSWERS = {"oui": True, "non": False}


async def decide(turn: Turn) -> str:
    """`accord`: "7 oui", "7 oui #5", "7 non": request no. 7 is agreed to, for Mac no. 5, or refused; once (F8).

    The answer is the technician's own: it stops the clock once a provider has accepted it (C16). Where the client
    cannot be written to, the decision holds all the same, and whoever decided is told to call.
    """
    ticket = await turn.ticket()
    number, _, rest = turn.words.partition(" ")
    said, _, where = rest.strip().partition(" ")
    request = await turn.uow.workstations.change(as_number(number) or 0)
    if request is None or request.ticket_id != ticket.number or said not in _ANSWERS:
        raise DeskRefusal("no_such_request", number=ticket.number)
    if request.agreed is True:
        raise AlreadyDone("agreed_already", on=request.decided_on, name=request.decided_by)
    if request.agreed is False:
        raise AlreadyDone("refused_already", on=request.decided_on, name=request.decided_by)
    workstation = await _workstation(turn, request, where.strip())
    decided = replace(
        request,
        agreed=_ANSWERS[said],
        decided_on=turn.desk.today,
        decided_by=turn.technician.name,
        workstation_id=workstation.id if workstation else None,
    )
    await turn.uow.workstations.save_change(decided)
    await _log(turn, ticket, decided)
    if turn.order.callback_id is not None:
        await turn.desk.edit(turn.order, texts.answered(ticket.number, decided, _name(workstation)))
    return await _tell(turn, ticket, decided, workstation)


async def _workstation(turn: Turn, request: ClientChange, where: str) -> Workstation | None:
    """The Mac of the client's that the button names."""
    found = await turn.uow.workstations.get(as_number(where) or 0)
    return found if found is not None and found.client_id == request.client_id else None


async def _tell(turn: Turn, ticket: Ticket, decided: ClientChange, workstation: Workstation | None) -> str:
    try:
        known = await where_to(turn, ticket)
    except DeskRefusal as refusal:
        why = str(refusal.values["why"])
        return texts.answer_unsent(ticket.number, decided, WHY_NOT.get(why, why))
    body = macos_answer(
        turn.desk.context.texts,
        agreed=decided.agreed is True,
        on=turn.desk.today,
        workstation=_name(workstation),
        shop=turn.policy.shop,
        channel=known.address.channel,
    )
    await send_to_client(turn.desk, ticket, known, body, automatic=False, technician=turn.technician)
    await turn.log(ticket, "answered", channel=known.address.channel)
    if ticket.is_open and ticket.assigned_to is None:
        ticket = await assign(turn, ticket)
    await turn.refresh(ticket)
    return texts.answer_sent(ticket.number, decided, known.address.channel)


def _name(workstation: Workstation | None) -> str | None:
    return workstation.name if workstation else None


async def _log(turn: Turn, ticket: Ticket, decided: ClientChange) -> None:
    """In the client's history and in the ticket's."""
    kind = "agreement given" if decided.agreed else "agreement refused"
    data: dict[str, object] = {"change": decided.id, "ticket": ticket.number}
    await turn.uow.client_files.add_client_event(ClientEvent(decided.client_id, turn.now, kind, turn.actor, data))
    await turn.log(ticket, kind, change=decided.id)
