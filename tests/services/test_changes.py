"""What clients change, ask for and are allowed: written down, linked, and held against guarantees (C9, C26)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.domain.tickets import Direction, Outcome, Recontact, TicketState
from bot.domain.workstations import ChangeKind, ClientChange
from tests.factories import CLAIRE, DAY, HELENE, HOUR, MARC, MONDAY, NOBODY

TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
ASKS = "Bonjour, on me propose la mise à jour macOS Tahoe, je peux installer ?"


@pytest.fixture
async def macs(shop) -> None:
    """The practice's two Macs, 1 and 2."""
    await shop.write(lambda uow: uow.workstations.add(1, "iMac accueil"))
    await shop.write(lambda uow: uow.workstations.add(1, "MacBook Dr Vasseur"))


async def noted(shop, client_id=1) -> list[ClientChange]:
    return await shop.read(lambda uow: uow.workstations.changes_of(client_id))


async def history(shop, client_id=1) -> list[str]:
    return [event.kind for event in await shop.read(lambda uow: uow.client_files.client_events(client_id))]


async def worked(shop, *, on_mac: int | None, ago: timedelta, outcome: Outcome | None = Outcome.RESOLVED) -> int:
    """An intervention of the practice's that ended so long ago; its ticket's number."""
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    number = (await shop.tickets())[-1].number

    async def work(uow):
        intervention = await uow.interventions.open(number, client_id=1, now=MONDAY)
        await uow.interventions.save(replace(intervention, outcome=outcome, workstation_id=on_mac))
        await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=MONDAY - ago - HOUR)
        sitting = (await uow.interventions.of_ticket(number)).sittings[0]
        await uow.interventions.save_sitting(replace(sitting, ended_at=MONDAY - ago))
        ticket = await uow.tickets.get(number)
        await uow.tickets.save(replace(ticket, state=TicketState.CLOSED, closed_at=MONDAY))

    await shop.write(work)
    return number


def is_read(row) -> bool:
    """Whether a technician reads it, below the cards."""
    return row.kind in (Kind.SAY, Kind.EDIT) and row.payload["ref"] != "card"


async def shown(shop) -> str:
    """What the last message says, or says now."""
    return [row for row in await shop.rows() if is_read(row)][-1].text.replace("\u00a0", " ")


async def buttons(shop) -> dict[str, str]:
    """What stands on the last message's buttons, and what a press on each brings back."""
    last = [row for row in await shop.rows() if is_read(row)][-1]
    return {button["text"]: button["data"] for row in last.payload["buttons"] for button in row}


async def answers_last(shop, words: str) -> list[str]:
    """Answer the question that was just asked."""
    await shop.deliver()
    said = [row for row in shop.desk.sent if row.kind in (Kind.SAY, Kind.FILE)]
    return await shop.orders(Verb.REPLY, None, words, reply_to=100 + len(said))


