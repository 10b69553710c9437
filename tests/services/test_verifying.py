"""`permanence verify`: books that agree, and each way in which they can fail to (principle 8)."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.domain.clients import ClientEvent, ClientKind
from bot.domain.contracts import Ending, Payment, PaymentMethod, Term, TermChange
from bot.domain.tickets import Outcome
from bot.domain.verification import Check, Verdict
from bot.ports import UnitOfWork
from bot.rules.quota import Rounding
from bot.services.desk import Desk
from bot.services.verifying import verify
from bot.texts import verifying as texts
from tests.factories import MONDAY, PARIS, paris
from tests.services.books import close_ticket, open_ticket, work, write_times
from tests.services.shop import Shop

PRACTICE, ALONE, PARC = 1, 2, 3


def times(*stretches: str) -> list[tuple[datetime, datetime]]:
    """ "2026-11-02 09:00-09:22" as two instants."""
    found = []
    for stretch in stretches:
        day, _, hours = stretch.partition(" ")
        start, _, end = hours.partition("-")
        found.append((paris(f"{day} {start}"), paris(f"{day} {end}")))
    return found


@pytest.fixture
async def books(shop: Shop) -> Shop:
    """Nine tickets in every state that is right, of three clients with four contracts."""

    async def contracts(uow: UnitOfWork) -> None:
        parc = await uow.directory.add_client("MSP du Parc", kind=ClientKind.GROUP_PRACTICE, now=MONDAY)
        old = await uow.contracts.add_contract(
            parc.id, starts_on=date(2024, 2, 29), allowance_units=12, ends_on=date(2026, 2, 28), now=MONDAY
        )
        await uow.contracts.end_contract(old.id, ends_on=date(2026, 2, 28), ending=Ending.NOTICE)
        await uow.contracts.add_contract(
            parc.id, starts_on=date(2026, 3, 1), allowance_units=20, ends_on=None, now=MONDAY
        )
        change = TermChange(1, Term.ROUNDING, Rounding.SITTING, date(2026, 6, 1), "technician:1", MONDAY)
        await uow.contracts.add_term(change)
        await uow.contract_milestones.plan(1, [("renewal:1:4m", MONDAY), ("lost:1", MONDAY)])

    await shop.write(contracts)
    await work(shop.context, PRACTICE, times("2026-11-02 09:00-09:05", "2026-11-03 09:00-09:05"), at=MONDAY)  # n° 1: 2
    await work(shop.context, PRACTICE, times("2026-11-20 10:00-10:22"), at=MONDAY, guarantee_of=1)  # n° 2: guarantee
    await work(shop.context, ALONE, times("2026-11-20 09:00-09:22"), at=MONDAY)  # n° 3: in her own name
    await work(shop.context, PARC, times("2024-02-28 09:00-09:22"), at=MONDAY)  # n° 4: before any contract
    await work(shop.context, PARC, times("2026-02-28 09:00-10:00"), at=MONDAY)  # n° 5: the first contract's last day
    await work(shop.context, None, times("2026-11-20 11:00-11:10"), at=MONDAY)  # n° 6: nobody's
    await work(shop.context, PRACTICE, (), at=MONDAY, outcome=Outcome.COMMERCIAL)  # n° 7: nobody worked
    await work(shop.context, PARC, times("2026-11-20 14:00-14:22"), at=MONDAY)  # n° 8: moved below

    async def moved_and_reopened(uow: UnitOfWork) -> None:
        desk = Desk(uow, shop.context, MONDAY)
        eighth = await uow.tickets.get(8)
        assert eighth is not None
        moved = replace(eighth, client_id=PRACTICE)
        written = await write_times(uow, moved, times("2026-11-20 14:00-14:40"), now=MONDAY)
        await close_ticket(desk, moved, written, Outcome.RESOLVED)
        await open_ticket(uow, PRACTICE, MONDAY)  # n° 9: no intervention yet
        tenth = await open_ticket(uow, PRACTICE, MONDAY)  # n° 10: worked on now
        running = await uow.interventions.open(tenth.number, client_id=PRACTICE, now=MONDAY)
        await uow.interventions.start_sitting(running.id, technician_id=1, started_at=MONDAY)
        await uow.contracts.add_payment(
            Payment(1, 33_000, PaymentMethod.CHEQUE, date(2026, 3, 9), "technician:1", MONDAY)
        )

    await shop.write(moved_and_reopened)
    return shop


async def proved(shop: Shop) -> Verdict:
    return await shop.read(lambda uow: verify(uow, shop.context.policy))


async def said(shop: Shop) -> list[str]:
    return [texts.problem(found, PARIS) for found in (await proved(shop)).problems]


def tamper(path: Path, statements: str) -> None:
    """Change the file as nothing in the program could: no trigger, no key, no check."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.executescript(statements)


