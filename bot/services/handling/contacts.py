"""A client's people: shown, added, named, their role, the channel they prefer."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.addresses import Channel
from bot.domain.clients import Client, Contact
from bot.domain.desk import Verb
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.client_names import same_name
from bot.rules.folding import fold
from bot.services.handling import contact_addresses, contact_moves
from bot.services.handling.client_fields import one_line
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import client_and_words, contact_named, one_client
from bot.texts import contacts as texts
from bot.texts.posts import Post

Said = str | Post | None

MOST_NAME = 120
MOST_ROLE = 32


async def contact(turn: Turn) -> Said:
    """`/contact X`: the person of that name, or the people of that client; buttons carry "@34 nom" or "=12 nouveau"."""
    if turn.words.startswith("@"):
        return await _pressed(turn)
    if turn.words.startswith("="):
        client, words = await client_and_words(turn)
        action, _, said = words.partition(" ")
        return await (_new(turn, client, said.strip()) if action == "nouveau" else _people(turn, client))
    client = await one_client(turn)
    person = await contact_named(turn, client, turn.words) if turn.words else None
    return await (_card(turn, person, client, "") if person else _people(turn, client))


async def _pressed(turn: Turn) -> Said:
    first, _, words = turn.words[1:].partition(" ")
    action, _, said = words.strip().partition(" ")
    contact_id = as_number(first)
    person = await turn.uow.directory.contact(contact_id) if contact_id is not None else None
    client = await turn.uow.directory.client(person.client_id) if person and person.client_id else None
    if person is None or client is None:
        raise DeskRefusal("contact_gone")
    if action not in _ACTIONS:
        raise DeskRefusal("unknown_button", client=client.name)
    return await _ACTIONS[action](turn, person, client, said.strip())


async def _people(turn: Turn, client: Client) -> Post:
    found = await turn.uow.directory.contacts_of(client.id)
    return texts.people(client, [(each, await turn.uow.directory.addresses_of(each.id)) for each in found])


async def _card(turn: Turn, person: Contact, client: Client, said: str) -> Post:
    return texts.card(person, client, await turn.uow.directory.addresses_of(person.id))


async def _new(turn: Turn, client: Client, said: str) -> Said:
    """Somebody new at the client's: the name is answered, then the role is asked for, then an address."""
    if not said:
        await turn.inquire(texts.ask_name(client), Verb.CONTACT, f"={client.id} nouveau")
        return None
    name = one_line(said, most=MOST_NAME)
    known = await turn.uow.directory.contacts_of(client.id)
    if same_name(name, (each.name for each in known)) is not None:
        raise AlreadyDone("contact_exists", name=name, client=client.name)
    person = await turn.uow.directory.add_contact(name, client_id=client.id, role="", now=turn.now)
    await turn.log_client(client.id, "contact added", contact=person.id)
    await _ask_role(turn, person, is_new=True)
    return None


async def _name(turn: Turn, person: Contact, client: Client, said: str) -> Said:
    if not said:
        await turn.inquire(texts.ask_new_name(person), Verb.CONTACT, f"@{person.id} nom")
        return None
    name = one_line(said, most=MOST_NAME)
    if name == person.name:
        raise AlreadyDone("written_already")
    others = [each.name for each in await turn.uow.directory.contacts_of(client.id) if each.id != person.id]
    if same_name(name, others) is not None:
        raise DeskRefusal("contact_name_taken", name=name, client=client.name)
    await turn.uow.directory.rename_contact(person.id, name=name, role=person.role)
    return await _changed(turn, person, client, "name")


async def _role(turn: Turn, person: Contact, client: Client, said: str) -> Said:
    if not said:
        await _ask_role(turn, person, is_new=False)
        return None
    role = one_line(said, most=MOST_ROLE)
    if fold(role) == fold(person.role):
        raise AlreadyDone("written_already")
    await turn.uow.directory.rename_contact(person.id, name=person.name, role=role)
    return await _changed(turn, person, client, "role")


async def _channel(turn: Turn, person: Contact, client: Client, said: str) -> Said:
    """On which channel the person wants to be told things; only one they can be reached on."""
    addresses = await turn.uow.directory.addresses_of(person.id)
    reached = [channel for channel in texts.TELLING if any(known.address.channel is channel for known in addresses)]
    if not said:
        return texts.ask_channel(person, reached)
    wanted = Channel(said) if said in set(reached) else None
    if wanted is None and said != texts.ANY_CHANNEL:
        raise DeskRefusal("not_reached_there", name=person.name)
    if wanted is person.preferred:
        raise AlreadyDone("written_already")
    await turn.uow.client_files.prefer_channel(person.id, wanted)
    return await _changed(turn, person, client, "preferred")


async def _ask_role(turn: Turn, person: Contact, *, is_new: bool) -> None:
    await turn.inquire(texts.ask_role(person, is_new=is_new), Verb.CONTACT, f"@{person.id} role")


async def _changed(turn: Turn, person: Contact, client: Client, field: str) -> Post:
    """Log what was changed, and show the person as they are now."""
    await turn.log_client(client.id, "contact changed", contact=person.id, field=field)
    changed = await turn.uow.directory.contact(person.id)
    assert changed is not None
    return texts.card(changed, client, await turn.uow.directory.addresses_of(person.id), above=texts.NOTED)


_ACTIONS: Mapping[str, Callable[[Turn, Contact, Client, str], Awaitable[Said]]] = {
    "": _card,
    "nom": _name,
    "role": _role,
    "canal": _channel,
    "ajouter": contact_addresses.add,
    "prendre": contact_addresses.take,
    "retirer": contact_addresses.remove,
    "reunir": contact_moves.merge,
    "cabinet": contact_moves.move,
}
"""What stands behind the person in a button: the first word, and whose it is."""
