"""Wounded mails are mails all the same (F10): nothing is raised, nothing grows without bound."""

import pytest

from bot.channels.mail.attachments import MAX_FILENAME
from bot.channels.mail.bodies import MAX_TEXT
from bot.channels.mail.mail import ReadMail
from bot.channels.mail.problems import Problem
from bot.channels.mail.reading import read_mail
from bot.channels.mail.structure import MAX_PARTS
from bot.channels.mail.visible_reply import visible_reply
from tests.channels.mail import mail_samples
from tests.channels.mail.mail_samples import RECEIVED_AT, SERVER, mutated, names, sample

_NAME_ROOM = MAX_FILENAME + len(" (500)")


def check(mail: ReadMail) -> None:
    """Everything that a store, a screen and a file system take for granted."""
    assert Problem.UNREADABLE not in mail.problems
    assert len(mail.text) <= MAX_TEXT
    assert len(mail.attachments) <= MAX_PARTS
    texts = [mail.text, mail.subject.whole, *mail.forwarded, *(file.name for file in mail.attachments)]
    texts += [person.name for person in (*mail.to, *mail.cc, *mail.reply_to, *filter(None, [mail.sender]))]
    assert "\0" not in "".join(texts).encode("utf-8").decode("utf-8")
    assert all(0 < len(file.name) <= _NAME_ROOM and not set(file.name) & set("/\\\n\r") for file in mail.attachments)
    assert all(len(file.content()) == file.size for file in mail.attachments)
    assert all(address.identifier == address.identifier.casefold() for address in mail.recipients)


def read_mutated(seeds: range) -> None:
    originals = [sample(name) for name in names()]
    for seed in seeds:
        raw = mutated(seed, originals)
        check(read_mail(raw, received_at=RECEIVED_AT, visible_reply=visible_reply, server=SERVER))


def test_two_thousand_wounded_mails_are_read() -> None:
    read_mutated(range(2_000))


@pytest.mark.prove
def test_fifty_thousand_wounded_mails_are_read() -> None:
    read_mutated(range(2_000, 52_000))


def test_a_seed_gives_the_same_mail_again_and_most_seeds_wound() -> None:
    originals = [sample(name) for name in names()]
    assert [mutated(seed, originals) for seed in range(50)] == [mutated(seed, originals) for seed in range(50)]
    assert sum(mutated(seed, originals) not in originals for seed in range(50)) > 40


def test_the_check_notices_a_mail_that_fell_into_the_last_net(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexError

    monkeypatch.setattr("bot.channels.mail.reading.read_text", broken)
    mail = mail_samples.read(sample("gmail_reply"))
    assert (mail.problems, mail.text, mail.sender) == ((Problem.UNREADABLE,), "", None)
    with pytest.raises(AssertionError):
        check(mail)
