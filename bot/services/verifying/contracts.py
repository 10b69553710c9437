"""The proof of contracts: their days, their terms, their periods, what was paid, what is said once."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import groupby, pairwise

from bot.domain.contracts import Contract, CoveragePeriod
from bot.domain.verification import Check, Problem
from bot.ports import UnitOfWork
from bot.rules.contract_term import nth_period
from bot.services.verifying.books import Books, is_sound


async def verify_contracts(uow: UnitOfWork, books: Books) -> AsyncIterator[Problem]:
    for problem in [*_contracts(books), *_overlaps(books), *_terms(books), *_periods(books)]:
        yield problem
    async for payment in uow.contracts.all_payments():
        if payment.period_id not in books.periods:
            yield Problem(Check.PAYMENT, values={"payment": payment.id, "paid_on": payment.paid_on})
    for contract in books.contracts.values():
        names = Counter(name for name, _, _ in await uow.contract_milestones.of_contract(contract.id))
        for name, times in names.items():
            if times > 1:
                yield _of(contract, Check.MILESTONE, books, name=name, times=times)


def _contracts(books: Books) -> Iterator[Problem]:
    for contract in books.contracts.values():
        if contract.ends_on is not None and contract.ends_on < contract.starts_on:
            yield _of(contract, Check.ENDS, books, ends_on=contract.ends_on)


def _overlaps(books: Books) -> Iterator[Problem]:
    in_order = sorted(books.contracts.values(), key=lambda contract: (contract.client_id, contract.starts_on))
    for _, contracts in groupby(in_order, key=lambda contract: contract.client_id):
        for earlier, later in pairwise(contracts):
            if earlier.ends_on is None or earlier.ends_on >= later.starts_on:
                yield _of(earlier, Check.OVERLAP, books, later_on=later.starts_on)


def _terms(books: Books) -> Iterator[Problem]:
    for contract in books.contracts.values():
        for change in books.terms[contract.id]:
            if not is_sound(change):
                yield _of(contract, Check.TERM, books, term=change.term, value=change.value, from_on=change.from_on)


def _periods(books: Books) -> Iterator[Problem]:
    for period in books.periods.values():
        contract = books.contracts.get(period.contract_id)
        if contract is None or not _is_nth(contract, period):
            yield Problem(
                Check.PERIOD,
                values={
                    "client": _client(contract, books),
                    "nth": period.nth,
                    "starts_on": period.starts_on,
                    "ends_on": period.ends_on,
                },
            )


def _is_nth(contract: Contract, period: CoveragePeriod) -> bool:
    """Whether both days are those that follow from the contract's start (C19), with a package that can be."""
    if period.nth < 1 or period.allowance_units < 0:
        return False
    computed = nth_period(contract.starts_on, period.nth)
    return (period.starts_on, period.ends_on) == (computed.starts_on, computed.ends_on)


def _of(contract: Contract, check: Check, books: Books, **values: object) -> Problem:
    return Problem(check, values={"client": _client(contract, books), "starts_on": contract.starts_on, **values})


def _client(contract: Contract | None, books: Books) -> str:
    client = books.clients.get(contract.client_id) if contract else None
    return client.name if client else ""
