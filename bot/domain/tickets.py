"""Tickets and the messages on them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.addresses import Channel
from bot.domain.mails import Flaw


class TicketState(StrEnum):
    OPEN = "open"  # awaiting recontact
    RECONTACTED = "recontacted"
    IN_PROGRESS = "in_progress"  # a sitting is running
    CLOSED = "closed"


class Priority(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


class Outcome(StrEnum):
    """How a ticket was closed. Only `RESOLVED` can be counted (C4, C5, C8)."""

    RESOLVED = "resolved"
    FAILED = "failed"
    COMMERCIAL = "commercial"
    VENDOR_FAULT = "vendor_fault"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_A_REQUEST = "not_a_request"
    DUPLICATE = "duplicate"


class Recontact(StrEnum):
    """What stopped the clock (C16)."""

    REPLY = "reply"
    CALL = "call"  # kept as a reply, with an event beside it: `services.views.recontacted_by` tells them apart
    APPOINTMENT = "appointment"
    INTERVENTION = "intervention"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NOTE = "note"  # between technicians; never sent


class DeliveryState(StrEnum):
    """How far a message got. States only move forward: see `rules.sending.furthest`."""

    RECEIVED = "received"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or file that came with a message: what the provider said of it, and where our copy is.

    `name` is one of our own making, harmless as a file name, where the sender gave one. `flaw` says why it is not
    offered: "too_large", "infected", "gone". `is_inline` while a mail is taken in: shown within its text.
    `scanned_at` is when a scanner found nothing in our copy.
    """

    url: str
    content_type: str
    id: int = 0
    size: int | None = None
    path: str | None = None
    name: str = ""
    flaw: str = ""
    scanned_at: datetime | None = None
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One text on a ticket, in or out. `automatic` when no person wrote it (principle 9).

    Of a mail, `subject` is its subject, `whole` all of its text where `body` is less, and `flaws` what the desk must
    know of it.
    """

    id: int
    ticket_id: int
    direction: Direction
    channel: Channel
    body: str
    at: datetime
    automatic: bool = False
    state: DeliveryState = DeliveryState.RECEIVED
    error_code: str | None = None
    address_id: int | None = None
    media: tuple[Media, ...] = field(default=())
    subject: str = ""
    whole: str = ""
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A solicitation and what follows (C1). `number` is what people say: "le ticket 41".

    `follows` is the ticket whose mail this one's first answers: a closed one, or one that is somebody else's.
    """

    number: int
    subject: str
    state: TicketState
    priority: Priority
    channel: Channel
    opened_at: datetime
    last_activity_at: datetime
    recontact_due_at: datetime
    client_id: int | None = None
    contact_id: int | None = None
    address_id: int | None = None
    assigned_to: int | None = None
    outcome: Outcome | None = None
    recontacted_at: datetime | None = None
    recontacted_by: Recontact | None = None
    closed_at: datetime | None = None
    threading: str = ""
    product: str | None = None
    unreadable: bool = False
    follows: int | None = None

    @property
    def is_open(self) -> bool:
        """True until it is closed, whatever the recontact."""
        return self.state is not TicketState.CLOSED

    @property
    def is_urgent(self) -> bool:
        return self.priority is Priority.URGENT

    @property
    def awaits_recontact(self) -> bool:
        """True while the 48 business hours run (C15, C16)."""
        return self.is_open and self.recontacted_at is None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's history; appended, never changed. `data` holds no text of the client's (C30)."""

    ticket_id: int
    at: datetime
    kind: str
    actor: str
    data: dict[str, object]

    def happened_at(self, noted: str = "at") -> datetime:
        """The instant that `data` notes under this name; without one, when the line was written."""
        instant = self.data.get(noted)
        return self.at if instant is None else datetime.fromisoformat(str(instant))
