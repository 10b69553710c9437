"""Cut, killed, renumbered, read and deleted by somebody else: each mail is stored, and once (F9)."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.channels.mail.spool import Spool
from tests.channels.mail.imap_servers import DOVECOT, ImapServer, dovecot_server, mail, pymap_server
from tests.stories.imap_proxy import CuttingProxy
from tests.stories.office import ROOT

READING = Path(__file__).with_name("imap_reading.py")
NAIVE = Path(__file__).with_name("imap_naive.py")
NUMBER = re.compile(rb"Message-ID: <(\d+)@", re.IGNORECASE)
PATIENCE = 60.0


class Fire:
    """A mailbox, a reader that can be killed, a link that can be cut, and a colleague who reads and deletes."""

    def __init__(self, folder, server: ImapServer, proxy: CuttingProxy, dice):
        self.folder = folder
        self.server = server
        self.proxy = proxy
        self.dice = dice
        self.delivered = {}  # number → the mail
        self.keys = {}  # number → its file at the server
        self.unseen, self.races = set(), set()  # deleted before we could see them, or perhaps just after
        self.stored = Counter()
        self.kept = {}
        self.process = None
        self.read_by_others = self.deleted_by_others = 0
        self._last_row = 0
        self._links = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def start(self, script=READING):
        arguments = [f"sqlite:///{self.folder / 'permanence.db'}", str(self.folder / "spool")]
        if script is NAIVE:
            arguments = [str(self.folder / "naive.db")]
        self._links = self.proxy.links
        environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        with (self.folder / "program.log").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, str(script), *arguments, str(self.proxy.port)], env=environ, stdout=said, stderr=said
            )

    def kill(self):
        assert self.process.poll() is None, (self.folder / "program.log").read_text()[-3000:]
        self.process.kill()
        self.process.wait()

    def write(self, count):
        first = len(self.delivered) + 1
        lines = [self.dice.choice([1, 3, 50, 400]) for _ in range(count)]
        return {first + nth: mail(first + nth, body="\r\n".join(["x" * 70] * n)) for nth, n in enumerate(lines)}

    def deliver(self, count):
        self.post(self.write(count))

    def post(self, mails):
        for number, raw in mails.items():
            self.delivered[number] = raw
            self.keys[number] = self.server.maildir.deliver(raw)

    def delete_unseen(self):
        """While nobody reads: what came is gone before we could see it."""
        self.deliver(2)
        for number in sorted(self.delivered)[-2:]:
            self.server.maildir.remove(self.keys.pop(number))
            self.unseen.add(number)

    async def delete_soon(self):
        """Perhaps we saw it, perhaps not: a mail can vanish between a SEARCH and a FETCH."""
        self.deliver(1)
        number = max(self.delivered)
        await asyncio.sleep(self.dice.uniform(0, 0.2))
        self.server.maildir.remove(self.keys.pop(number))
        self.races.add(number)

    def look(self):
        """What is stored by now."""
        database = self.folder / "permanence.db"
        if not database.exists():
            return
        spool = Spool(self.folder / "spool")
        connection = sqlite3.connect(database)
        try:
            rows = connection.execute("SELECT id, payload FROM inbox WHERE id > ? ORDER BY id", (self._last_row,))
            for row, payload in rows.fetchall():
                raw = spool.read(json.loads(payload)["raw"])
                number = int(NUMBER.search(raw)[1])
                self.stored[number] += 1
                self.kept[number] = raw
                self._last_row = row
        except sqlite3.OperationalError:
            return  # it is just being made
        finally:
            connection.close()

    def meddle(self):
        """A colleague's mail program: some mails are read, and some that we have are deleted."""
        self.look()
        with self.server.client() as colleague:
            exists = int(colleague.response("EXISTS")[1][-1])
            for sequence in sorted(self.dice.sample(range(1, exists + 1), k=min(4, exists)), reverse=True):
                header = colleague.fetch(str(sequence), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1][0]
                if not isinstance(header, tuple):  # its file went a moment ago, and the server has not seen it yet
                    continue
                number = int(NUMBER.search(header[1])[1])
                if number in self.stored and number in self.keys and self.dice.random() < 0.5:
                    colleague.store(str(sequence), "+FLAGS", r"(\Deleted)")
                    self.deleted_by_others += 1
                    del self.keys[number]
                else:
                    colleague.store(str(sequence), "+FLAGS", r"(\Seen)")
                    self.read_by_others += 1
            colleague.expunge()

    def renumber(self):
        with self.server.client():
            pass  # numbers are given when somebody opens the mailbox, and we may come before the program does
        self.server.stop()
        self.server.maildir.renumber()
        self.server.start()

    async def happens(self, event, *, mails):
        """Mails come in, and in the middle of them something happens."""
        if event == "cut":
            await self.cut(mails)
        elif event == "kill":
            self.deliver(mails)
            await self.has_connected()
            await asyncio.sleep(self.dice.uniform(0, 0.5))
            self.kill()
            self.delete_unseen()
            self.start()
        else:
            self.deliver(mails)
            await asyncio.to_thread(self.renumber)

    async def cut(self, mails):
        """Mostly within what the server says of these mails, else in what it says of none: a few hundred bytes."""
        written = self.write(mails)
        size = self.dice.randrange(sum(map(len, written.values())) if self.dice.random() < 0.8 else 400)
        self.proxy.cut_after(size, is_abrupt=self.dice.random() < 0.5)
        self.post(written)
        try:
            async with asyncio.timeout(2):
                await self.proxy.was_cut.wait()
        except TimeoutError:
            self.proxy.cut_after(0, is_abrupt=False)  # they were smaller than that
            async with asyncio.timeout(PATIENCE):
                await self.proxy.was_cut.wait()

    async def has_connected(self):
        """The process came as far as the server; now and then it is killed before."""
        is_early = self.dice.random() < 0.2
        async with asyncio.timeout(PATIENCE):
            while self.proxy.links == self._links and not is_early:  # noqa: ASYNC110 - another process has no event for us
                await asyncio.sleep(0.02)

    @property
    def expected(self):
        return Counter(self.delivered.keys() - self.unseen - self.races)

    async def catches_up(self):
        """Wait until all is stored, or nothing has been for so long that it never will."""
        loop = asyncio.get_running_loop()
        count, since = 0, loop.time()
        while self.expected - self.stored and loop.time() - since < PATIENCE:
            await asyncio.sleep(0.05)
            self.look()
            if len(self.stored) > count:
                count, since = len(self.stored), loop.time()


