"""The scanner is away: files wait, and somebody must know, once, and that it is over."""

from datetime import timedelta

import pytest

from bot.domain.desk import Verb
from bot.errors import TransientDeliveryError
from bot.services.media import fetch_media
from bot.services.scanner_watch import scanner_away_since, watch_scanner
from tests.factories import DAY, HELENE, HOUR, picture, whatsapp
from tests.fakes import FakeMediaStore, FakeScanner

MINUTE = timedelta(minutes=1)


@pytest.fixture
def scanner(shop) -> FakeScanner:
    shop.with_policy(scans_media=True)
    scanner = FakeScanner()
    scanner.problem = TransientDeliveryError("connection refused", code="scanner")
    return scanner


async def passes(shop, scanner, minutes: int) -> None:
    for _ in range(minutes):
        await watch_scanner(shop.context, scanner)
        shop.clock.advance(MINUTE)


async def said(shop) -> list[str]:
    return [text.replace("\u00a0", " ") for text in await shop.notices() if "ClamAV" in text]


async def test_an_absence_is_told_once_when_it_is_long_and_its_end_once(shop, scanner):
    at = shop.clock.now()
    await passes(shop, scanner, 15)
    assert (await said(shop), await shop.read(scanner_away_since)) == ([], at)
    await passes(shop, scanner, 1)
    (told,) = await said(shop)
    assert told.startswith("⚠️ Les pièces jointes attendent depuis un quart d’heure : ClamAV ne répond pas")
    await passes(shop, scanner, 300)
    scanner.problem = None
    await passes(shop, scanner, 20)
    assert await said(shop) == [told, "✅ ClamAV répond de nouveau : ce qui attendait est examiné."]
    assert await shop.read(scanner_away_since) is None


async def test_the_next_absence_is_told_anew(shop, scanner):
    for _ in range(2):
        scanner.problem = TransientDeliveryError("connection refused", code="scanner")
        await passes(shop, scanner, 20)
        scanner.problem = None
        await passes(shop, scanner, 20)
    assert [text[0] for text in await said(shop)] == ["⚠", "✅", "⚠", "✅"]


async def test_a_restart_of_the_scanner_is_not_told(shop, scanner):
    await passes(shop, scanner, 10)
    scanner.problem = None
    await passes(shop, scanner, 10)
    assert (await said(shop), await shop.read(scanner_away_since)) == ([], None)


async def test_at_night_it_makes_no_sound(shop, scanner):
    shop.clock.advance(12 * HOUR)
    await passes(shop, scanner, 20)
    (row,) = [row for row in await shop.rows() if "ClamAV" in row.text]
    assert row.payload["silent"] is True


async def test_what_waited_for_days_is_asked_for_as_soon_as_the_scanner_is_back(shop, scanner):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    shop.clock.advance(4 * DAY)
    store = FakeMediaStore()
    store.problems[picture().url] = TransientDeliveryError("busy", code="20429")
    await watch_scanner(shop.context, scanner)
    assert await fetch_media(shop.context, store) == 0
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 0
    scanner.problem = None
    told: list[frozenset[str]] = []
    shop.store._writer.on_commit(told.append)
    await watch_scanner(shop.context, scanner)
    assert frozenset().union(*told) >= {"media"}
    assert await fetch_media(shop.context, store, scanner) == 1


async def test_a_button_says_that_the_scanner_is_away(shop, scanner):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    await watch_scanner(shop.context, scanner)
    assert "ClamAV" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    assert await fetch_media(shop.context, FakeMediaStore(), scanner) == 0
    scanner.problem = None
    await watch_scanner(shop.context, scanner)
    assert "pas encore arrivé" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    assert await fetch_media(shop.context, FakeMediaStore(), scanner) == 1


async def test_an_absence_from_before_the_scanner_was_taken_out_of_the_settings_says_nothing(shop, scanner):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    await watch_scanner(shop.context, scanner)
    shop.with_policy(scans_media=False)
    assert "pas encore arrivé" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
