"""Texts with entities: offsets in UTF-16 units, nothing of a client's formatted by itself (S4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.harmless import harmless, inline
from bot.texts.rich import (
    Rich,
    blockquote,
    bold,
    code,
    expandable_blockquote,
    head,
    italic,
    pre,
    strikethrough,
    text_link,
    units,
)


def covered(rich: Rich) -> list[tuple[str, str]]:
    """Each entity's type and the text it stands on, found as Telegram finds it."""
    encoded = rich.text.encode("utf-16-le")
    return [
        (span.type, encoded[2 * span.offset : 2 * (span.offset + span.length)].decode("utf-16-le"))
        for span in rich.spans
    ]


def test_entities_stand_on_their_words_whatever_is_before_them() -> None:
    rich = Rich.of("🔴 ", bold("n° 41"), " 😀 ", italic("demain"))
    assert rich.text == "🔴 n° 41 😀 demain"
    assert rich.entities == [
        {"type": "bold", "offset": 3, "length": 5},
        {"type": "italic", "offset": 12, "length": 6},
    ]
    assert covered(rich) == [("bold", "n° 41"), ("italic", "demain")]


@pytest.mark.parametrize(
    ("rich", "kind"),
    [
        pytest.param(bold("a"), "bold", id="bold"),
        pytest.param(italic("a"), "italic", id="italic"),
        pytest.param(code("a"), "code", id="code"),
        pytest.param(pre("a"), "pre", id="pre"),
        pytest.param(strikethrough("a"), "strikethrough", id="strikethrough"),
        pytest.param(blockquote("a"), "blockquote", id="blockquote"),
        pytest.param(expandable_blockquote("a"), "expandable_blockquote", id="expandable"),
    ],
)
def test_each_kind_of_entity(rich: Rich, kind: str) -> None:
    assert rich.entities == [{"type": kind, "offset": 0, "length": 1}]


def test_a_link_carries_its_address() -> None:
    link = text_link("ici", "https://example.org")
    assert link.entities == [{"type": "text_link", "offset": 0, "length": 3, "url": "https://example.org"}]


def test_entities_nest_the_outer_one_first() -> None:
    assert covered(blockquote(Rich.of("a ", bold("b")))) == [("blockquote", "a b"), ("bold", "b")]


def test_nothing_is_not_formatted() -> None:
    assert bold("") == Rich()
    assert not Rich()


def test_lines_leave_out_what_is_empty() -> None:
    joined = Rich.lines(["a", None, "", Rich(), bold("b")])
    assert (joined.text, covered(joined)) == ("a\nb", [("bold", "b")])
    assert Rich.lines(["a", "b"], between=" · ").text == "a · b"
    assert Rich.lines([]) == Rich()


def test_adding_keeps_both() -> None:
    assert covered(bold("a") + " " + italic("b")) == [("bold", "a"), ("italic", "b")]


@pytest.mark.parametrize(
    ("rich", "limit", "expected", "entities"),
    [
        pytest.param(Rich("abc"), 3, "abc", [], id="what fits stays"),
        pytest.param(Rich("abcd"), 3, "ab…", [], id="the mark is within the limit"),
        pytest.param(bold("abcd"), 3, "ab…", [("bold", "ab")], id="an entity ends with the text"),
        pytest.param(Rich.of("abcd", bold("ef")), 4, "abc…", [], id="an entity beyond it goes"),
        pytest.param(Rich("a😀b"), 3, "a…", [], id="no emoji is split"),
        pytest.param(Rich("ab  cd"), 5, "ab…", [], id="no space before the mark"),
    ],
)
def test_cutting(rich: Rich, limit: int, expected: str, entities: list[tuple[str, str]]) -> None:
    cut = rich.cut(limit)
    assert (cut.text, covered(cut)) == (expected, entities)


def test_the_mark_is_the_caller_s() -> None:
    assert Rich("a" * 20).cut(10, mark=" (suite)").text == "aa (suite)"


