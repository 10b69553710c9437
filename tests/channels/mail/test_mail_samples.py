"""What is read of mails as programs write them: a line for each sample."""

from datetime import UTC, datetime

import pytest

from bot.channels.mail.mime.attachments import AttachmentKind
from bot.channels.mail.mime.calendars import CalendarReply
from bot.channels.mail.mime.mail import Subject
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.reading import read_mail
from bot.channels.mail.replies.visible_reply import visible_reply
from bot.domain.addresses import Address, Channel
from bot.domain.mails import Attendance, Bounce, Reported, Robot
from tests.channels.mail.mail_samples import RECEIVED_AT, names, read, sample

PROGRAMS = [
    ("gmail_reply", "dr.aubry@example.org", "Dr Hélène Aubry", "Re: [n° 41] Imprimante", "Elle imprime de nouveau"),
    ("outlook_reply", "secretariat@cabinet.example.org", "Cabinet des Tilleuls", "RE: [n° 41] Imprimante", "Bonjour,"),
    (
        "apple_mail_with_pdf_between",
        "marie.lefort@example.org",
        "Marie Lefort",
        "Facture de la station",
        "Bonjour, voi",
    ),
    ("iphone_photo", "paul.martin@example.org", "Paul Martin", "Urgent écran noir", "L’écran reste noir, voir photo."),
    ("thunderbird_flowed", "cabinet.roux@example.org", "Cabinet Roux", "Re: [n° 41] Sauvegarde", "La sauvegarde est"),
    (
        "orange_webmail",
        "cabinet.blanc@example.org",
        "",
        "re: ExpressVitale ne s'ouvre plus",
        "Toujours pareil ce matin.",
    ),
    (
        "html_only",
        "cabinet.roux@example.org",
        "Cabinet Roux",
        "MediStory",
        "Bonjour,\n\nMediStory 4 ne se lance plus :",
    ),
    ("winmail_dat", "secretariat@vieux-exchange.example.org", "Secretariat", "Compte rendu", "Le compte rendu ne s’i"),
    ("smime_signed", "dr.noel@example.org", "Dr Noel", "Lecteur de cartes", "Le lecteur clignote en rouge."),
    ("smime_opaque_signed", "dr.noel@example.org", "Dr Noel", "Lecteur de cartes", "Le lecteur de cartes clignote"),
    ("mailing_list", "annonces@liste.example.org", "Annonces", "[annonces] Mise à jour", "La version 4.2 est là."),
    ("no_reply_newsletter", "ne-pas-repondre@editeur.example.org", "Éditeur", "Votre abonnement", "Votre abonnement\n"),
    ("wrong_charset", "bleriot@example.org", "Cabinet Blériot", "Problème réseau", "Le réseau est tombé à 9 h."),
    ("unknown_charset", "bleriot@example.org", "", "Problème", r"Le réseau est tombé \u0041."),
    ("split_encoded_words", "eglantine@example.org", "Églantine, Marie", "Problème d’impression à 9 h", "ok"),
    ("no_date_no_id", "bleriot@example.org", "", "", "Bonjour, plus rien ne marche."),
    ("mbox_line_and_no_empty_line", "bleriot@example.org", "", "Sans ligne vide", "Bonjour, le corps commence ici."),
    ("truncated_multipart", "bleriot@example.org", "", "Mail interrompu", "Voici le document coupé."),
]


@pytest.mark.parametrize(("name", "address", "person", "subject", "begins"), PROGRAMS, ids=[row[0] for row in PROGRAMS])
def test_who_writes_what(name: str, address: str, person: str, subject: str, begins: str) -> None:
    mail = read(sample(name))
    assert mail.sender is not None
    assert (mail.sender.address, mail.sender.name) == (Address(Channel.MAIL, address), person)
    assert mail.subject.whole == subject
    assert mail.text.startswith(begins)


PROBLEMS = {
    "winmail_dat": {Problem.WINMAIL},
    "smime_opaque": {Problem.SEALED, Problem.NO_TEXT},
    "pgp_encrypted": {Problem.SEALED, Problem.NO_TEXT},
    "wrong_charset": {Problem.WRONG_CHARSET},
    "unknown_charset": {Problem.WRONG_CHARSET},
    "no_date_no_id": {Problem.NO_DATE, Problem.NO_MESSAGE_ID},
    "absurd_date": {Problem.ABSURD_DATE},
    "french_date": {Problem.ABSURD_DATE},
    "broken_boundary": {Problem.BROKEN_BOUNDARY},
    "truncated_multipart": {Problem.BROKEN_BOUNDARY},
}


