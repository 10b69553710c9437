"""Which contract, period and terms cover a client on a day (C10, C11, C13)."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.clients import Client
from bot.domain.contracts import Contract, CoveragePeriod
from bot.ports import UnitOfWork
from bot.rules.contract_term import Period, period_of
from bot.rules.contract_terms import Terms, allowance_of, terms_on
from bot.rules.quota import Balance, is_counted
from bot.services.context import Policy


@dataclass(frozen=True, slots=True)
class Cover:
    """What covers a client on a day. `stored` is None until something was written into the period.

    `allowance` is the period's package as it stands today; `terms` are those of the day that was asked for.
    """

    contract: Contract
    period: Period
    stored: CoveragePeriod | None
    terms: Terms
    allowance: int
    is_counted: bool


async def cover_on(uow: UnitOfWork, client: Client, on: date, policy: Policy, *, now: datetime) -> Cover | None:
    """The cover on a date of the office zone; None outside any contract (C13)."""
    contract = await uow.contracts.contract_on(client.id, on)
    period = period_of(contract.starts_on, on) if contract else None
    if contract is None or period is None:
        return None
    changes = await uow.contracts.terms_of(contract.id)
    terms = terms_on(contract, changes, on, usual=policy.usual)
    stored = next(
        (
            stored
            for stored in await uow.contracts.periods_of(client.id)
            if stored.contract_id == contract.id and stored.nth == period.nth
        ),
        None,
    )
    opened = stored or CoveragePeriod(
        0,
        contract.id,
        period.nth,
        period.starts_on,
        period.ends_on,
        terms_on(contract, changes, period.starts_on).allowance_units,
    )
    today = now.astimezone(policy.zone).date()
    return Cover(
        contract=contract,
        period=period,
        stored=stored,
        terms=terms,
        allowance=allowance_of(opened, changes, today),
        is_counted=is_counted(client.kind, terms.is_counted),
    )


async def balance_under(uow: UnitOfWork, cover: Cover) -> Balance:
    """What is left of the period's package (C10)."""
    return Balance(cover.allowance, await uow.contracts.used(cover.stored.id) if cover.stored else 0)
