"""Deadlines are rows: what is to be said about a ticket, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MilestoneKind(StrEnum):
    RECONTACT = "recontact"  # 50, 75, 90, breach, daily:2026-11-23 (C17)
    URGENT = "urgent"  # urgent:1, urgent:2 … until somebody takes the ticket (C18)


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """A milestone of a ticket whose reminder has come due."""

    id: int
    ticket_id: int
    kind: MilestoneKind
    name: str
    due_at: datetime
    remind_at: datetime
