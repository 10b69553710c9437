"""One call to our number: Twilio asks what to do, does it, and asks again, until somebody hangs up."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.ports import Clock
from bot.sandbox.twilio_calls import CallRecord, Posted, VoiceBooks, VoiceRecording
from bot.sandbox.twilio_leg import screened
from bot.sandbox.twilio_messages import API_VERSION, country, new_sid
from bot.sandbox.twilio_twiml import FETCH_FAILURE, TwimlRefusal, Verb, fetched, read_twiml
from bot.sandbox.twilio_webhooks import Delivery

Technician = Literal["answers", "declines", "mailbox", "no-answer", "busy"]
HangsUp = Literal["ringing", "connecting", "greeting"]

KEYS: Mapping[Technician, str | None] = {"answers": "1", "declines": "2", "mailbox": None}
"""What is pressed by who picks up, if they are asked to; a mailbox presses nothing."""

MAX_DOCUMENTS = 20
ERROR, RING, BEEP = "<error>", "<ring>", "<beep>"


@dataclass(frozen=True)
class Conduct:
    """What people do during a call.

    `technician`: what comes of ringing them; `declines` presses another key, `mailbox` picks up and presses none.
    `hangs_up`: while it rings, as they are being connected, or while the greeting is read; None: not before the end.
    `says`: the sound of a message after the beep; None: not a word. `pace` is how many
    real seconds each thing takes that is heard, for whoever watches.
    `loses` are ends of addresses ("/status") whose webhooks are lost on the way. `is_processed`: the recording can be
    fetched soon after the call; else once `Line.process` says so.
    """

    technician: Technician = "no-answer"
    hangs_up: HangsUp | None = None
    says: bytes | None = None
    talk_seconds: int = 60
    message_seconds: int = 42
    pace: float = 0.0
    loses: Collection[str] = ()
    is_processed: bool = True

    def is_lost(self, url: str) -> bool:
        return any(url.partition("?")[0].endswith(end) for end in self.loses)


class _Over(Exception):
    """The call has ended."""


class Line:
    """Carries one call out. `changed` is called with every step, `post` posts a signed form."""

    def __init__(
        self,
        call: CallRecord,
        conduct: Conduct,
        *,
        books: VoiceBooks,
        clock: Clock,
        base_url: str,
        post: Callable[[str, Mapping[str, str], str], Awaitable[Delivery]],
        changed: Callable[[CallRecord], None],
    ) -> None:
        self._call = call
        self._conduct = conduct
        self._books = books
        self._clock = clock
        self._base_url = base_url
        self._post = post
        self._changed = changed
        self._elapsed = 0
        self._recording_callbacks: list[tuple[str, dict[str, str]]] = []

    async def run(self, voice_url: str | None, status_url: str | None) -> CallRecord:
        """From the first ring to the last callback."""
        self._changed(self._call)
        try:
            await self._follow(voice_url, {})
        except _Over:
            pass
        except TwimlRefusal as refusal:
            self._call.heard.append(ERROR)
            self._call.error_code, self._call.error = refusal.code, str(refusal)
        if not self._call.is_over:
            self._end("completed")
        if status_url is not None:
            about = {"CallDuration": str(self._elapsed), "Duration": str(-(-self._elapsed // 60))}
            await self._tell(status_url, {**about, "CallbackSource": "call-progress-events", "SequenceNumber": "0"})
        if self._conduct.is_processed:
            await self.process()
        return self._call

    async def process(self) -> None:
        """What was recorded can be fetched from now on, and that is told."""
        self._books.complete(self._call)
        for url, form in self._recording_callbacks:
            await self._send(url, form)

    async def _follow(self, url: str | None, more: Mapping[str, str]) -> None:
        """Ask what to do, and do it; a verb that asks again takes the place of what stands behind it."""
        for _ in range(MAX_DOCUMENTS):
            if url is None:
                raise TwimlRefusal(FETCH_FAILURE, "no address to ask")
            answer = await self._tell(url, more)
            if self._call.is_over:
                raise _Over
            document = fetched(answer.status, answer.answer) if answer else fetched(None, "")
            following = await self._carry_out(document, url)
            if following is None:
                return
            url, more = following
        raise TwimlRefusal(FETCH_FAILURE, "this never ends")

    async def _carry_out(self, document: str, url: str) -> tuple[str, dict[str, str]] | None:
        """The steps of one document; where to ask next, or None at its end."""
        for verb in read_twiml(document, callers=(self._call.caller, self._call.called)):
            match verb.name:
                case "Say":
                    await self._say(verb)
                case "Gather":  # no caller of ours presses a key
                    for each in verb.inner:
                        await self._say(each)
                    self._elapsed += verb.number("timeout", 5)
                case "Pause":
                    self._elapsed += verb.number("length", 1)
                case "Hangup":
                    self._end("completed")
                    raise _Over
                case "Reject":
                    self._end("busy" if verb.attributes.get("reason") == "busy" else "no-answer")
                    raise _Over
                case "Redirect":
                    return Verb("Redirect", {"to": verb.text}).url("to", url) or url, {}
                case "Dial":
                    following = await self._dial(verb, url)
                    if following is not None:
                        return following
                case "Record":
                    following = await self._record(verb, url)
                    if following is not None:
                        return following
        return None

    async def _listen(self) -> None:
        """Something is heard: whoever watches is told, and has the time to."""
        self._changed(self._call)
        await asyncio.sleep(self._conduct.pace)

    async def _say(self, verb: Verb) -> None:
        self._call.status = "in-progress"
        self._call.heard.append(verb.text)
        self._elapsed += max(len(verb.text) // 15, 1)
        await self._listen()
        if self._conduct.hangs_up is not None:
            self._end("completed")
            raise _Over

    async def _dial(self, verb: Verb, url: str) -> tuple[str, dict[str, str]] | None:
        """Ring a technician. The caller who hangs up meanwhile is gone, and that is told all the same."""
        self._call.rang.append(verb.text)
        self._call.heard.append(RING)
        await self._listen()
        child = self._child(verb)
        is_bridged = await self._picks_up(child, verb, url)
        if self._conduct.hangs_up in ("ringing", "connecting"):
            self._end("no-answer" if verb.attributes.get("answerOnBridge") == "true" else "completed")
        elif is_bridged:
            self._call.status = "in-progress"
        status = "no-answer" if child.status == "canceled" else child.status
        about = {"DialCallSid": child.sid, "DialCallStatus": status, "DialBridged": str(is_bridged).lower()}
        if status == "completed":
            about["DialCallDuration"] = str(child.seconds)
        action = verb.url("action", url)
        if action is None and self._call.is_over:
            raise _Over
        return (action, about) if action else None

    async def _picks_up(self, child: CallRecord, verb: Verb, url: str) -> bool:
        """What comes of the technician's phone; whether they talk. One that picked up has completed, talk or none."""
        if self._conduct.hangs_up == "ringing" or self._conduct.technician not in KEYS:
            self._elapsed += verb.number("timeout", 30)
            status = "canceled" if self._conduct.hangs_up == "ringing" else self._conduct.technician
            child.end(status, self._clock.now(), seconds=0)
            return False
        child.status = "in-progress"
        asked = [noun.url("url", url) for noun in verb.inner if "url" in noun.attributes]
        is_bridged, seconds = True, 0
        if asked and asked[0] is not None:
            key = KEYS[self._conduct.technician]
            is_bridged, seconds = await screened(child, asked[0], key, ask=self._ask(child), listen=self._listen)
        is_bridged = is_bridged and self._conduct.hangs_up != "connecting"
        if is_bridged:
            seconds += self._conduct.talk_seconds
            await self._listen()
        self._elapsed += seconds
        child.end("completed", self._clock.now(), seconds=seconds)
        return is_bridged

    def _ask(self, child: CallRecord) -> Callable[[str, Mapping[str, str]], Awaitable[Delivery | None]]:
        """Asks what to say on the technician's leg, which is a call of its own."""
        return lambda url, more: self._send(url, {**voice_form(child), "ParentCallSid": self._call.sid, **more})

    def _child(self, verb: Verb) -> CallRecord:
        shown = verb.attributes.get("callerId", self._call.caller)
        return self._books.add_call(
            CallRecord(
                new_sid("CA"),
                self._call.account_sid,
                shown,
                verb.text,
                "outbound-dial",
                self._clock.now(),
                parent_sid=self._call.sid,
            )
        )

    async def _record(self, verb: Verb, url: str) -> tuple[str, dict[str, str]] | None:
        """Beep, and take what is said. Of silence nothing is kept, and the next verb follows."""
        self._call.status = "in-progress"
        if verb.attributes.get("playBeep", "true") == "true":
            self._call.heard.append(BEEP)
        await self._listen()
        callback = verb.url("recordingStatusCallback", url)
        if not self._conduct.says:
            self._elapsed += verb.number("timeout", 5)
            events = verb.attributes.get("recordingStatusCallbackEvent", "completed").split()
            if callback is not None and "absent" in events:
                self._recording_callbacks.append((callback, self._absent()))
            return None
        seconds = min(self._conduct.message_seconds, verb.number("maxLength", 3600))
        self._elapsed += seconds
        self._call.spoken_seconds = seconds
        recording = self._books.add_recording(self._call, self._conduct.says, seconds, self._clock.now())
        if callback is not None:
            self._recording_callbacks.append((callback, self._recording_form(recording)))
        self._end("completed")  # they say it, and hang up
        about = {
            "RecordingUrl": self._base_url + recording.path,
            "RecordingSid": recording.sid,
            "RecordingDuration": str(seconds),
            "Digits": "hangup",
        }
        return verb.url("action", url) or url, about

    def _end(self, status: str) -> None:
        self._call.end(status, self._clock.now(), seconds=self._elapsed)
        self._changed(self._call)

    # What is told

    async def _tell(self, url: str, more: Mapping[str, str]) -> Delivery | None:
        return await self._send(url, {**voice_form(self._call), **more})

    async def _send(self, url: str, form: dict[str, str]) -> Delivery | None:
        token = new_sid("")
        delivery = None if self._conduct.is_lost(url) else await self._post(url, form, token)
        self._call.posted.append(Posted(url, form, token, delivery))
        self._changed(self._call)
        return delivery

    def _recording_form(self, recording: VoiceRecording) -> dict[str, str]:
        return {
            **self._about_recording(recording.sid),
            "RecordingUrl": self._base_url + recording.path,
            "RecordingStatus": "completed",
            "RecordingDuration": str(recording.seconds),
        }

    def _absent(self) -> dict[str, str]:
        return {**self._about_recording(new_sid("RE")), "RecordingStatus": "absent", "ErrorCode": "0"}

    def _about_recording(self, sid: str) -> dict[str, str]:
        return {
            "AccountSid": self._call.account_sid,
            "CallSid": self._call.sid,
            "RecordingSid": sid,
            "RecordingChannels": "1",
            "RecordingSource": "RecordVerb",
            "RecordingTrack": "inbound",
        }


def voice_form(call: CallRecord) -> dict[str, str]:
    """What stands in every form of a call, but for its recording's."""
    form = {
        "AccountSid": call.account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call.sid,
        "CallStatus": call.status,
        "Called": call.called,
        "Caller": call.caller,
        "Direction": call.direction,
        "From": call.caller,
        "To": call.called,
    }
    places = {"Caller": call.caller, "From": call.caller, "Called": call.called, "To": call.called}
    for name, number in places.items():
        form |= {f"{name}Country": country(number), f"{name}City": "", f"{name}State": "", f"{name}Zip": ""}
    return form
