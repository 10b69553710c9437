"""A client's statement: every intervention of a period, and what the ledger makes of them (C6-C13)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain.clients import Client
from bot.domain.contracts import Contract
from bot.domain.interventions import Intervention, LedgerLine
from bot.domain.tickets import Ticket
from bot.errors import PaperError
from bot.ports import UnitOfWork
from bot.rules.contract_term import Period, nth_period
from bot.rules.figures import Handled, kept
from bot.rules.quota import Balance, Reason
from bot.services.accounting import CORRECTION
from bot.services.context import Policy
from bot.services.cover import cover_on
from bot.services.views import recontacted_by
from bot.texts.letterhead import Letterhead
from bot.texts.statement import Promise, StatedCorrection, StatedWork, StatementView

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """A period that a statement can be made of. `nth` counts all of the client's, over several contracts too."""

    nth: int
    contract: Contract
    period: Period
    starts_on: date
    ends_on: date


async def stated_periods(uow: UnitOfWork, client_id: int, today: date) -> list[StatedPeriod]:
    """The client's periods that have begun, the oldest first; a contract ends where it was ended, or the next begins.

    Signed on 1 March 2026, in November 2027: two, of which the second still runs.
    """
    contracts = await uow.contracts.contracts_of(client_id)
    found: list[StatedPeriod] = []
    for place, contract in enumerate(contracts):
        following = contracts[place + 1].starts_on - _DAY if place + 1 < len(contracts) else date.max
        last_on = min(contract.ends_on or date.max, following)
        period = nth_period(contract.starts_on, 1)
        while period.starts_on <= min(today, last_on):
            ends_on = min(period.ends_on, last_on)
            found.append(StatedPeriod(len(found) + 1, contract, period, period.starts_on, ends_on))
            period = nth_period(contract.starts_on, period.nth + 1)
    return found


def period_meant(periods: Sequence[StatedPeriod], words: str, *, day: date | None) -> StatedPeriod | None:
    """The period that the words name: "2" the second; `day`, where they were a day's, the one that holds it.

    Without words the one that runs, or the last one; None where there is no such period.
    """
    if not words:
        return periods[-1] if periods else None
    if day is not None:
        return next((each for each in periods if each.starts_on <= day <= each.ends_on), None)
    return next((each for each in periods if str(each.nth) == words), None)


async def statement_view(
    uow: UnitOfWork, client: Client, stated: StatedPeriod, *, letterhead: Letterhead, policy: Policy, now: datetime
) -> StatementView:
    """The whole statement of a period as it stands now.

    Raises `PaperError` when what it lists does not add up to the ledger: a wrong sum is never given to anybody.
    """
    today = now.astimezone(policy.zone).date()
    cover = await cover_on(uow, client, min(today, stated.ends_on), policy, now=now)
    assert cover is not None, "a stated period is a contract's"
    period_id = cover.stored.id if cover.stored else None
    lines = await uow.contracts.lines_of(client.id) if period_id is not None else []
    gathering = _Gathering(uow, policy, now, [line for line in lines if line.period_id == period_id])
    await gathering.look_at(client)
    works = await gathering.works(stated.starts_on, stated.ends_on)
    used = await uow.contracts.used(period_id) if period_id is not None else 0
    view = StatementView(
        letterhead=letterhead,
        client=client,
        nth=stated.nth,
        starts_on=stated.starts_on,
        ends_on=stated.ends_on,
        made_on=today,
        is_over=today > stated.ends_on,
        balance=Balance(cover.allowance, used) if cover.is_counted else None,
        works=works,
        corrections=gathering.corrections({work.ticket for work in works}),
        elsewhere=await gathering.outside(await stated_periods(uow, client.id, today), stated),
    )
    if view.total != used:
        raise PaperError(f"the lines come to {view.total} and the ledger of period {period_id} to {used}")
    return view


