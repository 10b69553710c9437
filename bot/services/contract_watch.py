"""The life of contracts as time passes: periods open, ends come, people are reminded; each thing once (C10, C19-C22).

What is due are rows: one is settled in the commit that opens the period or queues the message, whatever restarts
happen. Periods open at midnight; people are reminded in office hours.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.clients import Client, ClientEvent
from bot.domain.contracts import Contract, ContractMilestone, TermChange
from bot.domain.outbox import Rank
from bot.rules.contract_life import Watch, latest_renewal, parse_name
from bot.rules.contract_term import Period, months_later, nth_period
from bot.rules.contract_terms import Terms, terms_on
from bot.services.context import Context
from bot.services.contract_accounts import account_of_period
from bot.services.contract_plan import is_over, notice_months, open_period, plan_period
from bot.services.cover import balance_under, cover_on
from bot.services.desk import Desk
from bot.services.telling import tell_contact
from bot.services.thresholds import doctors_of
from bot.texts import contract_notices as notices
from bot.texts.contract_notices import ContractNotice

AT_ONCE = 100
"""Due rows handled in one unit of work."""
DIGEST_ABOVE = 5
"""More notices than this at once are one message."""

_AT_ANY_HOUR = frozenset({Watch.PERIOD, Watch.ENDED})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Due:
    """A due row with what it is about. `period` is the one that its name says, the last one for the end."""

    milestone: ContractMilestone
    contract: Contract
    client: Client
    period: Period
    changes: Sequence[TermChange]

    def terms_on(self, on: date) -> Terms:
        return terms_on(self.contract, self.changes, on)

    @property
    def last_on(self) -> date:
        """The last day of the period that is covered."""
        return min(self.period.ends_on, self.contract.ends_on or self.period.ends_on)


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of a row: `state` is "cancelled" where a later change may make it due again."""

    state: str
    notice: ContractNotice | None = None


_SUPERSEDED, _CANCELLED = _Done("superseded"), _Done("cancelled")


async def watch_contracts(context: Context) -> int:
    """Do what is due in the life of contracts; how many things it was. With nothing due, nothing is written."""
    now = context.clock.now()
    count = 0
    while await context.store.read(lambda uow: uow.contract_milestones.due(now, limit=1)):
        handled = await context.store.write(lambda uow: _watch(Desk(uow, context, now)))
        if not handled:
            break  # another process holds the rows
        count += handled
    return count


async def _watch(desk: Desk) -> int:
    due = await desk.uow.contract_milestones.due(desk.now, limit=AT_ONCE)
    told: list[ContractNotice] = []
    for milestone in due:
        watch, nth = parse_name(milestone.name)
        if watch not in _AT_ANY_HOUR and not desk.policy.hours.is_open(desk.now):
            opening = desk.policy.hours.next_opening(desk.now)
            await desk.uow.contract_milestones.plan(milestone.contract_id, [(milestone.name, opening)])
            continue
        done = await _HANDLERS[watch](desk, await _look_up(desk, milestone, nth))
        await desk.uow.contract_milestones.settle([milestone.id], desk.now, state=done.state)
        told += [done.notice] if done.notice else []
    await _tell(desk, told)
    return len(due)


async def _look_up(desk: Desk, milestone: ContractMilestone, nth: int | None) -> _Due:
    contract = await desk.uow.contracts.contract(milestone.contract_id)
    assert contract is not None
    client = await desk.uow.directory.client(contract.client_id)
    assert client is not None
    period = nth_period(contract.starts_on, nth or 1)
    return _Due(milestone, contract, client, period, await desk.uow.contracts.terms_of(contract.id))


async def _tell(desk: Desk, told: list[ContractNotice]) -> None:
    """Without a sound outside office hours."""
    silent = not desk.policy.hours.is_open(desk.now)
    posts = [notices.digest(told)] if len(told) > DIGEST_ABOVE else [notices.notice(each) for each in told]
    for post in posts:
        await desk.say(post, rank=Rank.REMINDER, silent=silent)


async def _renewal(desk: Desk, due: _Due) -> _Done:
    """Not once the end is known or the anniversary has come; of several that are due, the latest (C20, C21)."""
    if due.contract.ends_on is not None:
        return _CANCELLED
    renews_on = due.period.ends_on + _DAY
    said_or_due = [
        name
        for name, remind_at, state in await desk.uow.contract_milestones.of_contract(due.contract.id)
        if name.startswith(Watch.RENEWAL) and (state == "sent" or (state == "pending" and remind_at <= desk.now))
    ]
    if renews_on <= desk.today or latest_renewal(said_or_due) != due.milestone.name:
        return _SUPERSEDED
    return _Done(
        "sent",
        notices.renewal(
            due.client.id,
            due.client.name,
            renews_on=renews_on,
            last_on=months_later(renews_on, -notice_months(due.contract, due.changes, due.period, desk.policy)),
            price_cents=due.terms_on(renews_on).price_cents,
            today=desk.today,
        ),
    )


