"""What the person who runs it reads of mail in a terminal: what opened no ticket, what is wrong with a server."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.domain.mails import Robot
from bot.texts.moments import short_moment

NOTHING_KEPT = "Aucun mail n’a été gardé sans ticket."
GONE = "(l’original n’est plus là)"

ROBOTS: Mapping[str, str] = {
    Robot.OWN: "notre propre mail, revenu",
    Robot.BOUNCE: "rapport de remise",
    Robot.RECEIPT: "accusé de lecture",
    Robot.OUT_OF_OFFICE: "absence",
    Robot.AUTO_REPLY: "réponse automatique",
    Robot.GENERATED: "avis d’un automate",
    Robot.LIST: "lettre d’information ou liste",
    Robot.NO_REPLY: "adresse sans réponse",
    Robot.SUPPRESSED: "ne veut pas de réponse automatique",
}

SERVERS: Mapping[str, str] = {"imap": "Relève des mails", "smtp": "Envoi des mails", "clamd": "ClamAV"}

MENDS: Mapping[str, str] = {
    "down": "le serveur ne répond pas ; vérifier son nom, son port, le réseau",
    "network": "le serveur ne répond pas ; vérifier son nom, son port, le réseau",
    "tls": "la connexion chiffrée échoue ; vérifier le nom du serveur, son certificat, et le port",
    "login": "l’identifiant ou le mot de passe est refusé ; vérifier l’URL, ou les réglages PERMANENCE_MAIL_OAUTH_…",
    "mailbox": "le dossier n’existe pas ou ne s’ouvre pas ; vérifier la fin de PERMANENCE_IMAP_URL",
    "storage": "le dossier PERMANENCE_MAIL_DIR ne peut pas être écrit",
    "scanner": "clamd ne répond pas ; vérifier qu’il tourne, et PERMANENCE_CLAMD_URL",
}


def kept(entry_id: int, at: datetime, zone: tzinfo, *, remark: str, sender: str, subject: str) -> str:
    """'12 · lun. 23/11 à 10h00 · absence · aubry@example.org · Absente jusqu’à lundi'."""
    robot = remark.removeprefix("robot:")
    parts = (str(entry_id), short_moment(at, zone), ROBOTS.get(robot, robot), sender, subject)
    return " · ".join(part for part in parts if part)


def checked(what: str, problem: str | None) -> str:
    """'Envoi des mails : connexion réussie', or what to mend."""
    name = SERVERS.get(what, what)
    if problem is None:
        return f"{name} : connexion réussie"
    return f"{name} : {MENDS.get(problem.removeprefix('mail_'), f'ne marche pas ({problem})')}"
