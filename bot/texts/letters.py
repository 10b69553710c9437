"""Mails as people see them: their subject lines, and the words of a letter as simple HTML."""

import re
from collections.abc import Mapping
from html import escape

from bot.rules.urgency import without_answer_marks

MAX_SUBJECT = 150
"""Characters of a client's subject that are repeated in ours."""

_MAX_READ = 1_000

_NUMBER = re.compile(r"\[\s{0,3}(?:n\s{0,3}[°ºo?]|#)\s{0,3}[0-9]{1,9}\s{0,3}\]", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0]{2,}")

SUBJECTS: Mapping[str, str] = {
    "welcome": "Bienvenue : comment nous joindre",
    "balance": "Votre forfait d’interventions",
    "lost": "Vos unités bientôt perdues",
    "invitation": "Session 13-14",
    "cancellation": "Session 13-14 annulée",
    "reminder": "Session 13-14 aujourd’hui",
    "statement": "Votre relevé d’interventions",
    "contract": "Votre contrat d’accompagnement",
    "report": "Votre rapport d’interventions",
    "answer": "Votre question",
    "agreement": "Votre demande de mise à jour",
    "backup": "Vos sauvegardes",
}
"""By the `about` of `services.telling`: what a client is told outside any ticket."""

OTHER_SUBJECT = "Un message de votre support informatique"

_LINK = re.compile(r"https?://(?=\w)[^\s<>\"«»“”]{1,2000}", re.IGNORECASE)
_PUNCTUATION = ".,;:!?…'’*_"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_LETTER = (
    '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
    '<body style="font-family: sans-serif; line-height: 1.5; max-width: 42em">\n{paragraphs}\n</body>\n</html>\n'
)


def ticket_subject(number: int, subject: str) -> str:
    """The subject of an answer: (41, "TR: Imprimante") → "Re: Imprimante [n° 41]"; without one, "Re: votre demande".

    By the number in brackets the answer is found again (`channels.mail.tokens`), so that no other number may stand
    there: a request that followed a closed one begins with the older number.
    """
    text = without_answer_marks(_one_line(subject[:_MAX_READ]))
    while _NUMBER.search(text):  # what stood around one may make up another
        text = _one_line(_NUMBER.sub("", text))
    text = without_answer_marks(text)
    if len(text) > MAX_SUBJECT:
        text = text[: MAX_SUBJECT - 1].rstrip() + "…"
    return f"Re: {text or 'votre demande'} [n° {number}]"


def subject_about(about: str) -> str:
    """The subject of what is told outside any ticket: "balance" → "Votre forfait d’interventions"."""
    return SUBJECTS.get(about, OTHER_SUBJECT)


def letter_html(body: str, shop: str) -> str:
    """The same words as the plain text, as HTML: paragraphs, line breaks, links; no picture, nothing to be fetched."""
    text = _SURROGATES.sub("�", body.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    paragraphs = (f"<p>{_lines(each)}</p>" for each in _BLANK_LINES.split(text))
    return _LETTER.format(title=escape(_one_line(shop)), paragraphs="\n".join(paragraphs))


def _lines(paragraph: str) -> str:
    return "<br>\n".join(_linked(line) for line in paragraph.split("\n"))


def _linked(line: str) -> str:
    """The line, escaped, its addresses to be tapped on."""
    pieces, at = [], 0
    for found in _LINK.finditer(line):
        link = _without_punctuation(found[0])
        end = found.start() + len(link)
        pieces += [_escaped(line[at : found.start()]), f'<a href="{_escaped(link)}">{_escaped(link)}</a>']
        at = end
    return "".join((*pieces, _escaped(line[at:])))


def _without_punctuation(link: str) -> str:
    """The link without the end of the sentence around it: "(voir https://example.fr/a)." → "https://example.fr/a"."""
    while link[-1] in _PUNCTUATION or (
        link[-1] in ")]}" and link.count("([{"[")]}".index(link[-1])]) < link.count(link[-1])
    ):
        link = link[:-1]
    return link


def _escaped(text: str) -> str:
    return escape(_CONTROLS.sub(" ", text))


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", _CONTROLS.sub(" ", _SURROGATES.sub("�", text))).strip()
