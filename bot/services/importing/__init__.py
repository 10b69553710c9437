"""Clients and all that their files hold, from a file: planned, shown, written in one unit of work."""

from enum import StrEnum

from bot.errors import ImportRejected
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.desk import Desk
from bot.services.importing.csv_reader import read_csv
from bot.services.importing.difference import describe
from bot.services.importing.entries import Problems
from bot.services.importing.plan import plan
from bot.services.importing.plans import Plan
from bot.services.importing.table import decode
from bot.services.importing.toml_reader import read_toml
from bot.services.importing.writing import write

__all__ = ["Form", "Plan", "decode", "describe", "import_clients"]


class Form(StrEnum):
    """What a file is written in."""

    CSV = "csv"  # clients, contacts and a contract each: what a spreadsheet holds
    TOML = "toml"  # everything, history included


async def import_clients(context: Context, text: str, *, apply: bool, form: Form = Form.CSV) -> Plan:
    """Plan what the file changes and, with `apply`, write it; the same file again changes nothing.

    Nobody is removed: who is not in the file stays, and so does what it leaves out of somebody. Raises `ImportRejected`
    with every bad line at once (what is wrong in the file, and what contradicts the stored clients), and nothing is
    written then. Units and price that the file leaves out are the shop's own (C10, C24).
    """
    now = context.clock.now()
    zone = context.policy.zone

    async def work(uow: UnitOfWork) -> Plan:
        problems = Problems()
        is_toml = form is Form.TOML
        entries = read_toml(text, problems, zone=zone, now=now) if is_toml else read_csv(text, problems)
        planned = await plan(uow, entries, problems, context.policy, today=now.astimezone(zone).date())
        if problems.found:
            raise ImportRejected(problems.told())
        if apply:
            await write(Desk(uow, context, now), planned)
        return planned

    return await (context.store.write(work) if apply else context.store.read(work))
