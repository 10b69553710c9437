"""What is peculiar to mails: how the machine's are worded, what is read in a client's that is no text."""

from collections.abc import Mapping

from bot.domain.mails import Attendance, Flaw

ATTENDANCES: Mapping[Attendance, str] = {
    Attendance.ACCEPTED: "Accepte le rendez-vous.",
    Attendance.DECLINED: "Décline le rendez-vous.",
    Attendance.TENTATIVE: "Accepte le rendez-vous sous réserve.",
    Attendance.COUNTERED: "Propose un autre moment pour le rendez-vous.",
    Attendance.UNKNOWN: "Répond à l’invitation, sans dire s’il vient.",
}
"""What a calendar's answer says, in the place of words."""

FLAWS: Mapping[Flaw, str] = {
    Flaw.UNVERIFIED: "⚠️ Expéditeur non vérifié.",
    Flaw.TOO_LARGE: "⚠️ Mail trop lourd : seul son début est gardé, sans les pièces jointes.",
    Flaw.TOO_LONG: "⚠️ Mail très long : la fin n’en est pas montrée, l’original est gardé.",
    Flaw.SEALED: "⚠️ Mail chiffré ou scellé : il ne se lit pas ici, demander à l’auteur de l’envoyer autrement.",
    Flaw.WINMAIL: "⚠️ Pièces jointes emballées par Outlook (winmail.dat) : les demander en format ordinaire.",
}
"""What a technician must know of a mail."""

MEDIA_FLAWS: Mapping[str, str] = {
    "too_large": "trop lourd, non gardé",
    "infected": "VIRUS, retiré",
    "gone": "plus disponible",
    "unscanned": "non examiné, retenu",
}
"""Why a file is not offered, by `Media.flaw`."""


def letter(text: str, *, signed: str) -> str:
    """The machine's text as a mail: a greeting, its sentences, who writes."""
    return f"Bonjour,\n\n{text}\n\nCordialement,\n{signed}"


def signed_answer(text: str, *, technician: str, shop: str) -> str:
    """A technician's answer with who wrote it below; whoever signs by hand is not signed for twice."""
    last = text.rstrip().rpartition("\n")[2]
    if technician and technician.casefold() in last.casefold():
        return text
    return "\n".join((text.rstrip(), "", *filter(None, (technician, shop))))


def robot_note(text: str) -> str:
    """A machine's answer as a note for the desk."""
    return (
        f"Réponse automatique de la messagerie :\n{text.strip()}"
        if text.strip()
        else "Réponse automatique, sans texte."
    )


def megabytes(size: int) -> str:
    """'30 Mo', '0,4 Mo'."""
    tenths = max(1, round(size / 100_000))
    return f"{tenths // 10} Mo" if tenths % 10 == 0 or tenths > 100 else f"{tenths // 10},{tenths % 10} Mo"
