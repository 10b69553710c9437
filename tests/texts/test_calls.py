"""What is said of calls: aloud, in writing, at the desk."""

import pytest

from bot.domain.addresses import Channel
from bot.texts import calls
from bot.texts.client import SENTENCES, ClientTexts, load_overrides
from bot.texts.gsm import parts
from tests.factories import MONDAY, PARIS, paris

TEXTS = ClientTexts()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("de 8h00 à 18h30", "de 8 heures à 18 heures 30", id="whole and half hours"),
        pytest.param("le samedi de 9h05 à minuit", "le samedi de 9 heures 05 à minuit", id="midnight"),
    ],
)  # fmt: skip
def test_hours_are_written_as_they_are_spoken(written: str, expected: str) -> None:
    assert calls.spoken(written) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("+33639980000", "06, 39, 98, 00, 00", id="a French one, as it is dictated"),
        pytest.param("+262692001234", "06, 92, 00, 12, 34", id="of La Réunion"),
        pytest.param("+596696001234", "06, 96, 00, 12, 34", id="of Martinique"),
        pytest.param("+687751234", "75, 12, 34", id="of New Caledonia"),
        pytest.param("+68987123456", "87, 12, 34, 56", id="of French Polynesia"),
        pytest.param("+33800123456", "08, 00, 12, 34, 56", id="a free one"),
        pytest.param("+508551234", "0, 55, 12, 34", id="one digit too many for pairs comes first"),
        pytest.param("+4470090", "00, 4, 4, 7, 0, 0, 9, 0", id="a foreign one, digit by digit as from France"),
        pytest.param("3646", "3, 6, 4, 6", id="a short one"),
        pytest.param("+1", "1", id="one that nobody can dial"),
    ],
)
def test_numbers_are_written_as_they_are_spoken(number: str, expected: str) -> None:
    assert calls.spoken_number(number) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(1, "1 s", id="a second"),
        pytest.param(42, "42 s", id="less than a minute"),
        pytest.param(60, "1 min", id="a minute"),
        pytest.param(125, "2 min 05 s", id="and some seconds"),
    ],
)
def test_how_long_a_message_is(seconds: int, expected: str) -> None:
    assert calls.length(seconds) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(15, "vocal-10h00-15s.mp3", id="less than a minute"),
        pytest.param(120, "vocal-10h00-2min.mp3", id="whole minutes"),
        pytest.param(125, "vocal-10h00-2min05.mp3", id="and some seconds"),
    ],
)
def test_a_recording_is_named_by_when_and_how_long(seconds: int, expected: str) -> None:
    assert calls.sound_name(MONDAY, seconds, zone=PARIS) == expected


def test_a_call_that_was_taken_says_by_whom_and_how_long() -> None:
    assert calls.taken("Camille", 185, is_withheld=False) == "Appel pris par Camille (3 min)"
    assert calls.taken("Camille", None, is_withheld=False) == "Appel pris par Camille"
    assert calls.taken(None, 20, is_withheld=True) == "Appel pris (moins d’une minute), numéro masqué"


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        pytest.param("Cabinet des Tilleuls", "Un client appelle : Cabinet des Tilleuls. ", id="a client's name"),
        pytest.param(None, "Un client appelle. ", id="none is known, or may be said"),
        pytest.param("a" * 99, f"Un client appelle : {'a' * 59}…. ", id="a name without end is cut"),
    ],
)
def test_a_technician_hears_who_calls_and_which_key_takes_it(client: str | None, expected: str) -> None:
    keys = "Appuyez sur 1 pour le prendre, sur une autre touche pour le laisser au répondeur."
    assert calls.screening(client) == expected + keys


@pytest.mark.parametrize("answer_to", [None, "+33639980000"])
def test_an_attempt_is_one_sms(answer_to: str | None) -> None:
    text = calls.attempt(TEXTS, at=MONDAY, zone=PARIS, shop="Atelier du Mac", channel=Channel.SMS, answer_to=answer_to)
    assert "joindre lundi 23 novembre à 10h00" in text  # it may wait until the morning
    assert parts(text) == 1


def test_a_number_stays_whole_in_a_mail_and_costs_nothing_in_an_sms() -> None:
    def told(channel: Channel) -> str:
        at, number = paris("2026-11-23 10:00"), "+33639980000"
        return calls.attempt(TEXTS, at=at, zone=PARIS, shop="Atelier", channel=channel, answer_to=number)

    assert "au +33\u00a06\u00a039\u00a098\u00a000\u00a000 quand" in told(Channel.MAIL)
    assert "au +33 6 39 98 00 00 quand" in told(Channel.SMS)
    assert "au +33 6 39 98 00 00 quand" in told(Channel.WHATSAPP)  # where it can be tapped on


def test_an_attempt_gives_way_to_the_names_of_long_days_and_numbers() -> None:
    at = paris("2026-09-30 10:00")
    shop = "Atelier du Mac, Aix-en-Provence"
    text = calls.attempt(TEXTS, at=at, zone=PARIS, shop=shop, channel=Channel.SMS, answer_to="+33639980000")
    assert text.startswith(f"{shop} : nous avons essayé de vous joindre mer. 30/09 à 10h00.")
    assert parts(text) == 1


def test_attempts_are_counted_and_the_last_one_told() -> None:
    first, second = paris("2026-11-23 10:42"), paris("2026-11-24 09:05")
    assert calls.attempts_line([first], PARIS) == "Appelé sans réponse lundi 23 novembre à 10h42"
    assert calls.attempts_line([first, second], PARIS) == (
        "Appelé 2 fois sans réponse, la dernière mardi 24 novembre à 9h05"
    )


def test_a_shop_can_change_what_callers_hear() -> None:
    texts = ClientTexts(load_overrides({"voice_open": "Nous sommes en intervention."}))
    said = calls.greeting(texts, is_open=True, shop="Atelier", hours="le samedi de 9h00 à 12h00", sms_number="")
    assert said.startswith(
        "Bonjour, vous êtes bien chez Atelier. Nous sommes en intervention. Nous répondons le samedi de 9 heures à "
        "12 heures. Laissez votre message"
    )


def test_nothing_that_is_read_aloud_holds_signs_that_are_not() -> None:
    spoken = [text for key, text in SENTENCES.items() if key.startswith("voice_")]
    assert len(spoken) == 9
    assert not any(sign in text for text in spoken for sign in "«»()/&<>+")
