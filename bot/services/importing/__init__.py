"""Clients, contacts, addresses and contracts from a CSV file: planned, shown, written in one unit of work."""

from bot.errors import ImportRejected
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.desk import Desk
from bot.services.importing.difference import describe
from bot.services.importing.entries import Problems, read_entries
from bot.services.importing.plan import Plan, plan
from bot.services.importing.table import decode
from bot.services.importing.writing import write

__all__ = ["ALLOWANCE_UNITS", "Plan", "decode", "describe", "import_clients"]

ALLOWANCE_UNITS = 12
"""The package of a contract whose units the file leaves out (C10)."""


async def import_clients(context: Context, text: str, *, apply: bool, allowance: int = ALLOWANCE_UNITS) -> Plan:
    """Plan what the file changes and, with `apply`, write it; the same file again changes nothing.

    Nobody is removed: who is not in the file stays. Raises `ImportRejected` with every bad line at once (what is
    wrong in the file, and what contradicts the stored clients), and nothing is written then.
    """
    now = context.clock.now()

    async def work(uow: UnitOfWork) -> Plan:
        problems = Problems()
        entries = read_entries(text, problems)
        planned = await plan(uow, entries, problems, allowance=allowance)
        if problems.found:
            raise ImportRejected(problems.told())
        if apply:
            await write(Desk(uow, context, now), planned)
        return planned

    return await (context.store.write(work) if apply else context.store.read(work))
