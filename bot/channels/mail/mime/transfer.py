"""A part's bytes out of the encoding they travelled in. Pure and total."""

import binascii
import quopri

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(code for code in range(256) if code not in _BASE64)
_SPACING = b"= \t\r\n"
_PLAIN = frozenset({"", "7bit", "8bit", "binary"})


def is_plain(encoding: str) -> bool:
    """True for the encodings that change nothing."""
    return encoding in _PLAIN


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """The bytes, and whether they were what the encoding says; an unknown encoding is taken for none."""
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return quopri.decodestring(data), True
    return data, is_plain(encoding)


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """The bytes, and whether they were whole: junk between letters is passed over, what ends within a byte is left out.

    `binascii` alone refuses a text whose padding was cut, and stops at the first "=".
    """
    letters = data.translate(None, _NOT_BASE64)
    is_whole = len(letters) % 4 != 1 and not data.translate(None, _BASE64 + _SPACING)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)), is_whole
