"""What Twilio posts to us: inbound messages and delivery states, signed as the real ones."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from twilio.request_validator import RequestValidator

from bot.sandbox.twilio_messages import API_VERSION, WHATSAPP, TwilioMessage, country, plain

STOP_WORDS = frozenset(("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"))
START_WORDS = frozenset(("START", "YES", "UNSTOP"))
HELP_WORDS = frozenset(("HELP", "INFO"))

CONNECT_ATTEMPTS = 2
ANSWER_SECONDS = 15.0


@dataclass(frozen=True)
class Delivery:
    """What became of a webhook: the HTTP status it got, None when nobody answered (or nothing was posted)."""

    sid: str
    status: int | None
    attempts: int = 0
    answer: str = ""


@dataclass(frozen=True)
class SharedKey:
    """A webhook signing key, which makes Twilio sign with HMAC-SHA256 in place of the account's token and HMAC-SHA1."""

    key_id: str
    secret: str


class TwilioWebhooks:
    """Posts signed forms. One retry, and on connect failure only: the real default."""

    def __init__(self, auth_token: str, shared_key: SharedKey | None) -> None:
        self.auth_token = auth_token
        self.shared_key = shared_key
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        # A connection of its own for each post: one kept alive to a program that was killed meanwhile would fail in
        # ways that are neither "refused" nor "answered".
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0),
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
        )

    async def stop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, url: str, form: Mapping[str, str], *, token: str) -> Delivery:
        """Post one form; `token` is the same for each repetition of one event. Never raises for what the peer does."""
        sid = form.get("MessageSid") or form["CallSid"]
        if self._session is None:
            return Delivery(sid, None)
        headers = {**self.signature_headers(url, form), "I-Twilio-Idempotency-Token": token}
        for attempt in range(1, CONNECT_ATTEMPTS + 1):
            try:
                async with self._session.post(url, data=form, headers=headers, allow_redirects=False) as response:
                    return Delivery(sid, response.status, attempt, await response.text(errors="replace"))
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError):
                break
        return Delivery(sid, None, attempt)

    def signature_headers(self, url: str, form: Mapping[str, Any]) -> dict[str, str]:
        """The headers that prove that a form comes from Twilio. The fragment of the URL is not sent, nor signed."""
        address = url.partition("#")[0]
        if self.shared_key is None:
            return {"X-Twilio-Signature": RequestValidator(self.auth_token).compute_signature(address, form)}
        validator = RequestValidator(self.shared_key.secret)
        return {
            "X-Twilio-Signature": validator.compute_signature(address, form, "HMAC_SHA256"),
            "X-Twilio-Webhooks-Signature-Settings": f"key={self.shared_key.key_id},algorithm=HMAC_SHA256",
        }


def inbound_form(message: TwilioMessage, *, media_host: str) -> dict[str, str]:
    """The form of an inbound message, field for field as Twilio posts it for SMS and for WhatsApp."""
    form = {
        "SmsMessageSid": message.sid,
        "NumMedia": str(message.num_media),
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.recipient,
        "NumSegments": str(message.num_segments),
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    form |= _whatsapp_fields(message) if message.channel == "whatsapp" else _sms_fields(message)
    for position, (media_sid, media) in enumerate(message.media.items()):
        form[f"MediaUrl{position}"] = f"{media_host}{message.uri}/Media/{media_sid}"
        form[f"MediaContentType{position}"] = media.content_type
    return form


def _sms_fields(message: TwilioMessage) -> dict[str, str]:
    fields = {f"{end}{part}": "" for end in ("From", "To") for part in ("City", "State", "Zip")}
    fields |= {"FromCountry": country(message.sender), "ToCountry": country(message.recipient)}
    opt_out_type = keyword(message.body)
    return fields | ({"OptOutType": opt_out_type} if opt_out_type else {})


def _whatsapp_fields(message: TwilioMessage) -> dict[str, str]:
    wa_id = plain(message.sender).removeprefix("+")
    profile = {"ProfileName": message.profile_name or "", "WaId": wa_id}
    metadata = {"type": "whatsapp", "data": {"context": profile}}
    kind = "text" if not message.media else next(iter(message.media.values())).content_type.partition("/")[0]
    return {**profile, "MessageType": kind, "ReferralNumMedia": "0", "ChannelMetadata": json.dumps(metadata)}


def keyword(body: str) -> str | None:
    """STOP, START or HELP when the message is one of Twilio's words and nothing else: "STOP 12345" is not STOP."""
    word = body.strip().upper()
    for opt_out_type, words in (("STOP", STOP_WORDS), ("START", START_WORDS), ("HELP", HELP_WORDS)):
        if word in words:
            return opt_out_type
    return None


def status_form(message: TwilioMessage, status: str) -> dict[str, str]:
    """The form of one delivery state; `ErrorCode` only where the message went wrong."""
    form = {
        "SmsSid": message.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": message.recipient,
        "MessageSid": message.sid,
        "AccountSid": message.account_sid,
        "From": message.sender,
        "ApiVersion": API_VERSION,
    }
    if message.recipient.startswith(WHATSAPP):
        form |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": message.recipient}
    if status in ("failed", "undelivered"):
        form |= {"ErrorCode": str(message.error_code), "ChannelStatusMessage": message.error_message or ""}
    return form


@dataclass(frozen=True)
class Receipts:
    """What becomes of a message after Twilio took it, and how its status callbacks come."""

    statuses: tuple[str, ...] = ("queued", "sent", "delivered")
    error_code: int | None = None
    delay_seconds: float = 0.02
    repeats: int = 1
    is_reversed: bool = False
    is_told: bool = True

    @staticmethod
    def failing(code: int, **settings: Any) -> "Receipts":
        """It fails with this code: `undelivered` by the network (30…), `failed` by the channel (63…)."""
        statuses = ("queued", "failed") if code >= 60000 else ("queued", "sent", "undelivered")
        return Receipts(statuses=statuses, error_code=code, **settings)


class Background:
    """Tasks that run beside the requests and end with the stand-in."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
