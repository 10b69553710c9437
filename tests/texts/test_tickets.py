"""Tickets in lists."""

from dataclasses import replace

import pytest

from bot.texts import tickets
from tests.rules.calendars import PARIS
from tests.texts.desk import CLOSED, LATE, NOW, OPEN, read


def test_a_list_says_what_presses_most() -> None:
    assert read(tickets.ticket_list([OPEN, LATE], total=2, zone=PARIS, now=NOW)) == (
        "2 tickets ouverts\n"
        "\n"
        "🔴 URGENT · n° 41 · Cabinet des Tilleuls · avant ven. 10/04 à 14h00 (reste 31 h 20)\n"
        "MediStory 4 ne synchronise plus\n"
        "\n"
        "n° 38 · expéditeur inconnu · ⚠️ EN RETARD de 2 h — Camille\n"
        "Photo sans texte\n"
        "[n° 41] [n° 38]"
    )


def test_a_list_hides_texts_where_they_are_kept_out_of_telegram() -> None:
    hidden = replace(OPEN, bodies_hidden=True, left=None)
    assert read(tickets.ticket_list([hidden], zone=PARIS, now=NOW)) == (
        "1 ticket ouvert\n\n🔴 URGENT · n° 41 · Cabinet des Tilleuls · avant ven. 10/04 à 14h00\n[n° 41]"
    )


def test_a_long_list_is_cut_with_a_count() -> None:
    text = read(tickets.ticket_list([OPEN] * 30, which="urgent", total=31, zone=PARIS, now=NOW))
    assert text.startswith("31 tickets urgents")
    assert "… et 11 de plus : /recherche pour les trouver." in text


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        pytest.param("all", "Aucun ticket ouvert.", id="none open"),
        pytest.param("urgent", "Aucun ticket urgent.", id="none urgent"),
        pytest.param("late", "Aucun ticket en retard.", id="none late"),
        pytest.param("mine", "Vous n’avez aucun ticket ouvert. /tickets pour les voir tous.", id="none of one's own"),
    ],
)
def test_an_empty_list(which: str, expected: str) -> None:
    assert read(tickets.ticket_list([], which=which, zone=PARIS, now=NOW)) == expected


def test_a_search_finds_closed_tickets_too() -> None:
    assert read(tickets.search_results([CLOSED], words="impression", zone=PARIS, now=NOW)) == (
        "1 ticket pour « impression »\n\nn° 30 · Dr Petit · clos\nImpression\n[n° 30]"
    )
    assert read(tickets.search_results([], words="xyz", zone=PARIS, now=NOW)) == (
        "Rien trouvé pour « xyz ». Essayez un seul mot, ou /client suivi d’un nom."
    )
