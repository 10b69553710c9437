"""One message, one ticket, however often and however concurrently the webhook comes (F5)."""

from tests.stories.office import HELENE


async def test_a_redelivered_webhook_is_one_message(office_at):
    async with office_at() as office:
        await office.open_inside()
        delivery = await office.sms(HELENE, "Excel ne s'ouvre plus")
        await office.card(1)
        again = await office.twilio.redeliver(delivery.sid, times=5)
        at_once = await office.twilio.redeliver(delivery.sid, times=20, concurrently=True)
        assert {each.status for each in (*again, *at_once)} == {200}
        await office.tick()
        assert len(await office.tickets()) == 1
        assert len(await office.read(lambda uow: uow.messages.of_ticket(1))) == 2, "the text and its acknowledgement"


async def test_a_first_delivery_that_comes_twenty_times_at_once_is_one_message(office_at):
    async with office_at() as office:
        await office.open_inside()
        lost = await office.twilio.text(HELENE, "Word ne s'ouvre plus", deliver=False)
        await office.twilio.redeliver(lost.sid, times=20, concurrently=True)
        await office.card(1)
        await office.tick()
        assert len(await office.tickets()) == 1
        assert len(office.received(HELENE)) == 1
