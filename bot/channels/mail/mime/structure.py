"""The parts of a mail as a tree of places in its bytes. Pure and total; nothing is copied but header fields.

The standard library's parser is not used here: it goes through a mail line by line and asks at each line every boundary
above it (14 s for 3 MB in 30 nested parts, RecursionError at about 1,000). This one looks for the boundaries of one
level at a time, so that its time grows with size × `MAX_DEPTH` at the speed of a search.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.channels.mail.mime.headers import Headers, decode_words, parameters, split_headers
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.transfer import is_plain

MAX_DEPTH = 30
MAX_PARTS = 500
MAX_DELIMITERS = 5_000
"""Lines looked at because they may be a boundary, in one mail."""

PLAIN = "text/plain"
MESSAGE = "message/rfc822"
_KIND = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its headers, its type, where its body stands in the mail, and the parts within it.

    `disposition` is "attachment", "inline" or ""; `name` what the sender calls the file, decoded, not yet harmless.
    `index` counts as IMAP does: "2.1" is the first part of the second, "" the mail itself.
    """

    index: str
    headers: Headers
    kind: str
    settings: dict[str, str]
    disposition: str
    name: str
    start: int
    end: int
    children: tuple["Part", ...] = ()

    @property
    def encoding(self) -> str:
        """`Content-Transfer-Encoding`'s word, in lower case."""
        return self.headers.first("content-transfer-encoding").partition(";")[0].strip().casefold()

    def walk(self) -> Iterator["Part"]:
        """This part and those within it, in the order of the mail, but for those of a mail within it."""
        yield self
        if self.kind != MESSAGE:
            for child in self.children:
                yield from child.walk()


@dataclass(slots=True)
class Survey:
    """What is left of the limits while one mail is read, and what was wrong."""

    raw: bytes
    problems: set[Problem] = field(default_factory=set)
    parts: int = 0
    delimiters: int = 0


def survey(raw: bytes, problems: set[Problem]) -> Part:
    """The tree of a mail's parts; what is beyond the limits is one part without parts of its own, and noted."""
    return _part(Survey(raw, problems), "", 0, len(raw), depth=0, usual=PLAIN)


def _part(seen: Survey, index: str, start: int, end: int, *, depth: int, usual: str) -> Part:
    seen.parts += 1
    headers, body = split_headers(seen.raw, start, end)
    if headers.is_cut:
        seen.problems.add(Problem.HEADERS_CUT)
    kind, settings = parameters(headers.first("content-type"))
    if not _KIND.fullmatch(kind):
        kind = usual
    disposition, placed = parameters(headers.first("content-disposition"))
    name = decode_words(placed.get("filename") or settings.get("name", ""))
    part = Part(index, headers, kind, settings, disposition, name, body, end)
    children = _children(seen, part, depth)
    if kind.startswith("multipart/") and not children:
        seen.problems.add(Problem.BROKEN_BOUNDARY)
        return replace(part, kind=PLAIN)
    return replace(part, children=children)


def _children(seen: Survey, part: Part, depth: int) -> tuple[Part, ...]:
    spans = list(_spans(seen, part))
    if not spans:
        return ()
    if depth >= MAX_DEPTH:
        seen.problems.add(Problem.TOO_DEEP)
        return ()
    usual = MESSAGE if part.kind == "multipart/digest" else PLAIN
    children: list[Part] = []
    for number, (start, end) in enumerate(spans, 1):
        if seen.parts >= MAX_PARTS:
            seen.problems.add(Problem.TOO_MANY_PARTS)
            break
        place = f"{part.index}.{number}" if part.index else str(number)
        children.append(_part(seen, place, start, end, depth=depth + 1, usual=usual))
    return tuple(children)


def _spans(seen: Survey, part: Part) -> Iterator[tuple[int, int]]:
    """Where the parts of a multipart stand, or the mail within a message/rfc822."""
    if part.kind == MESSAGE and is_plain(part.encoding) and part.start < part.end:
        yield part.start, part.end
    elif part.kind.startswith("multipart/"):
        yield from _between_boundaries(seen, part)


def _between_boundaries(seen: Survey, part: Part) -> Iterator[tuple[int, int]]:
    """The spans between `--boundary` lines; the last one may lack its end (`--boundary--`)."""
    boundary = part.settings.get("boundary", "").rstrip()
    if not boundary:
        return
    line = re.compile(rb"--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(--)?+[ \t]*+(?=[\r\n]|\Z)")
    begin: int | None = None
    for found in line.finditer(seen.raw, part.start, part.end):
        seen.delimiters += 1
        if seen.delimiters > MAX_DELIMITERS:
            seen.problems.add(Problem.TOO_MANY_PARTS)
            break
        if found.start() > part.start and seen.raw[found.start() - 1] not in b"\r\n":
            continue
        if begin is not None:
            yield begin, _before_line_end(seen.raw, begin, found.start())
        if found[1]:
            return
        begin = _after_line_end(seen.raw, found.end(), part.end)
    if begin is not None:
        seen.problems.add(Problem.BROKEN_BOUNDARY)
        yield begin, part.end


def _before_line_end(raw: bytes, begin: int, at: int) -> int:
    """The line end before a boundary belongs to it, not to the part."""
    size = 2 if raw[at - 2 : at] == b"\r\n" else 1
    return max(begin, at - size)


def _after_line_end(raw: bytes, at: int, end: int) -> int:
    size = 2 if raw[at : at + 2] == b"\r\n" else 1
    return min(end, at + size)
