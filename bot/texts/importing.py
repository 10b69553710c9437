"""What the person who imports a file of clients reads: the bad lines, and what was done of it."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.domain.addresses import Address
from bot.texts.harmless import inline
from bot.texts.labels import plural
from bot.texts.moments import on_date

NOT_UTF_8 = "n’est pas en UTF-8 ; dans le tableur, enregistrer sous « CSV UTF-8 », puis recommencer."
EMPTY_FILE = "Le fichier est vide ; « permanence import --template » en montre un exemple."
NO_LINES = "le fichier n’a que sa ligne de titres : ajouter une ligne par contact."
UNCLOSED_QUOTE = "guillemet mal placé ou jamais fermé."
TOO_LONG_FIELD = "une case est démesurée : il manque sans doute un guillemet de fermeture."

WRONG_KIND = "type « {text} » inconnu ; écrire « groupe » ou « individuel »."
WRONG_CHANNEL = "canal « {text} » inconnu ; écrire SMS, WhatsApp ou mail."
WRONG_PHONE = "numéro « {text} » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."
WRONG_MAIL = "adresse « {text} » illisible ; écrire par exemple accueil@exemple.fr."
WRONG_DATE = "date « {text} » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01."
WRONG_UNITS = "« {text} » unités ; écrire un nombre entier de 0 à 10000."
TOO_LONG = "« {text} » est trop long : {limit} caractères au plus."

NO_CLIENT = "le client manque."
NO_CONTACT = "le contact manque : une ligne par personne."
NO_ADDRESS = "ni téléphone ni mail : ce contact ne serait jamais reconnu."
ENDS_BEFORE_START = "le contrat finit avant de commencer."
START, UNITS, END = "le début du contrat", "le nombre d’unités", "la fin du contrat"
NO_START = "des unités ou une fin de contrat, sans date de début."


def at_line(number: int, problem: str) -> str:
    """'ligne 12 : le client manque.'"""
    return f"ligne {number} : {problem}"


def too_many_cells(cells: int, *, titles: int) -> str:
    return f"{plural(cells, 'case')} pour {plural(titles, 'titre')} : un séparateur de trop ?"


def unknown_title(title: str, *, known: Iterable[str]) -> str:
    return f"titre « {inline(title, 40)} » inconnu ; les titres sont : {', '.join(known)}."


def repeated_title(title: str) -> str:
    return f"le titre « {title} » est là deux fois."


def missing_titles(titles: Sequence[str]) -> str:
    return f"il manque {'le titre' if len(titles) == 1 else 'les titres'} {', '.join(titles)}."


def disagrees(what: str, *, client: str, line: int) -> str:
    return f"{what} de « {inline(client)} » ne dit pas la même chose qu’à la ligne {line}."


def no_kind(client: str) -> str:
    return f"le type de « {inline(client)} » manque : écrire « groupe » ou « individuel »."


def taken_in_file(address: Address, *, contact: str, line: int) -> str:
    return f"{inline(address.identifier)} est déjà à {inline(contact)}, ligne {line}."


def taken(address: Address, *, contact: str, client: str | None) -> str:
    at = f" ({inline(client)})" if client else ""
    return f"{inline(address.identifier)} est déjà à {inline(contact)}{at}."


def other_contract(client: str, *, starts_on: date) -> str:
    return (
        f"« {inline(client)} » a déjà un contrat qui commence le {on_date(starts_on)}, "
        "et deux contrats ne courent pas en même temps."
    )


NOTHING_TO_CHANGE = "Rien à changer."
NOT_WRITTEN = "Essai : rien n’est écrit. Ajouter --apply pour écrire."
WRITTEN = "C’est écrit."
NOBODY_NAMED = "Reprise"
"""The technician of a past intervention whose file names none."""

NO_REASON = "Sans motif"

REJECTED = "Rien n’est écrit : corriger ces lignes, puis recommencer."
