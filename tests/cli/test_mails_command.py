"""`mails`: what was kept without a ticket."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import open_for_writing
from bot.channels.mail.inbound import mail_entry
from bot.channels.mail.spool import Spool
from bot.config import load_settings
from bot.domain.inbox import InboxEntry, Source
from tests.cli.terminal import Permanence

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LETTER = b"From: Lettre <lettre@ailleurs.example>\r\nSubject: =?utf-8?q?Nos_id=C3=A9es?=\r\n\r\nPromotions\r\n"


@pytest.fixture
def kept(database: Path, folder: Path) -> None:
    """A newsletter, an absence whose original is gone, and an SMS that is none of it."""
    name = Spool(folder / "var" / "mail").keep(LETTER)

    async def keep() -> None:
        settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)
        async with open_for_writing(settings) as opened:
            for entry, remark in (
                (mail_entry(LETTER, kept=name, received_at=AT), "robot:list"),
                (mail_entry(b"x", kept="0" * 64, received_at=AT), "robot:out_of_office"),
                (InboxEntry(Source.TWILIO_MESSAGE, "SM1", "{}", AT), None),
            ):
                await opened.store.write(lambda uow, entry=entry, remark=remark: settle(uow, entry, remark))

    asyncio.run(keep())


async def settle(uow, entry: InboxEntry, remark: str | None) -> None:
    await uow.inbox.add(entry)
    (stored,) = await uow.inbox.pending(1) or await uow.inbox.pending_mails(1)
    await uow.inbox.settle(stored.id, AT)
    if remark:
        await uow.inbox.remark(stored.id, remark)


@pytest.mark.usefixtures("kept")
def test_what_opened_nothing_is_listed_newest_first(permanence: Permanence) -> None:
    ended = permanence("mails")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.replace("\u00a0", " ") == (
        "2 · lun. 23/11 à 10h00 · absence · (l’original n’est plus là)\n"
        "1 · lun. 23/11 à 10h00 · lettre d’information ou liste · lettre@ailleurs.example · Nos idées\n"
    )
    assert permanence("mails", "--limit", "1").out.count("\n") == 1


@pytest.mark.usefixtures("kept")
def test_a_program_reads_it_as_json(permanence: Permanence) -> None:
    document = json.loads(permanence("mails", "--json").out)
    assert document[1] == {
        "inbox_id": 1,
        "at": "2026-11-23T10:00:00+01:00",
        "kept_as": "robot:list",
        "sender": "lettre@ailleurs.example",
        "subject": "Nos idées",
    }


@pytest.mark.usefixtures("database")
def test_nothing_kept_is_said(permanence: Permanence) -> None:
    assert permanence("mails").out == "Aucun mail n’a été gardé sans ticket.\n"
