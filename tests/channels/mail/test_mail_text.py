"""The text of a mail: which part is read, and HTML as a reader sees it."""

import pytest

from bot.channels.mail.mime.calendars import calendar_reply
from bot.channels.mail.mime.forwarding import is_forward, split_forwarded
from bot.channels.mail.mime.html_text import MAX_HTML, html_to_text
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.reading import read_subject
from bot.domain.mails import Attendance
from tests.channels.mail.mail_samples import read


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<p>Oui</p><p>Non</p>", "Oui\n\nNon", id="paragraphs"),
        pytest.param("a<br>b<br><br>c", "a\nb\n\nc", id="line breaks"),
        pytest.param("<div>a</div><div>b</div>", "a\nb", id="blocks"),
        pytest.param("a&nbsp;b &amp; c&eacute;", "a b & cé", id="entities"),
        pytest.param("<ul><li>a</li><li>b</li></ul>", "* a\n* b", id="a list"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc", id="a table"),
        pytest.param("<style>p{}</style><script>x</script><title>t</title>a", "a", id="what is not shown"),
        pytest.param("<p style='DISPLAY : none'>x</p><p style='mso-hide:all'>y</p>a", "a", id="what is hidden"),
        pytest.param("<p style='margin-top:99999em'>a</p>", "a", id="a margin of a book"),
        pytest.param("<ol><li value=²>a</ol>", "1. a", id="a number that is none"),
        pytest.param("<!-- x -->a<?y?>b", "ab", id="comments"),
        pytest.param('<?xml version="1.0" encoding="utf-16"?><p>é</p>', "é", id="a wrong declaration"),
        pytest.param("a<b", "a", id="a tag that never ends"),
        pytest.param("Bonjour", "Bonjour", id="no HTML"),
        pytest.param("  ", "", id="nothing"),
        pytest.param(f"<img src='data:image/png;base64,{'A' * MAX_HTML}'>fin", "fin", id="after a picture within"),
    ],
)
def test_html_is_read_as_it_is_seen(html: str, expected: str) -> None:
    assert html_to_text(html) == (expected, True)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<div>" * 5_000 + "fond<style>x</style>", "fond", id="deeper than libxml2 reads"),
        pytest.param("<!-- x", "<!-- x", id="a comment that never ends"),
        pytest.param("a" * (MAX_HTML + 1), "a" * MAX_HTML, id="longer than is rendered"),
    ],
)
def test_html_that_cannot_be_rendered_whole_is_said_to_be_so(html: str, expected: str) -> None:
    assert html_to_text(html) == (expected, False)


def alternative(*parts: tuple[str, str]) -> bytes:
    told = "".join(f"--b\nContent-Type: {kind}\n\n{body}\n" for kind, body in parts)
    return f"From: a@example.fr\nContent-Type: multipart/alternative; boundary=b\n\n{told}--b--\n".encode()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([("text/plain", "a"), ("text/html", "<p>b")], "a", id="plain text first"),
        pytest.param([("text/html", "<p>b"), ("text/plain", "a")], "a", id="in either order"),
        pytest.param([("text/plain", " \u00a0."), ("text/html", "<p>b")], "b", id="plain text that says nothing"),
        pytest.param([("text/plain", "?"), ("text/html", "<p>b")], "?", id="a question mark says something"),
        pytest.param([("text/plain", "👍"), ("text/html", "<p>b")], "👍", id="an emoji says something"),
        pytest.param([("text/plain", "Votre messagerie ne lit pas le HTML."), ("text/html", "<p>b")], "b", id="a stub"),
        pytest.param(
            [("text/plain", "Ce message est au format HTML")], "Ce message est au format HTML", id="a stub alone"
        ),
        pytest.param([("text/plain", ""), ("text/html", "<p></p>")], "", id="nothing at all"),
    ],
)
def test_plain_text_is_read_where_it_says_something(parts: list[tuple[str, str]], expected: str) -> None:
    assert read(alternative(*parts)).text.strip() == expected


@pytest.mark.parametrize(
    ("body", "settings", "expected"),
    [
        pytest.param("un \ndeux\ntrois", "", "un deux\ntrois", id="a soft line end"),
        pytest.param("un \ndeux", "; delsp=yes", "undeux", id="the space is extra"),
        pytest.param("un \n\ndeux", "", "un \n\ndeux".replace(" \n\n", " \n"), id="an empty line"),
        pytest.param("> un \n> deux\ntrois", "", "> un deux\ntrois", id="quoted"),
        pytest.param("un \n> deux", "", "un \n> deux", id="another depth"),
        pytest.param("un\n-- \nMarie", "", "un\n-- \nMarie", id="a signature"),
        pytest.param("un \n-- \nMarie", "", "un \n-- \nMarie", id="a signature after a soft line end"),
        pytest.param(" >un", "", ">un", id="a stuffed space"),
    ],
)
def test_flowed_text_is_put_together(body: str, settings: str, expected: str) -> None:
    mail = read(f"Content-Type: text/plain; format=flowed{settings}\n\n{body}".encode())
    assert mail.text == expected


