"""STATUT, SOLDE, OUI and NON: answered at once without a ticket, or an ordinary message where they cannot be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.clients import ClientKind
from bot.domain.contracts import Term, TermChange
from bot.domain.desk import Verb
from bot.domain.inbox import OptOut
from bot.domain.interventions import LedgerLine
from bot.domain.outbox import Kind
from bot.domain.tickets import DeliveryState
from bot.services import receiving
from bot.services.meetings import remind_meetings
from bot.storage.tables import outbox
from bot.texts.gsm import is_gsm7, parts
from tests.factories import ANNE, DAY, HELENE, HOUR, LUC, MINUTE, NOBODY, client_message, paris, picture, sms, whatsapp

LINK = "https://zoom.us/j/81234567890?pwd=abcdef"


async def answers(shop, number: str = HELENE) -> list[str]:
    return [text.removeprefix("Atelier : ") for text in await shop.texts_to(number)]


async def numbers(shop) -> list[int]:
    return [ticket.number for ticket in await shop.tickets()]


async def file_of(shop, client_id: int = 1) -> list[tuple[str, str, dict[str, object]]]:
    found = await shop.read(lambda uow: uow.client_files.client_events(client_id))
    return [(event.kind, event.actor, event.data) for event in found]


async def invited(shop, day: str = "27/11") -> None:
    """A session is announced, and all of its guests are invited."""
    await shop.orders(Verb.MEETING, None, f"{day} {LINK}")
    session = max([each.id for each in await shop.read(all_meetings)])
    await shop.presses(Verb.MEETING, None, f"={session} inviter")


async def all_meetings(uow):
    return await uow.meetings.between(paris("2026-01-01 00:00"), paris("2028-01-01 00:00"))


async def coming(shop, session: int = 1) -> list[bool | None]:
    """What Hélène, Luc and Anne have answered."""
    return [each.coming for each in await shop.read(lambda uow: uow.meetings.invitations(session))]


async def count_units(shop, units: int) -> None:
    """Write units into the practice's account, as an intervention would."""

    async def work(uow) -> None:
        contract = await uow.contracts.contract_on(1, date(2026, 11, 23))
        period = await uow.contracts.period(contract, nth=1, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
        ticket = await uow.tickets.get(1)
        intervention = await uow.interventions.open(ticket.number, client_id=1, now=shop.clock.now())
        await uow.contracts.add_line(
            LedgerLine(
                client_id=1,
                intervention_id=intervention.id,
                ticket_id=ticket.number,
                period_id=period.id,
                units=units,
                decision="counted",
                rule="C7",
                author="technician:1",
                at=shop.clock.now(),
            )
        )

    await shop.write(work)


class TestStatus:
    async def test_nothing_asked_is_said_so_and_nothing_rings(self, shop):
        await shop.receives(HELENE, "Statut ?")
        assert await answers(shop) == ["vous n'avez aucune demande en cours."]
        assert (await numbers(shop), await shop.notices()) == ([], [])
        (row,) = await shop.rows()
        assert (row.kind, row.to, row.payload["about"]) == (Kind.TEXT, f"sms:{HELENE}", "answer")
        assert await file_of(shop) == [("asked status", "client", {"contact": 1, "channel": "sms"})]
        assert await shop.read(lambda uow: uow.inbox.pending(10)) == []

    async def test_an_open_request_is_told_with_its_deadline(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.passes(HOUR)
        rows = len(await shop.rows())
        await shop.receives(HELENE, "STATUT")
        assert (await answers(shop))[-1] == ("demande 1 (Word ne s'ouvre plus) : recontact avant ven. 27/11 à 16h00.")
        assert (await numbers(shop), len(await shop.rows()) - rows) == ([1], 1)
        assert [message.body for message in await shop.messages() if not message.automatic] == ["Word ne s'ouvre plus"]

    async def test_a_recontact_and_an_appointment_are_told(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
        await shop.passes(HOUR)
        await shop.receives(HELENE, "statut")
        assert (await answers(shop))[-1] == (
            "demande 1 (Word ne s'ouvre plus) : recontacté le lun. 23/11 à 10h00, rendez-vous jeu. 26/11 à 14h00."
        )

    async def test_an_appointment_that_has_passed_is_not(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.APPOINTMENT, 1, "demain 14h")
        await shop.passes(2 * DAY)
        await shop.receives(HELENE, "statut")
        assert (await answers(shop))[-1] == "demande 1 (Word ne s'ouvre plus) : recontacté le lun. 23/11 à 10h00."

    async def test_work_under_way_is_told(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.START, 1)
        await shop.passes(HOUR)
        await shop.receives(HELENE, "statut")
        assert (await answers(shop))[-1] == "demande 1 (Word ne s'ouvre plus) : intervention en cours."

    async def test_past_the_deadline_no_moment_is_promised(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        shop.clock.advance(10 * DAY)
        await shop.receives(HELENE, "statut")
        assert (await answers(shop))[-1] == "demande 1 (Word ne s'ouvre plus) : recontact dès que possible."

    async def test_a_colleagues_request_is_not_told(self, shop):
        await shop.receives(LUC, "L'imprimante est en panne")
        await shop.receives(HELENE, "statut")
        assert await answers(shop) == ["vous n'avez aucune demande en cours."]

    async def test_a_closed_request_is_not_told(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.BLOCK, 1, "oui")
        await shop.orders(Verb.BLOCK, 1, "non")
        await shop.passes(HOUR)
        await shop.receives(HELENE, "statut")
        assert (await answers(shop))[-1] == "vous n'avez aucune demande en cours."

    async def test_of_four_requests_three_are_told(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        for subject in ("scanner", "VigiPaiement", "sauvegarde du poste 2"):
            await shop.orders(Verb.CALL, None, f"Vasseur {subject}")
        for number in (2, 3, 4):
            await shop.write(lambda uow, number=number: give_to_helene(uow, number))
        await shop.passes(HOUR)
        await shop.receives(whatsapp(HELENE), "statut")
        said = (await shop.texts_to(HELENE))[-1]
        assert (said.count("emande"), said.count("recontact avant")) == (3, 3)
        assert said.endswith("Et d’autres encore.")

    async def test_one_sms_where_the_subjects_leave_no_room(self, shop):
        await shop.receives(HELENE, "Le logiciel de gestion ne démarre plus depuis ce matin")
        await shop.write(lambda uow: give_to_helene(uow, 1))
        await shop.orders(Verb.CALL, None, "Vasseur le scanner du secrétariat ne répond plus du tout")
        await shop.write(lambda uow: give_to_helene(uow, 2))
        await shop.passes(HOUR)
        await shop.receives(HELENE, "statut")
        said = (await shop.texts_to(HELENE))[-1]
        assert said == (
            "Atelier : demande 2 : recontact avant ven. 27/11 à 16h00. Demande 1 : recontact avant ven. 27/11 à 16h00."
        )
        assert (parts(said), is_gsm7(said)) == (1, True)


async def give_to_helene(uow, number: int) -> None:
    await uow.tickets.save(replace(await uow.tickets.get(number), contact_id=1))


class TestBalance:
    async def test_what_is_left_until_when(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await count_units(shop, 5)
        await shop.passes(HOUR)
        await shop.receives(HELENE, "Bonjour, le solde svp ?")
        assert (await answers(shop))[-1] == "il vous reste 7 unités sur 12, jusqu'au 28/02/2027."
        assert await numbers(shop) == [1]
        assert (await file_of(shop))[-1] == ("asked balance", "client", {"contact": 1, "channel": "sms"})

    async def test_before_anything_was_counted(self, shop):
        await shop.receives(LUC, "SOLDE")
        assert await answers(shop, LUC) == ["il vous reste 12 unités sur 12, jusqu'au 28/02/2027."]

    async def test_beyond_the_package(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await count_units(shop, 14)
        await shop.passes(HOUR)
        await shop.receives(HELENE, "solde")
        assert (await answers(shop))[-1] == (
            "forfait de 12 unités dépassé de 2, jusqu'au 28/02/2027 ; nous continuons à vous aider."
        )

    async def test_a_contract_in_ones_own_name_is_not_counted(self, shop):
        await shop.receives(ANNE, "solde")
        assert await answers(shop, ANNE) == ["votre contrat individuel n'est pas décompté."]

    async def test_a_practice_whose_contract_is_not_counted(self, shop):
        change = TermChange(1, Term.COUNTED, "no", date(2026, 6, 1), "technician:1", shop.clock.now())
        await shop.write(lambda uow: uow.contracts.add_term(change))
        await shop.receives(HELENE, "solde")
        assert await answers(shop) == ["votre contrat n'est pas décompté."]

    async def test_no_contract(self, shop):
        async def work(uow) -> None:
            now = shop.clock.now()
            client = await uow.directory.add_client("Cabinet Neuf", kind=ClientKind.GROUP_PRACTICE, now=now)
            contact = await uow.directory.add_contact("Zoé", client_id=client.id, role="", now=now)
            await uow.directory.add_address(sms(NOBODY), contact_id=contact.id, profile_name=None, now=now)

        await shop.write(work)
        await shop.receives(NOBODY, "solde")
        assert await answers(shop, NOBODY) == ["aucun contrat en cours à ce nom."]


class TestOrdinaryMessages:
    """What the machine cannot answer opens a ticket, or joins one: it is never swallowed."""

    @pytest.mark.parametrize("text", ["statut", "solde", "oui", "non", "sauvegarde ok"])
    async def test_a_strangers(self, shop, text):
        await shop.receives(NOBODY, text)
        assert await numbers(shop) == [1]

    async def test_a_contacts_of_no_client(self, shop):
        async def work(uow) -> None:
            contact = await uow.directory.add_contact("Zoé", client_id=None, role="", now=shop.clock.now())
            await uow.directory.add_address(sms(NOBODY), contact_id=contact.id, profile_name=None, now=shop.clock.now())

        await shop.write(work)
        await shop.receives(NOBODY, "statut")
        assert await numbers(shop) == [1]

    async def test_where_the_machine_may_not_text(self, shop):
        shop.with_policy(sms_automatic="off")
        await shop.receives(HELENE, "statut")
        assert (await numbers(shop), await shop.texts_to(HELENE)) == ([1], [])

    async def test_a_fourth_within_the_hour(self, shop):
        for text in ("statut", "solde", "statut"):
            await shop.receives(HELENE, text)
        assert (await numbers(shop), len(await shop.texts_to(HELENE))) == ([], 3)
        await shop.passes(HOUR - timedelta(seconds=1))
        await shop.receives(HELENE, "solde")
        assert await numbers(shop) == [1]

    async def test_but_not_one_after_that(self, shop):
        for text in ("statut", "solde", "statut"):
            await shop.receives(HELENE, text)
        await shop.passes(HOUR)
        await shop.receives(HELENE, "solde")
        assert (await numbers(shop), len(await shop.texts_to(HELENE))) == ([], 4)

    async def test_with_a_picture(self, shop):
        await shop.receives(HELENE, "statut", media=(picture(),))
        assert await numbers(shop) == [1]

    async def test_after_a_stop(self, shop):
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP)
        await shop.receives(HELENE, "solde")
        assert (await numbers(shop), await shop.texts_to(HELENE)) == ([1], [])

    async def test_a_blocked_senders_opens_nothing_and_is_not_answered(self, shop):
        known = await shop.address(sms(HELENE))
        await shop.write(lambda uow: uow.directory.block_address(known.id, shop.clock.now()))
        await shop.receives(HELENE, "statut")
        assert (await numbers(shop), await shop.rows()) == ([], [])

    async def test_a_yes_where_nobody_is_invited(self, shop):
        await shop.receives(HELENE, "oui")
        assert await numbers(shop) == [1]

    async def test_a_word_that_arrives_twice_is_answered_once(self, shop):
        reading = client_message(sms(HELENE), "statut")
        for _ in range(2):
            await shop.arrives(reading, external_id="SM1")
        await shop.take_in()
        assert len(await shop.texts_to(HELENE)) == 1

    async def test_an_answer_that_does_not_arrive_shows_at_the_desk(self, shop):
        known = await shop.address(whatsapp(HELENE))
        await shop.write(lambda uow: uow.directory.block_address(known.id, shop.clock.now()))
        await shop.receives(HELENE, "statut")
        (row,) = await shop.rows()
        await shop.deliver()
        await shop.reports(await provider_id(shop, row.id), DeliveryState.UNDELIVERED, "30003")
        assert "n’a pas reçu la réponse à sa question" in (await shop.notices())[-1]


async def provider_id(shop, row_id: int) -> str:
    async def work(uow):
        found = await uow.outbox._connection.execute(select(outbox.c.provider_id).where(outbox.c.id == row_id))
        return found.scalar_one()

    return await shop.read(work)


async def test_a_text_that_is_no_word_asks_nothing_of_the_database(shop, monkeypatch):
    async def never(*_, **__):
        raise AssertionError("it was taken for a word")

    monkeypatch.setattr(receiving, "heed", never)
    await shop.receives(HELENE, "Le solde de mon compte ne s'affiche pas")
    assert await numbers(shop) == [1]


class TestBackups:
    """SAUVEGARDE OK on an open ticket is written down there (C25); it is part of the talk as well."""

    async def test_on_an_open_ticket(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.receives(HELENE, "Sauvegarde faite")
        assert "backup confirmed" in " ".join(await shop.events())
        assert [message.body for message in await shop.messages() if not message.automatic][-1] == "Sauvegarde faite"

    async def test_not_where_it_opens_one(self, shop):
        await shop.receives(HELENE, "Sauvegarde faite")
        assert (await numbers(shop), "backup" in " ".join(await shop.events())) == ([1], False)

    async def test_nor_on_a_closed_one(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.BLOCK, 1, "oui")
        await shop.orders(Verb.BLOCK, 1, "non")
        await shop.receives(HELENE, "Merci, sauvegarde ok")
        assert "backup" not in " ".join([*await shop.events(1), *await shop.events(2)])


class TestInvitations:
    @pytest.mark.parametrize(
        ("text", "expected", "said"),
        [
            pytest.param("OUI", True, "nous vous attendons à la session 13-14 du vendredi 27 novembre.", id="yes"),
            pytest.param("Non", False, "vous ne viendrez pas à la session 13-14 du vendredi 27 novembre.", id="no"),
        ],
    )
    async def test_an_answer_is_written_down_and_acknowledged(self, shop, text, expected, said):
        await invited(shop)
        await shop.passes(MINUTE)
        await shop.receives(HELENE, text)
        assert await coming(shop) == [expected, None, None]
        assert (await answers(shop))[-1] == f"c'est noté, {said}"
        assert await numbers(shop) == []
        data = {"meeting": 1, "contact": 1, "coming": expected}
        assert (await file_of(shop))[-1] == ("answered invitation", "client", data)

    async def test_it_is_written_down_even_where_it_cannot_be_acknowledged(self, shop):
        await invited(shop)
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP)
        await shop.receives(HELENE, "non")
        assert (await coming(shop), await numbers(shop)) == ([False, None, None], [])
        assert len(await shop.texts_to(HELENE)) == 1

    async def test_a_mind_can_be_changed(self, shop):
        await invited(shop)
        await shop.receives(HELENE, "oui")
        await shop.receives(HELENE, "non")
        assert (await coming(shop), await numbers(shop)) == ([False, None, None], [])

    async def test_what_says_nothing_new_is_an_ordinary_message(self, shop):
        await invited(shop)
        await shop.receives(HELENE, "oui")
        await shop.receives(HELENE, "oui")
        assert (await coming(shop), await numbers(shop)) == ([True, None, None], [1])

    async def test_it_answers_the_ticket_where_that_asked_last(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await invited(shop)
        await shop.passes(MINUTE)
        await shop.orders(Verb.ANSWER, 1, "Puis-je redémarrer votre poste ?")
        await shop.receives(HELENE, "oui")
        assert await coming(shop) == [None, None, None]
        assert (await shop.messages())[-1].body == "oui"

    async def test_an_acknowledgement_asks_nothing(self, shop):
        await invited(shop)
        await shop.passes(MINUTE)
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.receives(HELENE, "non")
        assert await coming(shop) == [False, None, None]

    async def test_it_answers_the_invitation_where_that_came_last(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.ANSWER, 1, "Puis-je redémarrer votre poste ?")
        await shop.passes(MINUTE)
        await invited(shop)
        await shop.receives(HELENE, "oui")
        assert await coming(shop) == [True, None, None]
        assert (await shop.messages())[-1].body != "oui"

    async def test_or_where_both_came_at_once(self, shop):
        await invited(shop)
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.receives(HELENE, "oui")
        assert await coming(shop) == [True, None, None]

    async def test_or_where_the_reminder_did(self, shop):
        await invited(shop)
        await shop.passes(MINUTE)
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.ANSWER, 1, "Puis-je redémarrer votre poste ?")
        await shop.passes(paris("2026-11-27 08:00") - shop.clock.now())
        await shop.receives(HELENE, "oui")
        assert await coming(shop) == [None, None, None]
        assert await remind_meetings(shop.context) == 3
        await shop.receives(HELENE, "oui")
        assert await coming(shop) == [True, None, None]

    async def test_a_closed_ticket_does_not_get_it(self, shop):
        await invited(shop)
        await shop.passes(MINUTE)
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.BLOCK, 1, "oui")
        await shop.orders(Verb.BLOCK, 1, "non")
        await shop.receives(HELENE, "oui")
        assert await coming(shop) == [True, None, None]

    async def test_of_two_sessions_it_answers_the_one_not_answered(self, shop):
        await invited(shop, "4/12")
        await shop.passes(MINUTE)
        await invited(shop, "27/11")
        await shop.receives(HELENE, "oui")
        assert (await coming(shop, 1), await coming(shop, 2)) == ([None, None, None], [True, None, None])
        await shop.receives(HELENE, "oui")
        assert (await coming(shop, 1), await numbers(shop)) == ([True, None, None], [])

    async def test_what_was_sent_before_the_invitation_and_found_after_it_does_not_answer_it(self, shop):
        await invited(shop)
        await shop.receives(HELENE, "oui", occurred_at=shop.clock.now() - MINUTE)
        assert (await coming(shop), await numbers(shop)) == ([None, None, None], [1])

    async def test_what_was_sent_before_the_session_and_found_after_it_does(self, shop):
        await invited(shop)
        await shop.passes(paris("2026-11-27 13:05") - shop.clock.now())
        await shop.receives(HELENE, "oui", occurred_at=paris("2026-11-27 12:59"))
        assert (await coming(shop), await numbers(shop)) == ([True, None, None], [])

    async def test_once_the_session_has_begun_it_is_an_ordinary_message(self, shop):
        await invited(shop)
        await shop.passes(paris("2026-11-27 13:00") - shop.clock.now())
        await shop.receives(HELENE, "oui")
        assert (await coming(shop), await numbers(shop)) == ([None, None, None], [1])

    async def test_and_where_the_session_was_cancelled(self, shop):
        await invited(shop)
        await shop.presses(Verb.MEETING, None, "=1 annuler oui")
        await shop.receives(HELENE, "oui")
        assert await numbers(shop) == [1]
