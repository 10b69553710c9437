"""What the person who installs reads in a terminal: what is wrong with a setting and what to do, one line each."""

from collections.abc import Mapping, Sequence

from bot.domain.addresses import Channel

CHANNEL_NAMES = {
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.MAIL: "Mail",
    Channel.PHONE: "Téléphone",
    Channel.TELEGRAM: "Telegram",
}

NO_CHANNEL = (
    "Aucun canal n’est réglé : renseignez au moins celui de Telegram et celui des SMS dans .env (voir .env.example), "
    "ou essayez sans aucun compte avec « permanence demo »."
)

WRONG_DATABASE_URL = "écrire sqlite:///chemin/du/fichier.db ou postgresql://utilisateur:motdepasse@serveur/base."
WRONG_WEB_ADDRESS = "écrire une adresse http(s)://… complète, sans « ? » ni « # »."
WRONG_PHONE_NUMBER = "numéro impossible ; écrire le numéro international, par exemple +33639980001."
WRONG_SMS_AUTOMATIC = (
    "écrire « off », « number » ou un nom d’expéditeur de 11 lettres ou chiffres au plus, dont au moins une lettre."
)
AUTOMATIC_NEEDS_NUMBER = "« number » demande PERMANENCE_SMS_NUMBER ; le renseigner, ou écrire « off »."
WRONG_ACCOUNT_SID = "écrire l’« Account SID » de la console Twilio : AC suivi de 32 chiffres ou lettres de a à f."
WRONG_AUTH_TOKENS = "écrire un ou plusieurs jetons séparés par des virgules, sans espace dedans."
WRONG_SHARED_KEYS = "écrire identifiant:secret, séparés par des virgules, chaque identifiant une fois."
WRONG_TECHNICIANS = "écrire identifiant_telegram:Nom, séparés par des virgules, par exemple 123456789:Camille."
WRONG_TECHNICIAN_PHONES = "écrire identifiant_telegram:numéro, par exemple 123456789:+33639980001."
UNKNOWN_TECHNICIAN = "{id} n’est pas dans PERMANENCE_TECHNICIANS ; l’y ajouter, ou le retirer d’ici."
WRONG_IMAP_URL = "écrire imaps://utilisateur:motdepasse@serveur/dossier."
WRONG_MAIL_LISTEN = "écrire lmtp://127.0.0.1:8024, ou smtp://… de même, avec le port."
WRONG_IMAP_AFTER = "écrire « nothing », « seen » ou « move:Dossier »."
WRONG_CLAMD = "écrire tcp://127.0.0.1:3310 ou unix:///run/clamav/clamd.ctl."
WRONG_SMTP_URL = "écrire smtps://utilisateur:motdepasse@serveur ou smtp://…:587."
WRONG_MAIL_ADDRESS = "écrire une adresse, sans accent avant « @ », par exemple support@exemple.fr."
UNREADABLE_LOGO = "PERMANENCE_SHOP_LOGO : {path} ne se lit pas ; vérifier son chemin et ses droits."
WRONG_LOGO = "PERMANENCE_SHOP_LOGO : {path} n’est ni une image PNG ni une image SVG, ou dépasse {most} ko."
UNUSABLE_LOGO = "PERMANENCE_SHOP_LOGO : {path} est une image abîmée ; l’enregistrer à nouveau, en PNG ou en SVG."
UNREADABLE_CONTRACT = "PERMANENCE_CONTRACT_FILE : {path} n’est pas lisible ; donner un fichier de texte en UTF-8."
WRONG_PRICE = "« {text} » n’est pas un prix ; écrire des euros, par exemple 330,00."
UNKNOWN_ZONE = "fuseau « {text} » inconnu ; écrire par exemple Europe/Paris ou Indian/Reunion."
UNKNOWN_HOLIDAYS = "calendrier « {text} » inconnu ; écrire par exemple FR, FR-6AE (Alsace), FR-57 (Moselle) ou FR-974."
WRONG_OFFICE_HOURS = "« {text} » n’est pas lisible ; écrire par exemple « mon-fri 08:00-12:30 13:30-18:30 »."
WRONG_THRESHOLDS = "écrire des nombres d’unités séparés par des virgules, par exemple 3,1,0."
WRONG_CLOSED_ON = "« {text} » n’est pas lisible ; écrire par exemple 2026-12-24 ou 2026-08-03..2026-08-14."
WRONG_SPECIAL_HOURS = (
    "« {text} » n’est pas lisible ; écrire par exemple « 2026-12-24 08:00-12:00 ; 2026-12-31 closed »."
)

WRONG_VALUES = {
    "int_parsing": "un nombre entier est attendu.",
    "int_parsing_size": "ce nombre est trop grand.",
    "greater_than_equal": "un nombre d’au moins {ge} est attendu.",
    "less_than_equal": "un nombre d’au plus {le} est attendu.",
    "bool_parsing": "« on » ou « off » est attendu.",
    "literal_error": "une de ces valeurs est attendue : {expected}.",
}
"""By pydantic's error type; the braces are filled with what pydantic says of the bound."""

UNUSABLE_VALUE = "valeur inutilisable (voir .env.example)."


def describe_wrong(variable: str, sentence: str) -> str:
    return f"{variable} : {sentence}"


def describe_wrong_value(kind: str, *, bounds: Mapping[str, object]) -> str:
    """What pydantic refused, by its type of error and what it says of the bound."""
    french = {name: str(bound).replace(" or ", " ou ") for name, bound in bounds.items()}
    return WRONG_VALUES.get(kind, UNUSABLE_VALUE).format(**french)


def describe_unknown(variable: str, *, closest: str | None) -> str:
    hint = f" ; vouliez-vous dire {closest} ?" if closest else "."
    return f"{variable} : réglage inconnu{hint} La liste est dans .env.example."


def describe_given_twice(variable: str) -> str:
    return f"{variable} : donné aussi par {variable}_FILE ; retirer l’un des deux."


def describe_unreadable_secret(variable: str, *, path: str) -> str:
    return f"{variable} : le fichier {path} manque, est vide ou ne se lit pas ; vérifier son chemin et ses droits."


def describe_unreadable_line(path: str, *, number: int) -> str:
    return f"{path}, ligne {number} : illisible ; écrire NOM=valeur."


def describe_unreadable_env_file(path: str) -> str:
    return f"{path} : ce fichier ne se lit pas ; vérifier ses droits et qu’il est en UTF-8."


def describe_half_set(variable: str, *, service: str, given: str) -> str:
    return f"{variable} : manque pour {service} ; le renseigner, ou retirer {given} pour laisser {service} de côté."


def describe_channel(channel: Channel, *, missing: Sequence[str]) -> str:
    """One line of the start: "SMS : en service", or what to set."""
    name = CHANNEL_NAMES[channel]
    if not missing:
        return f"{name} : en service"
    return f"{name} : désactivé, à régler : {', '.join(missing)}"


UNREADABLE_TEXTS = (
    "PERMANENCE_TEXTS_FILE : {path} n’est pas lisible ; donner un fichier YAML en UTF-8, une phrase par ligne."
)
