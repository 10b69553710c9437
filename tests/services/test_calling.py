"""The telephone at the desk: who is rung, attempts in vain, and landlines in lists and files."""

from datetime import timedelta

import pytest

from bot.domain.addresses import Address, Channel
from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.rules.thanks import is_thanks
from bot.services.call_duty import on_duty
from bot.services.importing.cells import parse_phone
from tests.factories import HELENE, HOUR, MARC, MINUTE, NOBODY, whatsapp
from tests.services.calls_cast import missed

LANDLINE = "+33199001234"


async def name_on_duty(shop) -> str | None:
    found = await shop.read(on_duty)
    return found.name if found else None


@pytest.fixture
async def two_phones(shop):
    await shop.write(lambda uow: uow.directory.put_technician(MARC, name="Marc", is_admin=False, phone=NOBODY))
    return shop


# /garde


async def test_alone_it_shows_who_is_on_duty_and_who_could_be(two_phones):
    (said,) = await two_phones.orders(Verb.DUTY)
    assert said == "📞 De garde : Claire. Les appels y sonnent aux heures d’ouverture."
    row = (await two_phones.rows())[-1]
    assert [[button["text"] for button in line] for line in row.payload["buttons"]] == [
        ["Marc", "Personne"],
        ["Fermer"],
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("Marc", "Marc", id="by name"),
        pytest.param("mar", "Marc", id="by its beginning"),
        pytest.param("=2", "Marc", id="by a button"),
        pytest.param("personne", None, id="nobody"),
    ],
)
async def test_somebody_is_put_on_duty(two_phones, words, expected):
    await two_phones.orders(Verb.DUTY, words=words)
    assert await name_on_duty(two_phones) == expected


async def test_me_is_who_says_it(two_phones):
    await two_phones.orders(Verb.DUTY, words="moi", by=MARC)
    assert await name_on_duty(two_phones) == "Marc"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("Claire", "Déjà fait : de garde, Claire.", id="who is on duty already"),
        pytest.param("Camille", "Je ne trouve pas un technicien, et un seul, pour « Camille ».", id="nobody's name"),
        pytest.param("=9", "Je ne trouve pas un technicien, et un seul, pour « =9 ».", id="a button of before"),
        pytest.param("Marc", "Marc n’a pas de numéro où sonner", id="one without a telephone"),
    ],
)
async def test_what_is_refused_changes_nothing(shop, words, expected):
    (said,) = await shop.orders(Verb.DUTY, words=words)
    assert said.replace("\u202f", " ").startswith(expected)
    assert await name_on_duty(shop) == "Claire"


async def test_nobody_twice_is_done_already(shop):
    await shop.orders(Verb.DUTY, words="personne")
    assert await shop.orders(Verb.DUTY, words="personne") == ["Déjà fait : de garde, personne."]


async def test_a_pressed_question_shows_what_was_settled(two_phones):
    await two_phones.orders(Verb.DUTY)
    said = await two_phones.presses(Verb.DUTY, words="=2")
    assert said == ["📞 De garde : Marc. Les appels y sonnent aux heures d’ouverture."]
    edit = [row for row in await two_phones.rows() if row.kind is Kind.EDIT][-1]
    assert edit.text.replace("\u00a0", " ") == said[0]
    assert edit.payload["buttons"] == []


async def test_where_nobody_has_a_telephone_it_says_how_to_set_one(shop):
    await shop.write(lambda uow: uow.directory.put_technician(11, name="Claire", is_admin=True, phone=None))
    (said,) = await shop.orders(Verb.DUTY)
    assert "PERMANENCE_TECHNICIAN_PHONES" in said


# /tentative


async def test_an_attempt_is_told_to_the_client_and_the_clock_goes_on(shop):
    await shop.receives(HELENE)
    shop.clock.advance(42 * MINUTE)
    assert await shop.orders(Verb.ATTEMPT, 1) == [
        "n° 1 : tentative notée, le client est prévenu par SMS. Le délai court toujours."
    ]
    assert (await shop.texts_to(HELENE))[-1] == (
        "Atelier : nous avons essayé de vous joindre lundi 23 novembre à 10h42. Rappelez-nous, ou dites-nous quand "
        "vous etes joignable."
    )
    ticket = await shop.ticket()
    assert (ticket.recontacted_at, await shop.events()) == (None, ["opened", "acknowledged", "attempted"])
    await shop.deliver()
    assert (await shop.ticket()).recontacted_at is None
    assert "Appelé sans réponse lundi 23 novembre à 10h42" in (await shop.card()).text.replace("\u00a0", " ")


