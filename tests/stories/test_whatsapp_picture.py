"""A WhatsApp picture without a word is a request; the technician sees it behind a button."""

from bot.sandbox.twilio import Media
from tests.stories.office import CLAIRE, LUC, PATIENCE

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


async def test_a_picture_without_text_opens_a_ticket_and_is_shown_behind_a_button(office_at):
    async with office_at() as office:
        await office.open_inside()
        await office.whatsapp(LUC, "", Media(PIXEL, "image/png"), profile_name="Luc")

        card = await office.card(1)
        assert "Luc Garnier" in card.text
        assert "1 photo" in card.text
        ticket = await office.ticket(1)
        assert ticket.subject == "Photo sans texte"
        await office.receives(LUC, "demande 1")

        async def stored():
            messages = await office.read(lambda uow: uow.messages.of_ticket(1))
            return messages[0].media[0].path

        path = await office.until(stored)
        assert str(office.folder / "media") in path
        await office.presses(CLAIRE, card, "Photo")
        shown = await office.telegram.wait_for(
            lambda: next((m for m in office.telegram.from_bot() if m.media), None), PATIENCE
        )
        assert "photo" in shown.media
