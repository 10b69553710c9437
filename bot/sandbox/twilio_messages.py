"""What the Twilio stand-in remembers: messages, their pictures, and the JSON the API shows of them."""

import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import phonenumbers

Json = dict[str, Any]

API_VERSION = "2010-04-01"
WHATSAPP = "whatsapp:"
WINDOW = timedelta(hours=24)
"""How long after a person's last WhatsApp message free text may be sent to them."""

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_ESCAPED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Media:
    """A picture or another file that a person sends."""

    content: bytes
    content_type: str = "image/jpeg"


@dataclass
class TwilioMessage:
    """One message at Twilio's, in either direction. `sender` and `recipient` are addresses as Twilio writes them."""

    sid: str
    account_sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    created_at: datetime
    updated_at: datetime
    status: str
    sent_at: datetime | None = None
    media: dict[str, Media] = field(default_factory=dict)
    media_urls: tuple[str, ...] = ()
    error_code: int | None = None
    error_message: str | None = None
    status_callback: str | None = None
    content_sid: str | None = None
    profile_name: str | None = None
    statuses: list[str] = field(default_factory=list)

    @property
    def is_inbound(self) -> bool:
        return self.direction == "inbound"

    @property
    def channel(self) -> str:
        return "whatsapp" if WHATSAPP in (self.sender[: len(WHATSAPP)], self.recipient[: len(WHATSAPP)]) else "sms"

    @property
    def uri(self) -> str:
        """Its path without a suffix, as in `/2010-04-01/Accounts/AC…/Messages/SM…`."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"

    @property
    def num_media(self) -> int:
        return len(self.media) or len(self.media_urls)

    @property
    def num_segments(self) -> int:
        return segments(self.body) if self.channel == "sms" else 1

    def move_to(self, status: str, at: datetime) -> None:
        """Take the next state; a final one carries the error it came with."""
        self.status = status
        self.updated_at = at
        self.statuses.append(status)
        if status == "sent":
            self.sent_at = at

    def to_json(self) -> Json:
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(self.sent_at) if self.sent_at else None,
            "date_updated": rfc2822(self.updated_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": self.error_message,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": str(self.num_media),
            "num_segments": str(self.num_segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{self.uri}/Media.json"},
            "to": self.recipient,
            "uri": f"{self.uri}.json",
        }

    def media_json(self, media_sid: str) -> Json:
        return {
            "account_sid": self.account_sid,
            "content_type": self.media[media_sid].content_type,
            "date_created": rfc2822(self.created_at),
            "date_updated": rfc2822(self.created_at),
            "parent_sid": self.sid,
            "sid": media_sid,
            "uri": f"{self.uri}/Media/{media_sid}.json",
        }


class TwilioBooks:
    """All messages of the account, who muted us, and who wrote last when. Newest last."""

    def __init__(self, account_sid: str) -> None:
        self.account_sid = account_sid
        self.messages: dict[str, TwilioMessage] = {}
        self.muted: set[tuple[str, str]] = set()
        """(the person, our number) pairs that STOP has closed."""
        self._last_inbound_at: dict[tuple[str, str], datetime] = {}

    def add(self, message: TwilioMessage) -> None:
        self.messages[message.sid] = message
        if message.is_inbound:
            self._last_inbound_at[message.sender, message.recipient] = message.created_at

    def newest_first(self) -> Iterable[TwilioMessage]:
        return reversed(self.messages.values())

    def has_written(self, person: str, ours: str) -> bool:
        return (person, ours) in self._last_inbound_at

    def is_window_open(self, person: str, ours: str, now: datetime) -> bool:
        last = self._last_inbound_at.get((person, ours))
        return last is not None and now - last < WINDOW


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def rfc2822(at: datetime) -> str:
    return format_datetime(at)


def plain(address: str) -> str:
    """The address without its channel: `whatsapp:+33…` is `+33…`."""
    return address.removeprefix(WHATSAPP)


def segments(body: str) -> int:
    """SMS parts: 160 GSM-7 characters, or 153 a part (an escaped one counts two); else 70 or 67 UTF-16 units."""
    if all(character in GSM7 or character in GSM7_ESCAPED for character in body):
        length, whole, part = sum(2 if character in GSM7_ESCAPED else 1 for character in body), 160, 153
    else:
        length, whole, part = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else math.ceil(length / part)


def country(address: str) -> str:
    """The ISO country of a number, as `ToCountry` shows it; empty when there is none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(plain(address), None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def render(template: str, variables: Mapping[str, str]) -> str:
    """Fill `{{1}}` and the like."""
    for name, value in variables.items():
        template = template.replace("{{" + name + "}}", value)
    return template
