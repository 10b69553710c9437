"""What arrives: raw entries, and what the channels read in them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.addresses import Address, Channel
from bot.domain.mails import MailDetails, Reported, Robot
from bot.domain.tickets import DeliveryState, Media


class Source(StrEnum):
    """Who handed an entry over. Together with the external id it is unique."""

    TWILIO_MESSAGE = "twilio:message"
    TWILIO_STATUS = "twilio:status"
    TWILIO_CALL = "twilio:call"
    TELEGRAM = "telegram"
    MAIL = "mail"


class InboxState(StrEnum):
    PENDING = "pending"
    HANDLED = "handled"
    QUARANTINED = "quarantined"


class OptOut(StrEnum):
    """What a provider says of STOP and START words."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """Something as it arrived, before anybody read it. `payload` is JSON text that keeps the raw form.

    `occurred_at` is the provider's own time where it gives one: the clock of C15 starts there.
    """

    source: Source
    external_id: str
    payload: str
    received_at: datetime
    occurred_at: datetime | None = None
    id: int = 0
    attempts: int = 0

    @property
    def at(self) -> datetime:
        """When it happened, as well as we know."""
        return self.occurred_at or self.received_at


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """A text or a picture from a client's side, read from an inbox entry; `mail` is set for a mail.

    `address` is None for a mail that names no sender.
    """

    address: Address | None
    body: str
    provider_id: str
    profile_name: str | None = None
    media: tuple[Media, ...] = ()
    opt_out: OptOut | None = None
    mail: MailDetails | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a provider says became of a message of ours; `reported` are all whom a mail server means, some in copy."""

    provider_id: str
    state: DeliveryState
    error_code: str | None = None
    channels: tuple[Channel, ...] = (Channel.SMS, Channel.WHATSAPP)
    reported: tuple[Reported, ...] = ()


@dataclass(frozen=True, slots=True)
class RobotMail:
    """A mail that a machine wrote as an answer, and that asks for nothing: an absence, a receipt, a report (S7)."""

    message: ClientMessage
    robot: Robot


@dataclass(frozen=True, slots=True)
class Noise:
    """An entry that asks nothing of us (an edited message, a chat's service message); `why` is for the log."""

    why: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """A Telegram group became a supergroup: whatever was said to its old id goes to the new one."""

    old_id: int
    new_id: int