async def test_the_same_attempt_is_told_once(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.ATTEMPT, 1)
    shop.clock.advance(timedelta(minutes=9, seconds=59))
    (said,) = await shop.orders(Verb.ATTEMPT, 1)
    assert said == "Déjà fait : l’appel sans réponse du n° 1 est noté aujourd’hui à 10h00."
    shop.clock.advance(timedelta(seconds=1))
    await shop.orders(Verb.ATTEMPT, 1)
    assert (await shop.events()).count("attempted") == 2
    assert "Appelé 2 fois sans réponse, la dernière" in (await shop.card()).text.replace("\u00a0", " ")


async def test_where_what_sends_cannot_be_answered_the_text_says_where_to_write(shop):
    shop.with_policy(sms_automatic="Atelier")
    await shop.receives(HELENE)
    await shop.orders(Verb.ATTEMPT, 1)
    assert (await shop.texts_to(HELENE))[-1].endswith(
        "Rappelez-nous, ou écrivez au +33 6 39 98 00 00 quand vous appeler."
    )


async def test_a_landline_is_told_by_the_contacts_other_channel(shop):
    await shop.write(
        lambda uow: uow.directory.add_address(
            Address(Channel.PHONE, LANDLINE), contact_id=1, profile_name=None, now=shop.clock.now()
        )
    )
    await missed(shop, LANDLINE)
    (said,) = await shop.orders(Verb.ATTEMPT, 1)
    assert "prévenu par SMS" in said
    assert len(await shop.texts_to(HELENE)) == 1


@pytest.mark.parametrize(
    ("arrives", "policy", "why"),
    [
        pytest.param(HELENE, {"sms_automatic": "off"}, "ce canal est coupé", id="automatic texts are off"),
        pytest.param(None, {}, "aucune adresse connue", id="nobody knows who called"),
        pytest.param(LANDLINE, {}, "la demande est venue par téléphone", id="a stranger's landline"),
        pytest.param(NOBODY, {"daily_automatic_limit": 0}, "limite d’envois atteinte", id="the day's limit"),
    ],
)
async def test_who_cannot_be_told_is_not_and_the_desk_hears_why(shop, arrives, policy, why):
    shop.with_policy(**policy)
    await missed(shop, arrives)
    before = len(await shop.rows())
    (said,) = await shop.orders(Verb.ATTEMPT, 1)
    assert said == f"n° 1 : tentative notée. Le client n’est pas prévenu ({why}). Le délai court toujours."
    assert [row.kind for row in (await shop.rows())[before:] if row.kind is Kind.TEXT] == []
    assert (await shop.events())[-1] == "attempted"


async def test_whoever_sent_stop_is_not_told_but_on_another_channel(shop):
    await shop.receives(HELENE)
    known = await shop.address(Address(Channel.SMS, HELENE))
    await shop.write(lambda uow: uow.directory.mute_address(known.id, shop.clock.now()))
    assert "Le client n’est pas prévenu (il a répondu STOP)" in (await shop.orders(Verb.ATTEMPT, 1))[0]
    shop.clock.advance(HOUR)
    await shop.receives(whatsapp(HELENE), "Je suis là")
    assert "prévenu par WhatsApp" in (await shop.orders(Verb.ATTEMPT, 1))[0]


async def test_the_button_stands_on_a_card_that_somebody_took_and_nobody_has_answered(shop):
    await shop.receives(HELENE)
    assert not await has_attempt_button(shop)
    await shop.orders(Verb.TAKE, 1)
    assert await has_attempt_button(shop)
    await shop.orders(Verb.ANSWER, 1, "Je regarde")
    await shop.deliver()
    assert not await has_attempt_button(shop)


async def has_attempt_button(shop) -> bool:
    row = await shop.card()
    return any(button["data"] == "tentative:1" for line in row.payload["buttons"] for button in line)


# Landlines


async def test_a_landline_added_to_a_contact_only_calls(shop):
    await shop.orders(Verb.CONTACT, words="@1 ajouter 01 99 00 12 34")
    assert (await shop.address(Address(Channel.PHONE, LANDLINE))).contact_id == 1
    assert await shop.read(lambda uow: uow.directory.address(Address(Channel.SMS, LANDLINE))) is None
    await missed(shop, LANDLINE)
    assert (await shop.ticket()).client_id == 1


def test_what_a_call_says_is_no_thanks():
    assert not is_thanks("")
    assert parse_phone("01 99 00 12 34") == LANDLINE
