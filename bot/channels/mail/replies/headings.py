"""Where a mail program says that another mail follows: "Le … a écrit :", "De : / Envoyé :", "Message d'origine".

Patterns see folded lines (`Line.bare`): lower case, no accents, plain spaces. None of them can look further ahead
than a few lines of limited length, so that the time for a whole mail grows with its size alone.
"""

import re
from dataclasses import dataclass

from bot.channels.mail.replies.lines import Line

_FOLDED_OVER = 5
"""Lines that one "Le … a écrit :" may be folded over."""
_LONGEST_BLOCK = 16
_FOLDED_FIELD = 2
"""Lines that a field may go on for: "De la part de …" on the next one."""

_WROTE = r"a (?:e|a©|\ufffd|\?)?crit"  # "é" comes also as what is left of it after a wrong charset
_DAY = (
    r"(?:(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,? )?"
    r"(?:\d{1,2}(?:er)?[ -][a-z\ufffd?©]{3,10}\.?[ -]\d{2,4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{4}-\d{2}-\d{2}|[a-z]{3,10}\.? \d{1,2},? \d{4})"
)
_ATTRIBUTION = re.compile(rf"(?:le )?{_DAY}(?P<sender>.{{0,400}}?) {_WROTE} ?:")
_WITH_TEXT_BEHIND = re.compile(rf"le {_DAY}.{{0,200}}<[^<>@ ]{{1,80}}@[^<>@ ]{{1,80}}> ?{_WROTE} ?:.*")
_BETWEEN_DASHES = re.compile(rf"-{{2,}} ?(?:le |on )?{_DAY} .{{1,300}} (?:{_WROTE}|wrote) ?-{{2,}}")
_BETWEEN_ARROWS = re.compile(rf"[^>]{{2,150}}(?:<[^<>]{{3,80}}> )?{_DAY} \d{{1,2}}:\d{{2}}.{{0,10}}? ?>{{2,}}")
_SENDER_FIRST = re.compile(rf"[^:]{{2,150}} {_WROTE}(?: le {_DAY}.{{0,30}}?)? ?:|(?:selon|quoting) [^:]{{2,150}} ?:")
_FOREIGN = re.compile(r"(?:on|am|el|op|il) [^?!]{6,300} (?:wrote|schrieb|escribio|schreef|ha scritto)[^.?!:]{0,120} ?:")
_DATE_AND_ADDRESS = re.compile(r"\d{4}-\d{2}-\d{2} .{0,200}<[^<>@ ]{1,80}@[^<>@ ]{1,80}> ?:")
_STARTS = re.compile(rf"(?:le )?{_DAY}|on |am |el |op |il |selon |quoting |\S.{{0,150}}(?:@|{_WROTE})")

_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:h]\d{2}|@")
_SENTENCE_END = re.compile(r"[a-z)]{4}[.!?] ")
_SOMEBODY = re.compile(
    r"[ ,]*(?:a \d{1,2}(?:[:h]\d{2})? ?,? ?)?(?:le|la|les|l'|un|une|mon|ma|notre|votre|il|elle|on|nous|je)\b"
)

_SEPARATOR = re.compile(
    r"[-_=* ]{2,}(?:message d'origine|(?:message|mail|e-mail|courriel) (?:original|initial|precedent)"
    r"|(?:original|reply) message)"
    r"[-_=* ]{2,}"
)
_FORWARD = re.compile(
    r"[-_=* ]{2,}(?:(?:message|mail|courriel) (?:transfere|reexpedie|transmis)|forwarded message)"
    r"(?: de .{1,80}?)?[-_=* ]{2,}"
    r"|debut du message (?:transfere|reexpedie) ?:|begin forwarded message ?:"
)
_ANSWER_ABOVE = re.compile(r"[-#= ]{2,}.{0,20}(?:au-dessus|above) (?:de )?(?:cette ligne|this line).{0,60}")
_RULE = re.compile(r"[-_=*]{5,}")

_FIELDS = {
    "from": r"de|from|expediteur|von|da|van",
    "date": r"envoy(?:e|\S{1,2})(?: le)?|date(?: d'envoi)?|sent|gesendet|enviado(?: el)?|inviato|verzonden",
    "to": r"a|a€|\?|\ufffd|to|pour|destinataires?|an|para|aan",
    "subject": r"objet|sujet|subject|betreff|asunto|oggetto|onderwerp",
    "other": r"cc|cci|copie(?: a)?|importance|pj|pieces? jointes?|attachments?|reply-to|repondre a|organisation",
}
_FIELD = re.compile(
    "(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _FIELDS.items()) + r") ?: ?(?P<value>.*)"
)
_MESSAGE_OF = re.compile(r"message du ?:? ?\d{1,2}[/. ]\S{1,10}[/. ]\d{2,4}.{0,40}")
_YEAR = re.compile(r"\d{4}|\d{1,2}[/.]\d{2}\b")
_TIME = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True)
class Heading:
    """`lines` of it, from where it was found. What follows a `is_forward` one was sent on purpose, to be read."""

    lines: int
    is_forward: bool = False
    is_block: bool = False


