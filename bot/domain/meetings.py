"""The "13-14" sessions that the contract gives access to (C29)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Meeting:
    """A Zoom session; `starts_at` an instant, one hour long."""

    id: int
    starts_at: datetime
    link: str
    created_at: datetime
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited where; `coming` is None until they answer.

    `reminded_at`: since then nothing more is to be queued for that morning. `untold_at`: the last word on the meeting
    did not arrive, and no other channel of the person's was left.
    """

    id: int
    meeting_id: int
    contact_id: int
    address_id: int
    invited_at: datetime
    coming: bool | None = None
    answered_at: datetime | None = None
    reminded_at: datetime | None = None
    untold_at: datetime | None = None
