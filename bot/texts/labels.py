"""French names of what the code calls otherwise, in both directions."""

import re

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.tickets import DeliveryState, Outcome, Recontact, TicketState
from bot.domain.workstations import ChecklistItem
from bot.rules.folding import fold
from bot.rules.quota import Reason
from bot.rules.threading import Reason as Threading

CHANNELS = {
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.MAIL: "mail",
    Channel.PHONE: "téléphone",
    Channel.TELEGRAM: "Telegram",
}

STATES = {
    TicketState.OPEN: "à recontacter",
    TicketState.RECONTACTED: "recontacté",
    TicketState.IN_PROGRESS: "en cours",
    TicketState.CLOSED: "clos",
}

OUTCOMES = {
    Outcome.RESOLVED: "résolu",
    Outcome.FAILED: "échec",
    Outcome.COMMERCIAL: "commercial",
    Outcome.VENDOR_FAULT: "éditeur",
    Outcome.OUT_OF_SCOPE: "hors périmètre",
    Outcome.NOT_A_REQUEST: "sans objet",
    Outcome.DUPLICATE: "doublon",
}

RECONTACTS = {
    Recontact.REPLY: "réponse envoyée",
    Recontact.CALL: "appel pris",
    Recontact.APPOINTMENT: "rendez-vous fixé",
    Recontact.INTERVENTION: "intervention commencée",
}

DELIVERIES = {
    DeliveryState.RECEIVED: "",
    DeliveryState.QUEUED: "en attente d’envoi",
    DeliveryState.SENDING: "envoi en cours",
    DeliveryState.SENT: "envoyé",
    DeliveryState.DELIVERED: "remis",
    DeliveryState.UNDELIVERED: "NON REMIS",
    DeliveryState.FAILED: "NON ENVOYÉ",
    DeliveryState.READ: "lu",
}

KINDS = {
    ClientKind.INDIVIDUAL: "contrat individuel",
    ClientKind.GROUP_PRACTICE: "cabinet de groupe",
}

THREADING: dict[str, str] = {
    Threading.FIRST: "première demande de cet expéditeur",
    Threading.AFTER_CLOSED: "nouvelle demande : les précédentes sont closes",
    Threading.OPEN: "ajouté à la demande en cours",
    Threading.BURST: "suite du même envoi",
    Threading.THANKS: "remerciement après clôture : rien n’est rouvert",
    Threading.ANSWER: "réponse à un mail de ce ticket",
    Threading.FOLLOWS: "réponse à une demande close : nouvelle demande",
    Threading.STRANGER: "réponse à un ticket, depuis une adresse qui n’en est pas",
    "call": "appel noté par un technicien",
    "import": "repris d’avant le programme",
}
"""Why a message is on its ticket, by `rules.threading.Reason`, or "call", or "import" where there is none."""

DECISIONS = {
    Reason.COUNTED: "compté",
    Reason.FAILED: "les moyens sont dus, pas le résultat (C8)",
    Reason.COMMERCIAL: "demande commerciale (C5)",
    Reason.VENDOR_FAULT: "défaut de l’éditeur (C5)",
    Reason.OUT_OF_SCOPE: "hors du contrat (C4)",
    Reason.NOT_A_REQUEST: "aucune intervention demandée (C1)",
    Reason.DUPLICATE: "doublon d’un autre ticket (C1)",
    Reason.UNDER_GUARANTEE: "sous garantie (C9)",
    Reason.NOT_COVERED: "hors de toute période de contrat (C13)",
    Reason.INDIVIDUAL_CONTRACT: "contrat individuel, jamais compté (C11)",
    Reason.UNCOUNTED_CONTRACT: "contrat jamais compté, par avenant (C11)",
}
"""Why an intervention is counted or not, by `rules.quota.Reason`, with the contract's clause."""

