"""STATUT, SOLDE and OUI by SMS, answered at once and without a ticket (C10, C29); on the whole program."""

from datetime import timedelta

from tests.factories import paris
from tests.stories.office import ANNE, CLAIRE, HELENE, LUC, NOBODY

MONDAY = paris("2026-11-23 10:00")
PAUSE = timedelta(minutes=11)
"""The machine answers one sender once in ten minutes (S6)."""

LINK = "https://zoom.us/j/81234567890?pwd=abcdef"


async def test_a_client_asks_where_things_stand(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()

        await office.sms(HELENE, "Bonjour, le solde svp ?")
        assert await office.receives(HELENE, "12 unités sur 12") == (
            "Permanence : il vous reste 12 unités sur 12, jusqu'au 28/02/2027."
        )
        await office.advance(PAUSE)
        await office.sms(HELENE, "STATU")
        await office.receives(HELENE, "vous n'avez aucune demande en cours")
        await office.sms(ANNE, "Solde")
        await office.receives(ANNE, "votre contrat individuel n'est pas décompté")
        await office.settles()
        assert await office.tickets() == []
        assert [text for text in office.desk() if "n° " in text] == []

        await office.sms(NOBODY, "statut")
        assert "statut" in (await office.card(1)).text
        await office.receives(NOBODY, "demande 1 est bien arrivée")

        await office.advance(paris("2026-11-23 10:30") - office.clock.now())
        await office.sms(LUC, "MediStory 4 ne se lance plus")
        await office.receives(LUC, "demande 2 est bien arrivée")
        await office.advance(PAUSE)
        await office.sms(LUC, "Statut ?")
        assert await office.receives(LUC, "recontact avant") == (
            "Permanence : demande 2 (MediStory 4 ne se lance plus) : recontact avant ven. 27/11 à 16h30."
        )
        await office.settles()
        assert [ticket.number for ticket in await office.tickets()] == [1, 2]


async def test_clients_are_invited_to_a_session_and_answer(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()

        await office.says(CLAIRE, f"/1314 27/11 {LINK}")
        proposal = await office.shows("À inviter", "3")
        assert (await office.presses(CLAIRE, proposal, "Inviter (3)")).endswith("3 invitations en route.")
        assert LINK in await office.receives(HELENE, "Viendrez-vous")
        await office.receives(LUC, "Répondez OUI ou NON")

        await office.sms(HELENE, "Oui")
        await office.receives(HELENE, "nous vous attendons")
        await office.sms(LUC, "non merci")
        await office.receives(LUC, "vous ne viendrez pas")
        await office.says(CLAIRE, "/1314")
        await office.shows("✅ Oui (1)", "Dr Hélène Vasseur", "❌ Non (1)", "❔ Sans réponse (1)")

        await office.advance(paris("2026-11-27 08:00") - office.clock.now())
        assert "Viendrez-vous" not in await office.receives(HELENE, "aujourd'hui de 13h à 14h")
        assert "Viendrez-vous" in await office.receives(ANNE, "aujourd'hui de 13h à 14h")
        await office.tick()
        await office.settles()
        reminders = [text for number in (HELENE, LUC, ANNE) for text in office.received(number) if "aujourd" in text]
        assert (len(reminders), await office.tickets()) == (2, [])
        await office.shows("le rappel est parti")
