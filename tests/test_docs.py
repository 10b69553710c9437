"""What is written for people is held against the program."""

import ast
import os
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import cli
from bot.bootstrap import readiness
from bot.channels.mail.errors import TROUBLES
from bot.channels.mail.imap.trouble import Problem as MailProblem
from bot.channels.telegram.commands import read_command
from bot.channels.telegram.poller import Problem
from bot.config import Settings, load_settings
from bot.domain.desk import Verb
from bot.rules.client_words import read_words
from bot.rules.urgency import is_urgent
from bot.texts import help

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GUIDE = ROOT / "docs/guide-technicien.md"
RUNBOOK = ROOT / "docs/runbook.md"
DOCUMENTS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
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
    assert targets == ["help", "setup", "run", "demo", "test", "check", "prove", "soak", "bench", "lock"]


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


@cache
def names_in(path: Path) -> set[str]:
    """What a module defines at its top, and what its classes do: `Desk`, `Desk.show`, `CODES`."""
    return set(_defined(ast.parse(path.read_text(encoding="utf-8")).body, prefix=""))


def _defined(body: list[ast.stmt], *, prefix: str) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield prefix + name
            case ast.ClassDef(name=name):
                yield prefix + name
                yield from _defined(node.body, prefix=f"{prefix}{name}.")
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield prefix + name


def unknown_places(text: str) -> list[str]:
    """`bot/x.py:func` in backticks that is not there: no such file, or no such name in it."""
    wrong = []
    for place in re.finditer(r"`((?:bot|tests|bench|tools|docs)/[\w./-]*)(?::([\w.]+))?`", text):
        path, name = ROOT / place[1], place[2]
        if not path.exists() or (name is not None and name not in names_in(path)):
            wrong.append(place[0])
    return wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("`bot/web.py:make_app`", [], id="a function"),
        pytest.param("`bot/services/desk.py:Desk.show` and `bot/web.py:STATUS_PATH`", [], id="a method, a constant"),
        pytest.param("`bot/rules`", [], id="a room"),
        pytest.param("`bot/webs.py`", ["`bot/webs.py`"], id="no such file"),
        pytest.param("`bot/web.py:make_soup`", ["`bot/web.py:make_soup`"], id="no such function"),
        pytest.param("`bot/web.py:Metrics.make_app`", ["`bot/web.py:Metrics.make_app`"], id="no such method"),
    ],
)
def test_places_that_are_not_there_are_found(text: str, wrong: list[str]) -> None:
    assert unknown_places(text) == wrong


