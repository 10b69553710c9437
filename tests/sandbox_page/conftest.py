import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, Request, async_playwright, expect

from bot.bootstrap import Program
from bot.config import load_settings
from bot.ports import Clock
from bot.sandbox.page_server import PageServer, Show
from bot.sandbox.stage import Stage

CHROMIUM = Path("/usr/bin/chromium")
HAS_CHROMIUM = CHROMIUM.exists()
PATIENCE = 60.0
"""Seconds: two cores may be shared with other tests."""
expect.set_options(timeout=PATIENCE * 1000)
MONDAY_MORNING = datetime(2026, 11, 23, 9, 12, tzinfo=ZoneInfo("Europe/Paris"))


async def start_program(settings: Mapping[str, str], clock: Clock) -> Program:
    program = Program(load_settings(settings), clock)
    await program.start()
    return program


@asynccontextmanager
async def on_stage(opening: datetime = MONDAY_MORNING, *, pace_seconds: float = 0) -> AsyncIterator[Stage]:
    """The whole demo but its page: the real program between the stand-ins."""
    stage = Stage(
        start_program, opening=opening, receipt_seconds=0.02, patience_seconds=PATIENCE, pace_seconds=pace_seconds
    )
    await stage.start()
    try:
        yield stage
    finally:
        await stage.stop()
        for _ in range(10):  # connections that came while it stopped end in the next turns of the loop
            await asyncio.sleep(0.001)


@asynccontextmanager
async def served(show: Show) -> AsyncIterator[PageServer]:
    server = PageServer(show)
    await server.start(0)
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's own Chromium; playwright's would be a download."""
    if not HAS_CHROMIUM:
        pytest.skip(f"no browser: {CHROMIUM} is not installed (apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            timeout=2 * PATIENCE * 1000,
        )
        try:
            yield browser
        finally:
            await browser.close()


def was_refused(request: Request) -> bool:
    """True unless the page itself was left or closed meanwhile."""
    return request.failure != "net::ERR_ABORTED"


@asynccontextmanager
async def opened(server: PageServer, browser: Browser, *, width: int = 1280, height: int = 800) -> AsyncIterator[Page]:
    """The page as a visitor sees it first. Whatever the browser complains about fails the test."""
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 800)
    context.set_default_timeout(PATIENCE * 1000)
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: complaints.append(request.url) if was_refused(request) else None)
    await page.goto(server.url)
    await page.wait_for_selector(".person")
    try:
        yield page
        assert complaints == []
    finally:
        await context.close()
        await asyncio.sleep(0)  # lets the page's own line to the server end
