"""A client's people at the desk: added, written, reached, found to be one person, gone to another practice."""

import pytest

from bot.domain.addresses import Address, Channel
from bot.domain.clients import ClientKind, Contact
from bot.domain.desk import Verb
from tests.factories import ANNE, HELENE, LUC, MONDAY, NOBODY, sms, whatsapp
from tests.services.talk import Talk

NEW = "06 39 98 01 50"
NEW_NUMBER = "+33639980150"


@pytest.fixture
def talk(shop) -> Talk:
    return Talk(shop)


async def owners(shop, number):
    """Whose the SMS and the WhatsApp address of a number are."""
    return [(await shop.address(address)).contact_id for address in (sms(number), whatsapp(number))]


async def mail(shop, contact_id, identifier):
    address = Address(Channel.MAIL, identifier)
    await shop.write(
        lambda uow: uow.directory.add_address(address, contact_id=contact_id, profile_name=None, now=MONDAY)
    )


class TestShown:
    async def test_the_people_of_a_client(self, shop, talk):
        (said,) = await talk.types(Verb.CONTACT, "tilleuls")
        assert said == (
            "Contacts de Cabinet des Tilleuls\n"
            "Dr Hélène Vasseur, médecin\n— +33 6 39 98 01 01 · SMS, WhatsApp\n"
            "Luc Garnier, secrétariat\n— +33 6 39 98 01 02 · SMS, WhatsApp"
        )
        assert await talk.buttons() == ["Dr Hélène Vasseur", "Luc Garnier", "Nouveau contact…", "La fiche"]

    @pytest.mark.parametrize("words", ["vasseur", "Hélène", "@1"])
    async def test_one_person(self, shop, talk, words):
        (said,) = await talk.types(Verb.CONTACT, words)
        assert said == (
            "Dr Hélène Vasseur · médecin\nCabinet des Tilleuls\n"
            "Canal préféré : celui de son dernier message\n— +33 6 39 98 01 01 · SMS, WhatsApp"
        )

    async def test_below_a_card_the_people_of_its_client(self, shop):
        await shop.receives(ANNE, "Word")
        await shop.deliver()
        (said,) = await shop.orders(Verb.CONTACT, reply_to=await shop.posted())
        assert said.startswith("Contacts de Dr Anne Morel")

    async def test_blocked_and_muted_addresses_are_marked(self, shop):
        async def mark(uow):
            known = await uow.directory.address(sms(HELENE))
            await uow.directory.block_address(known.id, MONDAY)
            known = await uow.directory.address(whatsapp(HELENE))
            await uow.directory.mute_address(known.id, MONDAY)

        await shop.write(mark)
        (said,) = await shop.orders(Verb.CONTACT, words="vasseur")
        assert "— +33 6 39 98 01 01 · SMS (bloqué), WhatsApp (STOP)" in said

    async def test_a_client_without_people(self, shop):
        await shop.write(
            lambda uow: uow.directory.add_client("Cabinet du Port", kind=ClientKind.INDIVIDUAL, now=MONDAY)
        )
        (said,) = await shop.orders(Verb.CONTACT, words="port")
        assert said == "Contacts de Cabinet du Port\nAucun contact connu."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("", "Quel client ?", id="nobody"),
        pytest.param("platanes", "Aucun client pour « platanes »", id="an unknown client"),
        pytest.param("dr", "Plusieurs clients pour « dr »", id="several clients"),
        pytest.param("=99", "Aucun client pour « =99 »", id="no such client"),
        pytest.param("@99", "Cette personne n’a plus de fiche", id="no such person"),
        pytest.param("@x", "Cette personne n’a plus de fiche", id="no person at all"),
        pytest.param("@4", "Cette personne n’a plus de fiche", id="a person of nobody's"),
        pytest.param("@1 couleur", "Ce bouton n’existe plus", id="no such button"),
        pytest.param("=1 nouveau luc GARNIER", "Déjà fait : luc GARNIER est dans les contacts", id="a known name"),
        pytest.param("@1 nom Luc Garnier", "a déjà un contact Luc Garnier", id="a colleague's name"),
        pytest.param("@1 nom Dr Hélène Vasseur", "Déjà fait", id="their own name"),
        pytest.param(f"@1 nom {'x' * 121}", "121 caractères", id="a name without an end"),
        pytest.param("@1 role MEDECIN", "Déjà fait", id="their own role"),
        pytest.param(f"@1 role {'x' * 33}", "33 caractères, pour 32 au plus", id="a long role"),
        pytest.param("@1 canal mail", "n’a pas d’adresse sur ce canal", id="a channel that does not reach them"),
        pytest.param("@1 canal phone", "n’a pas d’adresse sur ce canal", id="a channel nobody is told things on"),
        pytest.param("@1 canal -", "Déjà fait", id="no preference already"),
        pytest.param("@1 ajouter douze", "« douze » n’est ni un numéro ni un mail", id="neither number nor mail"),
        pytest.param("@1 ajouter 06 39", "n’est ni un numéro ni un mail", id="half a number"),
        pytest.param("@1 ajouter anne@", "n’est ni un numéro ni un mail", id="half a mail"),
        pytest.param("@1 ajouter 06 39 98 01 01", "Déjà fait : +33639980101 est à Dr Hélène", id="their own number"),
        pytest.param("@1 prendre 99", "Cette adresse n’existe plus", id="no such address"),
        pytest.param("@1 prendre x", "Cette adresse n’existe plus", id="no address at all"),
        pytest.param("@1 prendre 1", "Déjà fait : +33639980101 est à Dr Hélène", id="their own address taken"),
        pytest.param("@1 retirer 3", "Déjà fait : +33639980102 n’est plus à Dr Hélène", id="a colleague's removed"),
        pytest.param("@1 reunir 1", "C’est la même fiche", id="joined to themselves"),
        pytest.param("@1 reunir 99", "Cette personne n’a plus de fiche", id="joined to nobody"),
        pytest.param("@1 reunir zoé", "Je ne trouve pas une personne, et une seule", id="joined to an unknown name"),
        pytest.param("@1 reunir dr", "Je ne trouve pas une personne, et une seule", id="joined to several"),
        pytest.param("@1 cabinet tilleuls", "Déjà fait : Dr Hélène Vasseur est chez Cabinet", id="where they are"),
        pytest.param("@1 cabinet platanes", "Aucun client pour « platanes »", id="gone to nobody we know"),
        pytest.param("@1 cabinet =99", "Aucun client pour « =99 »", id="gone to no such client"),
    ],
)
async def test_what_cannot_be_done_is_answered_helpfully(shop, words, said):
    await shop.write(lambda uow: uow.directory.add_contact("Dr Perdu", client_id=None, role="", now=MONDAY))
    (answer,) = await shop.orders(Verb.CONTACT, words=words)
    assert said in answer
    assert await shop.read(lambda uow: uow.client_files.client_events(1)) == []


