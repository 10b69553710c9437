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


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited where; `coming` is None until they answer. `reminded_at` once the morning's reminder is queued."""

    id: int
    meeting_id: int
    contact_id: int
    address_id: int
    coming: bool | None = None
    answered_at: datetime | None = None
    reminded_at: datetime | None = None
