"""Reading Twilio's inbox entries: the form of a webhook, or the API's resource that the archive stored. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, DeliveryReport, InboxEntry, Noise, OptOut, Source
from bot.domain.tickets import DeliveryState, Media
from bot.errors import Unreadable

WHATSAPP = "whatsapp:"
MAX_MEDIA = 10

STOP_WORDS = frozenset(("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"))
START_WORDS = frozenset(("START", "YES", "UNSTOP"))
"""Twilio's own words, which mute and unmute an SMS sender at its side, whole texts only. ARRET is not one of them."""

STATES: Mapping[str, DeliveryState] = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.SENDING,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
    "read": DeliveryState.READ,
}

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(entry: InboxEntry) -> ClientMessage | DeliveryReport | Noise:
    """What an entry says. Raises `Unreadable` when it is neither of the two shapes we store."""
    try:
        payload = json.loads(entry.payload)
        if entry.source is Source.TWILIO_STATUS:
            return _report(dict(payload["form"]))
        if "resource" in payload:
            return _from_resource(payload["resource"], payload["media"])
        return _from_form(dict(payload["form"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"a Twilio entry without the expected fields ({type(error).__name__})") from error


def _report(form: Mapping[str, str]) -> DeliveryReport | Noise:
    state = STATES.get(form["MessageStatus"])
    if state is None:
        return Noise("a delivery state that says nothing to us")
    return DeliveryReport(provider_id=form["MessageSid"], state=state, error_code=form.get("ErrorCode") or None)


def _from_form(form: Mapping[str, str]) -> ClientMessage:
    address, body = _address(form["From"]), _body(form)
    return ClientMessage(
        address=address,
        body=body,
        provider_id=form["MessageSid"],
        profile_name=_clean(form.get("ProfileName", "")).strip() or None,
        media=_media(form),
        opt_out=_opt_out(form.get("OptOutType"), body, address.channel),
    )


def _from_resource(resource: Mapping[str, Any], media: list[Mapping[str, str]]) -> ClientMessage:
    """The API tells less than the webhook: no profile name, no location, no button, no `OptOutType`."""
    address, body = _address(resource["from"]), _clean(resource["body"] or "").strip()
    return ClientMessage(
        address=address,
        body=body,
        provider_id=resource["sid"],
        media=tuple(Media(url=medium["url"], content_type=medium["content_type"]) for medium in media),
        opt_out=_opt_out(None, body, address.channel),
    )


def _address(sender: str) -> Address:
    if sender.startswith(WHATSAPP):
        return Address(Channel.WHATSAPP, sender.removeprefix(WHATSAPP))
    return Address(Channel.SMS, sender)


def _body(form: Mapping[str, str]) -> str:
    """The text, or what stands for one: the words of a pressed button, a place."""
    text = _clean(form.get("Body", "")).strip() or _clean(form.get("ButtonText", "")).strip()
    return "\n".join(part for part in (text, _location(form)) if part)


def _location(form: Mapping[str, str]) -> str:
    """`Position : 48.8566, 2.3522 (Cabinet, 3 rue de la Paix)`; empty without coordinates."""
    latitude, longitude = form.get("Latitude", ""), form.get("Longitude", "")
    if not (latitude and longitude):
        return ""
    place = ", ".join(filter(None, (_clean(form.get(name, "")).strip() for name in ("Label", "Address"))))
    return f"Position\u00a0: {_clean(latitude)}, {_clean(longitude)}" + (f" ({place})" if place else "")


def _media(form: Mapping[str, str]) -> tuple[Media, ...]:
    """By the URLs that are there, not by NumMedia: a wrong count must not lose a picture."""
    return tuple(
        Media(url=form[f"MediaUrl{n}"], content_type=form.get(f"MediaContentType{n}", ""))
        for n in range(MAX_MEDIA)
        if form.get(f"MediaUrl{n}")
    )


def _opt_out(said: str | None, body: str, channel: Channel) -> OptOut | None:
    """What Twilio says, else what its words mean. Words mute SMS alone: on WhatsApp "END" is an answer like another."""
    if said:
        return next((value for value in OptOut if value == said.lower()), None)
    if channel is not Channel.SMS:
        return None
    word = body.upper()
    if word in STOP_WORDS:
        return OptOut.STOP
    return OptOut.START if word in START_WORDS else None


def _clean(text: str) -> str:
    """Text that every store and every screen takes: NUL shown as ␀, what was not UTF-8 as �."""
    return _SURROGATE.sub("\ufffd", text.replace("\0", "␀"))
