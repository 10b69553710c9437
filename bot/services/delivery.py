"""Sends what the outbox holds: claims rows with a lease, sends, writes down what came of it (principle 2).

The only place that retries. A row that was being sent when a process died comes back `uncertain`: the provider is asked
whether it has it before it is sent again (F21).
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.addresses import Address, Channel
from bot.domain.outbox import Kind, Outgoing
from bot.errors import DeliveryError, PermanentDeliveryError, StorageUnavailable, TransientDeliveryError
from bot.ports import Senders, UnitOfWork
from bot.services.context import Context
from bot.services.delivery_results import delayed, gone, moved, refused, remember_moves, sent, taken
from bot.services.desk import Desk
from bot.services.mail_out import with_copies_of_now

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
"""How long a row is left to a worker that is not heard of; renewed while it is being sent, however long that is."""

LANES_AT_ONCE = 32
LANES_OF: Mapping[Channel, int] = {Channel.MAIL: 4}
"""Channels with fewer lanes: what waits for one of our mail server's two connections must not hold everybody's."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=15)
SHORT_WAIT_SECONDS = 0.2
MIGRATED = "migrated:"
CHANNEL_OFF = "channel_off"
SHUT = frozenset({CHANNEL_OFF, "chat-not-found", "no-rights", "blocked", "thread-not-found", "thread-closed"})
"""Refusals of the desk's chat as a whole, not of a message: what is said there waits until somebody mends it."""

_LOOK_BACK = timedelta(hours=1)

_Rooms = list[tuple[list[Channel], int]]
"""Channels, and how many more of their rows may be sent now."""

_Work = Callable[[UnitOfWork], Awaitable[None]]