class TestWritten:
    async def test_somebody_new(self, shop, talk):
        await talk.types(Verb.CONTACT, "tilleuls")
        (asked,) = await talk.presses("Nouveau contact…")
        assert asked == "Nouveau contact de Cabinet des Tilleuls : répondez par son nom, par exemple Dr Anne Morel."
        (asked,) = await talk.answers("Dr  Paul Roche")
        assert asked == ("Ajouté. Quel est le rôle de Dr Paul Roche ? Choisissez, ou répondez à ce message.")
        (card,) = await talk.presses("Médecin")
        assert card.startswith("Noté.\n\nDr Paul Roche · médecin\nCabinet des Tilleuls")
        await talk.presses("Ajouter une adresse")
        (card,) = await talk.answers(NEW)
        assert card.startswith("Ajouté : +33 6 39 98 01 50.\n\nDr Paul Roche · médecin")
        assert await shop.contact(4) == Contact(4, "Dr Paul Roche", 1, "médecin")
        assert await owners(shop, NEW_NUMBER) == [4, 4]
        assert await talk.history() == [
            ("contact added", {"contact": 4}),
            ("contact changed", {"contact": 4, "field": "role"}),
            ("address added", {"contact": 4, "channel": "sms"}),
            ("address added", {"contact": 4, "channel": "whatsapp"}),
        ]

    async def test_a_role_in_ones_own_words(self, shop, talk):
        (asked,) = await shop.presses(Verb.CONTACT, words="@2 role")
        assert asked == "Quel est le rôle de Luc Garnier ? Choisissez, ou répondez à ce message."
        assert await talk.buttons() == ["Médecin"]
        (card,) = await talk.answers("comptable du cabinet")
        assert "Luc Garnier · comptable du cabinet" in card

    async def test_renamed(self, shop, talk):
        await shop.presses(Verb.CONTACT, words="@1 nom")
        (card,) = await talk.answers("Dr Hélène Vasseur-Petit")
        assert card.startswith("Noté.\n\nDr Hélène Vasseur-Petit · médecin")

    async def test_the_channel_they_prefer(self, shop, talk):
        await mail(shop, 1, "helene@exemple.fr")
        (asked,) = await shop.presses(Verb.CONTACT, words="@1 canal")
        assert asked == "Sur quel canal prévenir Dr Hélène Vasseur ?"
        assert await talk.buttons() == ["SMS", "WhatsApp", "Mail", "Celui de son dernier message"]
        (card,) = await talk.presses("Mail")
        assert "Canal préféré : mail" in card
        assert await talk.presses("Mail") == ["Déjà fait : c’est ce que dit la fiche."]
        (file,) = await talk.types(Verb.CLIENT, "tilleuls")
        assert "Dr Hélène Vasseur, médecin (préfère le mail)" in file
        (card,) = await talk.presses("Celui de son dernier message")
        assert "Canal préféré : celui de son dernier message" in card
        assert (await shop.contact(1)).preferred is None

    async def test_without_an_address_no_channel_can_be_preferred(self, shop, talk):
        await shop.write(lambda uow: uow.directory.add_contact("Dr Roche", client_id=1, role="", now=MONDAY))
        (said,) = await shop.presses(Verb.CONTACT, words="@4 canal")
        assert said == "Dr Roche n’a aucune adresse : il faut d’abord en ajouter une."
        (card,) = await shop.presses(Verb.CONTACT, words="@4")
        assert "Aucune adresse connue." in card
        assert "Retirer une adresse" not in await talk.buttons()


