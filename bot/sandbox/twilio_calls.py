"""What the Twilio stand-in remembers of calls: legs, recordings, and the JSON the API shows of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.twilio_messages import API_VERSION, Json, new_sid, rfc2822
from bot.sandbox.twilio_webhooks import Delivery


@dataclass
class VoiceRecording:
    """A message that was spoken after the beep. `sound` is what was said, as it was given.

    It can be fetched once its `status` is "completed", which is later than it was spoken.
    """

    sid: str
    account_sid: str
    call_sid: str
    sound: bytes
    seconds: int
    created_at: datetime
    status: str = "processing"

    @property
    def path(self) -> str:
        """Its path without a suffix: `.mp3` and `.wav` are its sound, `.json` what is known of it."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{self.sid}"

    def _common(self) -> Json:
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "call_sid": self.call_sid,
            "channels": 1,
            "conference_sid": None,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.created_at),
            "duration": str(self.seconds),
            "encryption_details": None,
            "error_code": None,
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "source": "RecordVerb",
            "start_time": rfc2822(self.created_at),
            "status": self.status,
        }

    def to_json(self, base_url: str) -> Json:
        """As in the account's list."""
        about = {"uri": f"{self.path}.json", "subresource_uris": {"transcriptions": f"{self.path}/Transcriptions.json"}}
        return {**self._common(), **about, "media_url": base_url + self.path}

    def of_call_json(self) -> Json:
        """As in the list of its call."""
        calls = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.call_sid}"
        return {**self._common(), "uri": f"{calls}/Recordings/{self.sid}.json", "track": None}


@dataclass(frozen=True)
class Posted:
    """A webhook of a call: what was posted where, and what became of it. `delivery` is None where it was lost."""

    url: str
    form: dict[str, str]
    token: str
    delivery: Delivery | None


@dataclass
class CallRecord:
    """A call to our number, or (`parent_sid`) its leg to a technician.

    `heard` is what the caller heard, in order: texts that were read, "<ring>", "<beep>", "<error>". `rang` are the
    numbers that were rung. Of a leg, `heard` is what was said to who picked up, and `pressed` the key they pressed.
    `spoken_seconds` is how long a message was left for. `error_code` is set where Twilio could not go on with what it
    was answered; its debugger would show it.
    """

    sid: str
    account_sid: str
    caller: str
    called: str
    direction: str
    started_at: datetime
    status: str = "ringing"
    ended_at: datetime | None = None
    seconds: int = 0
    parent_sid: str | None = None
    heard: list[str] = field(default_factory=list)
    rang: list[str] = field(default_factory=list)
    pressed: str | None = None
    spoken_seconds: int = 0
    posted: list[Posted] = field(default_factory=list)
    error_code: int | None = None
    error: str = ""

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def path(self) -> str:
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"

    @property
    def answers(self) -> list[int | None]:
        """The HTTP status of each webhook, in order; None where nobody answered, or it was lost."""
        return [posted.delivery.status if posted.delivery else None for posted in self.posted]

    def end(self, status: str, at: datetime, *, seconds: int) -> None:
        self.status, self.ended_at, self.seconds = status, at, seconds

    def to_json(self) -> Json:
        return {
            "account_sid": self.account_sid,
            "answered_by": None,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": rfc2822(self.started_at),
            "date_updated": rfc2822(self.ended_at or self.started_at),
            "direction": self.direction,
            "duration": str(self.seconds) if self.is_over else None,
            "end_time": rfc2822(self.ended_at) if self.ended_at else None,
            "forwarded_from": None,
            "from": self.caller,
            "from_formatted": self.caller,
            "group_sid": None,
            "parent_call_sid": self.parent_sid,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": self.sid,
            "start_time": rfc2822(self.started_at),
            "status": self.status,
            "subresource_uris": {"recordings": f"{self.path}/Recordings.json"},
            "to": self.called,
            "to_formatted": self.called,
            "trunk_sid": None,
            "uri": f"{self.path}.json",
        }


class VoiceBooks:
    """All calls and recordings of the account, newest last."""

    def __init__(self, account_sid: str) -> None:
        self.account_sid = account_sid
        self.calls: dict[str, CallRecord] = {}
        self.recordings: dict[str, VoiceRecording] = {}

    def add_call(self, call: CallRecord) -> CallRecord:
        self.calls[call.sid] = call
        return call

    def add_recording(self, call: CallRecord, sound: bytes, seconds: int, at: datetime) -> VoiceRecording:
        recording = VoiceRecording(new_sid("RE"), self.account_sid, call.sid, sound, seconds, at)
        self.recordings[recording.sid] = recording
        return recording

    def complete(self, call: CallRecord) -> None:
        """From now on a call's recordings can be fetched."""
        for recording in self.recordings.values():
            if recording.call_sid == call.sid:
                recording.status = "completed"

    def inbound(self) -> list[CallRecord]:
        """The calls to our number, without the legs to technicians."""
        return [call for call in self.calls.values() if call.parent_sid is None]

    def calls_newest_first(self) -> Iterator[CallRecord]:
        return reversed(self.calls.values())

    def recordings_newest_first(self) -> Iterator[VoiceRecording]:
        return reversed(self.recordings.values())
