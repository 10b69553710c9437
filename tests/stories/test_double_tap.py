"""A technician taps twice, or two tap at once: the second is told, and nothing is done twice (F8)."""

import asyncio

from tests.factories import MONDAY
from tests.stories.office import CLAIRE, HELENE, MARC


async def test_a_double_tap_on_take_is_told(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.sms(HELENE, "Excel ne s'ouvre plus")
        card = await office.card(1)
        answers = await asyncio.gather(*(office.presses(user, card, "prendre:1") for user in (CLAIRE, CLAIRE, MARC)))
        assert sorted(answer.startswith("Déjà fait") for answer in answers) == [False, True, True]


async def test_confirming_twice_counts_once(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.sms(HELENE, "Excel ne s'ouvre plus")
        await office.card(1)
        await office.says(CLAIRE, "/clore 1 résolu")
        await office.presses(CLAIRE, await office.shows("quel médecin"), "Dr Hélène Vasseur")
        await office.presses(CLAIRE, await office.shows("quel motif"), "Excel ne s'ouvre plus")
        await office.says(CLAIRE, "40 min", below=await office.shows("14h10"))
        await office.presses(CLAIRE, await office.shows("à distance"), "Oui")
        preview = await office.shows("Comptera 3, il restera 9")
        answers = await asyncio.gather(*(office.presses(CLAIRE, preview, "Confirmer") for _ in range(5)))
        assert sum("compté 3" in answer for answer in answers) == 1
        assert sum("Déjà fait" in answer for answer in answers) == 4
        assert [line.units for line in await office.read(lambda uow: uow.contracts.lines_of(1))] == [3]


async def test_a_reopened_ticket_is_corrected_by_a_new_line(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.sms(HELENE, "Excel ne s'ouvre plus")
        await office.card(1)
        await office.says(CLAIRE, "/clore 1 résolu")
        await office.presses(CLAIRE, await office.shows("quel médecin"), "Dr Hélène Vasseur")
        await office.presses(CLAIRE, await office.shows("quel motif"), "Excel ne s'ouvre plus")
        await office.says(CLAIRE, "40 min", below=await office.shows("14h10"))
        await office.presses(CLAIRE, await office.shows("à distance"), "Oui")
        await office.presses(CLAIRE, await office.shows("Comptera 3"), "Confirmer")
        await office.says(CLAIRE, "/rouvrir 1")
        await office.shows("rouvert")
        await office.says(CLAIRE, "/clore 1 échec")
        await office.presses(CLAIRE, await office.shows("échec", "à confirmer"), "Confirmer")
        await office.shows("Clos", "n° 1", "12 sur 12")
        lines = await office.read(lambda uow: uow.contracts.lines_of(1))
        assert [line.units for line in lines] == [3, -3]