class TestStepByStep:
    async def test_kind_mac_and_day_are_asked_one_after_the_other(self, shop, macs):
        assert await shop.orders(Verb.CHANGE, None, "Tilleuls") == ["Cabinet des Tilleuls : que faut-il noter ?"]
        assert await buttons(shop) == {
            "Réglage changé": "changement::=1 reglage",
            "macOS mis à jour": "changement::=1 macos",
            "Accord donné": "changement::=1 accord",
            "Tous ses changements": "changement::=1 liste",
            "Annuler": "annuler:",
        }
        assert await shop.presses(Verb.CHANGE, None, "=1 reglage") == []
        assert await shown(shop) == "Cabinet des Tilleuls : sur quel poste ?"
        assert await buttons(shop) == {
            "MacBook Dr Vasseur": "changement::=1 reglage #2",
            "iMac accueil": "changement::=1 reglage #1",
            "Tout le cabinet": "changement::=1 reglage #0",
            "Annuler": "annuler:",
        }
        await shop.presses(Verb.CHANGE, None, "=1 reglage #1")
        assert await shown(shop) == "Cabinet des Tilleuls : quel jour ?"
        assert list((await buttons(shop)).values()) == [
            "changement::=1 reglage #1 2026-11-23",
            "changement::=1 reglage #1 2026-11-22",
            "changement::=1 reglage #1 date",
            "annuler:",
        ]
        assert await shop.presses(Verb.CHANGE, None, "=1 reglage #1 2026-11-22") == [
            "C’est noté dans la fiche du client."
        ]
        assert (await shown(shop)).splitlines()[:2] == [
            "Cabinet des Tilleuls · changement 1",
            "Réglage changé le 22/11/2026 sur iMac accueil, sans accord",
        ]
        assert await noted(shop) == [ClientChange(1, 1, ChangeKind.SETTINGS, 1, done_on=YESTERDAY)]
        assert await history(shop) == ["change recorded"]

    async def test_a_second_press_of_the_last_step_writes_nothing(self, shop, macs):
        await shop.presses(Verb.CHANGE, None, "=1 macos #0 2026-11-22")
        assert await shop.presses(Verb.CHANGE, None, "=1 macos #0 2026-11-22") == [
            "Déjà fait : ce changement du 22/11/2026 est noté pour Cabinet des Tilleuls."
        ]
        assert len(await noted(shop)) == 1

    async def test_another_day_is_typed_with_a_note_behind(self, shop, macs):
        (asked,) = await shop.presses(Verb.CHANGE, None, "=1 macos #2 date")
        assert asked == (
            "Cabinet des Tilleuls : quel jour ? Répondez à CE message, par exemple 12/11/2026, suivi d’une note "
            "s’il y a lieu."
        )
        await answers_last(shop, "12/11 par son fils")
        assert await noted(shop) == [
            ClientChange(1, 1, ChangeKind.MACOS, 2, done_on=date(2026, 11, 12), note="par son fils")
        ]

    async def test_of_a_client_without_any_mac_the_day_is_asked_at_once(self, shop):
        await shop.orders(Verb.CHANGE, None, "Morel macos")
        assert next(iter((await buttons(shop)).values())) == "changement::=2 macos #0 2026-11-23"
        await shop.orders(Verb.CHANGE, None, "Morel macos hier")
        assert await noted(shop, 2) == [ClientChange(1, 2, ChangeKind.MACOS, done_on=YESTERDAY)]

    @pytest.mark.parametrize(
        ("words", "kind", "mac"),
        [
            pytest.param("macOS accueil hier", ChangeKind.MACOS, 1, id="a word of the Mac's name"),
            pytest.param("MAJ MacBook Dr Vasseur hier", ChangeKind.MACOS, 2, id="its whole name"),
            pytest.param("réglages tout le cabinet hier", ChangeKind.SETTINGS, None, id="the whole client"),
            pytest.param("réglage #2 22/11/2026", ChangeKind.SETTINGS, 2, id="its number, and a date"),
        ],
    )
    async def test_all_of_it_in_one_line(self, shop, macs, words, kind, mac):
        await shop.orders(Verb.CHANGE, None, f"Tilleuls {words}")
        assert await noted(shop) == [ClientChange(1, 1, kind, mac, done_on=YESTERDAY)]


class TestGuarantees:
    async def test_the_change_says_at_once_what_it_voids(self, shop, macs):
        await worked(shop, on_mac=1, ago=5 * DAY)
        await worked(shop, on_mac=2, ago=5 * DAY)
        await worked(shop, on_mac=1, ago=60 * DAY)
        await worked(shop, on_mac=1, ago=5 * DAY, outcome=None)
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls reglage accueil hier")
        assert said.splitlines()[3:] == [
            "❌ n° 1 (iMac accueil) : garantie annulée, elle allait jusqu’au 18/12/2026",
            "✅ n° 2 (MacBook Dr Vasseur) : garantie maintenue, jusqu’au 18/12/2026",
            "Jusqu’à la remise en état, un défaut de l’éditeur y est compté (C5).",
        ]

    async def test_the_month_is_what_was_agreed_for_the_contract(self, shop, macs):
        await worked(shop, on_mac=1, ago=5 * DAY)
        await shop.write(lambda uow: uow.contracts.end_contract(1, ends_on=date(2026, 11, 1), ending=None))
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil hier")
        assert "garantie annulée, elle allait jusqu’au 18/12/2026" in said

    async def test_what_nobody_worked_on_guarantees_nothing(self, shop, macs):
        await worked(shop, on_mac=1, ago=5 * DAY)

        async def drop(uow) -> None:
            await uow.interventions.drop_sittings([(await uow.interventions.of_ticket(1)).sittings[0].id])

        await shop.write(drop)
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil hier")
        assert "Aucune intervention n’était sous garantie" in said

    async def test_without_any_it_says_so(self, shop, macs):
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil hier")
        assert said.splitlines()[3:] == ["Aucune intervention n’était sous garantie ce jour-là (C9)."]


