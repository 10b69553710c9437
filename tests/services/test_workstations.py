"""Sheets of a client's Macs at the desk: listed, added, ticked off, named, annotated (C27)."""

from datetime import date

import pytest

from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.domain.workstations import ChecklistItem, Workstation
from bot.errors import PermanentDeliveryError
from bot.texts.workstations import ITEMS
from tests.factories import DAY, DESK, HELENE

TODAY = date(2026, 11, 23)


@pytest.fixture
async def imac(shop) -> int:
    """The practice's Mac, its sheet not begun."""
    return (await shop.write(lambda uow: uow.workstations.add(1, "iMac accueil"))).id


async def macs(shop, client_id=1) -> list[Workstation]:
    return await shop.read(lambda uow: uow.workstations.of_client(client_id))


async def buttons(shop) -> dict[str, str]:
    """What stands on the last message's buttons, and what a press on each brings back."""
    last = [row for row in await shop.rows() if row.kind in (Kind.SAY, Kind.EDIT)][-1]
    return {button["text"]: button["data"] for row in last.payload["buttons"] for button in row}


async def history(shop, client_id=1) -> list[tuple[str, dict[str, object]]]:
    found = await shop.read(lambda uow: uow.client_files.client_events(client_id))
    return [(event.kind, event.data) for event in found]


async def answers_last(shop, words: str) -> list[str]:
    """Answer the question that was just asked."""
    await shop.deliver()
    said = [row for row in shop.desk.sent if row.kind is Kind.SAY]
    return await shop.orders(Verb.REPLY, None, words, reply_to=100 + len(said))


class TestList:
    async def test_a_client_without_any_is_offered_the_first(self, shop):
        assert await shop.orders(Verb.SHEET, None, "Tilleuls") == [
            "Cabinet des Tilleuls · 0 poste\nAucun poste n’est encore noté dans la fiche (C27)."
        ]
        assert await buttons(shop) == {"Nouveau poste": "poste::=1 nouveau", "Changements": "changement::=1 liste"}

    async def test_each_mac_with_how_far_its_list_is_done(self, shop, imac):
        await shop.write(lambda uow: uow.workstations.add(1, "MacBook Dr Vasseur"))
        await shop.orders(Verb.SHEET, None, f"#{imac} +power_nap")
        (said,) = await shop.orders(Verb.SHEET, None, "Tilleuls")
        assert said == "Cabinet des Tilleuls · 2 postes\niMac accueil · 1/12\nMacBook Dr Vasseur · 0/12"
        assert await buttons(shop) == {
            "iMac accueil": "poste::#1",
            "MacBook Dr Vasseur": "poste::#2",
            "Nouveau poste": "poste::=1 nouveau",
            "Changements": "changement::=1 liste",
        }

    async def test_below_a_card_it_is_the_tickets_client(self, shop, imac):
        await shop.receives(HELENE)
        await shop.deliver()
        (said,) = await shop.orders(Verb.SHEET, reply_to=101)
        assert said.startswith("Cabinet des Tilleuls · 1 poste")


