"""What we answer Twilio with is what its own library would write, and what its stand-in carries out."""

from xml.etree import ElementTree

import pytest
from twilio.twiml.voice_response import VoiceResponse

from bot.channels.twilio.voice_twiml import (
    LANGUAGE,
    SILENCE_SECONDS,
    VOICE,
    ask_for_key,
    dial,
    document,
    hang_up,
    record,
    say,
)
from bot.sandbox.twilio_twiml import read_twiml

OURS, CLAIRE = "+33639980003", "+33639980011"
ACTION = "https://permanence.example.org/webhooks/twilio/voice/dialled?technician=2"


def tree(xml: str | bytes):
    def shape(element):
        return (element.tag, dict(element.attrib), (element.text or ""), [shape(child) for child in element])

    return shape(ElementTree.fromstring(xml))


def test_a_dial_is_the_librarys_own():
    theirs = VoiceResponse()
    ring = theirs.dial(
        timeout=20,
        time_limit=14400,
        answer_on_bridge=True,
        caller_id=OURS,
        action=ACTION,
        method="POST",
    )
    ring.number(CLAIRE)
    assert tree(document(dial(CLAIRE, seconds=20, shown=OURS, action=ACTION))) == tree(str(theirs))


def test_a_dial_that_asks_for_a_key_is_the_librarys_own():
    theirs = VoiceResponse()
    ring = theirs.dial(
        timeout=20, time_limit=14400, answer_on_bridge=True, caller_id=OURS, action=ACTION, method="POST"
    )
    ring.number(CLAIRE, url="https://a.example.org/screen", method="POST")
    ours = dial(CLAIRE, seconds=20, shown=OURS, action=ACTION, screen="https://a.example.org/screen")
    assert tree(document(ours)) == tree(str(theirs))


def test_asking_for_a_key_is_the_librarys_own():
    theirs = VoiceResponse()
    gather = theirs.gather(
        input="dtmf", num_digits=1, timeout=8, action="https://a.example.org/accepted?technician=2", method="POST"
    )
    gather.say("Un client appelle : <Dupont & Cie>.", language=LANGUAGE, voice=VOICE)
    theirs.hangup()
    action = "https://a.example.org/accepted?technician=2"
    ours = document(ask_for_key("Un client appelle : <Dupont & Cie>.", seconds=8, action=action), hang_up())
    assert tree(ours) == tree(str(theirs))
    assert [verb.name for verb in read_twiml(ours.decode(), callers=())] == ["Gather", "Hangup"]


def test_a_greeting_is_the_librarys_own():
    theirs = VoiceResponse()
    theirs.say("L’atelier & Cie <fermé>", language=LANGUAGE, voice=VOICE)
    theirs.record(
        max_length=180,
        timeout=SILENCE_SECONDS,
        play_beep=True,
        trim="trim-silence",
        finish_on_key="#",
        transcribe=False,
        action="https://a.example.org/recorded",
        method="POST",
        recording_status_callback="https://a.example.org/recording",
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
    )
    theirs.hangup()
    ours = document(
        say("L’atelier & Cie <fermé>"),
        record(seconds=180, action="https://a.example.org/recorded", callback="https://a.example.org/recording"),
        hang_up(),
    )
    assert tree(ours) == tree(str(theirs))


@pytest.mark.parametrize("text", ["</Say><Dial>+33639980099</Dial>", "a & b", '"quoted"', "]]>", "é ’ œ"])
def test_whatever_a_shop_is_called_it_is_read_and_nothing_else(text):
    (verb,) = read_twiml(document(say(text)).decode(), callers=())
    assert (verb.name, verb.text) == ("Say", text)


def test_an_address_with_signs_is_an_address():
    action = 'https://a.example.org/x?a=1&b="2"'
    (verb,) = ElementTree.fromstring(document(dial(CLAIRE, seconds=20, shown=OURS, action=action)))
    assert verb.attrib["action"] == action