CHECKLIST = {
    ChecklistItem.LOOK_FOR_UPDATES: "Rechercher les mises à jour",
    ChecklistItem.DOWNLOAD_UPDATES: "Télécharger les mises à jour",
    ChecklistItem.INSTALL_MACOS_UPDATES: "Installer les mises à jour de macOS",
    ChecklistItem.INSTALL_APP_UPDATES: "Installer les mises à jour de l’App Store",
    ChecklistItem.SCREEN_OFF_NEVER: "Extinction de l’écran : jamais",
    ChecklistItem.NO_SLEEP_WHILE_SCREEN_OFF: "Pas de suspension automatique, écran éteint",
    ChecklistItem.DISKS_SLEEP: "Suspension des disques si possible",
    ChecklistItem.WAKE_FOR_NETWORK: "Réveil pour l’accès au réseau",
    ChecklistItem.RESTART_AFTER_POWER_CUT: "Redémarrage après une coupure de courant",
    ChecklistItem.POWER_NAP: "Power Nap",
    ChecklistItem.FULL_DISK_ACCESS: "Accès complet au disque pour les logiciels Prokov",
    ChecklistItem.TIME_MACHINE: "Time Machine, sans rien d’exclu",
}
"""The twelve items of a workstation's sheet (C27), in the contract's order."""

_FRENCH_NUMBER = re.compile(r"\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)")
_OTHER_WORDS = {
    "resolue": Outcome.RESOLVED,
    "ok": Outcome.RESOLVED,
    "regle": Outcome.RESOLVED,
    "echoue": Outcome.FAILED,
    "non resolu": Outcome.FAILED,
    "prokov": Outcome.VENDOR_FAULT,
    "hors contrat": Outcome.OUT_OF_SCOPE,
    "double": Outcome.DUPLICATE,
}
_LISTS = {
    **dict.fromkeys(("", "tous", "toutes", "tout", "ouverts"), "all"),
    **dict.fromkeys(("urgents", "urgent", "urgence", "urgences"), "urgent"),
    **dict.fromkeys(("retard", "retards", "en retard", "tard"), "late"),
    **dict.fromkeys(("moi", "mes", "les miens", "miens", "a moi"), "mine"),
}
_BY_WORD = {
    **{fold(label): outcome for outcome, label in OUTCOMES.items()},
    **{outcome.value: outcome for outcome in Outcome},
    **_OTHER_WORDS,
}


def outcome_from_word(word: str) -> Outcome | None:
    """The outcome meant by "résolu", "Resolu", "hors périmètre" or "hors-perimetre"; None when it is none."""
    return _BY_WORD.get(fold(word).replace("-", " "))


def which_tickets(words: str) -> str | None:
    """What /tickets is to list: "" all, "urgents" urgent, "en retard" late, "moi" mine; None for another word."""
    return _LISTS.get(fold(words))


def threading_label(reason: str) -> str:
    """The sentence of a threading reason; empty for one that says nothing to a technician."""
    return THREADING.get(reason, "")


def decision_label(decision: str) -> str:
    """Why something is counted or not, of a ledger line or an intervention: "compté", "échec : …", "correction"."""
    return DECISIONS[Reason(decision)] if decision in list(Reason) else decision


def phone_label(identifier: str) -> str:
    """A French number as it is read aloud, +33 6 39 98 00 01; any other address as it is."""
    found = _FRENCH_NUMBER.fullmatch(identifier)
    return " ".join(["+33", *found.groups()]) if found else identifier


def subject_of_media(count: int) -> str:
    """A ticket's subject where there are no words: "Photo sans texte"."""
    if not count:
        return "Message vide"
    return "Photo sans texte" if count == 1 else f"{count} photos sans texte"


def subject_of_unreadable(inbox_id: int) -> str:
    return f"Message illisible (entrée {inbox_id})"


def euros(cents: int) -> str:
    """'330,00 €', '1 320,00 €', '−5,00 €'."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{f'{whole:,}'.replace(',', ' ')},{rest:02} €"


def plural(count: int, one: str, many: str | None = None) -> str:
    """'1 unité', '2 unités', '0 unité': in French zero is singular."""
    return f"{count} {one if abs(count) < 2 else many or one + 's'}"
