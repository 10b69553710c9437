"""A year of a practice: signed on 29 February, used, renewed, paid late, and held against its books (C4-C13, C19-C24).

Everything is ordered at the desk and texted by the client, over real sockets; only the clock is moved.
"""

from datetime import timedelta

from bot.services.statement import stated_periods, statement_view
from bot.services.verifying import verify
from tests.factories import paris
from tests.stories.office import CLAIRE, PATIENCE, Office, plain

NORA = "+33639980201"
PORT = "Cabinet du Port"
STEP = timedelta(days=9, hours=5)
"""How time passes between two scenes: on other days of the week and at other hours each time."""


class Practice:
    """What the story's people do over and over again."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.tickets = 0

    async def at(self, moment: str) -> None:
        """Let the time until then pass, with the program at work in between."""
        there = paris(moment)
        while there - self.office.clock.now() > STEP:
            await self.office.advance(STEP)
        await self.office.advance(there - self.office.clock.now())
        await self.office.settles()

    async def order(self, text: str, *parts: str) -> str:
        """Type a command, and read what it is answered."""
        before = len(self.office.telegram.from_bot())
        await self.office.says(CLAIRE, text)
        return await self.answered(before, *parts)

    async def answered(self, before: int, *parts: str) -> str:
        def find() -> str:
            new = self.office.telegram.from_bot()[before:]
            return next((text for text in map(plain, (m.text for m in new)) if all(p in text for p in parts)), "")

        try:
            return await self.office.telegram.wait_for(find, PATIENCE)
        except TimeoutError:
            said = self.office.desk()[before:]
            raise AssertionError(f"the desk never said {parts}, but {said}") from None

    async def press(self, shown: str, button: str) -> str:
        """Press a button of the newest message that holds these words."""
        return await self.office.presses(CLAIRE, await self.office.shows(shown), button)

    async def works(self, text: str, stretch: str, *, outcome: str = "résolu", mac: str = "iMac accueil") -> int:
        """The client texts, a technician works and closes, up to the question of the guarantee or the confirmation."""
        self.tickets = max([ticket.number for ticket in await self.office.tickets()], default=0) + 1
        number = self.tickets
        await self.office.sms(NORA, text)
        await self.office.card(number)
        await self.order(f"/horaires {number} {stretch}", "Comment se termine-t-il")
        await self.office.says(CLAIRE, f"/clore {number} {outcome}")
        await self.press(f"n° {number} : pour quel médecin", "Dr Nora Le Gall")
        reason = text.split(":")[-1].strip()
        await self.office.says(CLAIRE, reason, below=await self.office.shows(f"n° {number} : quel motif"))
        await self.press(f"n° {number} : prise en main", "Oui")
        await self.press(f"n° {number} : sur quel poste", mac)
        return number

    async def confirms(self, number: int, *parts: str) -> None:
        preview = await self.office.shows(f"n° {number} : à confirmer", *parts)
        await self.office.presses(CLAIRE, preview, "Confirmer")
        await self.office.settles()


async def founded(story: Practice) -> None:
    """The file is drawn up at the desk: the practice, its doctor, its Mac, what it was sold."""
    office = story.office
    await story.order(f"/client nouveau {PORT}", "Qui tient le contrat")
    await story.press("Qui tient le contrat", "Cabinet de groupe")
    await story.press("Fiche créée", "Architecture")
    await office.says(
        CLAIRE, "Un iMac, un serveur MediStory", below=await office.shows("Architecture de Cabinet du Port")
    )
    await office.shows("Noté. Architecture de Cabinet du Port")
    await story.order(f"/contact {PORT}", "Aucun contact connu")
    await story.press("Aucun contact connu", "Nouveau contact…")
    await office.says(CLAIRE, "Dr Nora Le Gall", below=await office.shows("répondez par son nom"))
    await story.press("Quel est le rôle de Dr Nora Le Gall", "Médecin")
    await story.press("Aucune adresse connue", "Ajouter une adresse")
    await office.says(CLAIRE, "06 39 98 02 01", below=await office.shows("Quelle adresse ajouter"))
    await office.shows("Ajouté : +33 6 39 98 02 01")
    await story.order(f"/poste {PORT} nouveau iMac accueil", "0/12")


async def test_a_year_of_a_practice(office_at):
    async with office_at(paris("2028-02-21 10:00"), SHOP_NAME="Atelier") as office:
        await office.open_inside()
        story = Practice(office)
        await founded(story)

        # Signature: the architecture comes first, then the welcome with the dedicated number (C23)
        refused = await story.order(f"/contrat {PORT} signer 29/02/2028", "n’est pas validée")
        assert "C23" in refused
        await story.order(f"/contrat {PORT} architecture", "architecture validée le 21/02/2028")
        asked = await story.order(f"/contrat {PORT} signer 29/02/2028", "signer le contrat")
        assert "du 29/02/2028 au 28/02/2029" in asked  # C19
        await story.press("signer le contrat", "Signer")
        welcome = await office.receives(NORA, "contrat d'accompagnement est signé")
        assert "+33 6 39 98 00 00" in welcome
        await story.at("2028-03-06 10:00")

        # Twelve units, used and told (C7, C10, C12); STATUT and SOLDE by text
        number = await story.works("MediStory 4 : la synchro est cassée", "9h 9h50")
        await story.confirms(number, "Comptera 4, il restera 8")
        await office.sms(NORA, "Solde")
        await office.receives(NORA, "8")

        # Under guarantee: the same problem within the month is linked and not counted (C9)
        await story.at("2028-03-20 10:00")
        again = await story.works("MediStory 4 : la synchro de nouveau cassée", "9h 9h20")
        question = await office.shows(f"n° {again} : est-ce le même problème")
        assert f"n° {number} · sous garantie jusqu’au 06/04/2028 · même poste, même logiciel" in plain(question.text)
        await office.presses(CLAIRE, question, f"Sous garantie du n° {number}")
        await story.confirms(again, f"Sous garantie du n° {number}", "Ne sera pas compté : sous garantie (C9)")

        # … until the client updates macOS without asking, which voids it (C9, C26)
        await story.at("2028-03-30 10:00")
        await story.order(f"/changement {PORT} macos iMac accueil 28/03/2028", "iMac accueil")
        third = await story.works("MediStory 4 : encore la synchro", "9h 9h14")
        await story.confirms(third, "Comptera 1, il restera 7")

        # A vendor's fault is refused with the condition that fails, and granted once the file says so (C5)
        fourth = await story.works("MediStory 4 : une mise à jour automatique ratée", "9h20 9h40", outcome="éditeur")
        refusal = await office.shows(f"n° {fourth} : pas un défaut de l’éditeur")
        assert "vendu ET installé" in refusal.text
        await office.presses(CLAIRE, refusal, "Résolu (compté)")
        voided = await office.shows(f"n° {fourth} : est-ce le même problème")
        change = "macOS mis à jour le 28/03/2028 sur iMac accueil, sans accord"
        assert f"n° {number} · garantie annulée : {change}" in plain(voided.text)
        await office.presses(CLAIRE, voided, "Non, autre problème")
        await story.confirms(fourth, "Comptera 2, il restera 5")

        # Thresholds: 3 is told to both sides, 1 is passed over for 0, then beyond (C12)
        await story.at("2028-06-12 10:00")
        fifth = await story.works("Word : le modèle d'ordonnance", "9h 9h30")
        await story.confirms(fifth, "Comptera 2, il restera 3")
        await office.receives(NORA, "3 sur 12")
        await office.shows(PORT, "il reste 3 unités sur 12")
        await story.at("2028-09-04 10:00")
        sixth = await story.works("Excel : les macros", "8h 9h")
        await story.confirms(sixth, "Comptera 4, hors forfait de 1")
        await office.shows(PORT, "dépassé de 1 unité (hors forfait)")
        await office.receives(NORA, "dépassé de 1")
        assert [text for text in office.desk() if PORT in text and "il reste 1 unité" in text] == []

        # Reminders of the anniversary; a notice that comes too late is told with both dates (C20, C21)
        await story.at("2028-11-02 10:00")
        await office.shows(PORT, "se renouvelle le 01/03/2029")
        await story.at("2028-12-04 10:00")
        late = await story.order(f"/denoncer {PORT} 04/12/2028", "trop tard pour le 28 février 2029")
        assert "Le contrat prendra fin le 28 février 2030" in late
        await story.press("prendra fin le 28 février 2030", "Enregistrer le préavis")

        # Tacit renewal at the first moment of the anniversary (C20), with a fresh allowance; nothing is carried over
        await story.at("2029-02-28 23:55")
        assert len(await periods_of(office)) == 1
        await office.advance(timedelta(minutes=10))
        await office.settles()
        assert [(str(period.starts_on), str(period.ends_on)) for period in await periods_of(office)] == [
            ("2028-02-29", "2029-02-28"),
            ("2029-03-01", "2030-02-28"),
        ]
        await office.shows(PORT, "01/03/2029", "12 unités")

        # Arrears are told once, when the office opens after the 31st day (C22), and a payment ends them (C24)
        await story.at("2029-04-03 10:00")  # the 1st is Easter Sunday
        arrears = [text for text in office.desk() if PORT in text and "impayée depuis plus de 30 jours" in text]
        assert len(arrears) == 2  # of either period, nothing was ever paid
        await story.order(f"/paye {PORT} 03/04/2029 chèque", "330,00")
        await story.at("2029-04-09 10:00")
        assert [text for text in office.desk() if PORT in text and "impayée depuis plus" in text] == arrears

        # Old work, written down late, lands in the period of the work (C13)
        old = await story.works("Imprimante : oubli de février", "20/02/2029 9h 9h10")
        await story.confirms(old, "Comptera 1")
        assert [line.period_id for line in await lines_of(office) if line.ticket_id == old] == [
            (await periods_of(office))[0].id
        ]

        # After the end a ticket is taken all the same, and flagged (C13)
        await story.at("2030-03-04 10:00")
        await office.shows(PORT, "28/02/2030")
        await office.sms(NORA, "Bonjour, encore la synchro")
        card = await office.card(old + 1)
        assert "Non couvert : aucun contrat en cours" in plain(card.text)
        assert await story.order(f"/quota {PORT} 28/02/2029", "hors forfait")

        # On paper: the statement says what the ledger holds, and every line of the books follows from the rules
        await story.order(f"/releve {PORT} 1", "Relevé")
        await office.settles()
        stated = await statements_of(office)
        lines = await lines_of(office)
        for period, view in zip(await periods_of(office), stated, strict=True):
            assert view.balance.used == sum(line.units for line in lines if line.period_id == period.id)
        assert [view.balance.used for view in stated] == [14, 0]
        verdict = await office.read(lambda uow: verify(uow, office.program.context.policy))
        assert verdict.problems == ()
        assert verdict.interventions == 7


async def statements_of(office: Office):
    """The practice's statements, period by period, as papers and files are made of them."""
    context = office.program.context
    now = office.clock.now()

    async def work(uow):
        client = next(each for each in await uow.directory.clients() if each.name == PORT)
        return [
            await statement_view(
                uow, client, stated, letterhead=context.printing.letterhead, policy=context.policy, now=now
            )
            for stated in await stated_periods(uow, client.id, now.date())
        ]

    return await office.read(work)


async def periods_of(office: Office):
    """The stored periods of the practice's contract."""
    client = next(each for each in await office.read(lambda uow: uow.directory.clients()) if each.name == PORT)
    return await office.read(lambda uow: uow.contracts.periods_of(client.id))


async def lines_of(office: Office):
    client = next(each for each in await office.read(lambda uow: uow.directory.clients()) if each.name == PORT)
    return await office.read(lambda uow: uow.contracts.lines_of(client.id))
