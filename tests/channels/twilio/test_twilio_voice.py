"""What Twilio tells of calls: let in strictly, kept raw, read as steps."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.twilio.forms import decode_form
from bot.channels.twilio.voice_inbound import VoiceInbound
from bot.channels.twilio.voice_reading import parse
from bot.domain.calls import CallEvent, Recording, Step
from bot.domain.inbox import InboxEntry, Source
from bot.errors import BadForm, Unreadable
from tests.channels.twilio.twilio_cast import ACCOUNT, CLIENT, NOW, body, form, payload

VOICE_NUMBER = "+33639980003"
INBOUND = VoiceInbound(account_sid=ACCOUNT, voice_number=VOICE_NUMBER)
SID, RECORDING_SID = f"CA{'0' * 31}1", f"RE{'0' * 31}1"
SOUND = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING_SID}.mp3"
SAID = Recording(RECORDING_SID, SOUND, 42)

STEPS = [
    pytest.param("voice_rang", Step.RANG, CallEvent(SID, Step.RANG, CLIENT), id="somebody calls"),
    pytest.param("voice_withheld", Step.RANG, CallEvent(SID, Step.RANG, None), id="who hides the number"),
    pytest.param(
        "voice_dialled_answered",
        Step.DIALLED,
        CallEvent(SID, Step.DIALLED, CLIENT, talked_seconds=187, technician_id=2),
        id="a technician answered",
    ),
    pytest.param(
        "voice_dialled_no_answer", Step.DIALLED, CallEvent(SID, Step.DIALLED, CLIENT, technician_id=2), id="or not"
    ),
    pytest.param(
        "voice_dialled_mailbox", Step.DIALLED, CallEvent(SID, Step.DIALLED, CLIENT, technician_id=2), id="a mailbox did"
    ),
    pytest.param("voice_screened", Step.SCREENED, CallEvent(SID, Step.SCREENED, technician_id=2), id="picked up"),
    pytest.param("voice_accepted", Step.ACCEPTED, CallEvent(SID, Step.ACCEPTED, technician_id=2), id="a key"),
    pytest.param("voice_accepted", Step.DECLINED, CallEvent(SID, Step.DECLINED, technician_id=2), id="another key"),
    pytest.param("voice_recorded", Step.RECORDED, CallEvent(SID, Step.RECORDED, CLIENT, recording=SAID), id="words"),
    pytest.param("voice_recording", Step.RECORDING, CallEvent(SID, Step.RECORDING, recording=SAID), id="to be fetched"),
    pytest.param("voice_recording_absent", Step.RECORDING, CallEvent(SID, Step.RECORDING), id="silence"),
    pytest.param("voice_ended", Step.ENDED, CallEvent(SID, Step.ENDED, CLIENT), id="the end"),
]  # fmt: skip


NAMING = (Step.DIALLED, Step.SCREENED, Step.ACCEPTED, Step.DECLINED)
"""The steps whose address names the technician."""


def let_in(name: str, step: Step, **changed: str) -> InboxEntry:
    technician = "2" if step in NAMING else ""
    return INBOUND.entry(step, decode_form(body(form(name, **changed))), received_at=NOW, technician=technician)


@pytest.mark.parametrize(("name", "step", "expected"), STEPS)
def test_a_step_is_kept_as_it_came_and_read(name, step, expected):
    entry = let_in(name, step)
    is_of_recording = step is Step.RECORDING
    assert entry == InboxEntry(
        source=Source.TWILIO_CALL,
        external_id=f"{SID}:recording:{RECORDING_SID}" if is_of_recording else f"{SID}:{step}",
        payload=json.dumps(
            {"form": [list(pair) for pair in form(name)], "technician": "2" if step in NAMING else None}
        ),
        received_at=NOW,
    )
    assert parse(entry) == expected


@pytest.mark.parametrize(
    ("name", "step", "changed"),
    [
        pytest.param("voice_rang", Step.RANG, {"AccountSid": f"AC{'0' * 32}"}, id="another account"),
        pytest.param("voice_rang", Step.RANG, {"CallSid": f"SM{'0' * 31}1"}, id="a message's SID"),
        pytest.param("voice_rang", Step.RANG, {"CallSid": f"CA{'0' * 32}0"}, id="a SID that goes on"),
        pytest.param("voice_rang", Step.RANG, {"CallSid": f"CA{'A' * 32}"}, id="a SID in capitals"),
        pytest.param("voice_rang", Step.RANG, {"To": "+33639980009"}, id="another number"),
        pytest.param("voice_rang", Step.RANG, {"From": "x" * 129}, id="a caller without end"),
        pytest.param("voice_rang", Step.RANG, {"From": "caf\u00e9"}, id="a caller of other letters"),
        pytest.param("voice_dialled_answered", Step.DIALLED, {"DialCallStatus": "DONE!"}, id="no state of a dial"),
        pytest.param("voice_ended", Step.ENDED, {"CallStatus": ""}, id="no state of a call"),
        pytest.param("voice_screened", Step.SCREENED, {"AccountSid": f"AC{'0' * 32}"}, id="another account's phone"),
        pytest.param("voice_screened", Step.SCREENED, {"ParentCallSid": "CA1"}, id="a phone that no call let ring"),
        pytest.param("voice_recording", Step.RECORDING, {"RecordingStatus": "x" * 40}, id="no state of a recording"),
        pytest.param("voice_recording", Step.RECORDING, {"RecordingSid": "RE1"}, id="no recording's SID"),
    ],
)
def test_what_is_not_of_ours_is_refused(name, step, changed):
    let_in(name, step)
    with pytest.raises(BadForm):
        let_in(name, step, **changed)


@pytest.mark.parametrize("name", ["AccountSid", "CallSid", "From", "To"])
@pytest.mark.parametrize("times", [0, 2])
def test_what_must_be_there_once_is_there_once(name, times):
    pairs = [pair for pair in form("voice_rang") if pair[0] != name]
    given = [(name, payload("voice_rang")[name])] * times
    with pytest.raises(BadForm):
        INBOUND.entry(Step.RANG, [*pairs, *given], received_at=NOW)


def test_a_technician_that_is_no_number_is_refused():
    with pytest.raises(BadForm):
        INBOUND.entry(Step.DIALLED, form("voice_dialled_answered"), received_at=NOW, technician="2 OR 1")


def test_a_form_that_can_be_cut_into_another_calls_is_refused():
    """The signed text has no separators: a name that a caller chose must not hold a call's SID (S1)."""
    swallowed = [pair for pair in form("voice_rang") if pair[0] != "CallSid"]
    other = f"CA{'f' * 32}"
    with pytest.raises(BadForm):
        INBOUND.entry(Step.RANG, [*swallowed, ("CallerName", f"xCallSid{SID}"), ("CallSid", other)], received_at=NOW)


