"""Text for Telegram with its entities: never a parse mode, so that no client's text can be read as markup (S4)."""

from collections.abc import Iterable
from dataclasses import dataclass

Piece = "str | Rich"


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of formatted text; offset and length in UTF-16 units, as Telegram counts."""

    type: str
    offset: int
    length: int
    url: str | None = None

    def moved(self, by: int) -> "Entity":
        return Entity(self.type, self.offset + by, self.length, self.url)

    def as_json(self) -> dict[str, object]:
        """As the Bot API writes it: {"type": "bold", "offset": 0, "length": 4}."""
        shown: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        return shown if self.url is None else {**shown, "url": self.url}


@dataclass(frozen=True, slots=True)
class Rich:
    """An immutable text with entities: `Rich.of("Ticket ", bold("41")) + " pris"`."""

    text: str = ""
    spans: tuple[Entity, ...] = ()

    @classmethod
    def of(cls, *pieces: "str | Rich") -> "Rich":
        """The pieces one after the other."""
        text, length, spans = [], 0, []
        for piece in pieces:
            rich = piece if isinstance(piece, Rich) else cls(piece)
            spans += [span.moved(length) for span in rich.spans]
            text.append(rich.text)
            length += units(rich.text)
        return cls("".join(text), tuple(spans))

    @classmethod
    def lines(cls, lines: "Iterable[str | Rich | None]", *, between: str = "\n") -> "Rich":
        """The lines that are not None and not empty, joined."""
        pieces: list[str | Rich] = []
        for line in lines:
            if line:
                pieces += [between, line] if pieces else [line]
        return cls.of(*pieces)

    def __add__(self, other: "str | Rich") -> "Rich":
        return Rich.of(self, other)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __len__(self) -> int:
        """In UTF-16 units, as Telegram's limits are."""
        return units(self.text)

    @property
    def entities(self) -> list[dict[str, object]]:
        """As the Bot API takes them."""
        return [span.as_json() for span in self.spans]

    def cut(self, limit: int = 4096, *, mark: str = "…") -> "Rich":
        """At most `limit` UTF-16 units, the mark included; no character is split, entities end with the text."""
        if len(self) <= limit:
            return self
        kept = head(self.text, limit - units(mark)).rstrip()
        return Rich(kept, tuple(_within(self.spans, units(kept)))) + mark

    def pages(self, limit: int = 4096) -> "tuple[Rich, ...]":
        """The text over as many messages as it needs, broken at an end of line or a space where there is one."""
        pages, rest = [], self
        while len(rest) > limit:
            kept = _break(head(rest.text, limit))
            pages.append(rest.part(0, len(kept)))
            rest = rest.part(len(kept), len(rest.text))
        return (*pages, rest)

    def part(self, start: int, end: int) -> "Rich":
        """The characters from `start` to `end` (Python's count), with what falls there of the entities."""
        before, text = units(self.text[:start]), self.text[start:end]
        inside = [
            Entity(span.type, max(span.offset - before, 0), span.length + min(span.offset - before, 0), span.url)
            for span in self.spans
        ]
        return Rich(text, tuple(_within((span for span in inside if span.length > 0), units(text))))


def units(text: str) -> int:
    """Length in UTF-16 units: an emoji is two."""
    return len(text) + sum(char > "\uffff" for char in text)


def head(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` UTF-16 units."""
    if units(text[:limit]) <= limit:
        return text[:limit]
    length = 0
    for index, char in enumerate(text):
        length += 2 if char > "\uffff" else 1
        if length > limit:
            return text[:index]
    return text


def bold(inner: "str | Rich") -> Rich:
    return _wrapped("bold", inner)


def italic(inner: "str | Rich") -> Rich:
    return _wrapped("italic", inner)


def code(inner: str) -> Rich:
    return _wrapped("code", inner)


def pre(inner: str) -> Rich:
    return _wrapped("pre", inner)


def strikethrough(inner: "str | Rich") -> Rich:
    return _wrapped("strikethrough", inner)


def blockquote(inner: "str | Rich") -> Rich:
    return _wrapped("blockquote", inner)


def expandable_blockquote(inner: "str | Rich") -> Rich:
    """Telegram shows its first lines and opens it at a tap."""
    return _wrapped("expandable_blockquote", inner)


def text_link(inner: "str | Rich", url: str) -> Rich:
    return _wrapped("text_link", inner, url)


def _wrapped(kind: str, inner: "str | Rich", url: str | None = None) -> Rich:
    rich = Rich.of(inner)
    return Rich(rich.text, (Entity(kind, 0, len(rich), url), *rich.spans)) if rich else rich


def _within(spans: Iterable[Entity], limit: int) -> Iterable[Entity]:
    for span in spans:
        if span.offset < limit:
            yield Entity(span.type, span.offset, min(span.length, limit - span.offset), span.url)


def _break(text: str) -> str:
    at = max(text.rfind("\n"), text.rfind(" "))
    return text[: at + 1] if at > len(text) // 2 else text
