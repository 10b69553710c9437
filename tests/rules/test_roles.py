"""Who is a doctor at a practice, as their role was typed."""

import pytest

from bot.rules.roles import is_doctor


@pytest.mark.parametrize(
    "role", ["médecin", "Médecin", "MEDECINS", "médecin associée", "Dr", "docteure", "praticienne", "titulaire"]
)
def test_a_doctor_by_any_spelling(role: str) -> None:
    assert is_doctor(role)


@pytest.mark.parametrize("role", ["", "secrétariat", "secrétaire médicale", "infirmière", "drh", "remplaçant du matin"])
def test_everybody_else_is_none(role: str) -> None:
    assert not is_doctor(role)
