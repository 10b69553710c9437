"""What a client changed on their Macs: written down step by step, each step a button, and looked up (C26)."""

from dataclasses import replace
from datetime import date

from bot.domain.clients import Client, ClientEvent
from bot.domain.workstations import ChangeKind, ClientChange, Workstation
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.agreements import unused_agreement
from bot.rules.folding import fold
from bot.rules.typed_dates import find_day
from bot.rules.workstation_names import after_whole_client
from bot.services.changes import guarantees_of_day
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import client_and_words
from bot.services.handling.workstations import one_workstation
from bot.texts import changes as texts
from bot.texts.posts import Post

Said = str | Post | None

LONGEST_NOTE = 500
_KINDS = {
    **dict.fromkeys(("reglage", "reglages"), ChangeKind.SETTINGS),
    **dict.fromkeys(("macos", "maj"), ChangeKind.MACOS),
}


async def change(turn: Turn) -> Said:
    """`/changement X` asks step by step; `/changement X macos iMac accueil hier` says it at once; `liste`, `accord`.

    A button carries what was said so far: "=12 macos #5" is a macOS update of client 12 on Mac 5, and asks the day.
    "#7 note" and "#7 remis" are about the change no. 7 itself.
    """
    if turn.words.startswith("#"):
        return await _noted(turn)
    client, words = await client_and_words(turn)
    first, _, rest = words.partition(" ")
    word, rest = fold(first), rest.strip()
    if not word:
        return texts.ask_kind(client.id, client.name)
    if word == "liste":
        found = await turn.uow.workstations.changes_of(client.id)
        return texts.changes(client.id, client.name, found, await _names(turn, client))
    if word == "accord":
        return await _grant(turn, client, rest)
    if word not in _KINDS:
        raise DeskRefusal("change_usage", client=client.name)
    return await _record(turn, client, _KINDS[word], rest)


async def _record(turn: Turn, client: Client, kind: ChangeKind, words: str) -> Said:
    what = texts.WORDS[kind]
    workstations = await turn.uow.workstations.of_client(client.id)
    if not words and workstations:
        return await turn.in_place(texts.ask_workstation(client.id, client.name, what, workstations))
    workstation, words = _place(words, workstations)
    so_far = f"{what} #{workstation.id if workstation else 0}"
    if not words:
        return await turn.in_place(texts.ask_day(client.id, client.name, so_far, today=turn.desk.today))
    if words == "date":
        await turn.inquire(texts.ask_other_day(client.name), turn.order.verb, f"={client.id} {so_far}")
        return None
    done_on, note = _day(turn, words)
    return await _keep(turn, client, ClientChange(0, client.id, kind, _id(workstation), done_on=done_on, note=note))


def _place(words: str, workstations: list[Workstation]) -> tuple[Workstation | None, str]:
    """The Mac that the first words mean, None for the whole client, and the words behind.

    Of a client whose Macs nobody wrote down, all is about the whole of it.
    """
    first, _, rest = words.partition(" ")
    if first == "#0":
        return None, rest.strip()
    if first.startswith("#"):
        found = next((each for each in workstations if each.id == as_number(first)), None)
        if found is None:
            raise DeskRefusal("workstation_gone")
        return found, rest.strip()
    behind = after_whole_client(words)
    if behind is not None:
        return None, behind
    return one_workstation(words, workstations) if workstations else (None, words)


def _day(turn: Turn, words: str) -> tuple[date, str]:
    """The day among the words, today at the latest, and the others, which are a note."""
    on, note = find_day(words, today=turn.desk.today)
    if on is None:
        raise DeskRefusal("not_a_day", words=words)
    if on > turn.desk.today:
        raise DeskRefusal("day_ahead", on=on)
    return on, _checked(note)


