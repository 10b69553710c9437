"""What a mail server says of a mail: whom it comes from, whom it is for, since when it has it. Pure and total."""

from collections.abc import Sequence
from datetime import datetime

from bot.channels.mail.mime.dates import believed, sent_at
from bot.channels.mail.mime.headers import Headers, split_headers

NULL_PATH = "<>"
"""The return path of those who want no answer (RFC 3834): bounces and robots."""


def is_recipient(recipient: str, *, ours: str) -> bool:
    """`Support+t12.k3@exemple.fr` is for us where we are `support@exemple.fr`."""
    local, _, domain = recipient.casefold().rpartition("@")
    own_local, _, own_domain = ours.casefold().rpartition("@")
    return domain == own_domain and local.strip('"').partition("+")[0] == own_local


def with_envelope(raw: bytes, *, sender: str, recipients: Sequence[str]) -> bytes:
    """The mail with `Return-Path` and `Delivered-To` on top, as a mailbox would have it.

    What says so already is not repeated, and a null return path stands whatever the server says: who asks for silence
    gets it (S7). Nothing of the moment is added, so that a mail that comes again is the same file.
    """
    headers, _ = split_headers(raw, 0, len(raw))
    at = raw.find(b"\n") + 1 if raw.startswith((b"From ", b">From ")) else 0  # an mbox's line stays the first
    added = [*_return_path(headers, sender), *_delivered_to(headers, recipients)]
    lines = b"".join(name + b": " + _bare(value) + b"\r\n" for name, value in added)
    return raw[:at] + lines + raw[at:]


def taken_at(raw: bytes, *, now: datetime) -> datetime | None:
    """When our own mail server took it, by the `Received` line it put on top: it may have waited while we were down.

    None when there is none, or none to be believed.
    """
    headers, _ = split_headers(raw, 0, len(raw))
    return believed(sent_at(headers.first("received").rpartition(";")[2], received_at=now), now=now)


def _return_path(headers: Headers, sender: str) -> list[tuple[bytes, str]]:
    ours = NULL_PATH if sender in ("", NULL_PATH) else f"<{sender}>"
    said = "".join(headers.first("return-path").split())
    return [] if said in (ours, NULL_PATH) else [(b"Return-Path", ours)]


def _delivered_to(headers: Headers, recipients: Sequence[str]) -> list[tuple[bytes, str]]:
    said = {value.strip().casefold() for value in headers.all("delivered-to")}
    return [(b"Delivered-To", each) for each in dict.fromkeys(recipients) if each.casefold() not in said]


def _bare(value: str) -> bytes:
    """Without what could end the line, or begin another."""
    return bytes(code for code in value.encode("utf-8", "surrogateescape") if code >= 0x20 and code != 0x7F)
