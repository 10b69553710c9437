"""The shop's report: thirteen months of requests and units, and how its contracts stand (C10-C15, C20-C24)."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from bot.domain.clients import Client
from bot.domain.contracts import Contract, CoveragePeriod, TermChange
from bot.ports import UnitOfWork
from bot.rules.business_hours import BusinessHours
from bot.rules.contract_term import is_in_arrears, months_later, period_of
from bot.rules.contract_terms import allowance_of, terms_on
from bot.rules.figures import Accounted, Handled, kept, median_business, months_back, waited
from bot.rules.opening_timeline import start_of
from bot.rules.quota import Balance, Reason, is_counted
from bot.services.context import Policy
from bot.services.contract_plan import notice_months
from bot.texts.report import (
    REASONS,
    Anniversary,
    Beyond,
    ClientUnits,
    Ends,
    MonthFigures,
    ReportView,
    Unpaid,
)

MONTHS_AHEAD_OF_END = 13
"""How far ahead a contract's end is shown: farther than any notice reaches (C21)."""
MONTHS_AHEAD_OF_RENEWAL = 4
"""How far ahead an anniversary is: a month before the last day for a notice."""

T = TypeVar("T")
_DAY = timedelta(days=1)


async def report_view(uow: UnitOfWork, month: date, *, policy: Policy, now: datetime) -> ReportView:
    """The report of a month, of which `month` is any day. So many statements, however many tickets there are."""
    today = now.astimezone(policy.zone).date()
    months = months_back(month)
    bounds = [start_of(first_on, policy.zone) for first_on in (*months, months_later(months[-1], 1))]
    requests = await uow.figures.requests_between(bounds[0], bounds[-1])
    accounted = await uow.figures.accounted_between(bounds[0], bounds[-1])
    came = _by_month(requests, bounds, at=lambda request: request.opened_at)
    worked = _by_month(accounted, bounds, at=lambda each: each.began_at)
    clients = {client.id: client for client in await uow.directory.clients()}
    standing = await _Standing.gather(uow, clients, today, policy)
    return ReportView(
        shop=policy.shop,
        made_on=today,
        months=tuple(_figures(*each, hours=policy.hours, now=now) for each in zip(months, came, worked, strict=True)),
        clients=tuple(_clients(worked[-1], clients)),
        ends=tuple(standing.ends(since_on=months[-1])),
        anniversaries=tuple(standing.anniversaries()),
        unpaid=tuple(standing.unpaid()),
        beyond=tuple(standing.beyond()),
    )


def _by_month(items: Iterable[T], bounds: Sequence[datetime], *, at: Callable[[T], datetime]) -> list[list[T]]:
    """The items of each month; `bounds` are the months' first instants in the office zone, and the last one's end.

    Instants are compared as they stand: to take each of them to the zone would cost more than to read them.
    """
    months: list[list[T]] = [[] for _ in bounds[1:]]
    for item in items:
        months[bisect_right(bounds, at(item)) - 1].append(item)
    return months


def _figures(
    month: date, came: Sequence[Handled], worked: Iterable[Accounted], *, hours: BusinessHours, now: datetime
) -> MonthFigures:
    good, decided = kept(came, now=now)
    return MonthFigures(
        month,
        requests=len(came),
        urgent=sum(request.is_urgent for request in came),
        kept=good,
        decided=decided,
        waited=median_business([long for request in came if (long := waited(request, hours=hours)) is not None]),
        units=sum(each.units for each in worked),
    )


