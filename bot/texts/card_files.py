"""The files on a card: what came along, what can be opened, and why something cannot."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.desk import Verb
from bot.texts.client_mails import MEDIA_FLAWS, megabytes
from bot.texts.harmless import inline
from bot.texts.posts import Rows, button, rows

SHOWN_LINES = 6
SHOWN_BUTTONS = 6
_SHOWN_PHOTOS = 4
_NAME = 40
_BUTTON_NAME = 22


@dataclass(frozen=True, slots=True)
class FileView:
    """A named file of a message: `flaw` says why it is not offered."""

    id: int
    name: str
    content_type: str = ""
    size: int | None = None
    flaw: str = ""


def file_lines(files: Sequence[FileView]) -> list[str]:
    """'📎 Bilan.pdf, 340 ko', '📎 gros.zip : trop lourd, non gardé'; of many, the first ones and how many more."""
    lines = [_line(each) for each in files[:SHOWN_LINES]]
    if len(files) > SHOWN_LINES:
        lines.append(f"📎 et {len(files) - SHOWN_LINES} de plus")
    return lines


def file_buttons(number: int, files: Sequence[FileView], photo_ids: Sequence[int]) -> Rows:
    """A button for each file that can be opened, the last ones: pictures by number, others by their name."""
    ids = photo_ids[-_SHOWN_PHOTOS:]
    photos = tuple(
        button(f"Photo {nth}" if len(ids) > 1 else "Photo", Verb.MEDIA, number, str(media_id))
        for nth, media_id in enumerate(ids, start=1)
    )
    offered = [each for each in files if not each.flaw][-SHOWN_BUTTONS:]
    named = [button(f"📎 {_short(each.name)}", Verb.MEDIA, number, str(each.id)) for each in offered]
    return tuple(row for row in (photos, *rows(*named, width=2)) if row)


def _line(file: FileView) -> str:
    name = inline(file.name, _NAME)
    if file.flaw:
        return f"📎 {name} : {MEDIA_FLAWS.get(file.flaw, file.flaw)}"
    return f"📎 {name}, {_size(file.size)}" if file.size else f"📎 {name}"


def _size(size: int) -> str:
    """'340 ko', '2,4 Mo'."""
    return f"{max(1, round(size / 1000))} ko" if size < 1_000_000 else megabytes(size)


def _short(name: str) -> str:
    """A name that fits a button, its ending kept: "Compte-rendu-tr….pdf"."""
    bare = inline(name, 200)
    if len(bare) <= _BUTTON_NAME:
        return bare
    ending = bare[bare.rfind(".") :] if "." in bare[-6:] else ""
    return bare[: _BUTTON_NAME - 1 - len(ending)].rstrip() + "…" + ending
