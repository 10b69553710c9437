"""Writing a client's file: made, renamed, described, its architecture validated (C11, C23). Every change is logged."""

from dataclasses import replace
from zlib import crc32

from bot.domain.clients import Client, ClientKind
from bot.domain.desk import Verb
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.client_names import close_names, same_name
from bot.rules.contract_terms import terms_on
from bot.rules.typed_dates import parse_day
from bot.services.handling.turn import Turn
from bot.services.signing import validate_architecture
from bot.texts import file_forms
from bot.texts.posts import Post

Said = str | Post | None

MOST_NAME = 120
MOST_LINE = 200
MOST_ARCHITECTURE = 3_500
"""Characters: what can be shown whole in one message."""

_ERASE = {"-", "–", "—"}


async def ask_kind(turn: Turn, words: str) -> Post:
    """`/client nouveau X`: of which kind, unless the name has a file."""
    wanted, names = one_line(words, most=MOST_NAME), await _names(turn)
    if not wanted:
        raise DeskRefusal("client_name_missing")
    taken = same_name(wanted, names)
    if taken is not None:
        raise AlreadyDone("client_exists", name=taken)
    return file_forms.ask_kind(wanted, close_names(wanted, names))


async def create(turn: Turn, words: str, chosen: ClientKind) -> Post:
    """The button of the kind: the client has a file from now on. A second press finds it there."""
    wanted = one_line(words, most=MOST_NAME)
    if not wanted:
        raise DeskRefusal("client_name_missing")
    taken = same_name(wanted, await _names(turn))
    if taken is not None:
        raise AlreadyDone("client_exists", name=taken)
    client = await turn.uow.directory.add_client(wanted, kind=chosen, now=turn.now)
    await turn.log_client(client.id, "client created", client_kind=chosen)
    return file_forms.created(client)


async def name(turn: Turn, client: Client, said: str) -> Said:
    """Renamed; nobody else's name can be taken."""
    if not said:
        return await _ask(turn, client, "name", "nom", client.name)
    wanted = one_line(said, most=MOST_NAME)
    if wanted == client.name:
        raise AlreadyDone("written_already")
    others = [other.name for other in await turn.uow.directory.clients() if other.id != client.id]
    taken = same_name(wanted, others)
    if taken is not None:
        raise DeskRefusal("name_taken", name=taken)
    await turn.uow.directory.change_client(client.id, name=wanted, kind=client.kind)
    await turn.log_client(client.id, "client changed", field="name")
    return file_forms.renamed(client.name, wanted)


async def kind(turn: Turn, client: Client, said: str) -> Said:
    """The other kind: first what it means for the count (C11), then the button that says so."""
    if said not in set(ClientKind):
        return file_forms.ask_other_kind(client, agreed=await _agreed_count(turn, client))
    if client.kind == said:
        raise AlreadyDone("written_already")
    changed = replace(client, kind=ClientKind(said))
    await turn.uow.directory.change_client(client.id, name=client.name, kind=changed.kind)
    await turn.log_client(client.id, "client changed", field="kind", client_kind=changed.kind)
    return file_forms.kind_changed(changed)


async def address(turn: Turn, client: Client, said: str) -> Said:
    if not said:
        return await _ask(turn, client, "address", "adresse", client.address)
    wanted = "" if said in _ERASE else one_line(said, most=MOST_LINE)
    return await _describe(turn, client, replace(client, address=wanted), "address", wanted)


async def specialty(turn: Turn, client: Client, said: str) -> Said:
    if not said:
        return await _ask(turn, client, "specialty", "specialite", client.specialty)
    wanted = "" if said in _ERASE else one_line(said, most=MOST_LINE)
    return await _describe(turn, client, replace(client, specialty=wanted), "specialty", wanted)


async def architecture(turn: Turn, client: Client, said: str) -> Said:
    """The notes on the client's IT. The client validated the old ones: other notes are not validated (C23)."""
    if not said:
        return await _ask(turn, client, "architecture", "reseau", client.architecture)
    wanted = "" if said in _ERASE else said
    _check_length(wanted, most=MOST_ARCHITECTURE)
    was_validated = client.architecture_validated_on is not None
    changed = replace(client, architecture=wanted, architecture_validated_on=None)
    await _describe(turn, client, changed, "architecture", wanted)
    return file_forms.architecture_changed(changed, was_validated=was_validated)


async def validation(turn: Turn, client: Client, said: str) -> Said:
    """The client validated the notes (C23): asked with the notes in view; "1a2b3c4d aujourd'hui" answers.

    The first word names the notes that were seen: what a colleague wrote since is not validated by an old button.
    """
    if not client.architecture:
        raise DeskRefusal("no_architecture", client=client.name)
    seen, _, day = said.partition(" ")
    if not day:
        post = file_forms.ask_validation(client, seen=_seal(client))
        await turn.inquire(post, Verb.FILE, f"={client.id} valider {_seal(client)}")
        return None
    if seen != _seal(client):
        raise DeskRefusal("architecture_changed", client=client.name)
    on = parse_day(day, today=turn.desk.today)
    if on is None:
        raise DeskRefusal("not_a_day", words=day)
    await validate_architecture(turn.desk, client, on=on, actor=turn.actor)
    return file_forms.validated(client, on)


def one_line(words: str, *, most: int) -> str:
    """What was typed, on one line."""
    line = " ".join(words.split())
    _check_length(line, most=most)
    return line


def _check_length(words: str, *, most: int) -> None:
    if len(words) > most:
        raise DeskRefusal("too_long", most=most, length=len(words))


async def _ask(turn: Turn, client: Client, field: str, word: str, now_said: str) -> Said:
    await turn.inquire(file_forms.ask_field(client, field, now_said), Verb.FILE, f"={client.id} {word}")
    return None


async def _describe(turn: Turn, client: Client, changed: Client, field: str, said: str) -> str:
    if replace(changed, architecture_validated_on=client.architecture_validated_on) == client:
        raise AlreadyDone("written_already")
    await turn.uow.client_files.describe_client(changed)
    await turn.log_client(client.id, "client changed", field=field)
    return file_forms.changed(changed, field, said)


async def _agreed_count(turn: Turn, client: Client) -> bool | None:
    """Whether the contract in force says itself that it is counted or not, whatever the kind (C11)."""
    today = turn.desk.today
    contract = await turn.uow.contracts.contract_on(client.id, today)
    if contract is None:
        return None
    return terms_on(contract, await turn.uow.contracts.terms_of(contract.id), today).is_counted


async def _names(turn: Turn) -> list[str]:
    return [client.name for client in await turn.uow.directory.clients()]


def _seal(client: Client) -> str:
    """Names the notes in eight characters, for a button."""
    return f"{crc32(client.architecture.encode()):08x}"
