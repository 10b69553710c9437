"""Bytes as text, whatever the mail says of them. Pure and total."""

import codecs
import re

# A hostile mail may name any codec of Python's: punycode and idna take quadratic time, unicode_escape changes the text.
_KNOWN = re.compile(
    r"(?:utf|u?cs|iso|latin|windows|cp|x-?cp|ibm|mac|koi8|gb|hz|big5|euc|shift|s-?jis|ms|tis|us-?ascii|ascii|ks_c)"
    r"[\w:.-]{0,30}",
    re.ASCII | re.IGNORECASE,
)
_ASCII_BASED = re.compile(r"(?:utf-8|ascii|iso8859|cp|mac|koi8|latin)")
_WINDOWS = "cp1252"
_ALIASES = {"iso8859-1": _WINDOWS, "ascii": _WINDOWS, "utf-7": "utf-8"}
"""Programs that say Latin-1 or ASCII and mean Windows' letters ("’", "€"), as browsers take them."""

_SHOWN = {0: "␀", 0xFEFF: None}
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(raw: bytes, charset: str) -> tuple[str, bool]:
    """The text, and whether the declared charset was right: `b"caf\\xe9"` declared as UTF-8 → ("café", False).

    Without a declared one ("") UTF-8 is right. Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever they are
    declared to be: no other text looks like it.
    """
    codec = _codec(charset)
    if codec is None or _ASCII_BASED.match(codec):
        utf8 = _decoded(raw, "utf-8")
        if utf8 is not None:
            return clean(utf8), raw.isascii() or codec == "utf-8" or not charset
    text = _decoded(raw, codec) if codec else None
    if text is not None:
        return clean(text), True
    return clean(raw.decode(_WINDOWS, "replace")), False


def clean(text: str) -> str:
    """Text that every store takes: lines end with "\\n", NUL is shown (␀), half surrogate pairs become �."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", unified).translate(_SHOWN)


def _codec(charset: str) -> str | None:
    """Python's name of a charset, None when it is none that mails are written in."""
    name = charset.strip().strip("\"'") or "us-ascii"
    if not _KNOWN.fullmatch(name):
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):  # a NUL in the name is a ValueError
        return None
    return _ALIASES.get(found, found)


def _decoded(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (LookupError, ValueError):  # not a text encoding; UnicodeError is a ValueError
        return None
