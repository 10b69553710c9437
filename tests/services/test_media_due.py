"""Which files are asked for at a tick: what is not here is never forgotten, and keeps nothing else out."""

from datetime import timedelta

import pytest

from bot.domain.desk import Verb
from bot.errors import PermanentDeliveryError, StorageUnavailable, TransientDeliveryError
from bot.services import media_due
from bot.services.media import MOST_FAILURES, fetch_media
from bot.services.media_due import EAGER, ROUND
from tests.factories import DAY, HELENE, HELENES_MAIL, picture, whatsapp
from tests.fakes import FakeMediaStore, FakeScanner
from tests.services.calls_cast import recording, speaks

NOT_READY = TransientDeliveryError("not at Twilio, or not yet", code="recording_not_ready")
BUSY = TransientDeliveryError("busy", code="20429")
AWAY = TransientDeliveryError("connection refused", code="scanner")
MINUTE = timedelta(minutes=1)


async def come(shop, *names: str) -> list[str]:
    """A message for each picture; their addresses."""
    for name in names:
        await shop.receives(whatsapp(HELENE), "", media=(picture(name),))
    return [picture(name).url for name in names]


async def here(shop, number: int = 1) -> list[bool]:
    return [piece.path is not None for message in await shop.messages(number) for piece in message.media]


async def ticks(shop, store, *, minutes: int = 1, scanner=None) -> int:
    """A tick each minute; how many arrived."""
    arrived = 0
    for _ in range(minutes):
        shop.clock.advance(MINUTE)
        arrived += await fetch_media(shop.context, store, scanner)
    return arrived


async def test_a_voicemail_whose_fetching_was_cut_off_for_a_weekend_is_fetched_and_played(shop):
    await speaks(shop)
    shop.clock.advance(61 * timedelta(hours=1))
    store = FakeMediaStore()
    assert await fetch_media(shop.context, store) == 1
    assert store.fetched == [recording().url]
    assert "arrive" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]


async def test_what_no_provider_gave_for_days_comes_soon_after_it_does(shop):
    (url,) = await come(shop, "ME1")
    store = FakeMediaStore()
    store.problems[url] = BUSY
    for _ in range(12):
        shop.clock.advance(DAY / 2)
        assert await fetch_media(shop.context, store) == 0
    store.problems.clear()
    assert await ticks(shop, store, minutes=ROUND // MINUTE) == 1


async def test_what_is_old_is_asked_for_once_a_round_and_what_is_new_at_each_tick(shop):
    (old,) = await come(shop, "ME1")
    shop.clock.advance(3 * DAY)
    (new,) = await come(shop, "ME2")
    store = FakeMediaStore()
    store.problems = {old: BUSY, new: BUSY}
    await ticks(shop, store, minutes=30)
    assert (store.asked.count(new), store.asked.count(old)) == (30, 2)


async def test_a_button_asks_for_an_old_one_now(shop):
    old, other = await come(shop, "ME1", "ME2")
    store = FakeMediaStore()
    store.problems = {old: BUSY, other: BUSY}
    shop.clock.advance(3 * DAY)
    assert await fetch_media(shop.context, store) == 0
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 0

    told: list[frozenset[str]] = []
    shop.store._writer.on_commit(told.append)
    assert "redemande" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    assert len([topics for topics in told if "media" in topics]) == 1
    assert await fetch_media(shop.context, store) == 1
    assert await here(shop) == [True, False]
    assert "arrive" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]


async def test_what_was_asked_for_by_button_is_asked_for_once(shop):
    (old,) = await come(shop, "ME1")
    store = FakeMediaStore()
    store.problems[old] = BUSY
    shop.clock.advance(3 * DAY)
    await fetch_media(shop.context, store)
    for _ in range(2):
        await shop.presses(Verb.MEDIA, 1, "1")
    store.asked.clear()
    await ticks(shop, store, minutes=3)
    assert store.asked == [old]


async def test_a_button_that_is_pressed_while_files_are_fetched_is_heard(shop):
    old, other = await come(shop, "ME1", "ME2")
    shop.clock.advance(3 * DAY)
    store = FakeMediaStore()
    store.problems = {old: BUSY, other: BUSY}
    await fetch_media(shop.context, store)
    await shop.presses(Verb.MEDIA, 1, "1")

    async def press(_):
        store.on_ask = None
        await shop.presses(Verb.MEDIA, 1, "2")

    store.on_ask = press
    store.asked.clear()
    await ticks(shop, store, minutes=3)
    assert store.asked == [old, other]


async def test_of_old_ones_that_fail_a_few_are_asked_for_at_a_tick_and_all_in_turn(shop):
    urls = await come(shop, *(f"ME{nth}" for nth in range(8)))
    store = FakeMediaStore()
    store.problems = dict.fromkeys(urls, BUSY)
    shop.clock.advance(3 * DAY)
    asked = []
    for _ in range(4):
        store.asked.clear()
        await fetch_media(shop.context, store)
        asked.append(list(store.asked))
    newest_first = urls[::-1]
    assert MOST_FAILURES == 3
    assert asked == [newest_first[:3], newest_first[3:6], newest_first[6:], []]


