"""What the services need from outside, as protocols. `bootstrap` gives them their bodies; tests give them fakes."""

from datetime import datetime
from typing import Protocol

from bot.ports.channels import Archive, MediaStore, Parser, Reading, Sender, Senders
from bot.ports.directory import Contracts, Directory
from bot.ports.queues import Cursors, DeskMessages, Inbox, Outbox
from bot.ports.store import Store, UnitOfWork
from bot.ports.tickets import Interventions, Messages, Milestones, Tickets

__all__ = [
    "Archive",
    "Clock",
    "Contracts",
    "Cursors",
    "DeskMessages",
    "Directory",
    "Inbox",
    "Interventions",
    "MediaStore",
    "Messages",
    "Milestones",
    "Outbox",
    "Parser",
    "Reading",
    "Sender",
    "Senders",
    "Store",
    "Tickets",
    "UnitOfWork",
]


class Clock(Protocol):
    """The only way to know what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...
