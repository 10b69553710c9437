"""Mails as people see them: subjects by which answers are found again, and letters as simple HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.mail.mime.reading import read_subject
from bot.channels.mail.mime.tokens import ticket_of_subject
from bot.texts.letters import MAX_SUBJECT, OTHER_SUBJECT, SUBJECTS, letter_html, subject_about, ticket_subject
from bot.texts.notices import ABOUT


class Elements(HTMLParser):
    """The elements and links of a document, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.names, self.links, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param("Imprimante", "Re: Imprimante [n° 41]", id="a subject"),
        pytest.param("RE : TR: Imprimante", "Re: Imprimante [n° 41]", id="marks are not doubled"),
        pytest.param("Re: Imprimante [n° 41]", "Re: Imprimante [n° 41]", id="nor is our own number"),
        pytest.param("Re: Imprimante [n° 12]", "Re: Imprimante [n° 41]", id="another request's number goes"),
        pytest.param("[#12] Re: Imprimante", "Re: Imprimante [n° 41]", id="also before the marks"),
        pytest.param("[n° [n° 1] 2]", "Re: votre demande [n° 41]", id="also one that appears when another goes"),
        pytest.param("", "Re: votre demande [n° 41]", id="no subject"),
        pytest.param(" \r\n\t ", "Re: votre demande [n° 41]", id="a blank subject"),
        pytest.param("Écran\r\nBcc: a@example.fr", "Re: Écran Bcc: a@example.fr [n° 41]", id="two lines are one"),
        pytest.param("Ça marche ?", "Re: Ça marche ? [n° 41]", id="typographic spaces stay"),
        pytest.param("x" * 151, f"Re: {'x' * 149}… [n° 41]", id="a long one is cut, never its number"),
        pytest.param("Le poste [3]", "Re: Le poste [3] [n° 41]", id="a number that is no ticket's stays"),
    ],
)
def test_a_subject_is_the_clients_with_the_number_of_the_ticket(subject, expected):
    assert ticket_subject(41, subject) == expected


@settings(deadline=None)
@given(number=st.integers(1, 10**9 - 1), subject=st.text() | st.text(alphabet="[]n°#0123456789 Re:", max_size=60))
def test_whatever_the_subject_the_answer_finds_the_ticket(number, subject):
    answered = ticket_subject(number, subject)
    assert ticket_of_subject(answered) == ticket_of_subject(f"RE: {answered}") == number
    assert len(answered.splitlines()) == 1
    assert len(answered) <= MAX_SUBJECT + 25
    assert read_subject(answered).marks == "Re: "
    assert ticket_subject(number, answered) == answered


def test_everything_told_outside_tickets_has_a_subject_of_its_own():
    assert set(SUBJECTS) >= set(ABOUT)
    assert subject_about("balance") == "Votre forfait d’interventions"
    assert subject_about("something new") == OTHER_SUBJECT
    assert all(ticket_of_subject(subject) is None for subject in SUBJECTS.values())


def test_a_letter_is_paragraphs_and_lines_in_french():
    assert letter_html("Bonjour,\n\nC’est réparé.\nÀ bientôt\n\n\nÉric", "Atelier & Fils") == (
        '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>Atelier &amp; Fils</title></head>\n'
        '<body style="font-family: sans-serif; line-height: 1.5; max-width: 42em">\n'
        "<p>Bonjour,</p>\n<p>C’est réparé.<br>\nÀ bientôt</p>\n<p>Éric</p>\n"
        "</body>\n</html>\n"
    )


@pytest.mark.parametrize(
    ("line", "links"),
    [
        pytest.param("https://exemple.fr/a?x=1&y=2", ["https://exemple.fr/a?x=1&y=2"], id="alone"),
        pytest.param("Voir https://exemple.fr/a.", ["https://exemple.fr/a"], id="at the end of a sentence"),
        pytest.param("(voir https://exemple.fr/a)", ["https://exemple.fr/a"], id="in brackets"),
        pytest.param("https://exemple.fr/a_(b)", ["https://exemple.fr/a_(b)"], id="with brackets of its own"),
        pytest.param("«https://exemple.fr/a»", ["https://exemple.fr/a"], id="in French quotes"),
        pytest.param(
            "HTTP://exemple.fr et https://exemple.com", ["HTTP://exemple.fr", "https://exemple.com"], id="two"
        ),
        pytest.param("javascript:alert(1) ftp://exemple.fr https://", [], id="no other kind, and no empty one"),
        pytest.param('https://exemple.fr/"onclick="x', ["https://exemple.fr/"], id="a quote ends it"),
    ],
)
def test_addresses_of_pages_can_be_tapped_on(line, links):
    elements = Elements(letter_html(line, ""))
    assert elements.links == links
    assert line in elements.text


@settings(deadline=None)
@given(body=st.text(), shop=st.text(max_size=40))
def test_no_words_of_anybodys_become_markup(body, shop):
    html = letter_html(body, shop)
    elements = Elements(html)
    assert set(elements.names) <= {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert elements.names.count("title") == 1
    assert all(link.lower().startswith(("http://", "https://")) for link in elements.links)
    html.encode()


@settings(deadline=None)
@given(st.lists(st.text(alphabet="abcé <>&\"'", min_size=1).filter(str.strip), min_size=1, max_size=8))
def test_the_html_says_what_the_plain_text_says(lines):
    body = "\n".join(lines)
    assert Elements(letter_html(body, "")).text.split() == body.split()
