"""Mail on the whole process, over real sockets: in by LMTP, out by SMTP, answered and closed in Telegram."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.tickets import Recontact, TicketState
from bot.sandbox.mail import MailFile
from bot.sandbox.shop import free_port
from tests.channels.mail.fake_clamd import FakeClamd
from tests.factories import MONDAY
from tests.stories.mail_office import HELENES_MAIL, LUCS_MAIL, STRANGER, MailOffice
from tests.stories.office import CLAIRE, HELENE, PATIENCE, plain

MakeOffice = Callable[..., MailOffice]

PDF = MailFile("Bilan 2026.pdf", b"%PDF-1.4 made up", "application/pdf")


@pytest.fixture
def office_at(tmp_path: Path) -> MakeOffice:
    def make(at: Any = None, **settings: str) -> MailOffice:
        return MailOffice(tmp_path, at=at, **settings)

    return make


async def test_a_mail_opens_a_ticket_is_answered_from_telegram_and_closed(office_at):
    async with office_at() as office:
        await office.open_outside()
        assert await office.writes(
            f"Dr Hélène Vasseur <{HELENES_MAIL}>", "Imprimante", "Bonjour,\n\nrien ne sort.\n\nDr Vasseur",
            attachments=[PDF], cc=[LUCS_MAIL, STRANGER],
        ) == 250  # fmt: skip
        acknowledgement = await office.gets(HELENES_MAIL, "Votre demande 1 est bien arrivée")
        assert acknowledgement.subject == "Re: Imprimante [n° 1]"
        assert acknowledgement.header("Auto-Submitted") == "auto-replied"
        assert acknowledgement.envelope_from == ""

        card = await office.card(1)
        shown = plain(card.text)
        assert "Imprimante\nBonjour,\n\nrien ne sort." in shown
        assert "📎 Bilan 2026.pdf, 1 ko" in shown
        assert "non vérifié" not in shown
        assert "arrive" in await office.presses(CLAIRE, card, "📎 Bilan 2026.pdf") or await office.until(
            lambda: _pressed(office, card)
        )
        document = await office.telegram.wait_for(
            lambda: next((m for m in office.telegram.from_bot() if "document" in m.media), None), PATIENCE
        )
        assert document.media["document"]["file_name"] == "Bilan 2026.pdf"

        await office.says(CLAIRE, "Redémarrez-la, je vous rappelle.", below=card)
        answer = await office.gets(HELENES_MAIL, "Redémarrez-la")
        assert (answer.header("Cc"), answer.header("Auto-Submitted")) == (LUCS_MAIL, "")
        assert answer.in_reply_to == office.mail.inbound()[0].message_id
        assert office.mail.received_by(STRANGER) == []
        await office.until(lambda: _recontacted(office))

        await office.mail.reply_to(answer, "Elle imprime, merci. Mais le scanner ?", sender=HELENES_MAIL)
        shown = plain((await office.shows("n° 1 ·", "à jour", "Mais le scanner ?")).text)
        assert shown.count("Redémarrez-la") == 1  # ours, and not again in what they quote
        assert shown.count("Imprimante") == 1
        await office.says(CLAIRE, "/clore 1 sans-objet")
        await office.presses(CLAIRE, await office.shows("à confirmer"), "Confirmer")
        await office.shows("Clos", "n° 1")
        assert [(t.number, t.state) for t in await office.tickets()] == [(1, TicketState.CLOSED)]


async def _pressed(office: MailOffice, card: Any) -> bool:
    return "arrive" in await office.presses(CLAIRE, card, "📎 Bilan 2026.pdf")


async def _recontacted(office: MailOffice) -> bool:
    return (await office.ticket(1)).recontacted_by is Recontact.REPLY


async def test_an_absence_is_a_note_and_a_bounce_restarts_the_clock_and_goes_out_by_sms(office_at):
    async with office_at() as office:
        await office.open_outside()
        await office.writes(HELENES_MAIL, "Word", "Word ne s’ouvre plus")
        card = await office.card(1)
        await office.says(CLAIRE, "Je regarde.", below=card)
        answer = await office.gets(HELENES_MAIL, "Je regarde.")
        await office.until(lambda: _recontacted(office))

        await office.mail.out_of_office(answer, "Absente jusqu’à lundi.")
        await office.shows("n° 1 ·", "Note interne", "Absente jusqu’à lundi.")
        assert (await office.ticket(1)).recontacted_by is Recontact.REPLY

        await office.mail.bounce(answer, "5.1.1")
        await office.shows("n° 1", "LA RÉPONSE N’EST PAS ARRIVÉE (mail)", "par SMS")
        await office.receives(HELENE, "Je regarde.")
        await office.settles()
        assert len(await office.tickets()) == 1


async def test_a_bounce_counts_though_a_provider_put_its_own_id_in_the_place_of_ours(office_at):
    async with office_at() as office:
        await office.open_outside()
        await office.writes(HELENES_MAIL, "Word", "Word ne s’ouvre plus")
        await office.says(CLAIRE, "Je regarde.", below=await office.card(1))
        answer = await office.gets(HELENES_MAIL, "Je regarde.")
        await office.until(lambda: _recontacted(office))
        renamed = answer.raw.replace(b"Message-ID: " + answer.message_id.encode(), b"Message-ID: <1@amazonses.example>")
        await office.mail.bounce(replace(answer, raw=renamed), "5.1.1")
        await office.shows("n° 1", "LA RÉPONSE N’EST PAS ARRIVÉE (mail)", "par SMS")


async def test_a_forwarded_mail_is_the_forwarders_and_its_text_stays_visible(office_at):
    forwarded = (
        "Pouvez-vous voir cela ?\n\n---------- Message transféré ---------\n"
        "De : Labo <labo@biologie.example>\nDate: lun. 23 nov. 2026 à 09:00\nSubject: Résultats\n"
        f"À : <{HELENES_MAIL}>\n\nVotre accès expire demain."
    )
    async with office_at() as office:
        await office.open_outside()
        await office.writes(HELENES_MAIL, "TR: Résultats", forwarded)
        shown = plain((await office.card(1)).text)
        assert "Dr Hélène Vasseur" in shown
        assert "Pouvez-vous voir cela ?" in shown
        assert "Votre accès expire demain." in shown
        assert office.mail.received_by("labo@biologie.example") == []


async def test_thirty_megabytes_are_refused_politely_and_are_a_ticket(office_at):
    async with office_at() as office:
        await office.open_outside()
        big = MailFile("export.zip", bytes(22_000_000), "application/zip")  # 30 MB on its way, in base64
        assert await office.writes(HELENES_MAIL, "Export", "Voici l’export demandé.", attachments=[big]) == 250
        answer = await office.gets(HELENES_MAIL, "est trop lourd pour être pris en entier")
        assert "30 Mo" in plain(answer.text)
        shown = plain((await office.card(1)).text)
        assert "Voici l’export demandé." in shown
        assert "export.zip : trop lourd, non gardé" in shown
        assert all("📎" not in button["text"] for button in (await office.card(1)).buttons)


async def test_a_machine_that_answers_everything_is_answered_once(office_at):
    async with office_at() as office:
        await office.open_outside()
        office.mail.answers_by_itself(STRANGER, "Merci de votre message, nous revenons vers vous.", marked=False)
        await office.writes(STRANGER, "Question", "Bonjour, une question.")
        await office.gets(STRANGER, "Votre demande 1 est bien arrivée")
        await office.mail.wait_for(lambda: office.mail.automatic_answers(STRANGER) >= 1, PATIENCE)
        await office.settles()
        await asyncio.sleep(0.5)
        await office.settles()
        assert len(office.mail.received_by(STRANGER)) == 1
        assert office.mail.automatic_answers(STRANGER) == 1
        assert len(await office.tickets()) == 1


async def test_one_ticket_goes_on_by_sms_and_ends_by_mail(office_at):
    async with office_at() as office:
        await office.open_outside()
        await office.sms(HELENE, "Excel est figé")
        await office.card(1)
        await office.writes(HELENES_MAIL, "Capture d’écran", "Voici la capture.", attachments=[PDF])
        await office.shows("n° 1 ·", "à jour", "Voici la capture.")
        await office.says(CLAIRE, "C’est réglé.", below=await office.card(1))
        assert (await office.gets(HELENES_MAIL, "C’est réglé.")).subject == "Re: Capture d’écran [n° 1]"
        assert len(await office.tickets()) == 1


async def test_a_mail_is_taken_once_however_often_it_is_handed_over(office_at):
    async with office_at() as office:
        await office.open_outside()
        await office.writes(HELENES_MAIL, "Word", "Word ne s’ouvre plus")
        await office.mail.redeliver(office.mail.inbound()[0], times=5, concurrently=True)
        await office.settles()
        office.kill()
        await office.open_outside()
        await office.mail.redeliver(office.mail.inbound()[0], times=2)
        await office.settles()
        assert len(await office.tickets()) == 1
        assert office.rows("SELECT count(*) FROM inbox WHERE source = 'mail'") == [(1,)]


async def test_a_server_that_says_later_gets_each_mail_once(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        office.mail.fail_next(451, "4.7.1", text="Greylisted, try again later", times=2)
        await office.writes(HELENES_MAIL, "Word", "Word ne s’ouvre plus")
        for _ in range(3):
            await office.tick()
            assert office.mail.received_by(HELENES_MAIL) == []
            await office.advance(timedelta(minutes=10))
            if office.mail.received_by(HELENES_MAIL):
                break
        (mail,) = office.mail.received_by(HELENES_MAIL)
        assert "Votre demande 1 est bien arrivée" in mail.text
        await office.advance(timedelta(hours=1))
        assert len(office.mail.received_by(HELENES_MAIL)) == 1


@pytest.mark.parametrize("is_cut_after", [False, True], ids=["before the answer", "after the mail was taken"])
async def test_a_kill_while_a_mail_is_sent_loses_none(office_at, is_cut_after):
    async with office_at() as office:
        await office.open_outside()
        office.mail.hang_next(60, accept=is_cut_after)
        await office.writes(HELENES_MAIL, "Word", "Word ne s’ouvre plus")
        await office.until(lambda: _is_met(office))
        office.kill()
        await office.open_outside()
        mail = await office.gets(HELENES_MAIL, "Votre demande 1 est bien arrivée")
        await office.settles()
        ids = {each.message_id for each in office.mail.received_by(HELENES_MAIL)}
        assert ids == {mail.message_id}  # at least once, and known again by who reads it (F21)


async def _is_met(office: MailOffice) -> bool:
    """The server has the mail, and says nothing."""
    return office.mail.faults.waiting == 0


async def test_a_mail_server_that_is_down_is_told_to_the_desk_and_by_readyz_until_it_is_back(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.mail.stop()
        assert await office.writes(HELENES_MAIL, "Word", "Word est figé.") == 250
        await office.card(1)
        await office.until(lambda: _says(office, "smtp: mail_down"))
        await office.advance(timedelta(minutes=20))
        await office.shows("Les réponses par mail attendent", "notre serveur de mail ne répond pas")
        assert "answers: nothing leaves by mail" in await office.readyz()

        await office.mail.start()
        await office.advance(timedelta(minutes=20))
        await office.gets(HELENES_MAIL, "Votre demande 1 est bien arrivée")
        await office.shows("Les réponses par mail partent de nouveau")
        await office.until(lambda: _says(office, "ready"))


async def test_files_wait_for_a_scanner_that_is_away_for_days_and_the_desk_and_readyz_know(office_at):
    clamd, port = FakeClamd(), free_port()
    async with office_at(MONDAY, CLAMD_URL=f"tcp://127.0.0.1:{port}") as office:
        await office.open_inside()
        await office.writes(HELENES_MAIL, "Bilan", "Voir ci-joint.", attachments=[PDF])
        card = await office.card(1)
        await office.until(lambda: _says(office, "clamd: does not answer since"))
        await office.advance(timedelta(minutes=20))
        await office.shows("Les pièces jointes attendent", "ClamAV ne répond pas")
        await office.advance(timedelta(days=4))
        assert "ClamAV" in await office.presses(CLAIRE, card, "media:1:1")

        await clamd.start(port=port)
        await office.tick()
        await office.shows("ClamAV répond de nouveau")
        assert "clamd" not in await office.readyz()
        assert "arrive" in plain(await office.presses(CLAIRE, card, "media:1:1"))
        assert clamd.files == [PDF.content]
        await clamd.stop()


async def _says(office: MailOffice, part: str) -> bool:
    return part in await office.readyz()
