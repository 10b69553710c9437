"""What people at a practice are (C6, C12): who is a doctor there, and is told of the contract."""

import re
from collections.abc import Iterable

from bot.domain.clients import Contact
from bot.rules.folding import fold

_DOCTOR = re.compile(r"\b(?:medecins?|docteure?s?|dr|praticien(?:ne)?s?|chirurgien(?:ne)?s?|associee?s?|titulaires?)\b")


def is_doctor(role: str) -> bool:
    """Whether a role, as somebody typed it, is a doctor's: "Médecin", "médecin associée", "Dr"; not "secrétariat"."""
    return _DOCTOR.search(fold(role)) is not None


def doctors_first(contacts: Iterable[Contact]) -> list[Contact]:
    """In the order a choice offers them: doctors, by role or else by name, then the others; each as they came."""
    return sorted(contacts, key=lambda contact: (not is_doctor(contact.role or contact.name), contact.id))