class TestAgreements:
    async def test_one_given_on_the_telephone_is_written_down_and_used_by_the_next_update(self, shop, macs):
        await worked(shop, on_mac=1, ago=5 * DAY)
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls accord accueil")
        assert said.splitlines() == [
            "Cabinet des Tilleuls · Mise à jour de macOS sur iMac accueil : accord du 23/11/2026 (Claire)",
            "Rien n’est envoyé au client. La prochaine mise à jour de macOS notée s’y rapportera.",
        ]
        shop.clock.advance(DAY)
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil aujourd’hui")
        assert said.splitlines()[1:] == [
            "macOS mis à jour le 24/11/2026 sur iMac accueil, accord du 23/11/2026 (Claire)",
            "",
            "✅ n° 1 (iMac accueil) : garantie maintenue, jusqu’au 18/12/2026",
        ]
        (change,) = await noted(shop)
        assert (change.agreed, change.decided_on, change.done_on) == (True, TODAY, TODAY + DAY)
        assert await history(shop) == ["agreement given", "change recorded"]

    async def test_it_is_used_once(self, shop, macs):
        await shop.orders(Verb.CHANGE, None, "Tilleuls accord cabinet")
        await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil aujourd’hui avec Luc")
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls macos vasseur aujourd’hui")
        assert "sur MacBook Dr Vasseur, sans accord" in said
        assert [(each.workstation_id, each.agreed, each.note) for each in await noted(shop)] == [
            (1, True, "avec Luc"),
            (2, None, ""),
        ]

    async def test_it_keeps_its_own_note_where_the_update_has_none(self, shop, macs):
        await shop.orders(Verb.CHANGE, None, "Tilleuls accord accueil hier au téléphone")
        await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil aujourd’hui")
        (change,) = await noted(shop)
        assert (change.decided_on, change.note) == (YESTERDAY, "au téléphone")

    async def test_one_that_came_after_the_update_mends_nothing(self, shop, macs):
        await shop.orders(Verb.CHANGE, None, "Tilleuls accord accueil")
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil hier")
        assert "sans accord" in said

    async def test_a_setting_uses_none(self, shop, macs):
        await shop.orders(Verb.CHANGE, None, "Tilleuls accord accueil")
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls reglage accueil aujourd’hui")
        assert "sans accord" in said

    async def test_the_mac_is_asked_for_and_a_second_press_finds_it_given(self, shop, macs):
        await shop.presses(Verb.CHANGE, None, "=1 accord")
        assert await shown(shop) == "Cabinet des Tilleuls : sur quel poste ?"
        assert (await buttons(shop))["Tout le cabinet"] == "changement::=1 accord #0"
        await shop.presses(Verb.CHANGE, None, "=1 accord #0")
        assert await shop.presses(Verb.CHANGE, None, "=1 accord #0") == ["Déjà fait : accord du 23/11/2026 (Claire)."]
        await shop.presses(Verb.CHANGE, None, "=1 accord #1")
        assert [each.workstation_id for each in await noted(shop)] == [None, 1]

    async def test_of_a_client_without_any_mac_it_is_for_the_whole(self, shop):
        (said,) = await shop.orders(Verb.CHANGE, None, "Morel accord")
        assert said.startswith("Dr Anne Morel · Mise à jour de macOS : accord du 23/11/2026 (Claire)")


