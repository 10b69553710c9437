"""Brings the mails of one mailbox into the inbox (F9). Nothing is read in them here but how they are known again."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock
from typing import Any, TypeVar

import structlog

from bot.channels.mail.imap.connection import ImapLogin, Leash, connect, log_in
from bot.channels.mail.imap.count import ImapCount, count_mails
from bot.channels.mail.imap.position import mailbox_name
from bot.channels.mail.imap.session import ImapSession
from bot.channels.mail.imap.taking import After, Taking
from bot.channels.mail.imap.thread import in_thread
from bot.channels.mail.imap.trouble import Health, ImapTrouble, Problem
from bot.errors import PermanentDeliveryError, StorageUnavailable, TransientDeliveryError
from bot.ports import Clock, RawMails, Store

T = TypeVar("T")

_log = structlog.get_logger(__name__)
_jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds. `login`: between two tries of a password that was refused, so that the account is not locked."""

    timeout: float = 30.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    login_pause: float = 60.0


class ImapReader:
    """Reads a mailbox in a thread of its own; storing is handed over to the event loop.

    **The position** is (UIDVALIDITY, UID), committed together with the mails up to it; flags are neither asked nor
    changed, so that it does not matter who reads the mailbox besides. A mail that comes again under another number is
    known by its fingerprint, which is unique in the inbox.

    `access_token` is for OAuth2: awaited with True it gets a new one. `after` is "nothing", "seen" or "move" (to
    `after_folder`), and happens after the commit. `look_back`: at the very first look, mails that the server took
    before that are left alone. `max_bytes`: of a larger mail only the beginning is fetched.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        is_tls: bool,
        username: str,
        password: str | None,
        access_token: Callable[[bool], Awaitable[str]] | None,
        folder: str,
        after: str,
        after_folder: str,
        poll_seconds: float,
        look_back: timedelta,
        max_bytes: int,
        raw_mails: RawMails,
        store: Store,
        clock: Clock,
        patience: Patience = Patience(),
    ) -> None:
        self._login = ImapLogin(host, port, is_tls, username, password)
        self._access_token = access_token
        self._folder = folder
        self._is_read_only = after == "nothing"
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._patience = patience
        self._taking = Taking(
            mailbox=mailbox_name(host, username, folder),
            look_back=look_back,
            max_bytes=max_bytes,
            after=After(after, after_folder),
            raw_mails=raw_mails,
            store=store,
            clock=clock,
            hand_over=self._hand_over,
        )
        self._turn = Lock()  # one look at a time: the thread's, or an errand's
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failures = 0
        self._health = Health()

    @property
    def health(self) -> Health:
        return self._health

    async def run(self) -> None:
        """Read until cancelled, whatever the server or the storage does in the meantime."""
        leash = Leash()
        self._loop = asyncio.get_running_loop()
        await in_thread(lambda: self._read(leash), leash)

    async def catch_up(self) -> int:
        """Store what is new now; how many mails. Over a connection of its own, so that it works beside `run`.

        Raises `TransientDeliveryError` when the server cannot be read, and `StorageUnavailable`.
        """
        return await self._errand(self._taking.look)

    async def count(self) -> ImapCount:
        """Count the server's mails against ours, and fetch what is missing. Raises as `catch_up`."""
        now = self._clock.now()
        return await self._errand(lambda session: count_mails(self._taking, session, now))

    async def check(self) -> str | None:
        """Connect, log in and open the folder: None, or what is wrong, as a `Problem`. Takes no mail."""
        leash = Leash()
        self._loop = asyncio.get_running_loop()
        try:
            await in_thread(lambda: self._with_session(leash, ImapSession.select), leash)
        except ImapTrouble as trouble:
            return trouble.problem
        return None

    async def _errand(self, work: Callable[[ImapSession], T]) -> T:
        leash = Leash()
        self._loop = asyncio.get_running_loop()

        def in_turn() -> T:
            with self._turn:
                return self._with_session(leash, work)

        return await in_thread(in_turn, leash)

    # In the thread

    def _read(self, leash: Leash) -> None:
        while not leash.is_ended.is_set():
            try:
                self._with_session(leash, lambda session: self._follow(session, leash))
            except CancelledError:
                return  # the event loop ends
            except StorageUnavailable:
                self._pause(leash, Problem.STORAGE, "StorageUnavailable")
            except ImapTrouble as trouble:
                self._pause(leash, trouble.problem, trouble.cause)
            except Exception as error:  # an edge: nobody starts this thread again, and mails must go on coming in
                self._pause(leash, Problem.UNFORESEEN, type(error).__name__)

    def _follow(self, session: ImapSession, leash: Leash) -> None:
        while not leash.is_ended.is_set():
            with self._turn:
                self._taking.look(session)
            self._succeeded()
            session.wait(self._poll_seconds)

    def _with_session(self, leash: Leash, work: Callable[[ImapSession], T]) -> T:
        with self._session(leash) as session:
            return work(session)

    @contextmanager
    def _session(self, leash: Leash) -> Iterator[ImapSession]:
        try:
            session = self._open(leash)
        except ImapTrouble as trouble:
            if trouble.problem is not Problem.LOGIN or self._access_token is None:
                raise
            session = self._open(leash, renew=True)
        try:
            yield session
        finally:
            session.close()

    def _open(self, leash: Leash, *, renew: bool = False) -> ImapSession:
        token = self._token(renew)
        mailbox = connect(self._login, leash, timeout_seconds=self._patience.timeout)
        try:
            log_in(mailbox, self._login, token)
            return ImapSession(mailbox, self._folder, leash, is_read_only=self._is_read_only)
        except BaseException:
            mailbox.client.shutdown()
            raise

    def _token(self, renew: bool) -> str | None:
        if self._access_token is None:
            return None
        try:
            return self._hand_over(_awaited(self._access_token(renew)))
        except PermanentDeliveryError as error:
            raise ImapTrouble(Problem.LOGIN, error.code or type(error).__name__) from None
        except TransientDeliveryError as error:
            raise ImapTrouble(Problem.NETWORK, error.code or type(error).__name__) from None

    def _hand_over(self, work: Coroutine[Any, Any, T], /) -> T:
        assert self._loop is not None, "asked within `run` or an errand"
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    # How it goes

    def _succeeded(self) -> None:
        if self._health.problem is not None:
            _log.info("imap_reading_again", after=self._health.problem)
        self._failures = 0
        self._health = Health(last_success_at=self._clock.now())

    def _pause(self, leash: Leash, problem: Problem, cause: str) -> None:
        if leash.is_ended.is_set():
            return
        if problem is not self._health.problem:
            _log.warning("imap_reading_stopped", problem=problem, cause=cause)
        self._health = replace(self._health, problem=problem)
        self._failures += 1
        leash.is_ended.wait(self._patience.login_pause if problem is Problem.LOGIN else self._back_off())

    def _back_off(self) -> float:
        """Twice as long each time, up to a minute; by chance, so that many programs don't come back in one instant."""
        longest = self._patience.first_pause * 2.0 ** min(self._failures - 1, 10)
        return min(self._patience.longest_pause, longest) * _jitter.uniform(0.5, 1.0)


async def _awaited(value: Awaitable[T]) -> T:
    return await value
