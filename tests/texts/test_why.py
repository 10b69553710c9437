"""Why a ticket is due when it is, and counts what it does."""

import pytest

from bot.domain.interventions import Intervention, Sitting
from bot.domain.tickets import Outcome, Recontact
from bot.rules.recontact import Reading, deadline, explain
from bot.texts.why import why
from tests.rules.calendars import PARIS, contract_hours, hm, paris
from tests.texts.desk import NOW, read


def test_why_a_ticket_is_due_then_and_counts_that() -> None:
    hours = contract_hours()
    due = deadline(paris("2026-04-02 16:00"), hours=hours)
    sitting = Sitting(1, 1, NOW - hm(0, 22), NOW)
    shown = why(
        41,
        explanation=explain(due, hours=hours),
        reading=Reading.OFFICE_HOURS,
        recontacted_at=paris("2026-04-07 09:00"),
        recontacted_by=Recontact.REPLY,
        threading="first",
        intervention=Intervention(1, 41, 1, outcome=Outcome.RESOLVED, decision="counted", units=2, sittings=(sitting,)),
        milestones=[("50", NOW, "sent"), ("daily:2026-04-08", NOW, "pending"), ("urgent:1", NOW, "sent")],
        zone=PARIS,
        now=NOW,
    )
    assert read(shown) == (
        "n° 41 · pourquoi ce délai\n"
        "Reçu jeudi 2 avril à 16h00. 48 h ouvrées, les heures d’ouverture seules comptent (C15).\n"
        "+ jeu. 2/04, 16h00 à 18h30 : 2 h 30 (total 2 h 30)\n"
        "– nuit, jusqu’à ven. 3/04 8h00\n"
        "+ ven. 3/04, 8h00 à 18h30 : 10 h 30 (total 13 h)\n"
        "– week-end, jusqu’à lun. 6/04 0h00\n"
        "– lun. 6/04 : fermé, Lundi de Pâques\n"
        "– nuit, jusqu’à mar. 7/04 8h00\n"
        "+ mar. 7/04, 8h00 à 18h30 : 10 h 30 (total 23 h 30)\n"
        "– nuit, jusqu’à mer. 8/04 8h00\n"
        "+ mer. 8/04, 8h00 à 18h30 : 10 h 30 (total 34 h)\n"
        "– nuit, jusqu’à jeu. 9/04 8h00\n"
        "+ jeu. 9/04, 8h00 à 18h30 : 10 h 30 (total 44 h 30)\n"
        "– nuit, jusqu’à ven. 10/04 8h00\n"
        "+ ven. 10/04, 8h00 à 11h30 : 3 h 30 (total 48 h)\n"
        "À recontacter avant vendredi 10 avril à 11h30\n"
        "\n"
        "Délai arrêté mardi 7 avril à 9h00 par une réponse (dans le délai) (C16).\n"
        "Rappels (C17) :\n"
        "moitié du délai : mar. 7/04 à 16h05, envoyé\n"
        "rappel du matin : mar. 7/04 à 16h05, à venir\n"
        "\n"
        "Pourquoi ce décompte\n"
        "Séance mar. 7/04 à 15h43 : 22 min\n"
        "En tout 22 min : 22 minutes commencées, 2 quarts d’heure commencés (C7).\n"
        "Issue : résolu. Compté 2 unités (C7).\n"
        "\n"
        "Classement : première demande de cet expéditeur."
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param(
            {},
            "Le délai court : ni réponse acceptée, ni appel pris, ni rendez-vous, ni intervention (C16).",
            id="running",
        ),
        pytest.param(
            {"recontacted_at": paris("2026-05-01 09:00")},
            "Délai arrêté vendredi 1er mai à 9h00 (après le délai) (C16).",
            id="stopped too late",
        ),
        pytest.param(
            {"intervention": Intervention(1, 41, 1)}, "Pas encore clos : rien n’est compté.", id="not closed yet"
        ),
        pytest.param(
            {"intervention": Intervention(1, 41, 1, outcome=Outcome.FAILED, decision="failed")},
            "Issue : échec. Non compté : les moyens sont dus, pas le résultat (C8).",
            id="not counted",
        ),
    ],
)
def test_a_line_of_why(changes: dict[str, object], line: str) -> None:
    hours = contract_hours()
    due = deadline(paris("2026-04-02 16:00"), hours=hours, reading=Reading.WORKING_DAYS)
    post = why(41, explanation=explain(due, hours=hours), reading=due.reading, zone=PARIS, now=NOW, **changes)
    assert line in read(post).split("\n")
    assert "comptées nuit et jour (C15)" in read(post)
    assert "+ jeu. 2/04, 16h00 à sam. 4/04 0h00 : 32 h (total 32 h)" in read(post).split("\n")


def test_a_very_long_deadline_is_told_as_far_as_a_message_goes() -> None:
    hours = contract_hours()
    due = deadline(paris("2026-04-02 16:00"), hours=hours, allowed=hm(400))
    post = why(41, explanation=explain(due, hours=hours), zone=PARIS, now=NOW)
    assert "\n…\nÀ recontacter avant" in read(post)
