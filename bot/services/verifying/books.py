"""What a proof holds at hand: clients, contracts with their terms, periods. None of it grows with the work done."""

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.clients import Client, ClientKind
from bot.domain.contracts import Contract, CoveragePeriod, TermChange
from bot.errors import RuleError
from bot.ports import UnitOfWork
from bot.rules.contract_terms import Terms, UsualTerms, parse_term, terms_on


@dataclass(frozen=True, slots=True)
class Books:
    """Everything by its id; the terms by their contract's."""

    clients: dict[int, Client]
    contracts: dict[int, Contract]
    terms: dict[int, list[TermChange]]
    periods: dict[int, CoveragePeriod]
    kinds: dict[int, tuple[ClientKind | None, ...]] = field(default_factory=dict)

    def contract_on(self, client_id: int, on: date) -> Contract | None:
        """The contract in force; of two that overlap the later one."""
        found = [
            contract
            for contract in self.contracts.values()
            if contract.client_id == client_id
            and contract.starts_on <= on
            and (contract.ends_on is None or contract.ends_on >= on)
        ]
        return max(found, key=lambda contract: contract.starts_on, default=None)

    def stored(self, contract: Contract, nth: int) -> CoveragePeriod | None:
        """The contract's nth period, once something was written into it."""
        return next(
            (each for each in self.periods.values() if (each.contract_id, each.nth) == (contract.id, nth)), None
        )

    async def kinds_of(self, uow: UnitOfWork, client_id: int) -> tuple[ClientKind | None, ...]:
        """The kinds that a client had, the present one first: what was counted under another stays as it was (C11)."""
        if client_id not in self.kinds:
            client = self.clients.get(client_id)
            events = await uow.client_files.client_events(client_id)
            has_changed = any(each.kind == "client changed" and each.data.get("field") == "kind" for each in events)
            present = client.kind if client else None
            others = [kind for kind in ClientKind if kind is not present] if has_changed else []
            self.kinds[client_id] = (present, *others)
        return self.kinds[client_id]

    def terms_on(self, contract: Contract, on: date, *, known_at: datetime, usual: UsualTerms) -> Terms:
        """The contract's terms of a day, as far as they were written down at an instant.

        What is agreed afterwards for a day that has passed changes nothing that was counted before.
        """
        known = [change for change in self.terms[contract.id] if change.at <= known_at and is_sound(change)]
        return terms_on(contract, known, on, usual=usual)


async def read_books(uow: UnitOfWork) -> Books:
    contracts = {contract.id: contract for contract in await uow.contracts.all_contracts()}
    return Books(
        clients={client.id: client for client in await uow.directory.clients()},
        contracts=contracts,
        terms={contract_id: await uow.contracts.terms_of(contract_id) for contract_id in contracts},
        periods={period.id: period async for period in uow.contracts.all_periods()},
    )


def is_sound(change: TermChange) -> bool:
    """Whether the stored value is one that the term can have."""
    try:
        return parse_term(change.term, change.value) == change.value
    except RuleError:
        return False
