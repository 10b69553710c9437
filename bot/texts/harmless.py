"""Making a stranger's text harmless to look at: nothing in it may act on the words around it (S4)."""

import re
import unicodedata

_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_TAGS = dict.fromkeys([*range(0xE0000, 0xE0080), 0xFEFF])
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
_SHOWN = {**_CONTROLS, **_BIDI, **_TAGS, 0x7F: "␡", 0x2028: "\n", 0x2029: "\n", **dict.fromkeys(range(0x80, 0xA0), "�")}
_SURROGATES = re.compile("[\ud800-\udfff]")
_MANY_LINES = re.compile(r"\n\s*\n\s*\n+")
_WHITE = re.compile(r"\s+")
_LIVE = re.compile(r"(?<![\w/:.@#&?=<>-])([/@#])(?=\w)")  # at the beginning of a word: not within an address
_WORD_JOINER = "\u2060"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def harmless(text: str) -> str:
    """The same words, without power over their surroundings.

    NUL and other control characters are shown (␀), marks that turn the writing direction are dropped, lone
    surrogates become �. A word that Telegram would make live (/clore, @name, #tag) gets an invisible joiner, so that
    no tap on a client's words can give an order. Many empty lines become one.
    """
    shown = _SURROGATES.sub("�", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_SHOWN)
    return _MANY_LINES.sub("\n\n", _LIVE.sub(r"\1" + _WORD_JOINER, shown)).strip()


def inline(text: str, limit: int = 60) -> str:
    """One line of a stranger's text, for a name or a subject within a sentence of ours; cut with "…".

    A name written from right to left is isolated, lest it carry the rest of the line along.
    """
    flat = _WHITE.sub(" ", harmless(text)).strip()
    short = flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
    is_turned = any(unicodedata.bidirectional(char) in ("R", "AL") for char in short)
    return f"{_ISOLATE}{short}{_END_ISOLATE}" if is_turned else short
