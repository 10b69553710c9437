"""The page in a real browser: on a desk and on a phone, on paper and with the whole program behind it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.sandbox_page.conftest import chromium, on_stage, opened, served
from tests.sandbox_page.paper_stage import PaperStage

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TEXT = "Bonjour, MediStory ne se lance plus"


async def write(page: Page, text: str) -> None:
    await page.fill("#client-text", text)
    await page.press("#client-text", "Enter")


async def press(page: Page, label: str) -> None:
    await page.locator(".key", has_text=label).last.click()


async def test_a_visitor_sees_a_request_answered_closed_and_counted() -> None:
    async with on_stage() as stage, served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await expect(page.locator("#balance .cell.left")).to_have_count(12)
        await write(page, TEXT)
        await expect(page.locator("#phone-thread .theirs")).to_contain_text("votre demande 1")
        await expect(page.locator(".ticket-head")).to_contain_text("à recontacter")

        await press(page, "Répondre")
        await expect(page.locator("#replying")).to_be_visible()
        await page.fill("#desk-text", "Bonjour, je m’en occupe.")
        await page.press("#desk-text", "Enter")
        await expect(page.locator("#phone-thread .theirs").last).to_contain_text("je m’en occupe")
        await expect(page.locator(".ticket-head")).to_contain_text("recontacté")

        await press(page, "Débuter")
        await expect(page.locator(".ticket-head")).to_contain_text("en cours")
        for label in ("Terminer", "Clore", "Résolu", "Lambert", "MediStory", "Oui"):
            await press(page, label)
        await expect(page.locator("#desk-thread")).to_contain_text("Comptera 1, il restera 11")
        await press(page, "Confirmer")
        await expect(page.locator("#balance .cell.left")).to_have_count(11)
        await expect(page.locator("#balance")).to_contain_text("11 sur 12")
        await expect(page.locator(".ticket-head")).to_contain_text("clos\u00a0: résolu".replace("\u00a0", " "))


async def test_the_clock_goes_to_the_next_reminder() -> None:
    async with on_stage() as stage, served(stage) as server, chromium() as browser, opened(server, browser) as page:
        to_reminder = page.locator("[data-to=next-reminder]")
        await expect(to_reminder).to_be_disabled()
        await write(page, TEXT)
        await expect(to_reminder).to_be_enabled()
        await to_reminder.click()
        await expect(page.locator("#clock-date")).to_have_text(re.compile("mercredi 25 novembre"))
        await expect(page.locator("#desk-thread")).to_contain_text("la moitié du délai est passée")
        await expect(page.locator(".bar-mark[data-state=sent]")).to_have_count(1)


async def test_on_a_phone_the_two_devices_are_tabs_with_what_is_unread() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser, **PHONE) as page:
        await write(page, TEXT)
        await expect(page.locator("#unread-desk")).to_have_text("1")
        await expect(page.locator("#desk")).to_have_js_property("inert", True)
        await page.click("#tab-desk")
        await expect(page.locator("#desk")).to_be_in_viewport(ratio=0.9)
        await expect(page.locator("#unread-desk")).to_be_hidden()
        await expect(page.locator("#tab-desk")).to_have_attribute("aria-selected", "true")
        await expect(page.locator("#phone")).to_have_js_property("inert", True)
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_nothing_is_wider_than_the_screen() -> None:
    async with served(PaperStage()) as server, chromium() as browser:
        for width in (320, 390, 820, 1000, 1280, 1920):
            async with opened(server, browser, width=width) as page:
                await write(page, "Unmotsansfin" * 30)
                await expect(page.locator("#phone-thread .theirs")).to_be_attached()
                assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_what_people_write_is_text_and_never_markup() -> None:
    stage = PaperStage()
    markup = "<img src=x onerror=\"document.title='pris'\"><b>gras</b>"
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await write(page, markup)
        await expect(page.locator("#phone-thread .mine .said")).to_have_text(markup)
        await expect(page.locator("#desk-thread .said").first).to_contain_text(markup)
        assert await page.locator(".said img, .said b").count() == 0
        assert await page.title() == "Permanence – démonstration"


async def test_a_file_shows_its_name_and_a_link_can_be_touched() -> None:
    stage = PaperStage()
    stage.text_client("Permanence : votre relevé (lien valable 30 jours) : http://127.0.0.1:8080/documents/Ab-c_9")
    stage.post_file("releve-tilleuls.pdf", b"%PDF" + b"x" * 20_000, "application/pdf")
    async with served(stage) as server, chromium() as browser, opened(server, browser, width=320) as page:
        link = page.locator("#phone-thread .said a")
        await expect(link).to_have_attribute("href", "http://127.0.0.1:8080/documents/Ab-c_9")
        await expect(page.locator("#phone-thread .said")).to_have_text(re.compile(r"^Permanence : votre relevé \(lien"))
        await page.click("#tab-desk")
        await expect(page.locator("#desk-thread .file strong")).to_have_text("releve-tilleuls.pdf")
        await expect(page.locator("#desk-thread .file-words span")).to_have_text("PDF · 20\u00a0ko")
        await expect(page.locator("#desk-thread .file")).to_have_attribute("href", "/file/F1/releve-tilleuls.pdf")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_an_answer_to_a_card_goes_out_as_an_answer_to_it() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await write(page, TEXT)
        await page.click("#desk-thread .reply")
        await expect(page.locator("#desk-text")).to_be_focused()
        await page.fill("#desk-text", "Bonjour")
        await page.press("#desk-text", "Enter")
        await expect(page.locator("#desk-thread .mine .quote")).to_contain_text("Ticket 1")
    assert stage.asked[-1] == ("technician_says", 7001, "Bonjour", "bureau-1")


async def test_a_slash_offers_commands_that_the_keyboard_takes() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await write(page, TEXT)
        await expect(page.locator(".ticket-number")).to_be_visible()
        await page.type("#desk-text", "/pr")
        await expect(page.locator("#commands [aria-selected=true]")).to_contain_text("/prendre")
        await page.press("#desk-text", "Tab")
        await expect(page.locator("#desk-text")).to_have_value("/prendre 1")
        await expect(page.locator("#commands")).to_be_hidden()
        await page.press("#desk-text", "Enter")
        await expect(page.locator("#desk-thread .mine")).to_contain_text("/prendre 1")
    assert stage.asked[-1] == ("technician_says", 7001, "/prendre 1", None)


async def test_whatsapp_looks_like_itself_and_takes_a_picture() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await page.get_by_role("radio", name="WhatsApp").check()
        await expect(page.locator("#phone")).to_have_attribute("data-channel", "whatsapp")
        await page.click("#attach")
        await page.click("#attach-sample")
        picture = page.locator("#phone-thread .mine .picture")
        await expect(picture).to_be_visible()
        await expect(picture).to_have_js_property("naturalWidth", 640)


async def test_the_visit_ticks_itself_off_and_stays_closed() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await expect(page.locator(".tour-steps .current")).to_contain_text("Écrivez")
        await write(page, TEXT)
        await expect(page.locator(".tour-steps .current")).to_contain_text("Répondez")
        await page.click("#tour-close")
        await expect(page.locator("#tour")).to_be_hidden()
        await page.reload()
        await page.wait_for_selector(".person")
        await expect(page.locator("#tour")).to_be_hidden()
        await page.click("#tour-open")
        await expect(page.locator("#tour")).to_be_visible()


async def test_a_press_shows_its_toast_and_a_restart_clears_the_phones() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await write(page, TEXT)
        await press(page, "Clore")
        await expect(page.locator(".toast")).to_have_text("C’est noté.")
        await page.click("#restart")
        await expect(page.locator("#phone-thread .empty")).to_be_visible()
        await expect(page.locator("#desk-thread .empty")).to_be_visible()


async def test_every_control_has_a_name_for_those_who_cannot_see_it() -> None:
    stage = PaperStage()
    nameless = """() => [...document.querySelectorAll('button, input, textarea, [role=log], [role=img]')]
        .filter((each) => !each.hidden && each.type !== 'radio')
        .filter((each) => !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length))
        .map((each) => each.outerHTML)"""
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await write(page, TEXT)
        await expect(page.locator(".key").first).to_be_visible()
        assert await page.evaluate(nameless) == []
        radios = page.get_by_role("radio")
        assert await radios.count() == 10
        assert await page.get_by_role("radio", name=re.compile("Anne Morel")).count() == 1
