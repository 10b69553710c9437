"""What was paid and is due of a contract's periods (C22, C24)."""

from dataclasses import dataclass

from bot.domain.contracts import Contract, CoveragePeriod, Payment
from bot.ports import UnitOfWork
from bot.rules.contract_terms import Terms, terms_on


@dataclass(frozen=True, slots=True)
class PeriodAccount:
    """A stored period with its price and what was received for it, in cents."""

    period: CoveragePeriod
    price_cents: int
    payments: tuple[Payment, ...]

    @property
    def paid_cents(self) -> int:
        return sum(payment.amount_cents for payment in self.payments)

    @property
    def due_cents(self) -> int:
        """What is still to be paid; below zero where more was received than the price."""
        return self.price_cents - self.paid_cents


async def account_of_period(uow: UnitOfWork, period: CoveragePeriod, terms: Terms) -> PeriodAccount:
    """`terms` are those of the period's first day: a price agreed later holds from the next period on."""
    return PeriodAccount(period, terms.price_cents, tuple(await uow.contracts.payments_of(period.id)))


async def accounts_of_contract(uow: UnitOfWork, contract: Contract) -> list[PeriodAccount]:
    """Its stored periods with what was paid, the oldest first."""
    changes = await uow.contracts.terms_of(contract.id)
    return [
        await account_of_period(uow, period, terms_on(contract, changes, period.starts_on))
        for period in await uow.contracts.periods_of(contract.client_id)
        if period.contract_id == contract.id
    ]
