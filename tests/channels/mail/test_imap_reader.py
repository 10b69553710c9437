"""Mails of a mailbox into the inbox, each once, whoever else reads it (F9): real IMAP servers on loopback."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.mail.imap.answers import Answer
from bot.channels.mail.imap.count import ImapCount
from bot.channels.mail.imap.reader import ImapReader, Patience
from bot.channels.mail.imap.session import ImapSession
from bot.channels.mail.imap.trouble import Health, ImapTrouble, Problem
from bot.clock import StoppedClock
from bot.errors import StorageUnavailable
from tests.channels.mail.imap_desk import Desk, ago, is_read, nobody_listens, open_desk, running, unix, until
from tests.channels.mail.imap_servers import (
    NOW,
    PASSWORD,
    ImapServer,
    dovecot_server,
    mail,
    pymap_server,
)


@pytest.fixture(params=["pymap", "dovecot"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ImapServer]:
    with pymap_server(tmp_path / "pymap") if request.param == "pymap" else dovecot_server() as server:
        yield server


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


async def test_takes_each_mail_as_it_is_whether_somebody_read_it_or_not_and_marks_none(
    server: ImapServer, desk: Desk
) -> None:
    unread, read = server.maildir.deliver(mail(1)), server.maildir.deliver(mail(2))
    with server.client() as colleague:
        number = colleague.search(None, "SUBJECT", '"Panne 2"')[1][0].decode()
        colleague.store(number, "+FLAGS", r"(\Seen)")
    async with running(desk.reader(server.port)):
        await until(lambda: desk.count() == 2)
    assert sorted(desk.mails()) == unix(mail(1), mail(2))
    assert (server.maildir.flags(unread), server.maildir.flags(read)) == ("", "S")


async def test_new_mails_come_in_while_it_runs_and_after_a_restart_none_comes_twice(
    server: ImapServer, desk: Desk
) -> None:
    async with running(desk.reader(server.port)):
        server.maildir.deliver(mail(1))
        await until(lambda: desk.count() == 1)
    server.maildir.deliver(mail(2))
    async with running(desk.reader(server.port)) as reader:
        await until(lambda: desk.count() == 2)
        server.maildir.deliver(mail(3))
        await until(lambda: desk.count() == 3)
        assert reader.health.problem is None
    assert desk.mails() == unix(mail(1), mail(2), mail(3))


@pytest.mark.parametrize(
    ("arrived", "starts"),
    [
        pytest.param(timedelta(hours=-5), timedelta(hours=-5), id="it waited while we were down"),
        pytest.param(timedelta(days=-7), timedelta(days=-7), id="for a week"),
        pytest.param(timedelta(days=-7, seconds=-1), timedelta(), id="longer: somebody moved it here"),
        pytest.param(timedelta(days=-20_000), timedelta(), id="a server without a clock"),
        pytest.param(timedelta(days=1), timedelta(), id="a clock that is ahead"),
    ],
)
async def test_the_clock_of_a_mail_starts_when_the_server_took_it(
    server: ImapServer, desk: Desk, arrived: timedelta, starts: timedelta
) -> None:
    """C15; as at the door for LMTP."""
    reader = desk.reader(server.port, clock=StoppedClock(NOW))
    assert await reader.catch_up() == 0
    server.maildir.deliver(mail(1), at=NOW + arrived)
    assert await reader.catch_up() == 1
    [stamps] = desk.rows("SELECT occurred_at, received_at FROM inbox")
    assert [datetime.fromisoformat(each).replace(tzinfo=NOW.tzinfo) for each in stamps] == [NOW + starts, NOW]


async def test_the_first_time_what_is_older_than_the_look_back_is_left_alone_then_and_later(
    server: ImapServer, desk: Desk
) -> None:
    server.maildir.deliver(mail(1), at=ago(hours=80))
    server.maildir.deliver(mail(2), at=ago(hours=71))
    assert await desk.reader(server.port).catch_up() == 1
    assert await desk.reader(server.port).catch_up() == 0
    server.maildir.renumber()
    assert await desk.reader(server.port).catch_up() == 0
    assert (await desk.reader(server.port).count()).missing == 0
    assert desk.mails() == unix(mail(2))


async def test_what_comes_in_later_is_taken_whatever_its_date(server: ImapServer, desk: Desk) -> None:
    assert await desk.reader(server.port).catch_up() == 0
    server.maildir.deliver(mail(1), at=ago(days=400))
    assert await desk.reader(server.port).catch_up() == 1


async def test_killed_in_its_very_first_look_it_still_leaves_old_mails_alone(server: ImapServer, desk: Desk) -> None:
    server.maildir.deliver(mail(1), at=ago(hours=80))
    server.maildir.deliver(mail(2))
    dying = desk.reader(server.port)
    dying._taking._take = _die  # type: ignore[method-assign]
    with pytest.raises(StorageUnavailable):
        await dying.catch_up()
    assert await desk.reader(server.port).catch_up() == 1
    assert desk.mails() == unix(mail(2))


def _die(*_: object, **__: object) -> int:
    raise StorageUnavailable("killed")


async def test_a_renumbered_mailbox_is_read_again_and_nothing_is_stored_twice(server: ImapServer, desk: Desk) -> None:
    for number in range(1, 31):
        server.maildir.deliver(mail(number))
    reader = desk.reader(server.port)
    assert await reader.catch_up() == 30
    [(first,)] = desk.rows("SELECT DISTINCT uidvalidity FROM mail_positions")
    server.maildir.renumber()
    server.maildir.deliver(mail(31))
    assert await reader.catch_up() == 1
    [(second, positions)] = desk.rows("SELECT uidvalidity, count(*) FROM mail_positions GROUP BY uidvalidity")
    assert second != first
    assert (positions, desk.count()) == (31, 31)


async def test_a_mail_that_was_moved_back_or_comes_twice_is_stored_once(server: ImapServer, desk: Desk) -> None:
    key = server.maildir.deliver(mail(1))
    reader = desk.reader(server.port)
    assert await reader.catch_up() == 1
    server.maildir.remove(key)
    assert await reader.catch_up() == 0
    server.maildir.deliver(mail(1))
    server.maildir.deliver(b"Received: by another way\r\n" + mail(1))
    assert await reader.catch_up() == 0
    assert desk.rows("SELECT uid FROM mail_positions ORDER BY uid") == [(1,), (2,), (3,)]
    assert desk.count() == 1


async def test_a_mail_that_vanishes_between_finding_and_fetching_it_is_skipped(server: ImapServer, desk: Desk) -> None:
    keys = [server.maildir.deliver(mail(number)) for number in (1, 2, 3)]
    reader = desk.reader(server.port)
    describe = ImapSession.describe

    def and_then_it_goes(session: ImapSession, uids: Collection[int]) -> list[Answer]:
        found = describe(session, uids)
        if keys[1] in server.maildir.names():
            server.maildir.remove(keys[1])
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImapSession, "describe", and_then_it_goes)
        assert await reader.catch_up() == 2
    assert sorted(desk.mails()) == unix(mail(1), mail(3))
    assert server.maildir.names() == {keys[0], keys[2]}
    assert await reader.catch_up() == 0


async def test_a_mailbox_that_is_empty_has_a_position_too(server: ImapServer, desk: Desk) -> None:
    assert await desk.reader(server.port).catch_up() == 0
    [(position,)] = desk.rows("SELECT value FROM cursors WHERE name LIKE 'imap:%'")
    assert position.split(":")[1:3] == ["0", "0"]


async def test_of_a_mail_that_is_too_large_only_the_beginning_is_fetched(server: ImapServer, desk: Desk) -> None:
    large = mail(1, body="x" * 70 + "\r\n" + ("A" * 76 + "\r\n") * 10_000)
    server.maildir.deliver(mail(0))
    server.maildir.deliver(large)
    server.maildir.deliver(mail(2))
    assert await desk.reader(server.port, max_bytes=400_000).catch_up() == 3
    [cut] = [each for each in desk.payloads() if "size" in each]
    kept = desk.spool.read(cut["raw"])
    assert len(kept) == 300_000
    assert large.replace(b"\r\n", b"\n").startswith(kept.replace(b"\r\n", b"\n").rstrip(b"\r"))
    assert cut["size"] > 700_000


async def test_nothing_is_touched_at_the_server_before_the_commit(server: ImapServer, desk: Desk) -> None:
    key = server.maildir.deliver(mail(1))
    store = Refusing(desk.store)
    reader = desk.reader(server.port, after="seen", store=store)
    async with running(reader):
        await until(lambda: reader.health.problem)
        await until(lambda: store.refused >= 3)
        assert (reader.health, server.maildir.flags(key)) == (Health(None, Problem.STORAGE), "")
        store.is_refusing = False
        await until(lambda: is_read(server.maildir, key))
        await until(lambda: reader.health.problem is None)
    assert desk.mails() == unix(mail(1))


class Refusing:
    """The real store, on a disk that is full for a while."""

    def __init__(self, store: object) -> None:
        self._store = store
        self.is_refusing = True
        self.refused = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def write(self, work: object) -> object:
        if self.is_refusing:
            self.refused += 1
            raise StorageUnavailable("disk full")
        return await self._store.write(work)  # type: ignore[attr-defined]


async def test_stored_mails_are_moved_to_a_folder_that_is_made_for_them(server: ImapServer, desk: Desk) -> None:
    keys = {server.maildir.deliver(mail(number)) for number in (1, 2)}
    reader = desk.reader(server.port, after="move", after_folder="Traités")
    assert await reader.catch_up() == 2
    assert server.maildir.names() == set()
    with server.client("Trait&AOk-s") as colleague:
        assert len(colleague.search(None, "ALL")[1][0].split()) == len(keys)
    server.maildir.deliver(mail(3))
    assert await reader.catch_up() == 1
    assert server.maildir.names() == set()


async def test_what_was_stored_and_not_moved_when_the_process_died_is_moved_by_the_next(
    server: ImapServer, desk: Desk
) -> None:
    key = server.maildir.deliver(mail(1))
    assert await desk.reader(server.port).catch_up() == 1  # after=nothing: as if it had died then
    assert await desk.reader(server.port, after="seen").catch_up() == 0
    assert server.maildir.flags(key) == "S"
    assert await desk.reader(server.port, after="move", after_folder="Vus").catch_up() == 0
    assert server.maildir.names() == set()


async def test_what_others_deleted_is_not_expunged_by_us(server: ImapServer, desk: Desk) -> None:
    server.maildir.deliver(mail(1))
    with server.client() as colleague:
        colleague.store("1", "+FLAGS", r"(\Deleted)")
    for after in ("seen", "move"):
        server.maildir.deliver(mail(2 if after == "seen" else 3))
        reader = desk.reader(server.port, after=after, after_folder="Vus")
        reader._taking._has_swept = True
        assert await reader.catch_up() >= 1
    with server.client() as colleague:
        assert colleague.search(None, "DELETED")[1][0].split() == [b"1"]


async def test_a_folder_that_cannot_be_made_does_not_make_it_deaf(server: ImapServer, desk: Desk) -> None:
    """Dovecot says no; pymap hangs up, and is asked two times more."""
    server.maildir.deliver(mail(1))
    reader = desk.reader(server.port, after="move", after_folder="a" * 300 + "/../b")
    async with running(reader):
        await until(lambda: reader.health.last_success_at)
        server.maildir.deliver(mail(2))
        await until(lambda: desk.count() == 2)
    assert len(server.maildir.names()) == 2


async def test_the_daily_count_finds_what_slipped_through(server: ImapServer, desk: Desk) -> None:
    for number in range(1, 6):
        server.maildir.deliver(mail(number))
    reader = desk.reader(server.port)
    assert await reader.catch_up() == 5
    desk.forget_mail(3)
    assert await reader.catch_up() == 0
    server.maildir.deliver(mail(6))
    assert await reader.count() == ImapCount(on_server=6, missing=1, stored=1)
    assert await reader.count() == ImapCount(on_server=6, missing=0, stored=0)
    assert sorted(desk.mails()) == unix(*(mail(number) for number in range(1, 7)))


async def test_the_daily_count_forgets_what_has_long_been_gone_from_the_mailbox(server: ImapServer, desk: Desk) -> None:
    clock = StoppedClock(NOW)
    reader = desk.reader(server.port, clock=clock)
    keys = {}
    for number in (1, 2, 3, 4):  # one by one: a server numbers them as it finds them
        if number == 3:
            clock.advance(timedelta(days=31))
        keys[number] = server.maildir.deliver(mail(number), at=clock.now())
        assert await reader.catch_up() == 1
    server.maildir.remove(keys[1])
    server.maildir.remove(keys[3])
    assert await reader.count() == ImapCount(on_server=2, missing=0, stored=0)
    assert desk.rows("SELECT uid FROM mail_positions ORDER BY uid") == [(2,), (3,), (4,)]

    server.maildir.deliver(mail(1), at=NOW)  # moved back by somebody
    assert await reader.catch_up() == 0
    server.maildir.renumber()
    assert await reader.catch_up() == 0
    assert (await reader.count()).stored == 0
    assert desk.count() == 4


async def test_after_a_count_a_renumbered_mailbox_is_read_again_for_a_month_only(
    server: ImapServer, desk: Desk
) -> None:
    clock = StoppedClock(NOW)
    reader = desk.reader(server.port, clock=clock)
    server.maildir.deliver(mail(1), at=NOW)
    assert await reader.catch_up() == 1
    clock.advance(timedelta(days=40))
    await reader.count()
    [(position,)] = desk.rows("SELECT value FROM cursors WHERE name LIKE 'imap:%'")
    assert position.endswith((NOW + timedelta(days=10)).isoformat())


async def test_the_two_ways_to_read_at_once_take_each_mail_once(server: ImapServer, desk: Desk) -> None:
    reader = desk.reader(server.port)
    async with running(reader):
        for number in range(40):
            server.maildir.deliver(mail(number))
            if number % 10 == 0:
                await reader.catch_up()
        await reader.catch_up()
        assert desk.count() == 40


async def test_a_server_that_comes_back_is_read_again(server: ImapServer, desk: Desk) -> None:
    reader = desk.reader(server.port)
    async with running(reader):
        await until(lambda: reader.health.last_success_at)
        server.stop()
        await until(lambda: reader.health.problem is Problem.NETWORK)
        server.maildir.deliver(mail(1))
        server.start()
        await until(lambda: desk.count() == 1)
        await until(lambda: reader.health.problem is None)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param({}, None, id="all is well"),
        pytest.param({"password": "wrong"}, Problem.LOGIN, id="a wrong password"),
        pytest.param({"password": "é"}, Problem.LOGIN, id="a wrong password with an accent"),
        pytest.param({"folder": "Nulle part"}, Problem.MAILBOX, id="no such folder"),
        pytest.param({"is_tls": True}, Problem.NETWORK, id="no TLS there"),
    ],
)
async def test_the_doctor_hears_what_is_wrong(
    server: ImapServer, desk: Desk, settings: dict[str, object], problem: Problem | None
) -> None:
    server.maildir.deliver(mail(1))
    assert await desk.reader(**{"port": server.port} | settings).check() == problem
    assert desk.count() == 0


async def test_the_doctor_hears_that_nobody_listens(desk: Desk) -> None:
    with nobody_listens() as port:
        assert await desk.reader(port).check() == Problem.NETWORK


async def test_a_password_that_is_refused_is_tried_again_slowly(server: ImapServer, desk: Desk) -> None:
    reader = desk.reader(server.port, password="wrong", patience=Patience(login_pause=60.0, first_pause=0.01))
    async with running(reader):
        await until(lambda: reader.health == Health(None, Problem.LOGIN))
        await asyncio.sleep(0.3)
        assert reader._failures == 1


async def test_an_errand_says_what_is_wrong(desk: Desk) -> None:
    with nobody_listens() as port, pytest.raises(ImapTrouble) as raised:
        await desk.reader(port).catch_up()
    assert (raised.value.problem, raised.value.code) == (Problem.NETWORK, "network")


async def test_it_ends_at_once_wherever_it_is(server: ImapServer, desk: Desk) -> None:
    """A busy machine may be slow once or twice; an end that waits for something is slow each time."""
    loop = asyncio.get_running_loop()
    for settings, is_there in (
        ({"poll_seconds": 3600}, lambda reader: reader.health.last_success_at),
        ({"password": "wrong", "patience": Patience()}, lambda reader: reader.health.problem),
    ):
        took: list[float] = []
        while not took or (min(took) >= 1.5 and len(took) < 3):
            reader = desk.reader(server.port, **settings)
            async with running(reader):
                await until(lambda is_there=is_there, reader=reader: is_there(reader))
                began = loop.time()
            took.append(loop.time() - began)
        assert min(took) < 1.5


async def test_a_server_that_says_nothing_holds_up_neither_the_loop_nor_the_end(desk: Desk) -> None:
    links: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda reader, writer: links.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    held_up: list[float] = []  # a busy machine holds it up too, but not each time
    while not held_up or (min(held_up) >= 0.3 and len(held_up) < 10):
        reader = desk.reader(port, patience=Patience(timeout=0.3, first_pause=0.01))
        async with running(reader):
            longest, loop = 0.0, asyncio.get_running_loop()
            before = loop.time()
            while reader.health.problem is None:
                await asyncio.sleep(0.01)
                longest, before = max(longest, loop.time() - before), loop.time()
        assert reader.health.problem is Problem.NETWORK
        held_up.append(longest)
    assert min(held_up) < 0.3
    silent.close()
    for link in links:
        link.close()
        await link.wait_closed()


async def test_no_log_line_holds_an_address_a_password_or_a_text(
    server: ImapServer, desk: Desk, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    server.maildir.deliver(mail(1))
    with caplog.at_level(logging.DEBUG):
        for settings in ({"password": "wrong"}, {"folder": "Nulle part"}):
            reader = desk.reader(server.port, **settings)
            async with running(reader):
                await until(lambda reader=reader: reader.health.problem)
        await desk.reader(server.port).catch_up()
        server.maildir.renumber()
        await desk.reader(server.port).catch_up()
    shown = caplog.text + "".join(capsys.readouterr())
    assert "imap_reading_stopped" in shown
    for secret in ("exemple", PASSWORD, "wrong", "MediStory", "Nulle"):
        assert secret not in shown


def test_each_pause_is_longer_up_to_a_minute() -> None:
    reader = ImapReader.__new__(ImapReader)
    reader._patience = Patience()
    for failures in range(1, 12):
        reader._failures = failures
        most = min(60.0, 2.0 ** (failures - 1))
        assert most / 2 <= reader._back_off() <= most


async def test_idle_brings_a_mail_long_before_the_next_poll(desk: Desk) -> None:
    with dovecot_server() as server:
        reader = desk.reader(server.port, poll_seconds=3600)
        async with running(reader):
            await until(lambda: reader.health.last_success_at)
            for number in range(3):
                server.maildir.deliver(mail(number))
                await until(lambda number=number: desk.count() == number + 1)
