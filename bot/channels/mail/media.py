"""What comes with mails: taken out of the raw mail, kept privately under names of our own, never unpacked (S8)."""

import asyncio
import hashlib
import re
from pathlib import Path

from bot.channels.mail.mime.attachments import find_attachment
from bot.channels.mail.mime.signed import without_wrapping
from bot.channels.mail.mime.structure import survey
from bot.channels.mail.mime.transfer import decode_transfer
from bot.domain.tickets import Media
from bot.errors import PermanentDeliveryError, StorageUnavailable, TransientDeliveryError, Unreadable
from bot.ports import RawMails
from bot.private_files import keep_private

_PLACE = re.compile(r"mail:([0-9a-f]{64})#([0-9]{1,4}(?:\.[0-9]{1,4}){0,40})")
_ENDING = re.compile(r"\.[a-z0-9]{1,4}\Z")

ENDINGS = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tiff",
    "image/webp": ".webp",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
HARMLESS = frozenset(ENDINGS.values()) | {
    ".jpeg",
    ".odt",
    ".ods",
    ".ppt",
    ".pptx",
    ".rtf",
    ".tif",
    ".wav",
    ".dcm",
    ".hpr",
}
"""What a file may end with; anything else is `.bin`, which nothing opens by itself."""


class MailMedia:
    """A `bot.ports.MediaStore` for `mail:<name in the spool>#<part>`; the part is counted as IMAP does."""

    def __init__(self, raw_mails: RawMails, directory: Path, *, max_bytes: int) -> None:
        self._raw_mails = raw_mails
        self._directory = directory
        self._max_bytes = max_bytes

    async def fetch(self, media: Media) -> tuple[Path, int]:
        """(path, bytes). Permanent: the mail or the part is gone ("media_gone"), or the file "media_too_large"."""
        return await asyncio.to_thread(self._fetch, media)

    def _fetch(self, media: Media) -> tuple[Path, int]:
        place = _PLACE.fullmatch(media.url)
        if place is None:
            raise PermanentDeliveryError("not a place in a mail", code="media_address")
        path = self._directory / (hashlib.sha256(media.url.encode()).hexdigest() + ending(media))
        try:
            if path.is_file():
                return path, path.stat().st_size
            content = self._content(place[1], place[2])
            keep_private(path, content)
        except (OSError, StorageUnavailable) as error:
            raise TransientDeliveryError(f"cannot be kept: {type(error).__name__}", code="media_storage") from error
        return path, len(content)

    def _content(self, name: str, part: str) -> bytes:
        try:
            raw = without_wrapping(self._raw_mails.read(name))
        except Unreadable as error:
            raise PermanentDeliveryError("the raw mail is gone", code="media_gone") from error
        found = find_attachment(survey(raw, set()), part)
        if found is None:
            raise PermanentDeliveryError("the mail has no such part", code="media_gone")
        content, _ = decode_transfer(raw[found.start : found.end], found.encoding)
        if len(content) > self._max_bytes:
            raise PermanentDeliveryError(f"larger than {self._max_bytes} bytes", code="media_too_large")
        return content


def ending(media: Media) -> str:
    """By its type, or else as its name ends, if that does no harm: "Bilan.PDF" → ".pdf", "a.exe" → ".bin"."""
    kind = media.content_type.partition(";")[0].strip().lower()
    named = _ENDING.search(media.name.casefold())
    return ENDINGS.get(kind) or (named[0] if named and named[0] in HARMLESS else ".bin")
