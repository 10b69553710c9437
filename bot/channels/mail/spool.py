"""Raw mails on the disk: a private folder, each file named by the hash of what is in it."""

import hashlib
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.errors import StorageUnavailable, Unreadable

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
            if not path.exists():
                self._write(path, raw)
        except OSError as problem:
            raise StorageUnavailable(f"a mail cannot be kept: {problem.strerror}") from problem
        return name

    def read(self, name: str) -> bytes:
        if not _NAME.fullmatch(name):
            raise Unreadable("not the name of a mail that was kept")
        try:
            return self._path(name).read_bytes()
        except OSError as problem:
            raise Unreadable(f"the raw mail is gone: {problem.strerror}") from problem

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.eml"

    def _write(self, path: Path, raw: bytes) -> None:
        is_new = not path.parent.exists()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:  # opened with mode 0600
            part = Path(file.name)
            try:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
                part.replace(path)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        _sync(path.parent)
        if is_new:
            _sync(self._folder)


def _sync(folder: Path) -> None:
    """A new name in a folder is on the disk once the folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
