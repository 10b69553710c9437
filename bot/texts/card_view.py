"""What a ticket's card shows, as values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.mails import Flaw
from bot.domain.tickets import DeliveryState, Direction, Outcome, Recontact, TicketState
from bot.texts.card_files import FileView


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as the card shows it."""

    direction: Direction
    at: datetime
    body: str
    automatic: bool = False
    state: DeliveryState = DeliveryState.RECEIVED
    n_media: int = 0
    media_ids: tuple[int, ...] = ()
    id: int = 0
    author: str | None = None
    subject: str = ""
    has_whole: bool = False
    flaws: tuple[Flaw, ...] = ()
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowedView:
    """The ticket that this one's first mail answers. `guarantee_until` is set while an intervention there is (C9)."""

    number: int
    is_open: bool
    guarantee_until: date | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """All that a card shows. `left` is the business time to the deadline, below zero when it has passed.

    `balance` is (left, allowance) of a counted contract, `decision` a reason of `rules.quota`; `bodies_hidden` keeps
    texts and pictures out of Telegram.
    """

    number: int
    urgent: bool
    state: TicketState
    channel: Channel
    opened_at: datetime
    due_at: datetime
    address_label: str = ""
    client_name: str | None = None
    client_kind: ClientKind | None = None
    contact_name: str | None = None
    contact_role: str = ""
    product: str | None = None
    left: timedelta | None = None
    recontacted_at: datetime | None = None
    recontacted_by: Recontact | None = None
    assigned_to: str | None = None
    balance: tuple[int, int] | None = None
    messages: tuple[MessageView, ...] = ()
    threading: str = ""
    colleague_ticket: int | None = None
    unidentified: bool = False
    not_covered: bool = False
    acknowledged: str | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    decision: str = ""
    units: int = 0
    unreadable: bool = False
    bodies_hidden: bool = False
    appointment_at: datetime | None = None
    backup_at: datetime | None = None
    attempts: tuple[datetime, ...] = ()
    subject: str = ""
    follows: FollowedView | None = None

    @property
    def is_closed(self) -> bool:
        return self.state is TicketState.CLOSED
