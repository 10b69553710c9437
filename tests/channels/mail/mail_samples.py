"""The mails of `samples/`, read as the program will, and mails made worse than any sample."""

import random
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.mail.mail import ReadMail
from bot.channels.mail.reading import read_mail
from bot.channels.mail.visible_reply import Reply

SAMPLES = Path(__file__).parent / "samples"
RECEIVED_AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
SERVER = "mx.example.fr"

_TOKENS = (
    *(b"\r\n", b"\n\n", b"\0", b"\xff", b"\xed\xa0\x80", b"\x1b$B", b"--", b"@", b",", b":", b";", b'"', b"<", b">"),
    *(b"=?utf-8?b?", b"=?utf-8?q?=E9?=", b"?=", b"((((((((", b"*0*=", b"filename*1*=%E9'", b"charset=idna", b"base64"),
    *(b"boundary=", b'multipart/mixed; boundary=""', b"message/rfc822", b" " * 50, b"a" * 200, b"From: \n", b"<div>"),
)


def as_is(text: str, *, is_forward: bool = False) -> Reply:
    """Takes the whole text for new: what the reply is has tests of its own."""
    return Reply("", text, "", "")


def names() -> list[str]:
    return sorted(path.stem for path in SAMPLES.glob("*.eml"))


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


def read(raw: bytes) -> ReadMail:
    return read_mail(raw, received_at=RECEIVED_AT, visible_reply=as_is, server=SERVER)


def mutated(seed: int, originals: list[bytes]) -> bytes:
    """A sample with up to a dozen wounds: the same for the same seed."""
    chance = random.Random(seed)
    raw = bytearray(chance.choice(originals))
    for _ in range(chance.randint(1, 12)):
        _wound(raw, chance, originals)
    return bytes(raw)


def _wound(raw: bytearray, chance: random.Random, originals: list[bytes]) -> None:
    at = chance.randrange(len(raw) + 1)
    end = at + chance.randrange(80)
    match chance.randrange(8):
        case 0:
            raw[at:end] = bytes(byte ^ chance.randrange(256) for byte in raw[at:end])
        case 1:
            del raw[at:end]
        case 2:
            raw[at:at] = raw[at:end] * chance.randint(1, 5)
        case 3:
            raw[at:at] = chance.choice(_TOKENS)
        case 4:
            raw[at:end] = chance.choice(_TOKENS)
        case 5:
            lines = bytes(raw).split(b"\n")
            one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            raw[:] = b"\n".join(lines)
        case 6 if chance.random() < 0.3:
            other_mail = chance.choice(originals)
            raw[at:] = other_mail[chance.randrange(len(other_mail)) :]
        case _ if chance.random() < 0.1:
            del raw[at:]
