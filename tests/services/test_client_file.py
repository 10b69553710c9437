"""A client's file at the desk: read whole, made, written field by field, and its account on a past evening."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.clients import Client, ClientKind, HeldProduct
from bot.domain.contracts import Ending, Term, TermChange
from bot.domain.desk import Verb
from bot.domain.interventions import LedgerLine
from bot.domain.workstations import ChecklistItem
from bot.rules.quota import Balance
from bot.services.client_views import account_view, past_tickets
from tests.factories import CLAIRE, DAY, HELENE, HOUR, LUC, MONDAY, paris
from tests.services.talk import Talk

LONGEST_NAME = "Maison de santé pluriprofessionnelle des docteurs Lambert"


@pytest.fixture
def talk(shop) -> Talk:
    return Talk(shop)


async def describe(shop, **fields):
    """Write something into the file of the Tilleuls without being asked."""
    client = await shop.client(1)
    await shop.write(lambda uow: uow.client_files.describe_client(replace(client, **fields)))


async def work(shop, number=1, *, began="14h10", ended="14h32"):
    """The ticket is worked on and closed as resolved, with all that is asked."""
    await shop.orders(Verb.TIMES, number, f"{began} {ended}")
    await shop.orders(Verb.DOCTOR, number, "Dr Hélène Vasseur")
    await shop.orders(Verb.REASON, number, "Word")
    await shop.orders(Verb.REMOTE, number, "oui")


async def line(shop, units, *, at, period_id=1, ticket=1, intervention=1, decision="counted"):
    """A line of the ledger as it stands there, whatever led to it."""
    written = LedgerLine(1, intervention, ticket, period_id, units, decision, "C7", "technician:1", at)
    await shop.write(lambda uow: uow.contracts.add_line(written))


async def open_period(shop):
    contract = (await shop.read(lambda uow: uow.contracts.contracts_of(1)))[0]
    await shop.write(
        lambda uow: uow.contracts.period(contract, nth=1, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
    )


class TestShown:
    async def test_the_whole_file(self, shop, talk):
        async def fill(uow):
            await uow.client_files.put_product(HeldProduct(1, "MediStory 4", sold_by_us=True, installed_by_us=True))
            mac = await uow.workstations.add(1, "iMac accueil")
            await uow.workstations.tick(mac.id, ChecklistItem.POWER_NAP, date(2026, 4, 1))

        await shop.write(fill)
        await describe(
            shop,
            address="3 rue des Lilas, Saint-Denis",
            specialty="Médecine générale",
            architecture="Un iMac serveur, trois postes",
            architecture_validated_on=date(2026, 2, 20),
        )
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        (said,) = await talk.types(Verb.CLIENT, "tilleuls")
        assert said == (
            "Cabinet des Tilleuls · cabinet de groupe\n"
            "Médecine générale\n"
            "3 rue des Lilas, Saint-Denis\n"
            "Solde : 12 sur 12\n\n"
            "Contrat depuis le 01/03/2026\n"
            "Du 01/03/2026 au 28/02/2027 : reste 12 sur 12\n\n"
            "Contacts\n"
            "Dr Hélène Vasseur, médecin\n"
            "— +33 6 39 98 01 01 · SMS, WhatsApp\n"
            "Luc Garnier, secrétariat\n"
            "— +33 6 39 98 01 02 · SMS, WhatsApp\n\n"
            "Produits\n"
            "MediStory 4, vendu et installé par nous\n\n"
            "Postes (réglages cochés sur 12)\n"
            "iMac accueil : 1\n\n"
            "Architecture informatique\n"
            "Validée par le client le 20/02/2026\n"
            "Un iMac serveur, trois postes\n\n"
            "1 ticket ouvert\n\n"
            "n° 1 · Cabinet des Tilleuls · avant ven. 27/11 à 16h00 (reste 48 h)\n"
            "Word ne s'ouvre plus"
        )
        assert await talk.buttons() == [
            "n° 1", "Contacts", "Contrat", "Solde", "Relevé", "Postes", "Modifier",
        ]  # fmt: skip

    async def test_what_one_message_cannot_hold_goes_before_it(self, shop, talk):
        await describe(shop, architecture="Un poste de plus. " * 190)
        for nth in range(8):
            await shop.write(
                lambda uow, nth=nth: uow.directory.add_contact(
                    f"Dr {nth} {'x' * 90}", client_id=1, role="médecin", now=MONDAY
                )
            )
        said = await talk.types(Verb.CLIENT, "tilleuls")
        assert [len(each) <= 4096 for each in said] == [True, True]
        assert "Contacts" in await talk.buttons()

    async def test_the_balance_of_each_period_that_began(self, shop, talk):
        await open_period(shop)
        await shop.receives(HELENE, "Word")
        await shop.write(lambda uow: uow.interventions.open(1, client_id=1, now=MONDAY))
        await line(shop, 4, at=MONDAY)
        shop.clock.advance(timedelta(days=120))
        (said,) = await talk.types(Verb.CLIENT, "tilleuls")
        assert (
            "Du 01/03/2027 au 29/02/2028 : reste 12 sur 12\n"
            "Du 01/03/2026 au 28/02/2027 : 4 unités prises sur 12, 8 perdues"
        ) in said

    async def test_an_earlier_contract_has_periods_of_its_own(self, shop, talk):
        async def add(uow):
            old = await uow.contracts.add_contract(
                1, starts_on=date(2025, 3, 1), allowance_units=10, ends_on=date(2026, 2, 28), now=MONDAY
            )
            await uow.contracts.period(old, nth=1, starts_on=date(2025, 3, 1), ends_on=date(2026, 2, 28))

        await shop.write(add)
        (said,) = await talk.types(Verb.CLIENT, "tilleuls")
        assert said.count("Du 01/03/2025 au 28/02/2026 : 0 unité prise sur 10, 10 perdues") == 1

    async def test_a_contract_that_ends_ended_or_is_to_come(self, shop, talk):
        async def add(uow):
            await uow.contracts.end_contract(1, ends_on=date(2027, 2, 28), ending=Ending.NOTICE)
            await uow.contracts.add_contract(
                1, starts_on=date(2027, 6, 1), allowance_units=20, ends_on=None, now=MONDAY, signed_on=date(2026, 11, 2)
            )
            await uow.contracts.add_contract(
                1, starts_on=date(2020, 3, 1), allowance_units=20, ends_on=date(2022, 2, 28), now=MONDAY
            )

        await shop.write(add)
        (said,) = await talk.types(Verb.CLIENT, "tilleuls")
        assert "⚠️ Finit le 28/02/2027 (dénoncé)" in said
        assert "Contrat à venir, du 01/06/2027" in said
        assert "Fini le 28/02/2022" in said

    async def test_a_professional_in_their_own_name_is_shown_no_balance(self, shop, talk):
        client = (await shop.read(lambda uow: uow.contracts.contracts_of(2)))[0]
        await shop.write(
            lambda uow: uow.contracts.period(client, nth=1, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
        )
        (said,) = await talk.types(Verb.CLIENT, "morel")
        assert "Contrat individuel : jamais compté" in said
        assert "Du 01/03/2026 au 28/02/2027\n" in said
        assert "reste" not in said

    async def test_past_tickets_come_a_page_at_a_time(self, shop, talk):
        for nth in range(17):
            await shop.receives(HELENE, f"Panne {nth}")
            await shop.orders(Verb.CLOSE, nth + 1, "sans objet")
            await shop.presses(Verb.CONFIRM, nth + 1, "not_a_request.0.not_a_request")
            shop.clock.advance(HOUR)
        await talk.types(Verb.CLIENT, "tilleuls")
        (first,) = await talk.presses("Tickets passés (17)")
        assert first.startswith(
            "Cabinet des Tilleuls · 17 tickets clos\n\nn° 17 · 24/11/2026 · sans objet\nPanne 16\n\n"
        )
        assert "n° 3 " in first
        assert "n° 2 " not in first
        (second,) = await talk.presses("Plus anciens (2)")
        assert second == (
            "Cabinet des Tilleuls · 17 tickets clos\n\n"
            "n° 2 · 23/11/2026 · sans objet\nPanne 1\n\nn° 1 · 23/11/2026 · sans objet\nPanne 0"
        )
        assert await talk.buttons() == ["n° 2", "n° 1", "La fiche"]

    async def test_a_past_ticket_says_what_it_counted_and_for_whom(self, shop, talk):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        shop.clock.advance(5 * HOUR)
        await shop.orders(Verb.CLOSE, 1, "résolu")
        await work(shop)
        await talk.presses("Confirmer")
        (said,) = await shop.presses(Verb.FILE, words="=1 passes")
        assert "n° 1 · 23/11/2026 · résolu, 2 unités · Dr Hélène Vasseur\nWord ne s'ouvre plus" in said
        shop.with_policy(bodies_in_telegram=False)
        (said,) = await shop.presses(Verb.FILE, words="=1 passes")
        assert "Word" not in said

    async def test_no_past_tickets(self, shop):
        assert await shop.presses(Verb.FILE, words="=2 passes") == ["Aucun ticket clos pour Dr Anne Morel."]
        assert await shop.read(lambda uow: past_tickets(uow, 2)) == ([], 0)


class TestMade:
    async def test_by_its_name_and_a_button(self, shop, talk):
        (asked,) = await talk.types(Verb.CLIENT, "nouveau Cabinet du Port")
        assert asked == "Nouveau client : Cabinet du Port\n\nQui tient le contrat ?"
        assert await talk.buttons() == ["Cabinet de groupe", "Contrat individuel"]
        (said,) = await talk.presses("Contrat individuel")
        assert said == "Fiche créée : Cabinet du Port · contrat individuel. Que voulez-vous y écrire ?"
        assert await shop.client(3) == Client(3, "Cabinet du Port", ClientKind.INDIVIDUAL)
        assert await talk.history(3) == [("client created", {"client_kind": "individual"})]

    async def test_a_second_press_is_told_it_is_done(self, shop, talk):
        await talk.types(Verb.CLIENT, "nouveau Cabinet du Port")
        await talk.presses("Cabinet de groupe")
        await talk.types(Verb.CLIENT, "nouvelle cabinet du PORT")
        assert await shop.presses(Verb.CLIENT, words="+i cabinet du PORT") == [
            "Déjà fait : Cabinet du Port a une fiche. /client Cabinet du Port la montre."
        ]
        assert len(await shop.read(lambda uow: uow.directory.clients())) == 3

    async def test_a_near_name_is_shown_before_a_file_is_made_twice(self, talk):
        (asked,) = await talk.types(Verb.CLIENT, "nouveau Cabinet Tilleul")
        assert "⚠️ Un nom proche existe déjà : Cabinet des Tilleuls." in asked

    async def test_a_name_too_long_for_a_button_is_typed(self, shop, talk):
        (asked,) = await talk.types(Verb.CLIENT, f"nouveau {LONGEST_NAME}")
        assert "Écrivez /client +g" in asked
        assert await talk.buttons() == []
        await talk.types(Verb.CLIENT, f"+g {LONGEST_NAME}")
        assert (await shop.client(3)).name == LONGEST_NAME


@pytest.mark.parametrize(
    ("verb", "words", "said"),
    [
        pytest.param(Verb.CLIENT, "nouveau", "Il manque le nom", id="a new client without a name"),
        pytest.param(Verb.CLIENT, "+g", "Il manque le nom", id="a kind without a name"),
        pytest.param(Verb.CLIENT, "nouveau CABINET  des tilleuls", "Déjà fait : Cabinet", id="a taken name"),
        pytest.param(Verb.CLIENT, f"nouveau {'x' * 121}", "121 caractères, pour 120", id="an endless name"),
        pytest.param(Verb.FILE, "=99 adresse", "Aucun client pour", id="no such client"),
        pytest.param(Verb.FILE, "=1 couleur", "Ce bouton n’existe plus. /client Cabinet", id="no such field"),
        pytest.param(Verb.FILE, "=1 nom dr anne MOREL", "Un autre client s’appelle déjà Dr Anne", id="another's name"),
        pytest.param(Verb.FILE, "=1 nom Cabinet des Tilleuls", "Déjà fait", id="its own name"),
        pytest.param(Verb.FILE, "=1 type group_practice", "Déjà fait", id="its own kind"),
        pytest.param(Verb.FILE, "=1 adresse -", "Déjà fait", id="no address erased"),
        pytest.param(Verb.FILE, f"=1 adresse {'x' * 201}", "201 caractères, pour 200 au plus", id="a long address"),
        pytest.param(Verb.FILE, f"=1 reseau {'x' * 3501}", "3501 caractères, pour 3500", id="an endless architecture"),
        pytest.param(Verb.FILE, "=1 valider", "Il n’y a rien à valider", id="no architecture to validate"),
        pytest.param(Verb.FILE, "=1 produit  =vi", "Ce bouton n’existe plus", id="a product without a name"),
        pytest.param(Verb.FILE, "=1 produit MediStory 4 =-", "Déjà fait", id="a product they never had"),
        pytest.param(Verb.FILE, f"=1 autre {'é' * 30}", "trop long pour un nom de produit", id="a long product"),
        pytest.param(Verb.FILE, f"=1 produit {'é' * 50}", "trop long pour un nom", id="a product no button can name"),
        pytest.param(Verb.QUOTA, "", "Quel client ?", id="nobody's balance"),
        pytest.param(Verb.QUOTA, "tilleuls 31/02/2026", "Je ne comprends pas la date « 31/02/2026 »", id="no such day"),
        pytest.param(Verb.QUOTA, "tilleuls 15/03/2027", "Le 15/03/2027 est à venir", id="a day to come"),
        pytest.param(Verb.QUOTA, "platanes 15/03/2026", "Aucun client pour « platanes »", id="a stranger's past"),
        pytest.param(Verb.QUOTA, "platanes", "Aucun client pour « platanes »", id="an unknown client's balance"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_answered_helpfully(shop, verb, words, said):
    (answer,) = await shop.orders(verb, words=words)
    assert said in answer
    assert await shop.read(lambda uow: uow.client_files.client_events(1)) == []


class TestFields:
    @pytest.mark.parametrize(
        ("label", "field", "typed", "kept", "noted"),
        [
            pytest.param(
                "Adresse", "address", "3 rue des Lilas\n93200 Saint-Denis", "3 rue des Lilas 93200 Saint-Denis",
                "Noté. Adresse de Cabinet des Tilleuls : 3 rue des Lilas 93200 Saint-Denis", id="address",
            ),
            pytest.param(
                "Spécialité", "specialty", "Pédiatrie", "Pédiatrie",
                "Noté. Spécialité de Cabinet des Tilleuls : Pédiatrie", id="specialty",
            ),
            pytest.param(
                "Nom", "name", "MSP des  Tilleuls", "MSP des Tilleuls",
                "Noté. Cabinet des Tilleuls s’appelle maintenant MSP des Tilleuls.", id="name",
            ),
            pytest.param(
                "Architecture", "architecture", "Un serveur\nDeux postes", "Un serveur\nDeux postes",
                "Noté. Architecture de Cabinet des Tilleuls.", id="architecture",
            ),
        ],
    )  # fmt: skip
    async def test_asked_and_answered(self, shop, talk, label, field, typed, kept, noted):
        await talk.types(Verb.CLIENT, "tilleuls")
        await talk.presses("Modifier")
        (asked,) = await talk.presses(label)
        assert asked.startswith(f"{label} de Cabinet des Tilleuls ? Répondez à ce message.")
        assert await talk.answers(typed) == [noted]
        assert getattr(await shop.client(1), field) == kept
        assert await talk.history() == [("client changed", {"field": field})]

    async def test_answered_twice_it_is_done_once(self, shop, talk):
        await shop.presses(Verb.FILE, words="=1 adresse")
        await talk.answers("3 rue des Lilas")
        assert await shop.orders(Verb.FILE, words="=1 adresse 3 rue des Lilas") == [
            "Déjà fait : c’est ce que dit la fiche."
        ]
        assert len(await talk.history()) == 1

    @pytest.mark.parametrize(
        ("word", "field"), [("adresse", "address"), ("specialite", "specialty"), ("reseau", "architecture")]
    )
    async def test_a_dash_erases(self, shop, talk, word, field):
        await describe(shop, **{field: "autrefois"})
        (asked,) = await shop.presses(Verb.FILE, words=f"=1 {word}")
        assert "Un tiret seul (-) efface.\nAujourd’hui :\nautrefois" in asked
        (said,) = await talk.answers("-")
        assert said.startswith("Effacé de la fiche de Cabinet des Tilleuls")
        assert getattr(await shop.client(1), field) == ""

    async def test_the_kind_is_explained_then_changed_by_a_button(self, shop, talk):
        (asked,) = await shop.presses(Verb.FILE, words="=1 type")
        assert asked == (
            "Cabinet des Tilleuls · type actuel : cabinet de groupe. Ses interventions sont comptées et son solde est "
            "montré (C11).\n\nType proposé : contrat individuel. Ses interventions sont notées, jamais comptées, et "
            "aucun solde n’est montré (C11). Ce qui est déjà inscrit ne change pas."
        )
        assert await talk.history() == []
        assert await talk.presses("Oui : contrat individuel") == ["Noté. Cabinet des Tilleuls : contrat individuel."]
        assert (await shop.client(1)).kind is ClientKind.INDIVIDUAL
        assert await talk.presses("Oui : contrat individuel") == ["Déjà fait : c’est ce que dit la fiche."]
        assert await talk.history() == [("client changed", {"field": "kind", "client_kind": "individual"})]

    @pytest.mark.parametrize(("value", "said"), [("yes", "les interventions comptent"), ("no", "ne comptent pas")])
    async def test_where_the_contract_says_itself_what_counts_the_kind_does_not(self, shop, value, said):
        change = TermChange(1, Term.COUNTED, value, date(2026, 6, 1), "technician:1", MONDAY)
        await shop.write(lambda uow: uow.contracts.add_term(change))
        (asked,) = await shop.presses(Verb.FILE, words="=1 type")
        assert "⚠️ Un avenant du contrat en cours l’emporte" in asked
        assert said in asked

    async def test_the_kind_of_a_client_without_a_contract(self, shop):
        await shop.write(
            lambda uow: uow.directory.add_client("Cabinet du Port", kind=ClientKind.INDIVIDUAL, now=MONDAY)
        )
        (asked,) = await shop.presses(Verb.FILE, words="=3 type")
        assert "avenant" not in asked


class TestArchitecture:
    async def test_validated_today_by_a_button(self, shop, talk):
        await describe(shop, architecture="Un serveur")
        (asked,) = await shop.presses(Verb.FILE, words="=1 valider")
        assert "Un serveur" in asked
        assert await talk.presses("Validée aujourd’hui") == [
            "Noté. Architecture de Cabinet des Tilleuls validée par le client le 23/11/2026 (C23)."
        ]
        assert (await shop.client(1)).architecture_validated_on == date(2026, 11, 23)
        assert await talk.presses("Validée aujourd’hui") == [
            "Déjà fait : l’architecture de Cabinet des Tilleuls est validée depuis le 23/11/2026."
        ]
        assert await talk.history() == [("architecture validated", {"on": "2026-11-23"})]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            pytest.param("20/02/2026", "validée par le client le 20/02/2026", id="a day"),
            pytest.param("24/11/2026", "Le 24/11/2026 est à venir", id="a day to come"),
            pytest.param("oui", "Je ne comprends pas la date « oui »", id="no day"),
        ],
    )
    async def test_validated_on_another_day(self, shop, talk, typed, said):
        await describe(shop, architecture="Un serveur")
        await shop.presses(Verb.FILE, words="=1 valider")
        (answer,) = await talk.answers(typed)
        assert said in answer

    async def test_other_notes_are_not_validated_and_an_old_button_validates_nothing(self, shop, talk):
        await describe(shop, architecture="Un serveur", architecture_validated_on=date(2026, 2, 20))
        (asked,) = await shop.presses(Verb.FILE, words="=1 valider")
        assert "La fiche la dit validée le 20/02/2026." in asked
        (said,) = await shop.orders(Verb.FILE, words="=1 reseau Deux serveurs")
        assert "La validation d’avant est retirée : le client avait validé d’autres notes (C23)." in said
        assert (await shop.client(1)).architecture_validated_on is None
        (said,) = await talk.presses("Validée aujourd’hui")
        assert "a été réécrite depuis ce message" in said
        assert (await shop.client(1)).architecture_validated_on is None

    async def test_the_same_notes_stay_validated(self, shop):
        await describe(shop, architecture="Un serveur", architecture_validated_on=date(2026, 2, 20))
        assert await shop.orders(Verb.FILE, words="=1 reseau Un serveur") == ["Déjà fait : c’est ce que dit la fiche."]
        assert (await shop.client(1)).architecture_validated_on == date(2026, 2, 20)


class TestProducts:
    async def test_one_is_noted_changed_and_dropped(self, shop, talk):
        (listed,) = await shop.presses(Verb.FILE, words="=1 produits")
        assert listed == "Produits de Cabinet des Tilleuls\nAucun produit noté.\nLequel faut-il changer ?"
        (asked,) = await talk.presses("MediStory 4")
        assert asked == "MediStory 4, Cabinet des Tilleuls. La fiche dit : ne l’a pas. Que faut-il écrire ?"
        assert await talk.presses("Vendu et installé par nous") == ["Noté : MediStory 4, vendu et installé par nous."]
        assert await talk.presses("Vendu et installé par nous") == ["Déjà fait : c’est ce que dit la fiche."]
        await shop.presses(Verb.FILE, words="=1 produits")
        await talk.presses("✓ MediStory 4")
        assert "Vendu et installé par nous" not in await talk.buttons()
        assert await talk.presses("Installé par nous") == ["Noté : MediStory 4, installé par nous."]
        held = await shop.read(lambda uow: uow.client_files.products_of(1))
        assert held == [HeldProduct(1, "MediStory 4", installed_by_us=True)]
        await talk.presses("L’a, ni vendu ni installé par nous")
        await shop.presses(Verb.FILE, words="=1 produit MediStory 4")
        assert await talk.presses("Ne l’a pas") == ["Noté : MediStory 4 n’est plus dans la fiche."]
        assert await shop.read(lambda uow: uow.client_files.products_of(1)) == []
        assert await talk.history() == [
            ("product noted", {"product": "MediStory 4", "sold": True, "installed": True}),
            ("product noted", {"product": "MediStory 4", "sold": False, "installed": True}),
            ("product noted", {"product": "MediStory 4", "sold": False, "installed": False}),
            ("product dropped", {"product": "MediStory 4"}),
        ]

    async def test_one_outside_the_list(self, shop, talk):
        await shop.presses(Verb.FILE, words="=1 produits")
        await talk.presses("Un autre, hors liste…")
        (asked,) = await talk.answers("Doctolib")
        assert asked.startswith("Doctolib, Cabinet des Tilleuls. La fiche dit : ne l’a pas.")
        await talk.presses("L’a, ni vendu ni installé par nous")
        (listed,) = await shop.presses(Verb.FILE, words="=1 produits")
        assert "Doctolib" in listed
        assert "✓ Doctolib" in await talk.buttons()


class TestPastBalance:
    """The ledger says when a line was written; the sitting, when the work was done."""

    @pytest.fixture
    async def told(self, shop):
        """Two units written on 1 June; one more written on 10 June for work of 3 June; one for work of 9 June."""
        shop.clock.advance(paris("2026-06-01 10:00") - shop.clock.now())
        await shop.receives(HELENE, "Word")
        await open_period(shop)

        async def worked(uow, at):
            technician = await uow.directory.technician(CLAIRE)
            intervention = await uow.interventions.open(1, client_id=1, now=at)
            await uow.interventions.start_sitting(intervention.id, technician_id=technician.id, started_at=at)

        await shop.write(lambda uow: worked(uow, paris("2026-06-03 10:00")))
        await line(shop, 2, at=paris("2026-06-01 11:00"))
        await line(shop, 1, at=paris("2026-06-10 11:00"))
        shop.clock.advance(paris("2026-06-12 10:00") - shop.clock.now())

    async def test_as_it_was_written_and_what_was_written_later(self, shop, told):
        (said,) = await shop.orders(Verb.QUOTA, words="Tilleuls 05/06/2026")
        assert said == (
            "Cabinet des Tilleuls\nAu soir du 05/06/2026\nPériode du 01/03/2026 au 28/02/2027\nSolde : 10 sur 12\n\n"
            "lun. 1/06 à 11h00 · n° 1 · +2 · compté\n\n"
            "Inscrit après le 05/06/2026, pour un travail commencé jusque-là\n"
            "mer. 10/06 à 11h00 · n° 1 · +1 · compté\n"
            "En le comptant, il restait 9 sur 12."
        )

    @pytest.mark.parametrize(
        ("words", "balance"),
        [
            pytest.param("Tilleuls 31/05/2026", "Solde : 12 sur 12\n\nRien n’était encore", id="before any line"),
            pytest.param("Tilleuls 1er juin 2026", "Solde : 10 sur 12", id="the day of the first line"),
            pytest.param("=1 09/06/2026", "Solde : 10 sur 12", id="the day before the second"),
            pytest.param("=1 10/06/2026", "Solde : 9 sur 12", id="the day of the second"),
            pytest.param("Tilleuls aujourd'hui", "Solde : 9 sur 12", id="today"),
            pytest.param("Tilleuls", "Solde : 9 sur 12", id="now"),
            pytest.param("Tilleuls 28/02/2026", "Aucun contrat à cette date", id="before the contract"),
        ],
    )  # fmt: skip
    async def test_at_the_end_of_a_day(self, shop, told, words, balance):
        (said,) = await shop.orders(Verb.QUOTA, words=words)
        assert balance in said

    @pytest.mark.parametrize(
        ("on", "late"),
        [
            pytest.param(date(2026, 6, 2), 0, id="the evening before the work"),
            pytest.param(date(2026, 6, 3), 1, id="the evening of the work"),
        ],
    )
    async def test_only_work_begun_by_then_is_late(self, shop, told, on, late):
        view = await shop.read(lambda uow: account_view(uow, 1, shop.context, shop.clock.now(), on=on))
        assert (view.balance, len(view.late)) == (Balance(12, 2), late)
        assert view.balance_with_late == Balance(12, 2 + late)

    async def test_a_line_without_a_sitting_belongs_to_when_it_was_asked_for(self, shop, told):
        await shop.receives(LUC, "Devis ?")
        await shop.write(lambda uow: uow.interventions.open(2, client_id=1, now=MONDAY))
        shop.clock.advance(DAY)
        await line(shop, 0, at=shop.clock.now(), ticket=2, intervention=2, decision="commercial")
        for on, expected in ((date(2026, 6, 11), []), (date(2026, 6, 12), [2])):
            view = await shop.read(lambda uow, on=on: account_view(uow, 1, shop.context, shop.clock.now(), on=on))
            assert [each.ticket_id for each in view.late] == expected

    async def test_a_street_is_no_date(self, shop):
        await shop.write(
            lambda uow: uow.directory.add_client("Cabinet du 8 mai", kind=ClientKind.GROUP_PRACTICE, now=MONDAY)
        )
        (said,) = await shop.orders(Verb.QUOTA, words="Cabinet du 8 mai")
        assert "Au soir" not in said

    async def test_below_a_card_the_date_is_enough(self, shop):
        await shop.receives(HELENE, "Word")
        await shop.deliver()
        (said,) = await shop.orders(Verb.QUOTA, words="hier", reply_to=await shop.posted())
        assert said.startswith("Cabinet des Tilleuls\nAu soir du 22/11/2026")
