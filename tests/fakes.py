"""Stand-ins for what lies outside, in memory: they do what the ports promise, and what a test tells them to."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from bot.domain.inbox import InboxEntry
from bot.domain.outbox import Kind, Outgoing
from bot.domain.tickets import Media
from bot.errors import DeliveryError, Unreadable
from bot.ports import Reading


class FakeSender:
    """Takes every message and gives it an id, unless `next_problems` or `problem_of` says otherwise."""

    def __init__(self, *, prefix: str = "SM") -> None:
        self.prefix = prefix
        self.sent: list[Outgoing] = []
        self.tried: list[Outgoing] = []
        self.next_problems: deque[Exception | None] = deque()
        self.problem_of: Callable[[Outgoing], Exception | None] = lambda _: None
        self.found: dict[int, str] = {}
        """What the provider's list holds, by the row's id."""
        self.looked_up: list[tuple[int, list[str]]] = []
        self.wait: Callable[[Outgoing], float] = lambda _: 0.0
        self.on_send: Callable[[Outgoing], None] = lambda _: None

    async def send(self, outgoing: Outgoing) -> str:
        self.tried.append(outgoing)
        problem = self.next_problems.popleft() if self.next_problems else self.problem_of(outgoing)
        if problem is not None:
            raise problem
        self.on_send(outgoing)
        self.sent.append(outgoing)
        return self.id_of(outgoing)

    def id_of(self, outgoing: Outgoing) -> str:
        return f"{self.prefix}-sent-{len(self.sent)}"

    async def find_sent(self, outgoing: Outgoing, known: Sequence[str]) -> str | None:
        self.looked_up.append((outgoing.id, sorted(known)))
        return self.found.get(outgoing.id)

    def ready_in(self, outgoing: Outgoing) -> float:
        return self.wait(outgoing)


class FakeMail(FakeSender):
    """A mail server: the provider's id is the mail's own."""

    def id_of(self, outgoing: Outgoing) -> str:
        return str(outgoing.payload.get("mail_id", f"row{outgoing.id}"))


class FakeDesk(FakeSender):
    """A Telegram: ids are "chat:message", counted up from 101 in all chats."""

    def id_of(self, outgoing: Outgoing) -> str:
        if outgoing.kind is Kind.TOAST:
            return "toast"
        if outgoing.kind is Kind.EDIT:
            return f"{outgoing.address.identifier}:{outgoing.payload['message_id']}"
        said = sum(row.kind in (Kind.SAY, Kind.FILE) for row in self.sent)
        return f"{outgoing.address.identifier}:{100 + said}"


class FakeArchive:
    """A provider's own list of what it received for us."""

    def __init__(self, entries: Sequence[InboxEntry] = ()) -> None:
        self.entries = list(entries)
        self.asked: list[datetime] = []
        self.problem: DeliveryError | None = None

    async def received_since(self, since: datetime) -> AsyncIterator[InboxEntry]:
        self.asked.append(since)
        if self.problem is not None:
            raise self.problem
        for entry in self.entries:
            if entry.at >= since:
                yield entry


class FakeMediaStore:
    """Keeps nothing: says where it would be. `problems` are raised for these addresses."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fetched: list[str] = []
        self.problems: dict[str, DeliveryError] = {}
        self.on_ask: Callable[[Media], Awaitable[None]] | None = None

    async def fetch(self, media: Media) -> tuple[Path, int]:
        self.asked.append(media.url)
        if self.on_ask is not None:
            await self.on_ask(media)
        if media.url in self.problems:
            raise self.problems[media.url]
        self.fetched.append(media.url)
        return Path("/media") / str(media.id), 1000 + media.id


class FakeScanner:
    """Finds in a file of this name what `found` says; `problem` is raised for every file, `problems` for one."""

    def __init__(self) -> None:
        self.scanned: list[str] = []
        self.found: dict[str, str] = {}
        self.problem: DeliveryError | None = None
        self.problems: dict[str, DeliveryError] = {}

    async def scan(self, path: Path) -> str | None:
        self.scanned.append(path.name)
        problem = self.problem or self.problems.get(path.name)
        if problem is not None:
            raise problem
        return self.found.get(path.name)

    async def check(self) -> None:
        if self.problem is not None:
            raise self.problem


class FakeRecordings:
    """A provider that keeps recordings until they are erased."""

    def __init__(self) -> None:
        self.erased: list[str] = []
        self.problem: DeliveryError | None = None

    async def erase(self, sid: str) -> None:
        if self.problem is not None:
            raise self.problem
        self.erased.append(sid)


class FakeParsers:
    """Reads an entry as the test said it was to be read; raises what it was told to raise."""

    def __init__(self) -> None:
        self.readings: dict[str, Reading | Exception] = {}

    def __call__(self, entry: InboxEntry) -> Reading:
        reading = self.readings.get(entry.external_id, Unreadable("nobody said what it is"))
        if isinstance(reading, Exception):
            raise reading
        return reading
