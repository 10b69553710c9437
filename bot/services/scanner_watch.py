"""The scanner, asked each minute whether it is there: while it is away files wait, and somebody must know."""

from datetime import datetime, timedelta

from bot.domain.outbox import Rank
from bot.errors import DeliveryError
from bot.ports import Scanner, UnitOfWork
from bot.services.context import Context
from bot.services.desk import Desk
from bot.services.media_due import all_due
from bot.texts import notices

LONG = timedelta(minutes=15)
"""Longer than it takes to start with new signatures."""

_AWAY, _TOLD = "scanner away since", "scanner away told"


async def watch_scanner(context: Context, scanner: Scanner) -> None:
    """Say at the desk that it has been away for long, once; and that it is back, when all that waits is due."""
    try:
        await scanner.check()
    except DeliveryError:
        await context.store.write(lambda uow: _away(Desk(uow, context, context.clock.now())))
    else:
        if await context.store.read(scanner_away_since):
            await context.store.write(lambda uow: _back(Desk(uow, context, context.clock.now())))


async def scanner_away_since(uow: UnitOfWork) -> datetime | None:
    """Since when it does not answer; None: it did when it was last asked."""
    since = await uow.cursors.get(_AWAY)
    return datetime.fromisoformat(since) if since else None


async def _away(desk: Desk) -> None:
    since = await scanner_away_since(desk.uow)
    if since is None:
        await desk.uow.cursors.put(_AWAY, desk.now.isoformat(), desk.now)
    elif desk.now - since >= LONG and not await desk.uow.cursors.get(_TOLD):
        await desk.uow.cursors.put(_TOLD, desk.now.isoformat(), desk.now)
        await desk.say(notices.files_wait(), rank=Rank.ANSWER, silent=not desk.policy.hours.is_open(desk.now))


async def _back(desk: Desk) -> None:
    await desk.uow.cursors.put(_AWAY, "", desk.now)
    await all_due(desk.uow, desk.now)
    if await desk.uow.cursors.get(_TOLD):
        await desk.uow.cursors.put(_TOLD, "", desk.now)
        await desk.say(notices.files_come(), rank=Rank.CARD, silent=True)
