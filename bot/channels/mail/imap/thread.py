"""A thread of its own for what blocks, which a cancelled task ends at once."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from bot.channels.mail.imap.connection import Leash

STOP_SECONDS = 2.0

T = TypeVar("T")


async def in_thread(work: Callable[[], T], leash: Leash) -> T:
    """Run it in a new thread, and return or raise what it does. Cancelled, it pulls the leash and waits for the end.

    Not `asyncio.to_thread`: its threads outlive a cancelled task, and the interpreter waits for them when it ends. This
    one is a daemon: in the middle of a connection that nobody answers it is left behind after `STOP_SECONDS`, and
    finds the leash pulled when it wakes.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            report: Callable[[], None] = partial(_settle, done, done.set_result, work())
        except BaseException as problem:
            report = partial(_settle, done, done.set_exception, problem)
        with suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(report)

    Thread(target=run, name="imap", daemon=True).start()
    try:
        return await asyncio.shield(done)
    finally:
        if not done.done():
            leash.end()
            await asyncio.wait([done], timeout=STOP_SECONDS)
        if not done.cancel() and not done.cancelled():
            done.exception()  # it was heard, or nobody waits for it any more


def _settle(done: asyncio.Future[T], how: Callable[[Any], None], value: object) -> None:
    if not done.done():
        how(value)
