"""Who is a doctor at a practice, as their role was typed."""

import pytest

from bot.domain.clients import Contact
from bot.rules.roles import doctors_first, is_doctor


@pytest.mark.parametrize(
    "role", ["médecin", "Médecin", "MEDECINS", "médecin associée", "Dr", "docteure", "praticienne", "titulaire"]
)
def test_a_doctor_by_any_spelling(role: str) -> None:
    assert is_doctor(role)


@pytest.mark.parametrize("role", ["", "secrétariat", "secrétaire médicale", "infirmière", "drh", "remplaçant du matin"])
def test_everybody_else_is_none(role: str) -> None:
    assert not is_doctor(role)


def test_doctors_come_first_by_role_or_where_there_is_none_by_name() -> None:
    staff, named, doctor = Contact(1, "Luc", 1, "accueil"), Contact(3, "Dr Anne", 1), Contact(2, "Zoé", 1, "médecin")
    assert doctors_first([named, staff, doctor]) == [doctor, named, staff]
    assert doctors_first([Contact(4, "Dr Paul", 1, "secrétariat"), doctor])[0] == doctor
