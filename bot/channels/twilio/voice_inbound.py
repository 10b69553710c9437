"""The door for what Twilio tells of calls to our number: what is let into the inbox. Reading comes later.

After https://www.twilio.com/docs/voice/twiml and its pages on Record, Number and Gather.
"""

import json
import re
from datetime import datetime

from bot.channels.twilio.forms import Pairs, refuse_resplit, single
from bot.domain.calls import Step
from bot.domain.inbox import InboxEntry, Source
from bot.errors import BadForm

CALL_SID = re.compile(r"CA[0-9a-f]{32}")
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
CALLER = re.compile(r"[ -~]{0,128}")
"""A number, a name for a hidden one, a SIP address; printable ASCII, and it may be empty."""

STATUS = re.compile(r"[a-z-]{1,32}")
KEY = re.compile(r"[0-9*#]")
ACCEPTS = "1"
"""The key that takes a call; any other one leaves it to the greeting."""

TECHNICIAN = re.compile(r"[0-9]{1,9}")

STATUS_OF: dict[Step, str] = {
    Step.DIALLED: "DialCallStatus",
    Step.RECORDING: "RecordingStatus",
    Step.ENDED: "CallStatus",
}
"""Which field says what became of it, where a step says so."""

OF_TECHNICIAN = (Step.SCREENED, Step.ACCEPTED, Step.DECLINED)
"""Told of a technician's phone, which is a call of its own: ours is its parent, and `To` is not our number."""


class VoiceInbound:
    """Checks a signed form strictly and keeps it raw, as `TwilioInbound` does. Refuses with `BadForm`."""

    def __init__(self, *, account_sid: str, voice_number: str) -> None:
        self._account_sid = account_sid
        self._voice_number = voice_number

    def entry(self, step: Step, pairs: Pairs, *, received_at: datetime, technician: str = "") -> InboxEntry:
        """One step of a call; the same one told twice is one entry. `technician` stands in the signed address.

        The recording's own callback names neither who called nor whom.
        """
        sid = self._call_sid(pairs, "ParentCallSid" if step in OF_TECHNICIAN else "CallSid")
        if step is not Step.RECORDING and step not in OF_TECHNICIAN:
            self._check_numbers(pairs)
        if step in STATUS_OF and not STATUS.fullmatch(single(pairs, STATUS_OF[step])):
            raise BadForm(f"{STATUS_OF[step]} is no state")
        if technician and not TECHNICIAN.fullmatch(technician):
            raise BadForm("the technician is no number")
        payload = {"form": list(pairs), "technician": technician or None}
        return InboxEntry(
            source=Source.TWILIO_CALL,
            external_id=external_id(sid, step, _recording_sid(pairs) if step is Step.RECORDING else ""),
            payload=json.dumps(payload, ensure_ascii=True),  # escapes keep NUL and lone surrogates
            received_at=received_at,
        )

    def _call_sid(self, pairs: Pairs, name: str) -> str:
        refuse_resplit(pairs)
        if single(pairs, "AccountSid") != self._account_sid:
            raise BadForm("AccountSid is not ours")
        sid = single(pairs, name)
        if not CALL_SID.fullmatch(sid):
            raise BadForm(f"{name} is no call's")
        return sid

    def _check_numbers(self, pairs: Pairs) -> None:
        if single(pairs, "To") != self._voice_number:
            raise BadForm("To is not our number for calls")
        if not CALLER.fullmatch(single(pairs, "From")):
            raise BadForm("From is no caller")


def pressed(pairs: Pairs) -> Step:
    """What a technician did who pressed a key."""
    key = single(pairs, "Digits")
    if not KEY.fullmatch(key):
        raise BadForm("Digits is no key")
    return Step.ACCEPTED if key == ACCEPTS else Step.DECLINED


def external_id(call_sid: str, step: Step, recording_sid: str = "") -> str:
    """ "CA…:rang", "CA…:recording:RE…": the same whether a webhook brought it or the archive found it."""
    return f"{call_sid}:{step}:{recording_sid}" if recording_sid else f"{call_sid}:{step}"


def _recording_sid(pairs: Pairs) -> str:
    sid = single(pairs, "RecordingSid")
    if not RECORDING_SID.fullmatch(sid):
        raise BadForm("RecordingSid is no recording's")
    return sid