class TestSheet:
    async def test_it_shows_the_twelve_items_of_the_contract_in_their_order(self, shop, imac):
        (said,) = await shop.orders(Verb.SHEET, None, "Tilleuls accueil")
        assert said == "iMac accueil · Cabinet des Tilleuls · 0/12\n\n" + "\n".join(
            f"⬜ {label}" for label in ITEMS.values()
        )
        assert list(await buttons(shop))[:3] == ["⬜ Chercher les MAJ", "⬜ Télécharger les MAJ", "⬜ Installer macOS"]
        assert len(await buttons(shop)) == 12 + 4

    async def test_a_press_ticks_an_item_with_its_day_and_the_sheet_shows_it(self, shop, imac):
        await shop.orders(Verb.SHEET, None, "#1")
        pressed = (await buttons(shop))["⬜ Power Nap"]
        assert pressed == "poste::#1 +power_nap"
        assert await shop.presses(Verb.SHEET, None, "#1 +power_nap") == ["✅ Activer Power Nap : coché le 23/11/2026."]
        assert (await macs(shop))[0].ticked == {ChecklistItem.POWER_NAP: TODAY}
        edit = (await shop.rows())[-2]
        assert (edit.kind, edit.payload["message_id"]) == (Kind.EDIT, 500)
        assert "iMac accueil · Cabinet des Tilleuls · 1/12" in edit.text.replace("\u00a0", " ")
        assert "✅ Activer Power Nap · 23/11/2026" in edit.text
        edited = {button["data"] for row in edit.payload["buttons"] for button in row}
        assert "poste::#1 -power_nap" in edited
        assert await history(shop) == [("item ticked", {"workstation": 1, "item": "power_nap"})]

    async def test_a_second_tap_finds_it_done_and_keeps_its_day(self, shop, imac):
        await shop.presses(Verb.SHEET, None, "#1 +power_nap")
        shop.clock.advance(DAY)
        assert await shop.presses(Verb.SHEET, None, "#1 +power_nap") == [
            "Déjà fait : Activer Power Nap, coché le 23/11/2026."
        ]
        assert (await macs(shop))[0].ticked == {ChecklistItem.POWER_NAP: TODAY}
        assert len(await history(shop)) == 1

    async def test_a_tick_is_taken_away_once(self, shop, imac):
        await shop.presses(Verb.SHEET, None, "#1 +time_machine")
        assert await shop.presses(Verb.SHEET, None, "#1 -time_machine") == [
            "⬜ Time Machine, sans rien exclure : à faire."
        ]
        assert await shop.presses(Verb.SHEET, None, "#1 -time_machine") == [
            "Déjà fait : Time Machine, sans rien exclure n’est pas coché."
        ]
        assert (await macs(shop))[0].ticked == {}
        assert [kind for kind, _ in await history(shop)] == ["item ticked", "item unticked"]

    async def test_many_presses_are_one_edit_that_says_the_newest(self, shop, imac):
        for item in list(ChecklistItem)[:4]:
            await shop.presses(Verb.SHEET, None, f"#1 +{item}")
        waiting = [row for row in await shop.rows("queued") if row.kind is Kind.EDIT]
        assert [row.text.split("\n")[0].endswith("4/12") for row in waiting] == [True]

    async def test_all_at_once_leaves_the_days_of_those_that_were_ticked(self, shop, imac):
        await shop.presses(Verb.SHEET, None, "#1 +power_nap")
        shop.clock.advance(DAY)
        assert await shop.presses(Verb.SHEET, None, "#1 +tout") == ["✅ 11 points cochés : la liste est complète."]
        ticked = (await macs(shop))[0].ticked
        assert ticked == {**dict.fromkeys(ChecklistItem, TODAY + DAY), ChecklistItem.POWER_NAP: TODAY}
        assert await shop.presses(Verb.SHEET, None, "#1 +tout") == ["Déjà fait : la liste était complète."]
        (listed,) = await shop.orders(Verb.SHEET, None, "=1")
        assert listed.endswith("iMac accueil · 12/12 ✅")

    async def test_a_sheet_that_was_deleted_in_telegram_is_posted_anew(self, shop, imac):
        await shop.presses(Verb.SHEET, None, "#1 +power_nap")
        shop.desk.problem_of = lambda row: (
            PermanentDeliveryError("gone", code="gone") if row.kind is Kind.EDIT else None
        )
        await shop.deliver()
        last = shop.desk.sent[-1]
        assert (last.kind, last.address.identifier, last.ticket_id) == (Kind.SAY, str(DESK), None)
        assert "message_id" not in last.payload
        assert str(last.payload["text"]).startswith("iMac accueil")


class TestAdding:
    async def test_in_one_line(self, shop):
        (said,) = await shop.orders(Verb.SHEET, None, "Tilleuls nouveau iMac  du fond")
        assert said.startswith("iMac du fond · Cabinet des Tilleuls · 0/12")
        assert [mac.name for mac in await macs(shop)] == ["iMac du fond"]
        assert await history(shop) == [("workstation added", {"workstation": 1})]

    async def test_by_the_button_and_an_answer(self, shop):
        assert await shop.presses(Verb.SHEET, None, "=2 nouveau") == [
            "Dr Anne Morel : quel est le nom du poste ? Répondez à CE message, par exemple iMac accueil."
        ]
        (said,) = await answers_last(shop, "MacBook Air")
        assert said.startswith("MacBook Air · Dr Anne Morel · 0/12")
        assert [mac.name for mac in await macs(shop, 2)] == ["MacBook Air"]

    async def test_two_clients_may_have_one_of_the_same_name(self, shop, imac):
        await shop.orders(Verb.SHEET, None, "Morel nouveau iMac accueil")
        assert [mac.name for mac in await macs(shop, 2)] == ["iMac accueil"]


