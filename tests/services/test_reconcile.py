"""Nothing is lost when a webhook never came (F6)."""

from datetime import timedelta

import pytest

from bot.domain.inbox import Source
from bot.errors import TransientDeliveryError
from bot.services.reconcile import FIRST_LOOK_BACK, OVERLAP, reconcile
from tests.factories import DAY, HELENE, HOUR, MINUTE, MONDAY, client_message, inbox_entry, sms
from tests.fakes import FakeArchive

SECOND = timedelta(seconds=1)


def listed(name: str, ago: timedelta = MINUTE):
    return inbox_entry(Source.TWILIO_MESSAGE, name, occurred_at=MONDAY - ago)


async def stored(shop) -> list[str]:
    return [entry.external_id for entry in await shop.read(lambda uow: uow.inbox.pending(99))]


async def test_the_first_time_three_days_are_read_in_order(shop):
    archive = FakeArchive([listed("SM2"), listed("SM1", 2 * DAY), listed("SM0", 4 * DAY)])
    assert await reconcile(shop.context, archive) == 2
    assert archive.asked == [MONDAY - FIRST_LOOK_BACK]
    assert await stored(shop) == ["SM1", "SM2"]


async def test_what_is_there_already_is_not_stored_again(shop):
    await shop.arrives(client_message(sms(HELENE)), external_id="SM1")
    assert await reconcile(shop.context, FakeArchive([listed("SM1"), listed("SM2")])) == 1
    assert await stored(shop) == ["SM1", "SM2"]


async def test_the_next_time_it_reads_on_with_an_overlap(shop):
    archive = FakeArchive()
    await reconcile(shop.context, archive)
    shop.clock.advance(HOUR)
    await reconcile(shop.context, archive)
    shop.clock.advance(HOUR)
    await reconcile(shop.context, archive)
    assert archive.asked[1:] == [MONDAY - OVERLAP, MONDAY + HOUR - OVERLAP]


async def test_after_a_failure_it_reads_from_the_last_success_on(shop):
    archive = FakeArchive()
    await reconcile(shop.context, archive)
    archive.problem = TransientDeliveryError("no answer")
    shop.clock.advance(5 * DAY)
    with pytest.raises(TransientDeliveryError):
        await reconcile(shop.context, archive)
    archive.problem = None
    await reconcile(shop.context, archive)
    assert archive.asked[-1] == MONDAY - OVERLAP


async def test_polling_every_few_seconds_does_not_write_every_few_seconds(shop):
    archive = FakeArchive([listed("SM1")])
    await reconcile(shop.context, archive)
    commits = shop.store._writer.commits
    shop.clock.advance(5 * SECOND)
    assert await reconcile(shop.context, archive) == 0
    assert shop.store._writer.commits == commits


async def test_polling_stores_at_once_what_is_new(shop):
    archive = FakeArchive()
    await reconcile(shop.context, archive)
    shop.clock.advance(5 * SECOND)
    archive.entries.append(listed("SM1", 0 * SECOND))
    assert await reconcile(shop.context, archive) == 1


async def test_a_clock_that_was_set_back_hides_nothing(shop):
    archive = FakeArchive()
    await reconcile(shop.context, archive)
    shop.clock.advance(-DAY)
    archive.entries.append(listed("SM1", DAY))
    assert await reconcile(shop.context, archive) == 1
    shop.clock.advance(HOUR)
    await reconcile(shop.context, archive)
    assert archive.asked[-1] == MONDAY - DAY - OVERLAP
