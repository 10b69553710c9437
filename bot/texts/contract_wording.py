"""Reading a contract's wording: titles, paragraphs, items, and what is to be filled in."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from bot.errors import SettingsError

FIELDS = frozenset({
    "shop", "shop_address", "client", "client_address", "specialty", "kind", "phone", "starts_on", "period_start",
    "period_end", "signed_on", "ending", "price", "package", "allowance", "notice", "arrears", "guarantee", "recontact",
    "office_hours", "architecture_state", "made_on",
})  # fmt: skip
"""What may stand in braces within a sentence."""

PARTS = frozenset({"architecture", "products", "workstations"})
"""What stands alone in a paragraph, and becomes a table or a list."""

LONGEST = 200_000
_MOST_SHOWN = 20

WRONG_BRACES = "accolade seule ; écrire {{{{ ou }}}} pour une accolade dans le texte."
UNKNOWN_FIELD = "« {{{name}}} » n’existe pas ; les champs sont {known}."
NOT_ALONE = "« {{{name}}} » doit être seul dans son paragraphe."
BEFORE_TITLE = "du texte avant le premier titre ; commencer par une ligne « # Titre »."
EMPTY_TITLE = "un titre vide ; écrire « # » puis le titre."
EMPTY_ARTICLE = "l’article « {title} » est vide."
NO_ARTICLE = "aucun article ; écrire au moins une ligne « # Titre » et un paragraphe."
TOO_LONG = "plus de {most} caractères ; raccourcir."
AND_MORE = "… et {count} autres."


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list ("- "), or a part's name, alone in its paragraph."""

    text: str
    is_item: bool = False
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """An article, numbered by its place."""

    title: str
    blocks: tuple[Block, ...]


def read_wording(text: str, *, source: str) -> tuple[Article, ...]:
    """The articles of a wording; `source` names it in what is said to be wrong.

    Raises `SettingsError` with every problem and its line: a field we don't have, a lone brace, an empty article.
    """
    if len(text) > LONGEST:
        raise SettingsError([f"{source} : {TOO_LONG.format(most=LONGEST)}"])
    articles: list[tuple[int, str, list[Block]]] = []
    problems: list[tuple[int, str]] = []
    for line, paragraph in _paragraphs(text.lstrip("\ufeff")):
        if paragraph.startswith("#"):
            title = paragraph.lstrip("#").strip()
            problems += [(line, EMPTY_TITLE)] if not title else _wrong(line, title, alone=False)
            articles.append((line, title, []))
        elif not articles:
            problems.append((line, BEFORE_TITLE))
        else:
            block = _block(paragraph)
            problems += _wrong(line, paragraph, alone=block.is_part)
            articles[-1][2].append(block)
    problems += [(line, EMPTY_ARTICLE.format(title=title)) for line, title, blocks in articles if title and not blocks]
    if not articles:
        problems.append((1, NO_ARTICLE))
    if problems:
        told = [f"{source}, ligne {line} : {problem}" for line, problem in sorted(problems)]
        more = [f"{source} : {AND_MORE.format(count=len(told) - _MOST_SHOWN)}"] if len(told) > _MOST_SHOWN else []
        raise SettingsError(told[:_MOST_SHOWN] + more)
    return tuple(Article(title, tuple(blocks)) for _, title, blocks in articles)


def filled(text: str, fields: Mapping[str, str]) -> str:
    """A paragraph with its fields; what fills them is never read as a field itself."""
    return "".join(
        literal + (fields.get(name, "") if name is not None else "") for literal, name, _, _ in Formatter().parse(text)
    )


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Each paragraph, title and item with the number of its first line; the lines of one are joined."""
    first, gathered = 0, ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        words = " ".join(line.split())
        stands_alone = words.startswith(("#", "- "))
        if gathered and (not words or stands_alone or gathered.startswith("#")):
            yield first, gathered
            gathered = ""
        if words:
            first, gathered = (first, f"{gathered} {words}") if gathered else (number, words)


def _block(paragraph: str) -> Block:
    if (alone := re.fullmatch(r"\{(\w+)\}", paragraph)) and alone[1] in PARTS:
        return Block(alone[1], is_part=True)
    if paragraph.startswith("- "):
        return Block(paragraph[2:], is_item=True)
    return Block(paragraph)


def _wrong(line: int, paragraph: str, *, alone: bool) -> Iterator[tuple[int, str]]:
    try:
        named: Collection[str] = [
            name + ("!" if conversion else "") + (":" if spec else "")
            for _, name, spec, conversion in Formatter().parse(paragraph)
            if name is not None
        ]
    except ValueError:
        yield line, WRONG_BRACES.format()
        return
    for name in named:
        if name in PARTS and not alone:
            yield line, NOT_ALONE.format(name=name)
        elif name not in FIELDS | PARTS:
            yield line, UNKNOWN_FIELD.format(name=name, known=", ".join(sorted(FIELDS | PARTS)))
