"""How commands end: the statuses that scripts rely on, and no traceback."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.exits import guard
from bot.errors import (
    DatabaseInUse,
    ImportRejected,
    SchemaTooNew,
    SettingsError,
    StorageError,
    StorageUnavailable,
)
from tests.cli.terminal import Permanence

ROOT = Path(__file__).parents[2]


def raising(problem: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise problem

    return command


@pytest.mark.parametrize(
    ("problem", "status", "said"),
    [
        pytest.param(SettingsError(["un", "deux"]), 2, "un\ndeux\n", id="settings"),
        pytest.param(ImportRejected(["ligne 3 : x"]), 2, "ligne 3 : x\nRien n’est écrit", id="import"),
        pytest.param(DatabaseInUse("by 12"), 3, "La base est tenue par une autre copie", id="in use"),
        pytest.param(SchemaTooNew("0009"), 3, "La base vient d’une version plus récente", id="too new"),
        pytest.param(StorageUnavailable("full"), 3, "La base ne peut pas servir en ce moment", id="unavailable"),
        pytest.param(StorageError("odd"), 3, "La base ne peut pas servir : « permanence doctor »", id="storage"),
        pytest.param(KeyboardInterrupt(), 130, "", id="Ctrl+C"),
        pytest.param(SystemExit(1), 1, "", id="an exit"),
        pytest.param(SystemExit(), 0, "", id="an exit without a status"),
    ],
)
def test_what_is_raised_becomes_a_status_and_a_sentence(
    capsys: pytest.CaptureFixture[str], problem: BaseException, status: int, said: str
) -> None:
    assert guard(raising(problem)) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(said)


def test_nothing_raised_is_done() -> None:
    assert guard(lambda: None) == 0


def test_the_unexpected_keeps_what_it_quotes_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard(raising(ZeroDivisionError("mon imprimante, de Dr Lambert"))) == 3
    said = capsys.readouterr().err
    assert said.startswith("Erreur inattendue (ZeroDivisionError), en test_exits.py:")
    assert "Lambert" not in said
    assert "Traceback" not in said


def test_the_unexpected_is_told_whole_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERMANENCE_LOG_LEVEL", "debug")
    assert guard(raising(ZeroDivisionError("by nothing"))) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["facture", "x"], "« facture » n’est pas une commande. Les commandes : run, demo", id="unknown"),
        pytest.param(["quotta"], "Vouliez-vous dire « quota » ?", id="mistyped"),
        pytest.param([], "Usage: permanence", id="none"),
        pytest.param(["units"], "Usage: permanence units", id="nothing to count"),
        pytest.param(["tickets", "--yaml"], "Usage: permanence tickets", id="unknown option"),
        pytest.param(["demo", "--port", "99999"], "Usage: permanence demo", id="no such port"),
        pytest.param(["demo", "--scenario", "absent.yaml"], "absent.yaml", id="absent scene"),
    ],
)
def test_wrong_use_is_2(permanence: Permanence, arguments: list[str], said: str) -> None:
    ended = permanence(*arguments)
    assert ended.status == 2
    assert said in ended.out + ended.err


def test_a_scene_that_is_none_is_told_line_by_line(permanence: Permanence, folder: Path) -> None:
    (folder / "scene.yaml").write_text("title: x\nstarts: hier\nsteps: []\n", encoding="utf-8")
    ended = permanence("demo", "--scenario", "scene.yaml")
    assert (ended.status, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 2


@pytest.mark.parametrize(
    "command", [["run"], ["units", "5m"], ["deadline", "2026-11-23"], ["tickets"], ["import", "x.csv"]]
)
def test_wrong_settings_are_2_with_every_line(
    permanence: Permanence, folder: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    (folder / "x.csv").write_text("client;type;contact\n", encoding="utf-8")
    monkeypatch.setenv("PERMANENCE_HTTP_PRT", "1")
    monkeypatch.setenv("PERMANENCE_OFFICE_HOURS", "never")
    ended = permanence(*command)
    assert (ended.status, ended.out) == (2, "")
    assert "PERMANENCE_HTTP_PRT : réglage inconnu ; vouliez-vous dire PERMANENCE_HTTP_PORT ?" in ended.err
    assert "PERMANENCE_OFFICE_HOURS : « never » n’est pas lisible" in ended.err


def test_run_without_a_channel_names_the_demo(permanence: Permanence) -> None:
    ended = permanence("run")
    assert ended.status == 2
    assert "« permanence demo »" in ended.err


def test_the_version_is_said(permanence: Permanence) -> None:
    ended = permanence("--version")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out[:1].isdigit()


def test_every_command_explains_itself(permanence: Permanence) -> None:
    overview = permanence("--help").out
    commands = [line.split()[0] for line in overview.partition("Commands:")[2].splitlines() if line.strip()]
    assert len(commands) == 17
    for command in commands:
        ended = permanence(command, "--help")
        assert ended.status == 0
        assert len(ended.out.splitlines()) > 4


def test_a_quick_command_loads_no_channel_and_no_database() -> None:
    """Half of the commands answer at once: they must not wait for the providers' libraries."""
    code = "import sys; from bot.cli import main; main(['units', '5m']); print([n for n in HEAVY if n in sys.modules])"
    code = code.replace("HEAVY", "('telegram', 'twilio', 'sqlalchemy', 'aiohttp', 'bot.bootstrap')")
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "1\n[]\n"
