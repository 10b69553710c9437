"""The telephone at the desk: who is rung, and calls of ours that nobody answered."""

from bot.domain.addresses import KnownAddress
from bot.domain.desk import Technician
from bot.domain.tickets import Ticket
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.calls import is_attempt_repeated
from bot.rules.folding import fold
from bot.rules.sending import contact_order, route_to
from bot.services.acknowledging import address_of, automatic_obstacle, is_at_client, send_to_client
from bot.services.call_duty import on_duty, put_on_duty, with_phone
from bot.services.handling.turn import Turn, as_number
from bot.services.views import ATTEMPTED, attempts_of
from bot.texts import calls as texts
from bot.texts.posts import Post
from bot.texts.refusals import WHY_NOT

_NOBODY = ("personne", "aucun", "non")
_BRAKED = "limite d’envois atteinte"


async def duty(turn: Turn) -> Post | str | None:
    """`/garde` shows who is rung in office hours; `/garde Camille`, `/garde moi` and `/garde personne` say who is."""
    able = await with_phone(turn.uow)
    if not turn.words:
        return texts.duty(await on_duty(turn.uow), able)
    chosen = None if fold(turn.words) in _NOBODY else await _named(turn, able)
    current = await on_duty(turn.uow)
    if (chosen and chosen.id) == (current and current.id):
        raise AlreadyDone("on_duty_already", name=chosen.name if chosen else texts.NOBODY)
    await put_on_duty(turn.uow, chosen, turn.now)
    return await turn.in_place(texts.duty(chosen, able, shown=False), texts.duty(chosen, able, shown=False).toast)


async def _named(turn: Turn, able: list[Technician]) -> Technician:
    """The technician meant: by a button, "moi", or the beginning of a name."""
    words = fold(turn.words)
    everybody = await turn.uow.directory.technicians()
    if turn.words.startswith("="):
        found = [each for each in everybody if each.id == as_number(turn.words[1:])]
    elif words == "moi":
        found = [each for each in everybody if each.id == turn.technician.id]
    else:
        found = [each for each in everybody if fold(each.name).startswith(words)]
        found = [each for each in found if fold(each.name) == words] or found
    if len(found) != 1:
        raise DeskRefusal("unknown_on_duty", words=turn.words)
    if found[0] not in able:
        raise DeskRefusal("on_duty_without_phone", name=found[0].name)
    return found[0]


async def attempt(turn: Turn) -> str:
    """`/tentative 12`: we called, nobody answered. The client is told by their channel; the clock goes on (C16)."""
    ticket = await turn.open_ticket()
    times = attempts_of(await turn.uow.tickets.events(ticket.number, kinds=[ATTEMPTED]))
    if is_attempt_repeated(turn.at, times):
        raise AlreadyDone("attempted_already", number=ticket.number, at=times[-1])
    known, why = await _where_to_tell(turn, ticket)
    if known is not None:
        await _tell(turn, ticket, known)
    await turn.log(ticket, ATTEMPTED, at=turn.at.isoformat(), told=known.address.channel if known else None)
    await turn.refresh(ticket)
    told = known.address.channel if known else None
    return texts.attempted(ticket.number, told=told, why=WHY_NOT.get(why, _BRAKED))


async def _where_to_tell(turn: Turn, ticket: Ticket) -> tuple[KnownAddress | None, str]:
    """The first address of the client's that the machine may write to, and else why not to the first one."""
    known = await address_of(turn.uow, ticket)
    theirs: list[KnownAddress] = []
    if ticket.contact_id is not None and await is_at_client(turn.uow, ticket.contact_id, ticket):
        contact = await turn.uow.directory.contact(ticket.contact_id)
        preferred = contact.preferred if contact else None
        theirs = contact_order(await turn.uow.directory.addresses_of(ticket.contact_id), preferred)
    first = ""
    for each in ([known] if known else []) + [each for each in theirs if known is None or each.id != known.id]:
        obstacle = await automatic_obstacle(turn.desk, each, is_asked=True)
        if obstacle is None:
            return each, ""
        first = first or obstacle
    return None, first or "no_address"


async def _tell(turn: Turn, ticket: Ticket, known: KnownAddress) -> None:
    route = route_to(known, sms_automatic=turn.policy.sms_automatic, now=turn.now)
    body = texts.attempt(
        turn.desk.context.texts,
        at=turn.at,
        zone=turn.policy.zone,
        shop=turn.policy.shop,
        channel=known.address.channel,
        answer_to=None if route.is_answerable else turn.policy.sms_number,
    )
    await send_to_client(turn.desk, ticket, known, body, automatic=True)
