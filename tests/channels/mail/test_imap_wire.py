"""What servers say now and then, byte by byte, and what must not come of it (F9)."""

import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.mail.imap.answers import Answer, read_answers, read_date
from bot.channels.mail.imap.count import ImapCount
from bot.channels.mail.imap.position import Position, mailbox_name, read_position
from bot.channels.mail.imap.trouble import Health, Problem
from bot.clock import StoppedClock
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from tests.channels.mail.imap_desk import Desk, open_desk, running, unix, until
from tests.channels.mail.imap_script import CUT, scripted
from tests.channels.mail.imap_servers import NOW, USERNAME, mail

ARRIVED = b'INTERNALDATE "02-Mar-2026 10:00:00 +0100"'
DESCRIBED = b"* 1 FETCH (UID 1 RFC822.SIZE 190 " + ARRIVED + b")\r\n"
FLOOR = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


def literal(raw: bytes, *, announced: int | None = None, uid: int = 1) -> bytes:
    size = len(raw) if announced is None else announced
    return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, size, raw)


def told(described: bytes = DESCRIBED, fetched: bytes = b"", *, status: bytes = b"OK") -> Callable[[str], bytes | None]:
    """A server with mail 1, which says this of it."""

    def answer(command: str) -> bytes | None:
        if command.startswith("UID FETCH"):
            return fetched + b"TAG " + status + b" done\r\n" if "BODY" in command else described + b"TAG OK done\r\n"
        return None

    return answer


RAW = mail(1)
CLOCK = StoppedClock(NOW)
QUOTED = b'* 1 FETCH (BODY[] "Subject: \\"oui\\"" UID 1)\r\n'


