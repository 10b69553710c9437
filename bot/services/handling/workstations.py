"""The sheets of a client's Macs: looked at, added, ticked off, named, annotated (C27)."""

from bot.domain.clients import Client, ClientEvent
from bot.domain.workstations import ChecklistItem, Workstation
from bot.errors import DeskRefusal
from bot.rules.workstation_names import find_workstation, proper_name
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import client_and_words
from bot.texts import workstations as texts
from bot.texts.posts import Post

Said = str | Post | None

NEW = ("nouveau", "nouvelle", "ajouter", "+")
LONGEST_NOTES = 1000
_NO_NOTES = ("-", "–", "aucune")


async def sheet(turn: Turn) -> Said:
    """`/poste X` lists the client's Macs, `/poste X iMac` shows a sheet, `/poste X nouveau iMac accueil` adds one.

    Buttons name a Mac by its id: "#5 +power_nap" ticks an item of no. 5's list, "#5 -power_nap" takes the tick away.
    """
    if turn.words.startswith("#"):
        return await _named_by_id(turn)
    client, words = await client_and_words(turn)
    first, _, rest = words.partition(" ")
    if first.casefold() in NEW:
        return await _add(turn, client, rest.strip())
    workstations = await turn.uow.workstations.of_client(client.id)
    if not words:
        return texts.sheets(client.id, client.name, workstations)
    return _sheet(client, one_workstation(words, workstations)[0])


def one_workstation(words: str, workstations: list[Workstation]) -> tuple[Workstation, str]:
    """The one that the first words mean, and the words behind it."""
    found, rest = find_workstation(words, workstations)
    if not found:
        names = [each.name for each in workstations] or ["aucun"]
        raise DeskRefusal("no_such_workstation", words=words, names=names)
    if len(found) > 1:
        raise DeskRefusal("several_workstations", words=words, names=[each.name for each in found])
    return found[0], rest


async def _add(turn: Turn, client: Client, words: str) -> Said:
    if not words:
        await turn.inquire(texts.ask_new(client.name), turn.order.verb, f"={client.id} nouveau")
        return None
    others = await turn.uow.workstations.of_client(client.id)
    name = proper_name(words, others=others)
    workstation = await turn.uow.workstations.add(client.id, name)
    await _log(turn, workstation, "workstation added")
    return _sheet(client, workstation)


async def _named_by_id(turn: Turn) -> Said:
    """What is ordered of one Mac: "#5", "#5 +tout", "#5 nom iMac du fond", "#5 notes"."""
    number, _, words = turn.words.removeprefix("#").partition(" ")
    workstation = await turn.uow.workstations.get(as_number(number) or 0)
    client = await turn.uow.directory.client(workstation.client_id) if workstation else None
    if workstation is None or client is None:
        raise DeskRefusal("workstation_gone")
    what, _, rest = words.strip().partition(" ")
    match what:
        case "":
            return _sheet(client, workstation)
        case "nom":
            return await _rename(turn, client, workstation, rest.strip())
        case "notes":
            return await _annotate(turn, client, workstation, rest.strip())
        case "+tout":
            return await _tick_all(turn, client, workstation)
        case _:
            return await _tick(turn, client, workstation, what)


async def _rename(turn: Turn, client: Client, workstation: Workstation, words: str) -> Said:
    if not words:
        await turn.inquire(texts.ask_name(workstation.name), turn.order.verb, f"#{workstation.id} nom")
        return None
    others = await turn.uow.workstations.of_client(client.id)
    name = proper_name(words, others=[other for other in others if other.id != workstation.id])
    await turn.uow.workstations.save(workstation.id, name=name, notes=workstation.notes)
    await _log(turn, workstation, "workstation renamed")
    return await _anew(turn, client, workstation)


async def _annotate(turn: Turn, client: Client, workstation: Workstation, words: str) -> Said:
    if not words:
        await turn.inquire(texts.ask_notes(workstation.name), turn.order.verb, f"#{workstation.id} notes")
        return None
    if len(words) > LONGEST_NOTES:
        raise DeskRefusal("notes_too_long", longest=LONGEST_NOTES)
    notes = "" if words in _NO_NOTES else words
    await turn.uow.workstations.save(workstation.id, name=workstation.name, notes=notes)
    await _log(turn, workstation, "workstation annotated")
    return await _anew(turn, client, workstation)


async def _tick(turn: Turn, client: Client, workstation: Workstation, what: str) -> Said:
    sign, name = what[:1], what[1:]
    if sign not in ("+", "-") or name not in list(ChecklistItem):
        raise DeskRefusal("sheet_usage")
    item = ChecklistItem(name)
    since = workstation.ticked.get(item)
    if sign == "+" and since is not None:
        said = texts.ticked_already(item, since)
    elif sign == "+":
        await turn.uow.workstations.tick(workstation.id, item, turn.desk.today)
        await _log(turn, workstation, "item ticked", item=item)
        said = texts.ticked(item, turn.desk.today)
    elif since is None:
        said = texts.unticked_already(item)
    else:
        await turn.uow.workstations.tick(workstation.id, item, None)
        await _log(turn, workstation, "item unticked", item=item)
        said = texts.unticked(item)
    return await _shown(turn, client, workstation, said)


async def _tick_all(turn: Turn, client: Client, workstation: Workstation) -> Said:
    """Those that were ticked before keep their day."""
    open_items = [item for item in ChecklistItem if item not in workstation.ticked]
    for item in open_items:
        await turn.uow.workstations.tick(workstation.id, item, turn.desk.today)
        await _log(turn, workstation, "item ticked", item=item)
    return await _shown(turn, client, workstation, texts.all_ticked(len(open_items)))


async def _shown(turn: Turn, client: Client, workstation: Workstation, said: str) -> Said:
    """A pressed sheet shows what became of it, also where the press came too late; typed, it is posted anew."""
    post = await _anew(turn, client, workstation)
    if turn.order.callback_id is None:
        return post
    await turn.desk.edit(turn.order, post)
    return said


async def _anew(turn: Turn, client: Client, workstation: Workstation) -> Post:
    stored = await turn.uow.workstations.get(workstation.id)
    assert stored is not None
    return _sheet(client, stored)


def _sheet(client: Client, workstation: Workstation) -> Post:
    return texts.sheet(client.id, client.name, workstation)


async def _log(turn: Turn, workstation: Workstation, kind: str, **data: object) -> None:
    """Append to the client's history."""
    event = ClientEvent(workstation.client_id, turn.now, kind, turn.actor, {"workstation": workstation.id, **data})
    await turn.uow.client_files.add_client_event(event)
