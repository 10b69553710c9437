"""What is due in a contract's life, written down as rows (C19-C22, principle 3)."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from bot.domain.contracts import Contract, CoveragePeriod, TermChange
from bot.ports import UnitOfWork
from bot.rules.contract_life import Planned, Watch, parse_name, planned
from bot.rules.contract_term import Period, nth_period, period_of
from bot.rules.contract_terms import terms_on
from bot.services.context import Context, Policy
from bot.services.desk import Desk

AT_ONCE = 50
"""Contracts planned in one unit of work at the start: others may write in between."""


async def plan_contract(desk: Desk, contract: Contract) -> None:
    """Open the running period and plan what is due in it; what was planned before and is not due any more is dropped.

    Called when a contract is made, brought in or changed, and when its end is set or taken back. Of one that was over
    before we heard of it nothing is told.
    """
    period = running_period(contract, desk.today)
    known = await desk.uow.contract_milestones.of_contract(contract.id)
    if not _is_planned(known) and is_over(contract, desk.today):
        await desk.uow.contract_milestones.tell_once(contract.id, Watch.ENDED, desk.now)
        return
    await open_period(desk.uow, contract, period)
    await plan_period(desk, contract, period)


async def plan_period(desk: Desk, contract: Contract, period: Period) -> None:
    """Plan what is due in this period."""
    rows = await _rows(desk, contract, period)
    await desk.uow.contract_milestones.plan(contract.id, [(row.name, row.remind_at) for row in rows])
    wanted = {row.name for row in rows}
    stale = [
        name
        for name, remind_at, state in await desk.uow.contract_milestones.of_contract(contract.id)
        if state == "pending" and remind_at > desk.now and name not in wanted and _is_ahead(name, period)
    ]
    await desk.uow.contract_milestones.cancel(contract.id, desk.now, names=stale)


async def plan_arrears(desk: Desk, contract: Contract, period: Period) -> None:
    """A payment was taken back: its arrears are due once more, unless they were told (C22)."""
    rows = await _rows(desk, contract, period)
    arrears = [(row.name, row.remind_at) for row in rows if parse_name(row.name)[0] is Watch.ARREARS]
    await desk.uow.contract_milestones.plan(contract.id, arrears)


async def open_period(uow: UnitOfWork, contract: Contract, period: Period) -> CoveragePeriod:
    """The stored period, opened if it is not there yet."""
    return await uow.contracts.period(contract, nth=period.nth, starts_on=period.starts_on, ends_on=period.ends_on)


async def plan_contracts(context: Context) -> int:
    """Plan every contract of which nothing is planned: those of a database from before; how many they were."""
    contracts = await context.store.read(lambda uow: uow.contracts.all_contracts())
    now = context.clock.now()
    count = 0
    for first in range(0, len(contracts), AT_ONCE):
        new = await context.store.read(partial(_unplanned, contracts=contracts[first : first + AT_ONCE]))
        if new:
            await context.store.write(partial(_plan_all, contracts=new, context=context, now=now))
        count += len(new)
    return count


def running_period(contract: Contract, today: date) -> Period:
    """The period that a day falls in; before the contract starts its first one, after its end the last."""
    on = today if contract.ends_on is None else min(today, contract.ends_on)
    return period_of(contract.starts_on, on) or nth_period(contract.starts_on, 1)


def notice_months(contract: Contract, changes: Sequence[TermChange], period: Period, policy: Policy) -> int:
    """How long before the end of a period a notice must come (C21), as agreed for that end by now."""
    return terms_on(contract, changes, period.ends_on, usual=policy.usual).notice_months


def is_over(contract: Contract, today: date) -> bool:
    """Whether its last day has passed."""
    return contract.ends_on is not None and contract.ends_on < today


async def _unplanned(uow: UnitOfWork, contracts: list[Contract]) -> list[Contract]:
    return [
        contract for contract in contracts if not _is_planned(await uow.contract_milestones.of_contract(contract.id))
    ]


async def _rows(desk: Desk, contract: Contract, period: Period) -> tuple[Planned, ...]:
    changes = await desk.uow.contracts.terms_of(contract.id)
    policy = desk.policy
    return planned(
        contract,
        period,
        hours=policy.hours,
        notice_months=notice_months(contract, changes, period, policy),
        arrears_days=policy.arrears_days,
        lost_days=policy.lost_days,
    )


def _is_planned(rows: Sequence[tuple[str, datetime, str]]) -> bool:
    """Whether anything of a contract's life is written down; what else is said once of a contract is not of it."""
    return any(name.partition(":")[0] in set(Watch) for name, _, _ in rows)


async def _plan_all(uow: UnitOfWork, contracts: list[Contract], context: Context, now: datetime) -> None:
    for contract in contracts:
        await plan_contract(Desk(uow, context, now), contract)


def _is_ahead(name: str, period: Period) -> bool:
    """Whether it is of this period or a later one: what is left of earlier ones is still to be dealt with."""
    _, nth = parse_name(name)
    return nth is None or nth >= period.nth