class TestAddresses:
    async def test_a_mail_address_is_one_address(self, shop, talk):
        await shop.presses(Verb.CONTACT, words="@1 ajouter")
        (card,) = await talk.answers("Helene@Exemple.fr")
        assert "— helene@exemple.fr · mail" in card
        assert await talk.history() == [("address added", {"contact": 1, "channel": "mail"})]

    async def test_the_half_that_is_missing_is_added(self, shop, talk):
        known = await shop.address(whatsapp(HELENE))
        await shop.write(lambda uow: uow.directory.link_address(known.id, None))
        await shop.orders(Verb.CONTACT, words=f"@1 ajouter {HELENE}")
        assert await owners(shop, HELENE) == [1, 1]
        assert await talk.history() == [("address added", {"contact": 1, "channel": "whatsapp"})]

    async def test_a_stranger_who_wrote_is_known_from_now_on_with_their_tickets(self, shop):
        await shop.receives(NOBODY, "Bonjour, c'est mon nouveau téléphone")
        (card,) = await shop.orders(Verb.CONTACT, words=f"@1 ajouter {NOBODY}")
        assert card.startswith("Ajouté : +33 6 39 98 01 99. 1 ticket venu de là est maintenant à ce client.")
        ticket = await shop.ticket()
        assert (ticket.client_id, ticket.contact_id) == (1, 1)
        assert "attached" in await shop.events()

    async def test_somebody_elses_is_shown_and_moved_by_a_button(self, shop, talk):
        (asked,) = await shop.orders(Verb.CONTACT, words=f"@1 ajouter {ANNE}")
        assert asked == (
            "L’adresse +33 6 39 98 01 03 est à Dr Anne Morel (Dr Anne Morel). La donner à Dr Hélène Vasseur ? "
            "Les tickets restent où ils sont."
        )
        assert await owners(shop, ANNE) == [3, 3]
        await shop.write(lambda uow: uow.client_files.prefer_channel(3, Channel.SMS))
        (card,) = await talk.presses("Oui, la lui donner")
        assert card.startswith("Ajouté : +33 6 39 98 01 03.")
        assert await owners(shop, ANNE) == [1, 1]
        assert (await shop.contact(3)).preferred is None
        assert await talk.presses("Oui, la lui donner") == ["Déjà fait : +33639980103 est à Dr Hélène Vasseur."]
        assert await talk.history(2) == [
            ("address removed", {"contact": 3, "channel": "sms"}),
            ("address removed", {"contact": 3, "channel": "whatsapp"}),
        ]

    async def test_of_somebody_without_a_client(self, shop, talk):
        await shop.write(lambda uow: uow.directory.add_contact("Dr Perdu", client_id=None, role="", now=MONDAY))
        await mail(shop, 4, "perdu@exemple.fr")
        (asked,) = await shop.orders(Verb.CONTACT, words="@1 ajouter perdu@exemple.fr")
        assert "est à Dr Perdu (sans client)" in asked
        (card,) = await talk.presses("Oui, la lui donner")
        assert "— perdu@exemple.fr · mail" in card

    async def test_one_that_was_let_go_meanwhile_is_taken_all_the_same(self, shop):
        known = await shop.address(sms(ANNE))
        await shop.write(lambda uow: uow.directory.link_address(known.id, None))
        await shop.presses(Verb.CONTACT, words=f"@1 prendre {known.id}")
        assert await owners(shop, ANNE) == [1, 3]

    async def test_removed_it_stays_as_nobodys_and_its_tickets_stay(self, shop, talk):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await mail(shop, 1, "helene@exemple.fr")
        await shop.write(lambda uow: uow.client_files.prefer_channel(1, Channel.WHATSAPP))
        await shop.presses(Verb.CONTACT, words="@1")
        (asked,) = await talk.presses("Retirer une adresse")
        assert asked.startswith("Quelle adresse n’est plus à Dr Hélène Vasseur ?")
        assert await talk.buttons() == ["+33 6 39 98 01 01", "helene@exemple.fr", "Annuler"]
        (card,) = await talk.presses("+33 6 39 98 01 01")
        assert card.startswith("Retiré : +33 6 39 98 01 01.")
        assert await owners(shop, HELENE) == [None, None]
        assert (await shop.contact(1)).preferred is None
        assert (await shop.ticket()).contact_id == 1
        assert await talk.presses("+33 6 39 98 01 01") == ["Déjà fait : +33639980101 n’est plus à Dr Hélène Vasseur."]

    async def test_what_comes_from_it_then_is_a_strangers(self, shop):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        known = await shop.address(sms(HELENE))
        await shop.presses(Verb.CONTACT, words=f"@1 retirer {known.id}")
        await shop.receives(HELENE, "Bonjour, qui êtes-vous ?")
        await shop.receives(HELENE, "J'ai ce numéro depuis hier")
        assert [(each.number, each.client_id) for each in await shop.tickets()] == [(1, 1), (2, None)]

    async def test_a_preferred_channel_that_still_reaches_them_is_kept(self, shop, talk):
        await mail(shop, 1, "helene@exemple.fr")
        await shop.write(lambda uow: uow.client_files.prefer_channel(1, Channel.SMS))
        await shop.presses(Verb.CONTACT, words="@1 retirer")
        await talk.presses("helene@exemple.fr")
        assert (await shop.contact(1)).preferred is Channel.SMS


