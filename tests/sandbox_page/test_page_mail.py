"""The mail window of the page, in a real browser: what a client writes, what comes, what is read and answered."""

import re

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.mail import MailFile
from tests.sandbox_page.conftest import chromium, opened, served
from tests.sandbox_page.paper_stage import PaperStage

pytestmark = pytest.mark.browser

LONG = "Votre rendez-vous pour le ScanSnap qui ne numérise plus du tout depuis mardi " + "Unmotsansfin" * 20
QUOTING = "Oui, merci.\n\nLe lun. 23 nov. 2026 à 09:12, Assistance <aide@permanence.example> a\nécrit :\n\n> Bonjour"
CALENDAR = MailFile("rendez-vous.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar")
PAPER = MailFile("releve.pdf", b"%PDF" + b"x" * 20_000, "application/pdf")


async def show_mails(page: Page) -> None:
    await page.get_by_role("radio", name="Mail").check()
    await expect(page.locator("#mailbox")).to_be_visible()


async def test_a_mail_is_written_sent_and_listed_with_its_answer() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        await expect(page.locator("#mail-list .empty")).to_contain_text("Aucun mail encore")
        await expect(page.locator("#mail-owner")).to_have_text("j.lambert@tilleuls.example")
        await page.click("#mail-new")
        await expect(page.locator("#mail-subject")).to_be_focused()
        await page.keyboard.type("Scanner en panne")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Bonjour,\nil clignote.")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        rows = page.locator(".mail-row")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("Re: Scanner en panne [n° 1]")
        await expect(rows.first).to_have_class(re.compile("unread"))
        await expect(rows.last).to_contain_text("À l’assistance")
    assert stage.asked == [("client_mails", "lambert", "Scanner en panne", "Bonjour,\nil clignote.", None)]


async def test_a_mail_is_read_and_answered_by_its_number() -> None:
    stage = PaperStage()
    stage.mail_client(LONG, "Bonjour,\nhttps://example.org/x\n<b>pas du gras</b>", CALENDAR, PAPER)
    async with served(stage) as server, chromium() as browser, opened(server, browser, width=320) as page:
        await expect(page.locator("#unread-mail")).to_be_visible()
        await show_mails(page)
        await page.locator(".mail-row").click()
        await expect(page.locator("#mail-title")).to_have_text(LONG)
        await expect(page.locator("#mail-title")).to_be_focused()
        await expect(page.locator("#unread-mail")).to_be_hidden()
        await expect(page.locator(".mail-sheet .said a")).to_have_attribute("href", "https://example.org/x")
        assert await page.locator(".mail-sheet b").count() == 0
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await page.get_by_role("button", name="Répondre", exact=True).click()
        await expect(page.locator("#mail-subject")).to_have_value(f"Re: {LONG}")
        await expect(page.locator("#mail-text")).to_be_focused()
        await page.keyboard.type("Oui, merci.")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        await expect(page.locator(".mail-row", has_text="Oui, merci.")).to_contain_text("À l’assistance")
    assert stage.asked == [("client_mails", "lambert", "", "Oui, merci.", 1)]


async def test_files_come_down_under_their_names() -> None:
    stage = PaperStage()
    stage.mail_client("Votre rendez-vous", "Ci-joint.", CALENDAR, PAPER)
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        await page.locator(".mail-row").click()
        files = page.locator(".mail-attached .file")
        await expect(files).to_have_text(["rendez-vous.icsICS · 1\u00a0ko", "releve.pdfPDF · 20\u00a0ko"])
        async with page.expect_download() as started:
            await files.first.click()
        download = await started.value
        assert download.suggested_filename == "rendez-vous.ics"
        await expect(files.last).to_have_attribute("target", "_blank")


async def test_a_file_and_the_sample_picture_go_along() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        await page.get_by_role("button", name="Scanner en panne").click()
        await expect(page.locator("#mail-subject")).to_have_value("ScanSnap ne numérise plus")
        await expect(page.locator("#mail-text")).to_have_value(re.compile("Dr Julien Lambert$"))
        await page.click("#mail-sample")
        note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"abc"}
        await page.set_input_files("#mail-file", files=[note])
        await expect(page.locator("#mail-files li")).to_have_text(["note.txt · 1\u00a0ko×", "ecran.jpg×"])
        await page.get_by_role("button", name="Ne pas joindre note.txt").click()
        await page.set_input_files("#mail-file", files=[note | {"name": "autre.txt"}])
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        await expect(page.locator(".mail-row").last).to_contain_text("ScanSnap")
        assert await page.get_by_role("img", name="avec pièce jointe").count() == 1
    assert stage.asked[0][-2:] == ("ecran.jpg", "autre.txt")
    assert stage.mail_files[1, 1] == (b"abc", "text/plain")


async def test_a_draft_waits_while_another_person_holds_the_phone() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        await page.click("#mail-new")
        await expect(page.locator("#mail-subject")).to_be_focused()
        await page.keyboard.type("Brouillon")
        await page.get_by_role("radio", name=re.compile("Anne Morel")).check()
        await expect(page.locator("#mail-listing")).to_be_visible()
        stage.text_client("Un SMS à quelqu’un d’autre")
        await page.get_by_role("radio", name=re.compile("Lambert")).check()
        await expect(page.locator("#mail-subject")).to_have_value("Brouillon")
        await page.get_by_role("button", name="Annuler").click()
        await page.click("#mail-new")
        await expect(page.locator("#mail-subject")).to_have_value("")


async def test_what_is_quoted_waits_behind_a_button() -> None:
    stage = PaperStage()
    stage.mail_client("Re: Panne", QUOTING)
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        await page.locator(".mail-row").click()
        await expect(page.locator(".mail-sheet > .said")).to_have_text("Oui, merci.")
        await expect(page.locator(".mail-quoted .said")).to_be_hidden()
        await page.locator(".mail-quoted summary").click()
        await expect(page.locator(".mail-quoted .said")).to_contain_text("> Bonjour")


async def test_the_keyboard_opens_a_mail_and_comes_back_to_its_row() -> None:
    stage = PaperStage()
    stage.mail_client("Premier", "un")
    stage.mail_client("Second", "deux")
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        row = page.locator(".mail-row", has_text="Premier")
        await row.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#mail-title")).to_have_text("Premier")
        await page.keyboard.press("Escape")
        await expect(row).to_be_focused()
        await page.click("#restart")
        await expect(page.locator("#mail-list .empty")).to_be_visible()


async def test_an_empty_mail_is_not_sent_and_the_page_says_why() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await show_mails(page)
        await page.click("#mail-new")
        await page.click("#mail-send")
        await expect(page.locator("#mail-text")).to_be_focused()
        await expect(page.locator("#notice")).to_have_text("Écrivez un objet ou un texte avant d’envoyer.")
    assert stage.asked == []


async def test_nothing_of_a_mail_is_wider_than_the_screen() -> None:
    stage = PaperStage()
    stage.mail_client(LONG, "Unmotsansfin" * 40, MailFile("Unmotsansfin" * 12 + ".pdf", b"x", "application/pdf"))
    async with served(stage) as server, chromium() as browser:
        for width in (320, 390, 820, 1280):
            async with opened(server, browser, width=width) as page:
                await show_mails(page)
                await page.locator(".mail-row").click()
                await expect(page.locator(".mail-attached .file")).to_be_attached()
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
                fits = "(each) => each.scrollWidth <= each.clientWidth"
                assert await page.locator("#mail-sheet").evaluate(fits)
                assert await page.locator(".phone-bar").evaluate(fits)