def _clients(accounted: Iterable[Accounted], clients: Mapping[int, Client]) -> Iterable[ClientUnits]:
    """Every client with an intervention that month, those with the most units first."""
    units: Counter[int] = Counter()
    uncounted: dict[int, Counter[str]] = defaultdict(Counter)
    for each in accounted:
        units[each.client_id] += each.units
        if each.decision in REASONS:
            uncounted[each.client_id][each.decision] += 1
    seen = [client_id for client_id, count in units.items() if count or uncounted[client_id]]
    for client_id in sorted(seen, key=lambda each: (-units[each], clients[each].name)):
        why = tuple((Reason(reason), count) for reason, count in uncounted[client_id].most_common())
        yield ClientUnits(clients[client_id].name, units[client_id], why)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How all contracts stand on a day."""

    today: date
    policy: Policy
    clients: Mapping[int, Client]
    contracts: Sequence[Contract]
    periods: Sequence[CoveragePeriod]
    changes: Mapping[int, Sequence[TermChange]]
    used: Mapping[int, int]
    paid: Mapping[int, int]

    @classmethod
    async def gather(cls, uow: UnitOfWork, clients: Mapping[int, Client], today: date, policy: Policy) -> "_Standing":
        return cls(
            today,
            policy,
            clients,
            await uow.contracts.all_contracts(),
            [period async for period in uow.contracts.all_periods()],
            await uow.figures.terms_by_contract(),
            await uow.figures.units_by_period(),
            await uow.figures.cents_by_period(),
        )

    def ends(self, *, since_on: date) -> list[Ends]:
        """Contracts whose last day lies between the report's month and thirteen months from today, by day."""
        until_on = months_later(self.today, MONTHS_AHEAD_OF_END)
        found = [
            Ends(self._name(contract), contract.ends_on, contract.ending)
            for contract in self.contracts
            if contract.ends_on is not None and since_on <= contract.ends_on <= until_on
        ]
        return sorted(found, key=lambda each: (each.on, each.client))

    def anniversaries(self) -> list[Anniversary]:
        """Contracts that renew themselves within four months (C20), by day."""
        until_on = months_later(self.today, MONTHS_AHEAD_OF_RENEWAL)
        found = []
        for contract in self.contracts:
            period = period_of(contract.starts_on, self.today)
            if period is None or (contract.ends_on is not None and contract.ends_on <= period.ends_on):
                continue
            on = period.ends_on + _DAY
            if on <= until_on:
                months = notice_months(contract, self._changes(contract), period, self.policy)
                found.append(Anniversary(self._name(contract), on, months_later(on, -months)))
        return sorted(found, key=lambda each: (each.on, each.client))

    def unpaid(self) -> list[Unpaid]:
        """Periods that began and are not paid whole at the price of their first day (C22, C24), the oldest first."""
        found = []
        for contract, period in self._covered():
            price = terms_on(contract, self._changes(contract), period.starts_on).price_cents
            due = price - self.paid.get(period.id, 0)
            if due > 0:
                is_late = is_in_arrears(period.starts_on, self.today, days=self.policy.arrears_days)
                found.append(Unpaid(self._name(contract), period.starts_on, due, is_late))
        return sorted(found, key=lambda each: (each.starts_on, each.client))

    def beyond(self) -> list[Beyond]:
        """Clients whose running period is past its package (C12), the farthest first."""
        found = []
        for contract, period in self._covered():
            terms = terms_on(contract, self._changes(contract), self.today)
            is_running = self.today <= min(period.ends_on, contract.ends_on or date.max)
            if is_running and is_counted(self.clients[contract.client_id].kind, terms.is_counted):
                allowance = allowance_of(period, self._changes(contract), self.today)
                over = Balance(allowance, self.used.get(period.id, 0)).beyond
                if over:
                    found.append(Beyond(self._name(contract), over, allowance))
        return sorted(found, key=lambda each: (-each.units, each.client))

    def _covered(self) -> Iterable[tuple[Contract, CoveragePeriod]]:
        """The stored periods that have begun, and began before their contract's end."""
        contracts = {contract.id: contract for contract in self.contracts}
        for period in self.periods:
            contract = contracts[period.contract_id]
            if period.starts_on <= min(self.today, contract.ends_on or date.max):
                yield contract, period

    def _name(self, contract: Contract) -> str:
        return self.clients[contract.client_id].name

    def _changes(self, contract: Contract) -> Sequence[TermChange]:
        return self.changes.get(contract.id, ())