class TestMerged:
    async def test_two_of_one_client(self, shop, talk):
        await shop.write(lambda uow: uow.directory.add_contact("H. Vasseur", client_id=1, role="", now=MONDAY))
        await mail(shop, 4, "helene@exemple.fr")
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.write(lambda uow: uow.client_files.prefer_channel(1, Channel.SMS))
        await shop.presses(Verb.CONTACT, words="@1")
        (asked,) = await talk.presses("C’est un doublon")
        assert asked.startswith("À qui réunir Dr Hélène Vasseur ?")
        (asked,) = await talk.presses("H. Vasseur")
        assert asked == (
            "Dr Hélène Vasseur disparaît de la fiche. H. Vasseur reçoit 2 adresses et tous ses tickets, dont 1 ouvert. "
            "C’est définitif."
        )
        assert await talk.presses("Oui, réunir") == [
            "Réuni : H. Vasseur (Cabinet des Tilleuls) a les adresses et les tickets de Dr Hélène Vasseur."
        ]
        assert await shop.contact(1) is None
        assert await shop.contact(4) == Contact(4, "H. Vasseur", 1, "médecin", Channel.SMS)
        assert await owners(shop, HELENE) == [4, 4]
        assert (await shop.ticket()).contact_id == 4
        assert "H. Vasseur" in (await shop.card()).text
        (said,) = await talk.presses("Oui, réunir")
        assert "elle a été réunie à une autre" in said
        assert await talk.history() == [("contacts merged", {"source": 1, "target": 4, "client": 1})]

    async def test_who_stays_keeps_their_role_and_channel(self, shop, talk):
        await shop.write(lambda uow: uow.client_files.prefer_channel(2, Channel.WHATSAPP))
        await shop.presses(Verb.CONTACT, words="@1 reunir 2")
        await talk.presses("Oui, réunir")
        assert await shop.contact(2) == Contact(2, "Luc Garnier", 1, "secrétariat", Channel.WHATSAPP)

    async def test_somebody_without_anything_just_goes(self, shop):
        await shop.write(lambda uow: uow.directory.add_contact("Dr Roche", client_id=1, role="", now=MONDAY))
        (asked,) = await shop.presses(Verb.CONTACT, words="@4 reunir 1")
        assert asked == "Dr Roche disparaît de la fiche. Dr Hélène Vasseur reçoit tous ses tickets. C’est définitif."

    async def test_of_two_clients_it_is_asked_where_the_person_is(self, shop, talk):
        await shop.presses(Verb.CONTACT, words="@1 reunir")
        (asked,) = await talk.answers("Anne Morel")
        assert "Où est cette personne ?" in asked
        assert await talk.buttons() == ["Cabinet des Tilleuls", "Dr Anne Morel", "Annuler"]
        assert await talk.presses("Cabinet des Tilleuls") == [
            "Réuni : Dr Anne Morel (Cabinet des Tilleuls) a les adresses et les tickets de Dr Hélène Vasseur."
        ]
        assert (await shop.contact(3)).client_id == 1
        merged = ("contacts merged", {"source": 1, "target": 3, "client": 1})
        assert (await talk.history(1), await talk.history(2)) == ([merged], [merged])

    async def test_a_button_for_a_client_whose_they_are_no_more_asks_again(self, shop):
        (asked,) = await shop.presses(Verb.CONTACT, words="@1 reunir 2 =2")
        assert asked.startswith("Dr Hélène Vasseur disparaît de la fiche")
        assert await shop.contact(1) is not None

    async def test_with_somebody_of_nobodys(self, shop, talk):
        await shop.write(lambda uow: uow.directory.add_contact("Dr Perdu", client_id=None, role="", now=MONDAY))
        await shop.presses(Verb.CONTACT, words="@1 reunir 4")
        await talk.presses("Oui, réunir")
        assert (await shop.contact(4)).client_id == 1

    async def test_the_whole_name_tells_two_people_apart(self, shop):
        async def add(uow):
            client = await uow.directory.add_client("Cabinet du Port", kind=ClientKind.INDIVIDUAL, now=MONDAY)
            await uow.directory.add_contact("Dr Anne Morel-Roche", client_id=client.id, role="", now=MONDAY)

        await shop.write(add)
        (asked,) = await shop.orders(Verb.CONTACT, words="@1 reunir Dr Anne Morel")
        assert "Dr Anne Morel reçoit" in asked


