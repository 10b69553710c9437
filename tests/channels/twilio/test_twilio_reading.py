"""What an inbox entry of Twilio's says."""

import json

import pytest

from bot.channels.twilio.reading import START_WORDS, STOP_WORDS, parse
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, DeliveryReport, InboxEntry, Noise, OptOut, Source
from bot.domain.tickets import DeliveryState, Media
from bot.errors import Unreadable
from tests.channels.twilio.twilio_cast import CLIENT, NOW, form, payload

SMS, WHATSAPP = Address(Channel.SMS, CLIENT), Address(Channel.WHATSAPP, CLIENT)
PICTURES = tuple(
    Media(
        url=f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 31}1/Messages/MM{'0' * 31}3/Media/ME{n:032x}",
        content_type=kind,
    )
    for n, kind in ((1, "image/jpeg"), (2, "application/pdf"))
)


def entry(stored, source=Source.TWILIO_MESSAGE):
    return InboxEntry(source=source, external_id="x", payload=json.dumps(stored), received_at=NOW)


def read(name, **changed):
    return parse(entry({"form": form(name, **changed)}))


def read_status(name, **changed):
    return parse(entry({"form": form(name, **changed)}, Source.TWILIO_STATUS))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "sms",
            ClientMessage(
                address=SMS,
                body="Bonjour, l'imprimante du secrétariat ne répond plus depuis ce matin.",
                provider_id=f"SM{1:032x}",
            ),
            id="an SMS",
        ),
        pytest.param(
            "sms_stop",
            ClientMessage(address=SMS, body="Stop", provider_id=f"SM{2:032x}", opt_out=OptOut.STOP),
            id="STOP, as Twilio tells it",
        ),
        pytest.param(
            "whatsapp_text",
            ClientMessage(
                address=WHATSAPP,
                body="Le logiciel s'est fermé 😕\n\nEst-ce que nous perdons les dossiers ?",
                provider_id=f"SM{4:032x}",
                profile_name="Cabinet Martin",
            ),
            id="a WhatsApp text",
        ),
        pytest.param(
            "whatsapp_picture",
            ClientMessage(
                address=WHATSAPP,
                body="",
                provider_id=f"MM{3:032x}",
                profile_name="Cabinet Martin",
                media=PICTURES,
            ),
            id="pictures without text",
        ),
        pytest.param(
            "whatsapp_location",
            ClientMessage(
                address=WHATSAPP,
                body="Position\u00a0: 48.8566, 2.3522 (Cabinet, 3 rue de la Paix, 75002 Paris)",
                provider_id=f"SM{5:032x}",
                profile_name="Cabinet Martin",
            ),
            id="a place",
        ),
        pytest.param(
            "whatsapp_button",
            ClientMessage(
                address=WHATSAPP, body="Rappelez-moi", provider_id=f"SM{6:032x}", profile_name="Cabinet Martin"
            ),
            id="a pressed button",
        ),
        pytest.param(
            "whatsapp_without_number",
            ClientMessage(
                address=Address(Channel.WHATSAPP, "FR.13491208655302741918"),
                body="Bonjour",
                provider_id=f"SM{7:032x}",
                profile_name="Sans numéro",
            ),
            id="a WhatsApp sender without a number",
        ),
    ],
)
def test_a_webhook_is_read(name, expected):
    assert read(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "resource_sms",
            ClientMessage(
                address=SMS,
                body="Bonjour, l'imprimante du secrétariat ne répond plus depuis ce matin.",
                provider_id=f"SM{1:032x}",
            ),
            id="an SMS",
        ),
        pytest.param(
            "resource_whatsapp_picture",
            ClientMessage(address=WHATSAPP, body="", provider_id=f"MM{3:032x}", media=PICTURES),
            id="WhatsApp pictures",
        ),
    ],
)
def test_the_archives_record_is_read_as_the_webhook_would_have_been(name, expected):
    assert parse(entry(payload(name))) == expected


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param("  Bonjour \n", "Bonjour", id="white space at the ends"),
        pytest.param("un\n\n  deux", "un\n\n  deux", id="white space within"),
        pytest.param("a\0b", "a␀b", id="NUL"),
        pytest.param("a\ud800b\udcff", "a\ufffdb\ufffd", id="what was not text"),
        pytest.param("\u202eabc", "\u202eabc", id="right-to-left marks"),
        pytest.param("x" * 60_000, "x" * 60_000, id="60,000 characters"),
        pytest.param(" ", "", id="blank"),
    ],
)
def test_a_text_is_kept_but_for_what_no_store_takes(text, body):
    assert read("sms", Body=text).body == body
    record = payload("resource_sms")
    record["resource"]["body"] = text
    assert parse(entry(record)).body == body


