"""The client's backup: asked for, confirmed, shown, and missed when work begins (C25)."""

from datetime import timedelta

import pytest

from bot.domain.desk import Verb
from bot.domain.inbox import OptOut
from bot.domain.tickets import Direction
from bot.errors import PermanentDeliveryError
from bot.services.backups import confirm_backup, confirmed_at
from bot.services.desk import Desk
from tests.factories import HELENE, HOUR, LUC, MINUTE, MONDAY, whatsapp


@pytest.fixture
async def ticket(shop) -> int:
    """An open ticket of Dr Vasseur's."""
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    return 1


class TestAsked:
    async def test_the_client_is_reminded_by_the_machine_and_the_clock_goes_on(self, shop, ticket):
        assert await shop.orders(Verb.BACKUP, 1) == [
            "n° 1 : le rappel de sauvegarde part par SMS. Le délai court toujours."
        ]
        reminder = (await shop.messages())[-1]
        assert (reminder.direction, reminder.automatic, reminder.body) == (
            Direction.OUT,
            True,
            (
                "Atelier : avant notre intervention sur votre demande 1, faites une sauvegarde. "
                "Puis répondez SAUVEGARDE OK."
            ),
        )
        await shop.deliver()
        assert (await shop.ticket()).awaits_recontact

    async def test_from_a_sender_that_cannot_be_answered_it_names_the_number(self, shop, ticket):
        shop.with_policy(sms_automatic="Atelier")
        await shop.orders(Verb.BACKUP, 1)
        assert (await shop.texts_to(HELENE))[-1].endswith("Puis envoyez SAUVEGARDE OK au +33639980000.")

    async def test_again_within_the_hour_is_a_slip(self, shop, ticket):
        await shop.orders(Verb.BACKUP, 1)
        shop.clock.advance(HOUR - MINUTE)
        assert await shop.orders(Verb.BACKUP, 1) == [
            "Déjà fait : la sauvegarde du n° 1 a été rappelée au client aujourd’hui à 10h00."
        ]
        shop.clock.advance(2 * MINUTE)
        await shop.orders(Verb.BACKUP, 1)
        assert (await shop.events()).count("backup asked") == 2

    async def test_once_confirmed_there_is_nothing_to_ask(self, shop, ticket):
        await shop.orders(Verb.BACKUP, 1, "ok")
        assert await shop.orders(Verb.BACKUP, 1) == ["Déjà fait : sauvegarde du n° 1 confirmée aujourd’hui à 10h00."]

    async def test_who_muted_us_is_not_written_to(self, shop, ticket):
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP)
        assert await shop.orders(Verb.BACKUP, 1) == [
            "Rien n’est parti : aucun moyen d’écrire à ce client (il a répondu STOP). Appelez-le, puis /note 1."
        ]

    async def test_a_window_that_has_closed_is_said(self, shop):
        await shop.receives(whatsapp(LUC), "Word ne s'ouvre plus")
        shop.clock.advance(timedelta(hours=25))
        (said,) = await shop.orders(Verb.BACKUP, 1)
        assert "plus de 24 h depuis son dernier message WhatsApp" in said

    async def test_after_a_telephone_call_there_is_no_address(self, shop):
        await shop.orders(Verb.CALL, None, "Tilleuls Word ne s'ouvre plus")
        assert await shop.orders(Verb.BACKUP, 1) == [
            "Rien n’est parti : aucun moyen d’écrire à ce client (aucune adresse connue). Appelez-le, puis /note 1."
        ]

    async def test_one_that_did_not_arrive_is_not_taken_for_the_acknowledgement(self, shop, ticket):
        await shop.deliver()
        await shop.orders(Verb.BACKUP, 1)
        await shop.write(lambda uow: _mute_all(uow, shop.clock.now()))
        shop.twilio.problem_of = lambda row: PermanentDeliveryError("no", code="30003")
        await shop.deliver()
        assert (
            (await shop.notices())[-1]
            .replace("\u00a0", " ")
            .startswith("⚠️ n° 1 · Un texte automatique n’est pas arrivé (SMS)")
        )


