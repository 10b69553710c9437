"""A mail made to be costly is read in the time and the room of a mail (F10)."""

import base64
import tracemalloc
from time import process_time

import pytest

from bot.channels.mail.inbound import mail_entry
from bot.channels.mail.mime.bodies import MAX_TEXT, MAX_TEXT_BYTES
from bot.channels.mail.mime.headers import MAX_BLOCK_BYTES, MAX_FIELDS
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.reading import MAX_MAIL_BYTES
from bot.channels.mail.mime.structure import MAX_DEPTH, MAX_PARTS, survey
from bot.channels.mail.mime.tokens import address_signer
from bot.channels.mail.reading import OurMailbox, parse_mail
from bot.domain.addresses import Address, Channel
from tests.channels.mail.mail_samples import RECEIVED_AT, SERVER, read

FROM = b"From: a@example.fr\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
MB = 1_000_000
OURS = OurMailbox(Address(Channel.MAIL, "support@example.fr"), address_signer(b"key"), SERVER)
PLAIN = FROM + b"\r\n" + b"Le poste 2 ne s'allume plus depuis ce matin.\r\n" * 2_000
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\nle poste 2 est en panne.\n"
DEEP = b"<div>" * 400
"""More than libxml2 reads: the tags are taken out by other means."""
ACCENTS = "\u0301\u0316".encode()
MOST_TIMES_A_PLAIN_MAIL = 500
"""What reading a costly mail may take of the time of a plain one of 90 kB; the worst take 40 times as long."""


def seconds(raw: bytes) -> float:
    began = process_time()
    read(raw)
    return process_time() - began


def seconds_to_take_in(raw: bytes) -> float:
    """Besides, what is new in it is told from what it quotes."""
    began = process_time()
    parse_mail(mail_entry(raw, kept="0" * 64, received_at=RECEIVED_AT), read=lambda _: raw, ours=OURS)
    return process_time() - began


