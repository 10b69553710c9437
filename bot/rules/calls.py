"""Calls: who is rung, who called, and what has become of a call from what was heard of it so far."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import phonenumbers
from phonenumbers import PhoneNumberType

from bot.domain.addresses import Channel
from bot.domain.calls import FINAL, Answer, Call, CallEvent, CallState, Connection, Goodbye, Greeting, Ring, Step
from bot.domain.desk import Technician
from bot.rules.business_hours import BusinessHours

LONGEST_TALK = timedelta(hours=4)
"""How long a technician's conversation may last before it is cut: the provider's own default."""

MARGIN = timedelta(minutes=5)
"""How much longer than everything could have taken we wait for the word that it is over."""

GRACE = timedelta(seconds=10)
"""How long after the end of a call its message, or who answered it, may still be told."""

ATTEMPT_PAUSE = timedelta(minutes=10)
"""An attempt to reach somebody that is told again within this is the same one."""

SCREEN_SECONDS = 8
"""How long, after it was asked for, the key is waited for."""

LONGEST_SCREEN = timedelta(seconds=45)
"""A technician's phone that picked up, and where no key was pressed, is hung up within this: the name of a client read
out, the wait for the key, and the provider's own for what to read. A leg that lasted longer was connected."""

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_WITHHELD = frozenset(
    (
        *("", "anonymous", "anonyme", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"),
        *("+266696687", "+86282452253", "+7378742833", "+2562533", "+8656696", "+464"),
    )
)
"""How a number that the caller hides is written: in words, or as those words typed on a telephone's keys."""

_WITHOUT_SMS = frozenset(
    (
        *(PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE),
        *(PhoneNumberType.SHARED_COST, PhoneNumberType.VOIP, PhoneNumberType.UAN, PhoneNumberType.VOICEMAIL),
    )
)


@dataclass(frozen=True, slots=True)
class Timing:
    """The shop's patience with a call: how long a phone rings, how long a message may be."""

    ring: timedelta
    message: timedelta


def caller_of(number: str) -> str | None:
    """The caller as an address; None for a number that is withheld: "anonymous", or +266696687, which spells it."""
    said = number.strip()
    return None if said.lower() in _WITHHELD else said


def can_text(number: str) -> bool:
    """Whether an SMS may reach the number: not a landline, nor a box's (09), nor a short one.

    A block that is not in the plan we know is taken for a mobile one: new ones are.
    """
    if not _NUMBER.fullmatch(number):
        return False
    try:
        return phonenumbers.number_type(phonenumbers.parse(number, None)) not in _WITHOUT_SMS
    except phonenumbers.NumberParseException:
        return False


def channels_of(number: str) -> tuple[Channel, ...]:
    """On which channels whoever has this number is: a mobile one is for SMS and WhatsApp, a landline for calls alone.

    The first is whose address a caller is known by, so that their SMS lands on the ticket of their call.
    """
    return (Channel.SMS, Channel.WHATSAPP) if can_text(number) else (Channel.PHONE,)


def answer(
    *,
    now: datetime,
    hours: BusinessHours,
    on_duty: Technician | None,
    ring_seconds: int,
    is_screened: bool = True,
    is_blocked: bool = False,
) -> Answer:
    """What a caller gets first: in office hours the technician on duty is rung, else the greeting (C14).

    On a Saturday it is `Greeting(is_open=False)`, whoever is on duty. A blocked caller gets neither (C3): a message
    of theirs would be on no ticket.
    """
    if is_blocked:
        return Goodbye(is_refused=True)
    if not hours.is_open(now):
        return Greeting(is_open=False)
    if on_duty is None or on_duty.phone is None:
        return Greeting(is_open=True)
    return Ring(on_duty.id, on_duty.phone, ring_seconds, is_screened)


def answer_after(event: CallEvent, *, now: datetime, hours: BusinessHours) -> Answer:
    """What a caller gets after a step: the greeting where nobody took the call, else the end.

    The technician who pressed the key is connected to the caller; who pressed another one has hung up.
    """
    if event.step is Step.ACCEPTED:
        return Connection()
    if event.step is Step.DIALLED and event.talked_seconds is None:
        return Greeting(is_open=hours.is_open(now))
    return Goodbye(is_thanked=event.step is Step.RECORDED)


def heard(call: Call, event: CallEvent, *, now: datetime, timing: Timing) -> Call:
    """The call after one more step; of steps that are repeated, or come late, nothing changes that was known better.

    A talk makes it answered, a recording makes it a message. The key that a technician pressed makes it answered in
    the end, unless the provider says that nobody was connected. Its end alone makes nothing of it yet: a message may be
    told after it. How long a talk was is learnt whenever it is told.
    """
    call = replace(call, caller=call.caller or event.caller)
    if event.talked_seconds is not None and call.talked_seconds is None:
        return replace(call, state=CallState.ANSWERED, settle_at=None, talked_seconds=event.talked_seconds)
    if event.recording is not None and call.state is not CallState.ANSWERED:
        recording = call.recording or event.recording
        return replace(call, state=CallState.MESSAGE, settle_at=None, recording=recording)
    if call.settle_at is None:
        return call
    is_undecided = call.state is not CallState.GREETED
    match event.step:
        case Step.ACCEPTED if is_undecided:
            return replace(call, state=CallState.ACCEPTED)
        case Step.DIALLED if is_undecided:
            return replace(call, state=CallState.GREETED, settle_at=now + timing.message + MARGIN)
        case Step.ENDED:
            state = CallState.GREETED if event.is_unanswered else call.state
            return replace(call, state=state, settle_at=min(now + GRACE, call.settle_at))
        case _:
            return call


def started(event: CallEvent, *, at: datetime, answered: Answer, timing: Timing) -> Call:
    """A call as it begins, `answered` as it was. One that may have been connected can last for hours, unheard of."""
    longest = timing.ring + timing.message + MARGIN
    talk = LONGEST_TALK if isinstance(answered, Ring) else timedelta()
    return Call(event.sid, at, event.caller, settle_at=at + longest + talk)


def given_up(call: Call) -> Call:
    """Nothing more is awaited: a missed call, unless somebody pressed the key to take it."""
    if call.state in FINAL:
        return call
    state = CallState.ANSWERED if call.state is CallState.ACCEPTED else CallState.MISSED
    return replace(call, state=state, settle_at=None)


def is_attempt_repeated(now: datetime, attempts: list[datetime]) -> bool:
    """Whether an attempt to reach the client was told ten minutes before or after, 10 min 00 s excluded."""
    return any(abs(now - at) < ATTEMPT_PAUSE for at in attempts)
