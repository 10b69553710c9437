"""Tickets, interventions and milestones."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.interventions import Intervention, Sitting
from bot.domain.milestones import DueMilestone, MilestoneKind
from bot.domain.tickets import DeliveryState, Event, Media, Message, Ticket


class Tickets(Protocol):
    """Tickets, messages, events."""

    async def open(self, ticket: Ticket) -> Ticket:
        """Store a new ticket; its number is given here."""
        ...

    async def get(self, number: int) -> Ticket | None: ...

    async def save(self, ticket: Ticket) -> None: ...

    async def of_contact(self, contact_id: int, *, limit: int = 5) -> list[Ticket]:
        """Most recently active first, open ones before closed ones."""
        ...

    async def of_address(self, address_id: int, *, limit: int = 5) -> list[Ticket]: ...

    async def open_of_client(self, client_id: int, *, limit: int = 10) -> list[Ticket]: ...

    async def listed(self, *, which: str, technician_id: int | None, now: datetime, limit: int) -> list[Ticket]:
        """Open tickets: `all`, `urgent`, `late` (past the deadline) or `mine`; urgent first, then by deadline."""
        ...

    async def count_open(self) -> int: ...

    async def of_client(self, client_id: int, *, limit: int = 1000) -> list[Ticket]:
        """A client's tickets in any state, the newest first."""
        ...

    async def opened_between(self, since: datetime, until: datetime) -> list[Ticket]:
        """Opened from `since` on and before `until`, in order."""
        ...

    async def search(self, words: str, *, limit: int) -> list[Ticket]: ...

    async def adopt(self, address_id: int, *, contact_id: int, client_id: int | None) -> list[int]:
        """Give the tickets of an address that had no contact to this one; their numbers."""

    async def follow_contact(self, contact_id: int, client_id: int) -> list[int]:
        """Give a contact's tickets without a client to the client they were attached to; their numbers."""

    async def move_messages(self, source: int, target: int) -> None: ...

    def stream(self) -> AsyncIterator[Ticket]:
        """Every ticket, by number, without holding them all."""

    async def add_event(self, event: Event) -> None: ...

    async def events(self, number: int, *, kinds: Sequence[str] = ()) -> list[Event]:
        """A ticket's history, the oldest first; of these kinds only, where any are named."""
        ...

    async def event_times(self, number: int, kind: str, since: datetime) -> list[datetime]: ...


class Messages(Protocol):
    """The messages on tickets, and the media that came with them."""

    async def add(
        self,
        message: Message,
        *,
        provider_id: str | None = None,
        inbox_id: int | None = None,
        technician_id: int | None = None,
    ) -> Message:
        """Store a message with its media; its id is given here."""

    async def get(self, message_id: int) -> Message | None: ...

    async def of_ticket(self, number: int, *, limit: int | None = None) -> list[Message]:
        """In order of time; with a limit, the last ones."""

    async def set_state(
        self, message_id: int, state: DeliveryState, *, provider_id: str | None = None, error_code: str | None = None
    ) -> None: ...

    async def reword(self, message_id: int, body: str) -> None:
        """Put other words in the place of a message of our own making, such as what became of a call."""
        ...

    async def last_inbound_at(self, number: int) -> datetime | None: ...

    async def media(self, media_id: int) -> tuple[Media, int] | None:
        """A piece of media and its ticket's number."""

    async def newest_media(self) -> int:
        """The id of the piece that came last; 0 when there is none."""
        ...

    async def unfetched_media(self, above: int, last: int, *, since: datetime | None = None, limit: int) -> list[Media]:
        """What is not here yet of these ids, and may come, the newest first.

        With `since`, of messages that were written, or found, since then.
        """
        ...

    async def media_came_at(self, media_id: int) -> datetime:
        """When its message was written, or found."""
        ...

    async def unscanned_media(self, *, limit: int) -> list[Media]:
        """What is here, and no scanner has found clean, the newest first."""
        ...

    async def keep_media(self, media_id: int, *, path: str, size: int, scanned_at: datetime | None = None) -> None:
        """It is here; `scanned_at`: and a scanner found nothing in it."""
        ...

    async def refuse_media(self, media_id: int, flaw: str) -> None:
        """It will not be fetched any more, and why (`Media.flaw`)."""
        ...


class Interventions(Protocol):
    """Interventions and their sittings (C6)."""

    async def of_ticket(self, number: int) -> Intervention | None: ...

    async def open(self, number: int, *, client_id: int | None, now: datetime) -> Intervention: ...

    async def save(self, intervention: Intervention) -> None:
        """Everything but the sittings."""
        ...

    async def start_sitting(self, intervention_id: int, *, technician_id: int, started_at: datetime) -> None: ...

    async def save_sitting(self, sitting: Sitting) -> None: ...

    async def drop_sittings(self, ids: Sequence[int]) -> None: ...

    async def get(self, intervention_id: int) -> Intervention | None: ...

    async def of_client(self, client_id: int) -> list[Intervention]:
        """All of a client's that were closed, with their sittings, in the order their tickets were opened."""
        ...

    def stream(self) -> AsyncIterator[Intervention]:
        """Every intervention with its sittings, by id, without holding them all."""
        ...

    async def recent_doctors(self, client_id: int, *, limit: int = 4) -> list[str]:
        """Doctors named in a client's interventions, the last first: what a button can offer."""


class Milestones(Protocol):
    """What is to be said about tickets, and when (principle 3)."""

    async def plan(self, ticket_id: int, kind: MilestoneKind, rows: Sequence[tuple[str, datetime, datetime]]) -> None:
        """Add (name, due_at, remind_at) rows; one of that name that was not sent yet is pending, at these times."""
        ...

    async def due(self, now: datetime, *, limit: int = 1000) -> list[DueMilestone]: ...

    async def settle(self, sent: Sequence[int], superseded: Sequence[int], now: datetime) -> None: ...

    async def postpone(self, ids: Sequence[int], until: datetime) -> None: ...

    async def cancel(self, ticket_id: int, kind: MilestoneKind, now: datetime) -> None: ...

    async def of_ticket(self, ticket_id: int) -> list[tuple[str, datetime, str]]:
        """(name, due_at, state) of each, by time."""
        ...

    async def next_reminder_at(self) -> datetime | None: ...