def test_pages_break_at_a_space_and_keep_entities_on_their_words() -> None:
    rich = Rich.of("aaa bbb ", bold("ccc ddd"), " eee")
    pages = rich.pages(12)
    assert [page.text for page in pages] == ["aaa bbb ccc ", "ddd eee"]
    assert [covered(page) for page in pages] == [[("bold", "ccc ")], [("bold", "ddd")]]


def test_pages_break_anywhere_where_there_is_no_space() -> None:
    assert [page.text for page in Rich("a" * 25).pages(10)] == ["a" * 10, "a" * 10, "a" * 5]


texts = st.text(st.sampled_from("ab \n😀é"), max_size=60)
pieces = st.one_of(texts.map(Rich), texts.map(bold), texts.map(lambda text: blockquote(Rich.of("x", italic(text)))))


@given(parts=st.lists(pieces, max_size=6), limit=st.integers(8, 80))
def test_cut_or_in_pages_nothing_overflows_and_entities_stay_inside(parts: list[Rich], limit: int) -> None:
    rich = Rich.of(*parts)
    pages = rich.pages(limit)
    assert "".join(page.text for page in pages) == rich.text
    for shown in (rich.cut(limit), *pages):
        assert len(shown) <= limit
        assert all(span.length > 0 and span.offset + span.length <= len(shown) for span in shown.spans)
        covered(shown)  # decodes: no entity splits a character


@given(text=texts, limit=st.integers(0, 80))
def test_the_head_is_the_longest_that_fits(text: str, limit: int) -> None:
    kept = head(text, limit)
    assert text.startswith(kept)
    assert units(kept) <= limit
    assert kept == text or units(text[: len(kept) + 1]) > limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Bonjour\nmerci", "Bonjour\nmerci", id="plain text stays"),
        pytest.param("a\x00b\x07\x7f", "a␀b␇␡", id="control characters are shown"),
        pytest.param("a\x85\x9fb", "a��b", id="C1 controls are replaced"),
        pytest.param("\u202eabc\u202c \u2066d\u2069 \u200fe", "abc d e", id="marks of direction are dropped"),
        pytest.param("a\ud800b", "a�b", id="a lone surrogate"),
        pytest.param("x\U000e0041\ufeff", "x", id="invisible tags"),
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="ends of line"),
        pytest.param("a\n\n \n\n\nb", "a\n\nb", id="many empty lines"),
        pytest.param("  a  ", "a", id="spaces around"),
        pytest.param("/clore_41 @bob #tag", "/\u2060clore_41 @\u2060bob #\u2060tag", id="nothing to tap"),
        pytest.param("https://a.fr/b/#c moi@a.fr 1/2", "https://a.fr/b/#c moi@a.fr 1/2", id="addresses stay"),
        pytest.param("<b>x</b> *y* [z](http://a.fr)", "<b>x</b> *y* [z](http://a.fr)", id="markup is only text"),
        pytest.param("مرحبا", "مرحبا", id="Arabic stays"),
    ],
)
def test_a_stranger_s_text_is_made_harmless(text: str, expected: str) -> None:
    assert harmless(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\n b\tc", "a b c", id="one line"),
        pytest.param("a" * 61, "a" * 59 + "…", id="cut"),
        pytest.param("שלום", "\u2068שלום\u2069", id="a name from right to left is isolated"),
    ],
)
def test_a_name_in_a_sentence(text: str, expected: str) -> None:
    assert inline(text) == expected


@given(st.text(max_size=300))
def test_whatever_a_stranger_writes_can_be_encoded_and_has_no_control_left(text: str) -> None:
    shown = harmless(text)
    shown.encode("utf-16-le")
    assert not any(ord(char) < 32 and char not in "\n\t" for char in shown)
    assert not any(0x202A <= ord(char) <= 0x202E or 0x2066 <= ord(char) <= 0x2069 for char in shown)