def test_a_body_before_a_place_stays_above_it():
    body = read("whatsapp_location", Body="Nous avons déménagé", Label="", Address="").body

    assert body == "Nous avons déménagé\nPosition\u00a0: 48.8566, 2.3522"


def test_half_a_place_is_none():
    assert read("whatsapp_location", Longitude="").body == ""


def test_a_text_and_a_button_are_the_text():
    assert read("whatsapp_button", Body="Rappelez-moi vite").body == "Rappelez-moi vite"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(pytest.param(word, OptOut.STOP, id=word) for word in sorted(STOP_WORDS)),
        *(pytest.param(word, OptOut.START, id=word) for word in sorted(START_WORDS)),
        pytest.param(" stop\n", OptOut.STOP, id="small letters and white space"),
        pytest.param("STOP 12345", None, id="STOP and a number is not STOP"),
        pytest.param("Stop !", None, id="STOP and a mark is not STOP"),
        pytest.param("ARRET", None, id="ARRET is not STOP"),
        pytest.param("HELP", None, id="HELP is a request like another"),
        pytest.param("Non-stop", None, id="a word that holds STOP"),
    ],
)
def test_twilios_words_count_where_twilio_says_nothing(text, expected):
    assert read("sms", Body=text).opt_out is expected
    record = payload("resource_sms")
    record["resource"]["body"] = text
    assert parse(entry(record)).opt_out is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("STOP", OptOut.STOP, id="STOP"),
        pytest.param("START", OptOut.START, id="START"),
        pytest.param("HELP", OptOut.HELP, id="HELP"),
        pytest.param("LATER", None, id="a word of tomorrow's"),
    ],
)
def test_what_twilio_says_comes_before_its_words(said, expected):
    assert read("sms", Body="cancel", OptOutType=said).opt_out is expected


def test_on_whatsapp_the_words_are_words():
    assert read("whatsapp_text", Body="End").opt_out is None
    assert read("whatsapp_text", Body="Stop", OptOutType="STOP").opt_out is OptOut.STOP


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("status_delivered", DeliveryReport(f"SM{50:032x}", DeliveryState.DELIVERED), id="delivered"),
        pytest.param(
            "status_undelivered",
            DeliveryReport(f"SM{51:032x}", DeliveryState.UNDELIVERED, error_code="30003"),
            id="undelivered",
        ),
        pytest.param("status_whatsapp_read", DeliveryReport(f"SM{52:032x}", DeliveryState.READ), id="read"),
    ],
)
def test_a_state_is_read(name, expected):
    assert read_status(name) == expected


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("accepted", DeliveryState.QUEUED),
        ("scheduled", DeliveryState.QUEUED),
        ("queued", DeliveryState.QUEUED),
        ("sending", DeliveryState.SENDING),
        ("sent", DeliveryState.SENT),
        ("failed", DeliveryState.FAILED),
        ("canceled", DeliveryState.FAILED),
    ],
)
def test_each_word_of_twilios_is_a_state_of_ours(word, state):
    assert read_status("status_delivered", MessageStatus=word).state is state


def test_a_state_of_tomorrow_is_noise():
    assert read_status("status_delivered", MessageStatus="teleported") == Noise(
        "a delivery state that says nothing to us"
    )


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({}, id="neither form nor resource"),
        pytest.param([], id="a list"),
        pytest.param(None, id="nothing"),
        pytest.param({"form": [["Body", "x"]]}, id="no sender"),
        pytest.param({"form": [["From"]]}, id="half a field"),
        pytest.param({"form": 5}, id="no fields"),
        pytest.param({"resource": {}}, id="no media"),
        pytest.param({"resource": {"from": None, "body": "", "sid": "x"}, "media": []}, id="no sender in the record"),
        pytest.param({"resource": {"from": "x", "body": 5, "sid": "x"}, "media": []}, id="a number for a text"),
    ],
)
def test_what_is_neither_shape_is_unreadable(stored):
    with pytest.raises(Unreadable):
        parse(entry(stored))


def test_what_is_no_json_is_unreadable():
    with pytest.raises(Unreadable):
        parse(InboxEntry(source=Source.TWILIO_MESSAGE, external_id="x", payload="{", received_at=NOW))
