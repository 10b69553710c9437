"""Forms as Twilio posts them: lists of (name, value), kept as they came."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl

from bot.errors import BadForm

Pairs = Sequence[tuple[str, str]]

MAX_FIELDS = 256
MAX_NAME = 128
MAX_VALUE = 200_000
"""Characters of one value. A text of 60,000 is kept whole; the HTTP server's own limit (413) stands before this one."""

SID_MARK = re.compile(r"MessageSid(?:SM|MM)[0-9a-f]{32}")
FROM_MARK = re.compile(r"From(?:\+\d|whatsapp:)")


def decode_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of an urlencoded body, in order, empty values and repeated names kept.

    Bytes that are not UTF-8 become lone surrogates (`surrogateescape`): the signature over them still holds and the raw
    form loses nothing. Raises `BadForm` on a field without "=", raw bytes outside ASCII, too many or too long fields.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="surrogateescape",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as error:
        raise BadForm("not an urlencoded form") from error
    if any(len(name) > MAX_NAME or len(value) > MAX_VALUE for name, value in pairs):
        raise BadForm("a field is too long")
    return pairs


def signed_text(pairs: Pairs) -> str:
    """The fields as Twilio signs them: by name, then value, a repeated pair once, nothing between them.

    `[("B", "2"), ("A", "1")]` is `A1B2`.
    """
    return "".join(name + value for name, value in sorted(set(pairs)))


def single(pairs: Pairs, name: str) -> str:
    """The value of a field that must be there once, or `BadForm`: of two, one could be read and the other checked."""
    values = [value for key, value in pairs if key == name]
    if len(values) != 1:
        raise BadForm(f"{name} is given {len(values)} times")
    return values[0]


def refuse_resplit(pairs: Pairs) -> None:
    """Refuse a form whose signed text can be cut into other fields.

    The signature has no separators: the text `From+33…` inside a body can be made a field of its own, and the true one
    be swallowed by another value, under the same valid signature (PLATFORMS, "Twilio, inbound"). So each place in the
    signed text where a SID or a sender seems to begin must be one that the form itself names. A client who writes
    exactly such words is refused here and found by the archive, where nothing depends on a signature.
    """
    text, fields = signed_text(pairs), set(pairs)
    for mark, name_end in ((SID_MARK, "MessageSid"), (FROM_MARK, "From")):
        named = sum(1 for name, value in fields if name.endswith(name_end) and mark.match(name_end + value))
        if named != len(mark.findall(text)):
            raise BadForm("the fields can be cut in more than one way")
