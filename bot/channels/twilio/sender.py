"""Sending SMS and WhatsApp messages through Twilio."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.twilio.errors import refusal, unanswered
from bot.channels.twilio.listing import Record, newest_first
from bot.domain.addresses import Channel
from bot.domain.outbox import Outgoing
from bot.errors import PermanentDeliveryError

WHATSAPP = "whatsapp:"
MAX_BODY = 1600
"""Characters of one message. Longer texts are cut before they are queued: a row is one message, to be looked up."""

CLOCK_SKEW = timedelta(minutes=2)


class TwilioSender:
    """A `bot.ports.Sender` for rows of `Kind.TEXT` on SMS and WhatsApp.

    The payload is {"body"}, or {"content_sid", "content_variables"} for an approved WhatsApp template. A technician's
    answer always leaves from our number; an automatic SMS as `sms_automatic` says: `number`, a sender id, or `off`.
    """

    def __init__(
        self,
        client: Client,
        *,
        sms_number: str | None,
        sms_automatic: str = "off",
        whatsapp_number: str | None = None,
        status_callback: str | None = None,
    ) -> None:
        self._client = client
        self._sms_number = sms_number
        self._sms_automatic = sms_automatic
        self._whatsapp_number = whatsapp_number
        self._status_callback = status_callback

    async def send(self, outgoing: Outgoing) -> str:
        """Send it once; the SID. There is no idempotency key: what is ambiguous must be looked up before a resend."""
        request = self._request(outgoing)
        try:
            message = await self._client.messages.create_async(**request)
        except TwilioException as error:
            raise refusal(error) from None  # Twilio's words quote the whole number
        except (httpx.HTTPError, ValueError) as error:  # ValueError: a success that is not JSON
            raise unanswered(error) from error
        if not message.sid:
            raise unanswered(ValueError("no SID"))
        return str(message.sid)

    async def find_sent(self, outgoing: Outgoing, known: Sequence[str]) -> str | None:
        """The SID of this row's message among those that Twilio lists to this person, or None.

        The oldest with the same words that is no other row's; it may have failed since: its status will say so. From
        any sender of ours: the settings may have changed since the row was first tried.
        """
        since = outgoing.created_at - CLOCK_SKEW if outgoing.created_at else datetime.min.replace(tzinfo=UTC)
        listed = newest_first(self._client, since, To=_recipient(outgoing))
        found = [record async for record in listed if record["sid"] not in known and _is_same(record, outgoing)]
        return str(found[-1]["sid"]) if found else None

    def ready_in(self, outgoing: Outgoing) -> float:
        """Always 0: Twilio keeps each number's pace in its own queue, ten hours long; then comes 21611, transient."""
        return 0.0

    def _request(self, outgoing: Outgoing) -> dict[str, str]:
        request = {"to": _recipient(outgoing), "from_": self._sender(outgoing)} | _content(outgoing)
        if self._status_callback:
            request["status_callback"] = self._status_callback
        return request

    def _sender(self, outgoing: Outgoing) -> str:
        if outgoing.address.channel is Channel.WHATSAPP and self._whatsapp_number:
            return WHATSAPP + self._whatsapp_number
        if outgoing.address.channel is Channel.SMS and self._sms_number:
            if not outgoing.automatic or self._sms_automatic == "number":
                return self._sms_number
            if self._sms_automatic != "off":
                return self._sms_automatic
            raise PermanentDeliveryError("automatic SMS are switched off", code="sms_automatic_off")
        raise PermanentDeliveryError(f"no number for {outgoing.address.channel}", code="channel_off")


def _recipient(outgoing: Outgoing) -> str:
    identifier = outgoing.address.identifier
    return WHATSAPP + identifier if outgoing.address.channel is Channel.WHATSAPP else identifier


def _content(outgoing: Outgoing) -> dict[str, str]:
    template = outgoing.payload.get("content_sid")
    if template:
        variables = outgoing.payload.get("content_variables") or {}
        return {"content_sid": str(template), "content_variables": json.dumps(variables, ensure_ascii=False)}
    body = _body(outgoing)
    if len(body) > MAX_BODY:
        raise PermanentDeliveryError(f"{len(body)} characters, {MAX_BODY} at most", code="21617")
    return {"body": body}


def _body(outgoing: Outgoing) -> str:
    # A lone surrogate has no encoding: it goes as "?", for the sake of the letters around it.
    return str(outgoing.payload.get("body", "")).encode(errors="replace").decode()


def _is_same(record: Record, outgoing: Outgoing) -> bool:
    """Whether a listed message is this row's. Of a template we do not know the words that Twilio put in.

    By its end, since a trial account's texts begin with "Sent from your Twilio trial account", and without regard to
    white space, which carriers change.
    """
    if record.get("direction") != "outbound-api":
        return False
    wanted, listed = " ".join(_body(outgoing).split()), " ".join((record.get("body") or "").split())
    return "content_sid" in outgoing.payload or listed.endswith(wanted)
