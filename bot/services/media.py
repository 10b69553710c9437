"""Clients' files: fetched once into the private folder, examined where that is set, offered at the desk by a button."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from bot.domain.tickets import Media
from bot.errors import DeliveryError, PermanentDeliveryError, StorageError, TransientDeliveryError
from bot.ports import MediaStore, Scanner, UnitOfWork
from bot.services.context import Context
from bot.services.desk import Desk
from bot.services.media_due import EAGER, due_media, settle
from bot.texts import notices

log = structlog.get_logger()

MOST_FAILURES = 3
"""Of old files, at a tick: each may take its minute, in which something new waits."""

SCANNER_AWAY = "scanner"
INFECTED = "infected"
GONE = "gone"
NOT_READY = "recording_not_ready"

FLAWS: Mapping[str | None, str] = {
    "media_too_large": "too_large",
    "media_gone": GONE,
    "20404": GONE,
    "media_address": GONE,
    "media_unscanned": "unscanned",
}
"""From the codes of permanent errors to `Media.flaw`. Another one may be a setting's fault: it is tried again.

What is merely not there yet (`NOT_READY`) is gone when its provider still says so after `EAGER`.
"""


class MediaStores:
    """A `bot.ports.MediaStore`: asks the one that knows the address's scheme."""

    def __init__(self, by_scheme: Mapping[str, MediaStore]) -> None:
        self._by_scheme = by_scheme

    async def fetch(self, media: Media) -> tuple[Path, int]:
        store = self._by_scheme.get(media.url.partition(":")[0])
        if store is None:
            raise TransientDeliveryError("the channel that it came by is not set", code="media_store")
        return await store.fetch(media)


async def fetch_media(context: Context, store: MediaStore, scanner: Scanner | None = None) -> int:
    """Fetch what is due of what is not here; how many arrived. One that fails is tried again at a later call.

    With a scanner nothing is offered that it did not find clean (S8): while it is away, what is fetched waits, and so
    does what was fetched before there was one. What will never be offered is marked with the reason, for its ticket's
    card; nothing else is ever given up.
    """
    now = context.clock.now()
    due = await context.store.read(lambda uow: due_media(uow, now, is_scanned=scanner is not None))
    arrived = failures = 0
    for nth, piece in enumerate((*due.first, *due.old)):
        is_old = nth >= len(due.first)
        if is_old and failures == MOST_FAILURES:
            due = due.stopped_at(piece)
            break
        try:
            arrived += await _fetch(context, store, scanner, piece)
        except DeliveryError as problem:
            if problem.code == SCANNER_AWAY:
                return arrived  # not this piece's fault: no other would fare better
            await _failed(context, piece, problem)
            failures += is_old
        except StorageError:
            raise
        except Exception:  # an edge: the next ones must be asked for whatever is the matter with this one
            log.exception("media not fetched", media=piece.id)
            failures += is_old
    if due.wanted or due.after is not None:
        await context.store.write(lambda uow: settle(uow, due, now))
    return arrived


async def _failed(context: Context, piece: Media, problem: DeliveryError) -> None:
    log.warning("media not fetched", media=piece.id, code=problem.code)
    if isinstance(problem, PermanentDeliveryError) and problem.code in FLAWS:
        await _refuse(context, piece, FLAWS[problem.code])
    elif problem.code == NOT_READY:
        came_at = await context.store.read(lambda uow: uow.messages.media_came_at(piece.id))
        if came_at < context.clock.now() - EAGER:
            await _refuse(context, piece, GONE)


async def _fetch(context: Context, store: MediaStore, scanner: Scanner | None, piece: Media) -> bool:
    """True when it is here, and may be offered. Raises a `DeliveryError`."""
    path, size = await _copy(store, piece)
    if scanner is not None:
        found = await _examine(scanner, path, is_new=piece.path is None)
        if found is not None:
            await _remove(path)
            await _refuse(context, piece, INFECTED, found=found)
            return False
    scanned_at = context.clock.now() if scanner is not None else None
    await context.store.write(
        lambda uow: uow.messages.keep_media(piece.id, path=str(path), size=size, scanned_at=scanned_at)
    )
    return True


async def _copy(store: MediaStore, piece: Media) -> tuple[Path, int]:
    """What was fetched before is not asked for again, unless it is not where it was kept."""
    if piece.path is not None and await asyncio.to_thread(Path(piece.path).is_file):
        return Path(piece.path), piece.size or 0
    return await store.fetch(piece)


async def _examine(scanner: Scanner, path: Path, *, is_new: bool) -> str | None:
    """What is too large to be examined is not kept; where it was before, it stays, and is not offered any more."""
    try:
        return await scanner.scan(path)
    except PermanentDeliveryError:
        if is_new:
            await _remove(path)
        raise


async def _remove(path: Path) -> None:
    """Before it is written down: what was cut in between is fetched and found again."""
    with suppress(OSError):  # it stays, and no row names it
        await asyncio.to_thread(path.unlink, missing_ok=True)


async def _refuse(context: Context, piece: Media, flaw: str, *, found: str = "") -> None:
    """It will never be offered: the card says why, and a virus is called out, once, whoever else fetches it too."""
    now = context.clock.now()

    async def work(uow: UnitOfWork) -> None:
        listed = await uow.messages.media(piece.id)
        if listed is None or listed[0].flaw or listed[0].scanned_at or listed[0].path != piece.path:
            return
        await uow.messages.refuse_media(piece.id, flaw)
        ticket, desk = await uow.tickets.get(listed[1]), Desk(uow, context, now)
        assert ticket is not None
        await desk.refresh(ticket)
        if flaw == INFECTED:
            name = piece.name if context.policy.bodies_in_telegram else ""
            await desk.notify(notices.infected(ticket.number, name=name, found=found), ticket=ticket.number)

    log.warning("media refused", media=piece.id, flaw=flaw)
    await context.store.write(work)
