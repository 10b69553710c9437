"""What a client wrote in this mail, apart from the mail it answers and from the signature; French first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.channels.mail.replies.lines import Line, joined, split_lines
from bot.channels.mail.replies.quoted_lines import Kind, kinds_of
from bot.channels.mail.replies.signature import first_words, is_rule, signature_starts

_ANSWERS_INSIDE = re.compile(
    r"(?:repon|remarqu|comment|annot|complet|precision)\w{0,12} .{0,60}"
    r"(?:ci-dessous|ci-apres|dans (?:le|votre|ton) (?:corps|texte|mail|message)"
    r"|en (?:rouge|bleu|vert|gras|couleur|majuscules))"
    r"|(?:ci-dessous|en (?:rouge|bleu|vert|gras|majuscules)).{0,40}(?:repon|remarqu|comment)"
)


@dataclass(frozen=True)
class Reply:
    """A mail's text in four stretches, in their order: `above + visible + signature + below` is the text itself.

    `above` is a quotation that is answered beneath, `below` the usual one; blank space goes with what is hidden.
    """

    above: str
    visible: str
    signature: str
    below: str

    @property
    def quoted(self) -> str:
        return self.above + self.below


@dataclass(frozen=True)
class _Span:
    """Lines from `start` up to, and without, `end`."""

    start: int
    end: int


def visible_reply(text: str, *, is_forward: bool = False) -> Reply:
    """The answer, whatever stands around it; total, and in time that grows with the text's length alone.

    "oui\\n\\nLe lun. 23 nov. 2026 à 10:12, Support <…> a écrit :\\n> Weda répond-il ?" shows "oui". Answers between
    quoted lines are shown with what they answer. A mail with no words of its own shows whole, and so does a forwarded
    one: `is_forward` says that its subject calls it so ("TR :"), because Outlook marks it in no other way.
    """
    lines = split_lines(text)
    whole = _Span(0, len(lines))
    own, signed_until = (whole, whole.end) if is_forward else _own_part(lines) or (whole, whole.end)
    shown = joined(lines[own.start : own.end])
    visible = shown.strip()
    lead, _, trail = shown.partition(visible) if visible else ("", "", shown)
    signature = joined(lines[own.end : signed_until])
    below = joined(lines[signed_until:])
    signature, below = (trail + signature, below) if signature else ("", trail + below)
    return Reply(joined(lines[: own.start]) + lead, visible, signature, below)


def _own_part(lines: list[Line]) -> tuple[_Span, int] | None:
    """The lines to show, and where the signature under them ends; nothing when the whole mail is to be shown."""
    kinds = kinds_of(lines)
    answers = [span for span in _own_spans(kinds) if not _is_signature(lines, span)]
    if not answers or _is_answered_inside(lines, kinds, answers):
        return None
    span = _with_what_it_answers(kinds, answers)
    last = answers[-1]
    return (span, span.end) if span.end != last.end else (_Span(span.start, _without_signature(lines, last)), last.end)


def _own_spans(kinds: list[Kind]) -> Iterator[_Span]:
    """Stretches of the writer's own lines, blank ones within them included."""
    start, end = None, 0
    for at, kind in enumerate(kinds):
        if kind is Kind.OWN:
            start, end = at if start is None else start, at + 1
        elif kind is not Kind.BLANK and start is not None:
            yield _Span(start, end)
            start = None
    if start is not None:
        yield _Span(start, end)


def _is_signature(lines: list[Line], span: _Span) -> bool:
    return any(cut == span.start for cut in signature_starts(lines, span.start, span.end))


def _is_answered_inside(lines: list[Line], kinds: list[Kind], answers: list[_Span]) -> bool:
    """They say "mes réponses en rouge ci-dessous", and no ">" tells the answers from the questions."""
    last = answers[-1]
    has_marks = any(kind is Kind.QUOTED and line.is_quoted for kind, line in zip(kinds, lines, strict=True))
    if has_marks or Kind.HEADING not in kinds[last.end :]:
        return False
    return any(_ANSWERS_INSIDE.search(line.bare) for line in lines[last.start : last.end])


def _with_what_it_answers(kinds: list[Kind], answers: list[_Span]) -> _Span:
    """From the first answer to the last; with the quotation before it where answers stand between quoted lines."""
    start, end = answers[0].start, answers[-1].end
    if len(answers) == 1:
        before, after = start - 1, end
        while before >= 0 and kinds[before] is Kind.BLANK:
            before -= 1
        while after < len(kinds) and kinds[after] is Kind.BLANK:
            after += 1
        if before < 0 or after == len(kinds) or kinds[before] is not Kind.QUOTED or kinds[after] is not Kind.QUOTED:
            return answers[0]
        end = after
        while end < len(kinds) and kinds[end] in (Kind.QUOTED, Kind.BLANK):
            end += 1
    while start > 0 and kinds[start - 1] in (Kind.QUOTED, Kind.BLANK):
        start -= 1
    return _Span(start, end)


def _without_signature(lines: list[Line], span: _Span) -> int:
    """Where the signature under this answer begins; never so high that only "Bonjour," would be left."""
    floor = first_words(lines, span.start, span.end)
    end = span.end
    for cut in signature_starts(lines, span.start, span.end):
        if cut <= floor:
            break
        end = cut
    while end > floor + 1 and (lines[end - 1].is_blank or (end < span.end and is_rule(lines[end - 1]))):
        end -= 1
    return end
