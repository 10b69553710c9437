"""Where the signature under an answer begins: "Cordialement", a name, a practice's address, the notices beneath.

A courtesy without a name stays with the answer ("Merci d'avance"), whatever closes a letter goes ("Cordialement").
In doubt the line stays: who reads a signature too many loses a second, who misses a sentence loses a request.
"""

import re
from collections.abc import Iterator

from bot.channels.mail.replies.footers import is_footer_line, is_notice_at
from bot.channels.mail.replies.lines import Line, as_line
from bot.rules.folding import fold

_LONGEST_SIGNATURE = 16
"""Lines with words on them; the notices beneath come on top."""
_MOST_STARTS = 40
"""A notice above a notice, a card above a card: a mail of 6,000 of them takes seconds, and no signature has so many."""
_REACH = 60
"""Lines from the end in which a notice may begin."""
_LONGEST_SIGNATURE_LINE, _MOST_WORDS = 130, 18

_SALUTATION = (
    r"(?:(?:bien|tres|plus)(?: |-))?"
    r"(?:cordialement|confraternellement|amicalement|respectueusement|sincerement|fraternellement)"
    r"(?: et (?:confraternellement|respectueusement|amicalement))?"
    r"|bien a (?:vous|toi)|cdl?t|cdlmt|cord|bav|cordialement a (?:vous|tous)|bien cordialement a (?:vous|tous)"
    r"|(?:avec )?(?:mes |nos |toutes mes )?"
    r"(?:sinceres |meilleures |cordiales |respectueuses |confraternelles ){0,2}salutations"
    r"(?: (?:distinguees|confraternelles|cordiales|respectueuses|les meilleures))?"
    r"|(?:(?:best|kind|warm) )?regards|yours sincerely|sincerely"
)
_CLOSING = re.compile(rf"(?:{_SALUTATION})(?: a (?:vous|tous|toute l'equipe))?(?P<rest>(?:[ ,.!-].*)?)")
_FORMULA = re.compile(
    r"(?:je vous prie|nous vous prions|veuillez|recevez|en vous (?:priant|souhaitant)|dans l'attente)\b"
    r".{0,200}\b(?:salutations|sentiments|consideration|respects)\b.{0,60}"
)
_GOOD_DAY = (
    r"(?:(?:tres )?(?:bonne|belle) (?:fin de )?(?:journee|soiree|semaine|matinee|continuation|reception|nuit|annee)"
    r"|bon (?:week-?end|courage|apres-midi)|a (?:bientot|demain|lundi|plus tard))(?: a (?:vous|tous|toi))?"
)
_THANKS = (
    r"(?:un grand |mille |encore )?merci(?: (?:beaucoup|bien|infiniment|encore|d'avance|par avance|a vous|bcp|a tous"
    r"|(?:pour|de) (?:votre|ton|vos|tout)(?: (?:aide|retour|reponse|intervention|reactivite|comprehension|patience))?"
    r")){0,3}"
)
_THANKS_OR_GOOD_DAY = re.compile(
    rf"(?:{_THANKS}|{_GOOD_DAY})(?:(?: et |, ?| ?[.!] ?)(?:{_THANKS}|{_GOOD_DAY}))?[ ,.!]*"
)
_COURTESY = re.compile(
    r"(?:.{0,80}[ ,.!])?(?:cordialement|confraternellement)[ ,.!]*"
    r"|(?:merci|je vous remercie|en vous remerciant|dans l'attente|avec mes remerciements)\b"
    r"[^?:]{0,100}(?:[.,!]|\d{2} \d{2})"
)
_GREETING = re.compile(
    r"(?:(?:re)?bonjour|(?:re)?bonsoir|hello|salut|coucou|hi|cher|chere|chers|madame|monsieur|messieurs|mesdames|docteur|dr"
    r"|a tous|l'equipe|toute|et|mr|mme|m\.|[,.! ]|a)*"
)
_TITLE = re.compile(
    r"(?:le |la |l')?(?:(?:dr|dre|docteur|docteure|pr|professeur|mme|m\.|mr|mlle|me|maitre|secretariat|cabinet|selarl"
    r"|scm|msp|maison de sante|centre|pharmacie|laboratoire|idel|equipe|service)\b\.?)"
)
_DOCTOR = re.compile(r"(?:le )?(?:dr|dre|docteur|docteure|pr|professeur)\b")
_ALONE = re.compile(r"(?:le |l')?(?:dr|dre|docteur|docteure|pr|professeur|secretariat|cabinet|equipe)\b")
_PARTICLES = re.compile(
    r"de|du|des|la|le|les|d'|l'|et|en|von|van|ben|a|au|aux|[-&/,.|]|medical|medicale|medicaux|dentaire|infirmier|sante"
    r"|docteur|dr|pluriprofessionnelle|pluridisciplinaire|technique|comptable|informatique"
)
_NOT_NAMES = re.compile(
    r"(?:oui|non|ok|urgent|merci|bonjour|bonsoir|d'accord|parfait|nickel|weda|excel|word|windows)[.,]*"
)
_CONTACT = re.compile(
    r"(?:\+33 ?\(?0?\)?|\b0) ?[1-9](?:[ .\-/]?\d{2}){4}\b|\S@\S|\bwww\.|https?://|\b\d{5} [a-z]"
    r"|\b(?:tel|fax|rpps|adeli|finess|port)\b"
    r"|\b(?:rue|avenue|boulevard|place|chemin|route|allee|impasse|bp|cedex)\b"
)
_PHONE = re.compile(r"(?:\+33 ?|\b0)[1-9](?:[ .\-/]?\d{2}){4}\b")
_STRAIGHT_TALK = re.compile(
    r"(?:p\.? ?-?s\b|nb\b|n\.b|je\b|j'|nous\b|on\b|vous\b|il\b|elle\b|pouvez|pourriez|est-ce|au fait|merci\b|si\b"
    r"|mais\b|c'est|pour info|bonjour|par contre|autre (?:chose|question)|aussi\b|n'oubliez|ne \w|attention\b|urgent\b"
    r"|question\b|rappel\b)"
)
_STATEMENT = re.compile(
    r"\b(?:est|sont|etait|sera|serai|seront|suis|faut|manque|marche|fonctionne|peut|doit|dois|veut|en panne|toujours)\b"
)
_RULE = re.compile(r"[-_=*~#]+")


