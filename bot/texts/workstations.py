"""The sheets of a client's Macs: the configuration list of art. IV, to be ticked off (C27)."""

from collections.abc import Sequence
from datetime import date

from bot.domain.desk import Verb
from bot.domain.workstations import ChecklistItem, Workstation
from bot.texts.harmless import harmless, inline
from bot.texts.labels import plural
from bot.texts.moments import on_date
from bot.texts.posts import Post, button, rows
from bot.texts.rich import Rich, bold, italic

ITEMS = {
    ChecklistItem.LOOK_FOR_UPDATES: "Rechercher les mises à jour",
    ChecklistItem.DOWNLOAD_UPDATES: "Télécharger les mises à jour lorsqu’elles sont disponibles",
    ChecklistItem.INSTALL_MACOS_UPDATES: "Installer les mises à jour de macOS",
    ChecklistItem.INSTALL_APP_UPDATES: "Installer les mises à jour d’applications de l’App Store",
    ChecklistItem.SCREEN_OFF_NEVER: "Éteindre l’écran : jamais",
    ChecklistItem.NO_SLEEP_WHILE_SCREEN_OFF: "Empêcher la veille automatique lorsque l’écran est éteint",
    ChecklistItem.DISKS_SLEEP: "Suspendre l’activité des disques durs dès que possible",
    ChecklistItem.WAKE_FOR_NETWORK: "Réactiver lors d’un accès au réseau",
    ChecklistItem.RESTART_AFTER_POWER_CUT: "Redémarrer automatiquement après une panne de courant",
    ChecklistItem.POWER_NAP: "Activer Power Nap",
    ChecklistItem.FULL_DISK_ACCESS: "Accès complet au disque pour les applications Prokov",
    ChecklistItem.TIME_MACHINE: "Time Machine, sans rien exclure",
}
"""The twelve items in the contract's order, in the words of the Mac's own settings."""

_SHORT = {
    ChecklistItem.LOOK_FOR_UPDATES: "Chercher les MAJ",
    ChecklistItem.DOWNLOAD_UPDATES: "Télécharger les MAJ",
    ChecklistItem.INSTALL_MACOS_UPDATES: "Installer macOS",
    ChecklistItem.INSTALL_APP_UPDATES: "Installer App Store",
    ChecklistItem.SCREEN_OFF_NEVER: "Écran : jamais",
    ChecklistItem.NO_SLEEP_WHILE_SCREEN_OFF: "Pas de veille auto",
    ChecklistItem.DISKS_SLEEP: "Veille des disques",
    ChecklistItem.WAKE_FOR_NETWORK: "Réveil réseau",
    ChecklistItem.RESTART_AFTER_POWER_CUT: "Après une panne",
    ChecklistItem.POWER_NAP: "Power Nap",
    ChecklistItem.FULL_DISK_ACCESS: "Accès au disque",
    ChecklistItem.TIME_MACHINE: "Time Machine",
}
"""For buttons, two in a row on a telephone."""

_SHOWN = 20
_NOTES = 1500


def tally(workstation: Workstation) -> str:
    """'9/12', '12/12 ✅'."""
    done = len(workstation.ticked)
    return f"{done}/{len(ITEMS)}" + (" ✅" if done == len(ITEMS) else "")


def mark(workstation: Workstation, item: ChecklistItem) -> str:
    return "✅" if item in workstation.ticked else "⬜"


def sheets(client_id: int, client_name: str, workstations: Sequence[Workstation]) -> Post:
    """/poste X: the client's Macs, each with how far its list is done."""
    heading = Rich.of(bold(inline(client_name)), f" · {plural(len(workstations), 'poste')}")
    lines: list[str | Rich] = [f"{inline(each.name)} · {tally(each)}" for each in workstations[:_SHOWN]]
    if len(workstations) > _SHOWN:
        lines.append(f"… et {len(workstations) - _SHOWN} de plus : /poste suivi du client et du nom du poste")
    if not workstations:
        lines.append("Aucun poste n’est encore noté dans la fiche (C27).")
    buttons = [button(inline(each.name, 40), Verb.SHEET, None, f"#{each.id}") for each in workstations[:_SHOWN]]
    more = (
        button("Nouveau poste", Verb.SHEET, None, f"={client_id} nouveau"),
        button("Changements", Verb.CHANGE, None, f"={client_id} liste"),
    )
    return Post(Rich.lines([heading, *lines]), (*rows(*buttons), more))


def sheet(client_id: int, client_name: str, workstation: Workstation) -> Post:
    """A Mac's sheet: the twelve items, ticked with their day or not, each with its button."""
    listed = Rich.lines(_item(workstation, item) for item in ITEMS)
    notes = Rich.of(italic("Notes : "), harmless(workstation.notes)).cut(_NOTES) if workstation.notes else None
    heading = Rich.of(bold(inline(workstation.name)), f" · {inline(client_name)} · {tally(workstation)}")
    ticks = [
        button(f"{mark(workstation, item)} {_SHORT[item]}", Verb.SHEET, None, _order(workstation, item))
        for item in ITEMS
    ]
    more = [
        button("Renommer", Verb.SHEET, None, f"#{workstation.id} nom"),
        button("Notes", Verb.SHEET, None, f"#{workstation.id} notes"),
        button("Tous les postes", Verb.SHEET, None, f"={client_id}"),
    ]
    if len(workstation.ticked) < len(ITEMS):
        more.insert(0, button("Tout cocher", Verb.SHEET, None, f"#{workstation.id} +tout"))
    return Post(Rich.lines([heading, listed, notes], between="\n\n"), (*rows(*ticks), *rows(*more)))


def _item(workstation: Workstation, item: ChecklistItem) -> str:
    since = workstation.ticked.get(item)
    return f"{mark(workstation, item)} {ITEMS[item]}" + (f" · {on_date(since)}" if since else "")


def _order(workstation: Workstation, item: ChecklistItem) -> str:
    """What a press orders is said, not "the other way round": a second tap finds it done (F8)."""
    return f"#{workstation.id} {'-' if item in workstation.ticked else '+'}{item}"


def ask_new(client_name: str) -> Post:
    asked = " : quel est le nom du poste ? Répondez à CE message, par exemple iMac accueil."
    return Post.of(bold(inline(client_name)), asked)


def ask_name(name: str) -> Post:
    return Post.of(bold(inline(name)), " : quel nouveau nom ? Répondez à CE message.")


def ask_notes(name: str) -> Post:
    return Post.of(bold(inline(name)), " : répondez à CE message ; votre texte remplace les notes (« - » les efface).")


def ticked(item: ChecklistItem, on: date) -> str:
    return f"✅ {ITEMS[item]} : coché le {on_date(on)}."


def unticked(item: ChecklistItem) -> str:
    return f"⬜ {ITEMS[item]} : à faire."


def ticked_already(item: ChecklistItem, on: date) -> str:
    return f"Déjà fait : {ITEMS[item]}, coché le {on_date(on)}."


def unticked_already(item: ChecklistItem) -> str:
    return f"Déjà fait : {ITEMS[item]} n’est pas coché."


def all_ticked(count: int) -> str:
    """`count` are those that were not ticked before."""
    return (
        f"✅ {plural(count, 'point coché', 'points cochés')} : la liste est complète."
        if count
        else ("Déjà fait : la liste était complète.")
    )
