"""A provider is down for a while: what had to be said is said afterwards, in order, once, urgent first (F20, F22)."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.sandbox.telegram import FloodLimits
from tests.stories.office import ANNE, CLAIRE, HELENE, LUC, PATIENCE

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LONGEST_PAUSE = timedelta(minutes=16)


async def test_answers_go_out_after_an_outage_of_twilio_in_order_and_once(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.sms(HELENE, "Le scanner ne répond plus")
        card = await office.card(1)
        await office.receives(HELENE, "demande 1")
        await office.tick()

        office.twilio.outage = True
        for nth in (1, 2, 3):
            await office.says(CLAIRE, f"réponse {nth}", below=card)
            await office.until(lambda nth=nth: _is_handled(office, nth))
        await office.tick()
        await office.advance(timedelta(hours=2))
        assert len(office.received(HELENE)) == 1, "the acknowledgement of before"

        office.twilio.outage = False
        await office.advance(LONGEST_PAUSE)
        await office.receives(HELENE, "réponse 3")
        await office.tick()
        assert office.received(HELENE)[1:] == ["réponse 1", "réponse 2", "réponse 3"]


async def _is_handled(office, updates):
    handled = office.rows("SELECT count(*) FROM inbox WHERE source = 'telegram' AND state = 'handled'")
    return handled == [(updates,)]


async def test_an_answer_to_one_client_does_not_wait_for_anothers_trouble(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.sms(HELENE, "Le scanner ne répond plus")
        first = await office.card(1)
        await office.sms(ANNE, "Excel ne s'ouvre plus")
        second = await office.card(2)
        await office.tick()
        office.twilio.fail_next(code=20503, times=1)
        await office.says(CLAIRE, "pour Hélène", below=first)
        await office.until(lambda: _is_handled(office, 1))
        await office.until(lambda: _is_put_off(office))
        await office.says(CLAIRE, "pour Anne", below=second)
        await office.receives(ANNE, "pour Anne")
        await office.advance(LONGEST_PAUSE)
        await office.receives(HELENE, "pour Hélène")


async def _is_put_off(office):
    return office.rows("SELECT 1 FROM outbox WHERE state = 'queued' AND channel = 'sms' AND attempts = 1")


async def test_cards_arrive_after_an_outage_of_telegram_urgent_first(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.telegram.stop()
        await office.sms(HELENE, "Le scanner ne répond plus")
        await office.sms(LUC, "Excel ne s'ouvre plus")
        await office.until(lambda: _has_tickets(office, 2))
        await office.sms(ANNE, "Urgent : plus de carte Vitale")
        await office.until(lambda: _has_tickets(office, 3))
        assert (await office.tickets())[2].is_urgent
        assert await office.receives(ANNE, "urgence 3"), "clients are answered all the same"

        await office.telegram.start()
        await office.advance(LONGEST_PAUSE)
        for number in (1, 2, 3):
            await office.card(number)
        shown = [text.partition("\n")[0] for text in office.desk()]
        assert "URGENT" in shown[0]
        numbers = [line.split("n° ")[1].split()[0] for line in shown]
        assert [numbers.count(number) for number in "12"] == [1, 1]
        assert [number for number in numbers if number != "3"] == ["1", "2"], "the others in their order"


async def _has_tickets(office, count):
    return office.rows("SELECT count(*) FROM tickets") == [(count,)]


async def test_a_429_is_obeyed_to_the_second(office_at):
    async with office_at() as office:
        await office.open_inside()
        loop = asyncio.get_running_loop()
        office.telegram.fail_next(retry_after=2, method="sendMessage")
        await office.sms(HELENE, "Le scanner ne répond plus")
        await office.telegram.wait_for(lambda: office.telegram.refusals, PATIENCE)
        refused_at = loop.time()
        assert office.desk() == []
        await office.card(1)
        assert loop.time() - refused_at >= 1.9
        assert len(office.telegram.refusals) == 1


async def test_a_burst_of_tickets_stays_within_telegrams_limits(office_at):
    async with office_at(TELEGRAM_PACED="on") as office:
        office.telegram.limit_flood(FloodLimits())
        await office.open_inside()
        await asyncio.gather(*(office.sms(f"+33639984{nth:03}", "Excel ne s'ouvre plus") for nth in range(7)))
        await office.sms(ANNE, "Urgent : plus de carte Vitale")
        await office.until(lambda: _has_tickets(office, 8))
        shown = len(office.desk())
        for number in range(1, 9):
            await office.card(number)
        assert office.telegram.flood_refusals == 0
        position = next(nth for nth, text in enumerate(office.desk()) if "URGENT" in text)
        assert position <= shown + 1, "the urgent one, written last, overtakes those that wait: but what is on its way"
