"""Webhooks that never came are found in Twilio's own list, with Twilio's own time (F6)."""

from datetime import UTC, datetime, timedelta

from tests.stories.office import HELENE, LUC

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


async def test_an_hour_of_lost_webhooks_is_reconciled_with_the_providers_time(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.tick()
        earliest = office.clock.now() - timedelta(seconds=1)  # Twilio counts in whole seconds
        await office.twilio.text(HELENE, "Le Mac du bureau 3 est noir", deliver=False)
        latest = office.clock.now()
        office.clock.advance(timedelta(minutes=2))
        await office.sms(LUC, "Celui-ci est arrivé")
        await office.card(1)
        office.clock.advance(timedelta(hours=1))
        await office.tick()
        card = await office.card(2)
        assert "bureau 3" in card.text
        ticket = await office.ticket(2)
        assert earliest < ticket.opened_at <= latest
        await office.tick()
        assert len(await office.tickets()) == 2


async def test_with_no_public_url_the_archive_is_polled(office_at):
    async with office_at(PUBLIC_URL="", POLL_SECONDS="1") as office:
        office.twilio.webhook_url = None
        await office.open_inside()
        await office.sms(HELENE, "Derrière une box, sans port ouvert")
        await office.card(1)
        await office.receives(HELENE, "demande 1")


async def test_messages_that_came_while_the_program_was_down_are_found_at_its_start(office_at):
    async with office_at() as office:
        await office.twilio.text(HELENE, "Pendant la panne", deliver=False)
        await office.open_inside()
        await office.card(1)
