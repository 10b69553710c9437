"""Clients' pictures: fetched once into the private folder, offered at the desk behind a button."""

from datetime import timedelta

import structlog

from bot.domain.tickets import Media
from bot.errors import DeliveryError
from bot.ports import MediaStore, UnitOfWork
from bot.services.context import Context

log = structlog.get_logger()

KEEP_TRYING = timedelta(days=2)
LISTED = 100
"""More than can fail at once: pieces that cannot be fetched must not keep the others out."""


async def fetch_media(context: Context, store: MediaStore) -> int:
    """Fetch what is listed and not yet here; how many arrived. One that fails is tried again at the next call."""
    since = context.clock.now() - KEEP_TRYING

    async def listed(uow: UnitOfWork) -> list[Media]:
        return await uow.messages.unfetched_media(since=since, limit=LISTED)

    arrived = 0
    for piece in await context.store.read(listed):
        try:
            path, size = await store.fetch(piece)
        except DeliveryError as problem:
            log.warning("media not fetched", media=piece.id, code=problem.code)
            continue
        await context.store.write(
            lambda uow, piece=piece, path=path, size=size: uow.messages.keep_media(  # type: ignore[misc]
                piece.id, path=str(path), size=size
            )
        )
        arrived += 1
    return arrived
