"""Wounded mails are mails all the same (F10): nothing is raised, nothing grows without bound, and each asks something.

`make test` reads 3,000, `make prove` 50,000 and `make soak` 600,000. A mail that fails is left where the message says,
and `wounded("<seed> <number>")` makes it again.
"""

import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from bot.channels.mail import reading
from bot.channels.mail.inbound import mail_entry
from bot.channels.mail.mime.attachments import MAX_FILENAME
from bot.channels.mail.mime.bodies import MAX_TEXT
from bot.channels.mail.mime.mail import ReadMail
from bot.channels.mail.mime.message_ids import MAX_LENGTH
from bot.channels.mail.mime.people import MAX_ADDRESS, MAX_PEOPLE
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.reading import MAX_FORWARDED, read_mail
from bot.channels.mail.mime.structure import MAX_PARTS
from bot.channels.mail.mime.tokens import address_signer
from bot.channels.mail.reading import Mail, OurMailbox, parse_mail
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, DeliveryReport, RobotMail
from bot.domain.mails import MailDetails
from tests.channels.mail import mail_samples
from tests.channels.mail.mail_samples import RECEIVED_AT, SERVER, sample
from tests.channels.mail.mail_wounds import originals, wounded
from tests.conftest import SEED

OURS = OurMailbox(Address(Channel.MAIL, "support@example.fr"), address_signer(b"key"), SERVER)
_NAME_ROOM = MAX_FILENAME + len(" (500)")
_PLAIN = b"From: a@example.fr\r\nSubject: x\r\n\r\n" + b"Le poste 2 ne s'allume plus depuis ce matin.\r\n" * 2_000
MOST_TIMES_A_PLAIN_MAIL = 100
"""What a wounded mail may cost of what a plain one of 90 kB costs; the dearest takes about 5 times as much."""


class Reader:
    """The inbox's reading of mails, with a look at what was read on the way and at what it cost."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: ReadMail | None = None
        self.kinds: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self.dearest, self.dearest_seed = 0.0, ""
        monkeypatch.setattr(reading, "read_mail", self._read_mail)

    def _read_mail(self, raw: bytes, **how: Any) -> ReadMail:
        self.read = read_mail(raw, **how)
        return self.read

    def take(self, raw: bytes, seed: str) -> None:
        entry = mail_entry(raw, kept="0" * 64, received_at=RECEIVED_AT)
        began = process_time()
        asked = parse_mail(entry, read=lambda _: raw, ours=OURS)
        cost = process_time() - began
        if cost > self.dearest:  # once more: other programs may have slowed it down
            self.dearest, self.dearest_seed = max((self.dearest, self.dearest_seed), (min(cost, cost_of(raw)), seed))
        assert self.read is not None
        check(self.read)
        check_asked(asked)
        self.kinds[type(asked).__name__] += 1
        self.problems.update(problem.value for problem in self.read.problems)


def check(mail: ReadMail) -> None:
    """Everything that a store, a screen and a file system take for granted."""
    assert Problem.UNREADABLE not in mail.problems
    assert len(mail.text) <= MAX_TEXT
    assert len(mail.attachments) <= MAX_PARTS
    assert len(mail.forwarded) <= MAX_FORWARDED
    assert max(len(mail.to), len(mail.cc), len(mail.reply_to), len(mail.delivered_to)) <= MAX_PEOPLE
    assert mail.reply.above + mail.reply.visible + mail.reply.signature + mail.reply.below in mail.text
    assert all(0 < len(file.name) <= _NAME_ROOM and not set(file.name) & set("/\\\n\r") for file in mail.attachments)
    assert all(len(file.content()) == file.size for file in mail.attachments)
    assert all(address.identifier == address.identifier.casefold() for address in mail.recipients)


def check_asked(asked: Mail) -> None:
    """It is a message, a machine's answer or a report, and every word of it can be stored."""
    assert isinstance(asked, ClientMessage | RobotMail | DeliveryReport)
    if isinstance(asked, DeliveryReport):
        assert asked.provider_id
        return
    message = asked.message if isinstance(asked, RobotMail) else asked
    assert message.mail is not None
    assert len(message.provider_id) == 64
    assert "\0" not in "".join(_texts(message, message.mail)).encode("utf-8").decode("utf-8")
    assert all(len(address.identifier) <= MAX_ADDRESS for address in (message.address, *message.mail.copies) if address)
    assert all(len(mail_id) <= MAX_LENGTH + 2 for mail_id in (message.mail.mail_id or "", *message.mail.answers))
    assert all(len(file.content_type) <= 200 and len(file.name or "") <= 200 for file in message.media)


