"""Whose a ticket is: calls written down, senders attached or blocked, tickets joined (C3)."""

from dataclasses import replace

from bot.domain.addresses import Channel
from bot.domain.clients import Client, Contact
from bot.domain.milestones import MilestoneKind
from bot.domain.tickets import DeliveryState, Direction, Message, Outcome, Priority, Ticket, TicketState
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.folding import fold
from bot.rules.urgency import is_urgent
from bot.services import recontact
from bot.services.accounting import settle
from bot.services.handling.turn import Turn
from bot.services.opening import open_ticket
from bot.services.views import address_label
from bot.texts import answers
from bot.texts.posts import Post


async def call(turn: Turn) -> str:
    """`/appel CLIENT motif`: a phone call that came in opens a ticket, and its clock runs from now (C1, C15)."""
    client, reason = await _client_and_rest(turn)
    if not reason:
        raise DeskRefusal("call_without_reason", client=client.name)
    message = Message(
        id=0,
        ticket_id=0,
        direction=Direction.IN,
        channel=Channel.PHONE,
        body=reason,
        at=turn.now,
        state=DeliveryState.RECEIVED,
    )
    ticket = await open_ticket(
        turn.desk, message, urgent=is_urgent(reason), threading="call", client=client, actor=turn.actor
    )
    await turn.desk.show(ticket)
    return answers.called(ticket.number, client=client.name, due_at=ticket.recontact_due_at, zone=turn.policy.zone)


async def _client_and_rest(turn: Turn) -> tuple[Client, str]:
    """The client whose name (or contact's name) the longest run of first words names, and the words behind it."""
    words = turn.words.split()
    if not words:
        raise DeskRefusal("call_usage")
    for length in range(min(len(words), 6), 0, -1):
        found = await turn.uow.directory.find_clients(" ".join(words[:length]), limit=5)
        if len(found) == 1:
            return found[0], " ".join(words[length:])
        if found:
            raise DeskRefusal("several_clients", words=" ".join(words[:length]), names=[each.name for each in found])
    raise DeskRefusal("unknown_client", words=" ".join(words[:3]))


async def attach(turn: Turn) -> str | Post:
    """`/rattacher 12 CLIENT`: the sender is a contact of this client's from now on; their tickets go along (C3)."""
    ticket = await turn.ticket()
    if not turn.words:
        clients = (await turn.uow.directory.clients())[:8]
        return answers.ask_client(ticket.number, [(client.id, client.name) for client in clients])
    client, contact = await _who(turn, ticket)
    if ticket.client_id is not None and ticket.client_id == client.id:
        raise AlreadyDone("attached_already", number=ticket.number, client=client.name)
    contact = contact or await _new_contact(turn, ticket, client)
    numbers = [ticket.number]
    if ticket.contact_id is not None and ticket.contact_id != contact.id:
        await turn.uow.directory.move_contact(ticket.contact_id, client.id)
        numbers += await turn.uow.tickets.follow_contact(ticket.contact_id, client.id)
    elif ticket.address_id is not None:
        await turn.uow.directory.link_address(ticket.address_id, contact.id)
        numbers += await turn.uow.tickets.adopt(ticket.address_id, contact_id=contact.id, client_id=client.id)
    else:
        await turn.uow.tickets.save(replace(ticket, client_id=client.id, contact_id=contact.id))
    for number in sorted(set(numbers)):
        await _take_over(turn, number, client)
    others = sorted(set(numbers) - {ticket.number})
    return answers.attached(ticket.number, client=client.name, contact=contact.name, others=others)


async def _take_over(turn: Turn, number: int, client: Client) -> None:
    """Log it on the ticket, count what was closed while nobody knew whose it was, and show it."""
    ticket = await turn.uow.tickets.get(number)
    assert ticket is not None
    await turn.log(ticket, "attached", client=client.id)
    intervention = await turn.uow.interventions.of_ticket(number)
    if intervention is not None:
        intervention = replace(intervention, client_id=client.id)
        await turn.uow.interventions.save(intervention)
        if ticket.outcome is not None:
            await settle(turn.desk, ticket, intervention, ticket.outcome, author=turn.actor)
    await turn.refresh(ticket)


