"""The report's figures in SQL: one statement a question, so that its cost is that of reading the rows once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.contracts import TermChange
from bot.domain.tickets import Outcome, Priority
from bot.rules.figures import Accounted, Handled
from bot.storage.contracts import term_change
from bot.storage.tables import contract_terms, interventions, ledger, payments, sittings, tickets

_NO_REQUEST = (Outcome.DUPLICATE, Outcome.NOT_A_REQUEST)


class SqlFigures:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def requests_between(self, since: datetime, until: datetime) -> list[Handled]:
        rows = await self._connection.execute(
            select(
                tickets.c.opened_at,
                tickets.c.recontact_due_at,
                tickets.c.recontacted_at,
                tickets.c.closed_at,
                tickets.c.priority,
            )
            .where(
                tickets.c.opened_at >= since,
                tickets.c.opened_at < until,
                or_(tickets.c.outcome.is_(None), tickets.c.outcome.not_in(_NO_REQUEST)),
            )
            .order_by(tickets.c.id)
        )
        return [
            Handled(opened_at, due_at, recontacted_at, closed_at, is_urgent=priority == Priority.URGENT)
            for opened_at, due_at, recontacted_at, closed_at, priority in rows
        ]

    async def accounted_between(self, since: datetime, until: datetime) -> list[Accounted]:
        units = (
            select(ledger.c.client_id, ledger.c.intervention_id, func.sum(ledger.c.units).label("units"))
            .group_by(ledger.c.client_id, ledger.c.intervention_id)
            .subquery()
        )
        first = (
            select(
                sittings.c.intervention_id,
                func.min(sittings.c.started_at, type_=sittings.c.started_at.type).label("at"),
            )
            .group_by(sittings.c.intervention_id)
            .subquery()
        )
        began_at = func.coalesce(first.c.at, tickets.c.opened_at, type_=tickets.c.opened_at.type)
        rows = await self._connection.execute(
            select(units.c.client_id, began_at, units.c.units, interventions.c.decision, interventions.c.client_id)
            .join_from(units, interventions, interventions.c.id == units.c.intervention_id)
            .join(tickets, tickets.c.id == interventions.c.ticket_id)
            .outerjoin(first, first.c.intervention_id == interventions.c.id)
            .where(began_at >= since, began_at < until)
            .order_by(units.c.client_id, units.c.intervention_id)
        )
        # on the account of a client whom it was taken away from, only its units are of interest: none
        return [
            Accounted(client_id, at, int(total), decision or "" if client_id == whose else "")
            for client_id, at, total, decision, whose in rows
        ]

    async def units_by_period(self) -> Mapping[int, int]:
        rows = await self._connection.execute(
            select(ledger.c.period_id, func.sum(ledger.c.units))
            .where(ledger.c.period_id.is_not(None))
            .group_by(ledger.c.period_id)
        )
        return {period_id: int(units) for period_id, units in rows}

    async def cents_by_period(self) -> Mapping[int, int]:
        rows = await self._connection.execute(
            select(payments.c.period_id, func.sum(payments.c.amount_cents)).group_by(payments.c.period_id)
        )
        return {period_id: int(cents) for period_id, cents in rows}

    async def terms_by_contract(self) -> Mapping[int, list[TermChange]]:
        changes: dict[int, list[TermChange]] = defaultdict(list)
        for row in await self._connection.execute(select(contract_terms).order_by(contract_terms.c.id)):
            changes[row.contract_id].append(term_change(row))
        return changes
