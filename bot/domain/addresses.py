"""Identity: a channel and an opaque address on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """A way to talk to a person. PHONE is a call that a technician took and wrote down."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    MAIL = "mail"
    PHONE = "phone"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is on a channel. The identifier is opaque: a number, a WhatsApp id, a mail address."""

    channel: Channel
    identifier: str


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """An address we have seen or imported. `contact_id` is None while nobody said whose it is (C3)."""

    id: int
    address: Address
    contact_id: int | None
    profile_name: str | None = None
    blocked_at: datetime | None = None
    opted_out_at: datetime | None = None
    last_inbound_at: datetime | None = None
