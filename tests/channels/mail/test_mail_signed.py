"""A mail that is wrapped in its own signature is read; whatever else the bytes are, nothing is raised."""

import base64
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.mail.media import MailMedia
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.reading import read_mail
from bot.channels.mail.mime.signed import MAX_ELEMENTS, signed_content, without_wrapping
from bot.channels.mail.mime.trust import MICROSOFT
from bot.channels.mail.spool import Spool
from bot.domain.tickets import Media
from tests.channels.mail.mail_samples import RECEIVED_AT, as_is, read, sample

OID = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
VERSION, DIGESTS = b"\x02\x01\x01", b"\x31\x02\x30\x00"
INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nLe lecteur clignote.\r\n"
OCTETS, IN_PIECES, SEQUENCE, SET, CONTENT = 0x04, 0x24, 0x30, 0x31, 0xA0


def definite(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def indefinite(tag: int, *parts: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


Form = Callable[..., bytes]


def signed(octets: bytes, *, digests: bytes = DIGESTS, oid: bytes = OID, form: Form = definite) -> bytes:
    content = form(SEQUENCE, DATA, form(CONTENT, octets))
    return form(SEQUENCE, oid, form(CONTENT, form(SEQUENCE, VERSION, digests, content, b"\x31\x00")))


def wrapped(der: bytes, *headers: str) -> bytes:
    given = headers or ("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",)
    head = ("From: a@example.org", *given, "Content-Transfer-Encoding: base64", "Subject: Lecteur", "", "")
    return "\r\n".join(head).encode() + base64.encodebytes(der)


WHOLE = definite(OCTETS, INNER)


@pytest.mark.parametrize(
    ("der", "expected"),
    [
        pytest.param(signed(WHOLE), INNER, id="with lengths"),
        pytest.param(signed(WHOLE, form=indefinite), INNER, id="with end marks"),
        pytest.param(
            signed(definite(IN_PIECES, definite(OCTETS, b"a"), definite(OCTETS, b"b"))), b"ab", id="in pieces"
        ),
        pytest.param(
            signed(indefinite(IN_PIECES, definite(OCTETS, b"a"), indefinite(IN_PIECES, definite(OCTETS, b"b")))),
            b"ab",
            id="in pieces of pieces, with end marks",
        ),
        pytest.param(
            signed(WHOLE, digests=indefinite(SET, indefinite(SEQUENCE, DATA))), INNER, id="digests with marks"
        ),
        pytest.param(signed(WHOLE)[:70], INNER[: 70 - signed(WHOLE).index(INNER)], id="cut within the content"),
        pytest.param(signed(indefinite(IN_PIECES, definite(OCTETS, b"ab")))[:-4], b"ab", id="cut behind the content"),
        pytest.param(signed(WHOLE, oid=bytes.fromhex("06092a864886f70d010703")), None, id="encrypted"),
        pytest.param(signed(b""), None, id="nothing within: the signature stands beside"),
        pytest.param(signed(definite(OCTETS)), None, id="an empty content"),
        pytest.param(signed(definite(0x0C, b"x")), None, id="no bytes within"),
        pytest.param(signed(b"\x04\x80x\0\0"), None, id="bytes without a length"),
        pytest.param(signed(b"\x1f\x81\x01\x00"), None, id="a long tag"),
        pytest.param(signed(b"\x04\x85\0\0\0\0\x01x"), None, id="a length of five bytes"),
        pytest.param(signed(WHOLE, digests=b"\x31\x80" * 20), None, id="digests that never end"),
        pytest.param(signed(b"\x24\x80" * 5_000), None, id="pieces within pieces that never end"),
        pytest.param(b"", None, id="nothing"),
        pytest.param(bytes(range(256)), None, id="every byte"),
    ],
)
def test_what_is_signed(der: bytes, expected: bytes | None) -> None:
    assert signed_content(der) == expected


def test_more_pieces_than_any_program_writes_are_no_mail() -> None:
    assert signed_content(signed(definite(IN_PIECES, b"\x04\x01x" * (MAX_ELEMENTS + 1)))) is None


def test_a_wrapped_mail_is_read_below_its_own_header() -> None:
    mail = read(wrapped(signed(WHOLE, form=indefinite)))
    assert (mail.subject.text, mail.text, mail.attachments) == ("Lecteur", "Le lecteur clignote.", ())
    assert Problem.SEALED not in mail.problems
    assert mail.is_signed
    assert mail.is_verified is None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(("Content-Type: application/x-pkcs7-mime",), id="by its type"),
        pytest.param(("Content-Type: application/octet-stream;\r\n name=smime.p7m",), id="by its name"),
        pytest.param(
            ("Content-Type: application/octet-stream", "Content-Disposition: attachment; filename=SMIME.P7M"),
            id="by the name of its file",
        ),
    ],
)
def test_programs_call_the_wrapping_by_several_names(headers: tuple[str, ...]) -> None:
    assert read(wrapped(signed(WHOLE), *headers)).text == "Le lecteur clignote."


def test_a_signature_around_a_signature_is_taken_off_too_and_many_are_not() -> None:
    raw = INNER
    for _ in range(2):
        raw = wrapped(signed(definite(OCTETS, raw)))
    assert read(raw).text == "Le lecteur clignote."
    for _ in range(4):
        raw = wrapped(signed(definite(OCTETS, raw)))
    assert Problem.SEALED in read(raw).problems


def test_any_other_mail_stays_as_it_is() -> None:
    for raw in (sample("smime_opaque"), sample("smime_signed"), sample("gmail_reply"), b""):
        assert without_wrapping(raw) is raw


async def test_a_file_of_a_wrapped_mail_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "mails")
    name = spool.keep(sample("smime_opaque_signed"))
    media = MailMedia(spool, tmp_path, max_bytes=1_000)
    path, size = await media.fetch(Media(f"mail:{name}#2", "text/csv"))
    assert (path.read_bytes(), size) == (b"a;b", 3)


def test_wounded_wrappings_are_read() -> None:
    chance = random.Random("wrappings")
    whole = signed(indefinite(IN_PIECES, WHOLE, WHOLE), form=indefinite)
    for _ in range(5_000):
        at, end = sorted(chance.choices(range(len(whole) + 1), k=2))
        byte = bytes([chance.randrange(256)])
        signed_content(chance.choice((whole[:at], whole[:at] + whole[end:], whole[:at] + byte + whole[at + 1 :])))


@pytest.mark.parametrize(
    ("above", "verdict", "server"),
    [
        pytest.param(b"", b"mx.shop.fr; dmarc=pass header.from=example.org", "mx.shop.fr", id="our server's name"),
        pytest.param(
            b"Received: from x\r\nAuthentication-Results: mx.shop.fr; spf=none\r\n",
            b"mx.shop.fr; dmarc=pass header.from=example.org",
            "mx.shop.fr",
            id="our server's name, below what it received",
        ),
        pytest.param(b"", b"dmarc=pass header.from=example.org", MICROSOFT, id="no name, as Microsoft writes"),
    ],
)
def test_no_verdict_within_the_wrapping_is_believed(above: bytes, verdict: bytes, server: str) -> None:
    within = b"Authentication-Results: " + verdict + b"\r\nSubject: Autre\r\n" + INNER
    raw = above + wrapped(signed(definite(OCTETS, within)))
    mail = read_mail(raw, received_at=RECEIVED_AT, visible_reply=as_is, server=server)
    assert (mail.text, mail.subject.text, mail.is_verified) == ("Le lecteur clignote.", "Lecteur", None)