def heading_at(lines: list[Line], start: int) -> Heading | None:
    """The heading that begins at this line, with those that follow it directly ("Mail original", then "De :")."""
    first = _one_heading(lines, start)
    if first is None or first.is_forward:
        return first
    end, is_block = start + first.lines, first.is_block
    while (at := _next_text(lines, end, within=3)) is not None and (more := _one_heading(lines, at)) is not None:
        if more.is_forward:
            break
        end, is_block = at + more.lines, is_block or more.is_block
    return Heading(end - start, is_block=is_block)


def is_forward_heading(line: Line) -> bool:
    """True for the one line that says that a forwarded mail follows: "Début du message réexpédié :"."""
    return bool(_FORWARD.fullmatch(line.bare))


def _one_heading(lines: list[Line], start: int) -> Heading | None:
    bare = lines[start].bare
    if is_forward_heading(lines[start]):
        return Heading(1, is_forward=True)
    if any(heading.fullmatch(bare) for heading in (_SEPARATOR, _ANSWER_ABOVE, _BETWEEN_DASHES)):
        return Heading(1)
    if _BETWEEN_ARROWS.fullmatch(bare):  # GroupWise, whose text follows without marks
        return Heading(1, is_block=True)
    if _RULE.fullmatch(bare):
        at = _next_text(lines, start + 1, within=3)
        length = 0 if at is None else _block_lines(lines, at)
        return Heading(at + length - start, is_block=True) if at is not None and length else None
    if length := _block_lines(lines, start):
        return Heading(length, is_block=True)
    length = _attribution_lines(lines, start)
    return Heading(length) if length else None


def _attribution_lines(lines: list[Line], start: int) -> int:
    """How many lines "Le … a écrit :" takes here; 0 where there is none.

    With a time or an address it stands for itself. Without ("Le 12 mars 2026 le laboratoire a écrit :") only a
    quotation that follows tells it from a sentence.
    """
    if not _STARTS.match(lines[start].bare):
        return 0
    text = ""
    for at in range(start, min(start + _FOLDED_OVER + 1, len(lines))):
        if lines[at].is_blank:
            continue
        text = f"{text} {lines[at].bare}".strip()
        if _WITH_TEXT_BEHIND.fullmatch(text):
            return at + 1 - start
        if text.endswith(":") and (certainty := _is_attribution(text)) is not None:
            return at + 1 - start if certainty or _is_quotation_next(lines, at + 1) else 0
        if text.endswith(("?", "!")):
            return 0
    return 0


def _is_attribution(text: str) -> bool | None:
    """True: surely one; False: one if a quotation follows; None: it is not."""
    if match := _ATTRIBUTION.fullmatch(text):
        sender = match["sender"]
        if _SENTENCE_END.search(sender):
            return None
        return "@" in sender or (bool(_TIME_OR_ADDRESS.search(sender)) and not _SOMEBODY.match(sender))
    if _DATE_AND_ADDRESS.fullmatch(text):
        return True
    if _FOREIGN.fullmatch(text):
        return bool(_TIME_OR_ADDRESS.search(text) and re.search(r"\d{4}", text))
    if _SENDER_FIRST.fullmatch(text):
        return "@" in text and not _SENTENCE_END.search(text)
    return False if _TIME_OR_ADDRESS.search(text) else None


def _block_lines(lines: list[Line], start: int) -> int:
    """How many lines of "De : / Envoyé : / À : / Objet :" begin here; 0 where it is no such block.

    It needs a sender, a date, and a recipient or a subject; the date must have its year, and a time where no address
    stands in the block. "De : 9h à 12h", and "De : Lyon / À : Paris / Date : 12/11/2026", are a client's own lists.
    """
    if not (_FIELD.fullmatch(lines[start].bare) or _MESSAGE_OF.fullmatch(lines[start].bare)):
        return 0
    found: set[str] = set()
    end, has_address, has_time = start, False, False
    for at in range(start, min(start + _LONGEST_BLOCK, len(lines))):
        bare = lines[at].bare
        has_address = has_address or "@" in bare
        if match := _FIELD.fullmatch(bare):
            kind = next(name for name in _FIELDS if match[name] is not None)
            if kind == "from" and kind in found:
                break
            if kind != "date":
                found.add(kind)
            elif _YEAR.search(match["value"]):
                found.add("date")
                has_time = has_time or bool(_TIME.search(match["value"]))
        elif _MESSAGE_OF.fullmatch(bare):
            found.add("date")
            has_time = True
        elif at - end < _FOLDED_FIELD or lines[at].is_blank or _is_continued(bare):
            continue
        else:
            break
        end = at + 1
    is_whole = {"from", "date"} <= found and bool(found & {"to", "subject"})
    return end - start if is_whole and (has_time or has_address) else 0


def _is_continued(bare: str) -> bool:
    """More recipients, on a line of their own."""
    return "@" in bare or bare.endswith((";", ","))


def _next_text(lines: list[Line], start: int, *, within: int) -> int | None:
    return next((at for at in range(start, min(start + within, len(lines))) if not lines[at].is_blank), None)


def _is_quotation_next(lines: list[Line], start: int) -> bool:
    at = _next_text(lines, start, within=4)
    return at is not None and lines[at].is_quoted