class Delivery:
    """One worker over the outbox. Lanes are sent side by side; within a lane one row follows the other."""

    def __init__(self, context: Context, senders: Senders) -> None:
        self._context = context
        self._senders = senders
        self._worker = secrets.token_hex(8)
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._leased_at = context.clock.now()
        self._lacking_copies: set[int] = set()
        self._taken_at: dict[Channel, datetime] = {}
        self.refusals: dict[str, str] = {}
        """The desk's lane with the code of its last refusal, until a message is taken there again."""
        self._freed: Callable[[], None] = lambda: None

    @property
    def busy(self) -> list[str]:
        """Lanes with a row in flight."""
        return list(self._lanes)

    def on_free(self, call: Callable[[], None]) -> None:
        """Call this whenever a lane becomes free: there may be more for it."""
        self._freed = call

    def note_refused_copies(self, row_id: int) -> None:
        """A sender says that it could not send this row to everybody in copy; it has been taken all the same."""
        self._lacking_copies.add(row_id)

    async def recover(self) -> int:
        """At start, where no other worker can be alive: what a dead process was sending is uncertain now."""
        now = self._context.clock.now()
        await self._context.store.read(lambda uow: remember_moves(uow, self._context))
        return await self._context.store.write(lambda uow: uow.outbox.recover(now, busy=[], everything=True))

    async def dispatch(self) -> int:
        """Claim what is due and start sending it; how many rows."""
        now = self._context.clock.now()
        busy, rooms = self.busy, self._rooms()
        await self._keep(now, busy)
        if not rooms or await self._context.store.read(lambda uow: _is_idle(uow, now, busy, rooms)):
            return 0
        rows = await self._context.store.write(lambda uow: self._claim(uow, now, busy, rooms))
        for row in rows:
            task = asyncio.create_task(self._carry(row), name=f"send {row.id}")
            self._lanes[row.lane] = task
            task.add_done_callback(lambda _, lane=row.lane: self._release(lane))  # type: ignore[misc]
        return len(rows)

    async def drain(self) -> int:
        """Send until nothing is due; how many rows were sent or put off."""
        total = 0
        while True:
            was_busy = bool(self._lanes)  # a lane that was free only after the look may have more to do
            total += await self.dispatch()
            if self._lanes:
                await asyncio.wait(list(self._lanes.values()))
            elif not was_busy:
                return total

    async def close(self, *, grace: float = 5.0) -> None:
        """Let what is in flight arrive; what is cut off will be uncertain at the next start."""
        tasks = list(self._lanes.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _keep(self, now: datetime, busy: list[str]) -> None:
        """Renew the leases of what is in flight: a large mail, or a slow server, takes longer than one lease.

        Of that alone: a row whose end could not be written down is in no lane, and its lease must end.
        """
        if busy and now - self._leased_at < LEASE / 3:
            return
        self._leased_at = now
        if busy:
            await self._context.store.write(
                lambda uow: uow.outbox.renew(worker=self._worker, until=now + LEASE, lanes=busy)
            )

    def _rooms(self) -> _Rooms:
        """The channels that have free lanes: first those that have few, so that the others always find some."""
        rooms = [
            ([channel], most - sum(lane.startswith(f"{channel}:") for lane in self._lanes))
            for channel, most in LANES_OF.items()
        ]
        rooms.append(([channel for channel in Channel if channel not in LANES_OF], LANES_AT_ONCE))
        free = LANES_AT_ONCE - len(self._lanes)
        return [(channels, min(room, free)) for channels, room in rooms if min(room, free) > 0]

    async def _claim(self, uow: UnitOfWork, now: datetime, busy: list[str], rooms: _Rooms) -> list[Outgoing]:
        rows: list[Outgoing] = []
        for channels, room in rooms:
            limit = min(room, LANES_AT_ONCE - len(busy) - len(rows))
            rows += await uow.outbox.claim(
                now, until=now + LEASE, worker=self._worker, limit=limit, busy=busy, channels=channels
            )
        return rows

    def _release(self, lane: str) -> None:
        self._lanes.pop(lane, None)
        self._freed()

    async def _carry(self, row: Outgoing) -> None:
        try:
            await self._send(row)
        except StorageUnavailable:
            # its lease will end, and then the provider is asked whether it has it
            log.error("could not write down what became of a message", outbox=row.id)

    async def _send(self, row: Outgoing) -> None:
        try:
            handed_over = await self._hand_over(row)
        except TransientDeliveryError as problem:
            await self._retry(row, problem)
        except PermanentDeliveryError as problem:
            await self._give_up(row, problem)
        except StorageUnavailable:
            raise
        except Exception as problem:  # an edge: a sender's bug is not the end of the others' messages
            log.exception("message not sent", outbox=row.id, channel=row.address.channel)
            await self._refuse(row, PermanentDeliveryError(type(problem).__name__, code="bug"))
        else:
            if handed_over is not None:
                await self._sent(*handed_over)

    async def _hand_over(self, row: Outgoing) -> tuple[Outgoing, str] | None:
        """What was sent, and the provider's id for it; None when its turn has not come. Raises a `DeliveryError`."""
        sender = self._senders.get(row.address.channel)
        if sender is None:
            raise PermanentDeliveryError("this channel is off", code=CHANNEL_OFF)
        if row.uncertain:
            known = await self._context.store.read(lambda uow: _known(uow, row))
            provider_id = await sender.find_sent(row, known)
            if provider_id is not None:
                return row, provider_id
        row = await self._context.store.read(lambda uow: _addressed(uow, self._context, row))
        if (wait := sender.ready_in(row)) > SHORT_WAIT_SECONDS:
            await self._put_off(row, wait)
            return None
        await asyncio.sleep(wait)
        return row, await sender.send(row)

    async def _sent(self, row: Outgoing, provider_id: str) -> None:
        self.refusals.pop(row.lane, None)
        is_whole = row.id not in self._lacking_copies
        self._lacking_copies.discard(row.id)
        now = self._taken_at[row.address.channel] = self._context.clock.now()
        await self._write_down(
            row,
            lambda uow: sent(uow, self._context, row, provider_id, is_whole=is_whole),
            lambda uow: taken(uow, row, provider_id, now),
        )

    async def _refuse(self, row: Outgoing, problem: DeliveryError) -> None:
        now = self._context.clock.now()
        await self._write_down(
            row,
            lambda uow: refused(uow, self._context, row, problem),
            lambda uow: uow.outbox.failed(row.id, now, code=problem.code, problem=str(problem)),
        )

    async def _write_down(self, row: Outgoing, whole: _Work, least: _Work) -> None:
        """Write down what became of a row, with all that follows; or the least of it, where a bug of ours forbids more.

        Otherwise the row would come back when its lease ends, and a client get the same text every minute.
        """
        try:
            await self._context.store.write(whole)
        except StorageUnavailable:
            raise
        except Exception:  # an edge: the message itself is dealt with
            log.exception("what follows from a message not done", outbox=row.id, channel=row.address.channel)
            await self._context.store.write(least)

    async def _put_off(self, row: Outgoing, seconds: float) -> None:
        """Give the lane back until the provider's pace allows the row: something more urgent may come first."""
        at = self._context.clock.now() + timedelta(seconds=seconds)
        await self._context.store.write(lambda uow: uow.outbox.put_off(row.id, at))
        asyncio.get_running_loop().call_later(seconds, self._freed)

    async def _retry(self, row: Outgoing, problem: TransientDeliveryError) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 20), LONGEST_PAUSE)
        if problem.retry_after is not None:
            pause = timedelta(seconds=problem.retry_after)
        at = self._context.clock.now() + pause
        log.warning(
            "message put off", outbox=row.id, channel=row.address.channel, code=problem.code, attempt=row.attempts
        )
        uncertain, taken_at = row.uncertain or problem.ambiguous, self._taken_at.get(row.address.channel)
        await self._write_down(
            row,
            lambda uow: delayed(uow, self._context, row, problem, at=at, taken_at=taken_at),
            lambda uow: uow.outbox.retry(row.id, at, problem=str(problem), uncertain=uncertain),
        )

    async def _give_up(self, row: Outgoing, problem: PermanentDeliveryError) -> None:
        log.warning("message refused", outbox=row.id, channel=row.address.channel, code=problem.code)
        code = problem.code or ""
        if row.address.channel is Channel.TELEGRAM and code.startswith(MIGRATED):
            new_id = int(code.removeprefix(MIGRATED))
            await self._context.store.write(lambda uow: moved(uow, self._context, row, new_id))
        elif row.kind is Kind.EDIT and code == "gone":
            await self._write_down(
                row,
                lambda uow: gone(uow, self._context, row),
                lambda uow: uow.outbox.failed(row.id, self._context.clock.now(), code=code, problem=str(problem)),
            )
        elif self._is_desk(row) and row.kind is not Kind.TOAST and code in SHUT:
            self.refusals[row.lane] = code
            at = self._context.clock.now() + LONGEST_PAUSE
            await self._context.store.write(
                lambda uow: uow.outbox.retry(row.id, at, problem=str(problem), uncertain=False)
            )
        else:
            if self._is_desk(row):
                self.refusals[row.lane] = code
            await self._refuse(row, problem)

    def _is_desk(self, row: Outgoing) -> bool:
        return row.address == Address(Channel.TELEGRAM, str(self._context.desk_chat_id))


