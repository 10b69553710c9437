"""A forwarded text, told apart from what the forwarder wrote above it. Pure and total."""

import re

from bot.channels.mail.quotation_headings import heading_at
from bot.channels.mail.reply_lines import joined, split_lines

_FORWARDS = re.compile(r"\b(?:fwd?|tr|rv|wg|i)\b", re.IGNORECASE)


def is_forward(marks: str) -> bool:
    """True when the last mark that was put before a subject says so: "TR: RE: " does; "RE: TR: " answers one."""
    return bool(_FORWARDS.search(marks.partition(":")[0]))


def split_forwarded(text: str, *, is_called_forward: bool) -> tuple[str, str]:
    """What the sender wrote, and the mail that they forward below it; (text, "") when they forward none.

    A line that says so ("---------- Message transféré ----------", "Début du message transféré :") is enough. Outlook
    writes "De : / Envoyé : / À : / Objet :" or "Message d'origine", as it does above a quotation: they count where the
    subject says "TR:" (`is_called_forward`).
    """
    lines = split_lines(text)
    for number, line in enumerate(lines):
        heading = heading_at(lines, number)
        if heading and (is_called_forward or (heading.is_forward and not line.is_quoted)):
            return joined(lines[:number]).rstrip(), joined(lines[number:]).strip("\n")
    return text, ""
