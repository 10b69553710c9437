"""French spacing: what must not be parted at the end of a line."""

import re

from bot.texts.rich import Rich, head, units

_NO_BREAK = "\u00a0"
_SPACES = re.compile(r"(?<=«) | (?=[:;!?»])|(?<=\d) (?=[€%])|(?<=n°) (?=\d)")
_PHONE = re.compile(r"\+33 \d(?: \d\d){4}(?!\d)")
_VERBATIM = frozenset({"blockquote", "expandable_blockquote", "code", "pre"})


def typeset(rich: Rich) -> Rich:
    """No-break spaces before : ; ! ? », after «, and in 330,00 €, 98 %, n° 41 and +33 6 39 98 00 01.

    What is quoted stays as it was written. One character for one, so that entities stay where they are.
    """
    pieces, done = [], 0
    quotes = sorted((span.offset, span.offset + span.length) for span in rich.spans if span.type in _VERBATIM)
    for start, end in quotes:
        if start < done:
            continue
        pieces += [_spaced(_between(rich.text, done, start)), _between(rich.text, start, end)]
        done = end
    pieces.append(_spaced(_between(rich.text, done, units(rich.text))))
    return Rich("".join(pieces), rich.spans)


def whole_numbers(text: str) -> str:
    """The text with its telephone numbers kept whole."""
    return _PHONE.sub(lambda number: number[0].replace(" ", _NO_BREAK), text)


def _spaced(text: str) -> str:
    return whole_numbers(_SPACES.sub(_NO_BREAK, text))


def _between(text: str, start: int, end: int) -> str:
    """The text from one count of UTF-16 units to another."""
    return head(text, end)[len(head(text, start)) :]
