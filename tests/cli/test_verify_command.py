"""`permanence verify`: the proof of the books, and how it ends."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.bootstrap import open_for_writing
from bot.config import load_settings
from tests.cli.terminal import Permanence, held
from tests.factories import MONDAY
from tests.services.books import work
from tests.services.shop import found


@pytest.fixture
def books(database: Path) -> Path:
    """One intervention of a group practice's, counted 2."""
    settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)

    async def write() -> None:
        async with open_for_writing(settings) as opened:
            await opened.store.write(lambda uow: found(uow, MONDAY))
            await work(opened.context, 1, [(MONDAY.replace(hour=9), MONDAY.replace(hour=9, minute=22))], at=MONDAY)

    asyncio.run(write())
    return database


def test_books_that_agree_are_proved_beside_the_running_program(permanence: Permanence, books: Path) -> None:
    with held(books):
        ended = permanence("verify")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "Tout concorde : 1 ligne, 1 intervention, 1 période.\n"


def test_books_that_do_not_agree_are_a_no(permanence: Permanence, books: Path) -> None:
    with closing(sqlite3.connect(books)) as connection:
        connection.executescript("DROP TRIGGER ledger_refuse_update; UPDATE ledger SET units = 3")
    ended = permanence("verify")
    assert (ended.status, ended.err) == (1, "")
    assert ended.out == ("n° 1 : compté 2, mais ses lignes font 3.\n1 défaut sur 1 ligne, 1 intervention, 1 période.\n")
    told = permanence("verify", "--json")
    assert told.status == 1
    assert json.loads(told.out) == {
        "agrees": False,
        "lines": 1,
        "interventions": 1,
        "periods": 1,
        "problems": [{"check": "sum", "ticket": 1, "text": "n° 1 : compté 2, mais ses lignes font 3."}],
    }


def test_the_proof_needs_a_database(permanence: Permanence) -> None:
    ended = permanence("verify")
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.startswith("Il n’y a pas encore de base")
