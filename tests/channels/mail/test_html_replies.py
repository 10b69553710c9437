"""Mails that come as HTML alone show what their writer wrote: HTML says what is quoted in other signs than ">".

A sample of `html_replies/` is the HTML as a mail program writes it, a line `======== visible ========`, and what is to
be seen of it. It is read as the only part of a mail is.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.mail.mime.html_quotations import DEEPEST
from bot.channels.mail.mime.html_text import html_to_text
from bot.channels.mail.replies.visible_reply import visible_reply

SAMPLES = {path.stem: path for path in sorted((Path(__file__).parent / "html_replies").glob("*.html"))}
MARKS = {"\ue000", "\ue001", "\ue002", "\ue003"}


def shown(html: str) -> str:
    return visible_reply(html_to_text(html)[0]).visible


def text_of(html: str) -> str:
    return html_to_text(html)[0]


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in SAMPLES.items()])
def test_html_sample_shows_what_was_written(path: Path) -> None:
    html, _, visible = path.read_text(encoding="utf-8").partition("======== visible ========\n")
    assert shown(html) == visible.strip()


def test_html_samples_are_of_many_programs() -> None:
    programs = {name.split("-")[1] for name in SAMPLES} - {"trap"}
    assert len(SAMPLES) >= 30
    assert len(programs) >= 14


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<blockquote>a</blockquote>", "> a", id="a quotation"),
        pytest.param("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b", id="two paragraphs of one"),
        pytest.param(
            "<blockquote>a<blockquote>b</blockquote>c</blockquote>d", "> a\n>> b\n> c\nd", id="within one another"
        ),
        pytest.param("x<blockquote></blockquote>y", "x\ny", id="of nothing"),
        pytest.param("<blockquote style='display:none'>a</blockquote>b", "b", id="that is hidden"),
        pytest.param("<blockquote style='BORDER : None'>a</blockquote>", "a", id="only moved in"),
        pytest.param("<blockquote style='border-left:0'>a</blockquote>", "a", id="without a line beside it"),
        pytest.param("<blockquote style='border-left:1px solid'>a</blockquote>", "> a", id="with a line beside it"),
        pytest.param("<blockquote>a", "> a", id="that never ends"),
        pytest.param("a</blockquote>b", "ab", id="that never began"),
        pytest.param(
            "<blockquote><div>Début du message transféré :</div>a<blockquote>b</blockquote></blockquote>",
            "Début du message transféré :\na\n> b",
            id="of what is forwarded",
        ),
        pytest.param(
            "<blockquote>Début du message&nbsp;:<br>a</blockquote>", "> Début du message :\n> a", id="of prose"
        ),
        pytest.param("<div id=x_divRplyFwdMsg>De : a</div>", "-----Message d'origine-----\nDe : a", id="Outlook's"),
        pytest.param("<div id=divRplyFwd>a</div>", "a", id="what Outlook does not write"),
        pytest.param("<div style='border-top:solid #E1E1E1'>a</div>", "a", id="a line above one's own words"),
        pytest.param(
            "a<br><span class=gmail_signature_prefix>-- </span><br>b", "a\n-- \nb", id="the sign above a signature"
        ),
    ],
)
def test_html_says_what_is_quoted(html: str, expected: str) -> None:
    assert html_to_text(html) == (expected, True)


def test_an_exchange_that_is_too_deep_to_render_still_shows_its_answer() -> None:
    level = (
        "<div><div>Le lun. 23 nov. 2026 à 10:12, Support &lt;s@example.fr&gt; a écrit :</div><blockquote><p>Oui ?</p>"
    )
    html = "<p>Non, toujours pas.</p><br>" + level * 150
    assert html_to_text(html)[1] is False
    assert shown(html) == "Non, toujours pas."


def test_a_line_has_few_marks_however_deep_its_quotation_is() -> None:
    assert text_of("<blockquote>" * 100 + "a").splitlines()[-1] == ">" * DEEPEST + " a"


_PIECES = st.sampled_from(
    [
        *("<blockquote>", "</blockquote>", "<blockquote type=cite>", "<blockquote style='border:none'>", "<p>", "</p>"),
        *("<br>", "<div id=divRplyFwdMsg>", "</div>", "<div>Début du message transféré :</div>", "<pre>", "</pre>"),
        *(
            "<span class=gmail_signature_prefix>",
            "\n",
            " ",
            "a",
            "> b",
            "-- ",
            "&#xE000;",
            "\ue001",
            "&#xE002;",
            "\ue003",
        ),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_no_mark_of_ours_is_left_in_a_text(html: str) -> None:
    assert not MARKS & set(text_of(html))
    assert not MARKS & set(text_of("<div>" * 300 + html))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["a", "b c", "1"]), min_size=1, max_size=6), st.booleans())
def test_words_stay_whether_they_are_quoted_or_not(words: list[str], is_quoted: bool) -> None:
    tag = "blockquote" if is_quoted else "div"
    html = "".join(f"<{tag}>{word}</{tag}>" for word in words)
    assert text_of(html).replace(">", "").split() == " ".join(words).split()