def test_broken_base64_is_read_as_far_as_it_goes() -> None:
    mail = read(b"Content-Transfer-Encoding: base64\n\nQm9uam91cg!")
    assert (mail.text, Problem.BROKEN_ENCODING in mail.problems) == ("Bonjour", True)


def test_several_authors_are_said_and_the_sender_among_them_counts() -> None:
    mail = read(b"From: a@example.fr, b@example.fr\nSender: B@example.fr\n\nx")
    assert mail.sender is not None
    assert (mail.sender.address.identifier, Problem.SEVERAL_SENDERS in mail.problems) == ("b@example.fr", True)
    other = read(b"From: a@example.fr, b@example.fr\nSender: c@example.fr\n\nx").sender
    assert other is not None
    assert other.address.identifier == "a@example.fr"


@pytest.mark.parametrize("name", ["Sender", "Reply-To", "Return-Path"])
def test_a_mail_without_an_author_is_of_who_sent_it(name: str) -> None:
    mail = read(f"{name}: <a@example.fr>\n\nx".encode())
    assert mail.sender is not None
    assert (mail.sender.address.identifier, Problem.NO_SENDER in mail.problems) == ("a@example.fr", True)


@pytest.mark.parametrize(
    ("subject", "text", "marks", "forwards"),
    [
        pytest.param("Imprimante", "Imprimante", "", False, id="no mark"),
        pytest.param("RE: Imprimante", "Imprimante", "RE: ", False, id="an answer"),
        pytest.param("TR : Imprimante", "Imprimante", "TR : ", True, id="forwarded"),
        pytest.param("Fwd: RE: Imprimante", "Imprimante", "Fwd: RE: ", True, id="a forwarded answer"),
        pytest.param("RE: TR: Imprimante", "Imprimante", "RE: TR: ", False, id="an answer to a forwarded mail"),
        pytest.param("RE:", "", "RE:", False, id="only a mark"),
    ],
)
def test_marks_are_told_from_the_subject(subject: str, text: str, marks: str, forwards: bool) -> None:
    read_it = read_subject(subject)
    assert (read_it.text, read_it.marks, read_it.whole) == (text, marks, subject)
    assert is_forward(read_it.marks) is forwards


def test_a_forwarded_text_begins_where_it_is_said_to() -> None:
    block = "De : A <a@example.fr>\nEnvoyé : lundi 23 novembre 2026 10:00\nÀ : B\nObjet : x\n\ntexte"
    marked = f"---------- Message transféré ----------\n{block}"
    assert split_forwarded(f"Voir\n\n{marked}", is_called_forward=False) == ("Voir", marked)
    assert split_forwarded(f"Voir\n\n{block}", is_called_forward=True) == ("Voir", block)
    assert split_forwarded(f"Voir\n\n{block}", is_called_forward=False) == (f"Voir\n\n{block}", "")
    assert split_forwarded("Voir", is_called_forward=True) == ("Voir", "")


def test_an_answer_that_quotes_a_forwarded_mail_forwards_nothing() -> None:
    body = "Merci\n\n---------- Forwarded message ----------\nDe : x\n"
    assert read(f"From: a@example.fr\n\n{body}".encode()).forwarded != ()
    assert read(f"From: a@example.fr\nIn-Reply-To: <x@y>\n\n{body}".encode()).forwarded == ()
    assert read(f"Subject: Fwd: x\nIn-Reply-To: <x@y>\n\n{body}".encode()).forwarded != ()


def calendar(method: str, attendee: str = "ATTENDEE;PARTSTAT=DECLINED:mailto:a@example.fr") -> str:
    return f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nUID:7@example.fr\r\n{attendee}\r\nEND:VCALENDAR"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(calendar("REPLY"), Attendance.DECLINED, id="declined"),
        pytest.param(calendar("reply", 'attendee;partstat="TENTATIVE":x'), Attendance.TENTATIVE, id="in small letters"),
        pytest.param(calendar("REPLY", "ATTENDEE;PARTSTAT=NEEDS-ACTION:x"), Attendance.UNKNOWN, id="not said yet"),
        pytest.param(calendar("REPLY", ""), Attendance.UNKNOWN, id="nobody"),
        pytest.param(calendar("COUNTER"), Attendance.COUNTERED, id="another time"),
        pytest.param(calendar("REQUEST"), None, id="an invitation"),
        pytest.param(calendar("CANCEL"), None, id="a cancellation"),
        pytest.param("Bonjour", None, id="no calendar"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_an_answer_to_an_appointment(text: str, expected: Attendance | None) -> None:
    answer = calendar_reply(text)
    assert (answer.attendance if answer else None) == expected
    assert answer is None or answer.uid == "7@example.fr"
