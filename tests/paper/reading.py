"""Reads back the text of a PDF of ours: enough of the format for what typst writes, and nothing more."""

import re
import zlib
from collections.abc import Iterator, Mapping

_OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)\nendobj", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) (\d+) 0 R")
_PAIR = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_INNER = rb"(?:\\.|[^\\()])*"
_NESTED = rb"(?:\\.|[^\\()]|\(" + _INNER + rb"\))*"  # parentheses that are balanced are not escaped
_SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\()]|\(" + _NESTED + rb"\))*)\)|<([0-9A-F]+)>|ET\b", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_INVISIBLE = re.compile(r"\s*\u00ad\s*|\u200b")  # a word parted at the end of a line; a place where one may be
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

Glyphs = Mapping[int, str]


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page: runs in the order they are set, one after the other with a space between them."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    return [_page(page, objects) for page in objects.values() if b"/Type/Page/" in page]


def text_of(pdf: bytes) -> str:
    """All of it on one line, as it would be read: spaces are plain, and what may be broken is whole."""
    return plain(" ".join(pages_of(pdf)))


def plain(text: str) -> str:
    """No-break spaces as spaces, runs of them as one, no invisible mark."""
    return " ".join(_INVISIBLE.sub("", text).split())


def _page(page: bytes, objects: Mapping[int, bytes]) -> str:
    fonts = {
        name: _glyphs(objects[int(number)], objects)
        for name, number in _FONT.findall(objects[_ref(page, b"Resources")])
    }
    return " ".join(_runs(_stream(objects[_ref(page, b"Contents")]), fonts))


def _runs(content: bytes, fonts: Mapping[bytes, Glyphs]) -> Iterator[str]:
    glyphs: Glyphs = {}
    run = ""
    for shown in _SHOWN.finditer(content):
        if shown[1]:
            glyphs = fonts[shown[1]]
        elif shown[0] == b"ET":
            yield run
            run = ""
        else:
            codes = bytes.fromhex(shown[3].decode()) if shown[3] else _ESCAPE.sub(_unescaped, shown[2])
            run += "".join(glyphs.get(int.from_bytes(codes[i : i + 2]), "") for i in range(0, len(codes), 2))


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if code[:1].isdigit() else _LETTERS.get(code, code)


def _glyphs(font: bytes, objects: Mapping[int, bytes]) -> Glyphs:
    """What each glyph stands for; nothing where a font does not say (an emoji that is a picture)."""
    if b"/ToUnicode" not in font:
        return {}
    cmap = _stream(objects[_ref(font, b"ToUnicode")])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in _PAIR.findall(cmap)}


def _ref(thing: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", thing)
    assert found, name
    return int(found[1])


def _stream(thing: bytes) -> bytes:
    return zlib.decompress(thing.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0])