class TestConfirmed:
    @pytest.mark.parametrize("words", ["ok", "OK.", "oui", "faite", "Confirmée"])
    async def test_by_a_technician_whom_the_client_told(self, shop, ticket, words):
        assert await shop.orders(Verb.BACKUP, 1, words) == ["n° 1 : sauvegarde confirmée."]
        assert [(event.kind, event.actor) for event in await shop.history()][-1] == ("backup confirmed", "technician:1")
        assert "Sauvegarde confirmée lun. 23/11 à 10h00" in (await shop.card()).text.replace("\u00a0", " ")

    async def test_once(self, shop, ticket):
        await shop.orders(Verb.BACKUP, 1, "ok")
        shop.clock.advance(HOUR)
        assert await shop.orders(Verb.BACKUP, 1, "ok") == [
            "Déjà fait : sauvegarde du n° 1 confirmée aujourd’hui à 10h00."
        ]
        assert (await shop.events()).count("backup confirmed") == 1

    async def test_by_the_client_s_own_text_on_an_open_ticket(self, shop, ticket):
        await shop.receives(HELENE, "Sauvegarde OK, merci")
        assert [(event.kind, event.actor) for event in await shop.history()][-1] == ("backup confirmed", "client")
        assert "Sauvegarde confirmée" in (await shop.card()).text
        assert len(await shop.tickets()) == 1

    async def test_without_an_open_ticket_it_is_an_ordinary_message(self, shop):
        await shop.receives(HELENE, "Sauvegarde OK")
        assert "backup confirmed" not in await shop.events()

    async def test_by_the_client_it_is_written_down_once(self, shop, ticket):
        async def confirm(uow) -> bool:
            return await confirm_backup(Desk(uow, shop.context, MONDAY), await uow.tickets.get(1), "client")

        assert await shop.read(lambda uow: confirmed_at(uow, 1)) is None
        assert [await shop.write(confirm), await shop.write(confirm)] == [True, False]
        assert await shop.read(lambda uow: confirmed_at(uow, 1)) == MONDAY

    async def test_other_words_are_asked_again(self, shop, ticket):
        assert await shop.orders(Verb.BACKUP, 1, "demain") == [
            "Écrivez /sauvegarde 1 pour la rappeler au client, /sauvegarde 1 ok s’il l’a faite."
        ]

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            pytest.param(
                None, "Quel ticket ? Écrivez /sauvegarde suivi de son numéro, ou répondez à sa carte.", id="no ticket"
            ),
            pytest.param(
                9,
                "Il n’y a pas de ticket n° 9. /tickets montre ceux qui sont ouverts.",
                id="a ticket that is not there",
            ),
        ],
    )
    async def test_a_ticket_is_needed(self, shop, ticket, number, said):
        assert await shop.orders(Verb.BACKUP, number, "ok") == [said]

    async def test_a_closed_ticket_waits_for_no_backup(self, shop, ticket):
        await shop.orders(Verb.CLOSE, 1, "sans objet")
        await shop.presses(Verb.CONFIRM, 1, "not_a_request.0.not_a_request")
        assert await shop.orders(Verb.BACKUP, 1, "ok") == ["Le n° 1 est clos. /rouvrir 1 d’abord, si besoin."]


class TestWorkBegins:
    async def test_without_a_confirmation_the_answer_says_so(self, shop, ticket):
        assert await shop.orders(Verb.START, 1) == [
            "n° 1 : intervention commencée aujourd’hui à 10h00. Sauvegarde non confirmée : /sauvegarde 1"
        ]

    async def test_with_one_it_does_not(self, shop, ticket):
        await shop.orders(Verb.BACKUP, 1, "ok")
        assert await shop.orders(Verb.START, 1) == ["n° 1 : intervention commencée aujourd’hui à 10h00."]


async def _mute_all(uow, now) -> None:
    """So that no other way is tried."""
    for known in await uow.directory.addresses_of(1):
        await uow.directory.mute_address(known.id, now)
