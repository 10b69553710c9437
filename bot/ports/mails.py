"""Mail: the raw mails, where mailboxes were read to, which ticket a mail belongs to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.addresses import KnownAddress
from bot.domain.tickets import Direction


class RawMails(Protocol):
    """Where mails are kept as they came: a private folder, files named by us. Blocking: hand it to a thread."""

    def keep(self, raw: bytes) -> str:
        """Write it to the disk for good and return the name to read it by; the same bytes have the same name.

        Done before the commit that speaks of it. Raises `StorageUnavailable`.
        """
        ...

    def read(self, name: str) -> bytes:
        """The mail. Raises `Unreadable` when it is gone, `StorageUnavailable` when it cannot be read now."""
        ...


class Mails(Protocol):
    """What ties mails to mailboxes, and to tickets."""

    async def seen(self, mailbox: str, uidvalidity: int) -> set[int]:
        """The UIDs of a mailbox that were stored."""
        ...

    async def note_seen(self, mailbox: str, uidvalidity: int, uids: Sequence[tuple[int, str]], now: datetime) -> None:
        """These (UID, external id of the inbox) were stored; one that was noted before stays as it is."""
        ...

    async def forget_seen(self, mailbox: str, uidvalidity: int) -> None:
        """The mailbox was renumbered: what was noted under another validity than this one means nothing any more."""
        ...

    async def forget_gone(self, mailbox: str, uidvalidity: int, there: Collection[int], *, before: datetime) -> None:
        """What was stored before this instant, and is not `there` any more, need not be known by its UID."""
        ...

    async def index(self, message_id: int, mail_id: str) -> None:
        """A message of a ticket has this Message-ID; several may have the same."""
        ...

    async def tickets_of(self, mail_ids: Collection[str]) -> dict[str, int]:
        """The tickets that the mails of these Message-IDs are on now; of several, the newest message's."""
        ...

    async def mail_ids_of(self, ticket: int) -> list[tuple[str, Direction]]:
        """The Message-IDs of a ticket's mails, in and out, the oldest first."""
        ...

    async def add_copies(self, ticket: int, address_ids: Collection[int]) -> None:
        """These people were sent a mail of this ticket too."""
        ...

    async def copies_of(self, ticket: int) -> list[KnownAddress]: ...
