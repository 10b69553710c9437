"""Calls: who is rung, who called, and what has become of a call."""

from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.addresses import Channel
from bot.domain.calls import Call, CallEvent, CallState, Connection, Goodbye, Greeting, Recording, Ring, Step
from bot.domain.desk import Technician
from bot.rules.calls import (
    GRACE,
    LONGEST_TALK,
    MARGIN,
    Timing,
    answer,
    answer_after,
    caller_of,
    channels_of,
    given_up,
    heard,
    is_attempt_repeated,
    started,
)
from tests.factories import CLAIRES_PHONE, HELENE, MONDAY, paris
from tests.rules.calendars import contract_hours

HOURS = contract_hours()
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TIMING = Timing(ring=20 * SECOND, message=180 * SECOND)
CLAIRE = Technician(1, 11, "Claire", phone=CLAIRES_PHONE)
SID = "CA" + "0" * 32
SAID = Recording("RE" + "0" * 32, "https://api.twilio.test/RE0.mp3", 42)

RINGING = Call(SID, MONDAY, HELENE, settle_at=MONDAY + 5 * MINUTE)
ACCEPTED = Call(SID, MONDAY, HELENE, state=CallState.ACCEPTED, settle_at=MONDAY + 5 * MINUTE)
GREETED = Call(SID, MONDAY, HELENE, state=CallState.GREETED, settle_at=MONDAY + 8 * MINUTE)
MISSED = Call(SID, MONDAY, HELENE, state=CallState.MISSED)
MESSAGE = Call(SID, MONDAY, HELENE, state=CallState.MESSAGE, recording=SAID)
ANSWERED = Call(SID, MONDAY, HELENE, state=CallState.ANSWERED, talked_seconds=180)


def step(step: Step, **said) -> CallEvent:
    return CallEvent(SID, step, HELENE, **said)


# Who calls


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(HELENE, HELENE, id="a number"),
        pytest.param("anonymous", None, id="anonymous"),
        pytest.param("Anonymous", None, id="in capitals"),
        pytest.param("+266696687", None, id="anonymous, typed on the keys"),
        pytest.param("", None, id="nothing"),
        pytest.param("Restricted", None, id="restricted"),
        pytest.param("sip:poste12@exemple.fr", "sip:poste12@exemple.fr", id="a SIP address is an address"),
    ],
)
def test_a_withheld_number_is_nobody(number: str, expected: str | None) -> None:
    assert caller_of(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(HELENE, (Channel.SMS, Channel.WHATSAPP), id="a mobile number"),
        pytest.param("+33199001234", (Channel.PHONE,), id="a landline"),
        pytest.param("+33972001234", (Channel.PHONE,), id="a box's number"),
        pytest.param("+33800001234", (Channel.PHONE,), id="a free number"),
        pytest.param("+337" + "0" * 8, (Channel.SMS, Channel.WHATSAPP), id="a block that the plan does not have yet"),
        pytest.param("3639", (Channel.PHONE,), id="a short number"),
        pytest.param("sip:poste12@exemple.fr", (Channel.PHONE,), id="no number"),
        pytest.param("+999999999999", (Channel.PHONE,), id="of no country"),
    ],
)
def test_a_mobile_number_can_write_too_and_a_landline_only_calls(number: str, expected: tuple[Channel, ...]) -> None:
    assert channels_of(number) == expected


# Who is rung


@pytest.mark.parametrize(
    ("at", "on_duty", "expected"),
    [
        pytest.param("2026-11-23 10:00", CLAIRE, Ring(1, CLAIRES_PHONE, 20), id="in office hours: who is on duty"),
        pytest.param("2026-11-23 08:00", CLAIRE, Ring(1, CLAIRES_PHONE, 20), id="at the very opening"),
        pytest.param("2026-11-23 18:30", CLAIRE, Greeting(is_open=False), id="at the very closing: the greeting"),
        pytest.param("2026-11-28 10:00", CLAIRE, Greeting(is_open=False), id="on a Saturday"),
        pytest.param("2026-12-25 10:00", CLAIRE, Greeting(is_open=False), id="on a public holiday"),
        pytest.param("2026-11-23 10:00", None, Greeting(is_open=True), id="nobody on duty"),
        pytest.param("2026-11-23 10:00", Technician(2, 12, "Marc"), Greeting(is_open=True), id="nobody with a phone"),
    ],
)
def test_who_is_rung(at: str, on_duty: Technician | None, expected: object) -> None:
    assert answer(now=paris(at), hours=HOURS, on_duty=on_duty, ring_seconds=20) == expected


@pytest.mark.parametrize("at", ["2026-11-23 10:00", "2026-11-28 10:00"])
def test_a_blocked_caller_gets_neither_a_technician_nor_the_greeting(at):
    refused = answer(now=paris(at), hours=HOURS, on_duty=CLAIRE, ring_seconds=20, is_blocked=True)
    assert refused == Goodbye(is_refused=True)


