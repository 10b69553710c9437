"""A professional in their own name is traced the same way, never counted, and shown no quota (C11)."""

from tests.factories import MONDAY
from tests.stories.office import ANNE, CLAIRE


async def test_an_individual_contract_is_traced_and_never_counted(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.sms(ANNE, "ScanSnap ne numérise plus")
        card = await office.card(1)
        assert "jamais compté" in card.text
        assert "Solde" not in card.text
        await office.says(CLAIRE, "/clore 1 résolu")
        await office.presses(CLAIRE, await office.shows("quel médecin"), "Dr Anne Morel")
        await office.presses(CLAIRE, await office.shows("quel motif"), "ScanSnap ne numérise plus")
        await office.says(CLAIRE, "25 min", below=await office.shows("14h10"))
        await office.presses(CLAIRE, await office.shows("à distance"), "Non")
        preview = await office.shows("à confirmer")
        assert "C11" in preview.text
        await office.presses(CLAIRE, preview, "Confirmer")
        await office.shows("Clos", "n° 1")
        intervention = await office.read(lambda uow: uow.interventions.of_ticket(1))
        assert (intervention.units, intervention.decision) == (0, "individual_contract")
        assert [line.units for line in await office.read(lambda uow: uow.contracts.lines_of(2))] == [0]
