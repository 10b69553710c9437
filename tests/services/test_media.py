"""Clients' pictures, fetched once into the private folder."""

from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.errors import PermanentDeliveryError
from bot.services.media import fetch_media
from tests.factories import DAY, HELENE, picture, whatsapp
from tests.fakes import FakeMediaStore


async def test_a_picture_is_fetched_once_and_posted_when_its_button_is_pressed(shop):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    assert "pas encore arrivé" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    store = FakeMediaStore()
    assert [await fetch_media(shop.context, store), await fetch_media(shop.context, store)] == [1, 0]
    assert await shop.presses(Verb.MEDIA, 1, "1") == ["n° 1 : la photo arrive."]
    row = next(row for row in await shop.rows() if row.kind is Kind.FILE)
    assert (row.payload["path"], row.payload["content_type"], row.payload["reply_to"]) == (
        "/media/1",
        "image/jpeg",
        500,
    )


async def test_one_that_fails_does_not_keep_the_others_out(shop):
    store = FakeMediaStore()
    for nth in range(9):
        await shop.receives(whatsapp(HELENE), "", media=(picture(f"ME{nth}"),))
        if nth:
            store.problems[picture(f"ME{nth}").url] = PermanentDeliveryError("too large", code="media_too_large")
    assert await fetch_media(shop.context, store) == 1
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 8


async def test_after_two_days_nobody_tries_any_more(shop):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    shop.clock.advance(3 * DAY)
    assert await fetch_media(shop.context, FakeMediaStore()) == 0
