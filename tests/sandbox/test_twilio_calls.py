"""The stand-in's telephone: TwiML is carried out as Twilio would, and refused where Twilio would not go on."""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

from bot.sandbox.listener import Listener
from bot.sandbox.twilio import CallRecord, TwilioStandIn
from bot.sandbox.twilio_twiml import VERBS, TwimlRefusal, read_twiml
from bot.sandbox.twilio_voice_api import CALL_LIST_PARAMETERS, OF_CALL_LIST_PARAMETERS, RECORDING_LIST_PARAMETERS
from tests.sandbox.loopback import PATIENCE, SID, SMS, TWILIO_TOKEN, Complaints, SteppingClock

CLIENT, OURS, CLAIRE = "+33639981001", "+33639980003", "+33639980011"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
CALL, RECORDING = "api.v2010.account.call", "api.v2010.account.recording"
OF_CALL = "api.v2010.account.call.call_recording"
SOUND = b"ID3 a sound"


class Script:
    """A program that answers each path with a document, and notes what it was asked."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        self.listener = Listener(self._application)

    def _application(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/{path:.*}", self._answer)])
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((request.path_qs, form))
        self.headers.append(dict(request.headers))
        return web.Response(status=self.status, text=f"<Response>{self.documents.get(request.path, '')}</Response>")

    def forms(self, path: str) -> list[dict[str, str]]:
        return [form for asked, form in self.asked if asked.partition("?")[0] == path]


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    script = Script()
    await script.listener.start()
    yield script
    await script.listener.stop()


@pytest.fixture
async def twilio(clock: SteppingClock, script: Script) -> AsyncIterator[TwilioStandIn]:
    stand_in = TwilioStandIn(
        account_sid=SID,
        auth_token=TWILIO_TOKEN,
        sms_number=SMS,
        voice_number=OURS,
        clock=clock,
        voice_url=f"{script.listener.base_url}/voice",
        voice_status_url=f"{script.listener.base_url}/status",
    )
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


# A call, carried out


async def test_it_asks_what_to_do_with_a_signed_form(twilio: TwilioStandIn, script: Script) -> None:
    call = await twilio.call(CLIENT)
    (form,) = script.forms("/voice")
    assert (form["CallSid"], form["From"], form["To"], form["CallStatus"], form["Direction"]) == (
        call.sid, CLIENT, OURS, "ringing", "inbound",
    )  # fmt: skip
    signature = script.headers[0]["X-Twilio-Signature"]
    assert RequestValidator(TWILIO_TOKEN).validate(f"{script.listener.base_url}/voice", form, signature)


async def test_a_technician_is_rung_and_what_came_of_it_is_told(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = (
        f'<Dial action="/dialled?technician=2" callerId="{OURS}"><Number>{CLAIRE}</Number></Dial>'
    )
    script.documents["/dialled"] = "<Hangup/>"
    call = await twilio.call(CLIENT, technician="answers", talk_seconds=187)
    assert (call.rang, call.heard, call.seconds, call.status) == ([CLAIRE], ["<ring>"], 187, "completed")
    path, form = script.asked[1]
    assert path == "/dialled?technician=2"
    said = {name: form.get(name) for name in ("DialCallStatus", "DialCallDuration", "DialBridged", "CallStatus")}
    assert said == {
        "DialCallStatus": "completed", "DialCallDuration": "187", "DialBridged": "true", "CallStatus": "in-progress",
    }  # fmt: skip
    assert [form["CallStatus"] for form in script.forms("/status")] == ["completed"]
    assert script.forms("/status")[0]["CallDuration"] == "187"


SCREENED = f'<Dial action="/dialled" answerOnBridge="true"><Number url="/screen" method="POST">{CLAIRE}</Number></Dial>'
ASKS = (
    '<Gather input="dtmf" numDigits="1" timeout="8" action="/accepted?technician=2"><Say>Appuyez sur 1.</Say></Gather>'
    "<Hangup/>"
)


@pytest.fixture
def screening(script: Script) -> Script:
    """A program that asks whoever picks up to press 1."""
    script.documents |= {"/voice": SCREENED, "/screen": ASKS, "/dialled": "<Say>Laissez un message.</Say>"}
    return script


async def test_who_presses_the_key_is_connected(twilio: TwilioStandIn, screening: Script) -> None:
    call = await twilio.call(CLIENT, technician="answers", talk_seconds=60)
    (asked,), (pressed,), (dialled,) = (screening.forms(path) for path in ("/screen", "/accepted", "/dialled"))
    (leg,) = twilio.voice.legs(call.sid)
    said = ("CallSid", "ParentCallSid", "From", "To", "Direction", "CallStatus")
    assert [asked[name] for name in said] == [leg.sid, call.sid, CLIENT, CLAIRE, "outbound-dial", "in-progress"]
    assert (asked.get("Digits"), pressed["Digits"], pressed["CallSid"]) == (None, "1", leg.sid)
    assert (leg.heard, leg.status, leg.seconds) == (["Appuyez sur 1."], "completed", 61)
    assert (dialled["DialCallStatus"], dialled["DialBridged"], dialled["CallStatus"]) == (
        "completed", "true", "in-progress",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("technician", "keys", "seconds"),
    [
        pytest.param("mailbox", [], "9", id="a mailbox presses none"),
        pytest.param("declines", ["2"], "1", id="another key"),
    ],
)
async def test_who_does_not_is_hung_up_and_has_picked_up_all_the_same(
    twilio: TwilioStandIn, screening: Script, technician: Any, keys: list[str], seconds: str
) -> None:
    """As Twilio tells it: the dial has completed, and nobody was bridged."""
    screening.documents["/accepted"] = "<Hangup/>"
    call = await twilio.call(CLIENT, technician=technician)
    assert [form["Digits"] for form in screening.forms("/accepted")] == keys
    (dialled,) = screening.forms("/dialled")
    said = ("DialCallStatus", "DialBridged", "DialCallDuration", "CallStatus")
    assert [dialled[name] for name in said] == ["completed", "false", seconds, "ringing"]
    assert call.heard == ["<ring>", "Laissez un message."]


async def test_where_nobody_is_asked_a_mailbox_is_connected(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = f'<Dial action="/dialled"><Number>{CLAIRE}</Number></Dial>'
    await twilio.call(CLIENT, technician="mailbox", talk_seconds=20)
    assert script.forms("/dialled")[0]["DialBridged"] == "true"


async def test_a_caller_who_is_gone_when_the_key_is_pressed_was_never_answered(
    twilio: TwilioStandIn, screening: Script
) -> None:
    call = await twilio.call(CLIENT, technician="answers", hangs_up="connecting")
    assert [form["DialBridged"] for form in screening.forms("/dialled")] == ["false"]
    assert (call.heard, call.status) == (["<ring>"], "no-answer")


@pytest.mark.parametrize(
    ("documents", "lost", "code"),
    [
        pytest.param({}, "/screen", 11200, id="nobody says what to ask"),
        pytest.param({}, "/accepted", 11200, id="the key is not heard of"),
        pytest.param({"/screen": f"<Dial>{CLAIRE}</Dial>"}, "/nothing", 12200, id="a verb that is not allowed there"),
        pytest.param({"/accepted": ASKS}, "/nothing", 11200, id="asked again and again"),
    ],
)
async def test_a_screening_that_fails_connects_nobody(
    twilio: TwilioStandIn, screening: Script, documents: dict[str, str], lost: str, code: int
) -> None:
    screening.documents |= documents
    call = await twilio.call(CLIENT, technician="answers", loses=(lost,))
    (leg,) = twilio.voice.legs(call.sid)
    assert (leg.error_code, screening.forms("/dialled")[0]["DialBridged"]) == (code, "false")


async def test_what_is_only_said_connects_at_its_end(twilio: TwilioStandIn, screening: Script) -> None:
    screening.documents["/screen"] = "<Say>Un client appelle.</Say>"
    await twilio.call(CLIENT, technician="mailbox")
    assert screening.forms("/dialled")[0]["DialBridged"] == "true"


async def test_a_caller_who_is_asked_for_a_key_presses_none(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = "<Gather><Say>Tapez 1.</Say></Gather><Say>Au revoir.</Say>"
    assert (await twilio.call(CLIENT)).heard == ["Tapez 1.", "Au revoir."]


@pytest.mark.parametrize(
    ("technician", "expected"),
    [pytest.param("no-answer", "no-answer", id="nobody answers"), pytest.param("busy", "busy", id="a talk elsewhere")],
)
async def test_nobody_takes_it(twilio: TwilioStandIn, script: Script, technician: Any, expected: str) -> None:
    script.documents["/voice"] = f'<Dial action="/dialled" timeout="20"><Number>{CLAIRE}</Number></Dial>'
    script.documents["/dialled"] = "<Say>Nous ne pouvons pas répondre.</Say>"
    call = await twilio.call(CLIENT, technician=technician)
    assert script.forms("/dialled")[0]["DialCallStatus"] == expected
    assert call.heard == ["<ring>", "Nous ne pouvons pas répondre."]
    assert "DialCallDuration" not in script.forms("/dialled")[0]


async def test_without_an_action_what_stands_behind_a_dial_follows(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = f'<Dial>{CLAIRE}</Dial><Say>Après</Say><Pause length="2"/><Say>tout</Say>'
    assert (await twilio.call(CLIENT)).heard == ["<ring>", "Après", "tout"]


async def test_what_is_said_after_the_beep_is_kept_and_told(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = (
        '<Say>Parlez.</Say><Record maxLength="30" action="/recorded" recordingStatusCallback="/recording"/>'
        "<Say>Rien.</Say>"
    )
    call = await twilio.call(CLIENT, says=SOUND, message_seconds=42)
    assert call.heard == ["Parlez.", "<beep>"]
    (recorded,), (told,) = script.forms("/recorded"), script.forms("/recording")
    assert (recorded["RecordingDuration"], recorded["Digits"], recorded["CallStatus"]) == ("30", "hangup", "completed")
    assert (told["RecordingStatus"], told["RecordingUrl"]) == ("completed", recorded["RecordingUrl"])
    assert not {"From", "To"} & told.keys()
    async with httpx.AsyncClient(auth=(SID, TWILIO_TOKEN), timeout=PATIENCE) as http:
        sound = await http.get(recorded["RecordingUrl"] + ".mp3")
        assert (sound.content, sound.headers["Content-Type"]) == (SOUND, "audio/mpeg")
        assert (await http.get(recorded["RecordingUrl"])).headers["Content-Type"] == "audio/x-wav"
        assert (await http.delete(recorded["RecordingUrl"] + ".json")).status_code == 204
        assert (await http.get(recorded["RecordingUrl"] + ".mp3")).status_code == 404
    async with httpx.AsyncClient(timeout=PATIENCE) as stranger:
        assert (await stranger.get(recorded["RecordingUrl"] + ".mp3")).status_code == 401


async def test_a_recording_cannot_be_fetched_before_that_is_told(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = '<Record action="/recorded" recordingStatusCallback="/recording"/>'
    call = await twilio.call(CLIENT, says=SOUND, is_processed=False)
    sound = script.forms("/recorded")[0]["RecordingUrl"] + ".mp3"

    async def seen() -> tuple[int, str, int]:
        async with httpx.AsyncClient(auth=(SID, TWILIO_TOKEN), timeout=PATIENCE) as http:
            fetched = await http.get(sound)
        (listed,) = (await _get(twilio, "Recordings.json"))["recordings"]
        return fetched.status_code, listed["status"], len(script.forms("/recording"))

    assert await seen() == (404, "processing", 0)
    await twilio.voice.process(call.sid)
    assert await seen() == (200, "completed", 1)


async def test_of_silence_nothing_is_kept_and_the_next_verb_follows(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = (
        '<Record action="/recorded" recordingStatusCallback="/recording" '
        'recordingStatusCallbackEvent="completed absent"/><Say>Rien entendu.</Say>'
    )
    call = await twilio.call(CLIENT)
    assert (call.heard, script.forms("/recorded"), twilio.voice.recordings()) == (["<beep>", "Rien entendu."], [], [])
    assert script.forms("/recording")[0]["RecordingStatus"] == "absent"


async def test_who_hangs_up_while_it_rings_is_gone_and_the_dial_is_told(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = f'<Dial action="/dialled"><Number>{CLAIRE}</Number></Dial>'
    script.documents["/dialled"] = "<Say>Personne n'écoute</Say>"
    call = await twilio.call(CLIENT, hangs_up="ringing")
    assert (call.heard, script.forms("/dialled")[0]["CallStatus"]) == (["<ring>"], "completed")


async def test_who_hangs_up_during_the_greeting_hears_no_more(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = '<Say>Bonjour.</Say><Record action="/recorded"/>'
    assert (await twilio.call(CLIENT, hangs_up="greeting", says=SOUND)).heard == ["Bonjour."]


async def test_it_goes_where_it_is_sent_and_never_for_ever(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = "<Redirect>/elsewhere</Redirect>"
    script.documents["/elsewhere"] = "<Reject/>"
    assert (await twilio.call(CLIENT)).status == "no-answer"
    script.documents["/elsewhere"] = "<Redirect>/voice</Redirect>"
    assert (await twilio.call(CLIENT)).error_code == 11200


# What goes wrong


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param("<Say>", 12100, id="no XML"),
        pytest.param("</Response><Other>", 12100, id="two roots"),
        pytest.param("<Sing>la</Sing>", 12200, id="a verb of nobody's"),
        pytest.param('<Say mood="gay">la</Say>', 12200, id="an attribute of nobody's"),
        pytest.param("<Say/>", 12200, id="nothing to say"),
        pytest.param("<Say><b>la</b></Say>", 12200, id="other elements"),
        pytest.param('<Record maxLength="1"/>', 12200, id="a message of a second"),
        pytest.param('<Record transcribe="no"/>', 12200, id="no truth value"),
        pytest.param('<Record recordingStatusCallbackEvent="done"/>', 12200, id="an event of nobody's"),
        pytest.param('<Record action="javascript:alert(1)"/>', 12200, id="no address"),
        pytest.param(f'<Dial timeout="0">{CLAIRE}</Dial>', 12200, id="no time to ring"),
        pytest.param(f'<Dial timeout="soon">{CLAIRE}</Dial>', 12200, id="a time in words"),
        pytest.param("<Dial></Dial>", 13224, id="nobody to ring"),
        pytest.param("<Dial>0639980011</Dial>", 13224, id="a national number"),
        pytest.param("<Dial>+3363998</Dial>", 13224, id="half a number"),
        pytest.param(f'<Dial callerId="{CLAIRE}">{CLAIRE}</Dial>', 13214, id="another number shown"),
        pytest.param(f"<Dial><Number>{CLAIRE}</Number><Number>{CLIENT}</Number></Dial>", 12200, id="two to ring"),
        pytest.param(f'<Dial><Number sip="x">{CLAIRE}</Number></Dial>', 12200, id="a number with nobody's attribute"),
        pytest.param("<Gather><Hangup/></Gather>", 12200, id="nothing to press a key after"),
        pytest.param('<Gather numDigits="0"><Say>la</Say></Gather>', 12200, id="no key"),
    ],
)  # fmt: skip
async def test_what_twilio_would_not_go_on_with(
    twilio: TwilioStandIn, script: Script, document: str, code: int
) -> None:
    script.documents["/voice"] = document
    call = await twilio.call(CLIENT)
    assert (call.error_code, call.heard) == (code, ["<error>"])
    assert len(script.forms("/status")) == 1


async def test_a_program_that_fails_costs_the_caller_an_error(twilio: TwilioStandIn, script: Script) -> None:
    script.status = 503
    call = await twilio.call(CLIENT)
    assert (call.error_code, call.answers) == (11200, [503, 503])


async def test_webhooks_are_lost_and_told_again_on_demand(twilio: TwilioStandIn, script: Script) -> None:
    script.documents["/voice"] = '<Record action="/recorded" recordingStatusCallback="/recording"/>'
    call = await twilio.call(CLIENT, says=SOUND, loses=("/recorded", "/status"))
    assert [path for path, _ in script.asked] == ["/voice", "/recording"]
    assert call.answers == [200, None, None, 200]
    await twilio.voice.tell_again(call.sid, end="/recorded", times=2)
    assert [path for path, _ in script.asked][2:] == ["/recorded", "/recorded"]
    lost = await twilio.call(CLIENT, deliver=False)
    assert (lost.answers, lost.heard) == ([None, None], ["<error>"])


async def test_every_step_can_be_watched(twilio: TwilioStandIn, script: Script) -> None:
    seen: list[tuple[str, int]] = []
    end = twilio.voice.subscribe(lambda call: seen.append((call.status, len(call.heard))))
    script.documents["/voice"] = "<Say>Bonjour.</Say>"
    await twilio.call(CLIENT)
    assert seen[0] == ("ringing", 0)
    assert ("in-progress", 1) in seen
    assert seen[-1] == ("completed", 1)
    end()
    before = len(seen)
    await twilio.call(CLIENT)
    assert len(seen) == before


async def test_each_thing_is_heard_for_as_long_as_somebody_wants_to_watch(
    twilio: TwilioStandIn, screening: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    sleep = asyncio.sleep

    async def watch(seconds: float) -> None:
        if seconds == 0.01:
            (call,) = twilio.voice.calls()
            seen.append([(leg.heard, leg.pressed) for leg in twilio.voice.legs(call.sid)])
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", watch)
    await twilio.call(CLIENT, technician="answers", pace=0.01)
    asked = ["Appuyez sur 1."]
    assert seen[:3] == [[], [(asked, None)], [(asked, "1")]]  # it rings, they are asked, they talk
    seen.clear()


async def test_an_account_without_a_number_takes_no_calls(clock: SteppingClock) -> None:
    with pytest.raises(ValueError, match="no number for calls"):
        await TwilioStandIn(account_sid=SID, auth_token="x", clock=clock).call(CLIENT)


# Against what Twilio publishes


@pytest.mark.parametrize("verb", ["Say", "Pause", "Hangup", "Reject", "Redirect", "Dial", "Record", "Gather"])
def test_the_attributes_are_those_of_twilios_own_library(verb: str) -> None:
    """Less those that no call of ours could carry out; none besides."""
    signature = inspect.signature(getattr(VoiceResponse, verb.lower())).parameters
    theirs = {re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in signature}
    assert VERBS[verb].keys() <= theirs
    left_out = theirs - VERBS[verb].keys() - {"self", "kwargs", "message", "url", "number"}
    assert left_out <= {
        *("events", "passports", "recordingConfigurationId", "recordingTrack", "referMethod", "referUrl", "sequential"),
        *("actionOnEmptyResult", "bargeIn", "debug", "dtmfDetection", "enhanced", "hints", "language", "maxSpeechTime"),
        *("partialResultCallback", "partialResultCallbackMethod", "profanityFilter", "speechModel", "speechTimeout"),
    }


def test_what_is_longer_than_twilio_reads_is_refused() -> None:
    with pytest.raises(TwimlRefusal):
        read_twiml(f"<Response><Say>{'a' * 70_000}</Say></Response>", callers=())


def _query(description: dict[str, Any], path: str) -> set[str]:
    operation = description["paths"][ACCOUNT + path]["get"]
    return {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}


def test_the_lists_take_the_published_parameters(twilio_description: dict[str, Any]) -> None:
    assert _query(twilio_description, "/Calls.json") == CALL_LIST_PARAMETERS
    assert _query(twilio_description, "/Recordings.json") == RECORDING_LIST_PARAMETERS
    assert _query(twilio_description, "/Calls/{CallSid}/Recordings.json") == OF_CALL_LIST_PARAMETERS


async def test_every_call_and_recording_has_the_published_shape(
    twilio: TwilioStandIn, script: Script, twilio_description: dict[str, Any], twilio_complaints: Complaints
) -> None:
    script.documents["/voice"] = f'<Dial action="/dialled"><Number>{CLAIRE}</Number></Dial>'
    script.documents["/dialled"] = '<Record action="/recorded"/>'
    call = await twilio.call(CLIENT, says=SOUND)
    (sid,) = twilio.voice.recordings()
    calls = await _get(twilio, "Calls.json")
    assert [each["parent_call_sid"] for each in calls["calls"]] == [call.sid, None]
    recordings, of_call = await _get(twilio, "Recordings.json"), await _get(twilio, f"Calls/{call.sid}/Recordings.json")
    shown = [
        *((CALL, each) for each in calls["calls"]),
        (CALL, await _get(twilio, f"Calls/{call.sid}.json")),
        (RECORDING, recordings["recordings"][0]),
        (RECORDING, await _get(twilio, f"Recordings/{sid}.json")),
        (OF_CALL, of_call["recordings"][0]),
    ]
    assert [complaint for name, value in shown for complaint in twilio_complaints(name, value)] == []
    for path, page in (("/Calls.json", calls), ("/Recordings.json", recordings)):
        answer = twilio_description["paths"][ACCOUNT + path]["get"]["responses"]["200"]
        assert set(page) == set(answer["content"]["application/json"]["schema"]["properties"])


async def test_lists_are_filtered_as_published(twilio: TwilioStandIn, script: Script, clock: SteppingClock) -> None:
    script.documents["/voice"] = '<Record action="/recorded"/>'
    first = await twilio.call(CLIENT, says=SOUND)
    clock.step(days=2)
    second = await twilio.call("anonymous", says=SOUND)

    async def sids(query: str) -> list[str]:
        return [each["sid"] for each in (await _get(twilio, f"Calls.json?{query}"))["calls"]]

    assert await sids("") == [second.sid, first.sid]
    assert await sids(f"From=%2B{CLIENT[1:]}") == [first.sid]
    assert await sids("StartTime%3E=2026-03-03") == [second.sid]
    assert await sids("EndTime%3C=2026-03-03&Status=completed") == [first.sid]
    assert await sids("ParentCallSid=CA0") == []
    found = await _get(twilio, f"Recordings.json?CallSid={first.sid}&DateCreated=2026-03-02")
    assert [each["call_sid"] for each in found["recordings"]] == [first.sid]
    assert (await _get(twilio, "Recordings.json?DateCreated%3E=2026-03-05"))["recordings"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"Calls/CA{'0' * 32}.json", 404, id="an unknown call"),
        pytest.param(f"Calls/CA{'0' * 32}/Recordings.json", 404, id="an unknown call's recordings"),
        pytest.param(f"Recordings/RE{'0' * 32}.json", 404, id="an unknown recording"),
        pytest.param(f"Recordings/RE{'0' * 32}.ogg", 404, id="a sound of another kind"),
        pytest.param("Calls.json?Colour=red", 400, id="a filter of nobody's"),
        pytest.param("Recordings.json?DateCreated=soon", 400, id="a day in words"),
    ],
)
async def test_what_the_api_refuses(twilio: TwilioStandIn, path: str, status: int) -> None:
    async with httpx.AsyncClient(auth=(SID, TWILIO_TOKEN), timeout=PATIENCE) as http:
        answer = await http.get(f"{twilio.base_url}/2010-04-01/Accounts/{SID}/{path}")
    assert answer.status_code == status


async def _get(twilio: TwilioStandIn, path: str) -> dict[str, Any]:
    async with httpx.AsyncClient(auth=(SID, TWILIO_TOKEN), timeout=PATIENCE) as http:
        answer = await http.get(f"{twilio.base_url}/2010-04-01/Accounts/{SID}/{path}")
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_record_of_a_call_says_whether_it_is_over() -> None:
    call = CallRecord("CA1", SID, CLIENT, OURS, "inbound", SteppingClock().now())
    assert not call.is_over
    call.end("completed", SteppingClock().now(), seconds=3)
    assert (call.is_over, call.to_json()["duration"]) == (True, "3")
