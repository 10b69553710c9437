"""Real IMAP servers over a Maildir, as processes of their own: pymap, and Debian's Dovecot where it is installed.

What other people do to the mailbox is done to its files, or by a second IMAP client.
"""

import contextlib
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest
from pysasl.hashing import BuiltinHash

from bot.sandbox.shop import free_port

USERNAME, PASSWORD = "support@exemple.fr", "mot-de-passe"
PATIENCE = 60.0
DOVECOT = Path("/usr/sbin/dovecot")
NO_DOVECOT = f"Dovecot is not installed ({DOVECOT})"


class Maildir:
    """The files of one mailbox. A mail's name there is its key."""

    def __init__(self, folder: Path, *, owner: tuple[int, int] | None = None) -> None:
        self.folder = folder
        self._owner = owner
        self._count = 0
        for part in (folder, *(folder / name for name in ("cur", "new", "tmp"))):
            self._own(part, is_folder=True)

    def _own(self, path: Path, *, is_folder: bool = False) -> None:
        if is_folder:
            path.mkdir(parents=True, exist_ok=True)
        if self._owner is not None:
            os.chown(path, *self._owner)

    def deliver(self, raw: bytes, *, at: datetime | None = None) -> str:
        """As a mail server does; `at` becomes its INTERNALDATE."""
        self._count += 1
        key = f"{1_700_000_000 + self._count}.M{self._count}P{os.getpid()}.localhost"
        part = self.folder / "tmp" / key
        part.write_bytes(raw)
        self._own(part)
        if at is not None:
            os.utime(part, (at.timestamp(), at.timestamp()))
        part.rename(self.folder / "new" / key)
        return key

    def find(self, key: str) -> Path:
        [path] = [*(self.folder / "new").glob(f"{key}*"), *(self.folder / "cur").glob(f"{key}*")]
        return path

    def remove(self, key: str) -> None:
        """Somebody deletes it for good; the server may be giving it another name just now."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.find(key).unlink()
            except (ValueError, FileNotFoundError):
                assert time.monotonic() < until, f"there is no mail {key}"
                time.sleep(0.01)

    def flags(self, key: str) -> str:
        """The flags of a mail as its file's name says them: "S" is \\Seen."""
        return self.find(key).name.partition(":2,")[2].partition(",")[0]

    def names(self, folder: str | None = None) -> set[str]:
        """The keys of the mails in a folder."""
        root = self.folder / f".{folder}" if folder else self.folder
        return {path.name.split(":")[0].split(",")[0] for part in ("new", "cur") for path in (root / part).glob("*")}

    def renumber(self) -> None:
        """What a mailbox restored from a backup looks like: another UIDVALIDITY, and numbers from 1."""
        index = self.folder / "dovecot-uidlist"
        header = index.read_text(encoding="ascii").partition("\n")[0].split()
        validity = next(int(word[1:]) for word in header if word.startswith("V"))
        fields = [f"V{validity + 1}" if word[0] == "V" else "N1" if word[0] == "N" else word for word in header]
        part = self.folder / "tmp" / "uidlist"
        part.write_text(" ".join(fields) + "\n", encoding="ascii")
        self._own(part)
        for cached in self.folder.glob("dovecot.index*"):
            cached.unlink()
        part.rename(index)