async def _is_idle(uow: UnitOfWork, now: datetime, busy: list[str], rooms: _Rooms) -> bool:
    """True when nothing is due: looked up without the writer, so that an idle program writes nothing."""
    due = await uow.outbox.next_due(busy=busy, channels=[channel for channels, _ in rooms for channel in channels])
    return (due is None or due > now) and not await uow.outbox.has_stale_lease(now, busy=busy)


async def _known(uow: UnitOfWork, row: Outgoing) -> list[str]:
    """The provider's ids of other rows to the same address: what was found there already is not this row."""
    assert row.created_at is not None
    return await uow.outbox.provider_ids(row.address, row.created_at - _LOOK_BACK)


async def _addressed(uow: UnitOfWork, context: Context, row: Outgoing) -> Outgoing:
    """A card's edit is given its message id when it is sent; where there is no card, it is sent anew.

    A mail goes to those in copy who may read it now.
    """
    if "cc" in row.payload:
        return await with_copies_of_now(Desk(uow, context, context.clock.now()), row)
    if row.kind is not Kind.EDIT or "message_id" in row.payload:
        return row
    assert row.ticket_id is not None
    card = await uow.desk_messages.card(row.ticket_id, int(row.address.identifier))
    if card is None:
        return replace(row, kind=Kind.SAY)
    return replace(row, payload={**row.payload, "message_id": card.message_id})
