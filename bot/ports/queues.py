"""What came in, what must go out, and how far we have read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.addresses import Address, Channel
from bot.domain.desk import DeskMessage
from bot.domain.inbox import InboxEntry, Source
from bot.domain.outbox import Outgoing, Rank


class Inbox(Protocol):
    """What arrived and is not to be lost (principle 1)."""

    async def add(self, entry: InboxEntry) -> bool:
        """Store an entry; False when `(source, external_id)` was there already."""
        ...

    async def unseen(self, source: Source, external_ids: Sequence[str]) -> set[str]:
        """Those of the ids that are not stored yet."""
        ...

    async def pending(self, limit: int) -> list[InboxEntry]:
        """The oldest entries that nobody handled, but for mails."""
        ...

    async def pending_mails(self, limit: int, *, after: int = 0) -> list[InboxEntry]:
        """The oldest mails that nobody handled, behind the entry of this id."""
        ...

    async def get(self, entry_id: int) -> InboxEntry | None: ...

    async def settle(self, entry_id: int, now: datetime, *, ticket_id: int | None = None) -> bool:
        """Mark an entry handled; False when it was handled already, and then nothing else may be done for it."""
        ...

    async def quarantine(self, entry_id: int, now: datetime, *, problem: str, ticket_id: int | None = None) -> bool: ...

    async def point_to(self, entry_id: int, ticket_id: int) -> None:
        """Say which ticket came of it."""

    async def remark(self, entry_id: int, problem: str) -> None:
        """Say of a handled entry why nothing came of it: "robot:list"."""
        ...

    async def kept(self, *, limit: int) -> list[tuple[InboxEntry, str]]:
        """Entries that were handled and opened nothing, with the remark that says why, the newest first."""
        ...

    async def count_kept(self, *, since: datetime) -> int: ...

    async def quarantined(self) -> list[tuple[InboxEntry, str]]:
        """Entries that nobody could read, with the problem."""

    async def reports_on(self, source: Source, provider_id: str) -> list[InboxEntry]:
        """Entries whose external id begins with a provider's id: reports that came before we knew the message."""

    async def oldest_pending(self) -> datetime | None: ...

    async def replay(self, entry_id: int) -> bool:
        """Make a quarantined entry pending again; False when it is not in quarantine."""
        ...


class Outbox(Protocol):
    """What must be said (principle 2)."""

    async def add(self, outgoing: Outgoing, now: datetime) -> int:
        """Queue it; rows that wait with the same `coalesce` are superseded. Returns the row's id."""
        ...

    async def claim(
        self,
        now: datetime,
        *,
        until: datetime,
        worker: str,
        limit: int,
        busy: Sequence[str],
        channels: Sequence[Channel] = tuple(Channel),
    ) -> list[Outgoing]:
        """Lease the first due row of each free lane not in `busy`; an expired lease comes back `uncertain`."""
        ...

    async def renew(self, *, worker: str, until: datetime, lanes: Sequence[str]) -> None:
        """Lease for longer what this worker is still sending on these lanes."""

    async def waiting(self, coalesce: str) -> Outgoing | None:
        """The row that still waits under this name."""

    async def rewrite(self, row_id: int, payload: dict[str, object], rank: Rank) -> None:
        """Say something newer in a row that still waits."""

    async def recover(self, now: datetime, *, busy: Sequence[str], everything: bool = False) -> int:
        """Queue expired leases again, as uncertain; `everything` when no other worker can be alive."""

    async def redirect(self, old: Address, new: Address) -> None:
        """What waits for one address goes to another."""

    async def next_due(
        self, *, busy: Sequence[str], channels: Sequence[Channel] = tuple(Channel)
    ) -> datetime | None: ...

    async def has_stale_lease(self, now: datetime, *, busy: Sequence[str]) -> bool:
        """Whether somebody's lease has expired."""

    async def provider_ids(self, address: Address, since: datetime) -> list[str]:
        """The provider's ids of what went to this address since then."""

    async def oldest_urgent(self) -> datetime | None: ...

    async def sent(self, row_id: int, now: datetime, provider_id: str) -> None: ...

    async def retry(self, row_id: int, at: datetime, *, problem: str, uncertain: bool) -> None: ...

    async def put_off(self, row_id: int, at: datetime) -> None:
        """Queue a claimed row again that was not tried: it is none of its attempts."""
        ...

    async def failed(self, row_id: int, now: datetime, *, code: str | None, problem: str) -> None: ...

    async def undone(self, row_id: int, now: datetime, *, code: str | None) -> bool:
        """What was taken did not arrive after all; False when that was known already."""
        ...

    async def by_provider_id(self, channels: Sequence[Channel], provider_id: str) -> Outgoing | None: ...

    async def of_mail(self, mail_id: str) -> Outgoing | None:
        """The row of a message by its Message-ID, whether a server has taken it yet or not."""
        ...

    async def drop_waiting(self, coalesce: str) -> int:
        """Supersede what still waits under this name; how many rows."""
        ...

    async def automatic_times(self, address: Address, since: datetime) -> list[datetime]:
        """When automatic answers were queued for this address since then (the brakes of S6).

        What we tell of our own accord (`Rank.REMINDER`) answers nobody, and is not counted.
        """
        ...

    async def automatic_count(self, since: datetime) -> int:
        """How many automatic answers were queued for all clients since then."""
        ...


class DeskMessages(Protocol):
    """Which Telegram message belongs to which ticket."""

    async def remember(self, message: DeskMessage, now: datetime) -> None: ...

    async def find(self, chat_id: int, message_id: int) -> DeskMessage | None: ...

    async def card(self, ticket_id: int, chat_id: int) -> DeskMessage | None:
        """The newest card of a ticket in a chat."""
        ...

    async def forget(self, chat_id: int, message_id: int) -> None: ...


class Cursors(Protocol):
    """How far we have read somewhere."""

    async def get(self, name: str) -> str | None: ...

    async def put(self, name: str, value: str, now: datetime) -> None: ...
