"""Which lines of a mail are its writer's own, and which were quoted: by ">" or below a heading."""

from enum import Enum, auto

from bot.channels.mail.replies.headings import Heading, heading_at
from bot.channels.mail.replies.lines import Line

_WRAPPED_AT = 64
"""A quoted line of so many characters may have been folded by the program that quoted it, without a new ">"."""


class Kind(Enum):
    """What a line is; `OWN` also for what somebody forwards or announces ("Voici leur réponse :"): it is to be read."""

    BLANK = auto()
    OWN = auto()
    HEADING = auto()
    QUOTED = auto()


def kinds_of(lines: list[Line]) -> list[Kind]:
    """One kind a line. A heading without ">" beneath it quotes all the rest, a forwarding one all the rest is own."""
    kinds: list[Kind] = []
    while (at := len(kinds)) < len(lines):
        line = lines[at]
        if line.is_blank:
            kinds.append(Kind.QUOTED if line.is_quoted else Kind.BLANK)
            continue
        # not asked within a quotation: from each line of a long run of headings it walks to the run's end anew
        heading = heading_at(lines, at) if _may_head(lines, kinds) else None
        if heading is not None and heading.is_forward and not line.is_quoted:
            return kinds + [Kind.OWN] * (len(lines) - at)
        if heading is not None and not heading.is_forward:
            kinds += _headed(lines, kinds, heading)
        elif line.is_quoted:
            kinds += _quoted_run(lines, kinds)
        else:
            kinds.append(Kind.QUOTED if _is_wrapped_quote(lines, kinds) else Kind.OWN)
    return kinds


def _may_head(lines: list[Line], kinds: list[Kind]) -> bool:
    """Within ">" a heading is one more quoted line, except Orange's "> Message du …", whose text may follow without."""
    if not lines[len(kinds)].is_quoted:
        return True
    last = _last_words(kinds)
    return last is None or kinds[last] is Kind.OWN


def _headed(lines: list[Line], kinds: list[Kind], heading: Heading) -> list[Kind]:
    """The kinds of a heading's lines, and of all the rest when what it heads has no ">"."""
    start = len(kinds)
    end = start + heading.lines
    rest = len(lines) - start
    has_marks = _next_is_quoted(lines, end) or (lines[start].is_quoted and not heading.is_block)
    if _is_announced(lines, kinds):
        return [Kind.OWN] * (_end_of_run(lines, end) - start if has_marks else rest)
    headed = [Kind.HEADING] * heading.lines
    return headed if has_marks else headed + [Kind.QUOTED] * (rest - heading.lines)


def _quoted_run(lines: list[Line], kinds: list[Kind]) -> list[Kind]:
    """One line; or the whole run where somebody announced it: they use ">" as bullets."""
    if _is_announced(lines, kinds):
        return [Kind.OWN] * (_end_of_run(lines, len(kinds)) - len(kinds))
    return [Kind.QUOTED]


def _end_of_run(lines: list[Line], start: int) -> int:
    """Where a run of ">" ends; blank lines before its first are part of it."""
    end = start
    while end < len(lines) and lines[end].is_blank:
        end += 1
    while end < len(lines) and lines[end].is_quoted:
        end += 1
    return max(end, start + 1) if start < len(lines) else start


def _is_announced(lines: list[Line], kinds: list[Kind]) -> bool:
    """The writer's last words end in a colon: "Le laboratoire m'a répondu ceci :"; "Tél :" is a signature's."""
    last = _last_words(kinds)
    return last is not None and kinds[last] is Kind.OWN and lines[last].bare.endswith(":") and lines[last].words >= 3


def _is_wrapped_quote(lines: list[Line], kinds: list[Kind]) -> bool:
    """Between two quoted lines, right after a long one that does not end a sentence."""
    at = len(kinds)
    if not 0 < at < len(lines) - 1 or kinds[-1] is not Kind.QUOTED or not lines[at + 1].is_quoted:
        return False
    above = lines[at - 1].shown
    return (
        len(above) >= _WRAPPED_AT
        and not above.endswith((".", "?", "!", ":", ";"))
        and len(lines[at].shown) < len(above)
    )


def _next_is_quoted(lines: list[Line], start: int) -> bool:
    return next((lines[at].is_quoted for at in range(start, len(lines)) if not lines[at].is_blank), False)


def _last_words(kinds: list[Kind]) -> int | None:
    return next((at for at in range(len(kinds) - 1, -1, -1) if kinds[at] is not Kind.BLANK), None)
