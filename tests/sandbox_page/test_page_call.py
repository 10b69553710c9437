"""The call button of the page, in a real browser: what is chosen, what is heard, and the message that is played."""

import pytest
from playwright.async_api import expect

from tests.sandbox_page.conftest import chromium, on_stage, opened, served
from tests.sandbox_page.paper_stage import PaperStage

pytestmark = pytest.mark.browser


async def test_a_caller_hears_line_by_line_and_the_call_stands_in_the_conversation() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await page.click("#call")
        await expect(page.locator("#call-number")).to_have_text("06\u00a039\u00a098\u00a000\u00a001")
        await expect(page.locator("[data-conduct=talks]")).to_be_focused()
        await page.get_by_role("button", name="Personne ne répond").click()
        await expect(page.locator(".heard.ends")).to_have_text("Message vocal laissé (8 s)")
        await expect(page.locator(".heard")).to_have_count(3)
        await expect(page.locator("#call-state")).to_have_text("Appel terminé")
        await page.click("#call-close")
        await expect(page.locator("#call")).to_be_focused()
        await expect(page.locator("#phone-thread .called")).to_contain_text("Message vocal laissé (8 s)")
    assert stage.asked == [("client_calls", "lambert", "speaks")]


async def test_the_desk_does_not_run_ahead_of_what_is_heard() -> None:
    ahead = """() => {
        window.ahead = 0;
        const look = () => {
            const shown = document.querySelectorAll("#desk-thread .entry").length;
            if (shown && !document.querySelector(".heard.ends")) window.ahead += 1;
        };
        new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    }"""
    async with (
        on_stage(pace_seconds=0.4) as stage,
        served(stage) as server,
        chromium() as browser,
        opened(server, browser) as page,
    ):
        await page.evaluate(ahead)
        await page.click("#call")
        await page.get_by_role("button", name="Personne ne répond").click()
        await expect(page.locator("#desk-thread .entry").first).to_be_visible()
        await expect(page.locator(".heard")).to_have_count(4)
        assert await page.evaluate("window.ahead") == 0


async def test_the_visitor_sees_a_technician_press_the_key() -> None:
    async with on_stage() as stage, served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await page.click("#call")
        await page.get_by_role("button", name="Le technicien décroche").click()
        await expect(page.locator(".heard.presses")).to_have_text("Claire appuie sur la touche 1")
        await expect(page.locator(".heard.screens")).to_contain_text("Un client appelle")
        await expect(page.locator(".ticket-left")).to_contain_text("par un appel pris")


async def test_a_call_that_is_over_is_not_heard_again_when_one_begins_another() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await page.click("#call")
        await page.get_by_role("button", name="Raccrocher").click()
        await expect(page.locator(".heard.ends")).to_be_visible()
        await page.click("#call-close")
        await page.click("#call")
        await stage.client_writes("lambert", "Bonjour", channel="sms", picture=None)
        await expect(page.locator("#phone-thread")).to_contain_text("Bonjour")
        await expect(page.locator(".heard")).to_have_count(0)


async def test_escape_leaves_before_anything_is_dialled() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser, opened(server, browser, width=390, height=844) as page:
        await page.click("#call")
        await expect(page.locator("#phone-form")).to_have_js_property("inert", True)
        await page.keyboard.press("Escape")
        await expect(page.locator("#call-sheet")).to_be_hidden()
        await expect(page.locator("#phone-form")).to_have_js_property("inert", False)
    assert stage.asked == []


async def test_when_the_office_is_closed_no_phone_can_ring() -> None:
    stage = PaperStage()
    stage.is_open = False
    async with served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await page.click("#call")
        await expect(page.locator("[data-conduct=talks]")).to_be_disabled()
        await expect(page.locator("[data-conduct=talks]")).to_contain_text("Bureau fermé")
        await expect(page.locator("[data-conduct=speaks]")).to_be_focused()


async def test_the_sheet_fits_small_and_large_screens() -> None:
    stage = PaperStage()
    async with served(stage) as server, chromium() as browser:
        for width, height in ((320, 568), (390, 844), (820, 700), (1280, 800)):
            async with opened(server, browser, width=width, height=height) as page:
                await page.click("#call")
                await page.get_by_role("button", name="Raccrocher").click()
                await expect(page.locator(".heard.ends")).to_be_visible()
                await expect(page.locator("#call-close")).to_be_in_viewport()
                assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_message_is_spoken_by_phone_and_played_at_the_desk() -> None:
    async with on_stage() as stage, served(stage) as server, chromium() as browser, opened(server, browser) as page:
        await page.click("#call")
        await page.get_by_role("button", name="Personne ne répond").click()
        await expect(page.locator("#call-heard")).to_contain_text("Laissez votre message")
        await expect(page.locator(".ticket-head")).to_contain_text("à recontacter")
        await page.locator(".key", has_text="vocal-9h12-8s").last.click()
        sound = page.locator("#desk-thread audio")
        await expect(sound).to_be_visible()
        await sound.evaluate("(each) => { each.muted = true; return each.play(); }")
        assert 7 < await sound.evaluate("(each) => each.duration") < 9
