"""What is wrong with a TOML file to import, and what to write instead."""

from collections.abc import Sequence
from datetime import date, datetime, time
from difflib import get_close_matches

from bot.rules.closing import Missing
from bot.rules.folding import fold
from bot.texts.harmless import inline
from bot.texts.importing import NOBODY_NAMED
from bot.texts.labels import plural
from bot.texts.moments import on_date
from bot.texts.workstations import ITEMS

NOT_TOML = (
    "ce n’est pas du TOML : une clé, le signe =, puis une valeur ; "
    "les textes et les dates comme 01/03/2026 entre guillemets."
)
REPEATED_KEY = "cette clé ou cette table est déjà là plus haut."
NO_CLIENTS = "le fichier n’a aucun client : chacun commence par une ligne [[client]]."
EMPTY_TEXT = "un texte vide ne dit rien : l’écrire, ou enlever la ligne."
NUL = "le texte tient un caractère nul (\\u0000) : l’enlever."

NO_NAME = "le nom manque."
NO_START = "le début du contrat manque : debut = 2026-03-01."
NO_END = "un motif de fin ou un préavis, sans la fin du contrat : fin = 2027-02-28."
NO_TERM = "la clause de l’avenant manque : unités, prix, compté, arrondi, garantie ou préavis."
NO_FROM = "la date de l’avenant manque : a_partir_du = 2026-06-01."
NO_VALUE = "la valeur de l’avenant manque."
NO_PAID_ON = "la date du paiement manque : paye_le = 2026-03-05."
NO_AMOUNT = 'le montant du paiement manque : montant = "330,00 €".'
NO_METHOD = "le moyen du paiement manque : virement ou chèque."
NO_SITTING_START = 'le début manque : debut = 2026-03-12T09:05:00 ou "12/03/2026 9h05".'
NO_SITTING_END = 'la fin manque : fin = 09:22:00 ou "9h22".'
TWO_WAYS = "un début et une fin, et des séances : écrire l’un ou l’autre."

NO_EARLIER = "garantie_de doit être le début d’une intervention antérieure du même client."

MISSING = {
    Missing.DOCTOR: "le médecin de l’intervention manque.",
    Missing.REASON: "le motif de l’intervention manque.",
    Missing.REMOTE: "dire si l’intervention était à distance : a_distance = true ou false.",
}
SITTINGS = {
    "sitting_reversed": "la séance finit avant de commencer.",
    "sitting_ahead": "la séance finit dans l’avenir : le fichier reprend ce qui est passé.",
    "sitting_too_long": "la séance dure plus d’un jour.",
    "sitting_overlaps": "la séance en recouvre une autre de la même intervention.",
}


def unknown_key(written: str, part: str, *, closest: str | None, known: Sequence[str]) -> str:
    """'clé « specialté » inconnue dans « client » ; sans doute « specialite ».'"""
    hint = f"sans doute « {closest} »" if closest else f"les clés sont : {', '.join(known)}"
    return f"clé « {inline(written, 40)} » inconnue dans « {part} » ; {hint}."


def same_key(written: str, before: str) -> str:
    return f"« {inline(written, 40)} » et « {inline(before, 40)} » sont la même clé."


def wanted_table(part: str) -> str:
    return f"« {part} » est une table, avec ses propres clés ; voir « permanence import --template toml »."


def wanted_text(value: object) -> str:
    return f"{shown(value)} n’est pas un texte ; l’écrire entre guillemets."


def too_long(value: str, *, limit: int) -> str:
    return f"« {inline(value, 30)} » est trop long : {limit} caractères au plus."


def wrong_flag(value: object) -> str:
    return f"{shown(value)} : écrire true ou false."


def wrong_number(value: object, *, most: int) -> str:
    return f"{shown(value)} : écrire un nombre entier de 0 à {most}."


def wrong_date(value: object) -> str:
    return f'{shown(value)} n’est pas une date ; écrire par exemple 2026-03-01 ou "01/03/2026".'


def wrong_moment(value: object) -> str:
    return f'{shown(value)} n’est pas un moment ; écrire par exemple 2026-03-12T09:05:00 ou "12/03/2026 9h05".'


def wrong_amount(value: object) -> str:
    return f'{shown(value)} n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'


def wrong_nth(value: object) -> str:
    return f"période {shown(value)} : écrire 1 pour la première année du contrat, 2 pour la suivante."


def wrong_months(value: object, *, most: int) -> str:
    return f"{shown(value)} mois : écrire un nombre entier de 0 à {most}."


def wrong_ending(value: object) -> str:
    return f"motif de fin {shown(value)} inconnu ; écrire « préavis » ou « résiliation »."


def wrong_method(value: object) -> str:
    return f"moyen de paiement {shown(value)} inconnu ; écrire « virement » ou « chèque »."


def wrong_term(value: object) -> str:
    return f"clause {shown(value)} inconnue ; écrire unités, prix, compté, arrondi, garantie ou préavis."


def wrong_rounding(value: object) -> str:
    return f"arrondi {shown(value)} inconnu ; écrire « ticket » ou « séance »."


def wrong_item(value: object) -> str:
    """'point « Power Napp » inconnu ; sans doute « Activer Power Nap ».'"""
    labels = {fold(label): label for label in ITEMS.values()}
    close = get_close_matches(fold(str(value)), labels, n=1, cutoff=0.5)
    hint = (
        f"sans doute « {labels[close[0]]} »"
        if close
        else "les douze points sont dans « permanence import --template toml »"
    )
    return f"point {shown(value)} inconnu ; {hint}."


def wrong_outcome(value: object) -> str:
    return f"issue {shown(value)} inconnue ; écrire résolu, échec, commercial, éditeur ou hors périmètre."


def twice(name: str, *, line: int) -> str:
    return f"« {inline(name)} » est déjà à la ligne {line}."


def same_contract(starts_on: date) -> str:
    return f"un contrat qui commence le {on_date(starts_on)} est déjà plus haut."


def unknown_technician(name: str) -> str:
    return (
        f"aucun technicien en service ne s’appelle « {inline(name)} » ; sans technicien, le nom est « {NOBODY_NAMED} »."
    )


def unknown_workstation(name: str) -> str:
    return f"ce client n’a pas de poste « {inline(name)} » : l’ajouter, ou enlever la ligne."


def same_start(*, line: int) -> str:
    return f"une intervention commence déjà à ce moment, ligne {line}."


def paid_ahead(on: date) -> str:
    return f"ce paiement est daté du {on_date(on)}, qui est à venir."


def no_such_period(nth: int, *, last: int) -> str:
    return f"la période {nth} ne peut pas être payée : à ce jour le contrat en a {plural(last, 'payable')}."


def shown(value: object) -> str:
    """A value of the file within a sentence: « 12/13/2026 », or what kind of thing it is."""
    match value:
        case str():
            return f"« {inline(value, 40)} »"
        case bool():
            return f"« {str(value).lower()} »"
        case datetime() | date() | time():
            return f"« {value.isoformat()} »"
        case dict():
            return "une table"
        case list():
            return "une liste"
        case _:
            return f"« {inline(str(value), 40)} »"
