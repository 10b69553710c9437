"""`docs/bad-input.md`: what the program answers to what is typed wrongly. Each section is written by the test of it."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/bad-input.md"
IS_WRITTEN = bool(os.environ.get("WRITE_PAGES"))
"""`WRITE_PAGES=1` makes the tests write their sections instead of holding the page against them."""

Answered = tuple[str, str, str]
"""What was typed, what is wrong with it, what is answered."""


def section(title: str, introduction: str, column: str, groups: Mapping[str, Iterable[Answered]]) -> str:
    """A section of the page: a table for each command, or kind of file."""
    parts = [f"## {title}\n\n{introduction}\n"]
    for name, answered in groups.items():
        parts.append(f"\n### {name}\n\n| {column} | | réponse |\n|---|---|---|\n")
        parts += [f"| {_code(typed)} | {wrong} | {_cell(said)} |\n" for typed, wrong, said in answered]
    return "".join(parts)


def written(title: str, text: str) -> str:
    """The section of that title as it stands on the page, the new text where pages are being written."""
    head, *sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    standing = {each.partition("\n")[0]: "## " + each.rstrip("\n") + "\n" for each in sections}
    if IS_WRITTEN:
        standing[title] = text
        PAGE.write_text(head.rstrip("\n") + "\n" + "".join(f"\n{each}" for each in standing.values()), encoding="utf-8")
    return standing.get(title, "")


def _code(typed: str) -> str:
    """Where a line ends, "⏎"; what is long is cut."""
    shown = typed.replace("|", "\\|").replace("\n", " ⏎ ").replace("\t", " ")
    shown = shown if len(shown) <= 120 else f"{shown[:60]}…"
    return f"`{shown}`" if shown.strip() else "(rien)"


def _cell(said: str) -> str:
    plain = (
        said.replace("\u2060", "")
        .replace("\u00a0", " ")
        .replace("\u202f", " ")
        .replace("|", "\\|")
        .replace("<", "&lt;")
    )
    return "<br>".join(line.strip() for line in plain.splitlines() if line.strip())