def test_a_shop_can_have_technicians_connected_at_once():
    ring = answer(now=MONDAY, hours=HOURS, on_duty=CLAIRE, ring_seconds=20, is_screened=False)
    assert ring == Ring(1, CLAIRES_PHONE, 20, is_screened=False)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(step(Step.ACCEPTED), Connection(), id="a technician pressed the key"),
        pytest.param(step(Step.DECLINED), Goodbye(), id="or another one"),
        pytest.param(step(Step.DIALLED), Greeting(is_open=True), id="nobody took it: the greeting"),
        pytest.param(step(Step.DIALLED, talked_seconds=90), Goodbye(), id="after a talk: the end"),
        pytest.param(step(Step.RECORDED, recording=SAID), Goodbye(is_thanked=True), id="after a message: thanks"),
        pytest.param(step(Step.ENDED), Goodbye(), id="nobody listens any more"),
    ],
)
def test_what_a_caller_gets_next(event: CallEvent, expected: object) -> None:
    assert answer_after(event, now=MONDAY, hours=HOURS) == expected


# What became of it


def test_a_call_that_may_have_been_connected_is_waited_for_as_long_as_a_talk_can_last() -> None:
    call = started(step(Step.RANG), at=MONDAY, answered=Ring(1, CLAIRES_PHONE, 20), timing=TIMING)
    assert call == Call(SID, MONDAY, HELENE, settle_at=MONDAY + 200 * SECOND + MARGIN + LONGEST_TALK)


def test_a_call_that_was_greeted_is_waited_for_as_long_as_a_message_can_last() -> None:
    call = started(step(Step.RANG), at=MONDAY, answered=Greeting(is_open=False), timing=TIMING)
    assert call == Call(SID, MONDAY, HELENE, settle_at=MONDAY + 200 * SECOND + MARGIN)


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        pytest.param(RINGING, step(Step.RANG), RINGING, id="told of twice"),
        pytest.param(RINGING, step(Step.SCREENED), RINGING, id="a mailbox may have picked up"),
        pytest.param(RINGING, step(Step.DECLINED), RINGING, id="another key"),
        pytest.param(RINGING, step(Step.ACCEPTED), ACCEPTED, id="somebody pressed the key"),
        pytest.param(GREETED, step(Step.ACCEPTED), GREETED, id="the key, told after it was in vain"),
        pytest.param(MISSED, step(Step.ACCEPTED), MISSED, id="the key, told after the call was given up"),
        pytest.param(
            ACCEPTED,
            step(Step.DIALLED),
            Call(SID, MONDAY, HELENE, CallState.GREETED, settle_at=MONDAY + 180 * SECOND + MARGIN),
            id="they pressed the key and were not connected",
        ),
        pytest.param(ACCEPTED, step(Step.DIALLED, talked_seconds=180), ANSWERED, id="they pressed the key and talked"),
        pytest.param(
            ACCEPTED,
            step(Step.ENDED, is_unanswered=True),
            Call(SID, MONDAY, HELENE, CallState.GREETED, settle_at=MONDAY + GRACE),
            id="the caller was gone before the key",
        ),
        pytest.param(
            ACCEPTED,
            step(Step.ENDED),
            Call(SID, MONDAY, HELENE, CallState.ACCEPTED, settle_at=MONDAY + GRACE),
            id="the end of a talk of which nothing was told",
        ),
        pytest.param(
            RINGING,
            step(Step.DIALLED),
            Call(SID, MONDAY, HELENE, CallState.GREETED, settle_at=MONDAY + 180 * SECOND + MARGIN),
            id="nobody took it",
        ),
        pytest.param(GREETED, step(Step.DIALLED), GREETED, id="nobody took it, told again"),
        pytest.param(RINGING, step(Step.DIALLED, talked_seconds=180), ANSWERED, id="somebody took it"),
        pytest.param(RINGING, step(Step.DIALLED, talked_seconds=0),
                     Call(SID, MONDAY, HELENE, CallState.ANSWERED, talked_seconds=0), id="for less than a second"),
        pytest.param(GREETED, step(Step.RECORDED, recording=SAID), MESSAGE, id="a message"),
        pytest.param(MISSED, step(Step.RECORDING, recording=SAID), MESSAGE, id="a message that was told late"),
        pytest.param(
            MESSAGE,
            step(Step.RECORDING, recording=Recording("RE" + "1" * 32, "https://api.twilio.test/RE1.mp3", 7)),
            MESSAGE,
            id="the first recording stays",
        ),
        pytest.param(MISSED, step(Step.DIALLED, talked_seconds=180), ANSWERED, id="a talk that was told late"),
        pytest.param(ANSWERED, step(Step.DIALLED, talked_seconds=9), ANSWERED, id="the first talk stays"),
        pytest.param(Call(SID, MONDAY, HELENE, CallState.ANSWERED), step(Step.DIALLED, talked_seconds=180), ANSWERED,
                     id="how long a talk was, told late"),
        pytest.param(ANSWERED, step(Step.RECORDED, recording=SAID), ANSWERED, id="nothing comes after a talk"),
        pytest.param(
            RINGING,
            step(Step.ENDED),
            Call(SID, MONDAY, HELENE, settle_at=MONDAY + GRACE),
            id="its end waits for what may be told after it",
        ),
        pytest.param(
            Call(SID, MONDAY, HELENE, settle_at=MONDAY + SECOND),
            step(Step.ENDED),
            Call(SID, MONDAY, HELENE, settle_at=MONDAY + SECOND),
            id="and for no longer than it would have",
        ),
        pytest.param(MESSAGE, step(Step.ENDED), MESSAGE, id="the end of a message says nothing"),
        pytest.param(MISSED, step(Step.ENDED), MISSED, id="the end of a missed call says nothing"),
        pytest.param(GREETED, step(Step.RECORDING), GREETED, id="a recording of nothing"),
    ],
)  # fmt: skip
def test_what_a_step_makes_of_a_call(before: Call, event: CallEvent, expected: Call) -> None:
    assert heard(before, event, now=MONDAY, timing=TIMING) == expected


