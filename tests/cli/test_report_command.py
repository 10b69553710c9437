"""`report`: the shop's months from the command line, beside a program that may be running."""

import csv
import stat
from pathlib import Path

import pytest

from tests.cli.terminal import Ended, Permanence, held, run

BOM = b"\xef\xbb\xbf"


def test_the_text_is_said_beside_a_running_program(permanence: Permanence, database: Path, folder: Path) -> None:
    with held(database):
        ended = run(folder, "report", "novembre", "2025")
    assert (ended.returncode, ended.stderr) == (0, b"")
    text = ended.stdout.decode().replace("\u00a0", " ")
    assert text == (
        "Novembre 2025\nAucune demande ; un an plus tôt : aucune demande\n0 unité décomptée ; un an plus tôt : 0\n"
    )


def test_without_a_month_it_is_the_present_one(permanence: Permanence, database: Path) -> None:
    ended = permanence("report", "--output", "month.txt")
    assert ended == Ended(0, "", "")
    assert "(en cours, au " in Path("month.txt").read_text(encoding="utf-8")


def test_the_table_begins_in_a_file_as_a_spreadsheet_wants_it(database: Path, folder: Path) -> None:
    assert run(folder, "report", "2025-11", "--format", "csv", "--output", "r.csv").returncode == 0
    content = (folder / "r.csv").read_bytes()
    assert content.startswith(BOM + b"ligne;mois;client;")
    piped = run(folder, "report", "2025-11", "--format", "csv").stdout
    assert BOM + piped == content
    rows = list(csv.DictReader(piped.decode().splitlines(), delimiter=";"))
    assert [row["mois"] for row in rows][0::12] == ["11/2024", "11/2025"]


def test_the_picture_is_a_png_for_nobody_else(permanence: Permanence, database: Path, folder: Path) -> None:
    assert permanence("report", "11/2025", "--format", "png", "--output", "r.png") == Ended(0, "", "")
    assert (folder / "r.png").read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE((folder / "r.png").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(["brumaire"], 2, "« brumaire » n’est pas un mois", id="no month"),
        pytest.param(["12/2099"], 2, "« 12/2099 » est à venir", id="a month to come"),
        pytest.param(["--format", "pdf"], 2, "pdf", id="another form"),
        pytest.param(["--output", "office.db"], 2, "existe déjà", id="a file that is there"),
        pytest.param(["--output", "no/where.txt"], 3, "no/where.txt :", id="no such folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    permanence: Permanence, database: Path, arguments: list[str], status: int, said: str
) -> None:
    ended = permanence("report", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert said in " ".join(ended.err.split())


def test_a_picture_is_not_thrown_at_a_terminal(
    permanence: Permanence, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    ended = permanence("report", "--format", "png")
    assert ended.status == 2
    assert "terminal" in ended.err


def test_without_a_database_there_is_no_report(permanence: Permanence) -> None:
    assert permanence("report").status == 3
