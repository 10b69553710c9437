"""What must be said: rows written in the commit that decided them."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.domain.addresses import Address


class OutboxState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Rank(IntEnum):
    """What goes first when much waits on one lane."""

    URGENT = 0
    ANSWER = 10  # what a technician waits for on the screen
    CLIENT = 20
    CARD = 30
    REMINDER = 40
    REFRESH = 50


class Kind(StrEnum):
    """What a row asks of its sender.

    TEXT, to a client: {"body"}.
    SAY, in Telegram: {"text", "entities", "buttons", "silent", "reply_to", "force_reply", "ref"}; `ref` is the
    `DeskMessage.kind` to remember it under.
    EDIT: as SAY, of the ticket's card; `services.delivery` adds {"message_id"}, or sends anew where there is none.
    Of another message {"message_id"} stands there from the start.
    TOAST, on a pressed button: {"callback_id", "text", "alert"}.
    FILE: {"path", "content_type", "text", "entities", "reply_to"}.
    """

    TEXT = "text"
    SAY = "say"
    EDIT = "edit"
    TOAST = "toast"
    FILE = "file"


def lane_of(address: Address) -> str:
    """The lane of an address: "sms:+33639980101"."""
    return f"{address.channel}:{address.identifier}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to be said. `lane` keeps order: rows of one lane leave one after the other, by rank, then by age.

    `coalesce` names what a newer row replaces while it waits ("card:41"): a burst of changes is one edit.
    """

    address: Address
    kind: Kind
    payload: dict[str, object]
    rank: Rank
    automatic: bool = True
    ticket_id: int | None = None
    message_id: int | None = None
    coalesce: str | None = None
    id: int = 0
    attempts: int = 0
    uncertain: bool = False
    created_at: datetime | None = None
    provider_id: str | None = None

    @property
    def lane(self) -> str:
        """Who it goes to: what keeps its order, and what a provider's pace is kept for."""
        return lane_of(self.address)
