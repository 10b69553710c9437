"""Once a day: the mailbox counted against the inbox, since a gap is a lost message (F9); what opened nothing (S7)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from bot.domain.outbox import Rank
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.desk import Desk
from bot.texts import notices

_DAY = timedelta(days=1)

KEPT = "mails kept told"
"""The cursor that says on which day the desk last heard how many mails opened nothing."""


class Count(Protocol):
    """How many mails were missing here, and have been fetched since."""

    @property
    def stored(self) -> int: ...


async def count_mailbox(context: Context, count: Callable[[], Awaitable[Count]]) -> None:
    """Count, and say at the desk what was missing. Raises `TransientDeliveryError`: the mailbox cannot be read."""
    counted = await count()
    if not counted.stored:
        return
    now = context.clock.now()
    post = notices.found_missing(counted.stored)
    await context.store.write(lambda uow: Desk(uow, context, now).say(post, rank=Rank.CARD))


async def tell_kept(context: Context) -> None:
    """Say once a day, in office hours, how many mails of machines opened nothing in a day."""
    now = context.clock.now()
    if not context.policy.hours.is_open(now):
        return

    async def tell(uow: UnitOfWork) -> None:
        desk = Desk(uow, context, now)
        if await uow.cursors.get(KEPT) == desk.today.isoformat():
            return
        await uow.cursors.put(KEPT, desk.today.isoformat(), now)
        if kept := await uow.inbox.count_kept(since=now - _DAY):
            await desk.say(notices.kept_quietly(kept), rank=Rank.REFRESH, silent=True)

    await context.store.write(tell)
