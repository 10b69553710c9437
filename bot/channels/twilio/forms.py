"""Forms as Twilio posts them: lists of (name, value), kept as they came."""

import re
from collections.abc import Sequence
from itertools import chain
from urllib.parse import unquote_to_bytes

from bot.errors import BadForm

Pairs = Sequence[tuple[str, str]]

MAX_FIELDS = 256
MAX_NAME = 128
MAX_VALUE = 200_000
"""Characters of one value. A text of 60,000 is kept whole; the HTTP server's own limit (413) stands before this one."""

MARKS = {
    "CallSid": re.compile(r"CallSidCA[0-9a-f]{32}"),
    "MessageSid": re.compile(r"MessageSid(?:SM|MM)[0-9a-f]{32}"),
    "From": re.compile(r"From(?:\+\d|whatsapp:)"),
}
"""How a field that says who or what begins in the signed text, by the end of its name."""

MARKED = tuple(MARKS)


def decode_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of an urlencoded body, in order, empty values and repeated names kept.

    Bytes that are not UTF-8 become lone surrogates (`surrogateescape`): the signature over them still holds and the raw
    form loses nothing. Raises `BadForm` on a field without "=", raw bytes outside ASCII, too many or too long fields.
    """
    if not body:
        return []
    try:
        pairs = [_decode_field(field) for field in body.decode("ascii").replace("+", " ").split("&", MAX_FIELDS)]
    except ValueError as error:
        raise BadForm("not an urlencoded form") from error
    if len(pairs) > MAX_FIELDS:
        raise BadForm("too many fields")
    if any(len(name) > MAX_NAME or len(value) > MAX_VALUE for name, value in pairs):
        raise BadForm("a field is too long")
    return pairs


def _decode_field(field: str) -> tuple[str, str]:
    # `urllib.parse.parse_qsl` does the same at 2.5 times the cost, a tenth of all that a webhook costs.
    name, equals, value = field.partition("=")
    if not equals:
        raise ValueError("a field without a value")
    if "%" not in field:
        return name, value
    return _decode(name), _decode(value)


def _decode(text: str) -> str:
    return unquote_to_bytes(text).decode(errors="surrogateescape")


def signed_text(pairs: Pairs) -> str:
    """The fields as Twilio signs them: by name, then value, a repeated pair once, nothing between them.

    `[("B", "2"), ("A", "1")]` is `A1B2`.
    """
    return "".join(chain.from_iterable(sorted(set(pairs))))


def single(pairs: Pairs, name: str) -> str:
    """The value of a field that must be there once, or `BadForm`: of two, one could be read and the other checked."""
    values = [value for key, value in pairs if key == name]
    if len(values) != 1:
        raise BadForm(f"{name} is given {len(values)} times")
    return values[0]


def refuse_resplit(pairs: Pairs) -> None:
    """Refuse a form whose signed text can be cut into other fields.

    The signature has no separators: the text `From+33…` inside a body can be made a field of its own, and the true one
    be swallowed by another value, under the same valid signature. So each place in the
    signed text where a SID or a sender seems to begin must be one that the form itself names. A client who writes
    exactly such words is refused here and found by the archive, where nothing depends on a signature.
    """
    text = signed_text(pairs)
    marked = [field for field in set(pairs) if field[0].endswith(MARKED)]
    for name_end, mark in MARKS.items():
        named = [name for name, value in marked if name.endswith(name_end) and mark.match(name_end + value)]
        if len(named) != len(mark.findall(text)):
            raise BadForm("the fields can be cut in more than one way")
