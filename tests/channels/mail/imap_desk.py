"""A reader over a real database and a real folder of mails, for the tests of IMAP."""

import asyncio
import json
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.channels.mail.imap.reader import ImapReader, Patience
from bot.channels.mail.spool import Spool
from bot.clock import SystemClock
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import SqlStore
from tests.channels.mail.imap_servers import PASSWORD, USERNAME, Maildir

QUICK = Patience(timeout=60.0, first_pause=0.02, longest_pause=0.1, login_pause=0.05)
POLL_SECONDS = 0.1


@dataclass
class Desk:
    """Our side: the store, the spool, and what stands in them."""

    folder: Path
    store: Any
    spool: Spool

    def reader(self, port: int, **settings: Any) -> ImapReader:
        usual: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": port,
            "is_tls": False,
            "username": USERNAME,
            "password": PASSWORD,
            "access_token": None,
            "folder": "INBOX",
            "after": "nothing",
            "after_folder": "",
            "poll_seconds": POLL_SECONDS,
            "look_back": timedelta(hours=72),
            "max_bytes": 1_000_000,
            "raw_mails": self.spool,
            "store": self.store,
            "clock": SystemClock(),
            "patience": QUICK,
        }
        return ImapReader(**usual | settings)

    def rows(self, query: str, *values: object) -> list[Any]:
        with sqlite3.connect(self.folder / "permanence.db") as connection:
            found = connection.execute(query, values).fetchall()
        connection.close()
        return found

    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(text) for (text,) in self.rows("SELECT payload FROM inbox ORDER BY id")]

    def mails(self) -> list[bytes]:
        """The mails of the inbox as they were kept, in its order, with the line ends of Unix."""
        return [self.spool.read(each["raw"]).replace(b"\r\n", b"\n") for each in self.payloads()]

    def forget_mail(self, uid: int) -> None:
        """As if it had never been looked at: what a bug of ours, or a server that numbers out of order, would do."""
        with sqlite3.connect(self.folder / "permanence.db") as connection:
            [(key,)] = connection.execute("SELECT external_id FROM mail_positions WHERE uid = ?", (uid,)).fetchall()
            connection.execute("DELETE FROM inbox WHERE external_id = ?", (key,))
            connection.execute("DELETE FROM mail_positions WHERE uid = ?", (uid,))
        connection.close()

    def count(self) -> int:
        return int(self.rows("SELECT count(*) FROM inbox")[0][0])


@asynccontextmanager
async def open_desk(folder: Path) -> AsyncIterator[Desk]:
    engine = await open_engine(f"sqlite:///{folder / 'permanence.db'}")
    try:
        await migrate(engine)
        writer = engine.open_writer()
        try:
            yield Desk(folder, SqlStore(engine, writer), Spool(folder / "mails"))
        finally:
            await writer.close()
    finally:
        await engine.close()


@asynccontextmanager
async def running(reader: ImapReader) -> AsyncIterator[ImapReader]:
    """The reader at work; cancelled at the end, as by the process that stops."""
    task = asyncio.create_task(reader.run())
    try:
        yield reader
        assert not task.done(), task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - another process, and a thread, have no event for us
            await asyncio.sleep(0.01)


@contextmanager
def nobody_listens() -> Iterator[int]:
    """A port that refuses connections, and that nobody else can listen on meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def is_read(maildir: Maildir, key: str) -> bool:
    """Whether a mail has been marked as read, while its server is at work."""
    with suppress(ValueError):  # its file is just getting another name
        return "S" in maildir.flags(key)
    return False


def unix(*mails: bytes) -> list[bytes]:
    return [mail.replace(b"\r\n", b"\n") for mail in mails]


def ago(**how: float) -> datetime:
    return (SystemClock().now() - timedelta(**how)).astimezone(UTC).replace(microsecond=0)
