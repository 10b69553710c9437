"""Clients' files, fetched once into the private folder, and offered only when nothing speaks against it (S8)."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.domain.tickets import Media
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.services.media import MediaStores, fetch_media
from tests.factories import DAY, HELENE, picture, whatsapp
from tests.fakes import FakeMediaStore, FakeScanner

BUSY = TransientDeliveryError("busy", code="20429")


class OnDisk(FakeMediaStore):
    """Keeps a file for each."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    async def fetch(self, media: Media) -> tuple[Path, int]:
        _, size = await super().fetch(media)
        path = self.folder / str(media.id)
        path.write_bytes(b"x" * size)
        return path, size


async def pieces(shop, number: int = 1) -> list[tuple[str | None, str]]:
    """(path, flaw) of a ticket's files."""
    return [(piece.path, piece.flaw) for message in await shop.messages(number) for piece in message.media]


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
            store.problems[picture(f"ME{nth}").url] = BUSY
    assert await fetch_media(shop.context, store) == 1
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 8


async def test_one_of_a_message_that_was_found_days_later_is_fetched_all_the_same(shop):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),), occurred_at=shop.clock.now() - 5 * DAY)
    assert await fetch_media(shop.context, FakeMediaStore()) == 1


@pytest.mark.parametrize(
    ("code", "flaw", "said"),
    [
        pytest.param("media_too_large", "too_large", "trop lourd", id="too large"),
        pytest.param("media_gone", "gone", "plus disponible", id="the mail is gone"),
        pytest.param("20404", "gone", "plus disponible", id="gone at Twilio"),
        pytest.param("media_address", "gone", "plus disponible", id="not where files are"),
    ],
)
async def test_what_will_never_come_is_not_tried_again_and_the_button_says_why(shop, code, flaw, said):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    await shop.deliver()
    store = FakeMediaStore()
    store.problems[picture().url] = PermanentDeliveryError("never", code=code)
    assert await fetch_media(shop.context, store) == 0
    assert await pieces(shop) == [(None, flaw)]
    assert (await shop.card()).kind is Kind.EDIT

    store.problems.clear()
    assert await fetch_media(shop.context, store) == 0
    assert (store.fetched, await shop.notices()) == ([], [])
    assert said in (await shop.presses(Verb.MEDIA, 1, "1"))[0]


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param(BUSY, id="busy"),
        pytest.param(PermanentDeliveryError("unauthorized", code="20003"), id="a wrong password, which can be mended"),
        pytest.param(TransientDeliveryError("later", code="media_gone"), id="a code of another kind"),
    ],
)
async def test_what_may_come_later_is_tried_again(shop, problem):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    store = FakeMediaStore()
    store.problems[picture().url] = problem
    assert await fetch_media(shop.context, store) == 0
    assert await pieces(shop) == [(None, "")]
    store.problems.clear()
    assert await fetch_media(shop.context, store) == 1


# With a scanner


async def test_what_is_clean_is_offered(shop, tmp_path):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    scanner = FakeScanner()
    assert await fetch_media(shop.context, OnDisk(tmp_path), scanner) == 1
    assert (scanner.scanned, await pieces(shop)) == (["1"], [(str(tmp_path / "1"), "")])


async def test_a_virus_is_taken_away_and_called_out_once(shop, tmp_path):
    named = Media("https://api.twilio.test/ME2", "application/pdf", name="Facture.pdf")
    await shop.receives(whatsapp(HELENE), "", media=(picture(), named))
    await shop.deliver()
    store, scanner = OnDisk(tmp_path), FakeScanner()
    scanner.found["2"] = "Win.Test.EICAR_HDB-1"

    fetched = await asyncio.gather(*(fetch_media(shop.context, store, scanner) for _ in range(2)))

    assert sum(fetched) in (1, 2)  # the clean one, by one of the two or by both
    assert await pieces(shop) == [(str(tmp_path / "1"), ""), (None, "infected")]
    assert [path.name for path in tmp_path.iterdir() if path.name.isdigit()] == ["1"]
    assert [notice.partition(" Le fichier")[0].replace("\u00a0", " ") for notice in await shop.notices()] == [
        "🦠 n° 1 : VIRUS dans « Facture.pdf » (Win.Test.EICAR_HDB-1)."
    ]
    card = await shop.card()
    assert (card.kind, "VIRUS, retiré" in card.text) == (Kind.EDIT, True)
    assert "VIRUS, retiré" in (await shop.presses(Verb.MEDIA, 1, "2"))[0]
    assert [row for row in await shop.rows() if row.kind is Kind.FILE] == []
    assert await fetch_media(shop.context, store, scanner) == 0


async def test_a_shop_that_keeps_texts_out_of_telegram_keeps_names_out_too(shop, tmp_path):
    shop.with_policy(bodies_in_telegram=False)
    await shop.receives(whatsapp(HELENE), "", media=(Media("https://a.test/1", "application/pdf", name="Bilan.pdf"),))
    scanner = FakeScanner()
    scanner.found["1"] = "Eicar"
    await fetch_media(shop.context, OnDisk(tmp_path), scanner)
    [notice] = await shop.notices()
    assert "VIRUS dans un fichier joint (Eicar)" in notice.replace("\u00a0", " ")