@pytest.fixture
def server(request, tmp_path):
    """The largest size wants Dovecot, if it is here: pymap parses each mail anew to say its size, for minutes."""
    name = request.param if request.param != "best" else "dovecot" if DOVECOT.exists() else "pymap"
    with pymap_server(tmp_path / "pymap") if name == "pymap" else dovecot_server() as server:
        yield server


@pytest.mark.parametrize(
    ("server", "mails", "cuts", "kills", "renumberings"),
    [
        pytest.param("pymap", 150, 10, 3, 1, id="pymap: 150 mails, 10 cuts, 3 kills, 1 renumbering"),
        pytest.param("dovecot", 150, 10, 3, 1, id="Dovecot: 150 mails, 10 cuts, 3 kills, 1 renumbering"),
        pytest.param(
            "best", 1000, 50, 20, 5, id="1000 mails, 50 cuts, 20 kills, 5 renumberings", marks=pytest.mark.prove
        ),
    ],
    indirect=["server"],
)
async def test_each_mail_is_stored_once(tmp_path, server, dice, tell, mails, cuts, kills, renumberings):
    async with CuttingProxy(server.port) as proxy:
        with Fire(tmp_path, server, proxy, dice) as fire:
            fire.start()
            events = ["cut"] * cuts + ["kill"] * kills + ["renumber"] * renumberings
            dice.shuffle(events)
            for nth, event in enumerate(events):
                await fire.happens(event, mails=max(1, mails * (nth + 1) // len(events) - len(fire.delivered)))
                if nth % 3 == 0 and fire.keys:
                    await fire.delete_soon()
                    await fire.catches_up()
                    await asyncio.to_thread(fire.meddle)
            fire.deliver(mails - len(fire.delivered))
            await fire.catches_up()
            await asyncio.sleep(0.5)  # and nothing more comes
            fire.look()

    lost = fire.expected - fire.stored
    doubled = {number: times for number, times in fire.stored.items() if times > 1}
    wrong = [number for number, raw in fire.kept.items() if _unix(raw) != _unix(fire.delivered[number])]
    tell(
        f"{type(server).__name__}, {len(fire.delivered)} mails, {proxy.cuts} cuts ({proxy.in_a_mail} within a mail), "
        f"{kills} kills, {renumberings} renumberings, {fire.read_by_others} read and {fire.deleted_by_others} deleted "
        f"by others, {len(fire.unseen)} deleted unseen, {len(fire.races)} deleted as they came "
        f"({len(fire.races & set(fire.stored))} of them seen): "
        f"{len(lost)} lost, {len(doubled)} doubled, {len(wrong)} not as they were sent"
    )
    assert (len(fire.delivered) >= mails, proxy.cuts, proxy.in_a_mail > 0) == (True, cuts, True)
    assert (lost, doubled, wrong) == (Counter(), {}, [])
    assert not fire.unseen & set(fire.stored)
    assert set(fire.stored) - fire.races == set(fire.expected)


async def test_reading_what_is_unread_loses_mails(tmp_path, dice, tell):
    """The naive way, as proof that kills and colleagues meet something."""
    with pymap_server(tmp_path / "pymap") as server:
        async with CuttingProxy(server.port) as proxy:
            with Fire(tmp_path, server, proxy, dice) as fire:
                fire.start(NAIVE)
                for _ in range(4):
                    fire.deliver(15)
                    await fire.has_connected()
                    await asyncio.sleep(dice.uniform(0.02, 0.3))
                    fire.kill()
                    await asyncio.to_thread(fire.meddle)
                    fire.start(NAIVE)
                await asyncio.sleep(2)
    connection = sqlite3.connect(tmp_path / "naive.db")
    stored = {int(NUMBER.search(raw)[1]) for (raw,) in connection.execute("SELECT raw FROM naive_mails")}
    connection.close()
    lost = set(fire.delivered) - stored
    tell(f"{len(lost)} of {len(fire.delivered)} lost")
    assert lost


def _unix(raw):
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n")