CLAUSE = re.compile(r"^\| (C\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
CLAUSES = [f"C{number}" for number in range(1, 31)]


def faults_of_the_table(text: str) -> list[str]:
    """What is wrong with the table of clauses: a line that is missing, a cell that names nothing there is."""
    rows = {found[0]: found[1:] for found in CLAUSE.findall(text)}
    faults = [f"{clause}: no line" for clause in CLAUSES if clause not in rows]
    for clause, (_, code, tests, commands) in rows.items():
        places = re.findall(r"`(bot/[\w/]+\.py:[\w.]+)`", code)
        sources = [(ROOT / place.partition(":")[0]) for place in places]
        if not any(source.is_file() and re.search(rf"\b{clause}\b", source.read_text("utf-8")) for source in sources):
            faults.append(f"{clause}: no code that names it")
        faults += [f"{clause}: {place}" for place in unknown_places(code)]
        named = re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", tests)
        faults += [] if named else [f"{clause}: no test"]
        faults += [f"{clause}: {path}::{name}" for path, name in named if not has_test(ROOT / path, name)]
        spans = re.findall(r"`([^`]+)`", commands)
        faults += [] if spans else [f"{clause}: no command"]
        faults += [f"{clause}: {span}" for span in spans if not is_way_in(span)]
    return faults


def has_test(path: Path, name: str) -> bool:
    return path.is_file() and name.replace("::", ".") in names_in(path)


def is_way_in(span: str) -> bool:
    """A command of the desk, a button's verb, a client's word, a command line, a setting."""
    if span.startswith("/"):
        command = read_command(span)
        return command is not None and command.verb is not Verb.UNKNOWN
    if span.startswith("permanence "):
        return span.split()[1] in {command.name for command in cli.app.registered_commands}
    if span.startswith(PREFIX):
        return span.removeprefix(PREFIX).lower() in Settings.model_fields
    return read_words(span) is not None or is_urgent(span) or span in {str(verb) for verb in Verb}


def test_every_clause_has_its_code_its_test_and_its_command() -> None:
    assert faults_of_the_table((ROOT / "docs/contract.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param("", "C8: no line", id="no line"),
        pytest.param(
            "| C8 | a | b | `tests/test_docs.py::has_test` | `/clore` |", "C8: no code that names it", id="no code"
        ),
        pytest.param(
            "| C8 | a | `bot/rules/quota.py:decide`, `bot/rules/quota.py:guess` "
            "| `tests/test_docs.py::has_test` | `/clore` |",
            "C8: `bot/rules/quota.py:guess`",
            id="code that is not there",
        ),
        pytest.param(
            "| C8 | a | `bot/web.py:make_app` | `tests/test_docs.py::has_test` | `/clore` |",
            "C8: no code that names it",
            id="code that knows nothing of it",
        ),
        pytest.param("| C8 | a | `bot/rules/quota.py:decide` | soon | `/clore` |", "C8: no test", id="no test"),
        pytest.param(
            "| C8 | a | `bot/rules/quota.py:decide` | `tests/test_docs.py::test_soon` | `/clore` |",
            "C8: tests/test_docs.py::test_soon",
            id="a test that is not there",
        ),
        pytest.param(
            "| C8 | a | `bot/rules/quota.py:decide` | `tests/test_docs.py::has_test` | soon |",
            "C8: no command",
            id="no command",
        ),
        *(
            pytest.param(
                f"| C8 | a | `bot/rules/quota.py:decide` | `tests/test_docs.py::has_test` | `{span}` |",
                f"C8: {span}",
                id=f"no such way in: {span}",
            )
            for span in ("/clor", "permanence count", "PERMANENCE_UNITS", "FACTURE", "fermeture")
        ),
    ],
)
def test_a_line_of_the_clauses_that_is_wrong_is_found(line: str, fault: str) -> None:
    text = (ROOT / "docs/contract.md").read_text(encoding="utf-8")
    assert faults_of_the_table(re.sub(r"^\| C8 \| .*$", line, text, flags=re.MULTILINE)) == [fault]


@pytest.mark.parametrize("document", [pytest.param(path, id=path.name) for path in DOCUMENTS])
def test_every_file_and_function_a_document_names_exists(document: Path) -> None:
    assert unknown_places(document.read_text(encoding="utf-8")) == []


def test_the_way_of_a_message_names_every_step() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    steps = [int(number) for number in re.findall(r"^\| (\d+) \| `?", text, re.MULTILINE)]
    assert steps == list(range(1, 34))


@pytest.mark.parametrize("document", [pytest.param(path, id=path.name) for path in DOCUMENTS])
def test_documents_name_only_commands_targets_and_settings_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    commands = set(re.findall(r"(?:`|\$ |/|^)permanence ([a-z]+)", text, re.MULTILINE))
    targets = set(re.findall(r"(?:`|^|&& )make ([a-z]+)", text, re.MULTILINE))
    settings = set(re.findall(r"PERMANENCE_[A-Z_]+[A-Z]", text))
    makefile = MAKEFILE.read_text(encoding="utf-8")
    assert commands - {command.name for command in cli.app.registered_commands} == set()
    assert targets - set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) == set()
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert {name for name in settings if not known & {name, name.removesuffix("_FILE")}} == set()


def test_the_architecture_shows_every_room() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {path.relative_to(ROOT) for path in (ROOT / "bot").iterdir() if not path.name.startswith(("_", "py."))}
    assert Path("bot/rules") in rooms
    assert {str(room) for room in rooms if f"`{room}`" not in text} == set()


