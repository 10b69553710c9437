"""Files for us alone, written whole or not at all. Beside the rooms, since several of them keep such files."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def keep_private(path: Path, content: bytes, *, is_durable: bool = False) -> None:
    """Write a file of mode 0600 in a folder of mode 0700: `…/media/3f9c….jpg`. Raises OSError, and leaves no half.

    It is written beside its place and moved there: nobody sees half of it, and one that is there already is replaced.
    `is_durable`: on the disk before this returns, also if the power fails then: the file, its folder, and their parent.
    """
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:  # opened with mode 0600
        part = Path(file.name)
        try:
            file.write(content)
            file.flush()
            if is_durable:
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    if is_durable:
        make_durable(path)


def make_durable(path: Path) -> None:
    """A new name is on the disk once its folder is, and a new folder once its parent is, whoever made it just now."""
    for folder in (path.parent, path.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