async def test_while_the_scanner_is_away_nothing_is_offered(shop, tmp_path):
    for nth in range(3):
        await shop.receives(whatsapp(HELENE), "", media=(picture(f"ME{nth}"),))
    store, scanner = OnDisk(tmp_path), FakeScanner()
    scanner.problem = TransientDeliveryError("connection refused", code="scanner")
    assert await fetch_media(shop.context, store, scanner) == 0
    assert (len(scanner.scanned), await pieces(shop)) == (1, [(None, "")] * 3)  # the others would fare no better
    assert "pas encore arrivé" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]

    scanner.problem = None
    assert await fetch_media(shop.context, store, scanner) == 3


async def test_one_that_the_scanner_says_nothing_of_does_not_keep_the_others_out(shop, tmp_path):
    await shop.receives(whatsapp(HELENE), "", media=(picture("ME1"), picture("ME2"), picture("ME3")))
    store, scanner = OnDisk(tmp_path), FakeScanner()
    scanner.problems["2"] = TransientDeliveryError("no answer", code="scanner_answer")
    assert await fetch_media(shop.context, store, scanner) == 2
    assert [path is not None for path, _ in await pieces(shop)] == [True, False, True]
    assert [flaw for _, flaw in await pieces(shop)] == ["", "", ""]


async def test_one_that_the_scanner_never_examines_is_never_offered(shop, tmp_path):
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    scanner = FakeScanner()
    scanner.problem = PermanentDeliveryError("too large for it", code="media_unscanned")
    assert await fetch_media(shop.context, OnDisk(tmp_path), scanner) == 0
    assert await pieces(shop) == [(None, "unscanned")]
    assert [path.name for path in tmp_path.iterdir() if path.name.isdigit()] == []
    assert (await shop.notices(), await fetch_media(shop.context, OnDisk(tmp_path), FakeScanner())) == ([], 0)


# Fetched before there was a scanner


async def fetched_before(shop, folder: Path) -> OnDisk:
    await shop.receives(whatsapp(HELENE), "", media=(picture(),))
    await shop.deliver()
    store = OnDisk(folder)
    assert await fetch_media(shop.context, store) == 1
    assert await shop.presses(Verb.MEDIA, 1, "1") == ["n° 1 : la photo arrive."]
    await shop.deliver()
    shop.with_policy(scans_media=True)
    shop.clock.advance(30 * DAY)
    return store


async def test_what_was_fetched_before_is_offered_once_it_is_examined(shop, tmp_path):
    store, scanner = await fetched_before(shop, tmp_path), FakeScanner()
    scanner.problem = TransientDeliveryError("connection refused", code="scanner")
    assert await fetch_media(shop.context, store, scanner) == 0
    assert "en cours d’examen" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]
    scanner.problem = None
    assert [await fetch_media(shop.context, store, scanner) for _ in range(2)] == [1, 0]
    assert (store.fetched, scanner.scanned) == ([picture().url], ["1", "1"])
    assert await shop.presses(Verb.MEDIA, 1, "1") == ["n° 1 : la photo arrive."]


async def test_a_button_has_what_was_fetched_before_examined_now(shop, tmp_path):
    await fetched_before(shop, tmp_path)
    told: list[frozenset[str]] = []
    shop.store._writer.on_commit(told.append)
    await shop.presses(Verb.MEDIA, 1, "1")
    assert len([topics for topics in told if "media" in topics]) == 1


async def test_a_virus_in_what_was_fetched_before_is_taken_away_and_called_out(shop, tmp_path):
    store, scanner = await fetched_before(shop, tmp_path), FakeScanner()
    scanner.found["1"] = "Eicar"
    assert [await fetch_media(shop.context, store, scanner) for _ in range(2)] == [0, 0]
    assert ((tmp_path / "1").exists(), [flaw for _, flaw in await pieces(shop)]) == (False, ["infected"])
    assert len(await shop.notices()) == 1
    assert "VIRUS, retiré" in (await shop.presses(Verb.MEDIA, 1, "1"))[0]


async def test_what_was_fetched_before_and_is_too_large_to_examine_stays_and_is_not_offered(shop, tmp_path):
    store, scanner = await fetched_before(shop, tmp_path), FakeScanner()
    scanner.problem = PermanentDeliveryError("too large for it", code="media_unscanned")
    assert await fetch_media(shop.context, store, scanner) == 0
    assert ((tmp_path / "1").exists(), [flaw for _, flaw in await pieces(shop)]) == (True, ["unscanned"])


async def test_what_was_fetched_before_and_is_not_there_any_more_is_fetched_again(shop, tmp_path):
    store = await fetched_before(shop, tmp_path)
    (tmp_path / "1").unlink()
    assert await fetch_media(shop.context, store, FakeScanner()) == 1
    assert store.fetched == [picture().url] * 2


# Where files come from


async def test_each_address_is_asked_for_where_it_belongs():
    mail, twilio = FakeMediaStore(), FakeMediaStore()
    stores = MediaStores({"mail": mail, "https": twilio})
    for url in ("mail:ab#2", "https://api.twilio.test/ME1"):
        await stores.fetch(Media(url, "image/png", id=3))
    assert (mail.fetched, twilio.fetched) == (["mail:ab#2"], ["https://api.twilio.test/ME1"])


@pytest.mark.parametrize("url", ["https://api.twilio.test/ME1", "", "nothing"])
async def test_an_address_of_a_channel_that_is_off_waits_for_it(url):
    with pytest.raises(TransientDeliveryError) as caught:
        await MediaStores({"mail": FakeMediaStore()}).fetch(Media(url, "image/png"))
    assert caught.value.code == "media_store"
