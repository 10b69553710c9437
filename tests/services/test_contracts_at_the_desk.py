"""Contracts at the desk: looked at, paid, ended, amended; what cannot be done says why (C10, C19-C24)."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.contracts import Ending, PaymentMethod, Term
from bot.domain.desk import Verb
from bot.services.contract_plan import plan_contracts
from bot.services.contract_watch import watch_contracts
from bot.services.verifying import verify
from tests.factories import HELENE, paris
from tests.services.talk import Talk
from tests.services.test_accounting import close, work

PRACTICE, ALONE = 1, 2


@pytest.fixture
async def desk(shop):
    """23 November 2026; both contracts run since 1 March 2026, and are planned; the architecture of both is known."""

    async def describe(uow):
        for client_id in (PRACTICE, ALONE):
            client = await uow.directory.client(client_id)
            await uow.client_files.describe_client(replace(client, architecture="Un serveur"))

    await shop.write(describe)
    await plan_contracts(shop.context)
    return Talk(shop)


async def contract_of(desk, contract_id=PRACTICE):
    return await desk.shop.read(lambda uow: uow.contracts.contract(contract_id))


async def payments(desk, period_id=1):
    found = await desk.shop.read(lambda uow: uow.contracts.payments_of(period_id))
    return [(each.amount_cents, each.method, each.paid_on) for each in found]


async def states(desk, contract_id=PRACTICE):
    found = await desk.shop.read(lambda uow: uow.contract_milestones.of_contract(contract_id))
    return {name: state for name, _, state in found}


async def sheet(desk, words="Tilleuls") -> str:
    (said,) = await desk.types(Verb.CONTRACT, words)
    return said


class TestLooking:
    async def test_a_contract_is_shown_with_all_that_can_be_done(self, desk):
        assert await sheet(desk) == (
            "Cabinet des Tilleuls · cabinet de groupe\n"
            "Contrat depuis le 01/03/2026\n"
            "Période 1 : du 01/03/2026 au 28/02/2027\n"
            "330,00 € : ⚠️ reste 330,00 €\n"
            "Forfait : 12 unités, il en reste 12\n"
            "Se renouvelle le 01/03/2027, dernier jour pour un préavis : 01/12/2026\n"
            "⚠️ Architecture pas encore validée par le client (C23)"
        )
        assert await desk.buttons() == [
            "Architecture validée…", "Payé", "Préavis", "Avenant", "Résilier", "Contrat en PDF",
        ]  # fmt: skip

    async def test_an_individual_contract_is_shown_without_units(self, desk):
        assert "Jamais compté (C11)" in await sheet(desk, "Morel")

    async def test_the_contract_of_the_ticket_that_is_answered(self, desk):
        await desk.shop.receives(HELENE)
        await desk.shop.deliver()
        (said,) = await desk.shop.orders(Verb.CONTRACT, reply_to=await desk.shop.posted())
        assert said.startswith("Cabinet des Tilleuls")

    async def test_a_client_without_a_contract(self, desk):
        kind = (await desk.shop.client(PRACTICE)).kind
        await desk.shop.write(lambda uow: uow.directory.add_client("Lac", kind=kind, now=desk.shop.clock.now()))
        assert "Aucun contrat en cours." in await sheet(desk, "Lac")
        assert await desk.buttons() == ["Architecture validée…", "Signer"]
        for verb, words in ((Verb.PAID, ""), (Verb.NOTICE, ""), (Verb.TERMINATE, ""), (Verb.TERM, "")):
            (said,) = await desk.types(verb, f"Lac {words}")
            assert said == "Lac n’a pas de contrat. /contrat Lac pour en signer un."

    async def test_a_contract_that_is_over(self, desk):
        async def ended(uow):
            await uow.contracts.end_contract(PRACTICE, ends_on=date(2026, 10, 31), ending=Ending.TERMINATION)

        await desk.shop.write(ended)
        said = await sheet(desk)
        assert "A pris fin le 31/10/2026 (résiliation)" in said
        assert await desk.buttons() == ["Architecture validée…", "Signer", "Payé", "Contrat en PDF"]
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls hier")
        assert said.startswith("Le contrat de Cabinet des Tilleuls a pris fin le 31/10/2026.")

    async def test_words_that_mean_nothing(self, desk):
        (said,) = await desk.types(Verb.CONTRACT, "Tilleuls bla")
        assert said.startswith("Je ne comprends pas « bla ».")


class TestPaying:
    async def test_by_default_what_is_due_today_by_transfer(self, desk):
        assert await desk.types(Verb.PAID, "Tilleuls") == [
            "Cabinet des Tilleuls : 330,00 € reçus (virement, 23/11/2026), période du 01/03/2026. Période payée."
        ]
        assert await payments(desk) == [(33_000, PaymentMethod.TRANSFER, date(2026, 11, 23))]
        assert await desk.history() == [("payment", {"contract": 1, "nth": 1, "cents": 33_000})]
        assert "330,00 € : payé (virement du 23/11/2026)" in await sheet(desk)
        assert await desk.types(Verb.PAID, "Tilleuls") == [
            "Déjà fait : Cabinet des Tilleuls a payé la période du 01/03/2026."
        ]

    async def test_a_button_asks_how_and_takes_it_once(self, desk):
        await sheet(desk)
        (asked,) = await desk.presses("Payé")
        assert asked.startswith("Cabinet des Tilleuls : 330,00 € à régler pour la période du 01/03/2026.")
        await desk.presses("Chèque")
        (again,) = await desk.presses("Chèque")
        assert again.startswith("Déjà fait")
        assert await payments(desk) == [(33_000, PaymentMethod.CHEQUE, date(2026, 11, 23))]

    async def test_the_question_is_answered_in_words(self, desk):
        await sheet(desk)
        await desk.presses("Payé")
        (said,) = await desk.answers("2 mars chèque 300,00")
        assert said.endswith("300,00 € reçus (chèque, 02/03/2026), période du 01/03/2026. Reste 30,00 €.")

    async def test_too_much_is_told(self, desk):
        (said,) = await desk.types(Verb.PAID, "Tilleuls hier 350")
        assert said.endswith("⚠️ Trop-perçu de 20,00 €.")
        assert "payé (virement du 22/11/2026), trop-perçu de 20,00 €" in await sheet(desk)

    async def test_a_correction_is_a_payment_below_zero(self, desk):
        await desk.types(Verb.PAID, "Tilleuls 350")
        (said,) = await desk.types(Verb.PAID, "Tilleuls -20")
        assert "−20,00 € corrigés" in said
        assert said.endswith("Période payée.")
        assert [cents for cents, *_ in await payments(desk)] == [35_000, -2_000]

    async def test_a_cheque_that_bounced_makes_the_arrears_due_again(self, desk):
        """C22: they were found paid on the thirty-first day."""
        await desk.types(Verb.PAID, "Tilleuls")
        await watch_contracts(desk.shop.context)
        assert (await states(desk))["arrears:1"] == "cancelled"
        await desk.types(Verb.PAID, "Tilleuls -330")
        assert (await states(desk))["arrears:1"] == "pending"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param("demain", "Le 24/11/2026 est à venir. Donnez un jour passé, ou aujourd’hui.", id="to come"),
            pytest.param("bla", "Je ne comprends pas « bla ». Écrivez par exemple : hier chèque 330,00", id="words"),
            pytest.param("0", "Je ne comprends pas « 0 ». Écrivez par exemple : hier chèque 330,00", id="nothing"),
            pytest.param(
                "virement chèque", "Je ne comprends pas « virement chèque ». Écrivez par exemple : hier chèque 330,00",
                id="two methods",
            ),
            pytest.param(
                "-20", "Rien n’a été reçu de Cabinet des Tilleuls : il n’y a rien à corriger.", id="nothing to correct"
            ),
            pytest.param(
                "période 7",
                "Cabinet des Tilleuls n’a pas cette période. /contrat Cabinet des Tilleuls montre celle qui court.",
                id="no such period",
            ),
            pytest.param(
                "#2",
                "Cabinet des Tilleuls n’a pas cette période. /contrat Cabinet des Tilleuls montre celle qui court.",
                id="another client's period",
            ),
        ],
    )  # fmt: skip
    async def test_what_cannot_be(self, desk, words, said):
        assert await desk.types(Verb.PAID, f"Tilleuls {words}") == [said]
        assert await payments(desk) == []

    async def test_no_more_is_taken_back_than_was_paid(self, desk):
        await desk.types(Verb.PAID, "Tilleuls 30")
        (said,) = await desk.types(Verb.PAID, "Tilleuls -31")
        assert said == "Cabinet des Tilleuls n’a payé que 30,00 € pour cette période : la correction est trop grande."

    async def test_the_oldest_unpaid_period_comes_first_and_another_can_be_named(self, desk):
        desk.shop.clock.move_to(paris("2027-03-02 10:00"))
        await watch_contracts(desk.shop.context)
        (said,) = await desk.types(Verb.PAID, "Tilleuls période 2")
        assert "période du 01/03/2027" in said
        (said,) = await desk.types(Verb.PAID, "Tilleuls")
        assert "période du 01/03/2026" in said
        (said,) = await desk.types(Verb.PAID, "Tilleuls -330")
        assert "période du 01/03/2026" in said


class TestNotice:
    async def test_in_time_on_the_last_day(self, desk):
        desk.shop.clock.move_to(paris("2026-12-01 10:00"))
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls aujourd’hui")
        assert said == (
            "Cabinet des Tilleuls\n"
            "Préavis reçu le 1er décembre 2026, dans les délais (dernier jour : 1er décembre 2026).\n"
            "Le contrat prendra fin le 28 février 2027 (C21)."
        )
        assert (await contract_of(desk)).ends_on is None
        assert await desk.presses("Enregistrer le préavis") == [
            "Cabinet des Tilleuls : préavis enregistré, le contrat prend fin le 28/02/2027."
        ]
        contract = await contract_of(desk)
        assert (contract.ends_on, contract.ending, contract.notice_received_on) == (
            date(2027, 2, 28),
            Ending.NOTICE,
            date(2026, 12, 1),
        )
        assert (await states(desk))["ended"] == "pending"
        assert (await states(desk))["period:2"] == "cancelled"
        assert "Prend fin le 28/02/2027 (préavis reçu le 01/12/2026)" in await sheet(desk)
        assert "Annuler la fin" in await desk.buttons()

    async def test_late_on_the_day_after(self, desk):
        """C21: then it takes effect at the following anniversary, and both dates are said."""
        desk.shop.clock.move_to(paris("2026-12-02 10:00"))
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls 02/12/2026")
        assert said == (
            "Cabinet des Tilleuls\n"
            "⚠️ Préavis reçu le 2 décembre 2026, trop tard pour le 28 février 2027 : il fallait le recevoir le "
            "1er décembre 2026 au plus tard. Il vaut pour l’échéance suivante.\n"
            "Le contrat prendra fin le 29 février 2028 (C21)."
        )
        await desk.presses("Enregistrer le préavis")
        assert (await contract_of(desk)).ends_on == date(2028, 2, 29)
        assert (await states(desk))["period:2"] == "pending"

    async def test_another_term_of_notice_counts(self, desk):
        await desk.types(Verb.TERM, "Tilleuls préavis 2 aujourd’hui oui")
        desk.shop.clock.move_to(paris("2027-01-01 10:00"))
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls aujourd’hui")
        assert "dans les délais (dernier jour : 1er janvier 2027)" in said

    async def test_a_button_asks_for_the_day(self, desk):
        await sheet(desk)
        (asked,) = await desk.presses("Préavis")
        assert asked.startswith("Cabinet des Tilleuls : la lettre recommandée a été reçue quel jour ?")
        assert await desk.buttons() == ["Aujourd’hui 23/11/2026", "Annuler"]
        (said,) = await desk.answers("hier")
        assert "Préavis reçu le 22 novembre 2026" in said
        assert await desk.buttons() == ["Enregistrer le préavis", "Annuler"]

    async def test_pressed_each_step_stands_in_the_place_of_the_last(self, desk):
        """What was done stays to be read by everybody, and no button is left that would do it again."""
        await desk.types(Verb.NOTICE, "Tilleuls")
        assert await desk.presses("Aujourd’hui 23/11/2026") == []
        assert (await desk.in_place()).startswith("Cabinet des Tilleuls\nPréavis reçu le 23 novembre 2026")
        taken = "Cabinet des Tilleuls : préavis enregistré, le contrat prend fin le 28/02/2027."
        assert await desk.presses("Enregistrer le préavis") == [taken]
        assert await desk.in_place() == taken
        await sheet(desk)
        taken_back = "Cabinet des Tilleuls : fin annulée, le contrat se renouvelle le 01/03/2027."
        assert await desk.presses("Annuler la fin") == [taken_back]
        assert "Se renouvelle le 01/03/2027" in await desk.in_place()

    async def test_it_is_left_by_a_button(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier")
        assert await desk.presses("Annuler") == ["Abandonné : rien n’est changé."]
        assert await desk.in_place() == "Abandonné : rien n’est changé."
        assert "Se renouvelle le 01/03/2027" in await sheet(desk)

    async def test_what_a_colleague_confirmed_is_not_left_any_more(self, desk):
        """On a telephone that still shows the old buttons."""
        await desk.types(Verb.NOTICE, "Tilleuls hier")
        await desk.presses("Enregistrer le préavis")
        late = await desk.shop.presses(Verb.CANCEL)  # below the same message
        assert late == ["Déjà fait : cette question est réglée. Le message dit comment."]
        assert (await desk.in_place()).startswith("Cabinet des Tilleuls : préavis enregistré")

    async def test_it_is_taken_once(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")
        assert await desk.types(Verb.NOTICE, "Tilleuls hier oui") == [
            (
                "Déjà fait : le contrat de Cabinet des Tilleuls prend fin le 28/02/2027. "
                "/denoncer Cabinet des Tilleuls annuler le reprend."
            )
        ]

    async def test_it_is_taken_back(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")
        await sheet(desk)
        assert await desk.presses("Annuler la fin") == [
            "Cabinet des Tilleuls : fin annulée, le contrat se renouvelle le 01/03/2027."
        ]
        contract = await contract_of(desk)
        assert (contract.ends_on, contract.ending, contract.notice_received_on) == (None, None, None)
        assert (await states(desk))["period:2"] == "pending"
        assert (await states(desk))["ended"] == "cancelled"
        assert await desk.types(Verb.NOTICE, "Tilleuls annuler") == [
            "Déjà fait : le contrat de Cabinet des Tilleuls n’a pas de fin prévue."
        ]
        assert [kind for kind, _ in await desk.history()] == ["notice", "end taken back"]

    async def test_it_is_taken_back_on_the_last_day_and_not_after_it(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")
        desk.shop.clock.move_to(paris("2027-03-01 00:00"))
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls annuler")
        assert said.startswith("Le contrat de Cabinet des Tilleuls a pris fin le 28/02/2027.")
        desk.shop.clock.move_to(paris("2027-02-28 23:59"))
        assert "Prend fin le 28/02/2027" in await sheet(desk)
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls annuler")
        assert said == "Cabinet des Tilleuls : fin annulée, le contrat se renouvelle le 01/03/2027."

    async def test_it_is_not_taken_back_over_a_contract_that_follows(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")
        await desk.types(Verb.CONTRACT, "Tilleuls architecture")
        await desk.types(Verb.CONTRACT, "Tilleuls signer 01/03/2027 oui")
        (said,) = await desk.types(Verb.NOTICE, "Tilleuls annuler")
        assert said.startswith("Cabinet des Tilleuls a un contrat depuis le 01/03/2027")
        assert "Contrat suivant à partir du 01/03/2027" in await sheet(desk)
        assert "Signer" not in await desk.buttons()

    async def test_before_the_contract_starts(self, desk):
        await desk.types(Verb.CONTRACT, "Morel architecture")
        await desk.types(Verb.TERMINATE, "Morel 30/11/2026 changement")
        await desk.presses("Résilier")
        await desk.types(Verb.CONTRACT, "Morel signer 01/12/2026 oui")
        desk.shop.clock.move_to(paris("2026-12-01 00:00"))
        (said,) = await desk.types(Verb.NOTICE, "Morel 30/11/2026")
        assert "dans les délais (dernier jour : 1er septembre 2027)" in said

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param("demain", "Le 24/11/2026 est à venir. Donnez un jour passé, ou aujourd’hui.", id="to come"),
            pytest.param("bla", "Je ne comprends pas la date « bla ». Écrivez par exemple hier, 1er mars 2027 ou "
                         "01/03/2027.", id="no day"),
            pytest.param("hier bla", "Je ne comprends pas la date « hier bla ». Écrivez par exemple hier, 1er mars "
                         "2027 ou 01/03/2027.", id="a word behind"),
            pytest.param("01/03/2024", "Ce préavis aurait mis fin au contrat le 28/02/2027, déjà passé. /resilier "
                         "suivi du jour et du motif.", id="long ago"),
        ],
    )  # fmt: skip
    async def test_what_cannot_be(self, desk, words, said):
        if "2024" in words:
            desk.shop.clock.move_to(paris("2027-06-01 10:00"))
        assert await desk.types(Verb.NOTICE, f"Tilleuls {words}") == [said]


class TestTerminating:
    async def test_it_is_shown_and_then_done(self, desk):
        (said,) = await desk.types(Verb.TERMINATE, "Tilleuls 31/12/2026 impayé malgré deux rappels")
        assert said == (
            "Cabinet des Tilleuls : résilier le contrat ?\n"
            "Dernier jour : 31 décembre 2026. Motif : impayé malgré deux rappels.\n"
            "Les demandes reçues ensuite restent acceptées, marquées « non couvert » (C13)."
        )
        assert (await contract_of(desk)).ends_on is None
        assert await desk.presses("Résilier") == ["Cabinet des Tilleuls : contrat résilié, dernier jour le 31/12/2026."]
        contract = await contract_of(desk)
        assert (contract.ends_on, contract.ending) == (date(2026, 12, 31), Ending.TERMINATION)
        assert (await desk.history())[-1] == (
            "contract terminated",
            {"contract": 1, "ends_on": "2026-12-31", "reason": "impayé malgré deux rappels"},
        )
        (again,) = await desk.presses("Résilier")
        assert again.startswith("Déjà fait")

    async def test_what_was_counted_after_a_day_that_has_passed_is_given_back(self, desk):
        for number, moment in ((1, "2026-11-23 10:00"), (2, "2026-11-24 10:00")):
            desk.shop.clock.move_to(paris(moment))
            await desk.shop.receives(HELENE, f"Word, le {number}")
            await work(desk.shop, number)
            await close(desk.shop, number)
        await desk.types(Verb.TERMINATE, "Tilleuls 23/11/2026 impayé")
        await desk.presses("Résilier")
        assert (await desk.shop.ledger())[2:] == [(PRACTICE, 1, -2, "correction"), (PRACTICE, None, 0, "not_covered")]
        assert [(await desk.shop.intervention(number)).units for number in (1, 2)] == [2, 0]
        assert (await desk.shop.read(lambda uow: verify(uow, desk.shop.context.policy))).problems == ()

    async def test_a_button_asks_for_day_and_reason(self, desk):
        await sheet(desk)
        (asked,) = await desk.presses("Résilier")
        assert "dernier jour du contrat, et motif ?" in asked
        (said,) = await desk.answers("31/12/2026 cession du cabinet")
        assert "Motif : cession du cabinet." in said

    async def test_a_button_of_a_proposal_that_is_not_there_any_more(self, desk):
        await desk.shop.presses(Verb.TERMINATE, words="=1 2026-12-31 oui")
        assert (await desk.history())[-1][1]["reason"] == ""

    async def test_an_end_that_is_known_can_only_come_earlier(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")
        (said,) = await desk.types(Verb.TERMINATE, "Tilleuls 01/03/2027 impayé")
        assert said.startswith("Le contrat prend déjà fin le 28/02/2027.")
        await desk.types(Verb.TERMINATE, "Tilleuls 31/12/2026 impayé")
        await desk.presses("Résilier")
        assert (await contract_of(desk)).ends_on == date(2026, 12, 31)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param("bla", "Je ne comprends pas la date « bla ». Écrivez par exemple hier, 1er mars 2027 ou "
                         "01/03/2027.", id="no day"),
            pytest.param("31/12/2026", "Il manque le motif. Écrivez /resilier Cabinet des Tilleuls suivi du jour et du "
                         "motif.", id="no reason"),
            pytest.param("28/02/2026 x", "Le contrat ne commence que le 01/03/2026. Donnez un jour plus tard.",
                         id="before its start"),
            pytest.param("24/11/2029 x", "Le 24/11/2029 est trop loin. Redonnez le dernier jour du contrat.",
                         id="far ahead"),
        ],
    )  # fmt: skip
    async def test_what_cannot_be(self, desk, words, said):
        assert await desk.types(Verb.TERMINATE, f"Tilleuls {words}") == [said]


class TestAmending:
    async def test_a_package_that_grows_at_once(self, desk):
        """C10: of the running period, before and after; the balance follows."""
        await desk.shop.receives(HELENE)
        await work(desk.shop)
        await close(desk.shop)
        (asked,) = await desk.types(Verb.TERM, "Tilleuls")
        assert "Forfait : 12 unités\nPrix : 330,00 €\nDécompte : selon le type de client" in asked
        (asked,) = await desk.presses("Forfait")
        assert "(aujourd’hui : 12 unités) : combien d’unités par période ?" in asked
        (asked,) = await desk.answers("20 unités")
        assert await desk.buttons() == ["23/11/2026", "01/03/2027", "Annuler"]
        await desk.presses("23/11/2026")
        assert await desk.in_place() == (
            "Cabinet des Tilleuls : avenant à partir du 23/11/2026\n"
            "Forfait : 12 unités → 20 unités\n"
            "Solde de la période : 10 sur 12 → 18 sur 20"
        )
        assert await desk.presses("Enregistrer l’avenant") == [
            "Cabinet des Tilleuls : avenant enregistré, dès le 23/11/2026 : forfait 20 unités."
        ]
        assert "Forfait : 20 unités, il en reste 18" in await sheet(desk)
        assert "Avenants\ndès le 23/11/2026 : forfait 20 unités" in await sheet(desk)
        (quota,) = await desk.types(Verb.QUOTA, "Tilleuls")
        assert "Solde : 18 sur 20" in quota
        changes = await desk.shop.read(lambda uow: uow.contracts.terms_of(PRACTICE))
        assert [(each.term, each.value, each.from_on, each.author) for each in changes] == [
            (Term.ALLOWANCE, "20", date(2026, 11, 23), "technician:1")
        ]
        assert (await desk.history())[-1] == (
            "term changed",
            {"term": "allowance_units", "contract": 1, "value": "20", "from_on": "2026-11-23"},
        )

    async def test_it_is_written_down_once(self, desk):
        await desk.types(Verb.TERM, "Tilleuls forfait 20 23/11/2026 oui")
        assert await desk.types(Verb.TERM, "Tilleuls forfait 20 23/11/2026 oui") == [
            "Déjà fait : forfait est ainsi le 23/11/2026, pour Cabinet des Tilleuls."
        ]

    async def test_from_the_first_day_of_the_period_on(self, desk):
        await desk.types(Verb.TERM, "Tilleuls forfait 20 01/03/2026 oui")
        assert "Forfait : 20 unités, il en reste 20" in await sheet(desk)

    async def test_a_package_that_shrinks_below_what_was_used(self, desk):
        await desk.shop.receives(HELENE)
        await work(desk.shop)
        await close(desk.shop)
        (said,) = await desk.types(Verb.TERM, "Tilleuls forfait 1 aujourd’hui")
        assert said.endswith("10 sur 12 → 0 sur 1, hors forfait de 1")

    async def test_a_package_of_the_next_period_leaves_this_one(self, desk):
        (said,) = await desk.types(Verb.TERM, "Tilleuls forfait 20 01/03/2027")
        assert "Solde" not in said

    async def test_a_price_holds_from_the_next_period_on(self, desk):
        """C24: that of the running one was said when it opened."""
        (said,) = await desk.types(Verb.TERM, "Tilleuls prix 350,00 aujourd’hui")
        assert said.endswith("Le prix de la période en cours ne change pas : il vaut à partir du 01/03/2027.")
        await desk.presses("Enregistrer l’avenant")
        assert "330,00 € : ⚠️ reste 330,00 €" in await sheet(desk)
        (said,) = await desk.types(Verb.TERM, "Tilleuls prix 300 01/03/2026")
        assert "ne change pas" not in said

    async def test_an_individual_contract_that_is_counted_by_agreement(self, desk):
        """C11, agreed otherwise."""
        await desk.types(Verb.TERM, "Morel décompte")
        await desk.presses("Oui")
        await desk.presses("23/11/2026")
        assert "Décompte : selon le type de client → oui" in await desk.in_place()
        await desk.presses("Enregistrer l’avenant")
        assert "Forfait : 12 unités, il en reste 12" in await sheet(desk, "Morel")

    @pytest.mark.parametrize(
        ("words", "shown"),
        [
            pytest.param("arrondi séance", "Arrondi : une fois par ticket → à chaque séance", id="rounding"),
            pytest.param("garantie 2 mois", "Garantie : 1 mois → 2 mois", id="guarantee"),
            pytest.param("préavis 1", "Préavis : 3 mois → 1 mois", id="notice"),
            pytest.param("decompte non", "Décompte : selon le type de client → non", id="counted"),
            pytest.param("prix 1 000,50 €", "Prix : 330,00 € → 1 000,50 €", id="price"),
        ],
    )
    async def test_every_term(self, desk, words, shown):
        (said,) = await desk.types(Verb.TERM, f"Tilleuls {words} aujourd’hui")
        assert shown in said
        await desk.presses("Enregistrer l’avenant")
        assert len(await desk.shop.read(lambda uow: uow.contracts.terms_of(PRACTICE))) == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param("bla 3", "« bla » ne se change pas par avenant. Choisissez : forfait, prix, décompte, "
                         "arrondi, garantie, préavis.", id="no such term"),
            pytest.param("forfait -3", "Cette valeur ne va pas pour forfait. Écrivez par exemple 20.", id="below zero"),
            pytest.param("prix bla", "Cette valeur ne va pas pour prix. Écrivez par exemple 350,00.", id="no price"),
            pytest.param("prix -5", "Cette valeur ne va pas pour prix. Écrivez par exemple 350,00.", id="below 0 €"),
            pytest.param("décompte bla", "Cette valeur ne va pas pour décompte. Écrivez par exemple oui.", id="no yes"),
            pytest.param("arrondi bla", "Cette valeur ne va pas pour arrondi. Écrivez par exemple ticket.",
                         id="no rounding"),
            pytest.param("forfait 20 28/02/2026", "Un avenant vaut au plus tôt du 01/03/2026, premier jour de la "
                         "période en cours.", id="before the period"),
            pytest.param("forfait 20 24/11/2029", "Le 24/11/2029 est trop loin. Redonnez le jour à partir duquel "
                         "l’avenant vaut.", id="far ahead"),
        ],
    )  # fmt: skip
    async def test_what_cannot_be(self, desk, words, said):
        assert await desk.types(Verb.TERM, f"Tilleuls {words}") == [said]

    async def test_not_after_the_contract_s_end(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")
        (said,) = await desk.types(Verb.TERM, "Tilleuls forfait 20 01/03/2027")
        assert said.startswith("Le 01/03/2027 est trop loin.")

    async def test_a_contract_to_come_is_amended_from_its_first_day(self, desk):
        await desk.types(Verb.NOTICE, "Tilleuls hier oui")

        async def ended(uow):
            await uow.contracts.end_contract(PRACTICE, ends_on=date(2026, 11, 22), ending=Ending.NOTICE)

        await desk.shop.write(ended)
        await desk.types(Verb.CONTRACT, "Tilleuls architecture")
        await desk.types(Verb.CONTRACT, "Tilleuls signer 01/12/2026 oui")
        await desk.types(Verb.TERM, "Tilleuls forfait 20")
        assert await desk.buttons() == ["01/12/2026", "01/12/2027", "Annuler"]
        await desk.presses("01/12/2026")
        await desk.presses("Enregistrer l’avenant")
        said = await sheet(desk)
        assert "Contrat à venir, du 01/12/2026, signé le 23/11/2026" in said
        assert "Forfait : 20 unités, il en reste 20" in said