def signature_starts(lines: list[Line], start: int, end: int) -> Iterator[int]:
    """From the end upwards, the lines where a signature can begin; each takes more than the one before it.

    The lines are one stretch of somebody's own words. Whether so much may go is the caller's to say.
    """
    for _ in range(_MOST_STARTS):
        if (cut := _next_start(lines, start, end)) is None:
            return
        yield cut
        end = cut


def first_words(lines: list[Line], start: int, end: int) -> int:
    """The first line that says more than "Bonjour,"; `end` when none does."""
    for at in range(start, end):
        bare = lines[at].bare
        if any(char.isalnum() for char in bare) and not (len(bare) < 60 and _GREETING.fullmatch(bare)):
            return at
    return end


def is_rule(line: Line) -> bool:
    return bool(_RULE.fullmatch(line.bare))


def _next_start(lines: list[Line], start: int, end: int) -> int | None:
    last = end
    while last > start and (lines[last - 1].is_blank or is_rule(lines[last - 1])):
        last -= 1
    for rule in (_footer_start, _notice_start, _delimited_start, _closing_start, _named_start):
        if (cut := rule(lines, start, last)) is not None:
            return cut
    return None


def _footer_start(lines: list[Line], start: int, end: int) -> int | None:
    """At the first of the lines that programs added: "Envoyé de mon iPhone"."""
    cut = None
    for at in range(end - 1, start - 1, -1):
        if is_footer_line(lines[at]):
            cut = at
        elif not lines[at].is_blank:
            break
    return cut


def _notice_start(lines: list[Line], start: int, end: int) -> int | None:
    for at in range(max(start, end - _REACH), end):
        if is_notice_at(lines, at, end) and not any(
            _STRAIGHT_TALK.match(line.bare) or line.bare.endswith("?") for line in _after_paragraph(lines, at, end)
        ):
            return at
    return None


def _after_paragraph(lines: list[Line], start: int, end: int) -> list[Line]:
    blank = next((at for at in range(start, end) if lines[at].is_blank), end)
    return [line for line in lines[blank:end] if not line.bare.startswith(("merci de", "nous vous", "si vous"))]


def _delimited_start(lines: list[Line], start: int, end: int) -> int | None:
    """Below "-- ", the Internet's own sign; "--" alone is believed when somebody's name or number follows."""
    for at in range(max(start, end - _LONGEST_SIGNATURE - 4), end):
        if lines[at].raw.rstrip("\r\n") in ("-- ", "--\N{NO-BREAK SPACE}"):
            return at
        if at + 1 < end and is_rule(lines[at]) and _is_block(lines, at + 1, end):
            return at
    return None


def _closing_start(lines: list[Line], start: int, end: int) -> int | None:
    """At "Cordialement" when all that follows could stand on a card; below "Merci, cordialement", which says more."""
    floor = _signature_floor(lines, start, end)
    for at in range(max(start, floor - 1), end):
        if _is_closing(lines[at]):
            return at
        if _is_courtesy(lines[at].bare) and _is_block(lines, at + 1, end):
            return at + 1
    return None