async def test_books_that_agree_say_how_much_was_read(books: Shop) -> None:
    verdict = await proved(books)
    assert verdict == Verdict((), lines=9, interventions=9, periods=4)
    assert texts.verdict(verdict) == "Tout concorde : 9 lignes, 9 interventions, 4 périodes."


async def test_what_was_counted_of_another_kind_of_client_stays_right(books: Shop) -> None:
    async def becomes_individual(uow: UnitOfWork) -> None:
        client = await uow.directory.client(PRACTICE)
        assert client is not None
        await uow.directory.change_client(client.id, name=client.name, kind=ClientKind.INDIVIDUAL)

    await books.write(becomes_individual)
    assert {problem.check for problem in (await proved(books)).problems} == {Check.DECISION}
    said_so = ClientEvent(PRACTICE, MONDAY, "client changed", "technician:1", {"field": "kind"})
    await books.write(lambda uow: uow.client_files.add_client_event(said_so))
    assert (await proved(books)).problems == ()


async def test_nothing_at_all_agrees(shop: Shop) -> None:
    assert texts.verdict(await proved(shop)) == "Tout concorde : 0 ligne, 0 intervention, 0 période."


TAMPERINGS = [
    pytest.param(
        Check.ENDS,
        "INSERT INTO contracts (client_id, starts_on, ends_on, allowance_units, created_at) "
        "VALUES (2, '2020-03-01', '2020-02-01', 12, '2020-03-01 09:00:00.000000')",
        "Dr Anne Morel, contrat du 01/03/2020 : il finit le 01/02/2020, avant son début.",
        id="a contract that ends before it starts",
    ),
    pytest.param(
        Check.OVERLAP,
        "UPDATE contracts SET ends_on = '2026-03-01' WHERE id = 3",
        "MSP du Parc, contrat du 29/02/2024 : il court encore quand commence celui du 01/03/2026.",
        id="two contracts on one day",
    ),
    pytest.param(
        Check.OVERLAP,
        "UPDATE contracts SET ends_on = NULL WHERE id = 3",
        "MSP du Parc, contrat du 29/02/2024 : il court encore quand commence celui du 01/03/2026.",
        id="a contract that never ends before another",
    ),
    pytest.param(
        Check.TERM,
        "UPDATE contract_terms SET value = 'souvent'",
        "Cabinet des Tilleuls, contrat du 01/03/2026 : l’avenant du 01/06/2026 (rounding) a la valeur « "
        "souvent », qui ne peut pas être.",
        id="a term with a value that cannot be",
    ),
    pytest.param(
        Check.PERIOD,
        "UPDATE periods SET ends_on = '2027-03-01' WHERE id = 1",
        "Cabinet des Tilleuls, période 1 : elle est écrite du 01/03/2026 au 01/03/2027, ce qui ne suit pas "
        "du début du contrat (C19).",
        id="a period a day too long",
    ),
    pytest.param(
        Check.PERIOD,
        "UPDATE periods SET allowance_units = -1 WHERE id = 1",
        "Cabinet des Tilleuls, période 1 : elle est écrite du 01/03/2026 au 28/02/2027, ce qui ne suit pas "
        "du début du contrat (C19).",
        id="a period with less than nothing",
    ),
    pytest.param(
        Check.PERIOD,
        "INSERT INTO periods (contract_id, nth, starts_on, ends_on, allowance_units) VALUES (99, 1, "
        "'2026-03-01', '2027-02-28', 12)",
        ", période 1 : elle est écrite du 01/03/2026 au 28/02/2027, ce qui ne suit pas du début du contrat (C19).",
        id="a period of no contract",
    ),
    pytest.param(
        Check.PAYMENT,
        "UPDATE payments SET period_id = 99",
        "Paiement 1 du 09/03/2026 : sa période n’existe pas.",
        id="a payment for nothing",
    ),
    pytest.param(
        Check.MILESTONE,
        "CREATE TABLE copied AS SELECT * FROM contract_milestones; DROP TABLE contract_milestones; ALTER "
        "TABLE copied RENAME TO contract_milestones; UPDATE contract_milestones SET name = 'lost:1'",
        "Cabinet des Tilleuls, contrat du 01/03/2026 : « lost:1 » est prévu 2 fois.",
        id="something that is said twice",
    ),
    pytest.param(
        Check.ACCOUNT,
        "UPDATE ledger SET client_id = 1 WHERE ticket_id = 3",
        "n° 3, ligne 3 : sa période n’est pas d’un contrat de ce client.\nn° 3 : le travail a commencé le "
        "20/11/2026, à compter sur la période du 01/03/2026 ; compté sur la période du 01/03/2026 (C13).",
        id="a line on another client's account",
    ),
    pytest.param(
        Check.SOURCE,
        "DELETE FROM sittings WHERE intervention_id = 3; DELETE FROM interventions WHERE id = 3",
        "n° 3 : une ligne et son intervention ne vont pas ensemble.",
        id="a line of no intervention",
    ),
    pytest.param(
        Check.SOURCE,
        "UPDATE ledger SET ticket_id = 9 WHERE ticket_id = 3",
        "n° 3 : une ligne et son intervention ne vont pas ensemble.",
        id="a line that names another ticket",
    ),
    pytest.param(
        Check.SOURCE,
        "DELETE FROM tickets WHERE id = 10",
        "n° 10 : une ligne et son intervention ne vont pas ensemble.",
        id="an intervention of no ticket",
    ),
    pytest.param(
        Check.SITTING,
        "UPDATE sittings SET ended_at = '2026-11-20 08:50:00.000000' WHERE intervention_id = 2",
        "n° 2 : la séance commencée le ven. 20/11 à 10h00 n’a pas de fin, ou une fin qui ne peut pas être.",
        id="a sitting that ended before it began",
    ),
    pytest.param(
        Check.SITTING,
        "UPDATE sittings SET ended_at = '2026-11-21 09:00:01.000000' WHERE intervention_id = 2",
        "n° 2 : la séance commencée le ven. 20/11 à 10h00 n’a pas de fin, ou une fin qui ne peut pas être.",
        id="a sitting of more than a day",
    ),
    pytest.param(
        Check.SITTING,
        "UPDATE sittings SET ended_at = NULL WHERE intervention_id = 2",
        "n° 2 : la séance commencée le ven. 20/11 à 10h00 n’a pas de fin, ou une fin qui ne peut pas être.",
        id="a sitting that still runs on a closed ticket",
    ),
    pytest.param(
        Check.SITTINGS,
        "UPDATE sittings SET started_at = '2026-11-02 08:04:59.000000', ended_at = '2026-11-02 "
        "08:15:00.000000' WHERE id = 2",
        "n° 1 : la séance commencée le lun. 2/11 à 9h04 recouvre celle d’avant.",
        id="two sittings at once",
    ),
    pytest.param(
        Check.CLIENT,
        "UPDATE tickets SET client_id = 1 WHERE id = 3",
        "n° 3 : l’intervention n’est pas au client du ticket.",
        id="an intervention that did not follow its ticket",
    ),
    pytest.param(
        Check.OUTCOME,
        "UPDATE tickets SET outcome = 'failed' WHERE id = 3",
        "n° 3 : le ticket et son intervention n’ont pas fini de la même façon.",
        id="a ticket that ended otherwise",
    ),
    pytest.param(
        Check.OUTCOME,
        "UPDATE interventions SET outcome = NULL WHERE id = 1; UPDATE tickets SET outcome = 'duplicate' WHERE id = 1",
        "n° 1 : le ticket et son intervention n’ont pas fini de la même façon.",
        id="a ticket that was shut while its intervention counts",
    ),
    pytest.param(
        Check.COVER,
        "UPDATE ledger SET period_id = NULL WHERE ticket_id = 3",
        "n° 3 : le travail a commencé le 20/11/2026, à compter sur la période du 01/03/2026 ; compté hors "
        "de toute période (C13).",
        id="a line outside the period of the work",
    ),
    pytest.param(
        Check.COVER,
        "DELETE FROM ledger WHERE ticket_id = 4",
        "n° 4 : le travail a commencé le 28/02/2024, à compter hors de toute période ; compté nulle part (C13).",
        id="a closing that left no line",
    ),
    pytest.param(
        Check.COVER,
        "UPDATE sittings SET started_at = '2027-03-01 09:00:00.000000', ended_at = '2027-03-01 "
        "09:22:00.000000' WHERE intervention_id = 3",
        "n° 3 : le travail a commencé le 01/03/2027, à compter sur la période du 01/03/2027 ; compté sur la"
        " période du 01/03/2026 (C13).",
        id="work of a period that nobody opened",
    ),
    pytest.param(
        Check.SUM,
        "UPDATE ledger SET units = 5 WHERE ticket_id = 5",
        "n° 5 : compté 4, mais ses lignes font 5.",
        id="a line that was rewritten",
    ),
    pytest.param(
        Check.SUM,
        "INSERT INTO ledger (client_id, period_id, intervention_id, ticket_id, units, decision, rule, "
        "author, at) VALUES (1, 1, 9, 10, 1, 'counted', 'C7', 'nobody', '2026-11-23 09:00:00.000000')",
        "n° 10 : compté 0, mais ses lignes font 1.",
        id="a line of an intervention that is not closed",
    ),
    pytest.param(
        Check.ELSEWHERE,
        "DELETE FROM ledger WHERE ticket_id = 8 AND units < 0",
        "n° 8 : ses lignes laissent aussi 2 sur la période du 01/03/2026, ailleurs que sur son compte.",
        id="units that were never given back",
    ),
    pytest.param(
        Check.UNITS,
        "UPDATE interventions SET units = 5 WHERE id = 5; UPDATE ledger SET units = 5 WHERE ticket_id = 5",
        "n° 5 : compté 5, mais ses séances font 4 (C7). Si le dossier a changé depuis : /rouvrir 5, puis /clore 5.",
        id="more units than the sittings",
    ),
    pytest.param(
        Check.DECISION,
        "UPDATE interventions SET rule = 'C8' WHERE id = 5",
        "n° 5 : décidé « counted » (C8), mais les règles disent « counted ». Si le dossier a changé depuis "
        ": /rouvrir 5, puis /clore 5.",
        id="a rule that is not the decision's",
    ),
    pytest.param(
        Check.DECISION,
        "UPDATE interventions SET decision = 'failed', rule = 'C8' WHERE id = 3",
        "n° 3 : décidé « failed » (C8), mais les règles disent « individual_contract ». Si le dossier a "
        "changé depuis : /rouvrir 3, puis /clore 3.",
        id="a decision that does not follow",
    ),
    pytest.param(
        Check.GUARANTEE,
        "UPDATE sittings SET ended_at = '2026-10-19 09:05:00.000000', started_at = '2026-10-19 "
        "09:00:00.000000' WHERE intervention_id = 1 AND id = 2; UPDATE sittings SET ended_at = '2026-10-18 "
        "09:05:00.000000', started_at = '2026-10-18 09:00:00.000000' WHERE intervention_id = 1 AND id = 1",
        "n° 2 : la garantie du n° 1 ne courait pas ce jour-là (C9). Si le dossier a changé depuis : "
        "/rouvrir 2, puis /clore 2.",
        id="a guarantee that had ended the day before",
    ),
    pytest.param(
        Check.GUARANTEE,
        "DELETE FROM sittings WHERE intervention_id = 1; UPDATE interventions SET units = 0, decision = "
        "'failed', rule = 'C8', outcome = 'failed' WHERE id = 1; UPDATE tickets SET outcome = 'failed' "
        "WHERE id = 1; UPDATE ledger SET units = 0 WHERE ticket_id = 1",
        "n° 2 : la garantie du n° 1 ne courait pas ce jour-là (C9). Si le dossier a changé depuis : "
        "/rouvrir 2, puis /clore 2.",
        id="a guarantee of nothing done",
    ),
]


