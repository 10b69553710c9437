"""The files on a card, and what is said of mails."""

import pytest

from bot.domain.buttons import decode
from bot.domain.desk import Verb
from bot.texts.card_files import SHOWN_BUTTONS, SHOWN_LINES, FileView, file_buttons, file_lines
from bot.texts.client_mails import letter, megabytes, robot_note, signed_answer


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (FileView(1, "Bilan.pdf", size=340_400), "📎 Bilan.pdf, 340 ko"),
        (FileView(1, "film.mp4", size=2_400_000), "📎 film.mp4, 2,4 Mo"),
        (FileView(1, "vide.txt", size=1), "📎 vide.txt, 1 ko"),
        (FileView(1, "inconnu.bin"), "📎 inconnu.bin"),
        (FileView(1, "gros.zip", size=9, flaw="too_large"), "📎 gros.zip : trop lourd, non gardé"),
        (FileView(1, "odd.zip", flaw="new_word"), "📎 odd.zip : new_word"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_has_its_line(file: FileView, line: str) -> None:
    assert file_lines([file]) == [line]


def test_of_many_files_the_first_ones_are_named() -> None:
    lines = file_lines([FileView(nth, f"{nth}.pdf") for nth in range(SHOWN_LINES + 3)])
    assert (len(lines), lines[-1]) == (SHOWN_LINES + 1, "📎 et 3 de plus")


def test_what_can_be_opened_has_a_button_and_what_cannot_has_none() -> None:
    files = [FileView(7, "Bilan.pdf"), FileView(8, "virus.exe", flaw="infected")]
    rows = file_buttons(41, files, [3, 4])
    assert [[each.text for each in row] for row in rows] == [["Photo 1", "Photo 2"], ["📎 Bilan.pdf"]]
    assert [decode(each.data) for row in rows for each in row] == [(Verb.MEDIA, 41, nth) for nth in ("3", "4", "7")]


def test_of_many_files_the_last_ones_have_buttons() -> None:
    rows = file_buttons(41, [FileView(nth, f"{nth}.pdf") for nth in range(9)], [])
    assert [each.text for row in rows for each in row] == [f"📎 {nth}.pdf" for nth in range(9 - SHOWN_BUTTONS, 9)]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Compte-rendu très long de la visite.pdf", "📎 Compte-rendu très….pdf"),
        ("un nom tout aussi long sans fin", "📎 un nom tout aussi lon…"),
    ],
)
def test_a_long_name_is_cut_and_keeps_its_ending(name: str, label: str) -> None:
    ((button,),) = file_buttons(1, [FileView(1, name)], [])
    assert button.text == label


@pytest.mark.parametrize(
    ("size", "said"),
    [(30_000_000, "30 Mo"), (25_400_000, "25 Mo"), (2_400_000, "2,4 Mo"), (2_000_000, "2 Mo"), (1, "0,1 Mo")],
)
def test_a_size_is_said_in_megabytes(size: int, said: str) -> None:
    assert megabytes(size) == said


def test_the_machine_writes_letters() -> None:
    assert letter("Bien reçu.", signed="Atelier") == "Bonjour,\n\nBien reçu.\n\nCordialement,\nAtelier"


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("C’est réparé.", "C’est réparé.\n\nClaire\nAtelier"),
        ("C’est réparé.\nClaire", "C’est réparé.\nClaire"),
        ("Bonjour Claire,\nc’est réparé.", "Bonjour Claire,\nc’est réparé.\n\nClaire\nAtelier"),
    ],
    ids=["signed for her", "signed by hand", "a greeting is no signature"],
)
def test_an_answer_says_who_wrote_it_once(text: str, signed: str) -> None:
    assert signed_answer(text, technician="Claire", shop="Atelier") == signed


def test_an_answer_without_a_name_is_the_shops() -> None:
    assert signed_answer("Oui.", technician="", shop="Atelier") == "Oui.\n\nAtelier"


def test_a_machines_answer_is_called_one() -> None:
    assert robot_note(" Absent. ") == "Réponse automatique de la messagerie :\nAbsent."
    assert robot_note(" ") == "Réponse automatique, sans texte."
