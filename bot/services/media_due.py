"""Which of the clients' files are asked for at a tick: none is forgotten, and none keeps the others out.

What came in the last days is asked for at every tick, all the rest in rounds. A round goes down through the numbers of
files and not through a list of what failed: a part of them at a tick, so that it reads little, and nothing can be lost
from it. What a technician presses a button for comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.tickets import Media
from bot.ports import UnitOfWork

EAGER = timedelta(days=2)
"""What was written, or found, since then is asked for at every tick."""

ROUND = timedelta(minutes=15)
"""From the beginning of a round to the next one, at least."""

WINDOW = 2_000
"""How many numbers are looked through at a tick, among the newest and in a round."""

LISTED = 100
"""More than can fail at once: pieces that cannot be fetched must not keep the others out."""

WANTED = "media wanted"
AT = "media round"


@dataclass(frozen=True, slots=True)
class Round:
    """`below` and down it goes on; 0: it is over."""

    below: int
    began_at: datetime

    def is_due(self, now: datetime) -> bool:
        return self.below > 0 or abs(now - self.began_at) >= ROUND  # the clock may have been put right

    def __str__(self) -> str:
        return f"{self.below} {self.began_at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Due:
    """What is asked for at a tick: `first`, then `old`. `after` is how far the round is when all of it was tried."""

    wanted: frozenset[int]
    first: tuple[Media, ...]
    old: tuple[Media, ...]
    after: Round | None

    def stopped_at(self, piece: Media) -> "Due":
        """The same, where the rest of the old ones, from this one on, is left to the next tick."""
        assert self.after is not None
        return replace(self, after=replace(self.after, below=piece.id))


async def due_media(uow: UnitOfWork, now: datetime, *, is_scanned: bool) -> Due:
    """What is due now; with a scanner also what was fetched before there was one."""
    newest = await uow.messages.newest_media()
    wanted = await _wanted(uow)
    pressed = [found[0] for each in sorted(wanted) if (found := await uow.messages.media(each)) is not None]
    first = [piece for piece in pressed if _is_awaited(piece, is_scanned=is_scanned)]
    first += await uow.messages.unfetched_media(newest - WINDOW, newest, since=now - EAGER, limit=LISTED)
    if is_scanned:
        first += await uow.messages.unscanned_media(limit=LISTED)
    known = {piece.id: piece for piece in first}
    old, after = await _of_round(uow, newest, now)
    return Due(wanted, tuple(known.values()), tuple(piece for piece in old if piece.id not in known), after)


async def want(uow: UnitOfWork, media_id: int, now: datetime) -> None:
    """A technician waits for this one: it is asked for now, whatever its age."""
    await uow.cursors.put(WANTED, _listed(await _wanted(uow) | {media_id}), now)
    uow.signal("media")


async def all_due(uow: UnitOfWork, now: datetime) -> None:
    """What kept files away is over: a round begins now."""
    await uow.cursors.put(AT, "", now)
    uow.signal("media")


async def settle(uow: UnitOfWork, due: Due, now: datetime) -> None:
    """All that was due was tried, whatever came of it."""
    if due.wanted:
        await uow.cursors.put(WANTED, _listed(await _wanted(uow) - due.wanted), now)
    if due.after is not None:
        await uow.cursors.put(AT, str(due.after), now)


async def _of_round(uow: UnitOfWork, newest: int, now: datetime) -> tuple[list[Media], Round | None]:
    """The next part of the round, and where it is after that; None when none is due."""
    cursor = await uow.cursors.get(AT)
    if cursor:
        below, began_at = cursor.split()
        known = Round(int(below), datetime.fromisoformat(began_at))
        if not known.is_due(now):
            return [], None
        at = known if known.below else Round(newest, now)
    else:
        at = Round(newest, now)
    above = max(0, at.below - WINDOW)
    found = await uow.messages.unfetched_media(above, at.below, limit=LISTED)
    return found, replace(at, below=found[-1].id - 1 if len(found) == LISTED else above)


def _is_awaited(piece: Media, *, is_scanned: bool) -> bool:
    is_offered = piece.path is not None and (piece.scanned_at is not None or not is_scanned)
    return not piece.flaw and not is_offered


async def _wanted(uow: UnitOfWork) -> frozenset[int]:
    return frozenset(int(each) for each in (await uow.cursors.get(WANTED) or "").split())


def _listed(ids: Iterable[int]) -> str:
    return " ".join(map(str, sorted(ids)))