class ImapServer:
    """A server process with one mailbox. `port` speaks plainly (or STARTTLS), `tls_port` speaks TLS."""

    def __init__(self, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.tls_port = 0
        self.maildir: Maildir
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = self._spawn()
        until = time.monotonic() + PATIENCE
        while not self._greets():
            assert self._process.poll() is None, "the IMAP server died"
            assert time.monotonic() < until, "the IMAP server does not answer"
            time.sleep(0.02)

    def _spawn(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _greets(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as link:
            return link.recv(4) == b"* OK"
        return False

    def stop(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                # the whole group: Dovecot's children serve their clients on after its master has ended
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @contextlib.contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Somebody else's mail program. While another one is at the mailbox, a SELECT may be refused: it asks again."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE) as client:
            client.login(USERNAME, PASSWORD)
            until = time.monotonic() + PATIENCE
            while (answer := client.select(folder))[0] != "OK":
                assert time.monotonic() < until, f"the mailbox does not open: {answer}"
                time.sleep(0.05)
            yield client


def _spawn(command: list[str], *, stderr: IO[bytes] | int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True)


_RUN_PYMAP = "from pymap.main import main; main()"


class Pymap(ImapServer):
    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        super().__init__(port=port)
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self.maildir = Maildir(folder / "mails")
        hashed = BuiltinHash(rounds=1).hash(PASSWORD).replace(":", "\\:")
        (folder / "pymap-etc-passwd").write_text(f"{USERNAME}::1000::Support:mails:\n", encoding="utf-8")
        (folder / "pymap-etc-shadow").write_text(f"{USERNAME}:{hashed}:::::::\n", encoding="utf-8")

    def _spawn(self) -> subprocess.Popen[bytes]:
        listen = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        command = [sys.executable, "-W", "ignore", "-c", _RUN_PYMAP, *listen, "maildir", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            return _spawn(command, stderr=log)


_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
first_valid_uid = 1
disable_plaintext_auth = no
mail_location = maildir:{folder}/mails
mail_fsync = never
auth_failure_delay = 0
{users}
{tls}
auth_mechanisms = plain login{mechanisms}
{passdb}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""

_OAUTH2 = """
tokeninfo_url = {tokeninfo}?access_token=
username_attribute = email
"""


class Dovecot(ImapServer):
    """`certificate`: (certificate, key), for TLS and STARTTLS. `tokeninfo`: where it asks whose an OAuth2 token is."""

    def __init__(
        self, folder: Path, *, certificate: tuple[Path, Path] | None = None, tokeninfo: str | None = None
    ) -> None:
        super().__init__()
        self._folder = folder  # of its own, with a short name: the paths of Unix sockets are short
        is_root = os.geteuid() == 0
        nobody = pwd.getpwnam("nobody")
        uid, gid = (nobody.pw_uid, nobody.pw_gid) if is_root else (os.getuid(), os.getgid())
        if is_root:
            folder.chmod(0o755)
            os.chown(folder, uid, gid)
        self.maildir = Maildir(folder / "mails", owner=(uid, gid) if is_root else None)
        self.tls_port = free_port() if certificate else 0
        me = pwd.getpwuid(os.getuid()).pw_name
        tls = f"ssl = yes\nssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}" if certificate else "ssl = no"
        passdb = f"passdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {folder}/oauth2\n}}" if tokeninfo else ""
        if tokeninfo:
            (folder / "oauth2").write_text(_OAUTH2.format(tokeninfo=tokeninfo), encoding="ascii")
        settings = _CONFIGURATION.format(
            folder=folder,
            users="" if is_root else f"default_login_user = {me}\ndefault_internal_user = {me}",
            tls=tls,
            mechanisms=" xoauth2" if tokeninfo else "",
            passdb=passdb,
            password=PASSWORD,
            uid=uid,
            gid=gid,
            port=self.port,
            tls_port=self.tls_port,
        )
        (folder / "conf").write_text(settings, encoding="ascii")

    def _spawn(self) -> subprocess.Popen[bytes]:
        return _spawn([str(DOVECOT), "-F", "-c", str(self._folder / "conf")], stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def pymap_server(folder: Path) -> Iterator[Pymap]:
    server = Pymap(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def dovecot_server(*, certificate: tuple[Path, Path] | None = None, tokeninfo: str | None = None) -> Iterator[Dovecot]:
    """Skips the test where Dovecot is not installed."""
    if not DOVECOT.exists():
        pytest.skip(NO_DOVECOT)
    folder = Path(tempfile.mkdtemp(prefix="imap"))
    try:
        server = Dovecot(folder, certificate=certificate, tokeninfo=tokeninfo)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, and its key. Skips the test where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    alternatives = ",".join(f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={names[0]}"]
    command += ["-addext", f"subjectAltName={alternatives}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def mail(number: int, *, body: str = "Bonjour, MediStory ne se lance plus.", subject: str = "Panne") -> bytes:
    """A mail like others, told apart by its number."""
    lines = [
        f"Message-ID: <{number}@exemple.fr>",
        "Date: Mon, 02 Mar 2026 09:00:00 +0100",
        "From: Dr Martin <martin@exemple.fr>",
        f"To: {USERNAME}",
        f"Subject: {subject} {number}",
        "",
        f"{body} ({number})",
        "",
    ]
    return "\r\n".join(lines).encode()


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
