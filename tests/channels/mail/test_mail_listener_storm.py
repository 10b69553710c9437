"""Mails handed over by LMTP while connections are cut and the listener goes down: each is stored once (F9).

The mail server here does what real ones do: it keeps a mail until it has heard 250, and then forgets it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.mail.spool import Spool
from bot.storage.engine import Engine, open_engine
from bot.storage.migrate import migrate
from bot.storage.tables import inbox
from bot.storage.unit_of_work import SqlStore
from tests.channels.mail.mail_doors import Doorway
from tests.conftest import SEED

SENDERS_AT_ONCE = 8


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    engine = await open_engine(f"sqlite:///{tmp_path}/permanence.db")
    await migrate(engine)
    yield engine
    await engine.close()


class MailServer:
    """Delivers mails until each was taken; sometimes it loses the connection, or never hears the answer."""

    def __init__(self, door: Doorway, chance: random.Random) -> None:
        self.door = door
        self.chance = chance
        self.seen: Counter[str] = Counter()

    async def deliver(self, raw: bytes) -> None:
        while not await self._try(raw):  # noqa: ASYNC110 - a mail server's queue has no bell
            await asyncio.sleep(self.chance.uniform(0, 0.01))

    async def _try(self, raw: bytes) -> bool:
        try:
            line = await self.door.line()
        except ConnectionError:
            self.seen["refused"] += 1
            return False
        try:
            await line.opens()
            fate = self.chance.random()
            if fate < 0.1:
                line.writer.write(raw[: self.chance.randrange(len(raw))])
                self.seen["cut within"] += 1
                return False
            line.writer.write(raw + b"\r\n.\r\n")
            if fate < 0.2:
                await asyncio.sleep(self.chance.uniform(0, 0.01))
                self.seen["cut before the answer"] += 1
                return False
            is_taken = (await line.reply()).startswith("250")
            self.seen["taken" if is_taken else "not taken"] += 1
            return is_taken
        except (ConnectionError, AssertionError):  # it went down in between: hung up, or no greeting any more
            self.seen["down"] += 1
            return False
        finally:
            line.cut()


def mail(number: int, chance: random.Random) -> bytes:
    """Every fifth has no Message-ID: it is known by its bytes."""
    named = b"" if number % 5 == 0 else b"Message-ID: <%d@example.org>\r\n" % number
    body = b"".join(b".%d " % number + b"x" * chance.randrange(90) + b"\r\n" for _ in range(chance.randrange(1, 40)))
    return (
        b"From: anne@example.org\r\n"
        + named
        + b"Subject: Panne %d\r\n\r\n" % number
        + body.replace(b"\r\n.", b"\r\n..")
    )


@pytest.mark.parametrize(
    ("count", "downs"),
    [
        pytest.param(200, 5, id="200 mails"),
        pytest.param(1_000, 20, id="1,000 mails", marks=pytest.mark.prove),
        pytest.param(10_000, 200, id="10,000 mails", marks=pytest.mark.soak),
    ],
)
async def test_every_mail_is_stored_once_whatever_is_cut(
    engine: Engine, tmp_path: Path, tell: Callable[[str], None], count: int, downs: int
) -> None:
    writer = engine.open_writer()
    door = Doorway(Spool(tmp_path / "mail"))
    door.listener._store = SqlStore(engine, writer)
    await door.listener.start()
    server = MailServer(door, random.Random(SEED))
    waiting = [mail(number, server.chance) for number in range(count)]

    async def work() -> None:
        while waiting:
            await server.deliver(waiting.pop())

    async def go_down() -> None:
        for nth in range(downs):
            while len(waiting) > count - (nth + 1) * count // (downs + 1):  # noqa: ASYNC110 - any moment will do
                await asyncio.sleep(0.002)
            await door.listener.stop()
            await asyncio.sleep(0.01)
            await door.listener.start()

    await asyncio.gather(*(work() for _ in range(SENDERS_AT_ONCE)), go_down())
    async with engine.reading.connect() as connection:
        stored = await connection.scalar(select(func.count()).select_from(inbox))
    await door.shut()
    await writer.close()

    tell(f"seed {SEED}: {count} mails, {downs} times down: {dict(server.seen)}; {stored} stored")
    assert min(server.seen[what] for what in ("cut within", "cut before the answer", "down")) > 0
    assert (server.seen["taken"], stored) == (count, count)
