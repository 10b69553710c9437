"""A client's text that is a word of ours, answered at once without a ticket: STATUT, SOLDE, OUI and NON (C10, C29)."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, ClientEvent, Contact
from bot.domain.tickets import Direction, Ticket
from bot.rules.client_words import Word
from bot.services.acknowledging import automatic_obstacle
from bot.services.cover import balance_under, cover_on
from bot.services.desk import Desk
from bot.services.meetings import record_answer
from bot.services.telling import answer_contact
from bot.texts import client_answers, client_meetings
from bot.texts.client_answers import SHOWN_REQUESTS, RequestView
from bot.texts.meetings import day_of

_YES_OR_NO = {Word.YES: True, Word.NO: False}


async def heed(
    desk: Desk,
    word: Word,
    *,
    known: KnownAddress,
    contact: Contact | None,
    client: Client | None,
    tickets: Sequence[Ticket],
    at: datetime,
) -> bool:
    """Answer the word, and True; or False, and it is an ordinary message: what nobody answers is never swallowed.

    STATUT and SOLDE are answered to a known contact of a client's only, on the channel they came by, within the brakes
    of S6. `tickets` are the sender's own, `at` is when they wrote: a text can be found long after it was sent.

    OUI and NON answer an invitation to a coming session, or change the answer given before. *Reading:* where an open
    ticket's last message to the sender is later than the invitation and its reminder, they answer that, and belong to
    the ticket; so does an answer that says nothing new.
    """
    if contact is None or client is None:
        return False
    if word in _YES_OR_NO:
        return await _answer_invitation(desk, known, contact, client, tickets, coming=_YES_OR_NO[word], at=at)
    if word not in (Word.STATUS, Word.BALANCE) or await automatic_obstacle(desk, known, is_asked=True) is not None:
        return False
    if word is Word.STATUS:
        body = await _status(desk, known, tickets)
    else:
        body = await _balance(desk, known, client)
    await answer_contact(desk, contact, known, body)
    data: dict[str, object] = {"contact": contact.id, "channel": known.address.channel}
    await desk.uow.client_files.add_client_event(ClientEvent(client.id, desk.now, f"asked {word}", "client", data))
    return True


async def _status(desk: Desk, known: KnownAddress, tickets: Sequence[Ticket]) -> str:
    requests = [ticket for ticket in tickets if ticket.is_open]
    shown = [RequestView(ticket, await _appointment(desk, ticket)) for ticket in requests[:SHOWN_REQUESTS]]
    return client_answers.status(
        desk.context.texts,
        [*shown, *(RequestView(ticket) for ticket in requests[SHOWN_REQUESTS:])],
        zone=desk.policy.zone,
        now=desk.now,
        shop=desk.policy.shop,
        channel=known.address.channel,
    )


async def _appointment(desk: Desk, ticket: Ticket) -> datetime | None:
    """The last appointment agreed, while it lies ahead."""
    events = await desk.uow.tickets.events(ticket.number, kinds=["appointment"])
    at = datetime.fromisoformat(str(events[-1].data["at"])) if events else None
    return at if at is not None and at > desk.now else None


async def _balance(desk: Desk, known: KnownAddress, client: Client) -> str:
    cover = await cover_on(desk.uow, client, desk.today, desk.policy, now=desk.now)
    return client_answers.quota(
        desk.context.texts,
        kind=client.kind,
        balance=await balance_under(desk.uow, cover) if cover and cover.is_counted else None,
        ends_on=cover.period.ends_on if cover else None,
        shop=desk.policy.shop,
        channel=known.address.channel,
    )


async def _answer_invitation(
    desk: Desk,
    known: KnownAddress,
    contact: Contact,
    client: Client,
    tickets: Sequence[Ticket],
    *,
    coming: bool,
    at: datetime,
) -> bool:
    found = await desk.uow.meetings.latest_invitation(contact.id, after=at)
    if found is None:
        return False
    invitation, meeting = found
    asked_at = invitation.reminded_at or invitation.invited_at
    if at < invitation.invited_at or invitation.coming is coming or await _was_told_since(desk, tickets, asked_at):
        return False
    await record_answer(desk, meeting, invitation, client, coming=coming)
    if await automatic_obstacle(desk, known, is_asked=True) is None:
        body = client_meetings.noted(
            desk.context.texts,
            on=day_of(meeting, desk.policy.zone),
            coming=coming,
            shop=desk.policy.shop,
            channel=known.address.channel,
        )
        await answer_contact(desk, contact, known, body)
    return True


async def _was_told_since(desk: Desk, tickets: Sequence[Ticket], at: datetime) -> bool:
    """Whether something was written to the sender on an open ticket since then; an acknowledgement asks nothing."""
    for ticket in tickets:
        if not ticket.is_open:
            continue
        acknowledged = {event.at for event in await desk.uow.tickets.events(ticket.number, kinds=["acknowledged"])}
        if any(
            message.direction is Direction.OUT
            and message.at > at
            and not (message.automatic and message.at in acknowledged)
            for message in await desk.uow.messages.of_ticket(ticket.number)
        ):
            return True
    return False
