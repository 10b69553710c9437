"""What a technician is answered."""

import pytest

from bot.domain.addresses import Channel
from bot.domain.buttons import decode
from bot.domain.desk import Verb
from bot.domain.tickets import Media
from bot.texts import answers
from tests.rules.calendars import PARIS, hm
from tests.texts.desk import NOW, read

PHOTO = Media("", "image/jpeg")
PDF = Media("", "application/pdf", name="Bilan.pdf")
VOICE = Media("", "audio/mpeg")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answers.taken(41), "n° 41 : vous l’avez pris."),
        (answers.taken(41, from_name="Camille"), "n° 41 : repris à Camille."),
        (answers.answer_queued(41, Channel.SMS), "n° 41 : votre réponse part par SMS."),
        (answers.answer_queued(41, Channel.SMS, other=True), "n° 41 : votre réponse part par SMS, faute de mieux."),
        (answers.noted(41), "n° 41 : note gardée. Le client n’en voit rien."),
        (
            answers.started(41, NOW, is_backed_up=True, zone=PARIS, now=NOW),
            "n° 41 : intervention commencée aujourd’hui à 16h05.",
        ),
        (
            answers.started(41, NOW, is_backed_up=False, zone=PARIS, now=NOW),
            "n° 41 : intervention commencée aujourd’hui à 16h05. Sauvegarde non confirmée : /sauvegarde 41",
        ),
        (
            answers.backup_asked(41, Channel.SMS),
            "n° 41 : le rappel de sauvegarde part par SMS. Le délai court toujours.",
        ),
        (answers.backup_confirmed(41), "n° 41 : sauvegarde confirmée."),
        (
            answers.ended(41, at=NOW, worked=hm(0, 22), total=hm(0, 22), zone=PARIS, now=NOW),
            "n° 41 : séance finie aujourd’hui à 16h05, durée : 22 min.",
        ),
        (
            answers.ended(41, at=NOW, worked=hm(0, 22), total=hm(0, 30), zone=PARIS, now=NOW),
            "n° 41 : séance finie aujourd’hui à 16h05, durée : 22 min, 30 min en tout.",
        ),
        (answers.closed(41, outcome="résolu", counted=2, left=5), "n° 41 : clos (résolu), compté 2. Il reste 5."),
        (
            answers.closed(41, outcome="résolu", counted=2, left=0, beyond=1),
            "n° 41 : clos (résolu), compté 2. Hors forfait de 1.",
        ),
        (answers.closed(41, outcome="échec", counted=0), "n° 41 : clos (échec), non compté."),
        (answers.reopened(41), "n° 41 : rouvert. Ce qui a été compté le reste jusqu’à la prochaine clôture."),
        (answers.made_urgent(41), "n° 41 : passé en URGENT. L’alerte se répète tant que personne ne l’a pris."),
        (answers.made_normal(41), "n° 41 : repassé en normal. Plus d’alerte."),
        (
            answers.appointment(41, NOW, zone=PARIS, now=NOW),
            "n° 41 : rendez-vous mardi 7 avril à 16h05. Le délai est arrêté.",
        ),
        (
            answers.called(42, client="Cabinet", contact="Dr Petit", due_at=NOW, zone=PARIS),
            "n° 42 : appel noté (Cabinet, Dr Petit). À recontacter avant mardi 7 avril à 16h05.",
        ),
        (
            answers.called(42, client="Cabinet", contact="", due_at=NOW, zone=PARIS),
            (
                "n° 42 : appel noté (Cabinet). À recontacter avant mardi 7 avril à 16h05. "
                "Qui a appelé ? /rattacher 42 et son nom : sans cela, personne à qui répondre."
            ),
        ),
        (
            answers.attached(41, client="Dr Petit", contact="Léa", others=[43, 44]),
            "n° 41 : rattaché à Dr Petit (Léa). Cet expéditeur sera reconnu désormais. Suivent aussi : n° 43, n° 44.",
        ),
        (
            answers.attached(41, client="Dr Petit"),
            "n° 41 : rattaché à Dr Petit. Cet expéditeur sera reconnu désormais.",
        ),
        (
            answers.blocked(41, label="Anne"),
            (
                "n° 41 : expéditeur bloqué (Anne). Ses messages n’ouvriront plus de ticket. "
                "Pour débloquer : /bloquer 41 non"
            ),
        ),
        (answers.unblocked(41), "n° 41 : expéditeur débloqué. Ses prochains messages arriveront."),
        (
            answers.merged(41, 38),
            "n° 41 : joint au n° 38, où sont ses messages. Le n° 41 est clos comme doublon.",
        ),
        (answers.cancelled(41), "n° 41 : pas clos. Vos réponses sont gardées pour la prochaine fois."),
        (answers.file_coming(41, PHOTO), "n° 41 : la photo arrive."),
        (answers.file_coming(41, PDF), "n° 41 : le fichier arrive."),
        (answers.file_coming(41, VOICE), "n° 41 : le message vocal arrive."),
        (answers.file_caption(41, PHOTO), "Photo du n° 41"),
        (answers.file_caption(41, PDF), "Bilan.pdf, du n° 41"),
        (answers.file_caption(41, VOICE), "Message vocal du n° 41"),
        (answers.whole_text_coming(41, 2), "n° 41 : le texte entier arrive (2 messages)."),
    ],
)
def test_an_answer_fits_a_pressed_button(said: str, expected: str) -> None:
    assert said.replace("\u00a0", " ") == expected
    assert len(said) <= 200


def test_questions_of_the_desk() -> None:
    assert read(answers.ask_answer(41, to="Anne")) == (
        "n° 41 : répondez à CE message : votre texte part tel quel au client (Anne)."
    )
    assert read(answers.ask_client(41)) == "n° 41 : à quel client ? Tapez /rattacher 41 suivi du nom du client."
    asked = answers.ask_client(41, [(1, "Cabinet des Tilleuls"), (2, "Dr Petit")])
    assert read(asked) == (
        "n° 41 : à quel client ? Choisissez, ou tapez /rattacher 41 suivi du nom du client.\n"
        "[Cabinet des Tilleuls]\n[Dr Petit]"
    )
    assert decode(asked.buttons[1][0].data) == (Verb.ATTACH, 41, "=2")
    assert read(answers.ask_block(41, label="+33639980001")) == (
        "n° 41 : bloquer +33 6 39 98 00 01 ? Ses prochains messages n’ouvriront plus aucun ticket.\n"
        "[Oui, bloquer] [Annuler]"
    )


def test_a_whole_text_of_60_000_characters_is_sent_whole() -> None:
    body = "mot " * 15_000
    pages = answers.whole_text(41, body)
    assert all(len(page.rich) <= 4096 for page in pages)
    assert "".join(page.rich.text for page in pages) == f"n°\u00a041 · texte entier\n\n{body.strip()}"


def test_a_text_beyond_all_measure_ends_with_a_mark() -> None:
    pages = answers.whole_text(41, "mot " * 100_000)
    assert len(pages) == 20
    assert pages[-1].rich.text.endswith("…")
