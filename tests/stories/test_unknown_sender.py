"""An unknown number still gets a ticket; it is attached to a client, or blocked (C3)."""

from tests.stories.office import CLAIRE, NOBODY


async def test_an_unknown_sender_is_attached_and_known_from_then_on(office_at):
    async with office_at() as office:
        await office.open_inside()
        await office.sms(NOBODY, "Bonjour, c'est mon nouveau numéro, Word plante")
        card = await office.card(1)
        assert "expéditeur inconnu" in card.text

        await office.says(CLAIRE, "/rattacher 1 tilleuls")
        await office.shows("rattaché à Cabinet des Tilleuls")
        await office.shows("n° 1 · Cabinet des Tilleuls")
        ticket = await office.ticket(1)
        assert ticket.client_id == 1

        await office.says(CLAIRE, "/clore 1 sans-objet")
        await office.presses(CLAIRE, await office.shows("à confirmer"), "Confirmer")
        await office.shows("Clos", "n° 1")
        await office.sms(NOBODY, "Excel aussi plante")
        assert "Cabinet des Tilleuls" in (await office.card(2)).text


async def test_a_blocked_sender_opens_nothing_any_more(office_at):
    async with office_at() as office:
        await office.open_inside()
        await office.sms(NOBODY, "Gagnez un iPhone")
        await office.card(1)
        await office.says(CLAIRE, "/bloquer 1")
        await office.shows("bloqué")
        await office.sms(NOBODY, "Dernière chance !")

        async def pending():
            return not await office.read(lambda uow: uow.inbox.pending(10))

        await office.until(pending)
        assert len(await office.tickets()) == 1
        await office.says(CLAIRE, "/bloquer 1 non")
        await office.shows("débloqué")
        await office.sms(NOBODY, "Pardon, ici le Dr Blanc")
        await office.card(2)
