"""What arrives becomes something: a client's message a ticket, a report a state, a technician's update an order.

Each entry of the inbox is handled in one unit of work that also marks it handled: once, whatever is killed when.
"""

import asyncio

import structlog

from bot.domain.calls import CallEvent
from bot.domain.desk import Order
from bot.domain.inbox import ChatMoved, ClientMessage, DeliveryReport, InboxEntry, RobotMail, Source
from bot.errors import PermanenceError, StorageUnavailable, Unreadable
from bot.ports import Reading, UnitOfWork
from bot.services import calls
from bot.services.context import Context
from bot.services.delivery_reports import record
from bot.services.delivery_results import chat_moved
from bot.services.desk import Desk
from bot.services.handling.dispatch import carry_out
from bot.services.mail_robots import heed_robot
from bot.services.opening import open_unreadable
from bot.services.receiving import receive

log = structlog.get_logger()

BATCH = 64


async def take_in(context: Context, *, limit: int = BATCH) -> int:
    """Handle the oldest pending entries, side by side so that they share commits; how many there were.

    The writer runs units of work in the order they are asked for, so one sender's messages keep theirs.
    """

    async def pending(uow: UnitOfWork) -> list[InboxEntry]:
        return await uow.inbox.pending(limit)

    entries = await context.store.read(pending)
    one_mail = asyncio.Lock()
    await asyncio.gather(*(_handle(context, entry, one_mail) for entry in entries))
    return len(entries)


async def _handle(context: Context, entry: InboxEntry, one_mail: asyncio.Lock) -> None:
    """One entry, to the end: handled, or in quarantine with a ticket that says so."""
    try:
        reading = await _read(context, entry, one_mail)
        await _route(context, entry, reading)
    except StorageUnavailable:
        raise
    except Unreadable as problem:
        await _quarantine(context, entry, problem)
    except Exception as problem:  # an edge: whatever is wrong with one entry, it is shown, and the next one goes on
        log.exception("inbox entry not handled", entry=entry.id, source=entry.source)
        await _quarantine(context, entry, problem)


async def _read(context: Context, entry: InboxEntry, one_mail: asyncio.Lock) -> Reading:
    """What the entry says. Mails are read in a thread, since a large one takes a second, and one after the other, so
    that they keep their order; texts do not wait for them.
    """
    parse = context.parsers[entry.source]
    if entry.source is not Source.MAIL:
        return parse(entry)
    async with one_mail:
        return await asyncio.to_thread(parse, entry)


async def _route(context: Context, entry: InboxEntry, reading: Reading) -> None:
    now = context.clock.now()
    match reading:
        case ClientMessage():
            await context.store.write(lambda uow: receive(Desk(uow, context, now), entry, reading))
        case RobotMail():
            await context.store.write(lambda uow: heed_robot(Desk(uow, context, now), entry, reading))
        case DeliveryReport():
            await context.store.write(lambda uow: record(Desk(uow, context, now), entry, reading))
        case CallEvent():
            await context.store.write(lambda uow: calls.record(Desk(uow, context, now), entry, reading))
        case Order():
            await carry_out(context, entry, reading, now)
        case ChatMoved():
            await context.store.write(lambda uow: chat_moved(uow, context, entry, reading))
        case _:  # noise: it asks nothing of us
            await context.store.write(lambda uow: uow.inbox.settle(entry.id, now))


async def _quarantine(context: Context, entry: InboxEntry, problem: Exception) -> None:
    """Keep the raw entry, and open a ticket that everybody sees: "message illisible" (principle 1)."""
    now = context.clock.now()
    why = str(problem) if isinstance(problem, PermanenceError) else type(problem).__name__

    async def work(uow: UnitOfWork) -> None:
        if await uow.inbox.quarantine(entry.id, now, problem=why):
            await open_unreadable(Desk(uow, context, now), entry)

    await context.store.write(work)
