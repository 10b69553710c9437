"""A statement is made at the desk, sent to the doctor as a link, read, and gone after thirty days."""

from datetime import timedelta

import httpx

from tests.factories import MONDAY
from tests.paper.reading import text_of
from tests.stories.office import CLAIRE, HELENE, PATIENCE


async def test_a_statement_goes_from_the_desk_to_the_doctor_and_ends(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.sms(HELENE, "Word ne s'ouvre plus")
        await office.says(CLAIRE, "/clore 1 résolu")
        await office.presses(CLAIRE, await office.shows("quel médecin"), "Dr Hélène Vasseur")
        await office.presses(CLAIRE, await office.shows("quel motif"), "Word ne s'ouvre plus")
        await office.says(CLAIRE, "25 min", below=await office.shows("14h10"))
        await office.presses(CLAIRE, await office.shows("à distance"), "Oui")
        await office.presses(CLAIRE, await office.shows("à confirmer"), "Confirmer")
        await office.shows("Clos", "n° 1")

        await office.says(CLAIRE, "/releve Tilleuls")
        posted = await office.telegram.wait_for(
            lambda: next((message for message in office.telegram.from_bot() if "document" in message.media), None),
            PATIENCE,
        )
        assert posted.media["document"]["file_name"].startswith("releve-cabinet-des-tilleuls-2026-03")
        await office.presses(CLAIRE, posted, "Envoyer au client")
        await office.presses(CLAIRE, await office.shows("Envoyer à qui"), "Dr Hélène Vasseur")
        link = (await office.receives(HELENE, "votre relevé")).rpartition(" ")[2]

        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as doctor:
            paper = await doctor.get(link)
            assert paper.headers["content-type"] == "application/pdf"
            text = text_of(paper.content)
            assert "Cabinet des Tilleuls" in text
            assert "Word ne s'ouvre plus" in text
            assert "Total 2" in text
            await office.advance(timedelta(days=31))
            assert (await doctor.get(link)).status_code == 404
