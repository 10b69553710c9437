"""SMS → acknowledgement → card → answer → intervention → closed → counted; on the whole process, over real sockets."""

from bot.domain.tickets import Outcome, Recontact, TicketState
from tests.stories.office import CLAIRE, HELENE


async def test_a_client_texts_and_a_technician_closes(office_at):
    async with office_at() as office:
        await office.open_outside()

        delivery = await office.sms(HELENE, "Bonjour, MediStory 4 ne se lance plus sur le poste 2")
        assert delivery.status == 200
        acknowledgement = await office.receives(HELENE, "demande 1 est bien arrivée")
        assert "au plus tard" in acknowledgement
        assert "sauvegarde" in acknowledgement
        card = await office.card(1)
        assert "Cabinet des Tilleuls" in card.text
        assert "MediStory 4" in card.text
        assert "12 sur 12" in card.text

        await office.says(CLAIRE, "Bonjour docteur, je prends la main à 14 h.", below=card)
        await office.receives(HELENE, "je prends la main")
        await office.shows("n° 1 ·", "Recontacté")
        ticket = await office.ticket(1)
        assert (ticket.state, ticket.recontacted_by) == (TicketState.RECONTACTED, Recontact.REPLY)

        await office.presses(CLAIRE, card, "Débuter")
        await office.presses(CLAIRE, card, "Terminer")
        await office.says(CLAIRE, "/clore 1 résolu")
        await office.presses(CLAIRE, await office.shows("quel médecin"), "Dr Hélène Vasseur")
        question = await office.shows("quel motif")
        await office.says(CLAIRE, "Licence MediStory à réactiver", below=question)
        await office.presses(CLAIRE, await office.shows("à distance"), "Oui")
        preview = await office.shows("à confirmer")
        assert "Comptera 1, il restera 11" in preview.text
        assert "compté 1" in await office.presses(CLAIRE, preview, "Confirmer")

        await office.shows("Clos", "n° 1", "11 sur 12")
        ticket = await office.ticket(1)
        assert (ticket.state, ticket.outcome) == (TicketState.CLOSED, Outcome.RESOLVED)
        intervention = await office.read(lambda uow: uow.interventions.of_ticket(1))
        assert (intervention.doctor, intervention.reason, intervention.units) == (
            "Dr Hélène Vasseur",
            "Licence MediStory à réactiver",
            1,
        )
        assert [line.units for line in await office.read(lambda uow: uow.contracts.lines_of(1))] == [1]
        assert office.telegram.flood_refusals == 0
