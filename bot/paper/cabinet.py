"""Where papers are kept: a private folder of the shop's machine."""

import re
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.errors import PaperError
from bot.rules.folding import fold

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 80


class PaperCabinet:
    """A `bot.ports.Cabinet`: each paper in a folder of its own, so that two of one name never meet."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, content: bytes, name: str) -> Path:
        """`Relevé Tilleuls 2026.pdf` becomes `…/papers/3f9c…/releve-tilleuls-2026.pdf`, mode 0600."""
        folder = self._directory / secrets.token_hex(8)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._directory.chmod(0o700)
            folder.mkdir(mode=0o700)
            with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:  # opened with mode 0600
                file.write(content)
            return Path(file.name).replace(folder / file_name(name)).absolute()
        except OSError as problem:
            raise PaperError(f"the paper cannot be kept: {problem.strerror}") from problem

    def read(self, path: str) -> bytes | None:
        place = Path(path).resolve()
        if not place.is_relative_to(self._directory.resolve()):
            return None
        try:
            return place.read_bytes()
        except OSError:
            return None


def file_name(name: str) -> str:
    """A name that any file system and mail program takes: "Relevé des Tilleuls.pdf" → releve-des-tilleuls.pdf."""
    stem, dot, suffix = fold(name).rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    words = _NOT_IN_A_NAME.sub("-", stem).strip("-")[:_LONGEST_NAME].strip("-")
    return (words or "document") + dot + _NOT_IN_A_NAME.sub("", suffix)
