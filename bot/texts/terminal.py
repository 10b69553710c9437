"""What `permanence` says in a terminal: the help of each command, answers, and what to do when something fails."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from bot.rules.calendar_version import CalendarVersion
from bot.rules.explanation import Explanation
from bot.rules.recontact import Reading
from bot.texts.harmless import inline
from bot.texts.labels import plural
from bot.texts.moments import calendar_line, clock_time, day, day_and_hour, short_day, span

PROGRAM = "Permanence : le support par SMS et WhatsApp, les techniciens dans Telegram, le contrat tenu par la machine."

HELP = {
    "run": "Met en service, jusqu’à Ctrl+C.\n\nAvec les réglages de l’environnement et de .env (voir .env.example).",
    "demo": "Montre le programme dans le navigateur, sans aucun compte.\n\n"
    "Le vrai programme, entre deux téléphones imités, avec une horloge qui avance à volonté.",
    "doctor": "Passe tout en revue.\n\nLes réglages, la base, la machine ; chaque défaut est dit avec son remède.",
    "import": "Fait entrer des clients.\n\nDepuis un fichier CSV (une ligne par contact) ou TOML (tout le dossier, et "
    "ce qui a déjà été fait) ; dit ce qui changerait, et n’écrit qu’avec --apply.",
    "deadline": "Dit jusqu’à quand recontacter un client.\n\n"
    "START est le moment où il a écrit : « 2026-11-23 08:00 », « 2026-11-23T08:00+01:00 » ou « hier 9h ».",
    "units": "Compte les unités d’une intervention.\n\n"
    "DURATION est la durée d’une séance : 15m, 1h05, 15m01s, 90s ou 00:15:01 ; les séances s’additionnent.",
    "urgent": "Dit si un message est urgent.\n\n"
    "Il l’est quand il commence par « Urgent » : le statut est alors 0, sinon 1. « - » lit l’entrée standard.",
    "tickets": "Liste les tickets ouverts.\n\nLes plus pressants d’abord.",
    "quota": "Dit ce qui reste d’un forfait.\n\nEt ce qui a été compté au client, ligne par ligne.",
    "statement": "Fait le relevé d’une période d’un client.\n\n"
    "En PDF, CSV ou JSON, sur la sortie standard ou dans un nouveau fichier ; le programme peut tourner.",
    "contract": "Fait le contrat d’un client en PDF.\n\nRempli d’après son dossier, avec les articles de la boutique.",
    "report": "Fait le rapport d’un mois.\n\n"
    "MONTH est « novembre », « 11/2026 » ou « 2026-11 » ; rien : le mois en cours. Avec les douze mois d’avant, en "
    "texte, en CSV ou en image ; le programme peut tourner.",
    "export": "Écrit tout ce qui est retenu.\n\nUn document, sur la sortie standard ; le programme peut tourner.",
    "mails": "Les mails gardés sans ticket.\n\n"
    "Lettres d’information, absences, rapports et autres mails de machines, le plus récent d’abord.",
    "replay": "Fait relire un message illisible.\n\nINBOX_ID est le numéro de son entrée en quarantaine.",
    "backup": "Copie la base et vérifie la copie.\n\n"
    "Dans un nouveau fichier, PATH, pendant que le programme tourne ; rien n’est jamais écrasé.",
    "verify": "Prouve les comptes.\n\n"
    "Relit chaque ligne, recompte chaque intervention ; le statut est 0 quand tout concorde, sinon 1.",
}

PORT_HELP = "Le port de la page ; 0 en prend un libre."
SCENE_HELP = "Joue une scène écrite (un fichier YAML, ou le nom d’une scène livrée) et dit ce qui s’est passé."
TEMPLATE_HELP = "Écrit un exemple, dans FILE.csv ou FILE.toml ; « csv » ou « toml » seul : sur la sortie standard."
APPLY_HELP = "Écrit pour de bon ; sans cela, dit seulement ce qui changerait."
HOURS_HELP = "Les heures ouvrées accordées ; par défaut celles des réglages."
READING_HELP = "La lecture de « heures ouvrées » ; par défaut celle des réglages."
EXPLAIN_HELP = "Dit aussi pourquoi, période par période."
PERIOD_HELP = "La période : son rang (2) ou un de ses jours (2026-03-01, 01/03/2026) ; sans cela, la dernière."
OUTPUT_HELP = "Le fichier à écrire ; rien n’est jamais écrasé. Sans cela, la sortie standard."
JSON_HELP = "Un document JSON sur la sortie standard, et rien d’autre."
QUOTA_AT_HELP = "Le solde au soir d’un jour passé (15/03/2026), tel qu’il était inscrit alors."
VERSION_HELP = "Dit la version et s’arrête."

# Wrong use and failures

DATABASE_IN_USE = (
    "La base est tenue par une autre copie du programme : l’arrêter, puis recommencer. "
    "Lire reste possible pendant qu’elle tourne."
)
SCHEMA_TOO_NEW = (
    "La base vient d’une version plus récente du programme : lancer cette version, ou restaurer une sauvegarde."
)
DATABASE_UNAVAILABLE = (
    "La base ne peut pas servir en ce moment : vérifier PERMANENCE_DATABASE_URL, les droits du fichier et la place "
    "sur le disque, puis recommencer."
)
DATABASE_UNUSABLE = "La base ne peut pas servir : « permanence doctor » dit ce qui ne va pas."
NO_DATABASE = "Il n’y a pas encore de base : « permanence run » ou « permanence import FICHIER --apply » la crée."
NOT_A_FILE = "La base est sur un serveur PostgreSQL : la copier avec pg_dump."
FILE_EXISTS = "{path} existe déjà : donner un autre nom, rien n’est jamais écrasé."
FILE_FAILED = "{path} : {problem}."
NOT_ON_A_TERMINAL = "un PDF ne s’affiche pas dans un terminal : donner un fichier, ou une redirection (> releve.pdf)."
PAPER_FAILED = "Le document n’a pas pu être fait : rien n’a été écrit."
PORT_TAKEN = "Le port {port} est déjà pris : en donner un autre avec --port, ou 0 pour un port libre."
HTTP_PORT_TAKEN = "Le port {port} est déjà pris : changer PERMANENCE_HTTP_PORT, ou arrêter le programme qui le tient."
UNEXPECTED = "Erreur inattendue ({kind}), en {place}. Le détail : relancer avec PERMANENCE_LOG_LEVEL=DEBUG."


def detail(problem: str) -> str:
    return f"Détail : {problem}"


def unknown_command(name: str, *, closest: str | None, known: Sequence[str]) -> str:
    hint = f"Vouliez-vous dire « {closest} » ? " if closest else ""
    return f"« {inline(name)} » n’est pas une commande. {hint}Les commandes : {', '.join(known)}."


WRONG_START = "« {text} » n’est pas un moment ; écrire par exemple 2026-11-23T08:00 ou « hier 9h »."
WRONG_HOURS = "un nombre d’heures de 0 à 10000 est attendu."
WRONG_DURATION = "« {text} » n’est pas une durée ; écrire par exemple 15m, 1h05, 15m01s, 90s ou 00:15:01."
OUT_OF_YEARS = "il n’y a pas de réponse : ce moment est trop loin, ou le bureau n’ouvre plus."
NO_FILE_GIVEN = "donner le fichier à importer ; « permanence import --template » en écrit un exemple."

# Answers

URGENT = "urgent"
NOT_URGENT = "pas urgent"
NO_TICKETS = "Aucun ticket ouvert."
READINGS = {Reading.OFFICE_HOURS: "heures de bureau", Reading.WORKING_DAYS: "jours ouvrés comptés entiers"}


def due(due_at: datetime, *, hours: timedelta, reading: Reading, zone: tzinfo) -> str:
    """'À recontacter au plus tard le vendredi 27 novembre 2026 à 14h00 (48 h, heures de bureau).'"""
    local = due_at.astimezone(zone)
    moment = f"{day(local.date())} {local.year} à {clock_time(local)}"
    return f"À recontacter au plus tard le {moment} ({span(hours)}, {READINGS[reading]})."


def explained(explanation: Explanation, zone: tzinfo, *, calendar: CalendarVersion) -> list[str]:
    """One line a segment: 'lun. 23/11 08h00 → lun. 23/11 18h30 : ouvert, 10 h 30'; below them the calendar."""
    lines = [
        f"  {_short(segment.from_at, zone)} → {_short(segment.to_at, zone)} : {segment.label}, {span(segment.length)}"
        for segment in explanation.segments
    ]
    return [*lines, calendar_line(calendar)]


def _short(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{short_day(local.date())} {clock_time(local)}"


def wrong_past_day(typed: str, *, is_ahead: bool) -> str:
    """Why `--at` is not taken."""
    wrong = "est à venir" if is_ahead else "n’est pas une date"
    return f"« {typed} » {wrong}. Donnez un jour passé, par exemple 15/03/2026."


def wrong_month(typed: str, *, is_ahead: bool) -> str:
    """Why a month is not taken."""
    wrong = "est à venir" if is_ahead else "n’est pas un mois"
    return f"« {typed} » {wrong}. Donnez par exemple novembre, 11/2026 ou 2026-11."


def no_such_client(words: str) -> str:
    return f"Aucun client ne s’appelle « {inline(words)} » ; un mot du nom suffit."


def several_clients(words: str, names: Sequence[str]) -> str:
    return f"Plusieurs clients pour « {inline(words)} » : {', '.join(inline(name) for name in names)}. Préciser."


def no_such_period(client: str, words: str) -> str:
    """`words` are empty where no period was asked for, and there is none."""
    if not words:
        return f"{inline(client)} n’a encore eu aucune période de contrat."
    return f"{inline(client)} n’a pas de période « {inline(words)} » ; donner un rang (1, 2 …) ou un jour (2026-03-01)."


def no_contract(client: str) -> str:
    return f"{inline(client)} n’a pas de contrat au dossier."


def replayed(inbox_id: int) -> str:
    return f"L’entrée {inbox_id} sera lue de nouveau dès que le programme tourne."


def not_in_quarantine(inbox_id: int) -> str:
    return f"L’entrée {inbox_id} n’est pas en quarantaine ; « permanence export » en donne la liste."


def backed_up(path: str, *, size: int) -> str:
    megabytes = f"{size / 1_000_000:.1f}".replace(".", ",")
    return f"{path} : {megabytes} Mo, copie vérifiée."


def template_written(path: str) -> str:
    return f"{path} est écrit : y mettre vos clients, puis « permanence import {path} »."


def demo_ready(url: str) -> str:
    return f"La démonstration est prête : {url} (Ctrl+C pour finir)"


DEMO_STARTING = "Permanence : la démonstration s’installe…"

# The doctor


def doctor_line(said: str, *, is_good: bool) -> str:
    return f"{'✓' if is_good else '✗'} {said}"


def doctor_verdict(problems: int) -> str:
    return f"{plural(problems, 'défaut')} à réparer." if problems else "Tout va bien."


def versions(*, program: str, python: str, sqlite: str) -> str:
    return f"Permanence {program}, Python {python}, SQLite {sqlite}"


def clock_shown(now: datetime, zone: tzinfo, *, opens_at: datetime | None) -> str:
    """'Horloge : 23/11/2026 à 9h12 (Europe/Paris) ; le bureau est ouvert'."""
    local = now.astimezone(zone)
    state = f"le bureau rouvre {day_and_hour(opens_at, zone, now)}" if opens_at else "le bureau est ouvert"
    return f"Horloge : {_on(local.date())} à {clock_time(local)} ({zone}) ; {state}"


def wrong_clock(now: datetime) -> str:
    return f"Horloge : elle se croit en {now.year} ; mettre la machine à l’heure, les échéances en dépendent."


NEVER_OPEN = "Horaires : le bureau n’ouvre plus jamais ; corriger PERMANENCE_OFFICE_HOURS ou PERMANENCE_CLOSED_ON."


def holidays_shown(year: int, *, code: str, holidays: Sequence[tuple[date, str]]) -> str:
    """'Jours fériés 2026 (FR) : 01/01 Jour de l’an, 06/04 Lundi de Pâques, …'."""
    return f"Jours fériés {year} ({code}) : {', '.join(f'{on.day:02}/{on.month:02} {name}' for on, name in holidays)}"


def no_holidays(year: int, *, code: str) -> str:
    return f"Jours fériés {year} ({code}) : aucun n’est connu ; installer une version plus récente du programme."


def durable_folder(folder: str) -> str:
    return f"Dossier {folder} : SQLite y écrit durablement (WAL, synchronous=FULL)"


def useless_folder(folder: str, *, problem: str) -> str:
    return f"Dossier {folder} : SQLite n’y écrit pas ({problem}) ; corriger ses droits, ou PERMANENCE_DATABASE_URL."


NEW_DATABASE = "Base : pas encore créée ; elle le sera au premier démarrage"
POSTGRESQL_DATABASE = "Base : PostgreSQL, schéma à jour"


def database_shown(path: str, *, schema: str, in_use: bool) -> str:
    state = "tenue par le programme qui tourne" if in_use else "libre"
    return f"Base {path} : entière, schéma {schema}, {state}"


def old_schema(path: str, *, schema: str | None, head: str) -> str:
    return f"Base {path} : schéma {schema or 'absent'} ; il passera à {head} au prochain démarrage"


def useless_database(problem: str) -> str:
    return f"Base : elle ne peut pas servir ({problem}) ; la réparer, ou restaurer une sauvegarde."


def damaged_database(path: str) -> str:
    return f"Base {path} : abîmée ; arrêter le programme, garder le fichier, restaurer une sauvegarde."


def media_folder(folder: str) -> str:
    return f"Images : {folder} est accessible en écriture"


def no_media_folder(folder: str) -> str:
    return f"Images : {folder} n’est pas accessible en écriture ; corriger ses droits, ou PERMANENCE_MEDIA_DIR."


def papers_shown(*, articles: int, own: bool, logo: bool) -> str:
    """`own`: the contract's wording is the shop's."""
    whose = "de la boutique" if own else "du programme"
    return f"Papiers : contrat en {plural(articles, 'article')} ({whose}), {'avec' if logo else 'sans'} logo"


def reception(*, public_url: str | None, poll_seconds: int) -> str:
    if public_url:
        return f"Réception : webhooks à l’adresse {public_url}"
    return f"Réception : relève toutes les {poll_seconds} s, sans adresse publique ni port ouvert"


def _on(on: date) -> str:
    return f"{on.day:02}/{on.month:02}/{on.year}"
