"""A forwarded text, told apart from what the forwarder wrote above it. Pure and total."""

import re

from bot.rules.folding import fold

_MARK = re.compile(
    r"[-_=* ]{2,40}(?:(?:message|mail|courriel) (?:transfere|reexpedie|suivi)|forwarded message)"
    r"(?: de .{1,80}?)?[-_=* ]{2,40}"
    r"|debut du (?:message|courriel) (?:transfere|reexpedie|suivi) ?:|begin forwarded message ?:"
)
_ORIGINAL = re.compile(r"[-_=* ]{2,40}(?:original message|message (?:d'origine|original|initial))[-_=* ]{2,40}")
_FROM = re.compile(r"[* ]*(?:de|from|expediteur) ?:[* ]*\S")
_SENT = re.compile(r"[* ]*(?:envoye|date|sent|date d'envoi)(?: le)? ?:[* ]*\S")
_ABOUT = re.compile(r"[* ]*(?:objet|sujet|subject|a|to|pour) ?:")
_BLOCK_LINES = 8
_LONGEST_LINE = 300
_FORWARDS = re.compile(r"\b(?:fwd?|tr|rv|wg|i)\b", re.IGNORECASE)


def is_forward(marks: str) -> bool:
    """True when a subject's marks say so last: "TR: ", "Fwd: RE: "; "RE: TR: " answers a forwarded mail."""
    first = marks.strip().partition(":")[0]
    return bool(_FORWARDS.search(first))


def split_forwarded(text: str, *, is_called_forward: bool) -> tuple[str, str]:
    """What the sender wrote, and the mail that they forward below it; ("…", "") when they forward none.

    A line that says so ("---------- Message transféré ----------", "Début du message transféré :") is enough. Outlook
    writes "De : / Envoyé : / À : / Objet :" or "Message d'origine", as it does above a quotation: they count where the
    subject says "TR:".
    """
    at = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _is(_MARK, line) or (is_called_forward and (_is(_ORIGINAL, line) or _is_block(lines, number))):
            return text[:at].rstrip(), text[at:].strip("\n")
        at += len(line) + 1
    return text, ""


def _is(mark: re.Pattern[str], line: str) -> bool:
    return len(line) <= _LONGEST_LINE and bool(mark.fullmatch(_folded(line)))


def _is_block(lines: list[str], start: int) -> bool:
    if len(lines[start]) > _LONGEST_LINE or not _FROM.match(_folded(lines[start])):
        return False
    block = [_folded(line[:_LONGEST_LINE]) for line in lines[start + 1 : start + _BLOCK_LINES]]
    return any(map(_SENT.match, block)) and any(map(_ABOUT.match, block))


def _folded(line: str) -> str:
    return fold(line).replace("’", "'")
