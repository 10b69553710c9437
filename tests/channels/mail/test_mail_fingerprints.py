"""A mail is known again, whichever way it comes (F9): what servers add, and where it is cut, makes no other of it."""

import hashlib

import pytest

from bot.channels.mail.imap.taking import BEGINNING_BYTES
from bot.channels.mail.inbound import fingerprint, mail_entry
from tests.channels.mail.imap_servers import NOW, mail

LINES = {
    "lines of 76": b"QUJD" * 19 + b"\r\n",
    "a single line": b"QUJD",
    "short lines": b"a\r\n",
    "empty lines": b"\r\n",
}


def large(line: bytes, *, ending: bytes = b"") -> bytes:
    """More than a beginning of it holds."""
    return mail(1, body="Bonjour,\r\n") + line * (2 * BEGINNING_BYTES // len(line)) + ending


def key(raw: bytes, *, added: int = 0, is_unix: bool = False) -> str:
    """Of the beginning that is kept, after servers put so many bytes on top."""
    stamp = b"Received: from mx.exemple.fr " + b"x" * 966 + b"\r\n"
    sent = stamp * (added // 1000) + b"X-Spam: %b\r\n" % (b"x" * (added % 1000)) + raw
    cut = (sent.replace(b"\r\n", b"\n") if is_unix else sent)[:BEGINNING_BYTES]
    return mail_entry(cut, kept="0" * 64, received_at=NOW, size=len(sent)).external_id


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_mail_that_was_cut_is_the_same_under_whatever_header(line: bytes) -> None:
    raw = large(line)
    added = (*range(1, 6), 77, 4_321, 95_000)
    assert {key(raw)} == {key(raw, added=each) for each in added} == {key(raw, is_unix=True)}


@pytest.mark.parametrize("cut_at", range(BEGINNING_BYTES - 3, BEGINNING_BYTES + 1))
def test_a_line_end_that_was_cut_in_two_changes_nothing(cut_at: int) -> None:
    raw = large(b"\r\n")
    assert fingerprint(raw[:cut_at], is_cut=True) == key(raw)


def test_a_header_that_is_larger_than_the_body_kept_leaves_something_to_know_it_by() -> None:
    one, other = large(b"QUJD"), large(b"QUJE")
    assert key(one, added=240_000) == key(one, added=250_000) != key(other, added=250_000)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(large(b"QUJE"), id="another body"),
        pytest.param(large(b"QUJD").replace(b"Subject: ", b"Subject: Re: ", 1), id="another subject"),
        pytest.param(large(b"QUJD").replace(b"Message-ID: <", b"Message-ID: <x", 1), id="another Message-ID"),
    ],
)
def test_another_mail_that_was_cut_is_another(other: bytes) -> None:
    assert key(other) != key(large(b"QUJD"))


def test_a_whole_mail_is_known_by_all_of_its_body() -> None:
    raw = large(b"QUJD")
    assert fingerprint(raw) == fingerprint(b"Received: x\r\n" + raw.replace(b"\r\n", b"\n") + b"\n")
    assert fingerprint(raw) != fingerprint(large(b"QUJD", ending=b"!"))
    assert fingerprint(b"no header") == hashlib.sha256(b"no header").hexdigest()
