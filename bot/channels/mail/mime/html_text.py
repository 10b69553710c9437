"""A mail's HTML as plain text, by inscriptis, in bounded time and memory."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

import lxml.html
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_engine import Inscriptis
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.html_element import HtmlElement
from inscriptis.model.tag import CustomHtmlTagHandlerMapping
from lxml.etree import LxmlError

from bot.channels.mail.mime.html_quotations import mark, with_signs

MAX_HTML = 300_000
"""Characters that are rendered: inscriptis takes 2 s for 100,000 small elements on one line."""

_BLOCK = HtmlElement(display=Display.block)
_CSS = STRICT_CSS_PROFILE | {
    # every line of a list or a <pre> repeats its indentation: 200 nested lists would make 240 MB of spaces
    **{tag: HtmlElement(display=Display.block) for tag in ("ul", "ol", "table", "tr", "caption")},
    **{tag: HtmlElement(display=Display.none) for tag in ("noscript", "template", "svg", "math")},
}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,5000}+>")
_DATA = re.compile(r"data:[\w/+.;=-]{0,100}+,[A-Za-z0-9+/=%\s]*+", re.ASCII)  # a picture within the text itself
_UNSEEN = re.compile(r"<(style|script|head|title)\b", re.IGNORECASE | re.ASCII)
_ENDS = {
    name: re.compile(rf"</{name}\s{{0,9}}>?", re.IGNORECASE | re.ASCII) for name in ("style", "script", "head", "title")
}
_LINE_ENDS = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d|/?blockquote|hr)\b[^<>]{0,5000}+>")
_ENDLESS_NUMBER = re.compile(r"&#\d{100,}+;?")  # `unescape` raises at 4,300 digits
_FIRST_PICTURE, _MOST_PICTURES = 0xE010, 500
_PICTURES = re.compile(f"[{chr(_FIRST_PICTURE)}-{chr(_FIRST_PICTURE + _MOST_PICTURES - 1)}]")
"""Characters for private use, each in the place of one picture."""

_DELIMITER = "-- "
_MANY_LINES = re.compile(r"\n{3,}+")

# lxml refuses what it takes for no document (ParserError is both); inscriptis recurses once for each nested element.
_BAD_HTML = (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError)


def html_to_text(html: str) -> tuple[str, bool]:
    """The text as a reader sees it, and whether it was rendered whole: "<p>Oui</p><p>Non" → ("Oui\\n\\nNon", True).

    What is quoted has "> " before it, so that a reply is told from what it answers as in plain text.
    Tables are read cell after cell: mails use them for layout, and drawing them pads each line to the widest, so that
    1 MB of HTML would become gigabytes of spaces. Styles are dropped but for what they hide (`margin-top: 9999em`).
    """
    bare = _DATA.sub("", html)
    try:
        return _tidy(with_signs(_rendered(bare[:MAX_HTML]))), len(bare) <= MAX_HTML
    except _BAD_HTML:
        return _tidy(with_signs(_stripped(bare[:MAX_HTML]))), False


def text_with_pictures(html: str) -> tuple[str, tuple[str, ...], bool] | None:
    """The text with a character in the place of each picture that is seen, the Content-IDs of all, and whether it is
    whole; None where it cannot be rendered. `pictures_in` finds them again in a stretch of it.
    """
    bare = _PICTURES.sub("", _DATA.sub("", html))
    pictures: list[str] = []
    try:
        return with_signs(_rendered(bare[:MAX_HTML], pictures)), tuple(pictures), len(bare) <= MAX_HTML
    except _BAD_HTML:
        return None


def pictures_in(text: str, pictures: Sequence[str]) -> frozenset[str]:
    """Those of the pictures that stand in this stretch of a text."""
    places = {ord(char) - _FIRST_PICTURE for char in _PICTURES.findall(text)}
    return frozenset(pictures[place] for place in places if place < len(pictures))


def mentioned_pictures(html: str) -> frozenset[str]:
    """The Content-IDs that a text shows (`src="cid:logo@example.fr"`)."""
    return frozenset(unescape(found) for found in re.findall(r"cid:([^\"'\s>)]{1,200}+)", html))


def _rendered(html: str, pictures: list[str] | None = None) -> str:
    if not html.strip():
        return ""
    # as bytes: lxml refuses a str that declares an encoding, and knows better than the declaration
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    if parser.error_log.filter_from_fatals():  # deeper than 256 elements: libxml2 drops the rest without a word
        raise ValueError("HTML that is not read to its end")
    for element in tree.iter():
        mark(element)
        if pictures is not None and element.tag == "img":
            _put_picture(element, pictures)
        is_hidden = bool(_HIDDEN.search(element.get("style", "")))
        element.attrib.clear()
        if is_hidden:
            element.set("style", "display:none")
    return str(Inscriptis(tree, ParserConfig(css=_CSS, custom_html_tag_handler_mapping=_AS_LINES)).get_text())


def _put_picture(element: lxml.html.HtmlElement, pictures: list[str]) -> None:
    """Note a picture, and put its character behind it; not behind one of a single dot, which only reports that the
    mail was opened.
    """
    scheme, _, content_id = element.get("src", "").partition(":")
    if scheme != "cid" or len(pictures) >= _MOST_PICTURES:
        return
    if not {element.get("width", "").strip(), element.get("height", "").strip()} & {"0", "1"}:
        element.tail = chr(_FIRST_PICTURE + len(pictures)) + (element.tail or "")
    pictures.append(content_id)


def _stripped(html: str) -> str:
    """What is left without the tags: for HTML that cannot be rendered, as that of a very long exchange."""
    return unescape(_ENDLESS_NUMBER.sub("\ufffd", _TAG.sub(" ", _LINE_ENDS.sub("\n", _without_unseen(html)))))


def _without_unseen(html: str) -> str:
    """Without the elements that nobody is shown. One that never ends stays, and its end is looked for once.

    Not one expression for it all: that looks for the end anew from each of 40,000 `<style>`, for 40 seconds.
    """
    kept: list[str] = []
    endless: set[str] = set()
    at = 0
    for opening in _UNSEEN.finditer(html):
        name = opening[1].lower()
        if opening.start() < at or name in endless:
            continue
        if end := _ENDS[name].search(html, opening.end()):
            kept += [html[at : opening.start()], " "]
            at = end.end()
        else:
            endless.add(name)
    return "".join((*kept, html[at:]))


def _tidy(text: str) -> str:
    lines = "\n".join(line if line == _DELIMITER else line.rstrip() for line in text.replace("\u00a0", " ").split("\n"))
    return _MANY_LINES.sub("\n\n", lines).strip()


def _nothing(state: HtmlDocumentState, attributes: Mapping[str, str] | None = None) -> None:
    """In place of inscriptis' drawing of tables."""


def _end_cell(state: HtmlDocumentState) -> None:
    state.tags[-1].write(" ")


_AS_LINES = CustomHtmlTagHandlerMapping(
    start_tag_mapping=dict.fromkeys(("table", "tr", "td", "th"), _nothing),
    end_tag_mapping={"table": _nothing, "td": _end_cell, "th": _end_cell},
)
