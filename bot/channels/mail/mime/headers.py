"""A block of header fields, split, unfolded and decoded. Pure and total.

The standard library's own header classes are not used: `email.policy.default` parses every field into a tree and raises
IndexError, ValueError, HeaderParseError or RecursionError on about 1 % of damaged mails, at times while the mail itself
is parsed. Only small functions of it are, each guarded by name and given a bounded value.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value
from urllib.parse import unquote_to_bytes

from bot.channels.mail.mime.charsets import clean, decode
from bot.channels.mail.mime.transfer import decode_base64

MAX_BLOCK_BYTES = 256 * 1024
MAX_FIELDS = 1_000
MAX_VALUE = 16_000
MAX_STRUCTURED = 2_000
"""Characters of a value that is looked into: `email`'s splitting of parameters is quadratic (3 s for 60,000 ";")."""

_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,100}+)[ \t]*+:(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,60}+)\?([bBqQ])\?([^?]{0,4000}+)\?=")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")

# What `Message.get_params` raises: "a*0*=x; a=y" is sorted by a number and None, "a*=x'y'%zz" names any codec.
_BAD_PARAMETERS = (TypeError, ValueError, LookupError, AttributeError)


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields in their order: lower-case names with unfolded values, in which encoded words still stand."""

    fields: tuple[tuple[str, str], ...] = ()
    is_cut: bool = False

    def all(self, name: str) -> Iterator[str]:
        return (value for each, value in self.fields if each == name)

    def first(self, name: str) -> str:
        """The first value of that name; empty when there is none."""
        return next(self.all(name), "")

    def text(self, name: str) -> str:
        """The first value, as people read it."""
        return decode_words(self.first(name))

    def mapping(self) -> dict[str, str]:
        """Each name with its first value."""
        return dict(reversed(self.fields))


def split_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The fields that begin at `start`, and where the body begins.

    The block ends with an empty line, or with the first line that is no field: a body whose empty line was lost is
    still a body. `raw` is not copied but for the fields. An mbox's "From " line is passed over.
    """
    limit = min(end, start + MAX_BLOCK_BYTES)
    fields: list[list[bytes]] = []
    at = start
    while at < limit:
        line = _LINE.match(raw, at, limit)
        assert line is not None
        text = line[0].rstrip(b"\r\n")
        if not text:
            return _headers(fields, is_cut=False), line.end()
        if text[:1] in b" \t":
            if fields:
                fields[-1].append(text)
        elif field := _FIELD.match(text):
            fields.append([field[1], field[2]])
        elif not (at == start and text.startswith((b"From ", b">From "))):
            return _headers(fields, is_cut=False), at
        at = line.end()
    is_cut = limit < end
    return _headers(fields, is_cut=is_cut), _after_empty_line(raw, at, end) if is_cut else end


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset="utf-8"` → ("text/plain", {"charset": "utf-8"}); names and the first word in lower case."""
    bare = value[:MAX_STRUCTURED]
    kind = bare.partition(";")[0].strip().casefold()
    message: Message = Message()
    message["Content-Type"] = bare
    try:
        found = message.get_params(failobj=[])
        named = {name.casefold(): _parameter(each) for name, each in reversed(found[1:])}
    except _BAD_PARAMETERS:
        return kind, _plain_parameters(bare)
    return kind, named


def decode_words(value: str) -> str:
    """The value with its encoded words decoded: `=?utf-8?q?caf=C3=A9?=` → "café"; on one line, without controls.

    Neighbouring words of one charset are decoded together, since some programs cut within a letter. What is no valid
    word stays as it is.
    """
    pieces: list[str] = []
    pending, charset, at = b"", "", 0
    for word in _WORD.finditer(value):
        between, name = value[at : word.start()], word[1].partition("*")[0].casefold()
        if pending and (between.strip() or name != charset):
            pieces.append(decode(pending, charset)[0])
            pending = b""
        if between.strip() or at == 0:
            pieces.append(between)
        pending, charset, at = pending + _word_bytes(word[2], word[3]), name, word.end()
    pieces += [decode(pending, charset)[0], value[at:]]
    return " ".join(_CONTROLS.sub(" ", "".join(pieces)).split())


def _headers(fields: Iterable[list[bytes]], *, is_cut: bool) -> Headers:
    kept = list(fields)
    read = tuple((lines[0].decode("ascii").casefold(), _unfolded(lines[1:])) for lines in kept[:MAX_FIELDS])
    return Headers(read, is_cut or len(kept) > MAX_FIELDS or any(len(value) == MAX_VALUE for _, value in read))


def _unfolded(lines: list[bytes]) -> str:
    joined = b"".join(lines)[: 4 * MAX_VALUE]
    return clean(decode(joined, "")[0]).replace("\n", " ").strip()[:MAX_VALUE]


def _after_empty_line(raw: bytes, at: int, end: int) -> int:
    """Where the body begins after a block that is too long to be read."""
    found = [(raw.find(gap, at, end), len(gap)) for gap in (b"\r\n\r\n", b"\n\n")]
    return min((where + length for where, length in found if where >= 0), default=end)


def _parameter(value: object) -> str:
    return clean(collapse_rfc2231_value(value)) if isinstance(value, (str, tuple)) else ""


def _plain_parameters(value: str) -> dict[str, str]:
    """What can be read of parameters that `email` stumbles over; "b*=x'y'%E9" as far as it is plain."""
    named: dict[str, str] = {}
    for name, sign, content in (each.partition("=") for each in value.split(";")[1:]):
        bare, star, _ = name.strip().casefold().partition("*")
        text = content.strip().strip('"')
        if sign:
            named.setdefault(bare, decode(unquote_to_bytes(text.rpartition("'")[2]), "")[0] if star else text)
    return named


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(text.encode("utf-8", "replace"), header=True)
    return decode_base64(text.encode("utf-8", "replace"))[0]
