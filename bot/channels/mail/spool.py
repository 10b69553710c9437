"""Raw mails on the disk: a private folder, each file named by the hash of what is in it."""

import hashlib
import re
from pathlib import Path

from bot.errors import StorageUnavailable, Unreadable
from bot.private_files import keep_private, make_durable

_NAME = re.compile(r"[0-9a-f]{64}")


class Spool:
    """A `bot.ports.RawMails`. A mail lies in `ab/abcdef….eml`; one that is kept again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, raw: bytes) -> str:
        """On the disk before this returns, also if the power fails then: the file, its folder, and their parent."""
        name = hashlib.sha256(raw).hexdigest()
        path = self._path(name)
        try:
            if path.exists():
                make_durable(path)  # whoever keeps the same mail just now may not have come so far
            else:
                keep_private(path, raw, is_durable=True)
        except OSError as problem:
            raise StorageUnavailable(f"a mail cannot be kept: {problem.strerror}") from problem
        return name

    def read(self, name: str) -> bytes:
        if not _NAME.fullmatch(name):
            raise Unreadable("not the name of a mail that was kept")
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as problem:
            raise Unreadable("the raw mail is gone") from problem
        except OSError as problem:
            raise StorageUnavailable(f"a mail cannot be read: {problem.strerror}") from problem

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.eml"
