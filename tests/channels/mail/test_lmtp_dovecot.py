"""Debian's Dovecot hands mails over to our listener, as a mail server in front of it does: its LMTP proxy."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.channels.mail.spool import Spool
from bot.errors import StorageUnavailable
from tests.channels.mail.imap_servers import free_port
from tests.channels.mail.mail_doors import ANNE, HOST, MAX_BYTES, OURS, Doorway
from tests.channels.mail.mail_samples import names, read, sample

DOVECOT, LMTP = Path("/usr/sbin/dovecot"), Path("/usr/lib/dovecot/lmtp")
PATIENCE = 60.0
NO_DOVECOT = f"Dovecot's LMTP server is not installed ({LMTP})"
pytestmark = pytest.mark.skipif(not (DOVECOT.exists() and LMTP.exists()), reason=NO_DOVECOT)

MAIL = b"From: anne@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: Word\r\n\r\nBonjour\r\n.\r\nAnne\r\n"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = lmtp
listen = 127.0.0.1
ssl = no
{users}
lmtp_proxy = yes
recipient_delimiter = +
passdb {{
  driver = static
  args = proxy=y nopassword=y protocol=lmtp host=127.0.0.1 port={behind}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {port}
  }}
}}
"""


@contextlib.contextmanager
def dovecot_before(behind: int) -> Iterator[int]:
    """A Dovecot that proxies to this port; the port that it listens on."""
    folder = Path(tempfile.mkdtemp(prefix="lmtp"))  # with a short name: the paths of Unix sockets are short
    port = free_port()
    is_root = os.geteuid() == 0
    me = pwd.getpwuid(os.getuid())
    users = "" if is_root else f"default_login_user = {me.pw_name}\ndefault_internal_user = {me.pw_name}"
    owner = pwd.getpwnam("nobody") if is_root else me
    folder.chmod(0o755)
    settings = _CONFIGURATION.format(
        folder=folder, behind=behind, port=port, users=users, uid=owner.pw_uid, gid=owner.pw_gid
    )
    (folder / "conf").write_text(settings, encoding="ascii")
    process = subprocess.Popen([str(DOVECOT), "-F", "-c", str(folder / "conf")], start_new_session=True)
    try:
        until = time.monotonic() + PATIENCE
        while not _greets(port):
            assert process.poll() is None, "Dovecot died"
            assert time.monotonic() < until, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.02)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the whole group: its children serve their clients on after it
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _greets(port: int) -> bool:
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.LMTP(HOST, port, timeout=PATIENCE):
        return True
    return False


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Doorway]:
    door = Doorway(Spool(tmp_path / "mail"), most_bytes=2_000_000)
    await door.listener.start()
    yield door
    await door.shut()


@pytest.fixture
async def before(door: Doorway) -> AsyncIterator[int]:
    with contextlib.ExitStack() as closing:
        yield await asyncio.to_thread(closing.enter_context, dovecot_before(door.listener.port))


def submit(port: int, raw: bytes, *recipients: str, sender: str = ANNE) -> list[int]:
    """What Dovecot says for each recipient that was taken, or for the first that was not."""
    with smtplib.LMTP(HOST, port, local_hostname="mx.exemple.fr", timeout=PATIENCE) as server:
        server.ehlo_or_helo_if_needed()
        server.docmd("MAIL", f"FROM:<{sender}>")
        asked = [server.docmd("RCPT", f"TO:<{each}>")[0] for each in recipients or (OURS,)]
        if 250 not in asked:
            return asked
        server.docmd("DATA")
        server.send((b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
        return [code if code != 250 else server.getreply()[0] for code in asked]


async def test_a_mail_comes_through_as_it_was(door: Doorway, before: int) -> None:
    assert await asyncio.to_thread(submit, before, MAIL) == [250]
    [mail] = door.mails
    assert mail.startswith(b"Return-Path: <anne@example.org>\r\nDelivered-To: support@exemple.fr\r\n")
    assert mail.endswith(MAIL)


async def test_every_sample_comes_through(door: Doorway, before: int) -> None:
    sent = [name for name in names() if not name.startswith("mbox")]  # an mbox's line is no longer the first then

    def submit_all() -> list[list[int]]:
        return [submit(before, b"\r\n".join(sample(name).splitlines()) + b"\r\n") for name in sent]

    assert await asyncio.to_thread(submit_all) == [[250]] * len(sent)
    assert {read(mail).message_id for mail in door.mails} == {read(sample(name)).message_id for name in sent}


async def test_each_recipient_has_its_status(door: Doorway, before: int) -> None:
    recipients = (OURS, "luc@example.org", "support+t12@exemple.fr")
    assert await asyncio.to_thread(submit, before, MAIL, *recipients) == [250, 550, 250]
    assert len(door.store.entries) == 1


async def test_what_cannot_be_stored_stays_in_its_queue(door: Doorway, before: int) -> None:
    door.store.problem = StorageUnavailable("disk full")
    assert await asyncio.to_thread(submit, before, MAIL, OURS, "support+t12@exemple.fr") == [451, 451]
    door.store.problem = None
    assert await asyncio.to_thread(submit, before, MAIL) == [250]
    assert len(door.store.entries) == 1


async def test_a_large_mail_is_taken_by_its_beginning_and_a_huge_one_refused(door: Doorway, before: int) -> None:
    large, huge = (MAIL + (b"x" * 70 + b"\r\n") * (size // 72) for size in (MAX_BYTES + 1_000, 2_100_000))
    assert await asyncio.to_thread(submit, before, large) == [250]
    assert await asyncio.to_thread(submit, before, huge) == [552]
    assert [payload.get("size", 0) > MAX_BYTES for payload in door.store.payloads] == [True]


async def test_a_bounce_keeps_its_null_return_path(door: Doorway, before: int) -> None:
    assert await asyncio.to_thread(submit, before, MAIL, sender="") == [250]
    assert door.mails[0].startswith(b"Return-Path: <>\r\n")
