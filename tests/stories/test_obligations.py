"""The client's own part, on the whole program: a sheet ticked off, leave to update macOS, a backup (C25-C27)."""

from datetime import timedelta

from tests.factories import paris
from tests.stories.office import CLAIRE, HELENE

MONDAY = paris("2026-11-23 10:00")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def test_a_sheet_is_ticked_off_where_it_stands(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.says(CLAIRE, "/poste Tilleuls nouveau iMac accueil")
        sheet = await office.shows("iMac accueil", "0/12")

        assert (
            plain(await office.presses(CLAIRE, sheet, "⬜ Power Nap")) == "✅ Activer Power Nap : coché le 23/11/2026."
        )
        await office.shows("iMac accueil", "1/12", "✅ Activer Power Nap · 23/11/2026")
        await office.presses(CLAIRE, sheet, "✅ Power Nap")
        await office.shows("iMac accueil", "0/12")
        await office.presses(CLAIRE, sheet, "Tout cocher")
        await office.shows("iMac accueil", "12/12 ✅")
        assert len([text for text in office.desk() if "iMac accueil" in text]) == 1


async def test_leave_to_update_is_asked_given_and_quoted(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.says(CLAIRE, "/poste Tilleuls nouveau iMac accueil")
        await office.shows("iMac accueil", "0/12")

        await office.sms(HELENE, "Bonjour, puis-je faire la mise à jour de macOS ?")
        question = await office.shows("demande s’il peut mettre à jour macOS")
        assert "accord noté" in await office.presses(CLAIRE, question, "Accord : iMac accueil")
        assert await office.receives(HELENE, "accord du 23/11/2026") == (
            "Permanence : vous pouvez mettre à jour macOS sur iMac accueil (accord du 23/11/2026). "
            "Faites d'abord une sauvegarde."
        )
        await office.shows("demandée le 23/11/2026, accord du 23/11/2026 (Claire)")
        await office.settles()
        assert not (await office.ticket(1)).awaits_recontact

        await office.advance(timedelta(days=1))
        await office.says(CLAIRE, "/changement Tilleuls")
        asked = await office.shows("que faut-il noter")
        await office.presses(CLAIRE, asked, "macOS mis à jour")
        await office.presses(CLAIRE, await office.shows("sur quel poste"), "iMac accueil")
        await office.presses(CLAIRE, await office.shows("quel jour"), "Aujourd’hui 24/11")
        await office.shows("macOS mis à jour le 24/11/2026 sur iMac accueil, accord du 23/11/2026 (Claire)")


async def test_a_backup_is_asked_for_and_the_client_confirms_it(office_at):
    async with office_at(MONDAY) as office:
        await office.open_inside()
        await office.sms(HELENE, "Word ne s'ouvre plus")
        await office.receives(HELENE, "demande 1 est bien arrivée")
        await office.says(CLAIRE, "/sauvegarde 1")
        await office.receives(HELENE, "Puis répondez SAUVEGARDE OK.")
        await office.advance(paris("2026-11-23 10:10") - office.clock.now())
        await office.sms(HELENE, "Sauvegarde ok !")
        await office.shows("n° 1", "Sauvegarde confirmée lun. 23/11 à 10h10")
        await office.says(CLAIRE, "/debut 1")
        answer = await office.shows("intervention commencée")
        assert "non confirmée" not in answer.text
        assert (await office.ticket(1)).recontacted_at is not None
