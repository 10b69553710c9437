"""The mails of `samples/`, read as the program will."""

from datetime import UTC, datetime
from pathlib import Path

from bot.channels.mail.mime.mail import ReadMail
from bot.channels.mail.mime.reading import read_mail
from bot.channels.mail.replies.visible_reply import Reply

SAMPLES = Path(__file__).parent / "samples"
RECEIVED_AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
SERVER = "mx.example.fr"


def as_is(text: str, *, is_forward: bool = False) -> Reply:
    """Takes the whole text for new: what the reply is has tests of its own."""
    return Reply("", text, "", "")


def names() -> list[str]:
    return sorted(path.stem for path in SAMPLES.glob("*.eml"))


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.eml").read_bytes()


def read(raw: bytes) -> ReadMail:
    return read_mail(raw, received_at=RECEIVED_AT, visible_reply=as_is, server=SERVER)
