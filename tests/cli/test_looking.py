"""`tickets`, `quota`, `export`, `replay`, `backup`: the database seen from the command line."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import open_for_writing
from bot.config import load_settings
from bot.domain.addresses import Channel
from bot.domain.inbox import InboxEntry, Source
from bot.domain.interventions import LedgerLine
from bot.domain.tickets import Priority, Ticket, TicketState
from bot.ports import UnitOfWork
from tests.cli.terminal import Permanence, held

OPENED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CLIENTS = (
    "client;type;contact;telephone;contrat_debut;unites\n"
    "Cabinet des Tilleuls;groupe;Dr Lambert;06 39 98 00 11;01/03/2020;12\n"
    "Cabinet des Saules;groupe;Dr Nguyen;06 39 98 00 12;;\n"
    "Dr Anne Morel;individuel;Dr Anne Morel;06 39 98 00 21;01/03/2020;12\n"
)


@pytest.fixture
def clients(permanence: Permanence, database: Path, folder: Path) -> Path:
    """The database with three clients."""
    (folder / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    assert permanence("import", "clients.csv", "--apply").status == 0
    return database


def write(database: Path, work: Callable[[UnitOfWork], Awaitable[object]]) -> None:
    settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)

    async def run() -> None:
        async with open_for_writing(settings) as opened:
            await opened.store.write(work)

    asyncio.run(run())


async def two_tickets(uow: UnitOfWork) -> None:
    await uow.directory.put_technician(7001, name="Claire", is_admin=True, phone=None)
    normal = Ticket(
        number=0,
        subject="Word plante",
        state=TicketState.RECONTACTED,
        priority=Priority.NORMAL,
        channel=Channel.SMS,
        opened_at=OPENED,
        last_activity_at=OPENED,
        recontact_due_at=OPENED + timedelta(days=4),
        client_id=1,
        assigned_to=1,
        recontacted_at=OPENED + timedelta(minutes=5),
    )
    await uow.tickets.open(normal)
    await uow.tickets.open(
        Ticket(
            number=0,
            subject="le serveur",
            state=TicketState.OPEN,
            priority=Priority.URGENT,
            channel=Channel.SMS,
            opened_at=OPENED,
            last_activity_at=OPENED,
            recontact_due_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        )
    )


def test_no_open_ticket_is_said(permanence: Permanence, database: Path) -> None:
    assert permanence("tickets").out == "Aucun ticket ouvert.\n"
    assert permanence("tickets", "--json").out == "[]\n"


def test_the_open_tickets_are_listed(permanence: Permanence, clients: Path) -> None:
    write(clients, two_tickets)
    lines = permanence("tickets").out.splitlines()
    assert [line for line in lines if "n°" in line] == [line for line in lines if line.startswith(("🔴", "n° 1 "))]
    assert lines[1] == "le serveur"
    assert "n° 1 · Cabinet des Tilleuls · recontacté — Claire" in lines
    first, second = json.loads(permanence("tickets", "--json").out)
    assert first.pop("left_seconds") < 0
    assert first == {
        "number": 2,
        "state": "open",
        "priority": "urgent",
        "client": None,
        "subject": "le serveur",
        "assigned_to": None,
        "opened_at": "2026-11-23T09:00:00+01:00",
        "recontact_due_at": "2026-11-20T09:00:00+01:00",
        "recontacted_at": None,
    }
    assert (second["assigned_to"], second["recontacted_at"]) == ("Claire", "2026-11-23T09:05:00+01:00")
    assert second["left_seconds"] is None


@pytest.mark.parametrize(
    ("words", "kind", "numbers"),
    [
        pytest.param(["tilleuls"], "group_practice", (12, 0, 12, 0), id="a group practice"),
        pytest.param(["cabinet", "des", "saules"], "group_practice", (None,) * 4, id="without a contract"),
        pytest.param(["Dr Anne Morel"], "individual", (None,) * 4, id="in their own name: no quota"),
    ],
)
def test_the_quota_of_a_client(
    permanence: Permanence, clients: Path, words: list[str], kind: str, numbers: tuple[int | None, ...]
) -> None:
    document = json.loads(permanence("quota", *words, "--json").out)
    assert document["kind"] == kind
    assert tuple(document[name] for name in ("allowance", "used", "left", "beyond")) == numbers
    assert document["client"] in permanence("quota", *words).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("zzz", "Aucun client ne s’appelle « zzz »", id="nobody"),
        pytest.param("", "Aucun client ne s’appelle", id="no words"),
        pytest.param("cabinet", "Plusieurs clients pour « cabinet »", id="several"),
    ],
)
def test_a_client_who_is_not_found_is_a_no(permanence: Permanence, clients: Path, words: str, said: str) -> None:
    ended = permanence("quota", words, "--json")
    assert (ended.status, ended.out) == (1, "")
    assert said in ended.err


async def written_later(uow: UnitOfWork) -> None:
    """Two units written on 2 June for work of 1 June, in the period from 1 March 2024 on."""
    await uow.directory.put_technician(7001, name="Claire", is_admin=True, phone=None)
    worked_at, written_at = datetime(2024, 6, 1, 8, 0, tzinfo=UTC), datetime(2024, 6, 2, 8, 0, tzinfo=UTC)
    ticket = await uow.tickets.open(
        Ticket(
            number=0,
            subject="Word plante",
            state=TicketState.RECONTACTED,
            priority=Priority.NORMAL,
            channel=Channel.SMS,
            opened_at=worked_at,
            last_activity_at=worked_at,
            recontact_due_at=worked_at,
            client_id=1,
            recontacted_at=worked_at,
        )
    )
    intervention = await uow.interventions.open(ticket.number, client_id=1, now=worked_at)
    await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=worked_at)
    contract = (await uow.contracts.contracts_of(1))[0]
    period = await uow.contracts.period(contract, nth=5, starts_on=date(2024, 3, 1), ends_on=date(2025, 2, 28))
    await uow.contracts.add_line(
        LedgerLine(1, intervention.id, ticket.number, period.id, 2, "counted", "C7", "technician:1", written_at)
    )


LATER = {"ticket": 1, "units": 2, "written_at": "2024-06-02T10:00:00+02:00"}


@pytest.mark.parametrize(
    ("on", "numbers", "later", "left"),
    [
        pytest.param("31/05/2024", (12, 0, 12, 0), [], 12, id="before the work"),
        pytest.param("2024-06-01", (12, 0, 12, 0), [LATER], 10, id="worked, not written yet"),
        pytest.param("02/06/2024", (12, 2, 10, 0), [], 10, id="written"),
        pytest.param("29/02/2020", (None,) * 4, [], None, id="before the contract"),
    ],
)
def test_the_quota_on_a_past_evening(
    permanence: Permanence,
    clients: Path,
    on: str,
    numbers: tuple[int | None, ...],
    later: list[dict[str, object]],
    left: int | None,
) -> None:
    write(clients, written_later)
    document = json.loads(permanence("quota", "tilleuls", "--at", on, "--json").out)
    assert tuple(document[name] for name in ("allowance", "used", "left", "beyond")) == numbers
    assert (document["written_later"], document["left_with_written_later"]) == (later, left)
    assert "Au soir du" in permanence("quota", "tilleuls", "--at", on).out


@pytest.mark.parametrize(
    ("on", "said"),
    [
        pytest.param("31/02/2024", "n’est pas une date", id="no day"),
        pytest.param("01/01/2100", "est à venir", id="a day to come"),
    ],
)
def test_a_day_that_is_not_past_is_wrong_use(permanence: Permanence, clients: Path, on: str, said: str) -> None:
    ended = permanence("quota", "tilleuls", "--at", on)
    assert (ended.status, ended.out) == (2, "")
    assert said in " ".join(ended.err.replace("│", " ").split())


def test_the_export_is_one_document_of_five_lists(permanence: Permanence, clients: Path) -> None:
    with held(clients):
        ended = permanence("export", "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    document = json.loads(ended.out)
    assert list(document) == ["clients", "contracts", "tickets", "ledger", "quarantine"]
    assert [client["name"] for client in document["clients"]] == [
        "Cabinet des Tilleuls",
        "Cabinet des Saules",
        "Dr Anne Morel",
    ]


def test_another_format_is_wrong_use(permanence: Permanence, database: Path) -> None:
    assert permanence("export", "--format", "xml").status == 2


@pytest.mark.parametrize("arguments", [["tickets"], ["quota", "x"], ["export"], ["backup", "copy.db"]])
def test_reading_needs_a_database(permanence: Permanence, arguments: list[str]) -> None:
    ended = permanence(*arguments)
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.startswith("Il n’y a pas encore de base")


def test_a_quarantined_entry_is_replayed_once(permanence: Permanence, database: Path) -> None:
    async def quarantine(uow: UnitOfWork) -> None:
        await uow.inbox.add(InboxEntry(Source.TELEGRAM, "1", "{", OPENED))
        await uow.inbox.quarantine(1, OPENED, problem="no JSON")

    write(database, quarantine)
    assert permanence("replay", "1").status == 0
    again = permanence("replay", "1")
    assert (again.status, again.err.startswith("L’entrée 1 n’est pas en quarantaine")) == (1, True)
    assert permanence("replay", "un").status == 2
    assert json.loads(permanence("export").out)["quarantine"] == []


def test_a_backup_is_taken_beside_the_running_program(permanence: Permanence, clients: Path, folder: Path) -> None:
    with held(clients):
        ended = permanence("backup", "copy.db")
    assert (ended.status, ended.err) == (0, "")
    copy = folder / "copy.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM clients").fetchone() == (3,)
    assert sorted(path.name for path in folder.iterdir() if "copy" in path.name) == ["copy.db"]


def test_a_backup_overwrites_nothing(permanence: Permanence, database: Path, folder: Path) -> None:
    (folder / "copy.db").write_text("mine", encoding="utf-8")
    ended = permanence("backup", "copy.db")
    assert ended.status == 2
    assert "copy.db existe déjà" in ended.err
    assert (folder / "copy.db").read_text(encoding="utf-8") == "mine"


def test_a_backup_needs_its_folder(permanence: Permanence, database: Path) -> None:
    ended = permanence("backup", "nowhere/copy.db")
    assert (ended.status, ended.err) == (3, "nowhere/copy.db : No such file or directory.\n")


def test_a_damaged_database_gives_no_backup(permanence: Permanence, database: Path, folder: Path) -> None:
    content = bytearray(database.read_bytes())
    content[8192:40960] = b"\xa5" * (40960 - 8192)
    database.write_bytes(content)
    ended = permanence("backup", "copy.db")
    assert (ended.status, ended.out) == (3, "")
    assert not (folder / "copy.db").exists()


def test_a_servers_database_is_copied_by_its_own_tools(permanence: Permanence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMANENCE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    ended = permanence("backup", "copy.db")
    assert (ended.status, ended.err) == (3, "La base est sur un serveur PostgreSQL : la copier avec pg_dump.\n")