class TestOneChange:
    @pytest.fixture
    async def setting(self, shop, macs) -> None:
        """Change 1: a setting changed on the iMac, yesterday."""
        await shop.orders(Verb.CHANGE, None, "Tilleuls reglage accueil hier")

    async def test_it_is_shown_again_from_the_list(self, shop, setting):
        (said,) = await shop.orders(Verb.CHANGE, None, "Tilleuls liste")
        assert said.splitlines() == [
            "Cabinet des Tilleuls · 1 changement",
            "1 · Réglage changé le 22/11/2026 sur iMac accueil, sans accord",
        ]
        assert await buttons(shop) == {"1": "changement::#1", "Noter un changement": "changement::=1"}
        (said,) = await shop.presses(Verb.CHANGE, None, "#1")
        assert said.startswith("Cabinet des Tilleuls · changement 1\nRéglage changé le 22/11/2026")

    async def test_an_agreement_that_was_not_used_yet_touches_no_guarantee(self, shop, macs):
        await shop.orders(Verb.CHANGE, None, "Tilleuls accord accueil")
        (said,) = await shop.presses(Verb.CHANGE, None, "#1")
        assert said.splitlines() == [
            "Cabinet des Tilleuls · changement 1",
            "Mise à jour de macOS sur iMac accueil : accord du 23/11/2026 (Claire)",
        ]

    async def test_an_empty_list(self, shop):
        assert await shop.orders(Verb.CHANGE, None, "Tilleuls liste") == [
            "Cabinet des Tilleuls · 0 changement\nRien n’est noté : ni réglage changé, ni mise à jour, ni accord."
        ]

    async def test_a_note_by_an_answer(self, shop, setting):
        (asked,) = await shop.presses(Verb.CHANGE, None, "#1 note")
        assert asked == "Changement 1 : répondez à CE message ; votre texte y est gardé comme note."
        (said,) = await answers_last(shop, "veille réactivée par Luc")
        assert said.splitlines()[2] == "Note : veille réactivée par Luc"
        assert (await noted(shop))[0].note == "veille réactivée par Luc"

    async def test_put_right_today_by_the_button_and_once(self, shop, setting):
        await shop.presses(Verb.CHANGE, None, "#1 remis")
        assert "sans accord, remis en état le 23/11/2026" in await shown(shop)
        assert "Jusqu’à la remise" not in await shown(shop)
        assert "Remis en état" not in await buttons(shop)
        assert await shop.presses(Verb.CHANGE, None, "#1 remis") == ["Déjà fait : remis en état le 23/11/2026."]
        assert await history(shop) == ["change recorded", "change restored"]

    async def test_put_right_on_another_day(self, shop, setting):
        await shop.orders(Verb.CHANGE, None, "#1 remis hier")
        assert (await noted(shop))[0].restored_on == YESTERDAY


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("", "Quel client ? Écrivez /changement suivi de son nom.", id="no words"),
        pytest.param(
            "Tilleuls imprimante",
            "Je ne comprends pas. Écrivez /changement Cabinet des Tilleuls seul, puis choisissez ; ou bien, derrière, "
            "macos, réglage, accord ou liste.",
            id="no such kind",
        ),
        pytest.param(
            "Tilleuls macos Mac mini hier",
            "Aucun poste pour « Mac mini hier ». Les siens : iMac accueil, MacBook Dr Vasseur. /poste les montre, et "
            "en ajoute.",
            id="no such Mac",
        ),
        pytest.param(
            "Tilleuls macos #9 hier",
            "Ce poste n’est plus dans aucune fiche. /poste suivi du client montre les siens.",
            id="a Mac that is not there",
        ),
        pytest.param(
            "Tilleuls macos accueil un jour",
            "Je ne comprends pas la date « un jour ». Écrivez par exemple 15/03/2026, ou hier.",
            id="no day",
        ),
        pytest.param(
            "Tilleuls macos accueil 31/02/2026",
            "Je ne comprends pas la date « 31/02/2026 ». Écrivez par exemple 15/03/2026, ou hier.",
            id="a day that is none",
        ),
        pytest.param(
            "Tilleuls macos accueil demain",
            "Le 24/11/2026 est à venir. Donnez un jour passé, ou aujourd’hui.",
            id="tomorrow",
        ),
        pytest.param(
            "Tilleuls accord accueil demain",
            "Le 24/11/2026 est à venir. Donnez un jour passé, ou aujourd’hui.",
            id="an agreement of tomorrow",
        ),
        pytest.param(
            "Tilleuls macos accueil hier " + "x" * 501,
            "C’est trop long : 500 lettres au plus. Rien n’est changé.",
            id="a note of 501 letters",
        ),
        pytest.param(
            "#9", "Ce changement n’est dans aucune fiche. /changement suivi du client montre les siens.", id="no change"
        ),
        pytest.param(
            "#1 effacer",
            "Je ne comprends pas. Écrivez /changement Cabinet des Tilleuls seul, puis choisissez ; ou bien, derrière, "
            "macos, réglage, accord ou liste.",
            id="no such order",
        ),
        pytest.param(
            "#1 remis 12/11/2026",
            "Remis en état le 12/11/2026 ? Le réglage n’a été changé que le 22/11/2026.",
            id="put right before it was changed",
        ),
        pytest.param(
            "#2 remis",
            "Seul un réglage changé par le client peut être remis en état.",
            id="an update cannot be put right",
        ),
    ],
)
async def test_what_cannot_be_done_is_said(shop, macs, words, said):
    await shop.orders(Verb.CHANGE, None, "Tilleuls reglage accueil hier")
    await shop.orders(Verb.CHANGE, None, "Tilleuls macos accueil hier")
    before = await noted(shop)
    assert await shop.orders(Verb.CHANGE, None, words) == [said]
    assert await noted(shop) == before


