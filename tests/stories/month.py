"""A month of an office in a second: the real services on a real file, under a clock that stands until it is moved."""

import asyncio
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from random import Random

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import load_settings
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, InboxEntry, Source
from bot.domain.tickets import Recontact
from bot.ports import UnitOfWork
from bot.services import recontact
from bot.services.intake import take_in
from bot.services.milestones import remind
from tests.stories.oracle import DIGEST_ABOVE, Plan, plan_month

Post = tuple[datetime, int | None]
"""When a reminder was queued, and for which ticket; None for a digest."""


@dataclass
class Told:
    """What the program wrote: the reminders of its events, and the messages it queued for the desk."""

    reminders: list[tuple[int, datetime, str]]
    posts: list[Post]


class Month:
    """The services on a file, opened and closed as the program comes and goes."""

    def __init__(self, folder: Path, at: datetime) -> None:
        self.clock = StoppedClock(at)
        self._file = folder / "month.db"
        self._settings = load_settings(
            {
                "PERMANENCE_DATABASE_URL": f"sqlite:///{self._file}",
                "PERMANENCE_TELEGRAM_TOKEN": "123:abc",
                "PERMANENCE_TELEGRAM_CHAT_ID": "-1001",
                "PERMANENCE_TECHNICIANS": "11:Claire",
            }
        )
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        opened = await self._stack.enter_async_context(open_for_writing(self._settings, clock=self.clock))
        self._context = replace(opened.context, parsers={Source.TWILIO_MESSAGE: _read})

    async def close(self) -> None:
        await self._stack.aclose()

    async def tick(self) -> None:
        await remind(self._context)

    async def take_in(self, nth: int, received_at: datetime) -> None:
        """A client's message, with the provider's time."""
        entry = InboxEntry(Source.TWILIO_MESSAGE, f"SM{nth}", "{}", self.clock.now(), received_at)
        await self._context.store.receive(entry)
        await take_in(self._context)

    async def recontact(self, number: int) -> None:
        async def work(uow: UnitOfWork) -> None:
            ticket = await uow.tickets.get(number)
            assert ticket is not None
            await recontact.stop(uow, ticket, self.clock.now(), by=Recontact.REPLY, actor="11")

        await self._context.store.write(work)

    async def states(self, number: int) -> list[tuple[str, str]]:
        """A ticket's milestones, and what became of them."""

        async def work(uow: UnitOfWork) -> list[tuple[str, str]]:
            return [(name, state) for name, _, state in await uow.milestones.of_ticket(number)]

        return await self._context.store.read(work)

    async def told(self, numbers: Sequence[int]) -> Told:
        """Everything said so far."""

        async def work(uow: UnitOfWork) -> list[tuple[int, datetime, str]]:
            return [
                (number, event.at, str(event.data["milestone"]))
                for number in numbers
                for event in await uow.tickets.events(number)
                if event.kind == "reminded"
            ]

        return Told(sorted(await self._context.store.read(work)), list(self._posts()))

    def _posts(self) -> Iterator[Post]:
        beside = sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)
        with closing(beside):
            rows = beside.execute("SELECT created_at, ticket_id, payload FROM outbox WHERE kind = 'say'")
            for queued_at, ticket, payload in rows:
                if json.loads(payload)["ref"] in ("reminder", "digest"):
                    yield _instant(queued_at), ticket


async def live(month: Month, plan: Plan) -> Told:
    """Let everything happen in its order: at one instant, an outage ends before a message comes and a tick is last."""
    steps: list[tuple[datetime, int, str, int]] = [(tick, 4, "tick", 0) for tick in plan.ticks]
    steps += [(end, 0, "open", 0) for _, end in plan.outages]
    steps += [(start, 5, "close", 0) for start, _ in plan.outages]
    for number, call in enumerate(plan.calls, start=1):
        steps.append((call.taken_in_at, 1, "message", number))
        if call.recontacted_at is not None:
            steps.append((call.recontacted_at, 2, "recontact", number))
    for at, _, what, number in sorted(steps):
        month.clock.move_to(at)
        match what:
            case "tick":
                await month.tick()
            case "message":
                await month.take_in(number, plan.calls[number - 1].received_at)
            case "recontact":
                await month.recontact(number)
            case "close":
                await month.close()
            case "open":
                await month.open()
    told = await month.told(range(1, len(plan.calls) + 1))
    return Told([(number, at, name.partition(":")[0]) for number, at, name in told.reminders], told.posts)


async def compare(folder: Path, seed: str) -> Counter[str]:
    """Live one month and hold it against the oracle; how many reminders and digests there were."""
    plan = plan_month(Random(seed))
    month = Month(folder, min(plan.ticks[0], plan.calls[0].received_at))
    await month.open()
    try:
        told = await live(month, plan)
    finally:
        await month.close()
    if (told.reminders, sorted(told.posts, key=_by_instant)) != (plan.expected(), list(_posts(told.reminders))):
        raise AssertionError(f"seed {seed}: {set(told.reminders) ^ set(plan.expected())}")
    return Counter(name for _, _, name in told.reminders) + Counter(
        digests=sum(ticket is None for _, ticket in told.posts), outages=len(plan.outages)
    )


def compare_alone(seed: str) -> Counter[str]:
    """In a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(compare(Path(folder), seed))


def _posts(reminders: list[tuple[int, datetime, str]]) -> Iterator[Post]:
    """One each, and above five at one tick one for all."""
    ordered = sorted(reminders, key=lambda reminder: (reminder[1], reminder[0]))
    for at, together in groupby(ordered, key=lambda reminder: reminder[1]):
        tickets = [ticket for ticket, _, _ in together]
        yield from [(at, None)] if len(tickets) > DIGEST_ABOVE else [(at, ticket) for ticket in tickets]


def _by_instant(post: Post) -> tuple[datetime, int]:
    at, ticket = post
    return at, ticket or 0


def _read(entry: InboxEntry) -> ClientMessage:
    sender = f"+3363998{int(entry.external_id.removeprefix('SM')):04}"
    return ClientMessage(Address(Channel.SMS, sender), "Le poste ne démarre plus", provider_id=entry.external_id)


def _instant(text: str) -> datetime:
    stored = datetime.fromisoformat(text)
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)