def _texts(message: ClientMessage, mail: MailDetails) -> Iterator[str]:
    yield from (message.body, message.profile_name or "", mail.subject, mail.whole, mail.mail_id or "", *mail.answers)
    yield from (address.identifier for address in (message.address, *mail.copies) if address)
    yield from (text for file in message.media for text in (file.url, file.name or "", file.content_type or ""))
    if mail.bounce:
        yield from (mail.bounce.action, mail.bounce.original or "", mail.bounce.diagnostic)
        for each in mail.bounce.reported:
            yield from (each.status, each.recipient.identifier if each.recipient else "")
    if mail.attendance:
        yield from mail.attendance


@contextmanager
def left_for_replay(raw: bytes, seed: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as problem:
        path = folder / "wounded.eml"
        path.write_bytes(raw)
        problem.add_note(f"the mail wounded({seed!r}) is in {path}")
        raise


def cost_of(raw: bytes) -> float:
    """The least of five readings."""

    def once() -> float:
        began = process_time()
        parse_mail(mail_entry(raw, kept="0" * 64, received_at=RECEIVED_AT), read=lambda _: raw, ours=OURS)
        return process_time() - began

    return min(once() for _ in range(5))


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(3_000, id="3000"),
        pytest.param(50_000, id="50000", marks=pytest.mark.prove),
        pytest.param(600_000, id="600000", marks=pytest.mark.soak),
    ],
)
def test_wounded_mails_are_read(count: int, tmp_path: Path, tell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = cost_of(_PLAIN)
    reader = Reader(monkeypatch)
    for number in range(count):
        raw = wounded(seed := f"{SEED} {number}")
        with left_for_replay(raw, seed, tmp_path):
            reader.take(raw, seed)
    tell(f"seed {SEED}: {count} wounded mails, none uncaught: {dict(reader.kinds.most_common())}")
    tell(f"what was wrong with them: {dict(reader.problems.most_common())}")
    times = reader.dearest / plain
    tell(f"the dearest, {reader.dearest_seed}, took {times:.1f} × the time of a plain one of {len(_PLAIN) // 1_000} kB")
    assert reader.kinds.total() == count
    assert reader.kinds.keys() == {"ClientMessage", "RobotMail", "DeliveryReport"}
    assert len(reader.problems) >= 12
    assert times < MOST_TIMES_A_PLAIN_MAIL


@pytest.mark.parametrize("first", [pytest.param(0, id="one"), pytest.param(100, id="another")])
def test_wounded_mails_take_little_more_room_than_their_bytes(first: int) -> None:
    """Parsing keeps less than 60 times a mail's bytes and a megabyte: most is lists of lines."""
    for number in range(first, first + 100):
        raw = wounded(f"room {number}")
        entry = mail_entry(raw, kept="0" * 64, received_at=RECEIVED_AT)
        tracemalloc.start()
        parse_mail(entry, read=lambda _, raw=raw: raw, ours=OURS)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 60 * len(raw) + 1_000_000


def test_a_seed_gives_the_same_mail_again_and_most_seeds_wound() -> None:
    seeds = [f"again {number}" for number in range(100)]
    assert [wounded(seed) for seed in seeds] == [wounded(seed) for seed in seeds]
    assert sum(wounded(seed) not in originals() for seed in seeds) > 90


def test_the_check_notices_a_mail_that_fell_into_the_last_net(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexError

    monkeypatch.setattr("bot.channels.mail.mime.reading.read_text", broken)
    mail = mail_samples.read(sample("gmail_reply"))
    assert (mail.problems, mail.text, mail.sender) == ((Problem.UNREADABLE,), "", None)
    with pytest.raises(AssertionError):
        check(mail)


def test_a_mail_that_fails_is_left_for_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.mail.mime.reading.read_text", lambda *_: json.loads("{"))
    reader, raw = Reader(monkeypatch), wounded("replay 1")
    with pytest.raises(AssertionError) as caught, left_for_replay(raw, "replay 1", tmp_path):
        reader.take(raw, "replay 1")
    assert caught.value.__notes__ == [f"the mail wounded('replay 1') is in {tmp_path / 'wounded.eml'}"]
    assert (tmp_path / "wounded.eml").read_bytes() == raw
