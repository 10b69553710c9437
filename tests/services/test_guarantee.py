"""Under guarantee, out of the vendor's fault: what a closing asks of the contract, and what it keeps (C5, C9)."""

from datetime import date

import pytest

from bot.domain.clients import HeldProduct
from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.domain.tickets import Outcome
from bot.domain.workstations import ChangeKind, ClientChange
from bot.services.verifying import verify
from tests.factories import ANNE, DAY, HELENE, LUC, NOBODY, paris
from tests.services.shop import Row
from tests.services.test_accounting import work

PRACTICE, ALONE = 1, 2
FIRST = "Word ne s'ouvre plus"
AGAIN = "Encore Word qui ne s'ouvre plus"


async def answer_facts(shop, number: int, outcome: Outcome = Outcome.RESOLVED) -> list[str]:
    """Answer doctor and reason; what is said last."""
    await shop.presses(Verb.OUTCOME, number, outcome)
    await shop.presses(Verb.DOCTOR, number, "Dr Vasseur")
    return await shop.presses(Verb.REASON, number, "Word")


async def confirm(shop, number: int) -> str:
    preview = (await shop.rows())[-1]
    words = preview.payload["buttons"][0][0]["data"]
    assert words.startswith(f"{Verb.CONFIRM}:{number}:"), preview.text
    return (await shop.presses(Verb.CONFIRM, number, words.split(":", 2)[2]))[-1]


async def confirm_of(shop, number: int) -> str:
    """Confirm by the ticket's last preview, whatever was said since."""
    shown = [row for row in await shop.rows() if f"{Verb.CONFIRM}:{number}:" in str(row.payload.get("buttons"))]
    words = shown[-1].payload["buttons"][0][0]["data"]
    return (await shop.presses(Verb.CONFIRM, number, words.split(":", 2)[2]))[-1]


async def one_closed(shop, body: str = FIRST, *, again_from: str = HELENE) -> None:
    """Ticket 1, worked on and closed on Monday; ten days later ticket 2 is worked on."""
    await shop.receives(HELENE, body)
    await work(shop)
    await answer_facts(shop, 1)
    await confirm(shop, 1)
    shop.clock.advance(10 * DAY)
    await shop.receives(again_from, AGAIN)
    await work(shop, 2)


async def buttons(shop) -> list[str]:
    return [button["text"] for row in (await asked(shop)).payload["buttons"] for button in row]


async def asked(shop) -> Row:
    """What was said or asked last; a pressed button's toast is neither."""
    return [row for row in await shop.rows() if row.kind is Kind.SAY][-1]


async def change(shop, kind: ChangeKind, done_on: date, **how: object) -> None:
    await shop.write(lambda uow: uow.workstations.add_change(ClientChange(0, PRACTICE, kind, done_on=done_on, **how)))


