"""Whose a ticket is: calls written down, senders attached or blocked, tickets joined (C3)."""

from dataclasses import replace

from bot.domain.addresses import Channel
from bot.domain.clients import Client, Contact
from bot.domain.milestones import MilestoneKind
from bot.domain.tickets import DeliveryState, Direction, Message, Outcome, Ticket, TicketState
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.folding import fold
from bot.rules.urgency import is_urgent
from bot.services import recontact
from bot.services.accounting import settle
from bot.services.acknowledging import address_of
from bot.services.agreements import hand_over_request
from bot.services.guarantee import leave_client
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import beside, client_and_rest, contact_named
from bot.services.mail_threads import hand_over_copies
from bot.services.opening import open_ticket
from bot.services.receiving import raise_to_urgent
from bot.services.views import address_label
from bot.texts import answers
from bot.texts.posts import Post


async def call(turn: Turn) -> str:
    """`/appel CLIENT motif`: a phone call that came in opens a ticket, and its clock runs from then (C1, C15)."""
    if not turn.words:
        raise DeskRefusal("call_usage")
    client, name, reason = await client_and_rest(turn)
    if not reason:
        raise DeskRefusal("call_without_reason", client=client.name)
    contact = await contact_named(turn, client, name) or await _only_contact(turn, client)
    said_by = beside(client, name) if contact is None else ""
    message = Message(
        id=0,
        ticket_id=0,
        direction=Direction.IN,
        channel=Channel.PHONE,
        body=f"{said_by} : {reason}" if said_by else reason,
        at=turn.at,
        state=DeliveryState.RECEIVED,
    )
    ticket, _ = await open_ticket(
        turn.desk,
        message,
        urgent=is_urgent(reason),
        threading="call",
        contact=contact,
        client=client,
        actor=turn.actor,
    )
    await turn.desk.show(ticket)
    return answers.called(
        ticket.number,
        client=client.name,
        contact=contact.name if contact else "",
        due_at=ticket.recontact_due_at,
        zone=turn.policy.zone,
    )


async def _only_contact(turn: Turn, client: Client) -> Contact | None:
    """Who is answered where nobody said who called: a practice of one."""
    contacts = await turn.uow.directory.contacts_of(client.id)
    return contacts[0] if len(contacts) == 1 else None


async def attach(turn: Turn) -> str | Post:
    """`/rattacher 12 CLIENT`: the sender is a contact of this client's from now on; their tickets go along (C3)."""
    ticket = await turn.ticket()
    if not turn.words:
        clients = (await turn.uow.directory.clients())[:8]
        return answers.ask_client(ticket.number, [(client.id, client.name) for client in clients])
    client, named = await _who(turn, ticket)
    if ticket.client_id == client.id and (named is None or named.id == ticket.contact_id):
        raise AlreadyDone("attached_already", number=ticket.number, client=client.name)
    contact = await _attach_sender(turn, ticket, client, named)
    followers = await _followers(turn, ticket, named)
    for each in [ticket, *followers]:
        await take_over(turn, each, client, contact)
    others = sorted(follower.number for follower in followers)
    name = contact.name if contact else ""
    return answers.attached(ticket.number, client=client.name, contact=name, others=others)


async def _attach_sender(turn: Turn, ticket: Ticket, client: Client, named: Contact | None) -> Contact | None:
    """The contact that the sender is from now on: the one named, else who they were, moved here, else a new one.

    None for a call of which nobody said who made it.
    """
    if named is None and ticket.contact_id is not None:
        await turn.uow.directory.move_contact(ticket.contact_id, client.id)
        return await turn.uow.directory.contact(ticket.contact_id)
    if ticket.address_id is None:
        return named
    contact = named or await _new_contact(turn, ticket.address_id, client)
    await turn.uow.directory.link_address(ticket.address_id, contact.id)
    return contact


async def _followers(turn: Turn, ticket: Ticket, named: Contact | None) -> list[Ticket]:
    """The sender's other tickets: all that were nobody's; of those of another client, what is still open."""
    others: list[Ticket] = []
    if named is None and ticket.contact_id is not None:
        others = await turn.uow.tickets.of_contact(ticket.contact_id, limit=1000)
    elif ticket.address_id is not None:
        others = await turn.uow.tickets.of_address(ticket.address_id, limit=1000)
    return [each for each in others if each.number != ticket.number and (each.client_id is None or each.is_open)]


async def take_over(turn: Turn, ticket: Ticket, client: Client, contact: Contact | None) -> None:
    """Give it to the client, and count there what was closed while it was nobody's or somebody else's."""
    before = ticket.client_id
    ticket = replace(ticket, client_id=client.id, contact_id=contact.id if contact else None)
    await turn.uow.tickets.save(ticket)
    await turn.log(ticket, "attached", client=client.id)
    if before not in (None, client.id):
        await hand_over_request(turn.uow, ticket.number, source=before, target=client.id)
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if intervention is not None:
        if intervention.client_id not in (None, client.id):
            intervention = await leave_client(turn.desk, intervention, author=turn.actor)
        intervention = replace(intervention, client_id=client.id)
        await turn.uow.interventions.save(intervention)
        if ticket.outcome is not None:
            await settle(turn.desk, ticket, intervention, ticket.outcome, author=turn.actor)
    await turn.refresh(ticket)


