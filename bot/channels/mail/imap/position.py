"""How far a mailbox was read. Pure."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

LONGEST_NAME = 180


@dataclass(frozen=True, slots=True)
class Position:
    """All mails up to `uid` of this numbering were dealt with.

    `floor` is an instant: mails that the server took before it were there before us, or were all found again, and are
    left alone. That holds for what was in the mailbox when this numbering was first seen (`old_until` is its highest
    UID); what came in later is taken, whatever date the server gives it.
    """

    uidvalidity: int
    uid: int
    old_until: int
    floor: datetime

    def is_old(self, uid: int, arrived_at: datetime | None) -> bool:
        return uid <= self.old_until and arrived_at is not None and arrived_at < self.floor

    def at(self, uid: int) -> "Position":
        """The same, further on; never back."""
        return replace(self, uid=max(self.uid, uid))

    def since(self, floor: datetime) -> "Position":
        return replace(self, floor=max(self.floor, floor))

    def __str__(self) -> str:
        """As a cursor: `1712345678:42:17:2026-03-01T08:00:00+00:00`."""
        return f"{self.uidvalidity}:{self.uid}:{self.old_until}:{self.floor.isoformat()}"


def read_position(cursor: str) -> Position:
    uidvalidity, uid, old_until, floor = cursor.split(":", 3)
    return Position(int(uidvalidity), int(uid), int(old_until), datetime.fromisoformat(floor))


def mailbox_name(host: str, username: str, folder: str) -> str:
    """By what a mailbox is known in the database: `imap.exemple.fr/support@exemple.fr/INBOX`, a hash if too long."""
    name = f"{host}/{username}/{folder}"
    return name if len(name) <= LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()
