"""What must never slip into the repository, looked for in every file that is in it or about to be."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FICTION = re.compile(r"(?:\+33|0)[ .]?6[ .]?39[ .]?98")
FRENCH_MOBILE = re.compile(r"(?<![0-9a-zA-Z])(?:\+33|0)[ .]?[67](?:[ .]?[0-9]{2}){4}(?![0-9a-zA-Z])")
LONGEST_MODULE = 320
READINGS_OF_THE_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}


def files(*patterns: str) -> list[Path]:
    """Tracked files, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file()]


def found(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[tuple[str, str]]:
    """(file and line, what was found there)"""
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path.relative_to(ROOT)}:{line}", match[0]


def modules() -> list[Path]:
    paths = files("bot/*.py")
    assert ROOT / "bot/errors.py" in paths
    return paths


def test_lock_files_hold_hashes_and_name_no_host() -> None:
    locks = files("*.lock")
    assert [path.name for path in locks] == ["requirements-bench.lock", "requirements-dev.lock", "requirements.lock"]
    assert list(found(re.compile(r"\S*(?:://|index-url|find-links)\S*"), locks)) == []
    for lock in locks:
        packages = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_lock_files_agree_with_one_another() -> None:
    pins = [
        set(re.findall(r"^\S+==.*?(?= \\$)", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "requirements-bench.lock")
    ]
    assert pins[0] < pins[1] < pins[2]


def test_no_file_names_a_package_registry() -> None:
    address = re.compile(r"--(?:extra-)?index-url\s+\S+|https?://[^ \"']+\.(?:whl|tar\.gz)")
    assert list(found(address, [path for path in files() if path != Path(__file__)])) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    machine = re.compile(rf"(?:{re.escape(str(ROOT))}|/home/\w+|/Users/\w+)/\S+")
    assert machine.search(str(Path(__file__)))
    assert list(found(machine, files())) == []


def test_every_french_mobile_number_is_of_the_block_reserved_for_fiction() -> None:
    assert FRENCH_MOBILE.search("call +33 7" + " 12 34 56 78 now")
    assert not FRENCH_MOBILE.search("--hash=sha256:a0612345678b")
    real = [hit for hit in found(FRENCH_MOBILE, files()) if not FICTION.match(hit[1])]
    assert real == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    migrations = ROOT / "bot/storage/migrations/versions"  # history: written once, never split
    readable = [path for path in modules() if migrations not in path.parents]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in readable}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def readings_of_the_clock(source: str) -> list[int]:
    """The lines where a program asks what time it is, under whatever name it imported the question."""
    tree = ast.parse(source)
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and _whole_name(ast.unparse(node), imported) in READINGS_OF_THE_CLOCK
    )


def _whole_name(dotted: str, imported: dict[str, str]) -> str:
    first, dot, rest = dotted.partition(".")
    return imported.get(first, "") + dot + rest


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        pytest.param("import datetime\ndatetime.datetime.now()", [2], id="by the module"),
        pytest.param("from datetime import datetime as d\nx = d.now", [2], id="by another name, not called"),
        pytest.param("from datetime import date\n\ndate.today()", [3], id="the date"),
        pytest.param("from time import time\ntime()", [2], id="a function of its own"),
        pytest.param("import time as t\nt.time()", [2], id="the module by another name"),
        pytest.param("import time\ntime.monotonic()\nclock.now()\nmessage.date.today", [], id="what is allowed"),
        pytest.param("from datetime import time\nopening = time(8)", [], id="a time of day"),
    ],
)
def test_readings_of_the_clock_are_found(source: str, lines: list[int]) -> None:
    assert readings_of_the_clock(source) == lines


def test_only_the_clock_reads_the_time() -> None:
    readers = {path.relative_to(ROOT) for path in modules() if readings_of_the_clock(path.read_text(encoding="utf-8"))}
    assert readers - {Path("bot/clock.py")} == set()