@pytest.mark.parametrize("name", names())
def test_what_is_wrong_is_said_and_nothing_else(name: str) -> None:
    assert set(read(sample(name)).problems) == PROBLEMS.get(name, set())


@pytest.mark.parametrize("name", names())
def test_line_ends_do_not_matter(name: str) -> None:
    """The samples are stored with "\\n"; servers give "\\r\\n"."""
    plain, travelled = read(sample(name)), read(sample(name).replace(b"\n", b"\r\n"))
    for field in ("sender", "subject", "text", "sent_at", "robot", "bounce", "calendar", "forwarded", "problems", "cc"):
        assert getattr(plain, field) == getattr(travelled, field)
    assert [file.name for file in plain.attachments] == [file.name for file in travelled.attachments]


ROBOTS = {
    "bounce_postfix": Robot.BOUNCE,
    "bounce_exchange_headers_only": Robot.BOUNCE,
    "bounce_prose": Robot.BOUNCE,
    "delayed": Robot.BOUNCE,
    "read_receipt": Robot.RECEIPT,
    "out_of_office_exchange": Robot.OUT_OF_OFFICE,
    "out_of_office_gmail": Robot.OUT_OF_OFFICE,
    "mailing_list": Robot.LIST,
    "no_reply_newsletter": Robot.NO_REPLY,
    "own_loop": Robot.OWN,
}


@pytest.mark.parametrize("name", names())
def test_robots_are_told_from_people(name: str) -> None:
    assert read(sample(name)).robot == ROBOTS.get(name)


BOUNCES = [
    (
        "bounce_postfix",
        ("failed", "5.1.1", "dr.inconnu@example.org", "<permanence-41-3@example.fr>", "smtp; 550 5.1.1 User unknown"),
    ),
    (
        "bounce_exchange_headers_only",
        (
            *("failed", "5.2.2", "secretariat@cabinet.example.org"),
            "<permanence-42-1@example.fr>",
            "smtp;554 5.2.2 mailbox full",
        ),
    ),
    ("bounce_prose", ("failed", "550", "dr.parti@example.org", "<permanence-43-1@example.fr>", "")),
    ("delayed", ("delayed", "4.4.1", "dr.lent@example.org", None, "")),
]


@pytest.mark.parametrize(("name", "expected"), BOUNCES, ids=[name for name, _ in BOUNCES])
def test_a_bounce_says_which_mail_did_not_arrive(name: str, expected: tuple[str, str, str, str | None, str]) -> None:
    action, status, recipient, original, diagnostic = expected
    bounce = read(sample(name)).bounce
    reported = (Reported(Address(Channel.MAIL, recipient), status),)
    assert bounce == Bounce(action, reported, original, diagnostic)
    assert bounce.is_final is (action == "failed")


FILE, SHOWN = AttachmentKind.FILE, AttachmentKind.PICTURE_IN_TEXT
FILES = {
    "apple_mail_with_pdf_between": [("Facture n° 12 - été.pdf", "application/pdf", FILE, "2.2")],
    "iphone_photo": [("IMG_0412.jpeg", "image/jpeg", FILE, "2")],
    "winmail_dat": [("winmail.dat", "application/ms-tnef", AttachmentKind.WINMAIL, "2")],
    "smime_opaque": [("smime.p7m", "application/pkcs7-mime", FILE, "1")],
    "smime_signed": [("smime.p7s", "application/pkcs7-signature", AttachmentKind.SIGNATURE, "2")],
    "smime_opaque_signed": [("essais.csv", "text/csv", FILE, "2")],
    "pgp_encrypted": [
        ("piece-1", "application/pgp-encrypted", FILE, "1"),
        ("encrypted.asc", "application/octet-stream", FILE, "2"),
    ],
    "calendar_accepted": [("piece-1.ics", "text/calendar", AttachmentKind.CALENDAR, "2")],
    "forwarded_as_attachment": [("Espace disque.eml", "message/rfc822", AttachmentKind.MESSAGE, "2")],
    "inline_pictures": [
        ("image001.png", "image/png", SHOWN, "1.2"),
        ("image001 (2).png", "image/png", SHOWN, "1.3"),
        ("photo.jpg", "image/jpeg", FILE, "2"),
    ],
    "truncated_multipart": [("doc.pdf", "application/pdf", FILE, "2")],
    "hostile_names": [
        ("passwd", "application/octet-stream", FILE, "2"),
        ("facturefdp.exe", "application/octet-stream", FILE, "3"),
        ("piece-3.pdf", "application/pdf", FILE, "4"),
        ("_CON.pdf", "application/pdf", FILE, "5"),
        ("_con (2).PDF", "application/pdf", FILE, "6"),
    ],
}