def test_every_word_of_the_glossary_is_one_of_the_code() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
    words = set(re.findall(r"\w+", source))
    rows = re.findall(r"^\| .+? \| (.+?) \|", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    spans = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    assert "LedgerLine" in spans
    paths = [span for span in spans if "/" in span]
    assert [path for path in paths if not (ROOT / "bot" / path).is_file()] == []
    assert [span for span in spans if "/" not in span and not set(re.findall(r"\w+", span)) <= words] == []


def test_every_mark_in_the_code_is_explained() -> None:
    """`C7`, `F21`, `S6` and "principle 4" send the reader to a page; here is the page."""
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
    contract = (ROOT / "docs/contract.md").read_text(encoding="utf-8")
    principles = (ROOT / "docs/principles.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (C\d+) ", contract, re.MULTILINE) == [f"C{number}" for number in range(1, 31)]
    promises = set(re.findall(r"^\| ([FS]\d+) ", principles, re.MULTILINE))
    assert set(re.findall(r"\b[FS]\d{1,2}\b", source)) - promises == set()
    assert re.findall(r"^(\d+)\. ", principles, re.MULTILINE) == [str(number) for number in range(1, 13)]
    assert {int(number) for number in re.findall(r"principle (\d+)", source)} <= set(range(1, 13))


def test_decisions_are_numbered_without_a_gap() -> None:
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    titles = [record.read_text(encoding="utf-8").splitlines()[0] for record in records]
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    assert [title.split(".")[0] for title in titles] == [f"# {number}" for number in range(1, len(records) + 1)]


def guide_commands() -> list[str]:
    """Every command that the technicians' guide shows, as one would type it."""
    return re.findall(r"`(/[^`]+)`", GUIDE.read_text(encoding="utf-8"))


def test_the_guide_shows_every_command_of_the_help_and_no_other() -> None:
    helped = set(re.findall(r"(?<![0-9])/([a-z0-9]+)", help.commands().rich.text)) | {str(Verb.HELP), str(Verb.HELLO)}
    assert {command.split()[0].removeprefix("/") for command in guide_commands()} == helped
    assert helped == {str(verb) for verb in Verb if f"`/{verb}`" in GUIDE.read_text(encoding="utf-8")}


@pytest.mark.parametrize("typed", sorted(set(guide_commands())))
def test_each_command_of_the_guide_is_understood(typed: str) -> None:
    command = read_command(typed)
    assert command is not None
    assert command.verb is Verb(typed.split()[0].removeprefix("/"))
    assert (command.ticket == 12 or command.words == "12") == bool(re.match(r"/\w+ 12\b", typed))


def test_the_runbook_has_a_mend_for_each_name_of_readyz() -> None:
    source = Path(readiness.__file__).read_text(encoding="utf-8")
    names = {*re.findall(r'found\["(\w+)"\]', source), *readiness.TICK_AGES} - {"telegram", "mail", "smtp"}
    assert names >= {"storage", "desk"}
    rows = re.findall(r"^\| (.+?) \| .+ \| .+ \|$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    explained = set(re.findall(r"`([^`]+)`", " ".join(rows)))
    problems = {f"telegram: {problem}" for problem in Problem} | {f"mail: {problem}" for problem in MailProblem}
    problems |= {f"smtp: {trouble}" for trouble in TROUBLES}
    assert names | problems <= explained


def transcripts(document: Path) -> Iterator[tuple[str, str]]:
    """(command, what it printed) of each console block."""
    for block in re.findall(r"```console\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL):
        yield from re.findall(r"^\$ (?:\S*/)?permanence (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        *transcripts(README),
        *(each for each in transcripts(RUNBOOK) if each[0] == "replay 12" or each[1].startswith("Aucun canal")),
    ],
)
def test_what_the_documents_quote_is_what_the_program_prints(
    command: str, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    cli.main(shlex.split(command))
    said = capsys.readouterr()
    assert said.out + said.err == printed
