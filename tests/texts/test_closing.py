"""The dialogue of a closing."""

from datetime import timedelta

import pytest

from bot.domain.addresses import Channel
from bot.domain.buttons import decode
from bot.domain.clients import ClientKind
from bot.domain.desk import Verb
from bot.domain.tickets import Outcome, TicketState
from bot.rules.quota import Balance, Decision, decide
from bot.texts import closing
from bot.texts.cards import CardView
from tests.rules.calendars import PARIS, hm, paris
from tests.texts.desk import NOW, read

RESOLVED = decide(ClientKind.GROUP_PRACTICE, outcome=Outcome.RESOLVED, real_units=2, is_covered=True)
INDIVIDUAL = decide(ClientKind.INDIVIDUAL, outcome=Outcome.RESOLVED, real_units=2, is_covered=True)


def test_a_closing_asks_how_it_ended() -> None:
    view = CardView(41, True, TicketState.OPEN, Channel.SMS, NOW, NOW, client_name="Cabinet des Tilleuls")
    asked = closing.ask_outcome(view)
    assert read(asked) == (
        "🔴 URGENT · n° 41 · Cabinet des Tilleuls\nComment se termine-t-il ?\n"
        "[Résolu] [Échec]\n[Commercial] [Éditeur]\n[Hors périmètre] [Sans objet]\n[Doublon]\n[Annuler]"
    )
    assert decode(asked.buttons[0][0].data) == (Verb.OUTCOME, 41, "resolved")


def test_a_closing_asks_for_the_doctor_the_reason_the_times_and_how() -> None:
    assert read(closing.ask_doctor(41)) == (
        "n° 41 : pour quel médecin ? Répondez à CE message avec son nom.\n[Annuler]"
    )
    doctor = closing.ask_doctor(41, ["Dr Anne Martin", "Dr " + "long " * 20, "Dr Paul Roux"])
    assert read(doctor) == (
        "n° 41 : pour quel médecin ? Choisissez, ou répondez à CE message avec son nom.\n"
        "[Dr Anne Martin]\n[Dr Paul Roux]\n[Annuler]"
    )
    reason = closing.ask_reason(41, ["MediStory 4 ne synchronise plus sur le poste de l’accueil depuis hier", "x" * 80])
    assert [decode(row[0].data)[2] for row in reason.buttons] == [
        "MediStory 4 ne synchronise plus sur le poste de",
        "",
    ]
    assert "par exemple 14h10 14h32" in read(closing.ask_times(41))
    assert read(closing.ask_remote(41)) == ("n° 41 : prise en main à distance (TeamViewer) ?\n[Oui] [Non]\n[Annuler]")


def test_before_it_is_confirmed_a_closing_shows_all_that_will_be_counted() -> None:
    shown = closing.confirm(
        41,
        outcome=Outcome.RESOLVED,
        decision=RESOLVED,
        after=Balance(12, 7),
        doctor="Dr Martin",
        reason="Synchronisation",
        sittings=[
            (NOW - hm(0, 22), NOW),
            (paris("2026-04-06 23:50"), paris("2026-04-07 00:05") + timedelta(seconds=1)),
        ],
        remote=True,
        zone=PARIS,
        now=NOW,
    )
    assert read(shown) == (
        "n° 41 : à confirmer\nIssue : résolu\nMédecin : Dr Martin\nMotif : Synchronisation\n"
        "Aujourd’hui, de 15h43 à 16h05 : 22 min\n"
        "Hier, de 23h50 à mardi 7 avril 0h05 : 15 min 01 s\n"
        "Prise en main à distance : oui\nComptera 2, il restera 5\n[Confirmer] [Annuler]"
    )
    assert decode(shown.buttons[0][0].data) == (Verb.CONFIRM, 41, closing.confirmation(Outcome.RESOLVED, RESOLVED))


def test_an_unknown_sender_is_named_before_a_closing_counts_nothing() -> None:
    nobody = decide(None, outcome=Outcome.RESOLVED, real_units=1, is_covered=False)
    shown = closing.confirm(
        41, outcome=Outcome.RESOLVED, decision=nobody, after=None, remote=False, identified=False, zone=PARIS, now=NOW
    )
    assert read(shown) == (
        "n° 41 : à confirmer\nIssue : résolu\nPrise en main à distance : non\n"
        "⚠️ Expéditeur inconnu : rattachez-le d’abord si c’est un client.\n"
        "Ne sera pas compté : hors de toute période de contrat (C13)\n[Confirmer] [Annuler]"
    )


@pytest.mark.parametrize(
    ("decision", "after", "expected"),
    [
        pytest.param(RESOLVED, Balance(12, 7), "comptera 2, il restera 5", id="counted"),
        pytest.param(RESOLVED, Balance(12, 12), "comptera 2, il restera 0", id="the last ones"),
        pytest.param(
            RESOLVED, Balance(12, 13), "comptera 2, hors forfait de 1 (l’aide n’est jamais refusée)", id="beyond"
        ),
        pytest.param(RESOLVED, None, "comptera 2", id="no balance kept"),
        pytest.param(
            INDIVIDUAL, None, "ne sera pas compté : contrat individuel, jamais compté (C11)", id="individual contract"
        ),
    ],
)
def test_what_it_will_count(decision: Decision, after: Balance | None, expected: str) -> None:
    assert closing.counting(decision, after) == expected


def test_another_result_is_another_confirmation() -> None:
    assert closing.confirmation(Outcome.RESOLVED, RESOLVED) != closing.confirmation(Outcome.RESOLVED, INDIVIDUAL)
