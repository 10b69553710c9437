"""The proof of the books: every line is read again, and everything that follows from others is computed again."""

from bot.domain.verification import Verdict
from bot.ports import UnitOfWork
from bot.services.context import Policy
from bot.services.verifying.books import Books, read_books
from bot.services.verifying.contracts import verify_contracts
from bot.services.verifying.interventions import verify_interventions
from bot.services.verifying.ledger import Accounts, verify_ledger

__all__ = ["Accounts", "Books", "verify"]


async def verify(uow: UnitOfWork, policy: Policy) -> Verdict:
    """Prove contracts, ledger and interventions as they stand at one instant; writes nothing.

    Everything is held against the rules alone: nothing of `services.accounting`, which wrote it, is asked. Contracts
    and sums are kept at hand; lines, interventions and payments are read one after the other.
    """
    books = await read_books(uow)
    accounts = Accounts()
    problems = [problem async for problem in verify_contracts(uow, books)]
    problems += [problem async for problem in verify_ledger(uow, books, accounts)]
    problems += [problem async for problem in verify_interventions(uow, books, accounts, policy)]
    return Verdict(tuple(problems), accounts.lines, accounts.interventions, len(books.periods))
