"""Looking things up at the desk: lists, cards, texts, reasons. Nothing here changes a ticket."""

from pathlib import Path

from bot.domain.interventions import Intervention
from bot.domain.outbox import Rank
from bot.domain.tickets import Direction, Ticket
from bot.errors import DeskRefusal
from bot.rules.quota import Rounding
from bot.rules.recontact import explain
from bot.services import recontact
from bot.services.accounting import began_on
from bot.services.cover import cover_on
from bot.services.handling.turn import Turn, as_number
from bot.services.scanner_watch import scanner_away_since
from bot.services.views import recontacted_by, ticket_line
from bot.texts import answers, help
from bot.texts import why as reasons
from bot.texts.client_mails import MEDIA_FLAWS
from bot.texts.labels import which_tickets
from bot.texts.posts import Post
from bot.texts.tickets import search_results, ticket_list

LISTED = 30


async def help_(turn: Turn) -> Post:
    """`/aide`."""
    return help.commands()


async def hello(turn: Turn) -> Post:
    """`/start` in a private chat: from now on urgent alerts can come there too (C18)."""
    return help.hello(turn.technician.name)


async def unknown(turn: Turn) -> Post:
    """A command we don't have: the closest ones we do."""
    if turn.order.typed == "media":
        raise DeskRefusal("only_text")
    return help.unknown(turn.order.typed or turn.words)


async def list_(turn: Turn) -> Post:
    """`/tickets [urgents|retard|moi]`."""
    which = which_tickets(turn.words)
    if which is None:
        raise DeskRefusal("unknown_list", words=turn.words)
    found = await turn.uow.tickets.listed(which=which, technician_id=turn.technician.id, now=turn.now, limit=LISTED)
    total = await turn.uow.tickets.count_open() if which == "all" else len(found)
    lines = [await ticket_line(turn.uow, ticket, turn.policy, turn.now) for ticket in found]
    return ticket_list(lines, which=which, total=total, zone=turn.policy.zone, now=turn.now)


async def show(turn: Turn) -> None:
    """`/ticket 12`: its card, anew."""
    ticket = await turn.ticket()
    await turn.desk.show(ticket, chat_id=turn.order.chat_id, silent=True)


async def search(turn: Turn) -> Post:
    """`/recherche mots`: in names and messages, whatever their case and accents."""
    if not turn.words:
        raise DeskRefusal("no_words", verb=turn.order.verb.value)
    found = await turn.uow.tickets.search(turn.words, limit=LISTED)
    lines = [await ticket_line(turn.uow, ticket, turn.policy, turn.now) for ticket in found]
    return search_results(lines, words=turn.words, zone=turn.policy.zone, now=turn.now)


async def why(turn: Turn) -> Post:
    """`/pourquoi 12`: how the deadline and the units came about, line by line, with the clauses."""
    ticket = await turn.ticket()
    due = recontact.deadline_of(ticket.opened_at, turn.policy)
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    covering = intervention.guarantee_of if intervention else None
    earlier = await turn.uow.interventions.get(covering) if covering else None
    return reasons.why(
        ticket.number,
        explanation=explain(due, hours=turn.policy.hours),
        reading=due.reading,
        recontacted_at=ticket.recontacted_at,
        recontacted_by=await recontacted_by(turn.uow, ticket),
        threading=ticket.threading,
        intervention=intervention,
        guarantee=earlier.ticket_id if earlier else None,
        rounding=await _rounding(turn, ticket, intervention),
        calendar=turn.policy.calendar,
        milestones=await turn.uow.milestones.of_ticket(ticket.number),
        zone=turn.policy.zone,
        now=turn.now,
    )


async def _rounding(turn: Turn, ticket: Ticket, intervention: Intervention | None) -> Rounding:
    """What is rounded up for this client on the day the work began (C7)."""
    client = await turn.uow.directory.client(ticket.client_id) if ticket.client_id else None
    if client is None or intervention is None:
        return turn.policy.rounding
    on = began_on(ticket, intervention, turn.policy)
    cover = await cover_on(turn.uow, client, on, turn.policy, now=turn.now)
    return cover.terms.rounding if cover else turn.policy.rounding


async def media(turn: Turn) -> str:
    """The button of a picture: posted below the card, from our own private copy."""
    ticket = await turn.ticket()
    if not turn.policy.bodies_in_telegram:
        raise DeskRefusal("bodies_hidden", number=ticket.number)
    media_id = as_number(turn.words)
    found = await turn.uow.messages.media(media_id) if media_id is not None else None
    if found is None or found[1] != ticket.number:
        raise DeskRefusal("no_such_media", number=ticket.number)
    piece, _ = found
    if piece.flaw:
        raise DeskRefusal("media_refused", number=ticket.number, why=MEDIA_FLAWS.get(piece.flaw, piece.flaw))
    is_scanned = piece.scanned_at is not None or not turn.policy.scans_media
    if not is_scanned and await scanner_away_since(turn.uow) is not None:
        raise DeskRefusal("scanner_away", number=ticket.number)
    if piece.path is None:
        raise DeskRefusal("media_not_here", number=ticket.number)
    if not is_scanned:  # it came before there was a scanner (S8)
        raise DeskRefusal("media_not_scanned", number=ticket.number)
    await turn.desk.file(
        turn.order,
        path=str(Path(piece.path)),
        content_type=piece.content_type,
        caption=Post.of(answers.file_caption(ticket.number, piece)),
        ticket=ticket.number,
        name=piece.name,
    )
    return answers.file_coming(ticket.number, piece)


async def whole(turn: Turn) -> str:
    """The button of a text that the card shows cut: all of it, over as many messages as it takes."""
    ticket = await turn.ticket()
    if not turn.policy.bodies_in_telegram:
        raise DeskRefusal("bodies_hidden", number=ticket.number)
    body = await _longest_or_named(turn, ticket)
    pages = answers.whole_text(ticket.number, body)
    for page in pages:
        await turn.desk.say(
            page,
            rank=Rank.ANSWER,
            chat_id=turn.order.chat_id,
            ticket=ticket.number,
            ref="text",
            silent=True,
            reply_to=turn.order.message_id,
        )
    return answers.whole_text_coming(ticket.number, len(pages))


async def _longest_or_named(turn: Turn, ticket: Ticket) -> str:
    messages = [
        message for message in await turn.uow.messages.of_ticket(ticket.number) if message.direction is Direction.IN
    ]
    if not messages:
        raise DeskRefusal("no_text_here", number=ticket.number)
    named = [message for message in messages if str(message.id) == turn.words]
    found = (named or [max(messages, key=lambda message: len(message.body))])[0]
    return "\n\n".join(part for part in (found.subject, found.whole or found.body) if part)