class _Gathering:
    """What is known of a client's work, looked up once."""

    def __init__(self, uow: UnitOfWork, policy: Policy, now: datetime, lines: Sequence[LedgerLine]) -> None:
        self._uow = uow
        self._policy = policy
        self._now = now
        self._lines = lines
        self._units: Mapping[int, int] = _summed(lines)
        self._found: dict[int, tuple[date, Intervention, Ticket]] = {}

    async def look_at(self, client: Client) -> None:
        """All that was closed, and what was reopened since and stands in the ledger still."""
        for closed in await self._uow.interventions.of_client(client.id):
            await self._add(closed)
        for intervention_id in self._units:
            reopened = None if intervention_id in self._found else await self._uow.interventions.get(intervention_id)
            if reopened is not None and reopened.client_id == client.id:
                await self._add(reopened)

    async def works(self, since: date, until: date) -> tuple[StatedWork, ...]:
        """Those that began from `since` to `until` (C13), in order."""
        found = [each for each in self._found.values() if since <= each[0] <= until]
        found.sort(key=lambda each: (_began_at(each[1], each[2]), each[2].number))
        return tuple([await self._work(*each) for each in found])

    def corrections(self, listed: set[int]) -> tuple[StatedCorrection, ...]:
        """Corrections of what is listed, and every line of what is not: moved to another period, or to its client."""
        return tuple(
            StatedCorrection(
                line.ticket_id,
                line.at.astimezone(self._policy.zone),
                line.units,
                line.reason,
                is_apart=line.ticket_id not in listed,
            )
            for line in self._lines
            if line.ticket_id not in listed or line.decision == CORRECTION
        )

    async def outside(self, periods: Sequence[StatedPeriod], stated: StatedPeriod) -> tuple[StatedWork, ...]:
        """Work outside any period (C13): of each gap on the statement before it, of what came first on the first."""
        place = stated.nth - 1
        following = periods[place + 1].starts_on - _DAY if place + 1 < len(periods) else date.max
        after = await self.works(stated.ends_on + _DAY, following)
        before = await self.works(date.min, stated.starts_on - _DAY) if place == 0 else ()
        return tuple(replace(work, units=0) for work in before + after)

    async def _add(self, intervention: Intervention) -> None:
        ticket = await self._uow.tickets.get(intervention.ticket_id)
        assert ticket is not None
        on = _began_at(intervention, ticket).astimezone(self._policy.zone).date()
        self._found[intervention.id] = (on, intervention, ticket)

    async def _work(self, on: date, intervention: Intervention, ticket: Ticket) -> StatedWork:
        zone = self._policy.zone
        sittings = intervention.sittings
        ends = [sitting.ended_at for sitting in sittings if sitting.ended_at is not None]
        said = [sitting.remote for sitting in sittings if sitting.remote is not None]
        return StatedWork(
            ticket=ticket.number,
            on=on,
            doctor=intervention.doctor or "",
            reason=intervention.reason or ticket.subject,
            started_at=sittings[0].started_at.astimezone(zone) if sittings else None,
            ended_at=max(ends).astimezone(zone) if ends else None,
            sittings=len(sittings),
            worked=intervention.worked,
            remote=any(said) if said else None,
            units=self._units.get(intervention.id, 0),
            decision=intervention.decision or "",
            why=intervention.decision_reason,
            guarantee_of=await self._guaranteeing(intervention),
            promise=await self._promise(ticket),
            is_open=ticket.is_open,
        )

    async def _guaranteeing(self, intervention: Intervention) -> int | None:
        """The ticket whose guarantee it was done under (C9)."""
        if intervention.guarantee_of is None or intervention.decision != Reason.UNDER_GUARANTEE:
            return None
        earlier = await self._uow.interventions.get(intervention.guarantee_of)
        return earlier.ticket_id if earlier else None

    async def _promise(self, ticket: Ticket) -> Promise:
        zone = self._policy.zone
        handled = Handled(ticket.opened_at, ticket.recontact_due_at, ticket.recontacted_at, ticket.closed_at)
        good, decided = kept([handled], now=self._now)
        return Promise(
            asked_at=ticket.opened_at.astimezone(zone),
            due_at=ticket.recontact_due_at.astimezone(zone),
            recontacted_at=ticket.recontacted_at.astimezone(zone) if ticket.recontacted_at else None,
            by=await recontacted_by(self._uow, ticket),
            kept=bool(good) if decided else None,
        )


def _summed(lines: Sequence[LedgerLine]) -> Mapping[int, int]:
    units: dict[int, int] = defaultdict(int)
    for line in lines:
        units[line.intervention_id] += line.units
    return units


def _began_at(intervention: Intervention, ticket: Ticket) -> datetime:
    return intervention.sittings[0].started_at if intervention.sittings else ticket.opened_at
