"""What a mail's HTML says to be quoted, in the signs that plain text has for it: "> ", "-----Message d'origine-----".

A tree is marked before it is rendered, with characters for private use; the rendered text trades them for the signs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from bot.channels.mail.replies.headings import is_forward_heading
from bot.channels.mail.replies.lines import as_line

DEEPEST = 8
"""Quote marks that a line may have: 250 quotations within one another would put 250 before each line."""

_OPEN, _CLOSE, _HEADING, _SIGNATURE = "\ue000", "\ue001", "\ue002", "\ue003"
_MARKS = re.compile("([\ue000-\ue003])")
_FIRST_WORDS = re.compile(r"[\s\ue000]{0,80}([^\n\ue000-\ue003]{1,120})")
_INDENTED = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)  # Gmail's button: one's own words, moved in
_OUTLOOK_RULE = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid\s+#", re.IGNORECASE)
_OUTLOOK_ID = re.compile(r"(?:x_){0,20}divRplyFwdMsg")
_SAID = {_HEADING: "-----Message d'origine-----", _SIGNATURE: "-- "}


def mark(element: HtmlElement) -> None:
    """Marks what one element of a tree says: a quotation, Outlook's line above the mail it answers, a signature."""
    if element.tag == "blockquote":
        if not _INDENTED.search(element.get("style", "")):
            _put_around(element)
    elif element.tag == "div" and _is_outlook_heading(element):
        element.text = _HEADING + (element.text or "")
    elif element.get("class") == "gmail_signature_prefix":
        element.text = _SIGNATURE


def with_signs(text: str) -> str:
    """The rendered text with its signs: a quoted "Quel poste ?" becomes "> Quel poste ?"; no mark is left in it.

    A forwarded mail (Apple wraps it in a quotation as well) was sent to be read, and gets no ">".
    """
    return "\n".join(_Signs(text).lines()) if _MARKS.search(text) else text


def _put_around(element: HtmlElement) -> None:
    element.text = _OPEN + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + _CLOSE
    else:
        element.text += _CLOSE


def _is_outlook_heading(element: HtmlElement) -> bool:
    is_named = bool(_OUTLOOK_ID.fullmatch(element.get("id", "")))
    return is_named or bool(_OUTLOOK_RULE.match(element.get("style", "")))


@dataclass(slots=True)
class _Signs:
    """A text while its marks are traded. `levels`: of each quotation that is open, whether it gets a ">".

    `has_words`: something was said since the last mark; `has_gap`: and a blank line came after it.
    """

    text: str
    levels: list[bool] = field(default_factory=list)
    depth: int = 0
    has_words: bool = False
    has_gap: bool = False

    def lines(self) -> Iterator[str]:
        at = 0
        for line in self.text.split("\n"):
            pieces = _MARKS.split(line)
            for piece in pieces:
                at += len(piece)
                if _MARKS.match(piece):
                    yield from self._turn(piece, at)
                elif piece.strip():
                    yield from self._said(piece)
                elif len(pieces) == 1:
                    yield from self._blank()
            at += 1

    def _turn(self, sign: str, at: int) -> Iterator[str]:
        """At a mark; what is blank beside it is no part of the quotation."""
        self.has_words = self.has_gap = False
        if sign == _OPEN:
            self.levels.append(not self._is_forward(at))
            self.depth += self.levels[-1]
        elif sign in _SAID:
            yield from self._said(_SAID[sign])
        elif self.levels:
            self.depth -= self.levels.pop()

    def _said(self, words: str) -> Iterator[str]:
        marks = ">" * min(self.depth, DEEPEST)
        if self.has_gap:
            yield marks
        self.has_words, self.has_gap = True, False
        yield f"{marks} {words}" if marks else words

    def _blank(self) -> Iterator[str]:
        self.has_gap = self.depth > 0 and self.has_words
        if not self.depth:
            yield ""

    def _is_forward(self, at: int) -> bool:
        words = _FIRST_WORDS.match(self.text, at)
        return words is not None and is_forward_heading(as_line(words[1]))
