"""A client's changes in one line each, as the guarantee quotes them; questions and answers around them (C26)."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.buttons import decode
from bot.domain.desk import Verb
from bot.domain.tickets import Outcome
from bot.domain.workstations import ChangeKind, ClientChange, Workstation
from bot.rules.coverage import Candidate, PastIntervention
from bot.texts import changes
from tests.texts.desk import read

TODAY = date(2026, 11, 23)
AGREED = ClientChange(
    7, 1, ChangeKind.MACOS, 5, agreed=True, decided_on=date(2026, 3, 10), decided_by="Claire", done_on=date(2026, 3, 12)
)
SETTING = ClientChange(8, 1, ChangeKind.SETTINGS, done_on=date(2026, 3, 12))


@pytest.mark.parametrize(
    ("change", "name", "line"),
    [
        pytest.param(
            AGREED,
            "iMac accueil",
            "macOS mis à jour le 12/03/2026 sur iMac accueil, accord du 10/03/2026 (Claire)",
            id="agreed to",
        ),
        pytest.param(
            replace(AGREED, agreed=None, decided_on=None, decided_by=""),
            "iMac accueil",
            "macOS mis à jour le 12/03/2026 sur iMac accueil, sans accord",
            id="nobody asked",
        ),
        pytest.param(
            replace(AGREED, decided_on=date(2026, 3, 13)),
            "iMac accueil",
            "macOS mis à jour le 12/03/2026 sur iMac accueil, accord du 13/03/2026 (Claire), trop tard",
            id="agreed to afterwards",
        ),
        pytest.param(
            replace(AGREED, agreed=False),
            None,
            "macOS mis à jour le 12/03/2026 (tout le cabinet), malgré le refus du 10/03/2026 (Claire)",
            id="refused",
        ),
        pytest.param(
            replace(SETTING, restored_on=date(2026, 3, 20)),
            None,
            "Réglage changé le 12/03/2026 (tout le cabinet), sans accord, remis en état le 20/03/2026",
            id="a setting that was put right",
        ),
        pytest.param(
            ClientChange(9, 1, ChangeKind.MACOS, asked_on=date(2026, 3, 9)),
            None,
            "Mise à jour de macOS : demandée le 09/03/2026, sans réponse",
            id="asked for",
        ),
        pytest.param(
            replace(AGREED, asked_on=date(2026, 3, 9), done_on=None),
            "iMac accueil",
            "Mise à jour de macOS sur iMac accueil : demandée le 09/03/2026, accord du 10/03/2026 (Claire)",
            id="agreed to and not made yet",
        ),
        pytest.param(
            replace(AGREED, agreed=False, done_on=None, decided_on=None, decided_by=""),
            None,
            "Mise à jour de macOS : refus",
            id="refused, nobody knows when",
        ),
        pytest.param(
            ClientChange(9, 1, ChangeKind.SETTINGS),
            None,
            "Changement de réglage : sans réponse",
            id="as little as can be",
        ),
    ],
)
def test_a_change_in_one_line(change: ClientChange, name: str | None, line: str) -> None:
    assert changes.change_line(change, name) == line


def candidate(ticket: int, *, voided_by: ClientChange | None = None, workstation_id: int | None = None) -> Candidate:
    past = PastIntervention(ticket, ticket, date(2026, 3, 1), Outcome.RESOLVED, workstation_id)
    return Candidate(past, date(2026, 4, 1), voided_by=voided_by)


def test_a_change_says_which_guarantees_it_voids_and_which_not() -> None:
    effects = [candidate(41, voided_by=SETTING, workstation_id=5), candidate(42), candidate(43, voided_by=AGREED)]
    post = changes.change(1, "Cabinet des Tilleuls", SETTING, names={5: "iMac accueil"}, effects=effects)
    assert read(post).splitlines() == [
        "Cabinet des Tilleuls · changement 8",
        "Réglage changé le 12/03/2026 (tout le cabinet), sans accord",
        "",
        "❌ n° 41 (iMac accueil) : garantie annulée, elle allait jusqu’au 01/04/2026",
        "✅ n° 42 : garantie maintenue, jusqu’au 01/04/2026",
        "▫️ n° 43 : garantie déjà annulée par un autre changement",
        "Jusqu’à la remise en état, un défaut de l’éditeur y est compté (C5).",
        "[Ajouter une note] [Remis en état]",
        "[Tous ses changements]",
    ]


def test_a_change_of_a_day_without_guarantees_with_its_note() -> None:
    post = changes.change(1, "Dr Petit", replace(AGREED, note="par le fils"), names={5: "iMac"})
    assert read(post).splitlines() == [
        "Dr Petit · changement 7",
        "macOS mis à jour le 12/03/2026 sur iMac, accord du 10/03/2026 (Claire)",
        "Note : par le fils",
        "",
        "Aucune intervention n’était sous garantie ce jour-là (C9).",
        "[Changer la note]",
        "[Tous ses changements]",
    ]


def test_what_was_not_made_yet_has_no_consequences() -> None:
    post = changes.change(1, "Dr Petit", replace(AGREED, done_on=None), names={})
    assert "garantie" not in read(post)


def test_a_long_list_shows_the_newest_and_says_so() -> None:
    found = [replace(SETTING, id=nth) for nth in range(1, 15)]
    lines = read(changes.changes(1, "Dr Petit", found, {})).splitlines()
    assert lines[0] == "Dr Petit · 14 changements"
    assert lines[1].startswith("14 · ")
    assert lines[13] == "… et 2 plus anciens"
    assert lines[14] == "[14] [13] [12] [11] [10] [9]"
    assert lines[-1] == "[Noter un changement]"


def test_the_days_of_the_buttons_are_dates() -> None:
    post = changes.ask_day(1, "Dr Petit", "macos #5", today=TODAY)
    assert read(post) == "Dr Petit : quel jour ?\n[Aujourd’hui 23/11] [Hier 22/11] [Autre jour]\n[Annuler]"
    assert [decode(button.data) for row in post.buttons for button in row] == [
        (Verb.CHANGE, None, "=1 macos #5 2026-11-23"),
        (Verb.CHANGE, None, "=1 macos #5 2026-11-22"),
        (Verb.CHANGE, None, "=1 macos #5 date"),
        (Verb.CANCEL, None, ""),
    ]


def test_a_request_can_be_agreed_to_for_one_mac() -> None:
    macs = [Workstation(nth, 1, f"Mac {nth}") for nth in range(1, 9)]
    post = changes.request(41, 7, macs)
    assert read(post).splitlines()[1:] == [
        "[Accord, sans poste précis] [Refus]",
        "[Accord : Mac 1] [Accord : Mac 2]",
        "[Accord : Mac 3] [Accord : Mac 4]",
        "[Accord : Mac 5] [Accord : Mac 6]",
    ]
    assert decode(post.buttons[1][0].data) == (Verb.AGREEMENT, 41, "7 oui #1")
