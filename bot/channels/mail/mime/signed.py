"""A mail wrapped in its own signature (S/MIME's opaque signing, RFC 8551): what was signed, out of its wrapping.

The signature is not verified, so that nobody is trusted for it. Pure and total; what is encrypted stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.channels.mail.mime.headers import parameters, split_headers
from bot.channels.mail.mime.transfer import decode_transfer

PKCS7 = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
P7M = "smime.p7m"
MAX_ELEMENTS = 200_000
"""Elements looked at: programs cut what they sign in pieces of 1,000 bytes and more."""

_LAYERS = 3
_DEEPEST = 10
_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _CONTENT = 0x30, 0x06, 0x04, 0x24, 0xA0
_IS_CONSTRUCTED = 0x20
_MORE_OF_TAG = 0x1F
_INDEFINITE = 0x80
_LONGEST_LENGTH = 4
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


class _NoSuchWrapping(Exception):
    """The bytes are no `SignedData`."""


@dataclass(frozen=True, slots=True)
class _Element:
    """Its tag, and where its content stands; `end` is None where only an end mark says it."""

    tag: int
    start: int
    end: int | None


def without_wrapping(raw: bytes) -> bytes:
    """The mail with what it signs in the place of the wrapping, below its own header; any other mail unchanged.

    Of the header within only what describes the content counts: our mail server took no forged verdict out of that one.
    """
    for _ in range(_LAYERS):
        headers, body = split_headers(raw, 0, len(raw))
        kind, settings = parameters(headers.first("content-type"))
        _, placed = parameters(headers.first("content-disposition"))
        names = {settings.get("name", "").casefold(), placed.get("filename", "").casefold()}
        if kind not in PKCS7 and P7M not in names:
            return raw
        encoding = headers.first("content-transfer-encoding").partition(";")[0].strip().casefold()
        content = signed_content(decode_transfer(raw[body:], encoding)[0])
        if content is None:
            return raw
        _, inner = split_headers(content, 0, len(content))
        described = _fields(content[:inner], of_content=True)
        raw = _fields(raw[:body], of_content=False) + described + b"\r\n" + content[inner:]
    return raw


def signed_content(der: bytes) -> bytes | None:
    """What a `SignedData` holds (RFC 5652, 5.1), as far as it was not cut off; None for what is none, or holds nothing.

    Lengths may be missing and the content in pieces, as programs write that do not know its length beforehand (BER).
    """
    try:
        return _Ber(der).signed_content() or None
    except _NoSuchWrapping:
        return None


def _fields(block: bytes, *, of_content: bool) -> bytes:
    """Those fields of a header that describe its content, or all others; without its empty line."""
    kept: list[bytes] = []
    is_kept = False
    for line in block.splitlines(keepends=True):
        if not line.strip(b"\r\n"):
            continue
        if not line.startswith((b" ", b"\t")):
            is_kept = (line[:8].lower() == b"content-") is of_content
        if is_kept:
            kept.append(line)
    return b"".join(kept)


class _Ber:
    """Reads one element after another; each is looked at once, and no more than `MAX_ELEMENTS`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._elements = 0

    def signed_content(self) -> bytes:
        at = self._enter(0, _SEQUENCE)
        kind = self._read(at, _OID)
        if self._data[kind.start : kind.end] != _SIGNED_DATA:
            raise _NoSuchWrapping
        at = self._enter(self._enter(self._after(kind), _CONTENT), _SEQUENCE)
        at = self._after(self._read(at))  # the version
        at = self._after(self._read(at))  # the digests
        at = self._after(self._read(self._enter(at, _SEQUENCE), _OID))  # what kind of content
        return b"".join(self._pieces(self._read(self._enter(at, _CONTENT)), 0))

    def _pieces(self, element: _Element, depth: int) -> Iterator[bytes]:
        if element.tag == _OCTETS:
            yield self._data[element.start : element.end]
        elif element.tag == _OCTETS_IN_PIECES and depth < _DEEPEST:
            at = element.start
            while not self._is_over(element, at):
                piece = self._read(at)
                yield from self._pieces(piece, depth + 1)
                at = self._after(piece)

    def _enter(self, at: int, tag: int) -> int:
        return self._read(at, tag).start

    def _read(self, at: int, tag: int | None = None) -> _Element:
        """The element at this place; its end at most that of the data, since a mail may have been cut."""
        self._elements += 1
        if at + 2 > len(self._data) or self._elements > MAX_ELEMENTS:
            raise _NoSuchWrapping
        found, length = self._data[at], self._data[at + 1]
        if found & _MORE_OF_TAG == _MORE_OF_TAG or tag not in (None, found):
            raise _NoSuchWrapping
        start = at + 2
        if length == _INDEFINITE:
            if not found & _IS_CONSTRUCTED:
                raise _NoSuchWrapping
            return _Element(found, start, None)
        if length > _INDEFINITE:
            size = length - _INDEFINITE
            if size > _LONGEST_LENGTH:
                raise _NoSuchWrapping
            length = int.from_bytes(self._data[start : start + size], "big")
            start += size
        return _Element(found, start, min(start + length, len(self._data)))

    def _after(self, element: _Element, depth: int = 0) -> int:
        """Where the next element begins."""
        if element.end is not None:
            return element.end
        if depth >= _DEEPEST:
            raise _NoSuchWrapping
        at = element.start
        while not self._is_over(element, at):
            at = self._after(self._read(at), depth + 1)
        return at + 2

    def _is_over(self, element: _Element, at: int) -> bool:
        """At the end mark, at the end of the element, or where the mail was cut."""
        end = len(self._data) if element.end is None else element.end
        return at + 2 > end or (element.end is None and self._data[at : at + 2] == b"\0\0")
