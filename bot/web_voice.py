"""The paths that Twilio posts to while somebody calls: each step stored, and only then answered with what comes next.

What comes next is decided in `services.calls`; here it is put into Twilio's language. Twilio does not ask again: a step
that could not be stored costs the caller an error message, and is found in Twilio's own list.
"""

from urllib.parse import urlencode

from aiohttp import web

from bot.channels.twilio.forms import Pairs
from bot.channels.twilio.voice_inbound import VoiceInbound, pressed
from bot.channels.twilio.voice_reading import parse
from bot.channels.twilio.voice_twiml import ask_for_key, dial, document, hang_up, record, say
from bot.domain.calls import Answer, Connection, Goodbye, Greeting, Ring, Screening, Step
from bot.domain.inbox import InboxEntry
from bot.errors import Unreadable
from bot.rules.calls import SCREEN_SECONDS
from bot.services import calls
from bot.services.context import Context
from bot.texts.calls import refused, screening, silence, thanks
from bot.web import Query, SignedForms

VOICE_PATH = "/webhooks/twilio/voice"
PATHS = {
    Step.RANG: VOICE_PATH,
    Step.SCREENED: f"{VOICE_PATH}/screen",
    Step.ACCEPTED: f"{VOICE_PATH}/accepted",
    Step.DIALLED: f"{VOICE_PATH}/dialled",
    Step.RECORDED: f"{VOICE_PATH}/recorded",
    Step.RECORDING: f"{VOICE_PATH}/recording",
    Step.ENDED: f"{VOICE_PATH}/status",
}
SILENT = (Step.RECORDING, Step.ENDED)
"""Told beside the call: whatever is answered, nobody hears it."""

NAMING = (Step.SCREENED, Step.ACCEPTED, Step.DIALLED)
"""Whose address names the technician."""


class VoiceWebhooks:
    """Seven paths: somebody calls; a technician's phone picked up, a key was pressed there, it was rung; a message was
    spoken, can be fetched; the call is over.
    """

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
            technician = query.get("technician", "") if step in NAMING else ""
            told = pressed(pairs) if step is Step.ACCEPTED else step
            return self._inbound.entry(told, pairs, received_at=self._context.clock.now(), technician=technician)

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
                return document(self._dial(answer))
            case Screening():
                action = self._url(Step.ACCEPTED, answer.technician_id)
                return document(ask_for_key(screening(answer.client), seconds=SCREEN_SECONDS, action=action), hang_up())
            case Connection():
                return document()
            case Greeting():
                return document(*self._greeting(answer))
            case Goodbye():
                return document(*self._goodbye(answer), hang_up())

    def _dial(self, answer: Ring) -> str:
        return dial(
            answer.phone,
            seconds=answer.seconds,
            shown=self._voice_number,
            action=self._url(Step.DIALLED, answer.technician_id),
            screen=self._url(Step.SCREENED, answer.technician_id) if answer.is_screened else None,
        )

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

    def _goodbye(self, answer: Goodbye) -> tuple[str, ...]:
        context = self._context
        if answer.is_refused:
            return (say(refused(context.texts, shop=context.policy.shop)),)
        return (say(thanks(context.texts)),) if answer.is_thanked else ()

    def _url(self, step: Step, technician_id: int | None = None) -> str:
        named = f"?{urlencode({'technician': technician_id})}" if technician_id is not None else ""
        return self._public_url + PATHS[step] + named
