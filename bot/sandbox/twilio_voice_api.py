"""Twilio's REST API for calls and recordings, as far as a support desk uses it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aiohttp import web

from bot.sandbox.twilio_calls import CallRecord, VoiceBooks, VoiceRecording
from bot.sandbox.twilio_messages import API_VERSION
from bot.sandbox.twilio_paging import page
from bot.sandbox.twilio_rules import TwilioRefusal, check_parameters, instant

ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"
CALLS, RECORDINGS = f"{ACCOUNT}/Calls", f"{ACCOUNT}/Recordings"
RECORDING = RECORDINGS + "/{sid:RE[0-9a-f]+}"
SOUNDS = {"mp3": "audio/mpeg", "wav": "audio/x-wav"}

_PAGING = ("PageSize", "Page", "PageToken")


def _with_bounds(*names: str) -> tuple[str, ...]:
    return tuple(name + bound for name in names for bound in ("", "<", ">"))


CALL_LIST_PARAMETERS = frozenset(
    ("To", "From", "ParentCallSid", "Status", *_with_bounds("StartTime", "EndTime"), *_PAGING)
)
RECORDING_LIST_PARAMETERS = frozenset(
    ("CallSid", "ConferenceSid", "IncludeSoftDeleted", *_with_bounds("DateCreated"), *_PAGING)
)
OF_CALL_LIST_PARAMETERS = frozenset((*_with_bounds("DateCreated"), *_PAGING))

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class VoiceApi:
    """Answers the API's requests about calls from the books; `base_url` says where sounds are fetched from."""

    def __init__(self, books: VoiceBooks, base_url: Callable[[], str]) -> None:
        self._books = books
        self._base_url = base_url

    def operations(self) -> list[tuple[str, str, str, Handler]]:
        """(method, path, operation, handler) of each; operations have the names of the published description."""
        return [
            ("GET", CALLS + ".json", "ListCall", self._list_calls),
            ("GET", CALLS + "/{sid}.json", "FetchCall", self._fetch_call),
            ("GET", CALLS + "/{sid}/Recordings.json", "ListCallRecording", self._list_of_call),
            ("GET", RECORDINGS + ".json", "ListRecording", self._list_recordings),
            ("GET", RECORDING + ".json", "FetchRecording", self._fetch_recording),
            ("DELETE", RECORDING + ".json", "DeleteRecording", self._delete_recording),
            ("DELETE", RECORDING, "DeleteRecording", self._delete_recording),
            ("GET", RECORDING + ".{kind:mp3|wav}", "FetchRecordingFile", self._sound),
            ("GET", RECORDING, "FetchRecordingFile", self._sound),
        ]

    async def _list_calls(self, request: web.Request) -> web.Response:
        check_parameters(request.query, CALL_LIST_PARAMETERS)
        is_listed = _call_filter(request.query)
        found = [call for call in self._books.calls_newest_first() if is_listed(call)]
        return web.json_response(page(request, "calls", [(call.sid, call.to_json()) for call in found]))

    async def _fetch_call(self, request: web.Request) -> web.Response:
        return web.json_response(self._call(request).to_json())

    async def _list_of_call(self, request: web.Request) -> web.Response:
        check_parameters(request.query, OF_CALL_LIST_PARAMETERS)
        call = self._call(request)
        found = [each for each in self._recordings(request.query) if each.call_sid == call.sid]
        return web.json_response(page(request, "recordings", [(each.sid, each.of_call_json()) for each in found]))

    async def _list_recordings(self, request: web.Request) -> web.Response:
        check_parameters(request.query, RECORDING_LIST_PARAMETERS)
        wanted = request.query.get("CallSid")
        found = [each for each in self._recordings(request.query) if wanted in (None, each.call_sid)]
        shown = [(each.sid, each.to_json(self._base_url())) for each in found]
        return web.json_response(page(request, "recordings", shown))

    def _recordings(self, query: Mapping[str, str]) -> list[VoiceRecording]:
        is_listed = _between(query, "DateCreated")
        return [each for each in self._books.recordings_newest_first() if is_listed(each.created_at)]

    async def _fetch_recording(self, request: web.Request) -> web.Response:
        return web.json_response(self._recording(request).to_json(self._base_url()))

    async def _delete_recording(self, request: web.Request) -> web.Response:
        del self._books.recordings[self._recording(request).sid]
        return web.Response(status=204)

    async def _sound(self, request: web.Request) -> web.Response:
        kind, recording = request.match_info.get("kind", "wav"), self._recording(request)
        if recording.status != "completed":
            raise TwilioRefusal(20404, request.path)
        return web.Response(body=recording.sound, content_type=SOUNDS[kind])

    def _call(self, request: web.Request) -> CallRecord:
        call = self._books.calls.get(request.match_info["sid"])
        if call is None:
            raise TwilioRefusal(20404, request.path)
        return call

    def _recording(self, request: web.Request) -> VoiceRecording:
        recording = self._books.recordings.get(request.match_info["sid"])
        if recording is None:
            raise TwilioRefusal(20404, request.path)
        return recording


def _call_filter(query: Mapping[str, str]) -> Callable[[CallRecord], bool]:
    """The list's filters as one question; what is wrong with them is refused before any call is looked at."""
    started, ended = _between(query, "StartTime"), _between(query, "EndTime")

    def is_listed(call: CallRecord) -> bool:
        return (
            query.get("To", call.called) == call.called
            and query.get("From", call.caller) == call.caller
            and query.get("ParentCallSid", call.parent_sid) == call.parent_sid
            and query.get("Status", call.status) == call.status
            and started(call.started_at)
            and (call.ended_at is None or ended(call.ended_at))
        )

    return is_listed


def _between(query: Mapping[str, str], name: str) -> Callable[[datetime], bool]:
    """A list's filters on a time; both bounds include theirs."""
    since = instant(query[name + ">"], name=name + ">") if name + ">" in query else None
    until = instant(query[name + "<"], name=name + "<", is_end=True) if name + "<" in query else None
    on = instant(query[name], name=name).date() if name in query else None
    return lambda at: (
        (since is None or at >= since) and (until is None or at <= until) and (on is None or at.date() == on)
    )