class TestNameAndNotes:
    async def test_a_new_name_by_an_answer(self, shop, imac):
        assert await shop.presses(Verb.SHEET, None, "#1 nom") == [
            "iMac accueil : quel nouveau nom ? Répondez à CE message."
        ]
        (said,) = await answers_last(shop, "iMac secrétariat")
        assert said.startswith("iMac secrétariat · Cabinet")
        assert await history(shop) == [("workstation renamed", {"workstation": 1})]

    async def test_its_own_name_written_otherwise_is_no_other_s(self, shop, imac):
        await shop.orders(Verb.SHEET, None, "#1 nom IMAC Accueil")
        assert [mac.name for mac in await macs(shop)] == ["IMAC Accueil"]

    async def test_notes_are_replaced_and_taken_away(self, shop, imac):
        assert await shop.presses(Verb.SHEET, None, "#1 notes") == [
            "iMac accueil : répondez à CE message ; votre texte remplace les notes (« - » les efface)."
        ]
        (said,) = await answers_last(shop, "M1, 16 Go\nsous le bureau")
        assert said.endswith("\n\nNotes : M1, 16 Go\nsous le bureau")
        (said,) = await shop.orders(Verb.SHEET, None, "#1 notes -")
        assert "Notes" not in said
        assert (await macs(shop))[0].notes == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            "Peupliers",
            "Aucun client pour « Peupliers ». Essayez un seul mot de son nom.",
            id="no such client",
        ),
        pytest.param("", "Quel client ? Écrivez /poste suivi de son nom.", id="no words"),
        pytest.param(
            "Tilleuls MacBook",
            "Aucun poste pour « MacBook ». Les siens : iMac accueil, iMac accueil 2. /poste les montre, et en ajoute.",
            id="no such Mac",
        ),
        pytest.param(
            "Morel MacBook",
            "Aucun poste pour « MacBook ». Les siens : aucun. /poste les montre, et en ajoute.",
            id="a client without any Mac",
        ),
        pytest.param(
            "Tilleuls iMac",
            "Plusieurs postes pour « iMac » : iMac accueil, iMac accueil 2. Écrivez le nom entier.",
            id="two Macs",
        ),
        pytest.param(
            "Tilleuls nouveau IMAC accueil",
            "Déjà fait : ce client a un poste « iMac accueil ».",
            id="a name that is taken",
        ),
        pytest.param(
            "Tilleuls nouveau " + "x" * 61,
            "Un nom de poste a de 1 à 60 lettres, par exemple iMac accueil.",
            id="a name of 61 letters",
        ),
        pytest.param(
            "#1 nom imac accueil 2", "Déjà fait : ce client a un poste « iMac accueil 2 ».", id="renamed as another"
        ),
        pytest.param(
            "#1 notes " + "x" * 1001, "C’est trop long : 1000 lettres au plus. Rien n’est changé.", id="notes"
        ),
        pytest.param(
            "#99 +power_nap",
            "Ce poste n’est plus dans aucune fiche. /poste suivi du client montre les siens.",
            id="a Mac that is not there",
        ),
        pytest.param(
            "#x",
            "Ce poste n’est plus dans aucune fiche. /poste suivi du client montre les siens.",
            id="no Mac's number",
        ),
        pytest.param(
            "#1 +siesta",
            "Je ne comprends pas. Écrivez /poste suivi du client, puis touchez les boutons de la fiche.",
            id="no such item",
        ),
        pytest.param(
            "#1 power_nap",
            "Je ne comprends pas. Écrivez /poste suivi du client, puis touchez les boutons de la fiche.",
            id="an item without a sign",
        ),
    ],
)
async def test_what_cannot_be_done_is_said(shop, imac, words, said):
    await shop.write(lambda uow: uow.workstations.add(1, "iMac accueil 2"))
    before = await macs(shop)
    assert await shop.orders(Verb.SHEET, None, words) == [said]
    assert await macs(shop) == before