class TestGuarantee:
    async def test_an_earlier_intervention_is_proposed_with_its_last_day(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        assert (await asked(shop)).text.replace("\u00a0", " ").split("\n\n")[:2] == [
            "n° 2 : est-ce le même problème qu’avant ? Sous garantie, rien n’est compté (C9).",
            "n° 1 · sous garantie jusqu’au 23/12/2026 · même logiciel, mots en commun · Word Word ne s'ouvre plus",
        ]
        assert await buttons(shop) == ["Sous garantie du n° 1", "Non, autre problème", "Annuler"]

    async def test_under_guarantee_nothing_is_counted_and_the_reason_is_kept(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        said = (await shop.presses(Verb.GUARANTEE, 2, "1"))[-1]
        assert "Sous garantie du n° 1" in said
        assert "Raison notée : même logiciel, mots en commun" in said
        assert await confirm(shop, 2) == "n° 2 : clos (résolu), non compté. Il reste 10."
        assert await shop.ledger() == [(PRACTICE, 1, 2, "counted"), (PRACTICE, 1, 0, "under_guarantee")]
        lines = await shop.read(lambda uow: uow.contracts.lines_of(PRACTICE))
        assert (lines[1].rule, lines[1].reason) == ("C9", "même logiciel, mots en commun")
        intervention = await shop.intervention(2)
        assert (intervention.guarantee_of, intervention.decision) == (1, "under_guarantee")

    async def test_another_problem_is_counted(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "non")
        await confirm(shop, 2)
        assert await shop.ledger() == [(PRACTICE, 1, 2, "counted"), (PRACTICE, 1, 2, "counted")]
        assert (await shop.intervention(2)).decision_reason == "autre problème"

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            pytest.param("1 la même licence", "la même licence", id="under guarantee, with a reason"),
            pytest.param("n°1", "même logiciel, mots en commun", id="under guarantee, as people write it"),
            pytest.param("Non, c'est le clavier", "c'est le clavier", id="none, with a reason"),
        ],
    )
    async def test_a_reason_is_typed_below_the_question(self, shop, typed, kept):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.deliver()
        question = await shop.posted(2, ref="guarantee?")
        await shop.orders(Verb.REPLY, words=typed, reply_to=question)
        assert (await shop.intervention(2)).decision_reason == kept

    async def test_the_choice_can_be_made_again_before_it_is_confirmed(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        assert "Revoir la garantie" in await buttons(shop)
        await shop.presses(Verb.GUARANTEE, 2, "?")
        await shop.presses(Verb.GUARANTEE, 2, "non")
        await confirm(shop, 2)
        assert (await shop.ledger())[1] == (PRACTICE, 1, 2, "counted")

    async def test_after_a_month_nothing_is_proposed(self, shop):
        await one_closed(shop)
        shop.clock.move_to(paris("2026-12-24 10:00"))
        await shop.receives(HELENE, "Encore Word")
        await shop.orders(Verb.TIMES, 2, "9h 9h10")
        said = await self._closed_on_the_second_day(shop)
        assert "comptera" in said.lower()

    async def _closed_on_the_second_day(self, shop) -> str:
        """Ticket 1 of a fresh pair: its only predecessor ended more than a month before."""
        await shop.receives(ANNE, "Word")
        await shop.orders(Verb.TIMES, 3, "9h 9h10")
        await shop.presses(Verb.REMOTE, 3, "oui")
        await shop.orders(Verb.ATTACH, 3, "Tilleuls")
        return (await answer_facts(shop, 3))[-1]

    async def test_what_voids_it_is_shown_and_decides(self, shop):
        await one_closed(shop)
        await change(shop, ChangeKind.MACOS, date(2026, 11, 30))
        said = await answer_facts(shop, 2)
        assert "comptera 2" in said[-1].lower()
        assert await shop.presses(Verb.GUARANTEE, 2, "1") == [
            (
                "La garantie du n° 1 est annulée : macOS mis à jour le 30/11/2026 (tout le cabinet), sans accord. "
                "Choisissez-en une autre, ou non."
            )
        ]

    async def test_a_voided_one_is_shown_beside_one_that_holds(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "non")
        await confirm(shop, 2)
        await change(shop, ChangeKind.SETTINGS, date(2026, 11, 30))
        await shop.receives(HELENE, "Word une fois de plus")
        await shop.orders(Verb.TIMES, 3, "9h53 9h58")
        await shop.presses(Verb.REMOTE, 3, "non")
        await shop.orders(Verb.CLOSE, 3, "résolu")
        await answer_facts(shop, 3)
        text = (await asked(shop)).text.replace("\u00a0", " ")
        assert "n° 1 · garantie annulée : Réglage changé le 30/11/2026 (tout le cabinet), sans accord" in text

    async def test_an_agreed_update_voids_nothing(self, shop):
        await one_closed(shop)
        await change(
            shop,
            ChangeKind.MACOS,
            date(2026, 11, 30),
            agreed=True,
            decided_on=date(2026, 11, 28),
            decided_by="Claire",
        )
        await answer_facts(shop, 2)
        assert "Sous garantie du n° 1" in await buttons(shop)
        quoted = "– macOS mis à jour le 30/11/2026 (tout le cabinet), accord du 28/11/2026 (Claire)"
        assert quoted in (await asked(shop)).text.replace("\u00a0", " ")

    @pytest.mark.parametrize("words", ["7", "2", "peut-être", "99999999999"])
    async def test_only_what_is_proposed_can_be_chosen(self, shop, words):
        await one_closed(shop)
        await answer_facts(shop, 2)
        (said,) = await shop.presses(Verb.GUARANTEE, 2, words)
        assert "n’est pas un ticket sous garantie pour le n° 2" in said

    async def test_a_ticket_that_moved_to_another_client_has_lost_it(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        await confirm(shop, 2)
        await shop.orders(Verb.ATTACH, 2, "Morel")
        assert (await shop.ledger())[-1] == (ALONE, 2, 0, "individual_contract")

    async def test_nothing_of_the_client_it_left_is_said_at_its_closing(self, shop):
        await one_closed(shop)
        mac = await shop.write(lambda uow: uow.workstations.add(PRACTICE, "iMac accueil"))
        await answer_facts(shop, 2)
        await shop.presses(Verb.ON, 2, str(mac.id))
        await shop.presses(Verb.GUARANTEE, 2, "1")
        await shop.orders(Verb.ATTACH, 2, "Morel")
        (said,) = await shop.presses(Verb.OUTCOME, 2, Outcome.RESOLVED)
        assert "n° 1" not in said
        assert "Raison notée" not in said
        intervention = await shop.intervention(2)
        assert (intervention.workstation_id, intervention.workstation_asked) == (None, False)
        assert (intervention.guarantee_of, intervention.guarantee_asked) == (None, False)

    async def test_what_was_under_the_guarantee_of_one_that_moved_is_counted(self, shop):
        await one_closed(shop)
        await shop.receives(HELENE, "Une imprimante")
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        await confirm(shop, 2)
        said = await shop.orders(Verb.ATTACH, 1, "Morel")
        assert said[0] == "n° 2 : n’est plus sous garantie, le n° 1 est d’un autre client (C9). Désormais compté 2."
        assert await shop.ledger() == [
            (PRACTICE, 1, 2, "counted"),
            (PRACTICE, 1, 0, "under_guarantee"),
            (PRACTICE, 1, 2, "correction"),
            (PRACTICE, 1, -2, "correction"),
            (ALONE, 2, 0, "individual_contract"),
        ]
        assert (await shop.intervention(2)).guarantee_of is None
        assert (await shop.read(lambda uow: verify(uow, shop.context.policy))).problems == ()

    async def test_a_closing_in_hand_does_not_name_one_that_moved(self, shop):
        await one_closed(shop, again_from=LUC)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        await shop.orders(Verb.ATTACH, 1, "Morel")
        (said,) = await shop.presses(Verb.OUTCOME, 2, Outcome.RESOLVED)
        assert "Sous garantie" not in said
        assert "Comptera 2" in said

    async def test_a_change_that_is_noted_before_the_confirmation_voids_it(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        preview = (await asked(shop)).payload["buttons"][0][0]["data"]
        await change(shop, ChangeKind.MACOS, date(2026, 11, 30))
        said = await shop.presses(Verb.CONFIRM, 2, preview.split(":", 2)[2])
        assert "Comptera 2" in said[-1]
        assert (await shop.intervention(2)).guarantee_of is None
        assert await confirm(shop, 2) == "n° 2 : clos (résolu), compté 2. Il reste 8."

    async def test_work_that_turns_out_to_be_from_before_is_not_under_it(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        await confirm(shop, 2)
        await shop.orders(Verb.REOPEN, 2)
        await shop.orders(Verb.TIMES, 2, "20/11/2026 9h 9h10")
        await shop.presses(Verb.REMOTE, 2, "oui")
        await shop.presses(Verb.OUTCOME, 2, Outcome.RESOLVED)
        assert await confirm(shop, 2) == "n° 2 : clos (résolu), compté 3. Il reste 7."
        assert (await shop.read(lambda uow: verify(uow, shop.context.policy))).problems == ()

    async def test_one_whose_ticket_is_open_again_stands(self, shop):
        await one_closed(shop)
        await answer_facts(shop, 2)
        await shop.presses(Verb.GUARANTEE, 2, "1")
        await shop.orders(Verb.REOPEN, 1)
        assert await confirm_of(shop, 2) == "n° 2 : clos (résolu), non compté. Il reste 10."

    async def test_what_was_no_intervention_has_no_guarantee(self, shop):
        await shop.receives(HELENE, "Prix de Word ?")
        await shop.presses(Verb.OUTCOME, 1, Outcome.COMMERCIAL)
        await confirm(shop, 1)
        await shop.receives(HELENE, FIRST)
        await work(shop, 2)
        assert "comptera 2" in (await answer_facts(shop, 2))[-1].lower()

    async def test_work_written_down_late_is_under_no_later_ones_guarantee(self, shop):
        await one_closed(shop)
        await shop.receives(HELENE, "Word le mois dernier")
        await shop.orders(Verb.TIMES, 2, "20/11/2026 9h 9h10")
        await shop.presses(Verb.REMOTE, 2, "oui")
        assert "comptera" in (await answer_facts(shop, 2))[-1].lower()

    async def test_of_an_unknown_sender_nothing_is_proposed(self, shop):
        await shop.receives(NOBODY, FIRST)
        await work(shop)
        said = await answer_facts(shop, 1)
        assert "Expéditeur inconnu" in said[-1]


class TestWorkstation:
    async def test_it_is_asked_for_where_the_file_knows_some(self, shop):
        await shop.write(lambda uow: uow.workstations.add(PRACTICE, "iMac accueil"))
        await shop.receives(HELENE, FIRST)
        await work(shop)
        await answer_facts(shop, 1)
        assert await buttons(shop) == ["iMac accueil", "Un autre, ou aucun", "Annuler"]
        await shop.presses(Verb.ON, 1, "1")
        await confirm(shop, 1)
        assert (await shop.intervention(1)).workstation_id == 1

    async def test_none_is_an_answer(self, shop):
        await shop.write(lambda uow: uow.workstations.add(PRACTICE, "iMac accueil"))
        await shop.receives(HELENE, FIRST)
        await work(shop)
        await answer_facts(shop, 1)
        await shop.presses(Verb.ON, 1, "aucun")
        await confirm(shop, 1)
        assert (await shop.intervention(1)).workstation_id is None

    @pytest.mark.parametrize("words", ["", "9", "2", "iMac"])
    async def test_only_the_clients_own(self, shop, words):
        await shop.write(lambda uow: uow.workstations.add(PRACTICE, "iMac accueil"))
        await shop.write(lambda uow: uow.workstations.add(ALONE, "MacBook"))
        await shop.receives(HELENE, FIRST)
        (said,) = await shop.presses(Verb.ON, 1, words)
        assert "n’est pas dans la fiche" in said

    async def test_the_same_mac_comes_first(self, shop):
        for name in ("iMac accueil", "Mac mini"):
            await shop.write(lambda uow, name=name: uow.workstations.add(PRACTICE, name))
        for number, chosen in ((1, "1"), (2, "2")):
            await shop.receives(HELENE, f"Écran noir {number}")
            await shop.orders(Verb.TIMES, number, f"{5 + number}h {5 + number}h10")
            await shop.presses(Verb.REMOTE, number, "oui")
            await shop.presses(Verb.OUTCOME, number, Outcome.RESOLVED)
            await shop.presses(Verb.DOCTOR, number, "Dr Vasseur")
            await shop.presses(Verb.REASON, number, "Panne")
            await shop.presses(Verb.ON, number, chosen)
            if number == 2:
                await shop.presses(Verb.GUARANTEE, 2, "non")
            await confirm(shop, number)
        await shop.receives(HELENE, "Tout est lent")
        await work(shop, 3)
        await answer_facts(shop, 3)
        await shop.presses(Verb.ON, 3, "1")
        assert (await buttons(shop))[0] == "Sous garantie du n° 1"
        assert "même poste · iMac accueil" in (await asked(shop)).text.replace("\u00a0", " ")


class TestVendorFault:
    """A fault of the "gamme 4" is not counted on three conditions (C5); the refusal says which one fails."""

    async def sold(self, shop, *, installed: bool = True) -> None:
        held = HeldProduct(PRACTICE, "MediStory 4", sold_by_us=True, installed_by_us=installed)
        await shop.write(lambda uow: uow.client_files.put_product(held))

    async def closing(self, shop, body: str = "MediStory 4 ne synchronise plus") -> str:
        await shop.receives(HELENE, body)
        await work(shop)
        return (await answer_facts(shop, 1, Outcome.VENDOR_FAULT))[-1]

    async def test_with_all_three_it_is_traced_and_not_counted(self, shop):
        await self.sold(shop)
        assert "Ne sera pas compté : défaut de l’éditeur (C5)" in await self.closing(shop)
        await confirm(shop, 1)
        assert await shop.ledger() == [(PRACTICE, 1, 0, "vendor_fault")]

    async def test_another_product(self, shop):
        await self.sold(shop)
        said = await self.closing(shop, "ExpressVitale 5 est en panne")
        assert "ce n’est pas un logiciel de la gamme 4 de Prokov (ExpressVitale 5)" in said
        assert await buttons(shop) == ["Résolu (compté)", "Fiche du client", "Annuler"]
        assert await shop.ledger() == []

    async def test_sold_but_not_installed(self, shop):
        await self.sold(shop, installed=False)
        assert "vendu ET installé. Si c’est pourtant le cas, notez-le dans sa fiche." in await self.closing(shop)

    async def test_settings_that_the_client_changed(self, shop):
        await self.sold(shop)
        await change(shop, ChangeKind.SETTINGS, date(2026, 11, 20))
        assert "le client a changé nos réglages, sans accord" in await self.closing(shop)

    async def test_a_change_noted_while_the_confirmation_waited(self, shop):
        await self.sold(shop)
        await self.closing(shop)
        await change(shop, ChangeKind.SETTINGS, date(2026, 11, 20))
        assert "pas un défaut de l’éditeur" in await confirm(shop, 1)
        assert await shop.ledger() == []

    async def test_of_an_unknown_sender_there_is_no_file(self, shop):
        await shop.receives(NOBODY, "MediStory 4 ne synchronise plus")
        await work(shop)
        said = (await answer_facts(shop, 1, Outcome.VENDOR_FAULT))[-1]
        assert "vendu ET installé" in said
        assert await buttons(shop) == ["Résolu (compté)", "Annuler"]

    async def test_the_product_is_asked_for_where_nobody_named_it(self, shop):
        await self.sold(shop)
        await self.closing(shop, "Rien ne synchronise plus")
        assert await buttons(shop) == [
            "MediStory 4",
            "MediStoryStation",
            "MediStoryStation de secours",
            "Annuler",
        ]
        await shop.deliver()
        question = await shop.posted(1, ref="product?")
        said = await shop.orders(Verb.REPLY, words="Medistory 4", reply_to=question)
        assert "défaut de l’éditeur (C5)" in said[-1]
        assert (await shop.ticket(1)).product == "MediStory 4"

    async def test_an_unknown_product_is_asked_for_again(self, shop):
        await self.closing(shop, "Rien ne synchronise plus")
        assert await shop.presses(Verb.PRODUCT, 1, "Doctolib") == [
            "Je ne connais pas le logiciel « Doctolib ». Écrivez par exemple MediStory 4."
        ]