def _checked(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise DeskRefusal("notes_too_long", longest=LONGEST_NOTE)
    return note


async def _keep(turn: Turn, client: Client, made: ClientChange) -> Said:
    """Write it down once; an update of macOS takes the agreement that waits for one."""
    earlier = await turn.uow.workstations.changes_of(client.id)
    same = (made.kind, made.workstation_id, made.done_on)
    if any((each.kind, each.workstation_id, each.done_on) == same for each in earlier):
        raise AlreadyDone("change_noted_already", client=client.name, on=made.done_on)
    agreement = None
    if made.kind is ChangeKind.MACOS and made.done_on is not None:
        agreement = unused_agreement(earlier, workstation_id=made.workstation_id, on=made.done_on)
    if agreement is None:
        stored = await turn.uow.workstations.add_change(made)
    else:
        note = made.note or agreement.note
        stored = replace(agreement, workstation_id=made.workstation_id, done_on=made.done_on, note=note)
        await turn.uow.workstations.save_change(stored)
    await _log(turn, stored, "change recorded", agreed=agreement is not None)
    return await turn.in_place(await _shown(turn, client, stored), texts.KEPT)


async def _grant(turn: Turn, client: Client, words: str) -> Said:
    """`/changement X accord [poste] [jour]`: agreed to on the telephone, say; the client is not written to."""
    workstations = await turn.uow.workstations.of_client(client.id)
    if not words and workstations:
        return await turn.in_place(texts.ask_workstation(client.id, client.name, "accord", workstations))
    workstation, words = _place(words, workstations)
    on, note = _day(turn, words) if words else (turn.desk.today, "")
    earlier = await turn.uow.workstations.changes_of(client.id)
    waiting = unused_agreement(earlier, workstation_id=_id(workstation), on=turn.desk.today)
    if waiting is not None and waiting.workstation_id == _id(workstation):
        raise AlreadyDone("agreed_already", on=waiting.decided_on, name=waiting.decided_by)
    agreement = await turn.uow.workstations.add_change(
        ClientChange(
            id=0,
            client_id=client.id,
            kind=ChangeKind.MACOS,
            workstation_id=_id(workstation),
            agreed=True,
            decided_on=on,
            decided_by=turn.technician.name,
            note=note,
        )
    )
    await _log(turn, agreement, "agreement given")
    name = workstation.name if workstation else None
    return await turn.in_place(texts.granted(client.id, client.name, agreement, name), texts.KEPT)


async def _noted(turn: Turn) -> Said:
    """What is ordered of one change: "#7" shows it, "#7 note …" annotates it, "#7 remis [jour]" was put right."""
    number, _, words = turn.words.removeprefix("#").partition(" ")
    found = await turn.uow.workstations.change(as_number(number) or 0)
    client = await turn.uow.directory.client(found.client_id) if found else None
    if found is None or client is None:
        raise DeskRefusal("no_such_change")
    what, _, rest = words.strip().partition(" ")
    match what:
        case "":
            return await _shown(turn, client, found)
        case "note":
            return await _annotate(turn, client, found, rest.strip())
        case "remis":
            return await _restore(turn, client, found, rest.strip())
        case _:
            raise DeskRefusal("change_usage", client=client.name)


async def _annotate(turn: Turn, client: Client, found: ClientChange, words: str) -> Said:
    if not words:
        await turn.inquire(texts.ask_note(found.id), turn.order.verb, f"#{found.id} note")
        return None
    annotated = replace(found, note=_checked(words))
    await turn.uow.workstations.save_change(annotated)
    await _log(turn, annotated, "change annotated")
    return await _shown(turn, client, annotated)


async def _restore(turn: Turn, client: Client, found: ClientChange, words: str) -> Said:
    """The setting is the provider's again: from the next day on, a vendor's fault is none of it (C5)."""
    if found.kind is not ChangeKind.SETTINGS or found.done_on is None:
        raise DeskRefusal("nothing_to_restore")
    if found.restored_on is not None:
        raise AlreadyDone("restored_already", on=found.restored_on)
    on = _day(turn, words)[0] if words else turn.desk.today
    if on < found.done_on:
        raise DeskRefusal("restored_before", on=on, done_on=found.done_on)
    restored = replace(found, restored_on=on)
    await turn.uow.workstations.save_change(restored)
    await _log(turn, restored, "change restored", on=on.isoformat())
    return await turn.in_place(await _shown(turn, client, restored), texts.KEPT)


async def _shown(turn: Turn, client: Client, one: ClientChange) -> Post:
    effects = await guarantees_of_day(turn.desk, client, one)
    return texts.change(client.id, client.name, one, names=await _names(turn, client), effects=effects)


async def _names(turn: Turn, client: Client) -> dict[int, str]:
    return {each.id: each.name for each in await turn.uow.workstations.of_client(client.id)}


def _id(workstation: Workstation | None) -> int | None:
    return workstation.id if workstation else None


async def _log(turn: Turn, one: ClientChange, kind: str, **data: object) -> None:
    """Append to the client's history."""
    event = ClientEvent(one.client_id, turn.now, kind, turn.actor, {"change": one.id, "kind": one.kind, **data})
    await turn.uow.client_files.add_client_event(event)
