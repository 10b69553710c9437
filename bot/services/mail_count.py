"""Once a day: the mailbox counted against the inbox, since a gap is a lost message (F9); what opened nothing (S7)."""

from collections.abc import Awaitable, Callable, Sequence
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

WITHHELD = "mails withheld told"
"""The cursor that says of which mails the desk heard that the server does not give them."""


class Count(Protocol):
    """Mails that were missing here: how many have been fetched since, and which the server does not give."""

    @property
    def stored(self) -> int: ...

    @property
    def withheld(self) -> Sequence[str]: ...


async def count_mailbox(context: Context, count: Callable[[], Awaitable[Count]]) -> None:
    """Count, and say at the desk what was missing; of a mail that the server does not give once, not each day anew.

    Raises `TransientDeliveryError`: the mailbox cannot be read.
    """
    counted = await count()
    now = context.clock.now()

    async def tell(uow: UnitOfWork) -> None:
        desk = Desk(uow, context, now)
        if counted.stored:
            await desk.say(notices.found_missing(counted.stored), rank=Rank.CARD)
        told = (await uow.cursors.get(WITHHELD) or "").split()
        if new := [name for name in counted.withheld if name not in told]:
            await desk.say(notices.withheld(len(new)), rank=Rank.CARD)
        if list(counted.withheld) != told:
            await uow.cursors.put(WITHHELD, " ".join(counted.withheld), now)

    await context.store.write(tell)


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
