"""A local stand-in of Twilio: its API, its webhooks, and the clients' phones behind it, which write and call.

What it refuses, the real one refuses, with the same codes (`twilio_rules`); tests hold it against the published API
description. The program under test reaches it with Twilio's own library, by base URL alone.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from bot.ports import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Fault, Faults, MayFail
from bot.sandbox.listener import Listener
from bot.sandbox.twilio_api import TwilioApi
from bot.sandbox.twilio_calls import CallRecord
from bot.sandbox.twilio_messages import WHATSAPP, Media, TwilioBooks, TwilioMessage, new_sid, plain
from bot.sandbox.twilio_rules import FAILURES, Senders, TwilioRefusal
from bot.sandbox.twilio_voice import TwilioVoice
from bot.sandbox.twilio_webhooks import (
    Background,
    Delivery,
    Receipts,
    SharedKey,
    TwilioWebhooks,
    inbound_form,
    keyword,
    status_form,
)

__all__ = ["CallRecord", "Delivery", "Media", "Receipts", "SharedKey", "TwilioMessage", "TwilioStandIn"]

V = TypeVar("V")


class TwilioStandIn(MayFail):
    """Twilio, for one account with one SMS number, one WhatsApp number and one number for calls.

    `receipts` says what becomes of what we send, `receipts_to[number]` of what we send to one number.
    It keeps all it knows over `stop()` and `start()`: between them it refuses connections, as in an outage.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        clock: Clock,
        sms_number: str | None = None,
        whatsapp_number: str | None = None,
        voice_number: str | None = None,
        webhook_url: str | None = None,
        voice_url: str | None = None,
        voice_status_url: str | None = None,
        templates: Mapping[str, str] | None = None,
        shared_key: SharedKey | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.webhook_url = webhook_url
        self.receipts = Receipts()
        self.receipts_to: dict[str, Receipts] = {}
        self.faults = Faults()
        self.callbacks: list[Delivery] = []
        """Every status callback posted so far, with the answer it got."""
        self._clock = clock
        self._senders = Senders(sms_number, whatsapp_number, dict(templates or {}))
        self._books = TwilioBooks(account_sid)
        self._changes: Changes[TwilioMessage] = Changes()
        self._background = Background()
        self._webhooks = TwilioWebhooks(auth_token, shared_key)
        self.voice = TwilioVoice(
            account_sid,
            voice_number,
            clock=clock,
            webhooks=self._webhooks,
            base_url=lambda: self.base_url,
            wake=self._changes.wake,
            voice_url=voice_url,
            status_url=voice_status_url,
        )
        self._idempotency_tokens: dict[str, str] = {}
        api = TwilioApi(
            self._books,
            self._senders,
            auth_token=auth_token,
            clock=clock,
            faults=self.faults,
            changes=self._changes,
            accepted=self._follow,
            cdn_url=lambda: self._cdn.base_url,
            voice=self.voice.api,
        )
        self._listener = Listener(api.application)
        self._cdn = Listener(api.cdn)

    # The server

    @property
    def base_url(self) -> str:
        return self._listener.base_url

    async def start(self, port: int = 0) -> None:
        """Listen; 0 takes the port of the last start, or any free one."""
        await self._cdn.start()
        await self._listener.start(port)
        await self._webhooks.start()

    async def stop(self) -> None:
        await self._background.stop()
        await self._webhooks.stop()
        await self._listener.stop()
        await self._cdn.stop()

    # The clients' phones

    async def text(
        self,
        sender: str,
        body: str,
        *,
        channel: Literal["sms", "whatsapp"] = "sms",
        profile_name: str | None = None,
        media: Sequence[Media] = (),
        deliver: bool = True,
        sid: str | None = None,
    ) -> Delivery:
        """A client writes to us. Returns what became of the webhook; with `deliver=False` it is lost on the way.

        A picture sent to a French number as an MMS arrives as a text with a link to it, and no media.
        """
        if channel == "sms" and media:
            body, media = f"{body} https://mms.example/{new_sid('')[:10]}".strip(), ()
        message = self._inbound(sender, body, channel, profile_name, media, sid)
        self._note_keyword(message)
        self._books.add(message)
        self._changes.publish(message)
        return await self._deliver(message) if deliver else Delivery(message.sid, None)

    async def redeliver(self, sid: str, *, times: int = 1, concurrently: bool = False) -> list[Delivery]:
        """Post the webhook of a message again, one after the other or all at the same moment."""
        message = self._books.messages[sid]
        if concurrently:
            return list(await asyncio.gather(*(self._deliver(message) for _ in range(times))))
        return [await self._deliver(message) for _ in range(times)]

    def inbound_form(self, sid: str) -> dict[str, str]:
        """The form that the webhook of this message carries."""
        return inbound_form(self._books.messages[sid], media_host=self.base_url)

    def signature_headers(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        """The headers that make a form Twilio's own."""
        return self._webhooks.signature_headers(url, form)

    async def call(self, caller: str, **conduct: Any) -> CallRecord:
        """Somebody calls our number: see `TwilioVoice.call`, and `voice` for what can be seen of it afterwards."""
        return await self.voice.call(caller, **conduct)

    # What was said

    def message(self, sid: str) -> TwilioMessage:
        return self._books.messages[sid]

    def inbound(self) -> list[TwilioMessage]:
        """What clients wrote, oldest first."""
        return [message for message in self._books.messages.values() if message.is_inbound]

    def outbound(self) -> list[TwilioMessage]:
        """What we sent, oldest first."""
        return [message for message in self._books.messages.values() if not message.is_inbound]

    def outbox_to(self, number: str) -> list[TwilioMessage]:
        """What we sent to this number, on every channel unless it says `whatsapp:`, oldest first."""
        return [message for message in self.outbound() if number in (message.recipient, plain(message.recipient))]

    def is_muted(self, number: str) -> bool:
        """Whether this person wrote STOP to our SMS number, and not START since."""
        return (number, self._senders.sms_number) in self._books.muted

    def subscribe(self, callback: Callable[[TwilioMessage], None]) -> Callable[[], None]:
        """Be called with every message that comes, goes or changes its state; call the result to end it."""
        return self._changes.subscribe(callback)

    async def wait_for(self, predicate: Callable[[], V], timeout: float = 10.0) -> V:  # noqa: ASYNC109 - the usual word
        """What `predicate` returns once that is true; looked at now and after every change. Raises TimeoutError."""
        return await self._changes.wait_for(predicate, timeout=timeout)

    # What goes wrong

    def fail_next(
        self, *, code: int = 20500, status: int | None = None, times: int = 1, operation: str = "CreateMessage"
    ) -> None:
        """Refuse the next requests (429 is code 20429); operations have the names of the published API description."""
        self.faults.add(Fault(operation, refusal=TwilioRefusal(code, status=status)), times=times)

    def fail_after_accepting(self, *, times: int = 1, operation: str = "CreateMessage") -> None:
        """Carry out the next requests and drop the connection: the client cannot know."""
        self.faults.add(Fault(operation, is_cut=True), times=times)

    def hang_next(
        self, seconds: float, *, accept: bool = True, times: int = 1, operation: str = "CreateMessage"
    ) -> None:
        """Stay silent for so long, the request carried out (or not, and then cut)."""
        fault = Fault(operation, silent_seconds=seconds, is_accepted=accept, is_cut=not accept)
        self.faults.add(fault, times=times)

    # Behind the scenes

    def _inbound(
        self, sender: str, body: str, channel: str, profile_name: str | None, media: Sequence[Media], sid: str | None
    ) -> TwilioMessage:
        ours = self._senders.whatsapp_number if channel == "whatsapp" else self._senders.sms_number
        if ours is None:
            raise ValueError(f"this account has no {channel} number")
        prefix, now = WHATSAPP if channel == "whatsapp" else "", self._clock.now()
        return TwilioMessage(
            sid=sid or new_sid("MM" if media else "SM"),
            account_sid=self.account_sid,
            direction="inbound",
            sender=prefix + plain(sender),
            recipient=prefix + ours,
            body=body,
            created_at=now,
            updated_at=now,
            sent_at=now,
            status="received",
            media={new_sid("ME"): medium for medium in media},
            profile_name=profile_name,
        )

    def _note_keyword(self, message: TwilioMessage) -> None:
        pair = (message.sender, message.recipient)
        match keyword(message.body) if message.channel == "sms" else None:
            case "STOP":
                self._books.muted.add(pair)
            case "START":
                self._books.muted.discard(pair)

    async def _deliver(self, message: TwilioMessage) -> Delivery:
        if self.webhook_url is None:
            return Delivery(message.sid, None)
        token = self._idempotency_tokens.setdefault(message.sid, new_sid(""))
        form = inbound_form(message, media_host=self.base_url)
        return await self._webhooks.post(self.webhook_url, form, token=token)

    def _follow(self, message: TwilioMessage) -> None:
        self._background.run(asyncio.ensure_future(self._report(message)))

    async def _report(self, message: TwilioMessage) -> None:
        """Carry a message through its states and tell each by callback."""
        receipts = self._receipts_of(message)
        forms = []
        for status in receipts.statuses:
            await asyncio.sleep(receipts.delay_seconds)
            if status in ("failed", "undelivered"):
                message.error_code = receipts.error_code or 30008
                message.error_message = FAILURES.get(message.error_code, "Unknown error")
            if status != message.status:
                message.move_to(status, self._clock.now())
                self._changes.publish(message)
            forms.append(status_form(message, status))
            if not receipts.is_reversed:
                await self._call_back(message, forms.pop(), receipts)
        for form in reversed(forms):
            await self._call_back(message, form, receipts)

    def _receipts_of(self, message: TwilioMessage) -> Receipts:
        is_free_text = message.channel == "whatsapp" and message.content_sid is None
        if is_free_text and not self._books.is_window_open(message.recipient, message.sender, message.created_at):
            return Receipts.failing(63016)
        number = plain(message.recipient)
        return self.receipts_to.get(message.recipient) or self.receipts_to.get(number) or self.receipts

    async def _call_back(self, message: TwilioMessage, form: Mapping[str, str], receipts: Receipts) -> None:
        if message.status_callback is None or not receipts.is_told:
            return
        token = new_sid("")
        for _ in range(receipts.repeats):
            self.callbacks.append(await self._webhooks.post(message.status_callback, form, token=token))
            self._changes.publish(message)
