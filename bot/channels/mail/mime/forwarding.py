"""A forwarded text, told apart from what the forwarder wrote above it. Pure and total."""

import re

from bot.channels.mail.replies.headings import heading_at, is_forward_heading
from bot.channels.mail.replies.lines import joined, split_lines

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
        # the cheap question first: `heading_at` walks to the end of a run of headings, from each of its lines anew
        says_so = is_forward_heading(line) and not line.is_quoted
        if says_so or (is_called_forward and heading_at(lines, number)):
            return joined(lines[:number]).rstrip(), joined(lines[number:]).strip("\n")
    return text, ""
