"""What `permanence demo --scenario` prints: what happened in a written scene, and what is wrong with its file."""

from datetime import datetime, tzinfo

from bot.texts.moments import clock_time, day

_NBSP = "\u00a0"
_INDENT = " " * 9

_WRONG = {
    "missing": "il manque cette ligne.",
    "extra_forbidden": "ce mot n’est pas connu ici.",
    "model_type": "des lignes « mot: valeur » sont attendues.",
    "list_type": "une liste est attendue.",
    "string_type": "un texte est attendu.",
    "int_parsing": "un nombre entier est attendu.",
    "bool_parsing": "« true » ou « false » est attendu.",
    "literal_error": "une de ces valeurs est attendue : {expected}.",
    "enum": "une de ces valeurs est attendue : {expected}.",
}
"""By pydantic's error type."""

ONE_ACTION = "un pas a une action et une seule : client, mail, call, technician, clock ou expect (ou « at » seul)."
ONE_DEED = "un technicien fait une chose à la fois : says, presses, answers ou replies."
ONE_MOVE = "l’horloge avance d’une durée (advance) ou jusqu’à un moment (to)."
NOTHING_EXPECTED = "rien n’est attendu : écrire client_receives, desk_shows, desk_lacks, ticket ou balance."
WRONG_LENGTH = "durée illisible ; écrire par exemple 15min, 1h ou 2j."
WRONG_TIME = "heure illisible ; écrire par exemple 09:12."
WRONG_START = "moment illisible ; écrire par exemple 2026-11-23 09:12."
NOBODY = "personne de ce nom ; choisir parmi : {names}."
SAYS_NOTHING = "un client envoie un texte ou une photo (picture: true)."
SUBJECT_OR_ANSWER = "un mail a un objet (subject), ou répond au dernier reçu (answers: true)."
UNREADABLE = "ce fichier n’est pas du YAML lisible."
TWICE = "« {word} » est donné deux fois."

UNKNOWN_BUTTON = "aucun bouton « {label} » au bureau"
NO_CARD = "aucune carte du ticket {number} au bureau"
NO_MAIL = "{name} n’a reçu aucun mail"
NO_REMINDER = "aucun rappel n’est prévu"


def problem(line: int, place: str, sentence: str) -> str:
    """'ligne 12, steps[3].client.who : personne de ce nom…'."""
    where = f"ligne {line}, {place}" if place else f"ligne {line}"
    return f"{where}{_NBSP}: {sentence}"


def wrong_value(kind: str, context: dict[str, object], fallback: str) -> str:
    """A pydantic error in French; `fallback` where there is no sentence for it."""
    return _WRONG.get(kind, fallback).format(**context)


def heading(title: str) -> str:
    return f"« {title} »"


def new_day(at: datetime, zone: tzinfo) -> str:
    """The line before the first event of a day: 'lundi 23 novembre 2026'."""
    return day(at.astimezone(zone).date())


def line(at: datetime, zone: tzinfo, said: str) -> str:
    """One event, with its time; further lines stand under the first."""
    first, *rest = said.splitlines() or [""]
    return "\n".join(
        [f"  {clock_time(at.astimezone(zone)):<7}{first}", *(f"{_INDENT}{each}".rstrip() for each in rest)]
    )


def client_wrote(name: str, channel: str, text: str, *, has_picture: bool) -> str:
    photo = f"{_NBSP}[photo]" if has_picture else ""
    return f"{name} ({channel}){_NBSP}: {quoted(text) if text else ''}{photo}"


def client_mailed(name: str, subject: str, text: str, *, has_picture: bool) -> str:
    """`subject` is empty in an answer, which keeps the subject of what it answers."""
    about = f"{quoted(subject)} " if subject else "en réponse "
    photo = f"{_NBSP}[photo]" if has_picture else ""
    return f"{name} (mail) {about.strip()}{_NBSP}: {quoted(text.strip())}{photo}"


def client_called(name: str) -> str:
    return f"{name} appelle"


def caller_heard(text: str) -> str:
    """One thing that was heard: the ringing, what was said, how it ended."""
    return f"→ {text}"


def client_received(name: str, channel: str, text: str) -> str:
    return f"→ {name} reçoit ({channel})\n{quoted(text)}"


def client_missed(name: str, code: int | None) -> str:
    return f"→ {name} ne reçoit rien{_NBSP}: non remis (erreur {code})"


def technician_said(name: str, text: str) -> str:
    return f"{name}{_NBSP}: {quoted(text)}"


def technician_answered(name: str, ticket: int, text: str) -> str:
    return f"{name} répond à la carte {ticket}{_NBSP}: {quoted(text)}"


def technician_replied(name: str, text: str) -> str:
    return f"{name} répond au robot{_NBSP}: {quoted(text)}"


def technician_pressed(name: str, label: str) -> str:
    return f"{name} touche [{label}]"


def desk_showed(text: str, *, is_silent: bool) -> str:
    return f"→ le bureau {'affiche' if is_silent else 'sonne et affiche'}\n{text}"


def desk_toast(name: str, text: str) -> str:
    return f"→ {name} voit passer{_NBSP}: {quoted(text)}"


def clock_moved(text: str) -> str:
    return f"⏩ {text}"


def met(expectation: str) -> str:
    return f"✓ {expectation}"


def not_met(expectation: str, seen: str) -> str:
    return f"✗ ATTENDU{_NBSP}: {expectation}\n  VU{_NBSP}: {seen}"


def not_done(reason: str) -> str:
    return f"✗ IMPOSSIBLE{_NBSP}: {reason}"


def verdict(n_met: int, n_failed: int) -> str:
    if n_failed:
        return f"{n_failed} attente{'s' if n_failed > 1 else ''} déçue{'s' if n_failed > 1 else ''}, {n_met} tenue(s)."
    return f"Tout s’est passé comme prévu ({n_met} attentes)."


def expects_received(name: str, text: str) -> str:
    return f"{name} a reçu {quoted(text)}"


def expects_shown(text: str, times: int | None) -> str:
    return f"le bureau montre {quoted(text)}" + (f" {times} fois" if times is not None else "")


def expects_lacking(text: str) -> str:
    return f"le bureau ne montre pas {quoted(text)}"


def expects_ticket(number: int | None, fields: str) -> str:
    return f"le ticket {number} est {fields}" if number else f"le dernier ticket est {fields}"


def expects_balance(client: str, left: int) -> str:
    return f"il reste {left} à {client}"


def quoted(text: str) -> str:
    return f"«{_NBSP}{text}{_NBSP}»"
