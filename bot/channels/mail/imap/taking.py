"""One look into a mailbox: what is new is kept, committed, and only then touched at the server.

Runs in the reader's thread, and hands each unit of work over to the event loop.
"""

from collections import Counter
from collections.abc import Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol, TypeVar

import structlog

from bot.channels.mail.imap.answers import Answer
from bot.channels.mail.imap.position import Position, read_position
from bot.channels.mail.imap.session import ImapSession
from bot.channels.mail.imap.trouble import ImapTrouble, Problem
from bot.channels.mail.inbound import mail_entry
from bot.channels.mail.mime.dates import believed
from bot.domain.inbox import InboxEntry
from bot.ports import Clock, RawMails, Store, UnitOfWork

BEGINNING_BYTES = 300_000
"""What is fetched of a mail that is too large: its text, and rarely a whole file."""
MOST_MAILS, MOST_BYTES = 25, 4_000_000
"""Of one commit: what is fetched again when the link is cut, and what lies in memory."""
MOST_REFUSALS = 3

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class HandOver(Protocol):
    """Runs something on the event loop, and waits for it in this thread."""

    def __call__(self, work: Coroutine[Any, Any, T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class After:
    """What becomes of a mail at the server once it is stored: "nothing", "seen", or "move" to `folder`."""

    what: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that was fetched and kept, and is not committed yet."""

    uid: int
    entry: InboxEntry


class Taking:
    """Remembers between looks only what may be forgotten: refusals, and what is still to be done at the server."""

    def __init__(
        self,
        *,
        mailbox: str,
        look_back: timedelta,
        max_bytes: int,
        after: After,
        raw_mails: RawMails,
        store: Store,
        clock: Clock,
        hand_over: HandOver,
    ) -> None:
        self._mailbox = mailbox
        self._cursor = f"imap:{sha256(mailbox.encode()).hexdigest()[:40]}"  # names of cursors are short
        self._look_back = look_back
        self._max_bytes = max_bytes
        self._beginning = min(BEGINNING_BYTES, max_bytes)
        self._after = after
        self._raw_mails = raw_mails
        self._store = store
        self._clock = clock
        self._hand_over = hand_over
        self._refusals: Counter[tuple[int, int]] = Counter()
        self._unfinished: set[int] = set()
        self._has_swept = False  # nobody knows what the last process left undone
        self._vain = 0

    def look(self, session: ImapSession) -> int:
        """Store what is new; how many mails the inbox had not. Raises `ImapTrouble`, `StorageUnavailable`.

        The folder is opened anew at each look: that says its UIDVALIDITY, and proves that the server is there.
        """
        uidvalidity = session.select()
        known = self.position()
        if known is not None and known.uidvalidity == uidvalidity:
            stored = self._take(session, known, session.uids_above(known.uid))
        else:
            stored = self._begin(session, known, uidvalidity)
        self._finish(session, uidvalidity)
        return stored

    def _begin(self, session: ImapSession, known: Position | None, uidvalidity: int) -> int:
        """The first time, or after a renumbering: everything since the floor; what we had is known by its fingerprint.

        What was known of the old numbering goes with the first commit under the new one.
        """
        floor = known.floor if known else self._clock.now() - self._look_back
        everything = session.uids()
        position = Position(uidvalidity, 0, max(everything, default=0), floor)
        if known is not None:
            self._unfinished = set()  # these numbers mean other mails now
            _log.warning("imap_renumbered", mails=len(everything))
        self._commit(position, ())
        return self._take(session, position, self.since_floor(session, position), end=position.old_until)

    def since_floor(self, session: ImapSession, position: Position) -> list[int]:
        # a server goes by its own days: one more, and the exact instant is looked at afterwards
        return session.uids_since(position.floor.date() - timedelta(days=1))

    def _take(self, session: ImapSession, position: Position, uids: Collection[int], end: int = 0) -> int:
        """Store those of them that are not old, and move the position over all of them."""
        found = [mail for mail in session.describe(uids) if not position.is_old(mail.uid, mail.arrived_at)]
        return self.store(session, position, found, max([end, *uids]))

    def store(self, session: ImapSession, position: Position, found: Sequence[Answer], end: int) -> int:
        """Fetch, keep and commit these mails, some at a time. `end` is the last UID that was looked at."""
        stored, limit = 0, end
        for mails in _batches(found, self._max_bytes):
            taken, held_back = self._fetch(session, position.uidvalidity, mails)
            limit = min([limit, *(uid - 1 for uid in held_back)])
            position = position.at(min(limit, mails[-1].uid))
            stored += self._commit(position, taken)
            self._unfinished.update(mail.uid for mail in taken)
        if position.uid < limit:
            self._commit(position.at(limit), ())
        return stored

    def _fetch(self, session: ImapSession, uidvalidity: int, mails: Sequence[Answer]) -> tuple[list[Taken], set[int]]:
        """Each is on the disk before the commit that speaks of it. And the UIDs that are asked for again."""
        about = {mail.uid: mail for mail in mails}
        fetched = session.fetch(about, most=self._most(mails[0]))
        # Some servers give an empty text for a mail that is gone, or that they cannot read; some say too that it has no
        # bytes. Only what they say so at each look is an empty mail.
        empty = {uid for uid, raw in fetched.raws.items() if not raw}
        refused = fetched.refused.union(session.listed(empty))
        given_up = {uid for uid in sorted(refused) if self._is_given_up(uidvalidity, uid)}
        really_empty = {uid for uid in given_up & empty if about[uid].size == 0}
        wanted = sorted(fetched.raws.keys() - empty | really_empty)
        return [self._keep(about[uid], fetched.raws[uid]) for uid in wanted], refused - given_up

    def _most(self, mail: Answer) -> int | None:
        """How much is asked for of a mail, which is alone then; None for all of it."""
        if mail.size is None:
            return self._max_bytes + 1
        return self._beginning if mail.size > self._max_bytes else None

    def _keep(self, mail: Answer, raw: bytes) -> Taken:
        now = self._clock.now()
        size = mail.size or len(raw)  # of what was not described, and is too large, we know that it has so many
        is_large = size > self._max_bytes
        held = raw[: self._beginning] if is_large else raw
        entry = mail_entry(
            held,
            kept=self._raw_mails.keep(held),
            received_at=now,
            occurred_at=believed(mail.arrived_at, now=now) or now,
            size=size if is_large else None,
        )
        return Taken(mail.uid, entry)

    def _is_given_up(self, uidvalidity: int, uid: int) -> bool:
        """A mail that the server does not give is asked for at three looks, then left to the daily count."""
        self._refusals[uidvalidity, uid] += 1
        count = self._refusals[uidvalidity, uid]
        if count >= MOST_REFUSALS:
            _log.warning("imap_mail_refused", uid=uid, times=count)
        return count >= MOST_REFUSALS

    # What is committed

    def position(self) -> Position | None:
        cursor = self._hand_over(self._store.read(lambda uow: uow.cursors.get(self._cursor)))
        return read_position(cursor) if cursor else None

    def seen(self, uidvalidity: int) -> set[int]:
        """The UIDs that were stored."""
        return self._hand_over(self._store.read(lambda uow: uow.mails.seen(self._mailbox, uidvalidity)))

    def keep_position(self, position: Position) -> None:
        self._commit(position, ())

    def forget_gone(self, session: ImapSession, uidvalidity: int, before: datetime) -> None:
        """What was stored before then, and is no longer in the mailbox: no number comes twice under one UIDVALIDITY."""
        there = session.uids()
        self._hand_over(
            self._store.write(lambda uow: uow.mails.forget_gone(self._mailbox, uidvalidity, there, before=before))
        )

    def _commit(self, position: Position, taken: Sequence[Taken]) -> int:
        """Mails and position in one unit of work; how many of the mails were new."""
        now = self._clock.now()

        async def work(uow: UnitOfWork) -> int:
            added = 0
            for mail in taken:
                added += await uow.inbox.add(mail.entry)
            noted = [(mail.uid, mail.entry.external_id) for mail in taken]
            if position.uid == 0:  # a numbering begins
                await uow.mails.forget_seen(self._mailbox, position.uidvalidity)
            await uow.mails.note_seen(self._mailbox, position.uidvalidity, noted, now)
            await uow.cursors.put(self._cursor, str(position), now)
            if added:
                uow.signal("inbox")
            return added

        return self._hand_over(self._store.write(work))

    # What is done at the server after that

    def _finish(self, session: ImapSession, uidvalidity: int) -> None:
        """Do what is due for what was committed, also before the link was cut, or the process killed."""
        if self._after.what == "nothing":
            return
        if not self._has_swept:
            # without MOVE and UIDPLUS what was moved stays, marked as deleted: nothing is left to do with it
            here = session.uids("UNSEEN" if self._after.what == "seen" else "UNDELETED")
            self._unfinished |= self.seen(uidvalidity).intersection(here)
            self._has_swept = True
        if not self._unfinished:
            return
        try:
            self._do_after(session)
        except ImapTrouble as trouble:
            # a folder that cannot be made is no reason to be deaf, nor is a server that hangs up when it is asked to
            self._vain += 1
            if trouble.problem is not Problem.MAILBOX and self._vain < MOST_REFUSALS:
                raise
            _log.error("imap_after_refused", what=self._after.what, cause=trouble.cause, mails=len(self._unfinished))
        self._vain = 0
        self._unfinished.clear()

    def _do_after(self, session: ImapSession) -> None:
        if self._after.what == "seen":
            session.mark_seen(self._unfinished)
        else:
            session.move(self._unfinished, self._after.folder)


def _size(mail: Answer) -> int:
    return mail.size or 0


def _batches(found: Sequence[Answer], max_bytes: int) -> Iterator[list[Answer]]:
    """In order; at least one mail each. One that is too large to be taken whole, or may be, is alone."""

    def is_alone(mail: Answer) -> bool:
        return mail.size is None or mail.size > max_bytes

    batch: list[Answer] = []
    for mail in found:
        is_full = len(batch) >= MOST_MAILS or sum(map(_size, batch)) + _size(mail) > MOST_BYTES
        if batch and (is_full or is_alone(mail) or is_alone(batch[0])):
            yield batch
            batch = []
        batch.append(mail)
    if batch:
        yield batch