async def test_old_ones_that_fail_do_not_keep_out_what_is_older(shop, monkeypatch):
    monkeypatch.setattr(media_due, "WINDOW", 3)
    monkeypatch.setattr(media_due, "LISTED", 2)
    urls = await come(shop, *(f"ME{nth}" for nth in range(8)))
    store = FakeMediaStore()
    store.problems = dict.fromkeys(urls[1:], BUSY)
    shop.clock.advance(3 * DAY)
    assert await ticks(shop, store, minutes=7) == 1
    assert [store.asked.count(url) for url in urls] == [1] * 8


@pytest.mark.parametrize("is_pressed", [True, False])
async def test_one_that_runs_into_a_fault_of_ours_does_not_keep_the_others_out(shop, is_pressed):
    first, *others = await come(shop, "ME1", "ME2", "ME3")
    shop.clock.advance(3 * DAY)
    store = FakeMediaStore()

    async def stumble(piece):
        if piece.url == (others[0] if is_pressed else others[1]):
            raise AssertionError("a mail that nobody foresaw")

    store.on_ask = stumble
    if is_pressed:
        await shop.presses(Verb.MEDIA, 1, "2")
    assert await fetch_media(shop.context, store) == 2
    assert first in store.fetched


async def test_a_full_disk_ends_the_tick_and_loses_nothing(shop):
    await come(shop, "ME1")
    shop.clock.advance(3 * DAY)
    store = FakeMediaStore()

    async def fill(_):
        store.on_ask = None
        raise StorageUnavailable("the disk is full")

    store.on_ask = fill
    with pytest.raises(StorageUnavailable):
        await fetch_media(shop.context, store)
    assert await fetch_media(shop.context, store) == 1


async def test_while_the_scanner_is_away_nothing_is_given_up_nor_passed_over(shop):
    await shop.gets_mail(HELENES_MAIL, media=tuple(picture(f"ME{nth}") for nth in range(4)))
    store, scanner = FakeMediaStore(), FakeScanner()
    scanner.problem = AWAY
    for _ in range(10):
        shop.clock.advance(DAY)
        assert await fetch_media(shop.context, store, scanner) == 0
    scanner.problem = None
    assert await fetch_media(shop.context, store, scanner) == 4


async def test_a_button_pressed_while_the_scanner_is_away_is_remembered(shop):
    await come(shop, "ME1", "ME2")
    store, scanner = FakeMediaStore(), FakeScanner()
    scanner.problem = AWAY
    await shop.presses(Verb.MEDIA, 1, "1")
    await fetch_media(shop.context, store, scanner)
    scanner.problem = None
    scanner.scanned.clear()
    assert await fetch_media(shop.context, store, scanner) == 2
    assert scanner.scanned == ["1", "2"]


@pytest.mark.parametrize("problem", [BUSY, PermanentDeliveryError("unauthorized", code="20003")])
async def test_what_a_setting_may_mend_is_never_given_up(shop, problem):
    (url,) = await come(shop, "ME1")
    store = FakeMediaStore()
    store.problems[url] = problem
    shop.clock.advance(400 * DAY)
    await fetch_media(shop.context, store)
    store.problems.clear()
    assert await ticks(shop, store, minutes=15) == 1


async def test_a_recording_that_is_still_not_there_after_days_is_gone_and_the_card_says_so(shop):
    await speaks(shop)
    await shop.deliver()
    store = FakeMediaStore()
    store.problems[recording().url] = NOT_READY
    shop.clock.advance(EAGER - MINUTE)
    await fetch_media(shop.context, store)
    assert "pas encore arrivé" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    await ticks(shop, store, minutes=ROUND // MINUTE + 1)
    assert "plus disponible" in (await shop.card()).text
    assert "plus disponible" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    store.asked.clear()
    await ticks(shop, store, minutes=60)
    assert store.asked == []


async def test_a_recording_of_a_call_that_was_found_days_later_has_its_time(shop):
    at = shop.clock.now()
    shop.clock.advance(5 * DAY)
    await shop.receives(HELENE, "", media=(picture(),), occurred_at=at)
    store = FakeMediaStore()
    store.problems[picture().url] = NOT_READY
    await fetch_media(shop.context, store)
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 1


async def test_a_clock_that_goes_back_stops_nothing(shop):
    (url,) = await come(shop, "ME1")
    store = FakeMediaStore()
    store.problems[url] = BUSY
    shop.clock.advance(30 * DAY)
    await fetch_media(shop.context, store)
    shop.clock.move_to(shop.clock.now() - 20 * DAY)
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 1
