"""Fields as mails bring them: folded, in any charset, damaged."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.mail.mime.charsets import clean, decode
from bot.channels.mail.mime.dates import sent_at
from bot.channels.mail.mime.headers import MAX_VALUE, decode_words, parameters, split_headers
from bot.channels.mail.mime.message_ids import MAX_IDS, MAX_LENGTH, message_ids
from bot.channels.mail.mime.people import MAX_ADDRESS, MAX_NAME, MAX_PEOPLE, mail_address, people
from bot.channels.mail.mime.transfer import decode_base64, decode_transfer
from tests.channels.mail.mail_samples import RECEIVED_AT


def fields(raw: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    headers, body = split_headers(raw, 0, len(raw))
    return headers.fields, raw[body:]


@pytest.mark.parametrize(
    ("raw", "expected", "body"),
    [
        pytest.param(b"A: b\n\nc", (("a", "b"),), b"c", id="one field"),
        pytest.param(b"A: b\r\n\r\nc", (("a", "b"),), b"c", id="CRLF"),
        pytest.param(b"A: b\r\rc", (("a", "b"),), b"c", id="CR alone"),
        pytest.param(b"A:b\n c\n\td\n\ne", (("a", "b c\td"),), b"e", id="folded"),
        pytest.param(b"A : b\n\nc", (("a", "b"),), b"c", id="a space before the colon"),
        pytest.param(b"A:\nB: c\n\n", (("a", ""), ("b", "c")), b"", id="an empty field"),
        pytest.param(b"A: b\nA: c\n\n", (("a", "b"), ("a", "c")), b"", id="twice"),
        pytest.param(b"A: b", (("a", "b"),), b"", id="no body"),
        pytest.param(b"A: b\nbonjour\n", (("a", "b"),), b"bonjour\n", id="no empty line"),
        pytest.param(b"From x Mon\nA: b\n\nc", (("a", "b"),), b"c", id="an mbox line"),
        pytest.param(b"A: b\nFrom x Mon\n", (("a", "b"),), b"From x Mon\n", id="an mbox line later is a body"),
        pytest.param(b" x\nA: b\n\nc", (("a", "b"),), b"c", id="a fold of nothing"),
        pytest.param(b"\nA: b", (), b"A: b", id="no headers"),
        pytest.param(b"", (), b"", id="nothing"),
        pytest.param("A: é’\n\n".encode(), (("a", "é’"),), b"", id="raw UTF-8"),
        pytest.param("A: é’\n\n".encode("cp1252"), (("a", "é’"),), b"", id="raw Windows"),
        pytest.param(b"A: b\0c\n\n", (("a", "b␀c"),), b"", id="NUL"),
    ],
)
def test_fields_and_body_are_told_apart(raw: bytes, expected: tuple[tuple[str, str], ...], body: bytes) -> None:
    assert fields(raw) == (expected, body)


def test_a_value_is_cut_at_its_limit_and_the_headers_say_so() -> None:
    whole, _ = split_headers(b"A: " + b"x" * (MAX_VALUE - 1) + b"\n\n", 0, MAX_VALUE + 10)
    cut, _ = split_headers(b"A: " + b"x" * (MAX_VALUE + 1) + b"\n\n", 0, MAX_VALUE + 10)
    assert (len(whole.first("a")), whole.is_cut, len(cut.first("a")), cut.is_cut) == (15_999, False, 16_000, True)


def test_the_first_of_several_counts() -> None:
    headers, _ = split_headers(b"A: b\nC: d\nA: e\n\n", 0, 15)
    assert headers.mapping() == {"a": "b", "c": "d"}
    assert (headers.first("a"), headers.first("x"), list(headers.all("a"))) == ("b", "", ["b", "e"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Imprimante", "Imprimante", id="plain"),
        pytest.param("=?utf-8?q?caf=C3=A9_noir?=", "café noir", id="quoted"),
        pytest.param("=?UTF-8?B?w4k=?=", "É", id="base64"),
        pytest.param("=?utf-8?B?w4k?=", "É", id="base64 without its padding"),
        pytest.param("=?utf-8*fr?Q?=C3=A9?=", "é", id="with a language"),
        pytest.param("=?utf-8?q?a?= =?utf-8?q?b?=", "ab", id="neighbours are joined"),
        pytest.param("=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b", id="words between stay"),
        pytest.param("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é", id="cut within a letter"),
        pytest.param("=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé", id="two charsets"),
        pytest.param("Re: =?utf-8?q?=C3=A9t=C3=A9?=", "Re: été", id="after plain words"),
        pytest.param("x=?utf-8?q?=C3=A9?=y", "xéy", id="within a word, against the standard"),
        pytest.param("=?utf-8?q?deux mots?=", "deux mots", id="a space within, against the standard"),
        pytest.param("=?iso-8859-1?q?=80_?=", "€", id="Latin-1 that is Windows'"),
        pytest.param("=?x-none?q?=C3=A9?=", "é", id="an unknown charset"),
        pytest.param("=?utf-8?x?abc?=", "=?utf-8?x?abc?=", id="an unknown encoding"),
        pytest.param("=?utf-8?q?abc", "=?utf-8?q?abc", id="never ended"),
        pytest.param("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x", id="line ends within a word"),
        pytest.param("=?utf-8?q?=ED=A0=80?=", "í €", id="half a pair is no UTF-8"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_encoded_words_are_read(value: str, expected: str) -> None:
    assert decode_words(value) == expected


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        pytest.param('Text/Plain; Charset="utf-8"', "text/plain", {"charset": "utf-8"}, id="quoted"),
        pytest.param("text/plain", "text/plain", {}, id="none"),
        pytest.param("", "", {}, id="nothing"),
        pytest.param(
            "attachment; filename=Compte rendu.pdf", "attachment", {"filename": "Compte rendu.pdf"}, id="spaces"
        ),
        pytest.param("a; filename*=utf-8''%C3%A9.pdf", "a", {"filename": "é.pdf"}, id="RFC 2231"),
        pytest.param("a; filename*0=ab; filename*1=c.pdf", "a", {"filename": "abc.pdf"}, id="in pieces"),
        pytest.param("a; filename*=punycode'x'%E9", "a", {"filename": "é"}, id="a codec that is no charset"),
        pytest.param("a; b*0*=x; b=y; b*=z", "a", {"b": "x"}, id="what email stumbles over"),
        pytest.param("a; b=1; b=2", "a", {"b": "1"}, id="the first of two"),
        pytest.param("a; b", "a", {"b": ""}, id="without a value"),
    ],
)
def test_parameters_are_read(value: str, kind: str, expected: dict[str, str]) -> None:
    assert parameters(value) == (kind, expected)


@pytest.mark.parametrize(
    ("raw", "charset", "expected"),
    [
        pytest.param("été".encode(), "utf-8", ("été", True), id="UTF-8"),
        pytest.param("été".encode(), "", ("été", True), id="UTF-8, nothing declared"),
        pytest.param("été".encode(), "iso-8859-1", ("été", False), id="UTF-8 declared as Latin-1"),
        pytest.param("été".encode(), "x-none", ("été", False), id="UTF-8 declared as nothing known"),
        pytest.param(b"\xe9t\xe9", "utf-8", ("été", False), id="Latin-1 declared as UTF-8"),
        pytest.param(b"\xe9t\xe9", '"ISO-8859-1"', ("été", True), id="Latin-1, in quotes"),
        pytest.param(b"\x80 \x92", "iso-8859-1", ("€ ’", True), id="Windows declared as Latin-1"),
        pytest.param(b"\xa4", "iso-8859-15", ("€", True), id="Latin-9"),
        pytest.param("é".encode("utf-16"), "utf-16", ("é", True), id="UTF-16"),
        pytest.param(b"abc", "utf-16", ("abc", False), id="UTF-16 that is none"),
        pytest.param(b"\x1b$B\xff", "iso-2022-jp", ("\x1b$Bÿ", False), id="a broken escape"),
        pytest.param(b"\x81", "windows-1252", ("\ufffd", False), id="a hole in Windows' table"),
        pytest.param(b"abc", "idna", ("abc", True), id="a codec that is no charset, on ASCII"),
        pytest.param(b"YWJj", "base64", ("YWJj", True), id="a codec that is no text's"),
        pytest.param(b"a\r\nb\rc\n", "us-ascii", ("a\nb\nc\n", True), id="line ends"),
        pytest.param(b"\xef\xbb\xbfa", "utf-8", ("a", True), id="a byte order mark"),
        pytest.param(b"a", "utf-8\0", ("a", True), id="NUL in the name"),
    ],
)
def test_text_is_read_whatever_its_charset(raw: bytes, charset: str, expected: tuple[str, bool]) -> None:
    assert decode(raw, charset) == expected


def test_half_a_surrogate_pair_is_shown_as_lost() -> None:
    assert clean("a\ud800b\0") == "a\ufffdb␀"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"YWJj", (b"abc", True), id="whole"),
        pytest.param(b"YW\r\nJj\r\n", (b"abc", True), id="over lines"),
        pytest.param(b"YWI=", (b"ab", True), id="padded"),
        pytest.param(b"YWI", (b"ab", True), id="without padding"),
        pytest.param(b"YWJjZ", (b"abc", False), id="ends within a byte"),
        pytest.param(b"YW!Jj", (b"abc", False), id="junk within"),
        pytest.param(b"", (b"", True), id="nothing"),
        pytest.param(b"Z", (b"", False), id="one letter"),
    ],
)
def test_base64_is_read_as_far_as_it_goes(data: bytes, expected: tuple[bytes, bool]) -> None:
    assert decode_base64(data) == expected
    assert decode_transfer(data, "base64") == expected


def test_other_encodings() -> None:
    assert decode_transfer(b"=C3=A9=\n!", "quoted-printable") == ("é!".encode(), True)
    assert decode_transfer(b"=C3", "8bit") == (b"=C3", True)
    assert decode_transfer(b"=C3", "x-uuencode") == (b"=C3", False)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Dr Aubry <A@Example.FR>", [("a@example.fr", "Dr Aubry")], id="a name"),
        pytest.param("a@example.fr", [("a@example.fr", "")], id="bare"),
        pytest.param(
            '"Aubry, Marie" <a@example.fr>, b@example.fr',
            [("a@example.fr", "Aubry, Marie"), ("b@example.fr", "")],
            id="two",
        ),
        pytest.param("a@example.fr, A@EXAMPLE.FR", [("a@example.fr", "")], id="the same twice"),
        pytest.param("=?utf-8?q?Ren=C3=A9?= <r@example.fr>", [("r@example.fr", "René")], id="encoded"),
        pytest.param('"=?utf-8?q?Ren=C3=A9?=" <r@example.fr>', [("r@example.fr", "René")], id="encoded in quotes"),
        pytest.param("'Aubry' <a@example.fr>", [("a@example.fr", "Aubry")], id="Outlook's quotes"),
        pytest.param(
            '"evil@example.org" <a@example.fr>', [("a@example.fr", "evil@example.org")], id="an address as a name"
        ),
        pytest.param("undisclosed-recipients:;", [], id="an empty group"),
        pytest.param("<>", [], id="the null path"),
        pytest.param("", [], id="nothing"),
        pytest.param("a@b@c", [], id="no address"),
        pytest.param("((((((((a@example.fr", [("a@example.fr", "")], id="comments that never end"),
        pytest.param("<a b@example.fr>", [("b@example.fr", "")], id="a space within"),
        pytest.param("a@[192.0.2.1]", [], id="an address literal"),
    ],
)
def test_people_are_read(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(person.address.identifier, person.name) for person in people([value])] == expected


def test_people_are_bounded() -> None:
    assert len(people([", ".join(f"a{n}@example.fr" for n in range(200))])) == MAX_PEOPLE
    assert len(people(["x" * 1_000 + " <a@example.fr>"])[0].name) == MAX_NAME


def test_an_address_is_found_in_what_a_server_writes() -> None:
    found = mail_address("rfc822; <A@Example.fr>")
    assert found is not None
    assert found.identifier == "a@example.fr"
    assert mail_address("rfc822;") is None


def test_an_address_that_no_table_could_hold_is_none() -> None:
    assert mail_address(f"a@{'b.' * 97}example"[:MAX_ADDRESS]) is not None
    assert mail_address(f"a@{'b.' * 97}example") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("<a@b>", ("<a@b>",), id="one"),
        pytest.param("<a@b> <c@d>\t<a@b>", ("<a@b>", "<c@d>"), id="each once"),
        pytest.param("<a@\n b>", ("<a@b>",), id="folded within"),
        pytest.param("a@b", ("<a@b>",), id="without brackets"),
        pytest.param("Message du 3 mai", (), id="none"),
        pytest.param("< >", (), id="empty"),
        pytest.param("<sans-arobase>", ("<sans-arobase>",), id="no @: still an id"),
    ],
)
def test_message_ids_are_read(value: str, expected: tuple[str, ...]) -> None:
    assert message_ids(value) == expected


def test_the_last_message_ids_are_kept() -> None:
    ids = [f"<{n}@b>" for n in range(MAX_IDS + 1)]
    assert message_ids(" ".join(ids)) == tuple(ids[1:])


def test_a_message_id_that_no_index_could_hold_is_none() -> None:
    longest = f"<{'a' * MAX_LENGTH}>"
    assert message_ids(longest) == (longest,)
    assert message_ids(f"<{'a' * (MAX_LENGTH + 1)}>") == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Mon, 23 Nov 2026 10:00:00 +0100", datetime(2026, 11, 23, 9, tzinfo=UTC), id="with a zone"),
        pytest.param("Mon, 23 Nov 2026 10:00:00 -0000", datetime(2026, 11, 23, 10, tzinfo=UTC), id="without a zone"),
        pytest.param("23 Nov 26 10:00 GMT", datetime(2026, 11, 23, 10, tzinfo=UTC), id="short"),
        pytest.param("Mon, 01 Jan 1990 00:00:00 +0000", datetime(1990, 1, 1, tzinfo=UTC), id="1990"),
        pytest.param("Sun, 31 Dec 1989 23:59:59 +0000", None, id="before 1990"),
        pytest.param("Mon, 23 Nov 2026 10:00:00 +9999", None, id="a zone of 4 days"),
        pytest.param("Mon, 32 Nov 2026 10:00:00 +0100", None, id="no day"),
        pytest.param("lun., 23 nov. 2026 10:00:00 +0100", None, id="in French"),
        pytest.param("Mon, 23 Nov 99999 10:00:00 +0000", None, id="a year of five digits"),
        pytest.param("Mon, 01 Jan 0100 00:00:00 +2300", None, id="before the calendar"),
        pytest.param("", None, id="nothing"),
        pytest.param("," * 500, None, id="junk"),
    ],
)
def test_a_date_is_an_instant_or_nothing(value: str, expected: datetime | None) -> None:
    assert sent_at(value, received_at=RECEIVED_AT) == expected


def test_a_date_may_be_two_days_ahead() -> None:
    ahead = (RECEIVED_AT + timedelta(days=2)).strftime("%d %b %Y %H:%M:%S +0000")
    beyond = (RECEIVED_AT + timedelta(days=2, seconds=1)).strftime("%d %b %Y %H:%M:%S +0000")
    assert sent_at(ahead, received_at=RECEIVED_AT) == RECEIVED_AT + timedelta(days=2)
    assert sent_at(beyond, received_at=RECEIVED_AT) is None
