"""`statement` and `contract`: papers from the command line, beside a program that may be running."""

import asyncio
import csv
import io
import json
import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import load_settings
from bot.domain.clients import ClientKind
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.texts.statement import StatedCorrection
from bot.texts.statement_table import HEADINGS, cell, statement_csv
from tests.cli.terminal import Ended, Permanence, held, run
from tests.paper.reading import text_of
from tests.paper.views import statement, work
from tests.services.traced import trace

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVIL = '=HYPERLINK("http://exemple.fr";"clic")'


class _Books:
    """What `trace` needs of a shop."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.clock = StoppedClock(NOW)
        self.write = context.store.write


@pytest.fixture
def books(database: Path) -> Path:
    """A practice with two interventions in its first period and none in its second; a doctor in her own name."""
    settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)

    async def fill(uow: UnitOfWork) -> None:
        practice = await uow.directory.add_client("Cabinet des Tilleuls", kind=ClientKind.GROUP_PRACTICE, now=NOW)
        await uow.directory.add_client("Cabinet des Saules", kind=ClientKind.GROUP_PRACTICE, now=NOW)
        alone = await uow.directory.add_client("Dr Anne Morel", kind=ClientKind.INDIVIDUAL, now=NOW)
        for client in (practice, alone):
            await uow.contracts.add_contract(
                client.id, starts_on=date(2024, 3, 1), allowance_units=12, ends_on=None, now=NOW
            )
        await uow.directory.put_technician(7001, name="Claire", is_admin=True, phone=None)

    async def make() -> None:
        async with open_for_writing(settings) as opened:
            await opened.store.write(fill)
            shop = _Books(opened.context)
            await trace(shop, ("2024-03-12 14:10", "2024-03-12 14:32"), reason=EVIL)
            await trace(shop, ("2024-04-02 09:00", "2024-04-02 09:10"))
            await trace(shop, ("2024-05-02 09:00", "2024-05-02 09:10"), client=3)

    asyncio.run(make())
    return database


def test_the_statement_is_a_pdf_on_standard_output(books: Path, folder: Path) -> None:
    with held(books):
        ended = run(folder, "statement", "tilleuls", "--period", "1")
    assert (ended.returncode, ended.stderr) == (0, b"")
    text = text_of(ended.stdout)
    assert "Cabinet des Tilleuls" in text
    assert "du 1er mars 2024 au 28 février 2025" in text
    assert EVIL in text.replace(" ", "")
    assert "Total 3" in text


def test_the_contract_is_a_pdf_in_a_file_for_nobody_else(books: Path, folder: Path, permanence: Permanence) -> None:
    assert permanence("contract", "Morel", "--output", "contrat.pdf") == Ended(0, "", "")
    path = folder / "contrat.pdf"
    assert "accompagne Dr Anne Morel (le client)" in text_of(path.read_bytes())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_csv_and_json_say_the_same(books: Path, permanence: Permanence, folder: Path) -> None:
    assert (
        permanence("statement", "Tilleuls", "--period", "2024-03-01", "--format", "csv", "--output", "r.csv").status
        == 0
    )
    content = (folder / "r.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")  # a spreadsheet reads its accents by this
    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert (
        permanence("statement", "Tilleuls", "--period", "01/03/2024", "--format", "json", "--output", "r.json").status
        == 0
    )
    told = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    assert [(int(line["ticket"]), int(line["unites"])) for line in lines] == [(1, 2), (2, 1)]
    assert [(each["ticket"], each["units"]) for each in told["interventions"]] == [(1, 2), (2, 1)]
    assert (told["allowance"], told["used"], told["left"], told["lost"], told["beyond"]) == (12, 3, None, 9, 0)
    assert told["period"] == {"nth": 1, "starts_on": "2024-03-01", "ends_on": "2025-02-28"}
    assert lines[0]["motif"] == "'" + EVIL
    assert told["interventions"][0]["reason"] == EVIL
    assert told["interventions"][0]["started_at"] == "2024-03-12T14:10:00+01:00"


def test_an_individual_has_no_numbers(books: Path, folder: Path) -> None:
    told = json.loads(run(folder, "statement", "Morel", "--period", "1", "--format", "json").stdout)
    assert {told[name] for name in ("allowance", "used", "left", "lost", "beyond")} == {None}
    assert [each["units"] for each in told["interventions"]] == [None]
    piped = run(folder, "statement", "Morel", "--period", "1", "--format", "csv").stdout.decode()
    assert piped.split("\r\n")[0] == ";".join(HEADINGS)
    assert ";;individual_contract;" in piped


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(["statement", "Zebulon"], 1, "Aucun client ne s’appelle « Zebulon »", id="unknown client"),
        pytest.param(["statement", "Cabinet"], 1, "Plusieurs clients pour « Cabinet »", id="several clients"),
        pytest.param(["statement", "Tilleuls", "--period", "99"], 1, "n’a pas de période « 99 »", id="no such period"),
        pytest.param(
            ["statement", "Tilleuls", "--period", "2020-01-01"], 1, "« 2020-01-01 »", id="a day before the first"
        ),
        pytest.param(["statement", "Saules"], 1, "n’a encore eu aucune période", id="no period at all"),
        pytest.param(["contract", "Saules"], 1, "n’a pas de contrat au dossier", id="no contract"),
        pytest.param(["statement"], 2, "CLIENT", id="nobody named"),
        pytest.param(["statement", "Tilleuls", "--format", "xml"], 2, "xml", id="a format that is none"),
        pytest.param(["statement", "Tilleuls", "--output", "office.db"], 2, "existe déjà", id="a file that is there"),
        pytest.param(["statement", "Tilleuls", "--output", "no/where.pdf"], 3, "no/where.pdf :", id="no such folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    books: Path, permanence: Permanence, arguments: list[str], status: int, said: str
) -> None:
    ended = permanence(*arguments)
    assert ended.status == status
    assert said in " ".join(ended.err.split())
    assert ended.out == ""


def test_a_pdf_is_not_thrown_at_a_terminal(
    books: Path, permanence: Permanence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for command in ("statement", "contract"):
        ended = permanence(command, "Tilleuls")
        assert ended.status == 2
        assert "terminal" in ended.err


def test_lines_that_do_not_add_up_are_a_failure(books: Path, permanence: Permanence) -> None:
    with sqlite3.connect(books) as connection:
        connection.execute(
            "INSERT INTO ledger (client_id, intervention_id, ticket_id, period_id, units, decision, rule, author, at,"
            " reason) SELECT 3, intervention_id, ticket_id, period_id, 5, decision, rule, author, at, reason"
            " FROM ledger LIMIT 1"
        )
    ended = permanence("statement", "Tilleuls", "--period", "1", "--output", "r.pdf")
    assert ended.status == 3
    assert "the lines come to 3 and the ledger of period 1 to 8" in ended.err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+33639980001", "'+33639980001", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("  =1", "'=1", id="behind spaces"),
        pytest.param("\t=1", "'=1", id="behind a tab"),
        pytest.param("＝1+1", "'＝1+1", id="full width"),
        pytest.param("a\r\n=1+1", "a =1+1", id="on a second line"),
        pytest.param("Word = lent", "Word = lent", id="within a sentence"),
    ],
)
def test_no_spreadsheet_reads_a_clients_words_as_a_formula(text: str, shown: str) -> None:
    assert cell(text) == shown


def test_the_lines_of_the_table_add_up_with_the_corrections(books: Path) -> None:
    view = statement(
        work(units=2),
        corrections=(StatedCorrection(12, NOW, -1, "déjà dedans"), StatedCorrection(9, NOW, 3, "=2", is_apart=True)),
        elsewhere=(work(50, units=0, started_at=None, ended_at=None, worked=timedelta(0)),),
    )
    lines = list(csv.DictReader(io.StringIO(statement_csv(view)), delimiter=";"))
    assert [(line["ligne"], line["ticket"], line["unites"], line["explication"]) for line in lines] == [
        ("intervention", "12", "2", ""),
        ("correction", "9", "3", "'=2"),
        ("hors periode", "50", "0", ""),
    ]
    assert sum(int(line["unites"]) for line in lines) == view.total
