"""The text of a mail out of its parts. Pure and total."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.mail.mime.charsets import decode
from bot.channels.mail.mime.html_text import html_to_text, mentioned_pictures, pictures_in, text_with_pictures
from bot.channels.mail.mime.problems import Problem
from bot.channels.mail.mime.structure import PLAIN, Part
from bot.channels.mail.mime.transfer import decode_transfer

HTML = "text/html"
MAX_TEXT = 100_000
MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Bytes of text, in all its parts, that are decoded: HTML can hold its pictures within itself."""

_TEXTS = (PLAIN, HTML, "text/enriched", "text/markdown")
_SAYS = re.compile(r"[^\W_]|[^\s\w]{2}|[\U0001f000-\U0001faff\u2600-\u27bf?!]")
_NO_PLAIN_TEXT = re.compile(
    r"(?:votre|your) (?:logiciel|client|programme|messagerie|e?-?mail)\b.{0,80}\bhtml\b|au format html|html e?-?mail"
    r"|(?:view|see) (?:this|the) (?:e?mail|message|html)|visualiser (?:ce|cet) (?:message|e-?mail)",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_STUB = 300
_MAX_HTML_PARTS = 5


@dataclass(slots=True)
class Budget:
    """What may still be read of one mail's text, and what was wrong with it."""

    problems: set[Problem]
    left: int = MAX_TEXT_BYTES
    rendered: int = 0


def is_text(part: Part) -> bool:
    """True for a part that is read, and not kept as a file: a text without a name, in the place of a text."""
    if part.kind not in _TEXTS:
        return False
    return part.disposition != "attachment" and not (part.name and part.disposition)


def read_text(raw: bytes, root: Part, budget: Budget) -> str:
    """The whole text: plain where it says something, else HTML as text; parts that follow one another in order."""
    text = _text_of(raw, root, budget).strip("\n")
    if len(text) > MAX_TEXT:
        budget.problems.add(Problem.TEXT_CUT)
    return text[:MAX_TEXT]


def says_something(text: str) -> bool:
    """False for blank space, invisible characters and a lone dot; True for a word, a number, "?", an emoji."""
    return bool(_SAYS.search(text))


def shown_pictures(raw: bytes, root: Part, budget: Budget) -> frozenset[str]:
    """The Content-IDs that the HTML shows, also where the plain text was read."""
    return frozenset(shown for part in _html_parts(root) for shown in mentioned_pictures(part_text(raw, part, budget)))


def pictures_beside(raw: bytes, root: Part, budget: Budget, own_words: Callable[[str], str]) -> frozenset[str]:
    """The Content-IDs of the pictures that the HTML shows in a signature or a quotation, or that nobody sees.

    `own_words` gives what is new in a text. In doubt a picture is none of them.
    """
    beside: set[str] = set()
    seen: set[str] = set()
    for part in _html_parts(root):
        html = part_text(raw, part, budget)
        mentioned = mentioned_pictures(html)
        if mentioned and (found := text_with_pictures(html)):
            text, pictures, is_whole = found
            beside |= mentioned if is_whole else set(pictures)
            seen |= pictures_in(own_words(text), pictures)
    return frozenset(beside - seen)


def part_text(raw: bytes, part: Part, budget: Budget) -> str:
    """A leaf's text in its charset, as it is written."""
    size = min(part.end - part.start, budget.left)
    if size < part.end - part.start:
        budget.problems.add(Problem.TEXT_CUT)
    budget.left -= size
    data, is_whole = decode_transfer(raw[part.start : part.start + size], part.encoding)
    if not is_whole:
        budget.problems.add(Problem.BROKEN_ENCODING)
    text, is_right = decode(data, part.settings.get("charset", ""))
    if not is_right:
        budget.problems.add(Problem.WRONG_CHARSET)
    return text


def _html_parts(root: Part) -> list[Part]:
    return [part for part in root.walk() if part.kind == HTML and is_text(part)][:_MAX_HTML_PARTS]


def _text_of(raw: bytes, part: Part, budget: Budget) -> str:
    if part.kind == "multipart/alternative":
        return _best(raw, part, budget)
    if part.kind in ("multipart/signed", "multipart/report", "multipart/related"):
        return _first_text(raw, part, budget)
    if part.kind.startswith("multipart/"):
        texts = (_text_of(raw, child, budget) for child in part.children)
        return "\n\n".join(text.strip("\n") for text in texts if says_something(text))
    return _leaf_text(raw, part, budget) if is_text(part) else ""


def _best(raw: bytes, part: Part, budget: Budget) -> str:
    """The plain text, unless it says nothing, or nothing but that there is HTML to be read."""
    stub = ""
    for child in sorted(part.children, key=lambda child: child.kind != PLAIN):
        text = _text_of(raw, child, budget)
        if says_something(text) and not _is_stub(text, child):
            return text
        stub = stub or text
    return stub


def _first_text(raw: bytes, part: Part, budget: Budget) -> str:
    """The first part that holds a text: what follows a report or a signed text, or what a text shows, is no text."""
    texts = (_text_of(raw, child, budget) for child in part.children)
    return next((text for text in texts if says_something(text)), "")


def _is_stub(text: str, part: Part) -> bool:
    return part.kind == PLAIN and len(text) <= _LONGEST_STUB and bool(_NO_PLAIN_TEXT.search(text))


def _leaf_text(raw: bytes, part: Part, budget: Budget) -> str:
    if budget.left <= 0:
        budget.problems.add(Problem.TEXT_CUT)
        return ""
    text = part_text(raw, part, budget)
    if part.kind == HTML:
        return _html_text(text, budget)
    if part.settings.get("format", "").casefold() == "flowed":
        return _unflowed(text, has_extra_space=part.settings.get("delsp", "").casefold() == "yes")
    return text


def _html_text(html: str, budget: Budget) -> str:
    """The first parts alone: rendering 500 of them would take minutes."""
    if budget.rendered >= _MAX_HTML_PARTS:
        budget.problems.add(Problem.TEXT_CUT)
        return ""
    budget.rendered += 1
    text, is_whole = html_to_text(html)
    if not is_whole:
        budget.problems.add(Problem.BROKEN_HTML)
    return text


def _unflowed(text: str, *, has_extra_space: bool) -> str:
    """The paragraphs of `format=flowed` (RFC 3676): a line that ends with a space goes on in the next one."""
    lines: list[str] = []
    goes_on, depth = False, 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        quotes = len(line) - len(bare)
        words = bare.removeprefix(" ")
        is_soft = words.endswith(" ") and words != "-- "
        shown = words[:-1] if is_soft and has_extra_space else words
        if goes_on and quotes == depth and words != "-- ":
            lines[-1] += shown
        else:
            lines.append(">" * quotes + " " * bool(quotes) + shown)
        goes_on, depth = is_soft, quotes
    return "\n".join(lines)
