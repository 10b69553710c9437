"""The reader of a mailbox as a program of its own, so that `test_imap_under_fire` can kill it: DATABASE SPOOL PORT."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from bot.channels.mail.imap.reader import ImapReader, Patience
from bot.channels.mail.spool import Spool
from bot.clock import SystemClock
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import SqlStore
from tests.channels.mail.imap_servers import PASSWORD, USERNAME


async def read(database: str, spool: str, port: str) -> None:
    engine = await open_engine(database)
    await migrate(engine)
    reader = ImapReader(
        host="127.0.0.1",
        port=int(port),
        is_tls=False,
        username=USERNAME,
        password=PASSWORD,
        access_token=None,
        folder="INBOX",
        after="nothing",
        after_folder="",
        poll_seconds=0.1,
        look_back=timedelta(hours=72),
        max_bytes=1_000_000,
        raw_mails=Spool(Path(spool)),
        store=SqlStore(engine, engine.open_writer()),
        clock=SystemClock(),
        patience=Patience(timeout=10.0, first_pause=0.02, longest_pause=0.2),
    )
    await reader.run()


asyncio.run(read(*sys.argv[1:]))
