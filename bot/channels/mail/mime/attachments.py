"""The files that come with a mail, under names of our own. Pure and total; nothing is unpacked or opened."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.channels.mail.mime.bodies import is_text
from bot.channels.mail.mime.structure import MESSAGE, Part
from bot.channels.mail.mime.transfer import decode_transfer, is_plain

MAX_FILENAME = 80
_LONGEST_ENDING = 12
_LOOKED_AT = 400
"""Characters of a name that are looked at, and its ending: normalising a long run of accents is quadratic."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\/\u2028\u2029]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])[ .]*(?:\.|\Z)", re.IGNORECASE)
_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    MESSAGE: ".eml",
}
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_REPORTED = ("message/delivery-status", "message/global-delivery-status", "text/rfc822-headers", "message/disposition")


class AttachmentKind(StrEnum):
    """What an attachment is to a technician."""

    FILE = "file"
    PICTURE_IN_TEXT = "picture_in_text"  # shown within the HTML: a pasted screenshot
    PICTURE_BESIDE = "picture_beside"  # the same in a signature or a quotation: a logo, or a picture of an earlier mail
    MESSAGE = "message"  # a mail
    CALENDAR = "calendar"
    WINMAIL = "winmail"  # Outlook's own wrapping, which nothing else opens
    SIGNATURE = "signature"  # a cryptographic one: nothing to see


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail's. `name` is harmless as a file name; `part` is its place in the mail, as IMAP counts ("2.1").

    `size` is in bytes, decoded. The bytes themselves stay where they are in the mail until `content` is asked for.
    """

    name: str
    content_type: str
    size: int
    part: str
    kind: AttachmentKind
    _raw: memoryview = field(repr=False, compare=False)
    _encoding: str = field(repr=False, compare=False)

    def content(self) -> bytes:
        """The file. Decoded at each call: the mail is held once, not twice."""
        return decode_transfer(bytes(self._raw), self._encoding)[0]


def attachments(
    raw: bytes, root: Part, shown: frozenset[str], beside: frozenset[str] = frozenset()
) -> tuple[Attachment, ...]:
    """What comes with a mail, in its order; `shown` are the Content-IDs of the pictures that its text shows, `beside`
    those of them that stand in its signature or in what it quotes.
    """
    parts = list(_files(root))
    names = harmless_names((filename(part), part.kind) for part in parts)
    return tuple(
        _attachment(raw, part, _kind(part, name, shown, beside), name) for part, name in zip(parts, names, strict=True)
    )


def find_attachment(root: Part, place: str) -> Part | None:
    """The part that `Attachment.part` names."""
    return next((part for part in _files(root) if _place(part) == place), None)


def filename(part: Part) -> str:
    """The name that the sender gave; a mail is called as its subject."""
    is_mail = part.kind == MESSAGE and part.children
    return (part.children[0].headers.text("subject") if is_mail else "") or part.name


def harmless_names(given: Iterable[tuple[str, str]]) -> list[str]:
    """One name for each (name, content type), no two the same but for case: "a.pdf", "A.pdf" → "a.pdf", "A (2).pdf"."""
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    names = []
    for number, (name, kind) in enumerate(given, 1):
        unique = harmless = harmless_name(name, kind, number)
        stem, ending = _split(harmless)
        while unique.casefold() in taken:
            counts[harmless.casefold()] += 1
            unique = f"{stem} ({counts[harmless.casefold()] + 1}){ending}"
        taken.add(unique.casefold())
        names.append(unique)
    return names


def harmless_name(name: str, kind: str, number: int) -> str:
    r"""A name that is only a name: `..\..\Bilan 2026.pdf` → "Bilan 2026.pdf"; nothing left → "piece-3.pdf".

    No path, no control, no mark that turns the writing direction (it hides "exe" in "gpj.exe"), no leading dot or dash,
    none of Windows' device names; at most `MAX_FILENAME` characters, the ending kept.
    """
    base = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    short = base if len(base) <= _LOOKED_AT else base[:_LOOKED_AT] + base[-_LONGEST_ENDING:]
    composed = unicodedata.normalize("NFC", short)
    seen = "".join(char for char in composed if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    bare = " ".join(_UNSAFE.sub(" ", seen).split()).strip(" .-~").removeprefix("$")
    if _RESERVED.match(bare):
        bare = f"_{bare}"
    ending = _ENDINGS.get(kind, "")
    if not bare:
        return f"piece-{number}{ending}"
    stem, found = _split(bare)
    ending = found or ending
    return stem[: MAX_FILENAME - len(ending)].rstrip(" .") + ending


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    is_ending = bool(stem) and 0 < len(ending) < _LONGEST_ENDING and " " not in ending
    return (stem, dot + ending) if is_ending else (name, "")


def _files(root: Part) -> Iterator[Part]:
    """The leaves that are no text of the mail, and the mails within it; not what a delivery report consists of."""
    is_report = root.kind == "multipart/report"
    for part in root.walk():
        is_leaf = not part.children or (part.kind == MESSAGE and part is not root)
        if not is_leaf or is_text(part) or part.kind.startswith("multipart/"):
            continue
        if is_report and (part.kind == MESSAGE or part.kind.startswith(_REPORTED)):
            continue
        if part.start < part.end or filename(part):
            yield part


def _place(part: Part) -> str:
    return part.index or "1"  # a mail without parts is its own first


def _attachment(raw: bytes, part: Part, kind: AttachmentKind, name: str) -> Attachment:
    view = memoryview(raw)[part.start : part.end]
    size = len(view) if is_plain(part.encoding) else len(decode_transfer(bytes(view), part.encoding)[0])
    return Attachment(name, part.kind, size, _place(part), kind, view, part.encoding)


def _kind(part: Part, name: str, shown: frozenset[str], beside: frozenset[str]) -> AttachmentKind:
    if part.kind in _TNEF or name.casefold() == "winmail.dat":
        return AttachmentKind.WINMAIL
    if part.kind in _SIGNATURES:
        return AttachmentKind.SIGNATURE
    if part.kind == MESSAGE:
        return AttachmentKind.MESSAGE
    if part.kind in ("text/calendar", "application/ics"):
        return AttachmentKind.CALENDAR
    content_id = part.headers.first("content-id").strip("<> ")
    if not part.kind.startswith("image/") or content_id not in shown:
        return AttachmentKind.FILE
    return AttachmentKind.PICTURE_BESIDE if content_id in beside else AttachmentKind.PICTURE_IN_TEXT
