"""The client that a command's words name."""

from bot.cli.output import tell
from bot.domain.clients import Client
from bot.ports import UnitOfWork
from bot.rules.folding import fold
from bot.texts import terminal as texts

MOST_NAMES = 10


async def one_client(uow: UnitOfWork, words: str) -> Client | None:
    """The client of exactly this name, else the one that the words find; None after saying why there is not one."""
    found = await uow.directory.find_clients(words, limit=MOST_NAMES) if fold(words) else []
    found = [client for client in found if fold(client.name) == fold(words)] or found
    if len(found) == 1:
        return found[0]
    names = [each.name for each in found]
    tell(texts.several_clients(words, names) if names else texts.no_such_client(words))
    return None
