"""The door for mails, whichever way they come: what stands in the inbox, and how a mail is known again.

The bytes themselves lie in the spool; reading what they say comes later (`reading`).
"""

import hashlib
import json
from datetime import datetime

from bot.channels.mail.mime.headers import split_headers
from bot.channels.mail.mime.message_ids import message_ids
from bot.domain.inbox import InboxEntry, Source
from bot.errors import Unreadable

_TELLING = ("from", "date", "subject")
_TOLD_OF_A_CUT_BODY = (100_000, 16_000, 0)
"""Bytes. Of 300,000 that were kept, a body has the first, whatever its line ends, behind a header of up to 100,000:
more than servers add. Behind the largest that is read (256 KiB) it still has the second.
"""


def mail_entry(
    raw: bytes,
    *,
    kept: str,
    received_at: datetime,
    occurred_at: datetime | None = None,
    size: int | None = None,
) -> InboxEntry:
    """An entry of the inbox for a mail that was kept in the spool under the name `kept`.

    `occurred_at` is when our mail server took it; `size` the whole mail's bytes where only its beginning was kept.
    """
    payload = {"raw": kept} if size is None else {"raw": kept, "size": size}
    return InboxEntry(
        source=Source.MAIL,
        external_id=fingerprint(raw, is_cut=size is not None),
        payload=json.dumps(payload),
        received_at=received_at,
        occurred_at=occurred_at,
    )


def fingerprint(raw: bytes, *, is_cut: bool = False) -> str:
    """By what a mail is known again after it was renumbered, moved, or came a second way: 64 hexadecimal digits.

    Its Message-ID, who wrote it when about what, and its body: servers add lines to the header on the way (`Received`,
    `Delivered-To`) and leave these alone. A Message-ID by itself is not enough, since some programs repeat them, and a
    mail without one is known by all of its bytes.

    Where only a mail's beginning was kept (`is_cut`), its header decides how much of the body that holds: a fixed
    length goes for the body, so that the mail is the same by whatever way, and under whatever header, it came.
    """
    headers, body = split_headers(raw, 0, len(raw))
    digest = hashlib.sha256()
    ids = message_ids(headers.first("message-id"))
    if not ids:
        digest.update(raw)
        return digest.hexdigest()
    told = [ids[0], *(headers.first(name) for name in _TELLING)]
    digest.update(json.dumps(told).encode())
    text = raw[body:].replace(b"\r\n", b"\n")
    digest.update(_beginning(text) if is_cut else text.rstrip(b"\n"))
    return digest.hexdigest()


def _beginning(text: bytes) -> bytes:
    # the last byte is left out: it may be a CR whose LF was cut off
    return text[: next((length for length in _TOLD_OF_A_CUT_BODY if len(text) > length), 0)]


def kept_name(entry: InboxEntry) -> str:
    """The name in the spool. Raises `Unreadable` for an entry that is not a mail's."""
    return str(_payload(entry)["raw"])


def whole_size(entry: InboxEntry) -> int | None:
    """The whole mail's bytes where only its beginning was kept. Raises `Unreadable`."""
    size = _payload(entry).get("size")
    return size if isinstance(size, int) else None


def _payload(entry: InboxEntry) -> dict[str, object]:
    try:
        payload = json.loads(entry.payload)
    except ValueError as error:
        raise Unreadable("a mail's entry that is no JSON") from error
    if not isinstance(payload, dict) or "raw" not in payload:
        raise Unreadable("a mail's entry without the expected fields")
    return payload