@pytest.mark.parametrize("name", names())
def test_files_are_listed_under_harmless_names(name: str) -> None:
    files = read(sample(name)).attachments
    assert [(file.name, file.content_type, file.kind, file.part) for file in files] == FILES.get(name, [])
    assert [len(file.content()) for file in files] == [file.size for file in files]


def test_a_file_is_given_as_it_was_sent() -> None:
    (pdf,) = read(sample("apple_mail_with_pdf_between")).attachments
    assert pdf.content() == b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_a_calendar_answer_is_read() -> None:
    attendee = Address(Channel.MAIL, "marie.lefort@example.org")
    expected = CalendarReply("permanence-appointment-7@example.fr", Attendance.ACCEPTED, attendee)
    answers = {name: mail.calendar for name in names() if (mail := read(sample(name))).calendar}
    assert answers == {"calendar_accepted": expected}


def test_a_forwarded_mail_is_told_apart_and_its_forwarder_is_the_sender() -> None:
    told = {}
    for name in names():
        mail = read_mail(sample(name), received_at=RECEIVED_AT, visible_reply=visible_reply)
        if mail.forwarded:
            told[name] = (mail.reply.visible, [text.splitlines()[-1] for text in mail.forwarded])
    assert told == {
        "forwarded_gmail": ("Faut-il la faire ?", ["Une mise à jour est disponible."]),
        "forwarded_outlook_empty": ("", ["Veuillez trouver la facture."]),
        "forwarded_as_attachment": ("Voici ce que j’ai reçu.", ["Le disque est plein."]),
    }


def test_only_what_our_own_server_says_verifies() -> None:
    raw = sample("gmail_reply")
    asked = {
        server: read_mail(raw, received_at=RECEIVED_AT, visible_reply=visible_reply, server=server)
        for server in ("mx.example.fr", "MX.example.fr", "mx.example.org", "")
    }
    assert {server: mail.is_verified for server, mail in asked.items()} == {
        "mx.example.fr": True,
        "MX.example.fr": True,
        "mx.example.org": None,
        "": None,
    }


def test_a_whole_mail_field_by_field() -> None:
    mail = read_mail(
        sample("gmail_reply"), received_at=RECEIVED_AT, visible_reply=visible_reply, server="mx.example.fr"
    )
    assert mail.message_id == "<CAB1234@mail.example.org>"
    assert mail.in_reply_to == "<permanence-41-2@example.fr>"
    assert mail.references == ("<permanence-41-1@example.fr>", "<permanence-41-2@example.fr>")
    assert mail.threads == ("<permanence-41-2@example.fr>", "<permanence-41-1@example.fr>")
    assert mail.subject == Subject("[n° 41] Imprimante", "Re: ")
    assert mail.sent_at == datetime(2026, 11, 23, 9, 12, 30, tzinfo=UTC)
    assert mail.recipients == (Address(Channel.MAIL, "support+t41-k2m4x7aqpz3w@example.fr"),)
    assert mail.reply.visible == "Elle imprime de nouveau, merci !"
    assert (mail.robot, mail.bounce, mail.calendar, mail.attachments, mail.forwarded) == (None, None, None, (), ())
    assert not mail.is_signed


def test_copies_are_people_with_names() -> None:
    (copy,) = read(sample("outlook_reply")).cc
    assert (copy.address.identifier, copy.name) == ("paul.martin@cabinet.example.org", "Martin, Paul")


def test_a_signed_mail_says_so() -> None:
    assert [name for name in names() if read(sample(name)).is_signed] == ["smime_opaque_signed", "smime_signed"]


def test_hidden_html_and_the_stub_before_it_are_not_shown() -> None:
    assert read(sample("no_reply_newsletter")).text == "Votre abonnement\nexpire le 30 novembre"


def test_there_are_enough_samples() -> None:
    assert len(names()) >= 36
