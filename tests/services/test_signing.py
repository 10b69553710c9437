"""A contract is signed: the architecture first, then the contract, then the welcome to each contact (C23)."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.clients import ClientKind
from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.services.verifying import verify
from tests.factories import paris, sms
from tests.services.talk import Talk
from tests.services.test_accounting import close, work

NEW = 3
"""A practice that has no contract yet."""


@pytest.fixture
async def newcomer(shop):
    """A practice with a doctor who has an SMS number, and a secretary of whom nothing is known."""

    async def work(uow):
        now = shop.clock.now()
        client = await uow.directory.add_client("Cabinet du Lac", kind=ClientKind.GROUP_PRACTICE, now=now)
        await uow.client_files.describe_client(replace(client, architecture="Un serveur, trois iMac"))
        doctor = await uow.directory.add_contact("Dr Paul Lac", client_id=client.id, role="médecin", now=now)
        await uow.directory.add_address(sms("+33639980110"), contact_id=doctor.id, profile_name=None, now=now)
        await uow.directory.add_contact("Zoé Brun", client_id=client.id, role="secrétariat", now=now)

    await shop.write(work)
    return shop


async def contracts_of(shop, client_id=NEW):
    return await shop.read(lambda uow: uow.contracts.contracts_of(client_id))


async def events_of(shop, client_id=NEW):
    found = await shop.read(lambda uow: uow.client_files.client_events(client_id))
    return [(each.kind, each.data) for each in found]


async def test_nothing_is_signed_before_the_architecture_is_validated(newcomer):
    (said,) = await newcomer.orders(Verb.CONTRACT, words="Lac signer 01/12/2026 oui")
    assert said == (
        "L’architecture de Cabinet du Lac n’est pas validée par le client (C23). "
        "D’abord /contrat Cabinet du Lac architecture."
    )
    (said,) = await newcomer.presses(Verb.CONTRACT, words="=3 signer")
    assert "pas validée" in said
    assert await contracts_of(newcomer) == []


async def test_an_architecture_that_nobody_drew_up_is_not_validated(shop):
    (said,) = await shop.orders(Verb.CONTRACT, words="Tilleuls architecture")
    assert said == (
        "Il n’y a rien à valider : notez d’abord l’architecture de Cabinet des Tilleuls (/client, Modifier)."
    )
    assert (await shop.client(1)).architecture_validated_on is None


async def test_the_architecture_is_validated_once(newcomer):
    assert await newcomer.presses(Verb.CONTRACT, words="=3 architecture") == [
        "Cabinet du Lac : architecture validée le 23/11/2026. Le contrat peut être signé."
    ]
    client = await newcomer.client(NEW)
    assert client.architecture_validated_on == date(2026, 11, 23)
    assert await newcomer.presses(Verb.CONTRACT, words="=3 architecture") == [
        "Déjà fait : l’architecture de Cabinet du Lac est validée depuis le 23/11/2026."
    ]
    assert await events_of(newcomer) == [("architecture validated", {"on": "2026-11-23"})]


async def test_the_architecture_was_validated_another_day_but_not_tomorrow(newcomer):
    await newcomer.orders(Verb.CONTRACT, words="Lac architecture 2 novembre")
    assert (await newcomer.client(NEW)).architecture_validated_on == date(2026, 11, 2)
    (said,) = await newcomer.orders(Verb.CONTRACT, words="Lac architecture demain")
    assert said == "Le 24/11/2026 est à venir. Donnez un jour passé, ou aujourd’hui."


async def test_signing_step_by_step(newcomer):
    """Asked by a button, answered in words, confirmed by a button; and everybody knows the number."""
    shop = newcomer
    shop.with_policy(price_cents=36_000, allowance_units=15, whatsapp_number="+33639980001")
    await shop.presses(Verb.CONTRACT, words="=3 architecture")
    (asked,) = await shop.presses(Verb.CONTRACT, words="=3 signer")
    assert "15 unités et 360,00 € par période de 12 mois" in asked
    assert await Talk(shop).buttons() == ["Aujourd’hui 23/11/2026", "01/12/2026", "Annuler"]
    (preview,) = await Talk(shop).answers("1er décembre")
    assert preview == (
        "Cabinet du Lac : signer le contrat ?\nPremière période du 01/12/2026 au 30/11/2027.\n15 unités, 360,00 €.\n"
        "La bienvenue avec le numéro dédié part à 2 contacts."
    )
    assert await contracts_of(shop) == []
    assert await Talk(shop).buttons() == ["Signer", "Annuler"]
    (said,) = await Talk(shop).presses("Signer")
    assert said == (
        "Contrat signé : Cabinet du Lac, à partir du 01/12/2026. Bienvenue envoyée à Dr Paul Lac. "
        "À prévenir vous-même du numéro dédié : Zoé Brun."
    )
    assert (await Talk(shop).in_place()).startswith(f"{said}\n\nCabinet du Lac · cabinet de groupe\n")
    (contract,) = await contracts_of(shop)
    assert (contract.starts_on, contract.signed_on, contract.price_cents, contract.allowance_units) == (
        date(2026, 12, 1),
        date(2026, 11, 23),
        36_000,
        15,
    )
    assert await shop.texts_to("+33639980110") == [
        (
            "Atelier : votre contrat d'accompagnement est signé. Pour nous joindre : SMS +33 6 39 98 00 00, "
            "WhatsApp +33 6 39 98 00 01. Nous répondons du lundi au vendredi de 8h00 à 18h30. "
            "Si c'est urgent, commencez votre message par Urgent."
        )
    ]
    assert (await events_of(shop))[1:] == [
        ("contract signed", {"contract": contract.id, "starts_on": "2026-12-01", "told": 1})
    ]
    planned = await shop.read(lambda uow: uow.contract_milestones.of_contract(contract.id))
    assert [name for name, _, _ in planned] == ["arrears:1", "renewal:1:4m", "renewal:1:3m1w", "lost:1", "period:2"]


async def test_a_second_press_signs_nothing_more(newcomer):
    await newcomer.presses(Verb.CONTRACT, words="=3 architecture")
    await newcomer.presses(Verb.CONTRACT, words="=3 signer 2026-12-01 oui")
    assert await newcomer.presses(Verb.CONTRACT, words="=3 signer 2026-12-01 oui") == [
        "Déjà fait : Cabinet du Lac a un contrat à partir du 01/12/2026."
    ]
    assert len(await contracts_of(newcomer)) == 1
    assert len(await newcomer.texts_to("+33639980110")) == 1


@pytest.mark.parametrize("starts_on", ["2026-11-23", "2027-06-01"])
async def test_a_second_contract_for_the_same_days_is_refused(newcomer, starts_on):
    await newcomer.presses(Verb.CONTRACT, words="=3 architecture")
    await newcomer.presses(Verb.CONTRACT, words="=3 signer 2026-12-01 oui")
    assert await newcomer.orders(Verb.CONTRACT, words=f"Lac signer {starts_on}") == [
        "Cabinet du Lac a un contrat depuis le 01/12/2026, qui couvre ces jours. Mettez-y fin d’abord."
    ]


async def test_the_next_contract_may_follow_the_day_after_the_end_of_the_first(newcomer):
    await newcomer.presses(Verb.CONTRACT, words="=3 architecture")
    await newcomer.presses(Verb.CONTRACT, words="=3 signer 2026-11-23 oui")
    await newcomer.orders(Verb.TERMINATE, words="Lac 31/12/2026 cession")
    await newcomer.presses(Verb.TERMINATE, words="=3 2026-12-31 oui")
    (said,) = await newcomer.orders(Verb.CONTRACT, words="Lac signer 31/12/2026")
    assert "qui couvre ces jours" in said
    await newcomer.presses(Verb.CONTRACT, words="=3 signer 2027-01-01 oui")
    assert [each.starts_on for each in await contracts_of(newcomer)] == [date(2026, 11, 23), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("starts_on", "is_far_off"),
    [
        pytest.param("2025-11-22", True, id="more than a year ago"),
        pytest.param("2025-11-23", False, id="a year ago"),
        pytest.param("2027-11-23", False, id="in a year"),
        pytest.param("2027-11-24", True, id="in more than a year"),
    ],
)
async def test_a_start_that_is_far_off_is_a_slip_of_the_pen(newcomer, starts_on, is_far_off):
    await newcomer.presses(Verb.CONTRACT, words="=3 architecture")
    (said,) = await newcomer.orders(Verb.CONTRACT, words=f"Lac signer {starts_on}")
    assert ("est à plus d’un an d’ici" in said) is is_far_off


async def test_without_a_number_of_ours_everybody_is_still_to_be_told(newcomer):
    newcomer.with_policy(sms_number="")
    await newcomer.presses(Verb.CONTRACT, words="=3 architecture")
    (said,) = await newcomer.presses(Verb.CONTRACT, words="=3 signer 2026-12-01 oui")
    assert "À prévenir vous-même du numéro dédié : Dr Paul Lac, Zoé Brun." in said
    assert not [row for row in await newcomer.rows() if row.kind is Kind.TEXT]


async def test_a_practice_without_contacts_is_said_so(shop):
    async def work(uow):
        empty = await uow.directory.add_client("Cabinet Vide", kind=ClientKind.GROUP_PRACTICE, now=shop.clock.now())
        await uow.client_files.describe_client(replace(empty, architecture="Un iMac"))

    await shop.write(work)
    await shop.presses(Verb.CONTRACT, words="=3 architecture")
    (said,) = await shop.presses(Verb.CONTRACT, words="=3 signer 2026-12-01 oui")
    assert "Aucun contact connu : personne n’a reçu le numéro dédié." in said


async def test_in_december_the_next_month_is_january(newcomer):
    newcomer.clock.move_to(paris("2026-12-15 10:00"))
    await newcomer.presses(Verb.CONTRACT, words="=3 architecture")
    await newcomer.presses(Verb.CONTRACT, words="=3 signer")
    assert await Talk(newcomer).buttons() == ["Aujourd’hui 15/12/2026", "01/01/2027", "Annuler"]
    await Talk(newcomer).presses("01/01/2027")
    assert "Première période du 01/01/2027 au 31/12/2027." in await Talk(newcomer).in_place()


async def test_work_that_was_closed_before_is_counted_by_a_contract_signed_from_then_on(newcomer):
    shop = newcomer
    await shop.receives("+33639980110", "Word ne s'ouvre plus")
    await work(shop)
    assert await close(shop) == "n° 1 : clos (résolu), non compté."
    await shop.presses(Verb.CONTRACT, words="=3 architecture")
    (said,) = await shop.orders(Verb.CONTRACT, words="Lac signer 2026-11-01 oui")
    assert "Forfait : 12 unités, il en reste 10" in said
    assert await shop.ledger() == [(NEW, None, 0, "not_covered"), (NEW, 1, 2, "counted")]
    assert (await shop.read(lambda uow: verify(uow, shop.context.policy))).problems == ()


async def test_work_from_before_its_first_day_stays_uncovered(newcomer):
    shop = newcomer
    await shop.receives("+33639980110", "Word ne s'ouvre plus")
    await work(shop)
    await close(shop)
    await shop.presses(Verb.CONTRACT, words="=3 architecture")
    await shop.presses(Verb.CONTRACT, words="=3 signer 2026-11-24 oui")
    assert await shop.ledger() == [(NEW, None, 0, "not_covered")]