def test_who_called_is_learnt_from_any_step_that_says_so() -> None:
    unknown = Call(SID, MONDAY, settle_at=MONDAY + MINUTE)
    assert heard(unknown, step(Step.RANG), now=MONDAY, timing=TIMING).caller == HELENE
    assert heard(RINGING, CallEvent(SID, Step.RECORDING), now=MONDAY, timing=TIMING).caller == HELENE


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(RINGING, MISSED, id="ringing"),
        pytest.param(ACCEPTED, Call(SID, MONDAY, HELENE, CallState.ANSWERED), id="but not what somebody took"),
        pytest.param(GREETED, MISSED, id="greeted"),
        pytest.param(MESSAGE, MESSAGE, id="not a message"),
        pytest.param(ANSWERED, ANSWERED, id="not a talk"),
    ],
)
def test_what_is_given_up_was_missed(before: Call, expected: Call) -> None:
    assert given_up(before) == expected


RANG, SCREENED, PRESSED, ENDED = (step(each) for each in (Step.RANG, Step.SCREENED, Step.ACCEPTED, Step.ENDED))
DIALLED_IN_VAIN, TALKED = step(Step.DIALLED), step(Step.DIALLED, talked_seconds=180)
SPOKEN = step(Step.RECORDED, recording=SAID), CallEvent(SID, Step.RECORDING, recording=SAID)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([RANG, SCREENED, PRESSED, TALKED, ENDED], CallState.ANSWERED, id="taken with the key"),
        pytest.param([RANG, TALKED, ENDED], CallState.ANSWERED, id="taken without one, where none is asked for"),
        pytest.param([RANG, SCREENED, TALKED, ENDED], CallState.ANSWERED, id="taken, the key not told"),
        pytest.param([RANG, SCREENED, PRESSED, ENDED], CallState.ANSWERED, id="taken, the talk not told"),
        pytest.param([RANG, SCREENED, PRESSED], CallState.ANSWERED, id="taken, the end not told"),
        pytest.param([RANG, SCREENED, DIALLED_IN_VAIN, ENDED], CallState.MISSED, id="a mailbox picked up"),
        pytest.param([RANG, SCREENED, ENDED], CallState.MISSED, id="a mailbox picked up, what came of it not told"),
        pytest.param([RANG, SCREENED, DIALLED_IN_VAIN, *SPOKEN, ENDED], CallState.MESSAGE, id="and a message"),
        pytest.param([RANG, SCREENED, step(Step.DECLINED), DIALLED_IN_VAIN, ENDED], CallState.MISSED, id="another key"),
        pytest.param(
            [RANG, SCREENED, PRESSED, DIALLED_IN_VAIN, *SPOKEN], CallState.MESSAGE, id="the key in vain, and a message"
        ),
        pytest.param(
            [RANG, PRESSED, DIALLED_IN_VAIN, step(Step.ENDED, is_unanswered=True)],
            CallState.MISSED,
            id="the key, when the caller was gone",
        ),
        pytest.param(
            [RANG, SCREENED, PRESSED, step(Step.ENDED, is_unanswered=True)],
            CallState.MISSED,
            id="the same, what came of it not told",
        ),
    ],
)
def test_a_call_is_the_same_in_whatever_order_and_however_often_it_is_told(
    told: list[CallEvent], expected: CallState
) -> None:
    becomes = set()
    for order in permutations(told):
        call = RINGING
        for event in order:
            call = heard(heard(call, event, now=MONDAY, timing=TIMING), event, now=MONDAY, timing=TIMING)
        becomes.add(given_up(call).state)
    assert becomes == {expected}


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        pytest.param(timedelta(minutes=9, seconds=59), True, id="9 min 59 s ago"),
        pytest.param(timedelta(minutes=10), False, id="10 min ago"),
    ],
)
def test_an_attempt_told_again_within_ten_minutes_is_the_same(ago: timedelta, expected: bool) -> None:
    assert is_attempt_repeated(MONDAY, [MONDAY - timedelta(hours=1), MONDAY - ago]) is expected
    assert not is_attempt_repeated(MONDAY, [])
