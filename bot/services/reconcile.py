"""Nothing is lost when a webhook never came: the provider's own list is read, and what we have not is stored (F6).

The same use case, called every few seconds, is how the program runs behind a router with no open port.
"""

from datetime import datetime, timedelta

import structlog

from bot.domain.inbox import InboxEntry
from bot.ports import Archive, UnitOfWork
from bot.services.context import Context

log = structlog.get_logger()

CURSOR = "twilio:reconciled until"
CALLS_CURSOR = "twilio:calls reconciled until"
OVERLAP = timedelta(minutes=10)
FIRST_LOOK_BACK = timedelta(hours=72)


async def reconcile(
    context: Context, archive: Archive, *, cursor: str = CURSOR, look_back: timedelta = FIRST_LOOK_BACK
) -> int:
    """Store all that the provider took for us and the inbox has not; how many. Raises `TransientDeliveryError`.

    Reads from the last success on, with an overlap; the position moves only with the commit that stores the last of
    them. The first time `look_back` is read: three days of messages, which is longer than any retry. `cursor` is where
    an archive's position is kept.
    """
    started_at = context.clock.now()

    async def position(uow: UnitOfWork) -> str | None:
        return await uow.cursors.get(cursor)

    known = await context.store.read(position)
    # a clock that was set back has left the position ahead of now
    since = min(datetime.fromisoformat(known), started_at) - OVERLAP if known else started_at - look_back
    entries = [entry async for entry in archive.received_since(since)]

    async def store(uow: UnitOfWork) -> int:
        added = 0
        for entry in await _unseen(uow, entries):
            added += await uow.inbox.add(entry)
        await uow.cursors.put(cursor, started_at.isoformat(), started_at)
        if added:
            uow.signal("inbox")
        return added

    is_recent = known is not None and timedelta(0) <= started_at - datetime.fromisoformat(known) < timedelta(minutes=1)
    if is_recent and not await context.store.read(lambda uow: _unseen(uow, entries)):
        return 0  # polling every few seconds need not write every few seconds
    added = await context.store.write(store)
    if added:
        log.info("reconciled", added=added)
    return added


async def reconcile_calls(context: Context, archive: Archive) -> int:
    """The same for calls. The first time none are read: who answered those before is not for us to say."""
    return await reconcile(context, archive, cursor=CALLS_CURSOR, look_back=timedelta(0))


async def _unseen(uow: UnitOfWork, entries: list[InboxEntry]) -> list[InboxEntry]:
    if not entries:
        return []
    unseen = await uow.inbox.unseen(entries[0].source, [entry.external_id for entry in entries])
    found = [entry for entry in entries if entry.external_id in unseen]
    return sorted(found, key=lambda entry: (entry.at, entry.external_id))
