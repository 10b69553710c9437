"""Cutting a long answer into messages that a provider takes."""

LIMIT = 1500
"""Twilio takes 1,600 characters; the rest is room for a mark that says which piece it is."""


def split(text: str, *, limit: int = LIMIT) -> list[str]:
    """The text in pieces of at most `limit` characters, each marked "(1/3)"; a text that fits is one piece, unmarked.

    Cut at an end of line, else at a space, else anywhere.
    """
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        at = _break(rest, limit)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    pieces.append(rest)
    if len(pieces) == 1:
        return pieces
    return [f"({nth}/{len(pieces)}) {piece}" for nth, piece in enumerate(pieces, start=1)]


def _break(text: str, limit: int) -> int:
    for mark in ("\n", " "):
        at = text.rfind(mark, limit // 2, limit + 1)
        if at > 0:
            return at
    return limit
