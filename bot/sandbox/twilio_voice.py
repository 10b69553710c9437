"""The telephones behind the Twilio stand-in: people who call our number, and the technicians who are rung."""

from collections.abc import Callable, Collection

from bot.ports import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.twilio_calls import CallRecord, Posted, VoiceBooks
from bot.sandbox.twilio_line import Conduct, HangsUp, Line, Technician
from bot.sandbox.twilio_messages import new_sid
from bot.sandbox.twilio_voice_api import VoiceApi
from bot.sandbox.twilio_webhooks import Delivery, TwilioWebhooks


class TwilioVoice:
    """Calls to one number. `voice_url` is what Twilio asks when somebody calls, `status_url` is told when they hung up:
    the two addresses that one sets for the number in Twilio's console.
    """

    def __init__(
        self,
        account_sid: str,
        number: str | None,
        *,
        clock: Clock,
        webhooks: TwilioWebhooks,
        base_url: Callable[[], str],
        wake: Callable[[], None],
        voice_url: str | None,
        status_url: str | None,
    ) -> None:
        self.number = number
        self.voice_url = voice_url
        self.status_url = status_url
        self._clock = clock
        self._webhooks = webhooks
        self._base_url = base_url
        self._wake = wake
        self._books = VoiceBooks(account_sid)
        self._unprocessed: dict[str, Line] = {}
        self._changes: Changes[CallRecord] = Changes()
        self.api = VoiceApi(self._books, base_url)

    async def call(
        self,
        caller: str,
        *,
        technician: Technician = "no-answer",
        hangs_up: HangsUp | None = None,
        says: bytes | None = None,
        talk_seconds: int = 60,
        message_seconds: int = 42,
        pace: float = 0.0,
        deliver: bool = True,
        loses: Collection[str] = (),
        is_processed: bool = True,
    ) -> CallRecord:
        """Somebody calls our number; "anonymous" hides theirs. Returns when the call and its callbacks are over.

        `technician` is what comes of ringing one, if the program has one rung: "answers" presses 1 if asked to press a
        key, "declines" another one, "mailbox" none; a talk lasts `talk_seconds`. The caller hangs up while it rings, as
        they are being connected ("connecting"), or while the greeting is read; else `says` is the sound of a message
        that lasts `message_seconds`, and None is silence. `pace` is how many real seconds each thing takes that is
        heard, for whoever watches. With
        `deliver=False` every webhook is lost on the way; with `loses` those whose address ends so:
        `("/dialled", "/status")`. With `is_processed=False` the recording cannot be fetched until `process` is called.

            record = await twilio.call("+33639980101", says=sound)
            record.heard  # ["<ring>", "Bonjour, vous êtes bien …", "<beep>"]
        """
        if self.number is None:
            raise ValueError("this account has no number for calls")
        now = self._clock.now()
        call = CallRecord(new_sid("CA"), self._books.account_sid, caller, self.number, "inbound", now)
        lost = tuple(loses) if deliver else ("",)
        line = Line(
            self._books.add_call(call),
            Conduct(technician, hangs_up, says, talk_seconds, message_seconds, pace, lost, is_processed),
            books=self._books,
            clock=self._clock,
            base_url=self._base_url(),
            post=lambda url, form, token: self._webhooks.post(url, form, token=token),
            changed=self._changed,
        )
        if not is_processed:
            self._unprocessed[call.sid] = line
        return await line.run(self.voice_url, self.status_url)

    async def process(self, sid: str) -> None:
        """The recording of a call that was left unprocessed can be fetched from now on, and that is told."""
        await self._unprocessed.pop(sid).process()

    async def tell_again(self, sid: str, *, end: str = "", times: int = 1) -> list[Delivery]:
        """Post a call's webhooks again: those whose address ends so, the lost ones too."""

        def is_meant(posted: Posted) -> bool:
            return posted.url.partition("?")[0].endswith(end)

        meant = [posted for posted in self._books.calls[sid].posted if is_meant(posted)]
        return [
            await self._webhooks.post(posted.url, posted.form, token=posted.token)
            for posted in meant
            for _ in range(times)
        ]

    def calls(self) -> list[CallRecord]:
        """The calls to our number, oldest first; a technician's leg is not one of them."""
        return self._books.inbound()

    def legs(self, sid: str) -> list[CallRecord]:
        """The technicians' phones that were rung for a call: `heard` is what was said to who picked up."""
        return [call for call in self._books.calls.values() if call.parent_sid == sid]

    def recordings(self) -> list[str]:
        """The SIDs of the recordings that are kept here, oldest first."""
        return list(self._books.recordings)

    def subscribe(self, callback: Callable[[CallRecord], None]) -> Callable[[], None]:
        """Be called with every step of every call; call the result to end it."""
        return self._changes.subscribe(callback)

    def _changed(self, call: CallRecord) -> None:
        self._changes.publish(call)
        self._wake()
