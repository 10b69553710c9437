"""What is written for people is held against the program."""

import re
from pathlib import Path

import pytest

from bot.config import Settings, load_settings

ROOT = Path(__file__).parents[1]
ENV_EXAMPLE = ROOT / ".env.example"
MAKEFILE = ROOT / "Makefile"
PREFIX = "PERMANENCE_"
LINE = re.compile(r"#(PERMANENCE_[A-Z_]+)=(.*)")


def example_lines() -> list[tuple[str, str, bool]]:
    """(variable, text, whether it is marked as an example) of each line that sets something."""
    lines = []
    comment: list[str] = []
    for line in ENV_EXAMPLE.read_text(encoding="utf-8").splitlines():
        if match := LINE.fullmatch(line):
            lines.append((match[1], match[2], "(exemple" in " ".join(comment)))
        elif line.startswith("# "):
            comment.append(line)
        else:
            comment = []
    return lines


def test_every_setting_is_explained_in_the_example_file_once() -> None:
    documented = sorted(name for name, _, _ in example_lines())
    assert documented == sorted(PREFIX + field.upper() for field in Settings.model_fields)


def test_nothing_is_set_until_a_line_is_uncommented() -> None:
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.strip() and not line.startswith("#")] == []


def test_every_line_comes_after_its_explanation() -> None:
    text = ENV_EXAMPLE.read_text(encoding="utf-8")
    blocks = [block.splitlines() for block in re.split(r"\n\s*\n", text)]
    unexplained = [block[0] for block in blocks if LINE.fullmatch(block[0])]
    assert unexplained == []


@pytest.mark.parametrize(("name", "text"), [line[:2] for line in example_lines() if not line[2]])
def test_a_line_that_is_no_example_shows_the_default(name: str, text: str) -> None:
    field = name.removeprefix(PREFIX).lower()
    given = load_settings({name: text}, needs_channel=False)
    assert getattr(given, field) == getattr(Settings(), field)


def test_the_example_file_with_every_line_uncommented_is_accepted(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("".join(f"{name}={text}\n" for name, text, _ in example_lines()), encoding="utf-8")
    settings = load_settings({}, env_file)
    assert all(state.is_on for state in settings.channels())


def test_make_help_explains_every_target() -> None:
    makefile = MAKEFILE.read_text(encoding="utf-8")
    targets = next(re.finditer(r"^\.PHONY: (.*)$", makefile, re.MULTILINE))[1].split()
    explained = re.findall(r"^([a-z]+):.* ## \S", makefile, re.MULTILINE)
    assert sorted(explained) == sorted(targets)
    assert targets == ["help", "setup", "run", "demo", "test", "check", "prove", "bench", "lock"]


def test_local_links_of_the_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert ROOT / "CONTRIBUTING.md" in documents
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert broken == []
