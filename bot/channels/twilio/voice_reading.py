"""Reading what Twilio told of a call: the form of a webhook, or the API's resources that the archive stored. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.twilio.voice_inbound import OF_TECHNICIAN
from bot.domain.calls import CallEvent, Recording, Step
from bot.domain.inbox import InboxEntry
from bot.errors import Unreadable
from bot.rules.calls import caller_of

ANSWERED = frozenset(("completed", "answered"))
"""What `DialCallStatus`, or the status of the call to the technician, says of one that was answered."""

UNANSWERED = frozenset(("no-answer", "busy", "failed", "canceled"))
"""How a call ends that was connected to nobody: neither to a technician, nor to the greeting."""

SOUND = ".mp3"
_RECORDING_ADDRESS = re.compile(r"(.+/Recordings/(RE[0-9a-f]{32}))(?:\.\w+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(entry: InboxEntry) -> CallEvent:
    """One step of a call. Raises `Unreadable` when it is neither of the shapes we store."""
    try:
        payload = json.loads(entry.payload)
        sid, step = _named(entry.external_id)
        if "call" in payload:
            return _from_resources(sid, step, payload)
        return _from_form(sid, step, dict(payload["form"]), payload.get("technician"))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"a call's entry without the expected fields ({type(error).__name__})") from error


def _named(external_id: str) -> tuple[str, Step]:
    sid, step, *_ = external_id.split(":")
    return sid, Step(step)


def _from_form(sid: str, step: Step, form: Mapping[str, str], technician: str | None) -> CallEvent:
    return CallEvent(
        sid=sid,
        step=step,
        caller=_caller(form["From"]) if step is not Step.RECORDING and step not in OF_TECHNICIAN else None,
        talked_seconds=_talked(form) if step is Step.DIALLED else None,
        technician_id=int(technician) if technician else None,
        recording=_recording(step, form),
        is_unanswered=step is Step.ENDED and form["CallStatus"] in UNANSWERED,
    )


def _talked(form: Mapping[str, str]) -> int | None:
    """How long the technician talked; None where nobody answered, or was not connected after all."""
    if form["DialCallStatus"] not in ANSWERED or form.get("DialBridged") == "false":
        return None
    return _seconds(form.get("DialCallDuration"))


def _recording(step: Step, form: Mapping[str, str]) -> Recording | None:
    """The message, where one was spoken: Twilio tells of silence as "absent", or as no second long."""
    if step is not Step.RECORDED and not (step is Step.RECORDING and form["RecordingStatus"] == "completed"):
        return None
    found, seconds = _RECORDING_ADDRESS.fullmatch(form["RecordingUrl"]), _seconds(form.get("RecordingDuration"))
    if found is None:
        raise ValueError("no address of a recording")
    return Recording(found[2], found[1] + SOUND, seconds) if seconds else None


def _from_resources(sid: str, step: Step, payload: Mapping[str, Any]) -> CallEvent:
    """What the archive stored: {"call"}, with {"child"} for the technician's leg, or {"recording"}."""
    child, recording = payload.get("child"), payload.get("recording")
    return CallEvent(
        sid=sid,
        step=step,
        caller=_caller(payload["call"].get("from") or ""),
        talked_seconds=_seconds(child["duration"]) if child and child["status"] in ANSWERED else None,
        technician_phone=child["to"] if child else None,
        recording=Recording(recording["sid"], recording["url"], _seconds(recording["duration"])) if recording else None,
        is_unanswered=step is Step.ENDED and payload["call"]["status"] in UNANSWERED,
    )


def _caller(number: str) -> str | None:
    return caller_of(_SURROGATE.sub("\ufffd", number))


def _seconds(text: str | int | None) -> int:
    return max(int(text or 0), 0)
