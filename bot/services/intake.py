"""What arrives becomes something: a client's message a ticket, a report a state, a technician's update an order.

Each entry of the inbox is handled in one unit of work that also marks it handled: once, whatever is killed when.
"""

import asyncio
from collections.abc import Awaitable, Callable

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
MAILS_AT_ONCE = 16

_Read = Callable[[Context, InboxEntry], Awaitable[Reading]]


async def take_in(context: Context, *, limit: int = BATCH) -> int:
    """Handle the oldest pending entries but mails, side by side so that they share commits; how many there were.

    The writer runs units of work in the order they are asked for, so one sender's messages keep theirs.
    """

    async def pending(uow: UnitOfWork) -> list[InboxEntry]:
        return await uow.inbox.pending(limit)

    entries = await context.store.read(pending)
    await asyncio.gather(*(_handle(context, entry, _read) for entry in entries))
    return len(entries)


async def take_in_mails(context: Context) -> int:
    """Handle all pending mails, one after the other; how many. Texts and calls do not wait for them: a large one takes
    a second to be read, a backlog minutes.

    A mail whose file cannot be read now (a folder that is not mounted, wrong rights) is left pending, and the next one
    goes on. While mail is switched off they all wait.
    """
    if Source.MAIL not in context.parsers:
        return 0
    handled, last = 0, 0
    while entries := await _mails_behind(context, last):
        for entry in entries:
            handled += await _handle(context, entry, _read_in_thread)
        last = entries[-1].id
    return handled


async def _mails_behind(context: Context, last: int) -> list[InboxEntry]:
    return await context.store.read(lambda uow: uow.inbox.pending_mails(MAILS_AT_ONCE, after=last))


class _LeftPending(Exception):
    """It cannot be read now."""


async def _handle(context: Context, entry: InboxEntry, read: _Read) -> bool:
    """One entry, to the end: handled, or in quarantine with a ticket that says so; False when it waits."""
    try:
        await _route(context, entry, await read(context, entry))
    except StorageUnavailable:
        raise
    except _LeftPending:
        log.error("mail not read", entry=entry.id)
        return False
    except Unreadable as problem:
        await _quarantine(context, entry, problem)
    except Exception as problem:  # an edge: whatever is wrong with one entry, it is shown, and the next one goes on
        log.exception("inbox entry not handled", entry=entry.id, source=entry.source)
        await _quarantine(context, entry, problem)
    return True


async def _read(context: Context, entry: InboxEntry) -> Reading:
    return context.parsers[entry.source](entry)


async def _read_in_thread(context: Context, entry: InboxEntry) -> Reading:
    try:
        return await asyncio.to_thread(context.parsers[entry.source], entry)
    except StorageUnavailable as problem:
        raise _LeftPending from problem


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
