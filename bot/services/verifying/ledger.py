"""The proof of the ledger: its lines read one by one, and what they come to."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.interventions import LedgerLine
from bot.domain.verification import Check, Problem
from bot.ports import UnitOfWork
from bot.services.verifying.books import Books

Account = tuple[int, int | None]
"""(client, period), or (client, None) outside any period (C13)."""


@dataclass
class Accounts:
    """What the lines come to: of a period, and of an intervention on each account; and how many there were."""

    of_period: Counter[int] = field(default_factory=Counter)
    of_intervention: dict[int, Counter[Account]] = field(default_factory=lambda: defaultdict(Counter))
    tickets: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    last_at: dict[int, datetime] = field(default_factory=dict)
    lines: int = 0
    interventions: int = 0

    def add(self, line: LedgerLine) -> None:
        if line.period_id is not None:
            self.of_period[line.period_id] += line.units
        self.of_intervention[line.intervention_id][line.client_id, line.period_id] += line.units
        self.tickets[line.intervention_id].add(line.ticket_id)
        self.last_at[line.intervention_id] = line.at
        self.lines += 1


async def verify_ledger(uow: UnitOfWork, books: Books, accounts: Accounts) -> AsyncIterator[Problem]:
    """Read every line into the accounts; the sum of each period's is the balance that the desk shows (C10)."""
    async for line in uow.contracts.all_lines():
        accounts.add(line)
        if line.period_id is not None and not _is_of_client(line, books):
            yield Problem(Check.ACCOUNT, line.ticket_id, {"line": line.id})
    for period in books.periods.values():
        shown, summed = await uow.contracts.used(period.id), accounts.of_period[period.id]
        if shown != summed:
            contract = books.contracts.get(period.contract_id)
            client = books.clients.get(contract.client_id) if contract else None
            yield Problem(
                Check.BALANCE,
                values={
                    "client": client.name if client else "",
                    "starts_on": period.starts_on,
                    "shown": shown,
                    "summed": summed,
                },
            )


def _is_of_client(line: LedgerLine, books: Books) -> bool:
    period = books.periods.get(line.period_id or 0)
    contract = books.contracts.get(period.contract_id) if period else None
    return contract is not None and contract.client_id == line.client_id