async def _who(turn: Turn, ticket: Ticket) -> tuple[Client, Contact | None]:
    """The client that is meant (by id from a button, else by name), and the contact if one is named."""
    if turn.words.startswith("=") and turn.words[1:].isdecimal():
        client = await turn.uow.directory.client(int(turn.words[1:]))
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
    wanted = fold(turn.words).split()
    contacts = await turn.uow.directory.contacts_of(found[0].id)
    named = [contact for contact in contacts if all(word in fold(contact.name) for word in wanted)]
    return found[0], named[0] if len(named) == 1 else None


async def _new_contact(turn: Turn, ticket: Ticket, client: Client) -> Contact:
    """A contact for a sender nobody knew, named as WhatsApp names them, else by their address."""
    known = await turn.uow.directory.address_by_id(ticket.address_id) if ticket.address_id else None
    name = (known.profile_name or known.address.identifier) if known else client.name
    return await turn.uow.directory.add_contact(name, client_id=client.id, role="", now=turn.now)


async def block(turn: Turn) -> str | Post:
    """`/bloquer 12`: this sender opens nothing any more, what they send is kept; `/bloquer 12 non` undoes it (C3)."""
    ticket = await turn.ticket()
    known = await turn.uow.directory.address_by_id(ticket.address_id) if ticket.address_id else None
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
    if ticket.is_open:
        ticket = await _shut(turn, ticket, Outcome.NOT_A_REQUEST)
    await turn.refresh(ticket)
    return answers.blocked(ticket.number, label=address_label(known))


async def merge(turn: Turn) -> str:
    """`/fusionner 12 9`: 12 joins 9. Messages go along, the earlier deadline and the higher priority stay."""
    ticket = await turn.open_ticket()
    number = turn.words.lstrip("#n°N ").strip()
    if not number.isdecimal():
        raise DeskRefusal("merge_usage", number=ticket.number)
    target = await turn.uow.tickets.get(int(number))
    if target is None:
        raise DeskRefusal("unknown_ticket", number=int(number))
    if target.number == ticket.number or not target.is_open:
        raise DeskRefusal("merge_target", number=target.number)
    if ticket.client_id != target.client_id and ticket.client_id is not None and target.client_id is not None:
        raise DeskRefusal("merge_other_client", number=target.number)
    intervention = await turn.uow.interventions.of_ticket(ticket.number)
    if intervention is not None and intervention.sittings:
        raise DeskRefusal("merge_worked", number=ticket.number)
    await turn.uow.tickets.move_messages(ticket.number, target.number)
    await _shut(turn, ticket, Outcome.DUPLICATE)
    is_urgent_now = ticket.is_urgent or target.is_urgent
    target = replace(
        target,
        priority=Priority.URGENT if is_urgent_now else Priority.NORMAL,
        last_activity_at=max(target.last_activity_at, ticket.last_activity_at),
        opened_at=min(target.opened_at, ticket.opened_at),
        recontact_due_at=min(target.recontact_due_at, ticket.recontact_due_at),
    )
    await turn.uow.tickets.save(target)
    await turn.log(ticket, "merged into", target=target.number)
    await turn.log(target, "merged", source=ticket.number)
    await turn.refresh(target)
    await turn.refresh(replace(ticket, state=TicketState.CLOSED, outcome=Outcome.DUPLICATE, closed_at=turn.now))
    return answers.merged(ticket.number, target.number)


async def _shut(turn: Turn, ticket: Ticket, outcome: Outcome) -> Ticket:
    """Close a ticket on which nobody worked."""
    ticket = replace(ticket, state=TicketState.CLOSED, outcome=outcome, closed_at=turn.now, last_activity_at=turn.now)
    await turn.uow.tickets.save(ticket)
    await recontact.silence(turn.uow, ticket, turn.now)
    await turn.uow.milestones.cancel(ticket.number, MilestoneKind.RECONTACT, turn.now)
    await turn.log(ticket, "closed", outcome=outcome, units=0)
    return ticket
