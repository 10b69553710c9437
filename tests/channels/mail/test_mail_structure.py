"""The parts are those that the standard library finds, and boundaries are where they are."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.structure import Part, survey
from bot.channels.mail.mime.transfer import decode_transfer
from tests.channels.mail.mail_samples import names, sample
from tests.channels.mail.mail_wounds import wounded

DAMAGED = {"broken_boundary", "truncated_multipart", "mbox_line_and_no_empty_line"}
Found = list[tuple[str, bytes]]


def ours(raw: bytes) -> Found:
    def leaves(part: Part) -> list[Part]:
        return [leaf for child in part.children for leaf in leaves(child)] if part.children else [part]

    found = leaves(survey(raw, set()))
    return [(leaf.kind, decode_transfer(raw[leaf.start : leaf.end], leaf.encoding)[0]) for leaf in found]


def theirs(raw: bytes) -> Found:
    """By the parser that is too slow and too fragile for strangers' mails, on mails that it can read."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    return [(leaf.get_content_type(), bytes(leaf.get_payload(decode=True))) for leaf in leaves]


@pytest.mark.parametrize("name", [name for name in names() if name not in DAMAGED and "bounce" not in name])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_the_leaves_are_those_that_the_standard_library_finds(name: str, line_end: bytes) -> None:
    raw = sample(name).replace(b"\n", line_end)
    if b"message/delivery-status" in raw or b"message/disposition" in raw:
        raw = raw.replace(b"message/d", b"text/d")  # the library makes mails of a report's groups
    assert ours(raw) == theirs(raw)


def test_the_usual_way_falls_over_some_wounded_mails() -> None:
    """What the fuzzing proves is worth proving: the library's own way raises on the same mails."""

    def read_as_usual(raw: bytes) -> None:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        for name in ("from", "to", "subject", "date", "message-id"):
            str(mail[name])
        body = mail.get_body(("plain", "html"))
        if body is not None:
            body.get_content()
        for part in mail.iter_attachments():
            part.get_filename()

    fallen = 0
    for seed in range(400):
        try:
            read_as_usual(wounded(f"usual {seed}"))
        except (ValueError, LookupError, AttributeError, TypeError):
            fallen += 1
    assert fallen > 4


def multipart(body: str, boundary: str = "b") -> bytes:
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n{body}'.encode()


@pytest.mark.parametrize(
    ("raw", "expected", "problems"),
    [
        pytest.param(multipart("--b\n\na\n--b--\n"), [b"a"], set(), id="one part"),
        pytest.param(multipart("--b\n\na\n--b\n\nb\n--b--"), [b"a", b"b"], set(), id="two"),
        pytest.param(multipart("avant\n--b\n\na\n--b--\naprès"), [b"a"], set(), id="words before and after"),
        pytest.param(multipart("--b  \n\na\n--b-- \t\n"), [b"a"], set(), id="spaces after the boundary"),
        pytest.param(multipart("--b\n\na\n--bc\n--b--\n"), [b"a\n--bc"], set(), id="a longer word is no boundary"),
        pytest.param(multipart("--b\n\na --b\n--b--\n"), [b"a --b"], set(), id="nor one within a line"),
        pytest.param(multipart("--b\n\na\n--b\n--b--\n"), [b"a", b""], set(), id="an empty part"),
        pytest.param(multipart("--a.b(c)\n\na\n--a.b(c)--", "a.b(c)"), [b"a"], set(), id="signs in the boundary"),
        pytest.param(multipart("--b\n\na\n"), [b"a\n"], {Problem.BROKEN_BOUNDARY}, id="never ended"),
        pytest.param(multipart("--c\n\na\n"), [b"--c\n\na\n"], {Problem.BROKEN_BOUNDARY}, id="another boundary"),
        pytest.param(multipart("--\n\na\n", ""), [b"--\n\na\n"], {Problem.BROKEN_BOUNDARY}, id="no boundary named"),
        pytest.param(multipart("--b--\n"), [b"--b--\n"], {Problem.BROKEN_BOUNDARY}, id="ended before it began"),
    ],
)
def test_boundaries(raw: bytes, expected: list[bytes], problems: set[Problem]) -> None:
    seen: set[Problem] = set()
    root = survey(raw, seen)
    assert [raw[part.start : part.end] for part in root.walk() if not part.children] == expected
    assert seen == problems


def test_parts_are_counted_as_imap_counts() -> None:
    root = survey(sample("apple_mail_with_pdf_between"), set())
    assert [part.index for part in root.walk()] == ["", "1", "2", "2.1", "2.2", "2.3"]


def test_a_digest_holds_mails() -> None:
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\na\n--b--"
    (mail,) = survey(raw, set()).children
    assert (mail.kind, mail.children[0].headers.first("subject")) == ("message/rfc822", "x")


@pytest.mark.parametrize("kind", ["", "text", "text/", "/plain", "text/pl ain", "téxt/plain", "x" * 100 + "/y"])
def test_a_type_that_is_none_is_plain_text(kind: str) -> None:
    assert survey(f"Content-Type: {kind}\n\nx".encode(), set()).kind == "text/plain"
