"""The desk's orders over one open transaction in memory; nothing of a run stays, for it is rolled back at its end."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import StaticPool, event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.clock import StoppedClock
from bot.domain.clients import ClientKind
from bot.domain.contracts import CoveragePeriod
from bot.domain.desk import Technician, Verb
from bot.domain.interventions import LedgerLine
from bot.domain.tickets import Outcome
from bot.domain.verification import Verdict
from bot.ports import UnitOfWork
from bot.services.accounting import Account
from bot.services.context import Context, Policy
from bot.services.contract_plan import plan_contract
from bot.services.contract_watch import watch_contracts
from bot.services.desk import Desk
from bot.services.guarantee import proposals
from bot.services.handling.dispatch import HANDLERS
from bot.services.handling.turn import Turn
from bot.services.verifying import verify
from bot.storage import driver
from bot.storage.tables import metadata
from bot.storage.unit_of_work import SqlUnitOfWork
from bot.texts.client import ClientTexts
from tests.factories import CLAIRE, DESK, PARIS, order
from tests.rules.calendars import contract_hours
from tests.services.books import Times, close_ticket, open_ticket, write_times

T = TypeVar("T")

CLAIRE_AT_WORK = Technician(1, CLAIRE, "Claire")


class NearConnection(driver.Connection):
    """A database in memory, asked in the thread that asks: what takes time is the program, not the way there."""

    def __init__(self) -> None:
        super().__init__(Path(":memory:"))
        self._connector = partial(sqlite3.connect, ":memory:", isolation_level=None, check_same_thread=False)

    async def perform(self, step: Callable[[sqlite3.Connection], T], sql: str = "") -> T:
        return step(self._conn)


async def _connect() -> NearConnection:
    connection = NearConnection()
    await connection
    return connection


class Store:
    """Units of work within the one transaction: what fails ends the run, so that none has to be taken back alone."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._uow = SqlUnitOfWork(connection, lambda topic: None)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return await work(self._uow)

    async def read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return await work(self._uow)


def _finish(coroutine: Coroutine[Any, Any, T]) -> T:
    """Its result, without an event loop: near by, nothing is ever waited for."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("something was waited for")


class ContractOffice:
    """The program as the machine drives it; all its methods wait for what they do."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._run = runner.run
        self._engine = create_async_engine("sqlite+aiosqlite://", async_creator=_connect, poolclass=StaticPool)
        event.listen(self._engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        self.connection = self._run(self._open())
        policy = Policy(contract_hours(), PARIS, DESK, shop="Atelier")
        self.clock = StoppedClock(datetime(2026, 1, 1, tzinfo=PARIS))
        self.context = Context(Store(self.connection), self.clock, policy, ClientTexts(), {})

    async def _open(self) -> AsyncConnection:
        connection = await self._engine.connect()
        await connection.run_sync(metadata.create_all)
        await connection.commit()
        return connection

    def close(self) -> None:
        async def end() -> None:
            await self.connection.close()
            await self._engine.dispose()

        self._run(end())

    @contextmanager
    def run(self) -> Iterator[None]:
        """One run; nothing of it stays."""
        transaction = self.connection.begin()
        _finish(transaction.start())
        self._write(lambda desk: desk.uow.directory.put_technician(CLAIRE, name="Claire", is_admin=True, phone=None))
        try:
            yield
        finally:
            _finish(transaction.rollback())

    def _write(self, work: Callable[[Desk], Awaitable[T]]) -> T:
        now = self.clock.now()
        return _finish(self.context.store.write(lambda uow: work(Desk(uow, self.context, now))))

    def _read(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        return _finish(self.context.store.read(work))

    def orders(self, verb: Verb, ticket: int | None = None, words: str = "", *, pressed: bool = False) -> None:
        """A technician's order, by the handler of its verb."""
        self._write(
            lambda desk: HANDLERS[verb](
                Turn(desk, order(verb, ticket, words, pressed=pressed), CLAIRE_AT_WORK, desk.now)
            )
        )

    def add_client(self, name: str, *, is_group: bool) -> int:
        kind = ClientKind.GROUP_PRACTICE if is_group else ClientKind.INDIVIDUAL
        client = self._write(lambda desk: desk.uow.directory.add_client(name, kind=kind, now=desk.now))
        described = replace(client, architecture_validated_on=date(2020, 1, 1))
        self._write(lambda desk: desk.uow.client_files.describe_client(described))
        return client.id

    def last_contract(self, client: int) -> tuple[int, date | None]:
        """Its id and last day."""
        found = self._read(lambda uow: uow.contracts.contracts_of(client))[-1]
        return found.id, found.ends_on

    def bring_in(self, client: int, *, starts_on: date, units: int, ends_on: date | None) -> int:
        """A contract from before, as an import writes it."""

        async def work(desk: Desk) -> int:
            contract = await desk.uow.contracts.add_contract(
                client, starts_on=starts_on, allowance_units=units, ends_on=ends_on, now=desk.now
            )
            await plan_contract(desk, contract)
            return contract.id

        return self._write(work)

    def open_ticket(self, client: int | None) -> int:
        async def work(desk: Desk) -> int:
            return (await open_ticket(desk.uow, client, desk.now)).number

        return self._write(work)

    def write_times(self, number: int, times: Times) -> None:
        async def work(desk: Desk) -> None:
            ticket = await desk.uow.tickets.get(number)
            assert ticket is not None
            await write_times(desk.uow, ticket, times, now=desk.now)

        self._write(work)

    def close_ticket(self, number: int, outcome: Outcome, *, under: int | None) -> Account:
        """Close it as it stands, under the guarantee of another ticket or of none."""

        async def work(desk: Desk) -> Account:
            ticket = await desk.uow.tickets.get(number)
            intervention = await desk.uow.interventions.of_ticket(number)
            earlier = await desk.uow.interventions.of_ticket(under) if under is not None else None
            assert ticket is not None
            assert intervention is not None
            decided = replace(intervention, guarantee_of=earlier.id if earlier else None, guarantee_asked=True)
            return await close_ticket(desk, ticket, decided, outcome)

        return self._write(work)

    def guarantees(self, number: int) -> set[int]:
        """The tickets whose guarantee is proposed for this one."""

        async def work(desk: Desk) -> set[int]:
            ticket = await desk.uow.tickets.get(number)
            intervention = await desk.uow.interventions.of_ticket(number)
            assert ticket is not None
            assert intervention is not None
            return {candidate.past.ticket for candidate in await proposals(desk, ticket, intervention)}

        return self._write(work)

    def watch(self) -> None:
        """What comes due in the life of contracts is done."""
        _finish(watch_contracts(self.context))

    def books(self) -> tuple[list[LedgerLine], dict[int, CoveragePeriod]]:
        """Every line, and every period by its id."""

        async def work(uow: UnitOfWork) -> tuple[list[LedgerLine], dict[int, CoveragePeriod]]:
            lines = [line async for line in uow.contracts.all_lines()]
            return lines, {period.id: period async for period in uow.contracts.all_periods()}

        return self._read(work)

    def used(self, period_id: int, until: datetime) -> int:
        return self._read(lambda uow: uow.contracts.used(period_id, until=until))

    def paid(self) -> Counter[int]:
        """What was paid for each period, in cents."""

        async def work(uow: UnitOfWork) -> Counter[int]:
            paid: Counter[int] = Counter()
            async for payment in uow.contracts.all_payments():
                paid[payment.period_id] += payment.amount_cents
            return paid

        return self._read(work)

    def verify(self) -> Verdict:
        return self._read(lambda uow: verify(uow, self.context.policy))
