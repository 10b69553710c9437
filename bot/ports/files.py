"""What a client's file holds besides people and contracts: workstations, changes, meetings, documents."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.addresses import Channel
from bot.domain.clients import Client, ClientEvent, HeldProduct
from bot.domain.documents import Document
from bot.domain.meetings import Invitation, Meeting
from bot.domain.workstations import ChecklistItem, ClientChange, Workstation


class ClientFiles(Protocol):
    """What is written in a client's file, and its history."""

    async def describe_client(self, client: Client) -> None:
        """Store address, specialty, architecture and its validation as they stand on it."""
        ...

    async def products_of(self, client_id: int) -> list[HeldProduct]: ...

    async def put_product(self, held: HeldProduct) -> None:
        """The client has this product; what was known of it is replaced."""
        ...

    async def drop_product(self, client_id: int, product: str) -> None: ...

    async def add_client_event(self, event: ClientEvent) -> None: ...

    async def client_events(self, client_id: int) -> list[ClientEvent]:
        """The client's history, the oldest first."""
        ...

    async def prefer_channel(self, contact_id: int, channel: Channel | None) -> None:
        """On which channel the person wants to be told things."""
        ...

    async def merge_contacts(self, source_id: int, target_id: int) -> None:
        """The source was the same person: addresses, tickets and invitations go to the target, the source goes."""
        ...


class Workstations(Protocol):
    """The Macs of clients with their sheets (C27), and what clients did to them (C26)."""

    async def of_client(self, client_id: int) -> list[Workstation]:
        """By name."""
        ...

    async def get(self, workstation_id: int) -> Workstation | None: ...

    async def add(self, client_id: int, name: str, *, notes: str = "") -> Workstation:
        """Raises `StorageError` for a name (folded) that the client's has already: look first."""
        ...

    async def save(self, workstation_id: int, *, name: str, notes: str) -> None: ...

    async def tick(self, workstation_id: int, item: ChecklistItem, on: date | None) -> None:
        """Tick an item from this day on; None takes the tick away."""
        ...

    async def changes_of(self, client_id: int) -> list[ClientChange]:
        """Asked or made, the oldest first."""
        ...

    async def change(self, change_id: int) -> ClientChange | None: ...

    async def add_change(self, change: ClientChange) -> ClientChange:
        """Store it; its id is given here."""
        ...

    async def save_change(self, change: ClientChange) -> None: ...


class Meetings(Protocol):
    """The "13-14" sessions and who is invited (C29)."""

    async def add(self, *, starts_at: datetime, link: str, now: datetime) -> Meeting: ...

    async def get(self, meeting_id: int) -> Meeting | None: ...

    async def at(self, starts_at: datetime) -> Meeting | None: ...

    async def relink(self, meeting_id: int, link: str) -> None: ...

    async def between(self, since: datetime, until: datetime) -> list[Meeting]:
        """Those that start then, the earliest first."""
        ...

    async def cancel(self, meeting_id: int, at: datetime) -> None: ...

    async def revive(self, meeting_id: int) -> None:
        """Take the cancellation back: nobody is invited any more, everybody can be invited anew."""
        ...

    async def invite(self, meeting_id: int, contact_id: int, address_id: int, *, now: datetime) -> Invitation | None:
        """None when the person is invited already."""
        ...

    async def invitations(self, meeting_id: int) -> list[Invitation]: ...

    async def latest_invitation(self, contact_id: int, *, after: datetime) -> tuple[Invitation, Meeting] | None:
        """The invitation that an answer of the person's is for: to a meeting that starts after this instant.

        None of a meeting that was cancelled; one not answered yet before the others, then the last one spoken of.
        """
        ...

    async def save_invitation(self, invitation: Invitation) -> None: ...

    async def mark_untold(self, invitation_id: int, at: datetime) -> None:
        """The last word on the meeting did not reach the person."""
        ...

    async def unreminded(self, meeting_ids: Sequence[int]) -> list[Invitation]:
        """Invitations whose morning reminder was not queued, of those who did not say no."""
        ...


class Documents(Protocol):
    """Papers that were made, and the links to them."""

    async def add(self, document: Document) -> Document:
        """Store it; its id is given here."""
        ...

    async def get(self, document_id: int) -> Document | None: ...

    async def by_token(self, token: str) -> Document | None: ...

    async def share(self, document_id: int, *, token: str, expires_at: datetime) -> None: ...
