"""Urgent at 22:00: rings at once, again and again by more insistent means, until somebody takes it (C18)."""

from datetime import UTC, datetime, timedelta

from bot.domain.tickets import Priority
from tests.stories.office import CLAIRE, HELENE, MARC

TEN_AT_NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)  # 22:00 in Paris
MARCS_PHONE = "+33639980212"


async def test_an_urgent_message_at_night_rings_until_it_is_taken(office_at):
    async with office_at(TEN_AT_NIGHT, TECHNICIAN_PHONES=f"{MARC}:{MARCS_PHONE}") as office:
        await office.open_inside()
        await office.says(MARC, "/start", chat_id=MARC)
        await office.shows("Bonjour Marc", chat_id=MARC)

        await office.sms(HELENE, "URGENT !! plus aucun poste ne démarre")
        card = await office.card(1)
        assert "🔴 URGENT" in card.text
        assert card.disable_notification is False
        assert "techniciens" in await office.receives(HELENE, "urgence 1")
        assert (await office.ticket(1)).priority is Priority.URGENT

        await office.advance(timedelta(minutes=3, seconds=5))
        second = await office.shows("2e appel")
        assert second.disable_notification is False
        await office.shows("2e appel", chat_id=MARC)
        assert office.received(MARCS_PHONE) == []

        await office.advance(timedelta(minutes=3, seconds=5))
        await office.shows("3e appel")
        await office.receives(MARCS_PHONE, "URGENT")
        assert all("poste" not in text for text in office.received(MARCS_PHONE)), "what the client wrote stays here"

        await office.presses(CLAIRE, second, "Je prends")
        assert len([text for text in office.desk() if "e appel" in text]) == 2
        await office.advance(timedelta(hours=1))
        assert len([text for text in office.desk() if "e appel" in text]) == 2


async def test_a_normal_message_at_night_makes_no_sound(office_at):
    async with office_at(TEN_AT_NIGHT) as office:
        await office.open_inside()
        await office.sms(HELENE, "Pas urgent : l'imprimante bourre")
        card = await office.card(1)
        assert card.disable_notification is True
        assert "mardi 1er décembre à 14h00" in card.text, "48 business hours from Wednesday 08:00 (C15)"


async def test_an_urgent_message_on_a_normal_ticket_raises_it_in_place(office_at):
    async with office_at(TEN_AT_NIGHT) as office:
        await office.open_inside()
        await office.sms(HELENE, "L'imprimante bourre")
        card = await office.card(1)
        await office.sms(HELENE, "Urgent, elle fume")
        await office.shows("URGENT", "à prendre tout de suite")
        await office.shows("🔴 URGENT · n° 1")
        assert len(await office.tickets()) == 1
        assert (await office.card(1)).message_id == card.message_id
        await office.advance(timedelta(minutes=3, seconds=5))
        await office.shows("2e appel")
