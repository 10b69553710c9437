"""What a pressed button carries: `verb:ticket:words`, as text that fits Telegram's `callback_data`.

All that a press means stands in the button itself, so that one that was shown before a restart still works.
"""

import re

from bot.domain.desk import Verb

MAX_BYTES = 64
"""The most that the Bot API takes as `callback_data`."""

_FORM = re.compile(r"(?P<verb>[^:]+):(?P<ticket>[0-9]{0,18})(?::(?P<words>.+))?", re.DOTALL)
_VERBS = {str(verb): verb for verb in Verb}


def encode(verb: Verb, ticket: int | None = None, words: str = "") -> str:
    """Write a button's data: `encode(Verb.OUTCOME, 12, "resolved")` is "issue:12:resolved".

    Raises ValueError over 64 bytes of UTF-8, or for a ticket that is no ticket's number.
    """
    if ticket is not None and not 0 <= ticket < 10**18:
        raise ValueError(f"no ticket's number: {ticket}")
    data = f"{verb}:{'' if ticket is None else ticket}"
    if words:
        data += f":{words}"
    if (size := len(data.encode())) > MAX_BYTES:
        raise ValueError(f"a button's data may have {MAX_BYTES} bytes: {size} with {verb} and {len(words)} characters")
    return data


def decode(data: str) -> tuple[Verb, int | None, str]:
    """Read (verb, ticket, words); what no button of this version writes is `UNKNOWN`, with all of it as words."""
    form = _FORM.fullmatch(data)
    verb = _VERBS.get(form["verb"]) if form else None
    if form is None or verb is None:
        return Verb.UNKNOWN, None, data
    return verb, int(form["ticket"]) if form["ticket"] else None, form["words"] or ""