class TestRequests:
    """A client asks by text whether they may update macOS."""

    async def test_it_is_kept_and_put_before_the_technicians(self, shop, macs):
        await shop.receives(HELENE, ASKS)
        assert await noted(shop) == [ClientChange(1, 1, ChangeKind.MACOS, asked_on=TODAY, ticket_id=1)]
        assert (await shop.notices())[-1].replace("\u00a0", " ") == (
            "🖥 n° 1 : le client demande s’il peut mettre à jour macOS. Toucher un bouton lui répond aussitôt (C26)."
        )
        assert list((await buttons(shop)).values()) == [
            "accord:1:1 oui",
            "accord:1:1 non",
            "accord:1:1 oui #1",
            "accord:1:1 oui #2",
        ]
        assert await history(shop) == ["agreement asked"]
        assert "agreement asked" in await shop.events()

    async def test_it_goes_with_its_ticket_to_the_client_it_turns_out_to_be_of(self, shop):
        await shop.receives(HELENE, ASKS)
        await shop.orders(Verb.ATTACH, 1, "Morel")
        await shop.presses(Verb.AGREEMENT, 1, "1 oui")
        assert await noted(shop) == []
        (request,) = await shop.read(lambda uow: uow.workstations.changes_of(2))
        assert (request.client_id, request.agreed, request.ticket_id) == (2, True, 1)

    async def test_one_that_was_answered_stays_where_it_was(self, shop):
        await shop.receives(HELENE, ASKS)
        await shop.presses(Verb.AGREEMENT, 1, "1 non")
        await shop.orders(Verb.ATTACH, 1, "Morel")
        assert [each.agreed for each in await noted(shop)] == [False]

    async def test_asked_twice_it_is_one_request_until_it_is_answered(self, shop):
        await shop.receives(HELENE, ASKS)
        await shop.receives(HELENE, ASKS)
        assert len(await noted(shop)) == 1
        await shop.presses(Verb.AGREEMENT, 1, "1 non")
        await shop.receives(HELENE, ASKS)
        assert [each.agreed for each in await noted(shop)] == [False, None]

    async def test_an_ordinary_request_is_none(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        assert await noted(shop) == []

    async def test_a_stranger_s_is_a_ticket_and_nothing_else(self, shop):
        await shop.receives(NOBODY, ASKS)
        assert await noted(shop) == []
        assert len(await shop.tickets()) == 1

    async def test_agreed_the_client_is_told_with_the_date_and_the_clock_stops(self, shop, macs):
        await shop.receives(HELENE, ASKS)
        await shop.deliver()
        shop.clock.advance(HOUR)
        assert await shop.presses(Verb.AGREEMENT, 1, "1 oui #1") == ["n° 1 : accord noté, et envoyé au client par SMS."]
        assert (await shop.texts_to(HELENE))[-1] == (
            "Atelier : vous pouvez mettre à jour macOS sur iMac accueil (accord du 23/11/2026). "
            "Faites d'abord une sauvegarde."
        )
        answer = (await shop.messages())[-1]
        assert (answer.direction, answer.automatic, answer.channel) == (Direction.OUT, False, Channel.SMS)
        (change,) = await noted(shop)
        assert (change.agreed, change.decided_on, change.decided_by, change.workstation_id) == (
            True,
            TODAY,
            "Claire",
            1,
        )
        await shop.deliver()
        ticket = await shop.ticket()
        assert (ticket.recontacted_by, ticket.assigned_to) == (Recontact.REPLY, 1)
        assert await history(shop) == ["agreement asked", "agreement given"]

    async def test_the_question_shows_the_answer_instead_of_its_buttons(self, shop):
        await shop.receives(HELENE, ASKS)
        await shop.presses(Verb.AGREEMENT, 1, "1 oui", by=MARC)
        (edit,) = [row for row in await shop.rows() if row.kind is Kind.EDIT and row.payload.get("message_id") == 500]
        assert edit.text.replace("\u00a0", " ") == (
            "🖥 n° 1 · Mise à jour de macOS : demandée le 23/11/2026, accord du 23/11/2026 (Marc)"
        )
        assert edit.payload["buttons"] == []

    async def test_refused(self, shop):
        await shop.receives(HELENE, ASKS)
        assert await shop.presses(Verb.AGREEMENT, 1, "1 non") == ["n° 1 : refus noté, et envoyé au client par SMS."]
        assert (await shop.texts_to(HELENE))[-1] == (
            "Atelier : réponse du 23/11/2026 : merci de ne pas mettre à jour macOS pour le moment."
        )
        assert await history(shop) == ["agreement asked", "agreement refused"]

    @pytest.mark.parametrize(
        ("first", "said"),
        [
            pytest.param("oui", "Déjà fait : accord du 23/11/2026 (Claire).", id="agreed"),
            pytest.param("non", "Déjà fait : refus du 23/11/2026 (Claire).", id="refused"),
        ],
    )
    async def test_it_is_decided_once(self, shop, first, said):
        await shop.receives(HELENE, ASKS)
        await shop.presses(Verb.AGREEMENT, 1, f"1 {first}")
        assert await shop.presses(Verb.AGREEMENT, 1, "1 oui", by=MARC) == [said]
        assert len(await shop.texts_to(HELENE)) == 2

    async def test_a_ticket_that_is_held_or_closed_stays_with_who_has_it(self, shop):
        await shop.receives(HELENE, ASKS)
        await shop.orders(Verb.TAKE, 1, by=MARC)
        await shop.presses(Verb.AGREEMENT, 1, "1 oui", by=CLAIRE)
        assert (await shop.ticket()).assigned_to == 2

    async def test_on_a_closed_ticket_the_answer_still_goes_out(self, shop):
        await shop.receives(HELENE, ASKS)
        closed = replace(await shop.ticket(), state=TicketState.CLOSED, closed_at=MONDAY)
        await shop.write(lambda uow: uow.tickets.save(closed))
        await shop.presses(Verb.AGREEMENT, 1, "1 oui")
        assert "accord du 23/11/2026" in (await shop.texts_to(HELENE))[-1]
        assert (await shop.ticket()).assigned_to is None

    async def test_typed_instead_of_pressed_it_is_answered_by_a_message(self, shop):
        await shop.receives(HELENE, ASKS)
        assert await shop.orders(Verb.AGREEMENT, 1, "1 oui") == ["n° 1 : accord noté, et envoyé au client par SMS."]

    async def test_a_client_who_cannot_be_written_to_is_to_be_called(self, shop):
        await shop.receives(HELENE, ASKS)
        await shop.write(lambda uow: _mute_all(uow, shop.clock.now()))
        assert await shop.presses(Verb.AGREEMENT, 1, "1 oui") == [
            "n° 1 : accord noté, mais rien n’est parti au client (il a répondu STOP). Appelez-le."
        ]
        assert (await noted(shop))[0].agreed is True

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param("9 oui", id="no such request"),
            pytest.param("x oui", id="no number"),
            pytest.param("1 peut-être", id="neither yes nor no"),
            pytest.param("2 oui", id="a request on another ticket"),
        ],
    )
    async def test_a_button_of_nothing_is_refused(self, shop, words):
        await shop.receives(HELENE, ASKS)
        await shop.write(lambda uow: uow.workstations.add_change(ClientChange(0, 2, ChangeKind.MACOS)))
        assert await shop.presses(Verb.AGREEMENT, 1, words) == [
            "Il n’y a pas de demande de mise à jour à trancher sur le n° 1."
        ]

    async def test_another_client_s_mac_is_not_taken(self, shop, macs):
        other = await shop.write(lambda uow: uow.workstations.add(2, "MacBook Air"))
        await shop.receives(HELENE, ASKS)
        await shop.presses(Verb.AGREEMENT, 1, f"1 oui #{other.id}")
        assert (await noted(shop))[0].workstation_id is None


async def _mute_all(uow, now) -> None:
    for known in await uow.directory.addresses_of(1):
        await uow.directory.mute_address(known.id, now)
