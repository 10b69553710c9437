"""The technicians' side: who they are, what they order."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Technician:
    """Somebody who may act at the desk."""

    id: int
    telegram_user_id: int
    name: str
    is_admin: bool = False
    phone: str | None = None
    has_private_chat: bool = False


class Verb(StrEnum):
    """What a technician can order: the French command without its slash, or the first word of a button's data."""

    HELP = "aide"
    LIST = "tickets"
    SHOW = "ticket"
    TAKE = "prendre"
    ANSWER = "repondre"
    NOTE = "note"
    START = "debut"
    END = "fin"
    CLOSE = "clore"
    REOPEN = "rouvrir"
    URGENT = "urgent"
    NORMAL = "normal"
    APPOINTMENT = "rdv"
    CALL = "appel"
    ATTACH = "rattacher"
    BLOCK = "bloquer"
    MERGE = "fusionner"
    CLIENT = "client"
    QUOTA = "quota"
    WHY = "pourquoi"
    SEARCH = "recherche"
    HELLO = "start"
    CONTRACT = "contrat"
    PAID = "paye"
    NOTICE = "denoncer"
    TERMINATE = "resilier"
    TERM = "avenant"
    STATEMENT = "releve"
    SHEET = "poste"
    CHANGE = "changement"
    CONTACT = "contact"
    BACKUP = "sauvegarde"
    MEETING = "1314"
    REPORT = "rapport"
    DUTY = "garde"
    ATTEMPT = "tentative"
    # only from buttons and answers to questions
    OUTCOME = "issue"
    DOCTOR = "medecin"
    REASON = "motif"
    REMOTE = "distance"
    TIMES = "horaires"
    CONFIRM = "confirmer"
    CANCEL = "annuler"
    MEDIA = "media"
    WHOLE = "texte"
    REPLY = "reponse"
    FILE = "fiche"
    ON = "appareil"
    PRODUCT = "produit"
    GUARANTEE = "garantie"
    AGREEMENT = "accord"
    SHARE = "partager"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Order:
    """One instruction from a Telegram update.

    `ticket` and `words` are what stood behind the verb ("/note 12 rappeler demain": 12, "rappeler demain").
    `reply_to` is the desk message that was answered; `callback_id` is set when a button was pressed.
    """

    verb: Verb
    user_id: int
    user_name: str
    chat_id: int
    message_id: int
    is_private: bool = False
    ticket: int | None = None
    words: str = ""
    typed: str = ""
    reply_to: int | None = None
    callback_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """A message of ours in Telegram that belongs to a ticket; `kind` says what an answer to it means."""

    chat_id: int
    message_id: int
    ticket_id: int | None
    kind: str
