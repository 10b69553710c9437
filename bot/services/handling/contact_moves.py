"""Contacts that turn out to be one person, and people who go to another practice."""

from dataclasses import replace

from bot.domain.clients import Client, Contact
from bot.domain.desk import Verb
from bot.domain.tickets import Ticket
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.folding import fold
from bot.services.handling.identifying import take_over
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import contact_named, one_client
from bot.texts import contacts as texts
from bot.texts.posts import Post

Said = str | Post | None

MOST_TICKETS = 1_000
OFFERED = 8


async def merge(turn: Turn, person: Contact, client: Client, said: str) -> Said:
    """This person is another contact: who (button or name), is it certain, at which client where they are of two.

    "35" asks, "35 =12" joins: the one whose card it was goes into 35, who is of client 12 from then on.
    """
    if not said:
        others = [each for each in await turn.uow.directory.contacts_of(client.id) if each.id != person.id]
        await turn.inquire(texts.ask_twin(person, others), Verb.CONTACT, f"@{person.id} reunir")
        return None
    first, _, chosen = said.partition(" =")
    other = await _other(turn, first)
    if other.id == person.id:
        raise DeskRefusal("merge_with_self", name=person.name)
    clients = await _clients_of(turn, client, other)
    home = next((each for each in clients if str(each.id) == chosen), None)
    if home is None:
        addresses = await turn.uow.directory.addresses_of(person.id)
        n_open = len(await _open_tickets(turn, person))
        return texts.ask_merge(person, other, clients, n_addresses=len(addresses), n_open=n_open)
    return await _join(turn, person, other, clients, home)


async def _join(turn: Turn, person: Contact, other: Contact, clients: list[Client], home: Client) -> str:
    shown = await _open_tickets(turn, person)
    if not other.role:
        await turn.uow.directory.rename_contact(other.id, name=other.name, role=person.role)
    if other.preferred is None:
        await turn.uow.client_files.prefer_channel(other.id, person.preferred)
    await turn.uow.client_files.merge_contacts(person.id, other.id)
    await turn.uow.directory.move_contact(other.id, home.id)
    for each in clients:
        await turn.log_client(each.id, "contacts merged", source=person.id, target=other.id, client=home.id)
    for ticket in shown:
        await turn.refresh(replace(ticket, contact_id=other.id))
    return texts.merged(person.name, other, home)


async def move(turn: Turn, person: Contact, client: Client, said: str) -> Said:
    """To another practice: which (button or name), then whether the open tickets go along.

    "=13 avec 12" moves from client 12 to 13 with them, "=13 sans 12" leaves them. Closed tickets and the ledger stay.
    """
    if not said:
        others = [each for each in await turn.uow.directory.clients() if each.id != client.id]
        post = texts.ask_practice(person, client, others[:OFFERED] if len(others) <= OFFERED else [])
        await turn.inquire(post, Verb.CONTACT, f"@{person.id} cabinet")
        return None
    where, *rest = said.split() if said.startswith("=") else [said]
    target = await one_client(replace(turn, order=replace(turn.order, words=where)))
    if target.id == client.id:
        raise AlreadyDone("moved_already", name=person.name, client=client.name)
    shown = await _open_tickets(turn, person, client)
    if rest not in (["avec", str(client.id)], ["sans", str(client.id)]):
        return texts.ask_move(person, client, target, open_tickets=[ticket.number for ticket in shown])
    return await _go(turn, person, client, target, shown if rest[0] == "avec" else [])


async def _go(turn: Turn, person: Contact, source: Client, target: Client, taken: list[Ticket]) -> str:
    await turn.uow.directory.move_contact(person.id, target.id)
    await turn.log_client(source.id, "contact left", contact=person.id, client=target.id)
    await turn.log_client(target.id, "contact joined", contact=person.id, client=source.id)
    moved = replace(person, client_id=target.id)
    for ticket in taken:
        await take_over(turn, ticket, target, moved)
    return texts.moved(person, target, taken=[ticket.number for ticket in taken])


async def _other(turn: Turn, words: str) -> Contact:
    """The contact of that id (a button's) or of that name, at whichever client."""
    contact_id = as_number(words)
    if contact_id is not None:
        found = await turn.uow.directory.contact(contact_id)
        if found is None:
            raise DeskRefusal("contact_gone")
        return found
    named = []
    for client in await turn.uow.directory.find_clients(words):
        match = await contact_named(turn, client, words)
        named += [match] if match else []
    exact = [each for each in named if fold(each.name) == fold(words)]
    if len(exact or named) != 1:
        raise DeskRefusal("unknown_contact", words=words)
    return (exact or named)[0]


async def _clients_of(turn: Turn, client: Client, other: Contact) -> list[Client]:
    """The clients of both contacts, once each."""
    if other.client_id is None or other.client_id == client.id:
        return [client]
    second = await turn.uow.directory.client(other.client_id)
    assert second is not None
    return [client, second]


async def _open_tickets(turn: Turn, person: Contact, client: Client | None = None) -> list[Ticket]:
    """The person's open tickets, at a client or at all."""
    theirs = await turn.uow.tickets.of_contact(person.id, limit=MOST_TICKETS)
    return [each for each in theirs if each.is_open and (client is None or each.client_id == client.id)]
