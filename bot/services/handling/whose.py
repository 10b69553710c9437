"""Which client an order is about: named in words, pressed as "=12", or the one of the ticket that is answered."""

from bot.domain.clients import Client, Contact
from bot.domain.tickets import Ticket
from bot.errors import DeskRefusal
from bot.rules.folding import fold
from bot.services.handling.turn import Turn, as_number

LONGEST_NAME = 6
"""Words of a client's name that are tried, the longest run first."""


async def one_client(turn: Turn) -> Client:
    """The client that all the words name, by name or by a contact's; or the one of the ticket answered or named."""
    pressed = await _pressed(turn)
    if pressed is not None:
        return pressed[0]
    if not turn.words:
        if turn.order.ticket is None and await turn.answered() is None:
            raise DeskRefusal("no_client", verb=turn.order.verb.value)
        return await _client_of(turn, await turn.ticket())
    found = await turn.uow.directory.find_clients(turn.words, limit=6)
    if not found:
        number = as_number(turn.words)
        ticket = await turn.uow.tickets.get(number) if number is not None else None
        if ticket is None:
            raise DeskRefusal("unknown_client", words=turn.words)
        return await _client_of(turn, ticket)
    if len(found) > 1:
        raise DeskRefusal("several_clients", words=turn.words, names=[each.name for each in found])
    return found[0]


async def client_and_words(turn: Turn) -> tuple[Client, str]:
    """The client, and the words behind: "=12 adresse", "Tilleuls 01/03/2027"; without words the answered ticket's."""
    pressed = await _pressed(turn)
    if pressed is not None:
        return pressed
    if not turn.words:
        return await one_client(turn), ""
    client, _, rest = await client_and_rest(turn)
    return client, rest


async def client_and_rest(turn: Turn) -> tuple[Client, str, str]:
    """The client whose name (or a contact's) the longest run of first words is, that name, and the words behind it."""
    words = turn.words.split()
    for length in range(min(len(words), LONGEST_NAME), 0, -1):
        name = " ".join(words[:length]).rstrip(",;:.")
        found = await turn.uow.directory.find_clients(name, limit=5)
        found = [client for client in found if await _is_named(turn, client, name)]
        if len(found) == 1:
            return found[0], name, " ".join(words[length:]).lstrip(",;:. ")
        if found:
            raise DeskRefusal("several_clients", words=name, names=[each.name for each in found])
    raise DeskRefusal("unknown_client", words=" ".join(words[:3]))


async def contact_named(turn: Turn, client: Client, words: str) -> Contact | None:
    """The one contact of the client's whose name holds every word; or every word that is none of the client's name."""
    contacts = await turn.uow.directory.contacts_of(client.id)
    for wanted in (fold(words).split(), fold(beside(client, words)).split()):
        named = [contact for contact in contacts if wanted and all(word in fold(contact.name) for word in wanted)]
        if len(named) == 1:
            return named[0]
    return None


def beside(client: Client, words: str) -> str:
    """What stands beside the client's own name: "Vasseur" of "Cabinet des Tilleuls Vasseur"."""
    names = fold(client.name).split()
    return " ".join(word for word in words.split() if not any(name.startswith(fold(word)) for name in names))


async def _is_named(turn: Turn, client: Client, words: str) -> bool:
    """Whether the words behind the first are of the name: "Morel ne démarre plus" is not about a Morel-Anne."""
    contacts = await turn.uow.directory.contacts_of(client.id)
    names = fold(" ".join([client.name, *(contact.name for contact in contacts)])).split()
    return all(
        any(name == word or (len(word) > 2 and name.startswith(word)) for name in names)
        for word in fold(words).split()[1:]
    )


async def _pressed(turn: Turn) -> tuple[Client, str] | None:
    """The client of a button's words, "=12 adresse", and the words behind it."""
    if not turn.words.startswith("="):
        return None
    first, _, rest = turn.words[1:].partition(" ")
    client_id = as_number(first)
    client = await turn.uow.directory.client(client_id) if client_id is not None else None
    if client is None:
        raise DeskRefusal("unknown_client", words=turn.words)
    return client, rest.strip()


async def _client_of(turn: Turn, ticket: Ticket) -> Client:
    client = await turn.uow.directory.client(ticket.client_id) if ticket.client_id is not None else None
    if client is None:
        raise DeskRefusal("ticket_without_client", number=ticket.number)
    return client
