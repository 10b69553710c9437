"""What clients change on their Macs, ask for and are allowed; and what it does to guarantees (C9, C26)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.domain.workstations import ChangeKind, ClientChange, Workstation
from bot.rules.coverage import Candidate, is_agreed
from bot.texts.harmless import harmless, inline
from bot.texts.labels import CHANNELS, plural
from bot.texts.moments import on_date
from bot.texts.posts import Button, Post, Rows, button, leave, rows
from bot.texts.rich import Rich, bold, italic

_SHOWN = 12
_MACS = 12

_DONE = {ChangeKind.SETTINGS: "Réglage changé", ChangeKind.MACOS: "macOS mis à jour"}
_WANTED = {ChangeKind.SETTINGS: "Changement de réglage", ChangeKind.MACOS: "Mise à jour de macOS"}
WORDS = {ChangeKind.SETTINGS: "reglage", ChangeKind.MACOS: "macos"}
"""What stands in buttons and can be typed behind /changement X."""


KEPT = "C’est noté dans la fiche du client."


def change_line(change: ClientChange, workstation_name: str | None = None) -> str:
    """'macOS mis à jour le 12/03/2027 sur iMac accueil, accord du 10/03/2027 (Claire)': what, when, where, allowed?"""
    where = f" sur {inline(workstation_name, 40)}" if workstation_name else ""
    if change.done_on is None:
        return f"{_WANTED[change.kind]}{where} : {_answer(change)}"
    whole = where or " (tout le cabinet)"
    restored = f", remis en état le {on_date(change.restored_on)}" if change.restored_on else ""
    return f"{_DONE[change.kind]} le {on_date(change.done_on)}{whole}, {_allowed(change)}{restored}"


def _answer(change: ClientChange) -> str:
    """Of what was not done yet, as far as anybody knows."""
    asked = f"demandée le {on_date(change.asked_on)}, " if change.asked_on else ""
    if change.agreed is None:
        return f"{asked}sans réponse"
    return f"{asked}{_decided(change)}"


def _allowed(change: ClientChange) -> str:
    if is_agreed(change):
        return _decided(change)
    if change.agreed is None:
        return "sans accord"
    return f"{_decided(change)}, trop tard" if change.agreed else f"malgré le {_decided(change)}"


def _decided(change: ClientChange) -> str:
    """'accord du 10/03/2027 (Claire)'."""
    on = f" du {on_date(change.decided_on)}" if change.decided_on else ""
    who = f" ({inline(change.decided_by, 30)})" if change.decided_by else ""
    return f"{'accord' if change.agreed else 'refus'}{on}{who}"


def ask_kind(client_id: int, client_name: str) -> Post:
    """/changement X: what is to be written down?"""
    choices = (
        button("Réglage changé", Verb.CHANGE, None, f"={client_id} {WORDS[ChangeKind.SETTINGS]}"),
        button("macOS mis à jour", Verb.CHANGE, None, f"={client_id} {WORDS[ChangeKind.MACOS]}"),
        button("Accord donné", Verb.CHANGE, None, f"={client_id} accord"),
        _all(client_id),
    )
    return Post(Rich.of(bold(inline(client_name)), " : que faut-il noter ?"), (*rows(*choices), (leave(),)))


def ask_workstation(client_id: int, client_name: str, what: str, workstations: Sequence[Workstation]) -> Post:
    """On which Mac? `what` are the words that the chosen one comes behind: "macos", "accord"."""
    macs = [
        button(inline(each.name, 40), Verb.CHANGE, None, f"={client_id} {what} #{each.id}")
        for each in workstations[:_MACS]
    ]
    whole = button("Tout le cabinet", Verb.CHANGE, None, f"={client_id} {what} #0")
    return Post(Rich.of(bold(inline(client_name)), " : sur quel poste ?"), (*rows(*macs), (whole, leave())))


def ask_day(client_id: int, client_name: str, what: str, *, today: date) -> Post:
    """Since when? The buttons carry dates: pressed tomorrow, "Hier" still means the day it was shown for."""
    yesterday = today - timedelta(days=1)
    choices = (
        button(f"Aujourd’hui {today:%d/%m}", Verb.CHANGE, None, f"={client_id} {what} {today}"),
        button(f"Hier {yesterday:%d/%m}", Verb.CHANGE, None, f"={client_id} {what} {yesterday}"),
        button("Autre jour", Verb.CHANGE, None, f"={client_id} {what} date"),
    )
    return Post(Rich.of(bold(inline(client_name)), " : quel jour ?"), (choices, (leave(),)))


def ask_other_day(client_name: str) -> Post:
    said = " : quel jour ? Répondez à CE message, par exemple 12/11/2026, suivi d’une note s’il y a lieu."
    return Post.of(bold(inline(client_name)), said)


def ask_note(number: int) -> Post:
    return Post.of(bold(f"Changement {number}"), " : répondez à CE message ; votre texte y est gardé comme note.")


def change(
    client_id: int, client_name: str, one: ClientChange, *, names: Mapping[int, str], effects: Sequence[Candidate] = ()
) -> Post:
    """A change as it stands written down, and what it does to the guarantees of that day (C9)."""
    heading = Rich.of(bold(inline(client_name)), f" · changement {one.id}")
    note = Rich.of(italic("Note : "), harmless(one.note)) if one.note else None
    blocks = [
        Rich.lines([heading, change_line(one, names.get(one.workstation_id or 0)), note]),
        _consequences(one, names, effects),
    ]
    return Post(Rich.lines(blocks, between="\n\n"), _change_buttons(client_id, one))


def _consequences(one: ClientChange, names: Mapping[int, str], effects: Sequence[Candidate]) -> Rich | None:
    if one.done_on is None:
        return None
    lines: list[str | Rich] = [_effect(one, each, names) for each in effects]
    if not effects:
        lines.append("Aucune intervention n’était sous garantie ce jour-là (C9).")
    if one.kind is ChangeKind.SETTINGS and not is_agreed(one) and one.restored_on is None:
        lines.append("Jusqu’à la remise en état, un défaut de l’éditeur y est compté (C5).")
    return Rich.lines(lines)


def _effect(one: ClientChange, candidate: Candidate, names: Mapping[int, str]) -> Rich:
    """'❌ n° 41 (iMac accueil) : garantie annulée, elle allait jusqu’au 12/03/2027'."""
    past, until = candidate.past, on_date(candidate.until)
    name = names.get(past.workstation_id or 0)
    which = Rich.of(bold(f"n° {past.ticket}"), f" ({inline(name, 40)})" if name else "")
    if candidate.voided_by is None:
        return Rich.of("✅ ", which, f" : garantie maintenue, jusqu’au {until}")
    if candidate.voided_by.id != one.id:
        return Rich.of("▫️ ", which, " : garantie déjà annulée par un autre changement")
    return Rich.of("❌ ", which, f" : garantie annulée, elle allait jusqu’au {until}")


def _change_buttons(client_id: int, one: ClientChange) -> Rows:
    first = [button("Changer la note" if one.note else "Ajouter une note", Verb.CHANGE, None, f"#{one.id} note")]
    if one.kind is ChangeKind.SETTINGS and one.done_on is not None and one.restored_on is None:
        first.append(button("Remis en état", Verb.CHANGE, None, f"#{one.id} remis"))
    return (tuple(first), (_all(client_id),))


def _all(client_id: int) -> Button:
    return button("Tous ses changements", Verb.CHANGE, None, f"={client_id} liste")


def changes(client_id: int, client_name: str, found: Sequence[ClientChange], names: Mapping[int, str]) -> Post:
    """/changement X liste: the newest first."""
    heading = Rich.of(bold(inline(client_name)), f" · {plural(len(found), 'changement')}")
    shown = list(reversed(found))[:_SHOWN]
    lines: list[str | Rich] = [
        Rich.of(bold(f"{each.id}"), " · ", change_line(each, names.get(each.workstation_id or 0))) for each in shown
    ]
    if len(found) > len(shown):
        lines.append(f"… et {len(found) - len(shown)} plus anciens")
    if not found:
        lines.append("Rien n’est noté : ni réglage changé, ni mise à jour, ni accord.")
    buttons = [button(str(each.id), Verb.CHANGE, None, f"#{each.id}") for each in shown]
    new = button("Noter un changement", Verb.CHANGE, None, f"={client_id}")
    return Post(Rich.lines([heading, *lines]), (*rows(*buttons, width=6), (new,)))


def request(number: int, change_id: int, workstations: Sequence[Workstation] = ()) -> Post:
    """The client asks whether they may update macOS (C26): agreed or not, for one Mac or without naming any."""
    said = " : le client demande s’il peut mettre à jour macOS. Toucher un bouton lui répond aussitôt (C26)."
    whole = "Accord, sans poste précis" if workstations else "Accord"
    choices = (
        button(whole, Verb.AGREEMENT, number, f"{change_id} oui"),
        button("Refus", Verb.AGREEMENT, number, f"{change_id} non"),
    )
    macs = [
        button(f"Accord : {inline(each.name, 30)}", Verb.AGREEMENT, number, f"{change_id} oui #{each.id}")
        for each in workstations[:6]
    ]
    return Post(Rich.of("🖥 ", bold(f"n° {number}"), said), (choices, *rows(*macs)))


def answered(number: int, decided: ClientChange, workstation_name: str | None) -> Post:
    """What stands in the place of the request once it is decided."""
    return Post(Rich.of("🖥 ", bold(f"n° {number}"), f" · {change_line(decided, workstation_name)}"))


def answer_sent(number: int, decided: ClientChange, channel: Channel) -> str:
    said = "accord" if decided.agreed else "refus"
    return f"n° {number} : {said} noté, et envoyé au client par {CHANNELS[channel]}."


def answer_unsent(number: int, decided: ClientChange, why: str) -> str:
    """There is no way to write to them: `why` is the reason in words."""
    said = "accord" if decided.agreed else "refus"
    return f"n° {number} : {said} noté, mais rien n’est parti au client ({why}). Appelez-le."


def granted(client_id: int, client_name: str, agreement: ClientChange, workstation_name: str | None) -> Post:
    """An agreement that was written down without a request of the client's."""
    lines: list[str | Rich] = [
        Rich.of(bold(inline(client_name)), f" · {change_line(agreement, workstation_name)}"),
        "Rien n’est envoyé au client. La prochaine mise à jour de macOS notée s’y rapportera.",
    ]
    return Post(Rich.lines(lines), _change_buttons(client_id, agreement))
