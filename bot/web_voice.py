"""The paths that Twilio posts to while somebody calls: each step stored, and only then answered with what comes next.

What comes next is decided in `services.calls`; here it is put into Twilio's language. Twilio does not ask again: a step
that could not be stored costs the caller an error message, and is found in Twilio's own list.
"""

from urllib.parse import urlencode

from aiohttp import web

from bot.channels.twilio.forms import Pairs
from bot.channels.twilio.voice_inbound import VoiceInbound
from bot.channels.twilio.voice_reading import parse
from bot.channels.twilio.voice_twiml import dial, document, hang_up, record, say
from bot.domain.calls import Answer, Goodbye, Greeting, Ring, Step
from bot.domain.inbox import InboxEntry
from bot.errors import Unreadable
from bot.services import calls
from bot.services.context import Context
from bot.texts.calls import silence, thanks
from bot.web import Query, SignedForms

VOICE_PATH = "/webhooks/twilio/voice"
PATHS = {
    Step.RANG: VOICE_PATH,
    Step.DIALLED: f"{VOICE_PATH}/dialled",
    Step.RECORDED: f"{VOICE_PATH}/recorded",
    Step.RECORDING: f"{VOICE_PATH}/recording",
    Step.ENDED: f"{VOICE_PATH}/status",
}
SILENT = (Step.RECORDING, Step.ENDED)
"""Told beside the call: whatever is answered, nobody hears it."""


class VoiceWebhooks:
    """Five paths: somebody calls, a technician was rung, a message was spoken, can be fetched, the call is over."""

    def __init__(
        self, *, inbound: VoiceInbound, forms: SignedForms, context: Context, public_url: str, voice_number: str
    ) -> None:
        self._inbound = inbound
        self._forms = forms
        self._context = context
        self._public_url = public_url.rstrip("/")
        self._voice_number = voice_number

    def routes(self) -> list[web.RouteDef]:
        return [self._route(step, path) for step, path in PATHS.items()]

    def _route(self, step: Step, path: str) -> web.RouteDef:
        def entry_of(pairs: Pairs, query: Query) -> InboxEntry:
            technician = query.get("technician", "") if step is Step.DIALLED else ""
            now = self._context.clock.now()
            return self._inbound.entry(step, pairs, received_at=now, technician=technician)

        return self._forms.route(path, entry_of, None if step in SILENT else self._answer_to)

    async def _answer_to(self, entry: InboxEntry) -> bytes:
        try:
            event = parse(entry)
        except Unreadable:
            return self._twiml(Goodbye())  # it is stored, and will be shown to the desk
        return self._twiml(await calls.answer(self._context, event))

    def _twiml(self, answer: Answer) -> bytes:
        match answer:
            case Ring():
                action = f"{self._url(Step.DIALLED)}?{urlencode({'technician': answer.technician_id})}"
                return document(dial(answer.phone, seconds=answer.seconds, shown=self._voice_number, action=action))
            case Greeting():
                return document(*self._greeting(answer))
            case Goodbye():
                spoken = [say(thanks(self._context.texts))] if answer.is_thanked else []
                return document(*spoken, hang_up())

    def _greeting(self, answer: Greeting) -> tuple[str, ...]:
        return (
            say(calls.greeting(self._context, is_open=answer.is_open)),
            record(
                seconds=self._context.policy.voice_message_seconds,
                action=self._url(Step.RECORDED),
                callback=self._url(Step.RECORDING),
            ),
            say(silence(self._context.texts)),  # heard only where nothing was recorded
            hang_up(),
        )

    def _url(self, step: Step) -> str:
        return self._public_url + PATHS[step]
