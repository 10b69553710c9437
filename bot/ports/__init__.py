"""What the services need from outside, as protocols. `bootstrap` gives them their bodies; tests give them fakes."""

from datetime import datetime
from typing import Protocol

from bot.ports.calls import Calls, Recordings
from bot.ports.channels import Archive, MediaStore, Parser, Reading, Scanner, Sender, Senders
from bot.ports.contracts import ContractMilestones, Contracts
from bot.ports.directory import Directory
from bot.ports.figures import Figures
from bot.ports.files import ClientFiles, Documents, Meetings, Workstations
from bot.ports.mails import Mails, RawMails
from bot.ports.paper import Cabinet, Typesetter
from bot.ports.queues import Cursors, DeskMessages, Inbox, Outbox
from bot.ports.store import Store, UnitOfWork
from bot.ports.tickets import Interventions, Messages, Milestones, Tickets

__all__ = [
    "Archive",
    "Cabinet",
    "Calls",
    "ClientFiles",
    "Clock",
    "ContractMilestones",
    "Contracts",
    "Cursors",
    "DeskMessages",
    "Directory",
    "Documents",
    "Figures",
    "Inbox",
    "Interventions",
    "Mails",
    "MediaStore",
    "Meetings",
    "Messages",
    "Milestones",
    "Outbox",
    "Parser",
    "RawMails",
    "Reading",
    "Recordings",
    "Scanner",
    "Sender",
    "Senders",
    "Store",
    "Tickets",
    "Typesetter",
    "UnitOfWork",
    "Workstations",
]


class Clock(Protocol):
    """The only way to know what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...