def _named_start(lines: list[Line], start: int, end: int) -> int | None:
    """A name and its numbers after a blank line, with no closing: "Dr Paul Martin / 05 …"; not when announced."""
    floor = _signature_floor(lines, start, end)
    for at in range(max(start + 1, floor), end):
        if lines[at].is_blank or not (lines[at - 1].is_blank or _is_signed_at_once(lines, at, end)):
            continue
        above = next((lines[before].bare for before in range(at - 1, start - 1, -1) if not lines[before].is_blank), "")
        is_announced = above.endswith((":", "?", ",")) or _PHONE.search(above)
        if not is_announced and _is_block(lines, at, end) and _is_card(lines[at:end]):
            return at
    return None


def _is_signed_at_once(lines: list[Line], at: int, end: int) -> bool:
    """One doctor's name on the last line, right under a sentence that is over: "… jusqu'à 19h." / "Dr Exemple"."""
    return at + 1 == end and bool(_DOCTOR.match(lines[at].bare)) and lines[at - 1].bare.endswith((".", "!"))


def _signature_floor(lines: list[Line], start: int, end: int) -> int:
    """The highest line from which all could be part of a signature."""
    count = 0
    for at in range(end - 1, start - 1, -1):
        if lines[at].is_blank:
            continue
        count += 1
        if count > _LONGEST_SIGNATURE or not _could_sign(lines[at]):
            return at + 1
    return start


def _could_sign(line: Line) -> bool:
    """Could stand on a card: short, not a question, and nothing is said in it."""
    bare = line.bare
    if len(bare) > _LONGEST_SIGNATURE_LINE or line.words > _MOST_WORDS or bare.endswith(("?", ":")):
        return False
    return not _STRAIGHT_TALK.match(bare) and (not _STATEMENT.search(bare) or bool(_CONTACT.search(bare)))


def _is_closing(line: Line) -> bool:
    if _FORMULA.fullmatch(line.bare):
        return True
    match = _CLOSING.fullmatch(line.bare)
    if match is None:
        return False
    rest = line.shown[len(line.shown) - len(match["rest"]) :].strip(" ,.!-–—") if match["rest"] else ""
    return not rest or is_person(rest) or bool(_THANKS_OR_GOOD_DAY.fullmatch(fold(rest)))


def _is_courtesy(bare: str) -> bool:
    return bool(_THANKS_OR_GOOD_DAY.fullmatch(bare) or _COURTESY.fullmatch(bare))


def _is_block(lines: list[Line], start: int, end: int) -> bool:
    """Somebody's name first, then nothing but what a card holds."""
    block = [line for line in lines[start:end] if not line.is_blank]
    if not block or len(block) > _LONGEST_SIGNATURE or not is_person(block[0].shown):
        return False
    return all(_could_sign(line) and (line.words <= 8 or _CONTACT.search(line.bare)) for line in block[1:])


def _is_card(block: list[Line]) -> bool:
    """Of one person or practice: with a number or an address, or a title; a list of doctors is an answer."""
    titles = sum(bool(_DOCTOR.match(line.bare)) for line in block)
    phones = sum(bool(_PHONE.search(line.bare)) for line in block)
    if titles > 1 and phones > 1:
        return False
    has_contact = any(_CONTACT.search(line.bare) for line in block[1:])
    return has_contact or (bool(_ALONE.match(block[0].bare)) and sum(not line.is_blank for line in block) <= 3)


def is_person(shown: str) -> bool:
    """A name, or a practice's: "Dr Paul Martin", "Cabinet médical des Tilleuls"; not "Cabinet fermé demain"."""
    bare = as_line(shown).bare
    title = _TITLE.match(bare)
    words = shown.replace("’", "'").replace("d'", "d' ").replace("l'", "l' ").replace(",", " ").split()
    if not words or len(words) > 10 or bare.endswith(("?", ":", "!")) or _NOT_NAMES.fullmatch(bare):
        return False
    body = words if title is None else shown[title.end() :].replace("’", "'").split()
    if title is None and (len(words) > 5 or any(char.isdigit() for char in shown) or "@" in shown):
        return False
    return (title is not None or words[0][:1].isupper()) and all(_is_name_word(word) for word in body)


def _is_name_word(word: str) -> bool:
    bare = fold(word).strip(".,()")
    return not bare or word[:1].isupper() or bool(_PARTICLES.fullmatch(bare)) or bare.startswith(("d'", "l'"))
