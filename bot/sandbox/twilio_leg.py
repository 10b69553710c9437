"""A technician's phone that picked up: what is said to whoever holds it, and asked of them, before they are connected.

After https://www.twilio.com/docs/voice/twiml/number: the document that `url` gives may say, gather and hang up, and
nothing else; who is still there at its end is connected.
"""

from collections.abc import Awaitable, Callable, Mapping

from bot.sandbox.twilio_calls import CallRecord
from bot.sandbox.twilio_twiml import FETCH_FAILURE, SCHEMA_FAILURE, TwimlRefusal, Verb, fetched, read_twiml
from bot.sandbox.twilio_webhooks import Delivery

MAX_DOCUMENTS = 20
Ask = Callable[[str, Mapping[str, str]], Awaitable[Delivery | None]]


async def screened(
    leg: CallRecord, url: str, key: str | None, *, ask: Ask, listen: Callable[[], Awaitable[None]]
) -> tuple[bool, int]:
    """Whether they are to be connected, and how many seconds that took to find out. `key` is what they press, if asked;
    `listen` is awaited with each thing that is said to them.

    A document that cannot be had, or carried out, ends the leg; `leg.error_code` says why.
    """
    screening = _Screening(leg, key, ask, listen)
    try:
        return await screening.follow(url), screening.elapsed
    except TwimlRefusal as refusal:
        leg.error_code, leg.error = refusal.code, str(refusal)
        return False, screening.elapsed


class _Screening:
    def __init__(self, leg: CallRecord, key: str | None, ask: Ask, listen: Callable[[], Awaitable[None]]) -> None:
        self._leg = leg
        self._key = key
        self._ask = ask
        self._listen = listen
        self.elapsed = 0

    async def follow(self, url: str) -> bool:
        more: dict[str, str] = {}
        for _ in range(MAX_DOCUMENTS):
            answer = await self._ask(url, more)
            document = fetched(answer.status, answer.answer) if answer else fetched(None, "")
            result = await self._carry_out(document, url)
            if isinstance(result, bool):
                return result
            url, more = result, {"Digits": self._key or ""}
        raise TwimlRefusal(FETCH_FAILURE, "this never ends")

    async def _carry_out(self, document: str, url: str) -> bool | str:
        """Whether they are still there at its end; or where to tell the key that they pressed."""
        for verb in read_twiml(document, callers=()):
            match verb.name:
                case "Say":
                    await self._say(verb)
                case "Gather":
                    for each in verb.inner:
                        await self._say(each)
                    if self._key is not None:
                        self._leg.pressed = self._key
                        return verb.url("action", url) or url
                    self.elapsed += verb.number("timeout", 5)
                case "Hangup":
                    return False
                case _:
                    raise TwimlRefusal(SCHEMA_FAILURE, f"<{verb.name}> before they are connected")
        return True

    async def _say(self, verb: Verb) -> None:
        self._leg.heard.append(verb.text)
        self.elapsed += max(len(verb.text) // 15, 1)
        await self._listen()