@pytest.mark.parametrize(
    ("name", "step", "changed", "expected"),
    [
        pytest.param(
            "voice_dialled_answered",
            Step.DIALLED,
            {"DialBridged": "false"},
            CallEvent(SID, Step.DIALLED, CLIENT, technician_id=2),
            id="who was rung hung up before they were connected",
        ),
        pytest.param(
            "voice_dialled_answered",
            Step.DIALLED,
            {"DialCallDuration": ""},
            CallEvent(SID, Step.DIALLED, CLIENT, talked_seconds=0, technician_id=2),
            id="a talk without a length",
        ),
        pytest.param(
            "voice_recorded",
            Step.RECORDED,
            {"RecordingDuration": "0"},
            CallEvent(SID, Step.RECORDED, CLIENT),
            id="a message of no second",
        ),
        pytest.param(
            "voice_recorded",
            Step.RECORDED,
            {"RecordingUrl": SOUND.removesuffix(".mp3") + ".wav"},
            CallEvent(SID, Step.RECORDED, CLIENT, recording=SAID),
            id="a sound of another kind",
        ),
        pytest.param(
            "voice_recording",
            Step.RECORDING,
            {"RecordingStatus": "in-progress"},
            CallEvent(SID, Step.RECORDING),
            id="a message that is still spoken",
        ),
        pytest.param("voice_rang", Step.RANG, {"From": ""}, CallEvent(SID, Step.RANG, None), id="nobody"),
        pytest.param(
            "voice_ended",
            Step.ENDED,
            {"CallStatus": "no-answer"},
            CallEvent(SID, Step.ENDED, CLIENT, is_unanswered=True),
            id="the end of a call that nobody took",
        ),
    ],
)
def test_what_a_step_really_says(name, step, changed, expected):
    assert parse(let_in(name, step, **changed)) == expected


@pytest.mark.parametrize(
    ("external_id", "kept"),
    [
        pytest.param(f"{SID}:rang", "{}", id="no form"),
        pytest.param(f"{SID}:sang", '{"form": []}', id="no step of ours"),
        pytest.param(SID, '{"form": []}', id="no step at all"),
        pytest.param(f"{SID}:rang", '{"form": [["From"]]}', id="half a field"),
        pytest.param(f"{SID}:recorded", '{"form": [["From", ""], ["RecordingUrl", "x"]]}', id="no recording's address"),
        pytest.param(
            f"{SID}:dialled",
            '{"form": [["From", ""], ["DialCallStatus", "completed"], ["DialCallDuration", "long"]]}',
            id="a length in words",
        ),
        pytest.param(f"{SID}:rang", "[", id="no JSON"),
        pytest.param(f"{SID}:rang", '{"call": null}', id="no resource"),
    ],
)
def test_an_entry_that_cannot_be_read_says_so(external_id, kept):
    with pytest.raises(Unreadable):
        parse(InboxEntry(Source.TWILIO_CALL, external_id, kept, NOW))


VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["completed", "absent", "busy", "0", "-1", "42", "٤٢", "1e9", "false", SOUND, SID, "+33639980011"]),
)


@given(
    name=st.sampled_from(
        [
            *("voice_rang", "voice_dialled_answered", "voice_recorded", "voice_recording", "voice_ended"),
            *("voice_screened", "voice_accepted"),
        ]
    ),
    step=st.sampled_from(Step),
    changed=st.dictionaries(
        st.sampled_from(
            [
                *("From", "DialCallStatus", "DialCallDuration", "DialBridged", "CallStatus"),
                *("RecordingUrl", "RecordingDuration", "RecordingStatus", "RecordingSid", "Novelty"),
                *("ParentCallSid", "Digits"),
            ]
        ),
        VALUES,
    ),
)
@settings(max_examples=400, deadline=None)
def test_any_form_is_refused_or_read_or_shown_as_unreadable(name, step, changed):
    """Whatever stands in a signed form: 400, an event, or quarantine; never an error of ours (F11)."""
    pairs = decode_form(body(form(name, **changed)))
    try:
        entry = INBOUND.entry(step, pairs, received_at=NOW)
        event = parse(entry)
    except (BadForm, Unreadable):
        return
    assert (event.sid, event.step) == (SID, step)
