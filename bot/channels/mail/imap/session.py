"""A folder of an IMAP server's, open. Blocking, and each call raises `ImapTrouble`.

Nothing here changes what others see of a mail, but `mark_seen` and `move`, which the reader calls after the commit: a
mail is fetched by BODY.PEEK, and the folder is opened by EXAMINE where nothing is to be done in it.
"""

import imaplib
import select
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from imap_tools import AND, BaseMailBox
from imap_tools.errors import ImapToolsError, MailboxTaggedResponseError
from imap_tools.utils import encode_folder

from bot.channels.mail.imap.answers import Answer, read_answers
from bot.channels.mail.imap.connection import Leash
from bot.channels.mail.imap.trouble import ImapTrouble, Problem, named_troubles

IDLE_SECONDS = 9 * 60.0  # servers hang up after 29 minutes, and routers forget a quiet link much sooner
_UIDS_IN_A_COMMAND = 200  # some servers refuse lines of more than 8,000 characters
_ABOUT = "(UID RFC822.SIZE INTERNALDATE)"


@dataclass(slots=True)
class Fetched:
    """Mails by UID. `refused` are still there, and the server does not give them; those in neither are gone."""

    raws: dict[int, bytes] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)


class ImapSession:
    """One folder, over one connection that is logged in."""

    def __init__(self, mailbox: BaseMailBox, folder: str, leash: Leash, *, is_read_only: bool) -> None:
        self._mailbox = mailbox
        self._client = mailbox.client
        self._folder = folder
        self._leash = leash
        self._is_read_only = is_read_only
        with named_troubles():
            # what it can do is said anew to those who logged in
            words = b" ".join(part for part in self._client.capability()[1] if part)
        self._capabilities = frozenset(words.decode("ascii", "replace").upper().split())

    def select(self) -> int:
        """Open the folder, or look at it afresh: its UIDVALIDITY."""
        with named_troubles():
            self._mailbox.folder.set(self._folder, readonly=self._is_read_only)
            told = self._client.response("UIDVALIDITY")[1]
            if not told or not told[0]:
                raise ImapTrouble(Problem.MAILBOX, "no UIDVALIDITY")
            return int(told[0])

    def uids(self, criteria: str = "ALL") -> list[int]:
        """The UIDs of what is found, in ascending order."""
        with named_troubles():
            return sorted(int(uid) for uid in self._mailbox.uids(criteria, charset=None))

    def uids_above(self, uid: int) -> list[int]:
        # "43:*" gives mail 42 where there is none above it
        return [each for each in self.uids(f"UID {uid + 1}:*") if each > uid]

    def uids_since(self, day: date) -> list[int]:
        """Mails that the server took on this day, in its own time zone, or later."""
        return self.uids(str(AND(date_gte=day)))

    def describe(self, uids: Collection[int]) -> list[Answer]:
        """Sizes and dates, by ascending UID. What is gone is left out; what the server only lists has neither."""
        found: dict[int, Answer] = {}
        for some in _chunks(sorted(uids)):
            found |= {each.uid: each for each in self._fetch(some, _ABOUT)}
        for uid in self.listed(set(uids) - set(found)):
            found[uid] = next(iter(self._fetch([uid], _ABOUT)), Answer(uid))
        return [found[uid] for uid in sorted(found)]

    def listed(self, uids: Collection[int]) -> list[int]:
        """Those of them that are still there, as the server lists them."""
        found: list[int] = []
        for some in _chunks(sorted(uids)):
            found += [uid for uid in self.uids(f"UID {_set(some)}") if uid in some]
        return found

    def fetch(self, uids: Collection[int], *, most: int | None = None) -> Fetched:
        """Whole mails, or their first `most` bytes, as they are. One that the server refuses spoils no other."""
        part = "BODY.PEEK[]" if most is None else f"BODY.PEEK[]<0.{most}>"
        raws = self._texts(sorted(uids), part)
        refused = set(self.listed(set(uids) - set(raws)))
        if len(uids) > 1:  # one of them may have been the reason why the others were not given
            for uid in sorted(refused):
                raws |= self._texts([uid], part)
        return Fetched(raws, refused - set(raws))

    def _texts(self, uids: Sequence[int], part: str) -> dict[int, bytes]:
        return {each.uid: each.raw for each in self._fetch(uids, f"(UID {part})") if each.raw is not None}

    def _fetch(self, uids: Sequence[int], parts: str) -> list[Answer]:
        """What was answered of them: not always all, and some servers refuse all when one is gone (RFC 2180)."""
        with named_troubles():
            try:
                status, lines = self._client.uid("FETCH", _set(uids), parts)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                status = "BAD"
            if status != "OK":
                lines = self._client.response("FETCH")[1]  # else they would come with the next command's
            return [answer for answer in read_answers(lines) if answer.uid in uids]

    def mark_seen(self, uids: Collection[int]) -> None:
        """False friends: imap-tools' `flag` also expunges, which finishes what other people deleted."""
        for some in _chunks(sorted(uids)):
            self._obey("STORE", _set(some), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: Collection[int], folder: str) -> None:
        """Move them; the folder is made where it is missing. Only what we moved is expunged."""
        self._make(folder)
        name = encode_folder(folder).decode("ascii")
        for some in _chunks(sorted(uids)):
            if "MOVE" in self._capabilities:
                self._obey("MOVE", _set(some), name)
                continue
            self._obey("COPY", _set(some), name)
            self._obey("STORE", _set(some), "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self._capabilities:
                self._obey("EXPUNGE", _set(some))

    def _make(self, folder: str) -> None:
        with named_troubles():
            if not self._mailbox.folder.exists(folder):
                self._mailbox.folder.create(folder)
                with suppress(ImapToolsError):  # a mail program shows it then; not all servers have subscriptions
                    self._mailbox.folder.subscribe(folder, True)

    def _obey(self, command: str, *arguments: str) -> None:
        with named_troubles():
            status, _ = self._client.uid(command, *arguments)
        if status != "OK":
            raise ImapTrouble(Problem.MAILBOX, f"{command} {status}")

    def wait(self, seconds: float) -> None:
        """Until the server says that something changed (IDLE), the connection dies, or so many seconds."""
        if "IDLE" not in self._capabilities:
            self._leash.is_ended.wait(seconds)
            return
        idle: Any = self._mailbox.idle  # imap-tools gives its methods no types
        with named_troubles():
            try:
                idle.start()
            except MailboxTaggedResponseError:
                if any(self._client.tagged_commands.values()):  # it offers IDLE, and refuses it
                    self._capabilities -= {"IDLE"}
                    return
                # it had news to tell before it answered
            else:
                if not self._has_line():
                    self._listen(min(seconds, IDLE_SECONDS))
            idle.stop()

    def _has_line(self) -> bool:
        """What came in one packet with the answer to IDLE lies in a buffer, where no poll of the socket sees it."""
        connection = self._client.sock
        timeout = connection.gettimeout()
        connection.settimeout(0)
        try:
            return bool(self._client.readline())
        except OSError:
            return False
        finally:
            connection.settimeout(timeout)

    def _listen(self, seconds: float) -> None:
        poll = select.poll()
        poll.register(self._client.sock, select.POLLIN)
        poll.poll(seconds * 1000)

    def close(self) -> None:
        """Say goodbye where somebody listens; close the connection in any case."""
        with suppress(imaplib.IMAP4.error, OSError, ImapToolsError):
            if not self._leash.is_ended.is_set():
                self._client.logout()
        with suppress(OSError):
            self._client.shutdown()


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)


def _chunks(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), _UIDS_IN_A_COMMAND):
        yield uids[start : start + _UIDS_IN_A_COMMAND]
