"""Units of work: all of it is committed, or none of it."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.domain.inbox import InboxEntry
from bot.ports.calls import Calls
from bot.ports.contracts import ContractMilestones, Contracts
from bot.ports.directory import Directory
from bot.ports.figures import Figures
from bot.ports.files import ClientFiles, Documents, Meetings, Workstations
from bot.ports.mails import Mails
from bot.ports.queues import Cursors, DeskMessages, Inbox, Outbox
from bot.ports.tickets import Interventions, Messages, Milestones, Tickets

T = TypeVar("T")


class UnitOfWork(Protocol):
    """Everything that one commit changes."""

    inbox: Inbox
    outbox: Outbox
    directory: Directory
    client_files: ClientFiles
    contracts: Contracts
    contract_milestones: ContractMilestones
    workstations: Workstations
    meetings: Meetings
    documents: Documents
    figures: Figures
    tickets: Tickets
    messages: Messages
    mails: Mails
    calls: Calls
    interventions: Interventions
    milestones: Milestones
    desk_messages: DeskMessages
    cursors: Cursors
    signal: Callable[[str], None]
    """Wake those who wait for a topic (inbox, outbox, media) once this is committed."""


class Store(Protocol):
    """Runs units of work."""

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run one unit of work: all of it is committed before this returns, or none of it.

        Raises what `work` raised, or `StorageUnavailable`. A cancelled caller leaves it whole or absent.
        """
        ...

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Run it on a connection that cannot write."""
        ...

    async def receive(self, entry: InboxEntry) -> None:
        """Store one inbox entry durably, many callers to one commit; an entry that is there already is no error."""
        ...