def room(raw: bytes) -> int:
    tracemalloc.start()
    read(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def nested(depth: int, body: bytes = b"le fond") -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return FROM + b"".join(levels) + b"Content-Type: text/plain\r\n\r\n" + body


COSTLY = [
    pytest.param(b"", {Problem.BROKEN_HEADER, Problem.NO_TEXT}, id="nothing"),
    pytest.param(b"x" * 30 * MB, {Problem.BROKEN_HEADER, Problem.TEXT_CUT}, id="30 MB on one line"),
    pytest.param(bytes(range(256)) * 4_000, {Problem.BROKEN_HEADER}, id="every byte"),
    pytest.param(b"\0" * MB, {Problem.BROKEN_HEADER}, id="only NUL"),
    pytest.param(FROM + b"\r\n" + b"\n" * 30 * MB, {Problem.NO_TEXT, Problem.TEXT_CUT}, id="30 MB of empty lines"),
    pytest.param(nested(200), {Problem.TOO_DEEP}, id="200 levels"),
    pytest.param(nested(1_500), {Problem.TOO_DEEP}, id="1,500 levels"),
    pytest.param(nested(MAX_DEPTH, b"\n" * 10 * MB), {Problem.NO_TEXT}, id="10 MB of lines in the deepest level"),
    pytest.param(nested(MAX_DEPTH, b"-" * 10 * MB), {Problem.TEXT_CUT}, id="10 MB of dashes in the deepest level"),
    pytest.param(nested(20, b"x--b0\n" * MB), {Problem.TOO_MANY_PARTS}, id="boundaries that are none"),
    pytest.param(FROM + b"Content-Type: message/rfc822\r\n\r\n" * 200, {Problem.TOO_DEEP}, id="mails in mails"),
    pytest.param(FROM + MIXED + b"--x\r\n\r\na\r\n" * MB, {Problem.TOO_MANY_PARTS}, id="a million parts"),
    pytest.param(
        FROM + MIXED + (b"--x\r\nContent-Type: text/html\r\n\r\n" + b"<ul>" * 200 + b"<li>x" * 5_000 + b"\r\n") * 100,
        {Problem.TEXT_CUT},
        id="many parts of costly HTML",
    ),
    pytest.param(
        FROM + MIXED + (b'--x\r\nContent-Type: image/png; a="' + b";" * 9_000 + b"\r\n\r\nx\r\n") * 100,
        {Problem.NO_TEXT},
        id="parameters that are costly to take apart",
    ),
    pytest.param(FROM + b"\r\n" + b"23/11/2026 a@b a ecrit :\n" * MB, {Problem.TEXT_CUT}, id="only headings"),
    pytest.param(
        FROM + b"\r\n> x\n" + b"> 23/11/2026 a@b a ecrit :\n" * MB, {Problem.TEXT_CUT}, id="headings in a quotation"
    ),
    pytest.param(FROM + b"To: " + b"(" * MB + b"\r\n\r\nx", {Problem.HEADERS_CUT}, id="comments within comments"),
    pytest.param(FROM + b"Subject: " + b"=?" * MB + b"\r\n\r\nx", {Problem.HEADERS_CUT}, id="words that never end"),
    pytest.param(b"A: b\r\n" * MB, {Problem.HEADERS_CUT, Problem.NO_TEXT}, id="a million fields"),
    pytest.param(FROM + TEXT + b"Dr Aubry\n\n" * 10_000, set(), id="one name below another"),
    pytest.param(FROM + HTML + DEEP + b"<style>" * 40_000, {Problem.BROKEN_HTML}, id="styles that never end, too deep"),
    pytest.param(FROM + HTML + DEEP + b"&#" + b"1" * 9_000, {Problem.BROKEN_HTML}, id="an endless number, too deep"),
    pytest.param(
        FROM + MIXED + (b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: " + ACCENTS * 5_000 + b"\r\n\r\n") * 100,
        {Problem.NO_TEXT},
        id="mails called by a run of accents",
    ),
]

GROWING = [
    pytest.param(HTML + DEEP, b"<%b>" % name, id=f"{name.decode()} that never ends, too deep")
    for name in (b"style", b"script", b"head", b"title")
] + [
    pytest.param(HTML + DEEP, b"<style><title></style>", id="an end for one of two, too deep"),
    pytest.param(HTML + DEEP, b"<style", id="tags that never end, too deep"),
    pytest.param(HTML + DEEP, b"<br ", id="breaks that never end, too deep"),
    pytest.param(HTML, b"<b>", id="elements in elements"),
    pytest.param(HTML, b"<br>x", id="lines of HTML"),
    pytest.param(HTML, b"<img src='cid:a@b'>", id="one picture shown many times"),
    pytest.param(HTML, b"<blockquote>x</blockquote>", id="quotations"),
    pytest.param(HTML, b"data:a,", id="pictures within the text"),
    pytest.param(HTML, b"<p style='display  ", id="styles"),
    pytest.param(TEXT, b"> 23/11/2026 a@b a ecrit :\n", id="headings in a quotation"),
    pytest.param(TEXT, b"De : a@b.fr\nDate : 23/11/2026\nObjet : x\n", id="headings of Outlook"),
    pytest.param(TEXT, b"Cordialement\nEnvoy\xc3\xa9 de mon mail" + b" mail" * 11 + b" x\n", id="signatures"),
    pytest.param(TEXT, b"Dr Paul\n01 23 45 67 89\n" + b"\n" * 40, id="names"),
    pytest.param(TEXT, b"le laboratoire a dit :\n> x\n", id="quotations that are announced"),
    pytest.param(TEXT, b"Ce message et ses pi\xc3\xa8ces jointes\n", id="notices"),
    pytest.param(TEXT, ACCENTS, id="accents"),
    pytest.param(TEXT, b"5.1.", id="codes"),
    pytest.param(b"Content-Type: text/calendar\r\n\r\nMETHOD:REPLY\r\nATTENDEE", b';A="x"', id="a calendar's settings"),
]
"""A head, and what stands below it so many times."""


@pytest.mark.parametrize(("head", "fragment"), GROWING)
def test_twice_as_long_a_mail_takes_about_twice_as_long(head: bytes, fragment: bytes) -> None:
    """Four times the length would be sixteen times the time where something is looked for anew from each place."""

    def cost(size: int) -> float:
        raw = FROM + head + fragment * (size // len(fragment))
        return min(seconds_to_take_in(raw) for _ in range(3))

    short, long = cost(24_000), cost(96_000)
    usual = min(seconds(PLAIN) for _ in range(3))
    assert long < 10 * short + usual


@pytest.mark.parametrize(("raw", "expected"), COSTLY)
def test_a_costly_mail_is_read_and_what_was_left_out_is_said(raw: bytes, expected: set[Problem]) -> None:
    usual = min(seconds(PLAIN) for _ in range(3))
    assert seconds(raw) < MOST_TIMES_A_PLAIN_MAIL * usual
    mail = read(raw)
    assert set(mail.problems) >= expected
    assert Problem.UNREADABLE not in mail.problems
    assert len(mail.text) <= MAX_TEXT


@pytest.mark.parametrize("raw", [pytest.param(case.values[0], id=case.id) for case in COSTLY])
def test_a_costly_mail_is_read_in_the_room_of_its_bytes_and_of_a_long_text(raw: bytes) -> None:
    assert room(raw) < len(raw) + 5 * MAX_TEXT_BYTES


def test_reading_takes_no_more_room_than_a_few_copies_of_the_mail() -> None:
    picture = base64.encodebytes(bytes(range(256)) * 30_000)
    raw = FROM + MIXED + b"--x\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n" + picture
    tracemalloc.start()
    (file,) = read(raw).attachments
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert file.size == 256 * 30_000
    assert peak < 4 * len(raw)


def test_what_is_beyond_the_longest_mail_is_not_read() -> None:
    head = FROM + b"\r\n"
    assert Problem.TOO_LONG not in read(head + b"x" * (MAX_MAIL_BYTES - len(head))).problems
    assert Problem.TOO_LONG in read(head + b"x" * (MAX_MAIL_BYTES - len(head) + 1)).problems


def test_the_deepest_level_is_still_read() -> None:
    assert read(nested(MAX_DEPTH)).text == "le fond"
    assert Problem.TOO_DEEP not in read(nested(MAX_DEPTH)).problems
    assert Problem.TOO_DEEP in read(nested(MAX_DEPTH + 1)).problems
    assert "le fond" in read(nested(MAX_DEPTH + 1)).text


def test_the_last_part_that_is_allowed_is_read() -> None:
    def count(parts: int) -> tuple[int, set[Problem]]:
        problems: set[Problem] = set()
        return len(list(survey(MIXED + b"--x\r\n\r\na\r\n" * parts + b"--x--", problems).walk())), problems

    assert count(MAX_PARTS - 1) == (MAX_PARTS, set())
    assert count(MAX_PARTS) == (MAX_PARTS, {Problem.TOO_MANY_PARTS})


def test_the_body_after_too_long_headers_is_still_read() -> None:
    raw = FROM + b"X: " + b"x" * MAX_BLOCK_BYTES + b"\r\nSubject: perdu\r\n\r\nBonjour"
    mail = read(raw)
    assert (mail.text, mail.subject.text) == ("Bonjour", "")
    many = read(FROM + b"X: x\r\n" * MAX_FIELDS + b"\r\nBonjour")
    assert (many.text, Problem.HEADERS_CUT in many.problems) == ("Bonjour", True)


def test_a_text_is_cut_at_its_limit() -> None:
    assert Problem.TEXT_CUT not in read(FROM + b"\r\n" + b"x" * MAX_TEXT).problems
    long = read(FROM + b"\r\n" + b"x" * (MAX_TEXT + 1))
    assert (len(long.text), Problem.TEXT_CUT in long.problems) == (MAX_TEXT, True)


def test_of_many_long_texts_the_first_are_decoded() -> None:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\n" + b"fin" + b" " * (MAX_TEXT_BYTES // 2) + b"\r\n"
    mail = read(FROM + MIXED + part + part + part + b"--x--")
    assert (mail.text.split(), Problem.TEXT_CUT in mail.problems) == (["fin"], True)


def test_of_many_parts_of_html_the_first_are_rendered() -> None:
    mail = read(FROM + MIXED + b"--x\r\nContent-Type: text/html\r\n\r\n<p>a\r\n" * 6 + b"--x--")
    assert (mail.text.split(), Problem.TEXT_CUT in mail.problems) == (["a"] * 5, True)


def test_a_report_of_many_recipients_is_read_to_a_limit() -> None:
    groups = b"Reporting-MTA: dns; x\r\n\r\n" + b"Action: delayed\r\n\r\n" * 120 + b"Action: failed\r\n"
    kind = b"Content-Type: multipart/report; boundary=x\r\n\r\n"
    bounce = read(FROM + kind + b"--x\r\nContent-Type: message/delivery-status\r\n\r\n" + groups + b"--x--").bounce
    assert bounce is not None
    assert bounce.action == "delayed"
