"""The unit of work over one SQL transaction, and the store that runs it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import ports
from bot.domain.inbox import InboxEntry
from bot.errors import StorageUnavailable
from bot.ports import UnitOfWork
from bot.storage.calls import SqlCalls
from bot.storage.client_files import SqlClientFiles
from bot.storage.contract_milestones import SqlContractMilestones
from bot.storage.contracts import SqlContracts
from bot.storage.desk_messages import SqlDeskMessages
from bot.storage.directory import SqlDirectory
from bot.storage.documents import SqlDocuments
from bot.storage.engine import Engine
from bot.storage.figures import SqlFigures
from bot.storage.inbox import SqlCursors, SqlInbox, inbox_row
from bot.storage.interventions import SqlInterventions
from bot.storage.mails import SqlMails
from bot.storage.meetings import SqlMeetings
from bot.storage.messages import SqlMessages
from bot.storage.milestones import SqlMilestones
from bot.storage.outbox import SqlOutbox
from bot.storage.statements import insert_new
from bot.storage.tables import inbox
from bot.storage.tickets import SqlTickets
from bot.storage.workstations import SqlWorkstations
from bot.storage.writer import Transaction, Writer

T = TypeVar("T")


class SqlUnitOfWork:
    """Everything that one commit changes."""

    def __init__(self, connection: AsyncConnection, signal: Callable[[str], None]) -> None:
        self.inbox: ports.Inbox = SqlInbox(connection)
        self.outbox: ports.Outbox = SqlOutbox(connection)
        self.directory: ports.Directory = SqlDirectory(connection)
        self.client_files: ports.ClientFiles = SqlClientFiles(connection)
        self.contracts: ports.Contracts = SqlContracts(connection)
        self.contract_milestones: ports.ContractMilestones = SqlContractMilestones(connection)
        self.workstations: ports.Workstations = SqlWorkstations(connection)
        self.meetings: ports.Meetings = SqlMeetings(connection)
        self.documents: ports.Documents = SqlDocuments(connection)
        self.figures: ports.Figures = SqlFigures(connection)
        self.tickets: ports.Tickets = SqlTickets(connection)
        self.messages: ports.Messages = SqlMessages(connection)
        self.mails: ports.Mails = SqlMails(connection)
        self.calls: ports.Calls = SqlCalls(connection)
        self.interventions: ports.Interventions = SqlInterventions(connection)
        self.milestones: ports.Milestones = SqlMilestones(connection)
        self.desk_messages: ports.DeskMessages = SqlDeskMessages(connection)
        self.cursors: ports.Cursors = SqlCursors(connection)
        self.signal = signal


class ReadOnlyStore:
    """Reads beside a program that may be running; whoever asks it to write gets `StorageUnavailable`."""

    def __init__(self, reading: AsyncEngine) -> None:
        self._reading = reading

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        async with self._reading.connect() as connection:
            return await work(SqlUnitOfWork(connection, lambda topic: None))

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        raise StorageUnavailable("the database is open for reading only")

    async def receive(self, entry: InboxEntry) -> None:
        raise StorageUnavailable("the database is open for reading only")


class SqlStore:
    """Runs units of work through the one writer, and reads beside it."""

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self._writer = writer
        self._reader = ReadOnlyStore(engine.reading)
        self._receive = insert_new(inbox, engine.writing.dialect, "source", "external_id")

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        async def run(transaction: Transaction) -> T:
            return await work(SqlUnitOfWork(transaction.connection, transaction.signal))

        return await self._writer.run(run)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return await self._reader.read(work)

    async def receive(self, entry: InboxEntry) -> None:
        await self._writer.append(self._receive, inbox_row(entry), topics=("inbox",))
