"""What the person who imports a file of clients reads: the bad lines, the difference, what was written."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.domain.addresses import Address
from bot.domain.clients import ClientKind
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS, KINDS, plural

TEMPLATE = """\
client;type;contact;role;telephone;mail;contrat_debut;unites;contrat_fin
Cabinet des Tilleuls;groupe;Dr Julien Lambert;médecin;06 39 98 00 11;lambert@exemple.fr;01/03/2026;12;
Cabinet des Tilleuls;groupe;Nadia Benali;secrétariat;06 39 98 00 13;;;;
Dr Anne Morel;individuel;Dr Anne Morel;médecin;+33 6 39 98 00 21;;2026-09-15;;
"""
"""An example that can be imported: a group practice with two people, and a professional in their own name."""

NOT_UTF_8 = "n’est pas en UTF-8 ; dans le tableur, enregistrer sous « CSV UTF-8 », puis recommencer."
EMPTY_FILE = "Le fichier est vide ; « permanence import --template » en montre un exemple."
NO_LINES = "le fichier n’a que sa ligne de titres : ajouter une ligne par contact."
UNCLOSED_QUOTE = "guillemet mal placé ou jamais fermé."
TOO_LONG_FIELD = "une case est démesurée : il manque sans doute un guillemet de fermeture."

WRONG_KIND = "type « {text} » inconnu ; écrire « groupe » ou « individuel »."
WRONG_PHONE = "numéro « {text} » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."
WRONG_MAIL = "adresse « {text} » illisible ; écrire par exemple accueil@exemple.fr."
WRONG_DATE = "date « {text} » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01."
WRONG_UNITS = "« {text} » unités ; écrire un nombre entier de 0 à 10000."
TOO_LONG = "« {text} » est trop long : {limit} caractères au plus."

NO_CLIENT = "le client manque."
NO_CONTACT = "le contact manque : une ligne par personne."
NO_ADDRESS = "ni téléphone ni mail : ce contact ne serait jamais reconnu."
ENDS_BEFORE_START = "le contrat finit avant de commencer."
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
        f"« {inline(client)} » a déjà un contrat qui commence le {_on(starts_on)}, "
        "et deux contrats ne courent pas en même temps."
    )


# The difference


def client_line(mark: str, name: str, kind: ClientKind) -> str:
    """'+ Cabinet des Tilleuls (cabinet de groupe)'."""
    return f"{mark} {inline(name)} ({KINDS[kind]})"


def renamed(before: str, after: str) -> str:
    return f"    ~ nom : {inline(before)} → {inline(after)}"


def other_kind(before: ClientKind, after: ClientKind) -> str:
    return f"    ~ type : {KINDS[before]} → {KINDS[after]}"


def contract_added(starts_on: date, *, units: int, ends_on: date | None) -> str:
    end = f" jusqu’au {_on(ends_on)}" if ends_on else ""
    return f"    + contrat du {_on(starts_on)}{end}, {plural(units, 'unité')} par période"


def contract_changed(
    starts_on: date, *, units: tuple[int, int], ends_on: tuple[date | None, date | None], has_periods: bool
) -> str:
    changes = []
    if units[0] != units[1]:
        kept = " (les périodes déjà entamées gardent leur forfait)" if has_periods else ""
        changes.append(f"{units[0]} → {plural(units[1], 'unité')} par période{kept}")
    if ends_on[0] != ends_on[1]:
        changes.append(f"fin : {_on(ends_on[0]) if ends_on[0] else 'aucune'} → {_on(ends_on[1]) if ends_on[1] else ''}")
    return f"    ~ contrat du {_on(starts_on)} : {', '.join(changes)}"


def contact_line(mark: str, name: str, *, role: str) -> str:
    return f"    {mark} {inline(name)}" + (f", {inline(role, 32)}" if role else "")


def contact_renamed(before: str) -> str:
    return f"        ~ connu jusqu’ici comme {inline(before)}"


def other_role(before: str, after: str) -> str:
    return f"        ~ fonction : {inline(before, 32) or 'aucune'} → {inline(after, 32)}"


def address_added(address: Address) -> str:
    return f"        + {_address(address)}"


def address_adopted(address: Address) -> str:
    return f"        + {_address(address)}, qui nous a déjà écrit : ses tickets suivent"


def summary(*, new: int, changed: int, unchanged: int) -> str:
    return (
        f"+ {plural(new, 'nouveau client', 'nouveaux clients')}, "
        f"~ {plural(changed, 'client modifié', 'clients modifiés')}, "
        f"= {plural(unchanged, 'client inchangé', 'clients inchangés')}"
    )


NOTHING_TO_CHANGE = "Rien à changer."
NOT_WRITTEN = "Essai : rien n’est écrit. Ajouter --apply pour écrire."
WRITTEN = "C’est écrit."
REJECTED = "Rien n’est écrit : corriger ces lignes, puis recommencer."


def _address(address: Address) -> str:
    return f"{CHANNELS[address.channel]} {inline(address.identifier, 80)}"


def _on(on: date) -> str:
    return f"{on.day:02}/{on.month:02}/{on.year}"
