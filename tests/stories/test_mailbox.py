"""A mailbox read by IMAP, on the whole process: what comes is a ticket once, whoever else reads it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.domain.tickets import Priority
from tests.channels.mail.imap_desk import is_read
from tests.channels.mail.imap_servers import PASSWORD, USERNAME, Pymap, pymap_server
from tests.stories.mail_office import HELENES_MAIL, OURS, MailOffice
from tests.stories.office import CLAIRE


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Pymap]:
    with pymap_server(tmp_path / "server") as server:
        yield server


def office_reading(tmp_path: Path, mailbox: Pymap) -> MailOffice:
    return MailOffice(
        tmp_path,
        IMAP_URL=f"imap://{quote(USERNAME)}:{quote(PASSWORD)}@127.0.0.1:{mailbox.port}",
        IMAP_POLL_SECONDS="1",
        IMAP_AFTER="seen",
        MAIL_LISTEN="",
    )


def mail(number: int, subject: str, text: str) -> bytes:
    return (
        f"Authentication-Results: mx.exemple.fr; dmarc=pass header.from=tilleuls.example\r\n"
        f"From: =?utf-8?q?H=C3=A9l=C3=A8ne?= <{HELENES_MAIL}>\r\nTo: {OURS}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@tilleuls.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n\r\n{text}\r\n"
    ).encode()


async def test_a_mail_in_the_mailbox_is_a_ticket_answered_and_marked_after_it_was_stored(tmp_path, mailbox):
    async with office_reading(tmp_path, mailbox) as office:
        await office.open_outside()
        key = mailbox.maildir.deliver(mail(1, "Urgent imprimante", "Elle fume."))
        card = await office.shows("URGENT", "n° 1 ·", "Elle fume.")
        assert "non vérifié" not in card.text
        assert (await office.ticket(1)).priority is Priority.URGENT
        await office.gets(HELENES_MAIL, "Urgence 1 bien arrivée")
        await office.says(CLAIRE, "Débranchez-la.", below=card)
        await office.gets(HELENES_MAIL, "Débranchez-la.")

        async def is_marked() -> bool:
            return is_read(mailbox.maildir, key)

        await office.until(is_marked)

        mailbox.maildir.deliver(mail(2, "Scanner", "Et le scanner ?"))
        await office.shows("n° 1 ·", "Et le scanner ?")
        office.kill()
        mailbox.maildir.renumber()
        mailbox.maildir.deliver(mail(3, "Merci", "C’est tout."))
        await office.open_outside()
        await office.shows("n° 1 ·", "C’est tout.")
        await office.settles()
        assert office.rows("SELECT count(*) FROM inbox WHERE source = 'mail'") == [(3,)]
        assert len(await office.tickets()) == 1


async def test_a_server_that_is_away_is_told_by_readyz_and_read_again_when_it_is_back(tmp_path, mailbox):
    async with office_reading(tmp_path, mailbox) as office:
        await office.open_outside()
        mailbox.stop()

        async def says(part: str) -> bool:
            return part in await office.readyz()

        await office.until(lambda: says("mail: network"), seconds=60)
        mailbox.maildir.deliver(mail(1, "Word", "Word est figé."))
        mailbox.start()
        await office.shows("n° 1 ·", "Word est figé.")
        await office.until(lambda: says("ready"), seconds=60)
