"""What the machine says at the desk of its own accord."""

from dataclasses import replace

import pytest

from bot.domain.addresses import Channel
from bot.texts import notices, tickets
from bot.texts.posts import Post
from tests.rules.calendars import PARIS
from tests.texts.desk import LATE, NOW, OPEN, read


def test_an_outage_says_what_waits_and_why() -> None:
    assert read(notices.messages_wait(Channel.MAIL, code="535", reason="mail_login")) == (
        "⚠️ Les réponses par mail attendent depuis un quart d’heure : notre serveur de mail refuse la connexion, "
        "prévenir l’administrateur tout de suite. Elles partiront seules dès que possible ; ce qui est pressé se dit "
        "au téléphone."
    )
    assert read(notices.messages_leave(Channel.SMS)) == "✅ Les réponses par SMS partent de nouveau."


@pytest.mark.parametrize(
    ("line", "name", "expected"),
    [
        pytest.param(
            OPEN, "50",
            "⏳ 🔴 URGENT · n° 41 · Cabinet des Tilleuls\nÀ recontacter avant vendredi 10 avril à 14h00, reste 31 h 20 "
            "ouvrées : la moitié du délai est passée.\nMediStory 4 ne synchronise plus\nPersonne ne l’a pris\n"
            "[Je prends] [Voir]",
            id="half",
        ),
        pytest.param(
            LATE, "breach",
            "⚠️ n° 38 · expéditeur inconnu\nDÉLAI DÉPASSÉ : il fallait recontacter avant mardi 7 avril à 14h00.\n"
            "Photo sans texte\nPris par Camille\n[Voir]",
            id="breach",
        ),
        pytest.param(
            LATE, "daily:2026-04-08",
            "⚠️ n° 38 · expéditeur inconnu\nToujours pas recontacté : le délai a pris fin mardi 7 avril à 14h00 "
            "(2 h ouvrées de retard).\nPhoto sans texte\nPris par Camille\n[Voir]",
            id="each morning after",
        ),
    ],
)  # fmt: skip
def test_a_reminder(line: tickets.TicketLine, name: str, expected: str) -> None:
    assert read(notices.reminder(line, name, zone=PARIS, now=NOW)) == expected


def test_each_reminder_before_the_deadline_says_another_thing() -> None:
    texts = [read(notices.reminder(OPEN, name, zone=PARIS, now=NOW)) for name in ("50", "75", "90")]
    assert ["les trois quarts du délai sont passés" in text for text in texts] == [False, True, False]
    assert ["il ne reste presque plus de temps" in text for text in texts] == [False, False, True]


def test_many_reminders_are_one_digest_urgent_and_late_first() -> None:
    calm = replace(OPEN, urgent=False, number=7)
    text = read(notices.reminder_digest([(calm, "50"), (LATE, "breach"), (OPEN, "75")] * 8, zone=PARIS, now=NOW))
    assert text.startswith("⏳ 24 tickets à recontacter, dont 8 en retard\n\n🔴 URGENT · n° 41")
    assert text.index("n° 41") < text.index("n° 38") < text.index("n° 7")
    assert "… et 4 de plus : /tickets retard" in text


def test_urgent_alerts_count_their_calls() -> None:
    assert read(notices.urgent_alert(41, 1)) == "🔴 URGENT · n° 41 : à prendre tout de suite.\n[Je prends] [Voir]"
    assert read(notices.urgent_alert(41, 3, client_name="Dr Petit")) == (
        "🔴 URGENT · n° 41 · Dr Petit : 3e appel, personne ne l’a pris.\n[Je prends] [Voir]"
    )


def test_a_follow_up_is_quoted_or_only_mentioned() -> None:
    assert read(notices.follow_up(41, body="Toujours rien", n_photos=2)) == (
        "💬 n° 41 : le client a de nouveau écrit (2 photos)\nToujours rien\n[Répondre] [Voir]"
    )
    assert read(notices.follow_up(41, body="Toujours rien", bodies_hidden=True)) == (
        "💬 n° 41 : le client a de nouveau écrit\n[Répondre] [Voir]"
    )


def test_what_did_not_arrive_says_why_and_what_then() -> None:
    assert read(notices.undelivered(41, channel=Channel.SMS, code="30006")) == (
        "⚠️ n° 41 · LA RÉPONSE N’EST PAS ARRIVÉE (SMS) : ce numéro est un fixe, ou ne reçoit pas de SMS.\n"
        "Le client n’a rien reçu : appelez-le.\n[Voir]"
    )
    assert read(notices.undelivered(41, channel=Channel.WHATSAPP, code="x", reason="expired", other=Channel.SMS)) == (
        "⚠️ n° 41 · LA RÉPONSE N’EST PAS ARRIVÉE (WhatsApp) : il n’a pas pu être remis à temps.\n"
        "Le même texte part par SMS.\n[Voir]"
    )
    assert read(notices.undelivered(41, channel=Channel.SMS, code=None, automatic=True)) == (
        "⚠️ n° 41 · L’accusé de réception n’est pas arrivé (SMS) : raison inconnue.\n"
        "Le client ne sait pas que sa demande est arrivée.\n[Voir]"
    )
    assert read(notices.undelivered(41, channel=Channel.SMS, code=None, automatic=True, acknowledgement=False)) == (
        "⚠️ n° 41 · Un texte automatique n’est pas arrivé (SMS) : raison inconnue.\n"
        "Le client n’a rien reçu : appelez-le.\n[Voir]"
    )


def test_other_notices() -> None:
    assert "n° 41 : le client a répondu STOP." in read(notices.opted_out(41))
    assert "n° 41 · Message illisible" in read(notices.quarantined(41, inbox_id=7))
    assert read(notices.stranger()) == (
        "Bonjour. Ce compte n’est pas ouvert au public : je ne peux rien faire pour vous ici."
    )


def test_a_mail_that_follows_is_told_with_its_subject_and_its_files() -> None:
    post = notices.follow_up(41, subject="Autre chose", body="Voir ceci", n_photos=1, n_files=2)
    assert read(post) == (
        "💬 n° 41 : le client a de nouveau écrit (1 photo, 2 pièces jointes)\nAutre chose\nVoir ceci\n[Répondre] [Voir]"
    )
    assert "Autre chose" not in read(notices.follow_up(41, subject="Autre chose", body="Voir", bodies_hidden=True))


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        pytest.param(notices.found_missing(1), "1 mail du serveur manquait ici ; c’est rattrapé, sa carte arrive.",
                     id="one found"),
        pytest.param(notices.found_missing(2), "2 mails du serveur manquaient ici ; c’est rattrapé, leurs cartes "
                     "arrivent.",
                     id="two found"),
        pytest.param(notices.kept_quietly(1), "1 mail automatique sans ticket", id="one kept"),
        pytest.param(notices.kept_quietly(1), "« permanence mails » le montre.", id="and one shown"),
        pytest.param(notices.kept_quietly(2), "« permanence mails » les montre.", id="two kept"),
    ],
)  # fmt: skip
def test_one_mail_is_spoken_of_as_one(post: Post, expected: str) -> None:
    assert expected in read(post)