async def _lost(desk: Desk, due: _Due) -> _Done:
    """Told to both sides while something can still be done, and where units are counted (C10, C11)."""
    cover = await cover_on(desk.uow, due.client, desk.today, desk.policy, now=desk.now)
    if desk.today > due.last_on or cover is None or cover.contract.id != due.contract.id or not cover.is_counted:
        return _SUPERSEDED
    balance = await balance_under(desk.uow, cover)
    if not balance.left:
        return _SUPERSEDED
    untold, told = [], 0
    for contact in await doctors_of(desk.uow, due.client.id):
        known = await tell_contact(
            desk,
            contact,
            lambda channel: desk.context.texts.lost(
                left=balance.left,
                allowance=balance.allowance,
                ends_on=due.last_on,
                shop=desk.policy.shop,
                channel=channel,
            ),
            about="lost",
        )
        if known is None:
            untold.append(contact.name)
        else:
            told += 1
    return _Done(
        "sent",
        notices.lost(due.client.id, due.client.name, balance=balance, last_on=due.last_on, untold=untold, told=told),
    )


async def _arrears(desk: Desk, due: _Due) -> _Done:
    """The technicians decide what comes of it (C22). One that was paid may be due again: a cheque bounces."""
    stored = await open_period(desk.uow, due.contract, due.period)
    account = await account_of_period(desk.uow, stored, due.terms_on(due.period.starts_on))
    if account.due_cents <= 0:
        return _CANCELLED
    return _Done(
        "sent",
        notices.arrears(
            due.client.id,
            due.client.name,
            since_on=due.period.starts_on,
            due_cents=account.due_cents,
            period_id=stored.id,
        ),
    )


async def _period(desk: Desk, due: _Due) -> _Done:
    """Tacit renewal: the period opens with its package, what was left of the one before is lost (C10, C20)."""
    if due.contract.ends_on is not None and due.contract.ends_on < due.period.starts_on:
        return _CANCELLED
    stored = await open_period(desk.uow, due.contract, due.period)
    await plan_period(desk, due.contract, due.period)
    cover = await cover_on(desk.uow, due.client, due.period.starts_on, desk.policy, now=desk.now)
    is_counted = cover is not None and cover.is_counted
    lost_units = await _left_of(desk, due) if is_counted else None
    data: dict[str, object] = {"contract": due.contract.id, "nth": due.period.nth, "lost": lost_units}
    await desk.uow.client_files.add_client_event(ClientEvent(due.client.id, desk.now, "period opened", "bot", data))
    return _Done(
        "sent",
        notices.opened(
            due.client.id,
            due.client.name,
            starts_on=due.period.starts_on,
            ends_on=due.period.ends_on,
            allowance=stored.allowance_units if is_counted else None,
            lost_units=lost_units,
            price_cents=due.terms_on(due.period.starts_on).price_cents,
            period_id=stored.id,
        ),
    )


async def _left_of(desk: Desk, due: _Due) -> int:
    """What was left of the period before this one, on its last day."""
    before = due.period.starts_on - _DAY
    cover = await cover_on(desk.uow, due.client, before, desk.policy, now=desk.now)
    return (await balance_under(desk.uow, cover)).left if cover else 0


async def _ended(desk: Desk, due: _Due) -> _Done:
    """From now on tickets are not covered (C13)."""
    ends_on = due.contract.ends_on
    if ends_on is None or not is_over(due.contract, desk.today):
        return _CANCELLED
    data: dict[str, object] = {"contract": due.contract.id, "ends_on": ends_on.isoformat()}
    await desk.uow.client_files.add_client_event(ClientEvent(due.client.id, desk.now, "contract ended", "bot", data))
    return _Done("sent", notices.ended(due.client.id, due.client.name, ends_on=ends_on))


_HANDLERS: Mapping[Watch, Callable[[Desk, _Due], Awaitable[_Done]]] = {
    Watch.RENEWAL: _renewal,
    Watch.LOST: _lost,
    Watch.ARREARS: _arrears,
    Watch.PERIOD: _period,
    Watch.ENDED: _ended,
}
