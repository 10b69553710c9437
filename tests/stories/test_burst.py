"""Several messages in a burst are one ticket and one alert; thanks after closing open nothing."""

from datetime import UTC, datetime, timedelta

from tests.stories.office import CLAIRE, HELENE, LUC, plain

MORNING = datetime(2026, 11, 24, 8, 12, tzinfo=UTC)


async def test_five_texts_in_a_minute_are_one_ticket_one_acknowledgement_one_alert(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        for text in ("Bonjour", "j'ai un souci", "MediStory se ferme", "tout seul", "depuis hier"):
            await office.sms(HELENE, text)
            await office.advance(timedelta(seconds=12))
        await office.shows("n° 1 ·", "depuis hier")
        assert len(await office.tickets()) == 1
        assert len(office.received(HELENE)) == 1
        assert len(office.desk()) == 1, "the card alone, edited in place"


async def test_a_later_message_is_announced_below_the_card(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.sms(HELENE, "MediStory se ferme")
        card = await office.card(1)
        await office.advance(timedelta(minutes=20))
        await office.sms(HELENE, "c'est revenu")
        notice = await office.shows("le client a de nouveau écrit", "c'est revenu")
        assert notice.reply_to == card.message_id
        assert len(office.received(HELENE)) == 1


async def test_thanks_after_closing_open_and_reopen_nothing(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.sms(HELENE, "Une question sur l'offre")
        await office.card(1)
        await office.says(CLAIRE, "/clore 1 commercial")
        await office.presses(CLAIRE, await office.shows("à confirmer"), "Confirmer")
        await office.shows("Clos", "n° 1")
        await office.advance(timedelta(minutes=5))
        desk = len(office.desk())
        await office.sms(HELENE, "Merci beaucoup !")
        await office.tick()
        assert [ticket.state for ticket in await office.tickets()] == ["closed"]
        assert len(office.desk()) == desk
        await office.sms(HELENE, "Merci, mais l'écran reste noir")
        await office.card(2)


async def test_a_colleagues_ticket_is_offered_to_join(office_at):
    async with office_at(MORNING) as office:
        await office.open_inside()
        await office.sms(HELENE, "Le serveur ne répond plus")
        await office.card(1)
        await office.sms(LUC, "Bonjour, plus rien ne marche au secrétariat")
        card = await office.card(2)
        assert "joint au n° 1" in plain(await office.presses(CLAIRE, card, "Joindre au n° 1"))
        await office.shows("n° 1 ·", "plus rien ne marche au secrétariat")
        assert [ticket.outcome for ticket in await office.tickets()] == [None, "duplicate"]