@pytest.mark.parametrize(("check", "statements", "lines"), TAMPERINGS)
async def test_what_was_tampered_with_is_found(
    books: Shop, tmp_path: Path, check: Check, statements: str, lines: str
) -> None:
    tamper(tmp_path / "shop.db", statements)
    assert await said(books) == lines.split("\n")
    assert check in {found.check for found in (await proved(books)).problems}


async def test_a_balance_that_an_index_shows_wrongly_is_found(books: Shop, tmp_path: Path) -> None:
    """The balance is added up along an index; a line that the index has lost is in the ledger, and not in the sum."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT * FROM sqlite_master WHERE name = 'ix_ledger_period_id'").fetchone()
        connection.executescript(
            "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'ix_ledger_period_id'"
        )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO ledger (client_id, period_id, intervention_id, ticket_id, units, decision, rule, author, at) "
            "VALUES (1, 1, 1, 1, 3, 'correction', 'C7', 'nobody', '2026-11-23 09:00:00.000000')"
        )
        connection.commit()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        connection.execute("PRAGMA schema_version = 99")  # who has the file open reads the schema again
        connection.commit()
    assert await said(books) == [
        "Cabinet des Tilleuls, période du 01/03/2026 : 5 affichées, mais les lignes font 8.",
        "n° 1 : compté 2, mais ses lignes font 5.",
    ]


def test_every_check_is_seen_to_fail_once() -> None:
    assert {case.values[0] for case in TAMPERINGS} | {Check.BALANCE} == set(Check) == set(texts.SENTENCES)