class TestMoved:
    async def test_without_open_tickets(self, shop, talk):
        await shop.presses(Verb.CONTACT, words="@1")
        (asked,) = await talk.presses("Change de cabinet")
        assert asked == (
            "Dr Hélène Vasseur quitte Cabinet des Tilleuls pour quel client ? Répondez par son nom, ou choisissez."
        )
        (asked,) = await talk.presses("Dr Anne Morel")
        assert asked == (
            "Dr Hélène Vasseur : de Cabinet des Tilleuls vers Dr Anne Morel, avec ses adresses.\n"
            "Les tickets clos et le décompte restent où ils sont."
        )
        assert await talk.presses("Oui, changer de cabinet") == [
            "Noté. Dr Hélène Vasseur est maintenant chez Dr Anne Morel."
        ]
        assert (await shop.contact(1)).client_id == 2
        assert await owners(shop, HELENE) == [1, 1]
        assert await talk.presses("Oui, changer de cabinet") == [
            "Déjà fait : Dr Hélène Vasseur est chez Dr Anne Morel."
        ]
        assert await talk.history(1) == [("contact left", {"contact": 1, "client": 2})]
        assert await talk.history(2) == [("contact joined", {"contact": 1, "client": 1})]

    @pytest.mark.parametrize(
        ("label", "client_id", "said"),
        [
            pytest.param(
                "Laisser chez Cabinet des Tilleuls", 1, "Noté. Dr Hélène Vasseur est maintenant chez Dr Anne Morel.",
                id="left where they are",
            ),
            pytest.param(
                "Emmener chez Dr Anne Morel", 2,
                "Noté. Dr Hélène Vasseur est maintenant chez Dr Anne Morel, avec le n° 2.", id="taken along",
            ),
        ],
    )  # fmt: skip
    async def test_open_tickets_go_where_the_technician_says(self, shop, talk, label, client_id, said):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.CLOSE, 1, "sans objet")
        await shop.presses(Verb.CONFIRM, 1, "not_a_request.0.not_a_request")
        await shop.receives(HELENE, "Et Excel non plus")
        await shop.presses(Verb.CONTACT, words="@1 cabinet")
        (asked,) = await talk.answers("morel")
        assert "1 ticket est ouvert (n° 2)." in asked
        assert await talk.presses(label) == [said]
        assert [(await shop.ticket(number)).client_id for number in (1, 2)] == [1, client_id]
        assert [entry[0] for entry in await shop.ledger()] == [1]

    async def test_what_they_write_then_is_their_new_practices(self, shop, talk):
        await shop.receives(HELENE, "Word ne s'ouvre plus")
        await shop.orders(Verb.CONTACT, words="@1 cabinet morel")
        await talk.presses("Laisser chez Cabinet des Tilleuls")
        await shop.receives(HELENE, "Bonjour, je suis arrivée dans mon nouveau cabinet")
        assert [(each.number, each.client_id) for each in await shop.tickets()] == [(1, 1), (2, 2)]
        assert [message.body for message in await shop.messages(1) if not message.automatic] == ["Word ne s'ouvre plus"]

    async def test_a_colleagues_ticket_stays(self, shop, talk):
        await shop.receives(LUC, "Imprimante")
        (asked,) = await shop.orders(Verb.CONTACT, words="@1 cabinet morel")
        assert "ticket est ouvert" not in asked

    async def test_an_old_button_of_somebody_who_moved_meanwhile_asks_again(self, shop, talk):
        async def add(uow):
            await uow.directory.add_client("Cabinet du Port", kind=ClientKind.INDIVIDUAL, now=MONDAY)
            await uow.directory.move_contact(1, 3)

        await shop.presses(Verb.CONTACT, words="@1 cabinet =2")
        await shop.write(add)
        (asked,) = await talk.presses("Oui, changer de cabinet")
        assert asked.startswith("Dr Hélène Vasseur : de Cabinet du Port vers Dr Anne Morel")
        assert (await shop.contact(1)).client_id == 3

    async def test_of_many_clients_the_name_is_answered(self, shop, talk):
        async def add(uow):
            for nth in range(8):
                await uow.directory.add_client(f"Cabinet {nth}", kind=ClientKind.INDIVIDUAL, now=MONDAY)

        await shop.write(add)
        await shop.presses(Verb.CONTACT, words="@1 cabinet")
        assert await talk.buttons() == []