async def _who(turn: Turn, ticket: Ticket) -> tuple[Client, Contact | None]:
    """The client that is meant (by id from a button, else by name), and the contact if one is named."""
    client_id = as_number(turn.words[1:]) if turn.words.startswith("=") else None
    client = await turn.uow.directory.client(client_id) if client_id is not None else None
    if client is not None:
        return client, None
    found = await turn.uow.directory.find_clients(turn.words, limit=5)
    if not found:
        raise DeskRefusal("unknown_client", words=turn.words)
    if len(found) > 1:
        exact = [client for client in found if fold(client.name) == fold(turn.words)]
        if len(exact) != 1:
            raise DeskRefusal("several_clients", words=turn.words, names=[client.name for client in found])
        found = exact
    return found[0], await contact_named(turn, found[0], turn.words)


async def _new_contact(turn: Turn, address_id: int, client: Client) -> Contact:
    """A contact for a sender nobody knew, named as WhatsApp names them, else by their address."""
    known = await turn.uow.directory.address_by_id(address_id)
    assert known is not None
    name = known.profile_name or known.address.identifier
    return await turn.uow.directory.add_contact(name, client_id=client.id, role="", now=turn.now)


async def block(turn: Turn) -> str | Post:
    """`/bloquer 12`: this sender opens nothing any more, what they send is kept; `/bloquer 12 non` undoes it (C3)."""
    ticket = await turn.ticket()
    known = await address_of(turn.uow, ticket)
    if known is None:
        raise DeskRefusal("nobody_to_block", number=ticket.number)
    if fold(turn.words) == "non":
        if known.blocked_at is None:
            raise AlreadyDone("not_blocked", number=ticket.number)
        await turn.uow.directory.block_address(known.id, None)
        await turn.log(ticket, "unblocked")
        await turn.refresh(ticket)
        return answers.unblocked(ticket.number)
    if known.blocked_at is not None:
        raise AlreadyDone("blocked_already", number=ticket.number)
    if turn.order.callback_id is not None and turn.words != "oui":
        return answers.ask_block(ticket.number, label=address_label(known))
    await turn.uow.directory.block_address(known.id, turn.now)
    await turn.log(ticket, "blocked")
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if ticket.is_open and not (intervention and intervention.sittings):  # one that was worked on is closed by /clore
        ticket = await _shut(turn, ticket, Outcome.NOT_A_REQUEST)
    await turn.refresh(ticket)
    return answers.blocked(ticket.number, label=address_label(known))


async def merge(turn: Turn) -> str:
    """`/fusionner 12 9`: 12 joins 9. Messages go along, the earlier deadline and the higher priority stay."""
    ticket = await turn.open_ticket()
    number = as_number(turn.words)
    if number is None:
        raise DeskRefusal("merge_usage", number=ticket.number)
    target = await turn.uow.tickets.get(number)
    if target is None:
        raise DeskRefusal("unknown_ticket", number=number)
    if target.number == ticket.number or not target.is_open:
        raise DeskRefusal("merge_target", number=target.number)
    if ticket.client_id != target.client_id and ticket.client_id is not None and target.client_id is not None:
        raise DeskRefusal("merge_other_client", number=target.number)
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if intervention is not None and intervention.sittings:
        raise DeskRefusal("merge_worked", number=ticket.number)
    await turn.uow.tickets.move_messages(ticket.number, target.number)
    await hand_over_copies(turn.desk, ticket, target)
    ticket = await _shut(turn, ticket, Outcome.DUPLICATE)
    target = await _absorb(turn, target, ticket)
    await turn.log(ticket, "merged into", target=target.number)
    await turn.log(target, "merged", source=ticket.number)
    await turn.refresh(target)
    await turn.refresh(ticket)
    return answers.merged(ticket.number, target.number)


async def _absorb(turn: Turn, target: Ticket, source: Ticket) -> Ticket:
    """Give the target what the source had more of: an earlier deadline, urgency, somebody who took it, a client."""
    was_urgent = target.is_urgent
    target = replace(
        target,
        priority=source.priority if source.is_urgent else target.priority,
        last_activity_at=max(target.last_activity_at, source.last_activity_at),
        assigned_to=target.assigned_to or source.assigned_to,
        client_id=target.client_id or source.client_id,
        contact_id=target.contact_id or source.contact_id,
    )
    await turn.uow.tickets.save(target)
    target = await recontact.join(turn.uow, target, source, turn.policy)
    if target.is_urgent and not was_urgent:
        await raise_to_urgent(turn.desk, target, actor=turn.actor)
    return target


async def _shut(turn: Turn, ticket: Ticket, outcome: Outcome) -> Ticket:
    """Close a ticket on which nobody worked."""
    ticket = replace(ticket, state=TicketState.CLOSED, outcome=outcome, closed_at=turn.now, last_activity_at=turn.now)
    await turn.uow.tickets.save(ticket)
    await recontact.silence(turn.uow, ticket, turn.now)
    await turn.uow.milestones.cancel(ticket.number, MilestoneKind.RECONTACT, turn.now)
    await turn.log(ticket, "closed", outcome=outcome, units=0)
    return ticket
