"""Once a day the mailbox is counted against the inbox: a gap is a lost message, and the desk hears of it (F9)."""

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
    """Count, and say at the desk what was found missing, and what was kept in a day without a ticket.

    Raises `TransientDeliveryError` when the mailbox cannot be read.
    """
    counted = await count()
    now = context.clock.now()

    async def tell(uow: UnitOfWork) -> None:
        desk = Desk(uow, context, now)
        if counted.stored:
            await desk.say(notices.found_missing(counted.stored), rank=Rank.CARD)
        if await uow.cursors.get(KEPT) == desk.today.isoformat():
            return
        await uow.cursors.put(KEPT, desk.today.isoformat(), now)
        if kept := await uow.inbox.count_kept(since=now - _DAY):
            await desk.say(notices.kept_quietly(kept), rank=Rank.REFRESH, silent=True)

    await context.store.write(tell)