@pytest.mark.parametrize(
    ("fetched", "kept"),
    [
        pytest.param(literal(RAW), [RAW], id="as usual"),
        pytest.param(
            b"* 1 FETCH (FLAGS (\\Seen))\r\n" + literal(RAW), [RAW], id="somebody else changes a flag meanwhile"
        ),
        pytest.param(literal(RAW) + b"* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n", [RAW], id="and afterwards, with its UID"),
        pytest.param(b"* 1 FETCH (BODY[] {%d}\r\n%b UID 1 FLAGS ())\r\n" % (len(RAW), RAW), [RAW], id="the UID last"),
        pytest.param(QUOTED, [b'Subject: "oui"'], id="between quotation marks"),
        pytest.param(b'* 1 FETCH (UID 1 BODY[] "")\r\n', [], id="an empty text: it is gone"),
        pytest.param(b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", [], id="NIL: it is gone"),
        pytest.param(b"", [], id="nothing: it is gone"),
        pytest.param(literal(RAW, uid=9), [], id="a mail that nobody asked for"),
    ],
)
async def test_whatever_the_form_of_the_answer_the_mail_is_taken(desk: Desk, fetched: bytes, kept: list[bytes]) -> None:
    def answer(command: str) -> bytes | None:
        return b"* SEARCH\r\nTAG OK done\r\n" if command == "UID SEARCH UID 1" else told(fetched=fetched)(command)

    async with scripted(answer) as server:
        assert await desk.reader(server.port, clock=CLOCK).catch_up() == len(kept)
        assert [desk.spool.read(each["raw"]) for each in desk.payloads()] == kept
        before = len(server.heard)
        assert await desk.reader(server.port, clock=CLOCK).catch_up() == 0  # and it is looked at no more
        assert [command for command in server.heard[before:] if "FETCH" in command] == []


async def test_only_peeks(desk: Desk) -> None:
    async with scripted(told(fetched=literal(RAW))) as server:
        await desk.reader(server.port, clock=CLOCK).catch_up()
    said = " ".join(server.heard)
    assert "BODY.PEEK[]" in said
    for word in ("STORE", "UNSEEN", "BODY[]", "RFC822)", "SELECT"):
        assert word not in said


@pytest.mark.parametrize("described", [DESCRIBED, b""], ids=["described", "only listed"])
@pytest.mark.parametrize(
    ("fetched", "status"),
    [
        pytest.param(b"", b"NO [SERVERBUG]", id="NO"),
        pytest.param(b"", b"BAD", id="BAD"),
        pytest.param(b"", b"OK", id="OK, and nothing"),
        pytest.param(b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", b"OK", id="OK, and NIL"),
        pytest.param(b'* 1 FETCH (UID 1 BODY[] "")\r\n', b"OK", id="OK, and an empty text"),
    ],
)
async def test_a_mail_that_the_server_lists_and_does_not_give_is_asked_for_three_times_and_then_only_by_the_count(
    desk: Desk, described: bytes, fetched: bytes, status: bytes
) -> None:
    async with scripted(told(described, fetched, status=status)) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        tries = []
        for _ in range(5):
            before = len(server.heard)
            assert await reader.catch_up() == 0
            tries.append(sum("BODY" in command for command in server.heard[before:]))
        assert tries == [1, 1, 1, 0, 0]
        assert await reader.count() == ImapCount(on_server=1, missing=1, stored=0, withheld=("7:1",))
        server.answer = told(described, literal(RAW))
        assert await reader.catch_up() == 0
        assert await reader.count() == ImapCount(on_server=1, missing=1, stored=1)
        assert await reader.count() == ImapCount(on_server=1, missing=0, stored=0)


OF_NO_BYTES = DESCRIBED.replace(b"SIZE 190", b"SIZE 0")
EMPTY = b'* 1 FETCH (UID 1 BODY[] "")\r\n'


async def test_a_mail_of_no_bytes_is_one_if_the_server_says_so_three_times(desk: Desk) -> None:
    async with scripted(told(OF_NO_BYTES, EMPTY)) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        assert [await reader.catch_up() for _ in range(5)] == [0, 0, 1, 0, 0]
        assert await reader.count() == ImapCount(on_server=1, missing=0, stored=0)
    assert [desk.spool.read(each["raw"]) for each in desk.payloads()] == [b""]


async def test_a_mail_that_looks_empty_while_it_is_being_deleted_is_none(desk: Desk) -> None:
    async with scripted(told(OF_NO_BYTES, EMPTY)) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        assert await reader.catch_up() == 0
        server.answer = lambda command: b"* SEARCH\r\nTAG OK done\r\n" if command.startswith("UID SEARCH") else None
        assert [await reader.catch_up() for _ in range(3)] == [0, 0, 0]
    assert desk.count() == 0


async def test_a_mail_that_looks_empty_while_it_is_being_written_is_taken_whole(desk: Desk) -> None:
    async with scripted(told(OF_NO_BYTES, EMPTY)) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        assert await reader.catch_up() == 0
        server.answer = told(fetched=literal(RAW))
        assert await reader.catch_up() == 1
    assert [desk.spool.read(each["raw"]) for each in desk.payloads()] == [RAW]


def mailbox_of_three(command: str, *, is_described: Callable[[str], bool]) -> bytes | None:
    """A server with mails 1 to 3, which refuses descriptions; all of a command at once."""
    if command.startswith("UID SEARCH"):
        return b"* SEARCH 1 2 3\r\nTAG OK done\r\n"
    if not command.startswith("UID FETCH"):
        return None
    uids = [int(uid) for uid in command.split()[2].split(",")]
    if "BODY" in command:
        return b"".join(literal(mail(uid), uid=uid) for uid in uids) + b"TAG OK done\r\n"
    if is_described(command):
        return b"".join(DESCRIBED.replace(b"UID 1", b"UID %d" % uid) for uid in uids) + b"TAG OK done\r\n"
    return b"TAG NO [EXPUNGEISSUED] not all of them\r\n"


@pytest.mark.parametrize(
    "is_described",
    [
        pytest.param(lambda command: "," not in command, id="one by one"),
        pytest.param(lambda command: command.split()[2] in ("1", "3"), id="but one of them"),
        pytest.param(lambda command: False, id="none"),
    ],
)
async def test_mails_that_the_server_does_not_describe_together_are_taken_all_the_same(
    desk: Desk, is_described: Callable[[str], bool]
) -> None:
    """RFC 2180, 4.1.2."""
    async with scripted(lambda command: mailbox_of_three(command, is_described=is_described)) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        assert await reader.catch_up() == 3
        assert await reader.count() == ImapCount(on_server=3, missing=0, stored=0)
    assert desk.mails() == unix(mail(1), mail(2), mail(3))


@pytest.mark.parametrize(("most", "kept"), [(len(RAW), len(RAW)), (len(RAW) - 1, len(RAW) - 1)], ids=["whole", "cut"])
async def test_of_a_mail_that_is_only_listed_no_more_is_fetched_than_may_be_kept(
    desk: Desk, most: int, kept: int
) -> None:
    async with scripted(told(b"", literal(RAW[: most + 1]))) as server:
        assert await desk.reader(server.port, clock=CLOCK, max_bytes=most).catch_up() == 1
        assert [command for command in server.heard if "BODY" in command] == [
            f"UID FETCH 1 (UID BODY.PEEK[]<0.{most + 1}>)"
        ]
    [payload] = desk.payloads()
    assert desk.spool.read(payload["raw"]) == RAW[:kept]
    assert payload.get("size") == (None if kept == len(RAW) else most + 1)


def choking_on_mail_2(command: str) -> bytes | None:
    """A server with mails 1 to 3, which gives no bytes of the second."""
    if command.startswith("UID SEARCH"):
        return b"* SEARCH 1 2 3\r\nTAG OK done\r\n"
    if command.startswith("UID FETCH") and "BODY" not in command:
        return b"".join(DESCRIBED.replace(b"UID 1", b"UID %d" % uid) for uid in (1, 2, 3)) + b"TAG OK done\r\n"
    if command.startswith("UID FETCH 2 "):
        return b"TAG BAD I choke on it\r\n"
    if command.startswith(("UID FETCH 1 ", "UID FETCH 3 ")):
        uid = int(command.split()[2])
        return literal(mail(uid), uid=uid) + b"TAG OK done\r\n"
    return b"TAG NO [EXPUNGEISSUED] not all of them\r\n" if command.startswith("UID FETCH") else None


async def test_a_mail_that_the_server_refuses_is_named_once_it_was_given_up(desk: Desk) -> None:
    async with scripted(choking_on_mail_2) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        counts = [await reader.count() for _ in range(3)]
    assert [(each.missing, each.stored, each.withheld) for each in counts] == [
        (1, 0, ()),
        (1, 0, ("7:2",)),
        (1, 0, ("7:2",)),
    ]


async def test_what_was_moved_by_copying_is_not_copied_again_at_the_next_start(desk: Desk) -> None:
    """Without MOVE and UIDPLUS it stays, marked as deleted."""
    is_deleted = False

    def answer(command: str) -> bytes | None:
        nonlocal is_deleted
        if command.startswith("UID SEARCH"):
            return b"* SEARCH\r\nTAG OK done\r\n" if is_deleted and "UNDELETED" in command else None
        if command.startswith("LIST"):
            return b'* LIST () "/" "Vus"\r\nTAG OK done\r\n'
        if command.startswith("UID STORE"):
            is_deleted = True
        return (
            b"TAG OK done\r\n" if command.startswith(("UID COPY", "UID STORE")) else told(fetched=literal(RAW))(command)
        )

    async with scripted(answer) as server:
        for _ in range(3):
            await desk.reader(server.port, clock=CLOCK, after="move", after_folder="Vus").catch_up()
        assert sum(command.startswith("UID COPY") for command in server.heard) == 1


async def test_a_mail_that_the_server_refuses_holds_up_no_other(desk: Desk) -> None:
    async with scripted(choking_on_mail_2) as server:
        assert await desk.reader(server.port, clock=CLOCK).catch_up() == 2
    assert [desk.spool.read(each["raw"]) for each in desk.payloads()] == [mail(1), mail(3)]
    [(position,)] = desk.rows("SELECT value FROM cursors WHERE name LIKE 'imap:%'")
    assert position.split(":")[:2] == ["7", "1"]  # mail 2 is asked for again


@pytest.mark.parametrize("size", [0, 1, 57, len(RAW) - 1])
async def test_a_literal_that_is_cut_is_never_a_mail(desk: Desk, size: int) -> None:
    whole = literal(RAW)
    beginning = whole[: whole.index(RAW) + size]

    def answer(command: str) -> bytes | None:
        return beginning + CUT if "BODY" in command else told()(command)

    async with scripted(answer) as server, running(desk.reader(server.port, clock=CLOCK)) as reader:
        await until(lambda: reader._failures >= 3)
        assert reader.health == Health(None, Problem.NETWORK)
    assert desk.count() == 0


async def test_news_before_the_answer_to_idle_is_news(desk: Desk) -> None:
    is_there = False

    def answer(command: str) -> bytes | None:
        nonlocal is_there
        if command.startswith("UID SEARCH"):
            return b"* SEARCH 1\r\nTAG OK done\r\n" if is_there else b"* SEARCH\r\nTAG OK done\r\n"
        if command == "IDLE":
            is_there = True
            return b"* 1 EXISTS\r\n+ idling\r\n"
        return b"TAG OK done\r\n" if command == "DONE" else told(fetched=literal(RAW))(command)

    async with scripted(answer) as server, running(desk.reader(server.port, clock=CLOCK, poll_seconds=3600)):
        await until(lambda: desk.count() == 1)
        assert server.links == 1


async def test_news_in_one_packet_with_the_answer_to_idle_is_not_overlooked(desk: Desk) -> None:
    is_there = False

    def answer(command: str) -> bytes | None:
        nonlocal is_there
        if command.startswith("UID SEARCH"):
            return b"* SEARCH 1\r\nTAG OK done\r\n" if is_there else b"* SEARCH\r\nTAG OK done\r\n"
        if command == "IDLE":
            said = b"+ idling\r\n" if is_there else b"+ idling\r\n* 1 EXISTS\r\n"
            is_there = True
            return said
        return b"TAG OK done\r\n" if command == "DONE" else told(fetched=literal(RAW))(command)

    async with scripted(answer) as server, running(desk.reader(server.port, clock=CLOCK, poll_seconds=3600)):
        await until(lambda: desk.count() == 1)
        assert server.links == 1


async def test_a_server_that_offers_idle_and_refuses_it_is_polled(desk: Desk) -> None:
    looks = 0

    def answer(command: str) -> bytes | None:
        nonlocal looks
        looks += command.startswith("EXAMINE")
        return b"TAG NO not today\r\n" if command == "IDLE" else told(fetched=literal(RAW))(command)

    async with scripted(answer) as server, running(desk.reader(server.port, clock=CLOCK, poll_seconds=0.05)):
        await until(lambda: looks >= 5)
    assert (server.links, server.heard.count("IDLE")) == (1, 1)


async def test_a_link_that_died_in_idle_is_noticed(desk: Desk) -> None:
    def answer(command: str) -> bytes | None:
        return CUT if command == "DONE" else b"+ idling\r\n" if command == "IDLE" else told()(command)

    async with scripted(answer) as server, running(desk.reader(server.port, clock=CLOCK, poll_seconds=0.05)) as reader:
        await until(lambda: reader.health.problem is Problem.NETWORK)
        await until(lambda: server.links >= 3)


@pytest.mark.parametrize("said", [b"", b"* OK [UIDVALIDITY 7x] valid\r\n"], ids=["none", "one that is no number"])
async def test_a_server_that_gives_no_uidvalidity_cannot_be_read(desk: Desk, said: bytes) -> None:
    async with scripted(lambda command: said + b"TAG OK done\r\n" if command.startswith("EXAMINE") else None) as server:
        reader = desk.reader(server.port, clock=CLOCK)
        assert await reader.check() == Problem.MAILBOX
        async with running(reader):
            await until(lambda: server.links >= 4)  # it is asked again
            assert reader.health == Health(None, Problem.MAILBOX)


async def test_what_nobody_foresaw_is_a_problem_and_not_the_end_of_mails(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Broken()
    async with scripted(told(fetched=literal(RAW))) as server, running(desk.reader(server.port, clock=clock)) as reader:
        await until(lambda: clock.asked >= 3)
        await until(lambda: reader.health == Health(None, Problem.UNFORESEEN))
        clock.is_broken = False
        await until(lambda: desk.count() == 1 and reader.health.problem is None)
    shown = capsys.readouterr().out
    assert shown.count("imap_reading_stopped") == 1
    assert "LookupError" in shown
    assert "martin@exemple.fr" not in shown


class Broken(StoppedClock):
    """A bug, somewhere in what the thread does."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.is_broken = True
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        if self.is_broken:
            raise LookupError("martin@exemple.fr")
        return super().now()


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        pytest.param(b"TAG NO [AUTHENTICATIONFAILED] no\r\n", Problem.LOGIN, id="a wrong password"),
        pytest.param(b"TAG NO [UNAVAILABLE] later\r\n", Problem.NETWORK, id="its user database is away"),
        pytest.param(b"TAG NO [LIMIT] too many\r\n", Problem.NETWORK, id="too many connections"),
        pytest.param(b"TAG BAD eh\r\n", Problem.LOGIN, id="not understood"),
        pytest.param(b"* BYE go away\r\n", Problem.NETWORK, id="hangs up"),
    ],
)
async def test_a_refused_login_is_told_from_a_busy_server(desk: Desk, refusal: bytes, problem: Problem) -> None:
    async with scripted(lambda command: refusal if command.startswith("LOGIN") else None) as server:
        assert await desk.reader(server.port, clock=CLOCK).check() == problem


class Tokens:
    """An access token that is refused until it was renewed."""

    def __init__(self, *, good: str = "new", error: Exception | None = None) -> None:
        self.asked: list[bool] = []
        self.good = good
        self.error = error

    async def __call__(self, renew: bool) -> str:
        self.asked.append(renew)
        if self.error:
            raise self.error
        return "new" if renew else "old"


def xoauth2(good: str) -> Callable[[str], bytes | None]:
    expected = base64.b64encode(f"user={USERNAME}\1auth=Bearer {good}\1\1".encode()).decode()

    def answer(command: str) -> bytes | None:
        if command == "AUTHENTICATE XOAUTH2":
            return b"+ \r\n"
        if command == expected:
            return b"TAG OK welcome\r\n"
        return b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n" if len(command) > 60 and " " not in command else None

    return answer


async def test_a_token_that_is_refused_is_renewed_once(desk: Desk) -> None:
    tokens = Tokens()
    async with scripted(_and_no(xoauth2("new"))) as server:
        assert await desk.reader(server.port, clock=CLOCK, password=None, access_token=tokens).check() is None
    assert tokens.asked == [False, True]


async def test_a_token_that_is_refused_twice_is_a_problem_of_login(desk: Desk) -> None:
    tokens = Tokens()
    async with scripted(_and_no(xoauth2("another"))) as server:
        assert await desk.reader(server.port, clock=CLOCK, password=None, access_token=tokens).check() == Problem.LOGIN
    assert tokens.asked == [False, True]


def _and_no(answer: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    """The client owes an empty line to the reason of a refusal. The script says NO together with the reason."""

    def both(command: str) -> bytes | None:
        said = answer(command)
        return said + b"TAG NO refused\r\n" if said and said.startswith(b"+ ey") else said

    return both


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        pytest.param(
            PermanentDeliveryError("refused", code="invalid_grant"), Problem.LOGIN, id="consent was withdrawn"
        ),
        pytest.param(TransientDeliveryError("no answer"), Problem.NETWORK, id="the token server is away"),
    ],
)
async def test_no_token_no_mail(desk: Desk, error: Exception, problem: Problem) -> None:
    async with scripted(lambda command: None) as server:
        reader = desk.reader(server.port, clock=CLOCK, password=None, access_token=Tokens(error=error))
        assert await reader.check() == problem
        assert server.links == 0


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("17-Jul-1996 02:44:25 -0700", datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC), id="as in the RFC"),
        pytest.param(" 2-Mar-2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC), id="a day of one digit"),
        pytest.param("02-Mar-2026 10:00:00 -0000", datetime(2026, 3, 2, 10, tzinfo=UTC), id="no zone"),
        pytest.param("00-Xxx-0000 99:99:99 +9999", None, id="nonsense"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_date_of_the_server_is_an_instant_or_none(text: str, instant: datetime | None) -> None:
    assert read_date(text) == instant


def test_a_literal_shorter_than_announced_is_no_text() -> None:
    lines = [(b"1 (UID 1 BODY[] {10}", b"half"), b")"]
    assert list(read_answers(lines)) == [Answer(uid=1)]


def test_a_position_is_read_back_as_it_was_written() -> None:
    position = Position(1712345678, 42, 17, FLOOR)
    assert read_position(str(position)) == position
    assert (position.at(41), position.at(43).uid) == (position, 43)
    assert [position.is_old(uid, datetime(2026, 2, 1, tzinfo=UTC)) for uid in (17, 18)] == [True, False]
    assert position.is_old(1, None) is False


def test_the_name_of_a_mailbox_fits_into_the_database() -> None:
    assert mailbox_name("imap.exemple.fr", USERNAME, "INBOX") == f"imap.exemple.fr/{USERNAME}/INBOX"
    assert len(mailbox_name("imap.exemple.fr", USERNAME, "a" * 300)) == 64
