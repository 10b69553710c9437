"""The report of a month beside the same figures gathered ticket by ticket, in one run.

    python -m bench.report [--json] [--tickets 20000] [--clients 200] [--rounds 5]

Each ticket of the thirteen months was recontacted, worked on in one sitting and counted. What is timed is
`services.report.report_view`, as /rapport asks for it, on the program's own store; then the naive way: each ticket read
with its intervention and its lines of the ledger, and the same rules over them. Both must come to the same figures.
Aim: at least 10 × as fast, and the report within a second at 20,000 tickets.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import load_settings
from bot.ports import UnitOfWork
from bot.rules.figures import Handled, kept, median_business, months_back, waited
from bot.services.context import Context
from bot.services.report import report_view
from bot.texts.report import MonthFigures

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MONTH = date(2026, 11, 1)
AIM = 10
AIM_SECONDS = 1.0

ROWS = """
CREATE TEMP TABLE numbers AS
WITH RECURSIVE each (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < :tickets)
SELECT n, strftime(:form, '2025-11-01', (n * 386.0 / :tickets) || ' days', '9 hours') AS at FROM each;
INSERT INTO clients (id, name, folded_name, kind, created_at)
    SELECT n, 'Cabinet ' || n, 'cabinet ' || n, 'group_practice', at FROM numbers WHERE n <= :clients;
INSERT INTO contracts (id, client_id, starts_on, allowance_units, created_at)
    SELECT n, n, '2025-03-01', 12, at FROM numbers WHERE n <= :clients;
INSERT INTO periods (id, contract_id, nth, starts_on, ends_on, allowance_units)
    SELECT n, n, 2, '2026-03-01', '2027-02-28', 12 FROM numbers WHERE n <= :clients;
INSERT INTO technicians (id, telegram_user_id, name, is_admin) VALUES (1, 7001, 'Claire', 1);
INSERT INTO tickets (id, subject, state, priority, channel, client_id, outcome, opened_at, last_activity_at,
                     recontact_due_at, recontacted_at, recontacted_by, closed_at)
    SELECT n, 'Bonjour', 'closed', iif(n % 9, 'normal', 'urgent'), 'sms', 1 + n % :clients, 'resolved', at, at,
           strftime(:form, at, '6 days'), strftime(:form, at, (n % 200) || ' hours'), 'reply', at FROM numbers;
INSERT INTO interventions (id, ticket_id, client_id, outcome, decision, rule, units, created_at)
    SELECT n, n, 1 + n % :clients, 'resolved', 'counted', 'C7', 2, at FROM numbers;
INSERT INTO sittings (intervention_id, technician_id, started_at, ended_at, remote)
    SELECT n, 1, at, strftime(:form, at, '20 minutes'), 1 FROM numbers;
INSERT INTO ledger (client_id, period_id, intervention_id, ticket_id, units, decision, rule, author, at)
    SELECT 1 + n % :clients, 1 + n % :clients, n, n, 2, 'counted', 'C7', 'technician:1', at FROM numbers;
"""


def fill(database: Path, *, tickets: int, clients: int) -> None:
    """Write the rows straight into the migrated file, while nobody has it open."""
    values = {"tickets": tickets, "clients": clients, "form": "%Y-%m-%d %H:%M:%f000"}
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for statement in ROWS.split(";\n"):
        connection.execute(statement, values)
    connection.execute("COMMIT")
    connection.close()


async def report(context: Context) -> tuple[MonthFigures, ...]:
    view = await context.store.read(lambda uow: report_view(uow, MONTH, policy=context.policy, now=NOW))
    return view.months


async def naive(context: Context) -> tuple[MonthFigures, ...]:
    """A ticket after the other, with what belongs to it."""
    zone = context.policy.zone
    requests: dict[date, list[Handled]] = defaultdict(list)
    units: Counter[date] = Counter()

    async def work(uow: UnitOfWork) -> None:
        async for ticket in uow.tickets.stream():
            handled = Handled(
                ticket.opened_at, ticket.recontact_due_at, ticket.recontacted_at, ticket.closed_at, ticket.is_urgent
            )
            requests[ticket.opened_at.astimezone(zone).date().replace(day=1)].append(handled)
            intervention = await uow.interventions.of_ticket(ticket.number)
            if intervention is not None and intervention.sittings:
                counted = await uow.contracts.counted_for(intervention.id)
                began_on = intervention.sittings[0].started_at.astimezone(zone).date()
                units[began_on.replace(day=1)] += sum(counted.values())

    await context.store.read(work)
    return tuple(_figures(month, requests[month], units[month], context) for month in months_back(MONTH))


def _figures(month: date, requests: list[Handled], units: int, context: Context) -> MonthFigures:
    good, decided = kept(requests, now=NOW)
    times = [each for request in requests if (each := waited(request, hours=context.policy.hours)) is not None]
    urgent = sum(request.is_urgent for request in requests)
    return MonthFigures(month, len(requests), urgent, good, decided, median_business(times), units)


async def timed(
    way: Callable[[Context], Awaitable[tuple[MonthFigures, ...]]], context: Context
) -> tuple[float, tuple[MonthFigures, ...]]:
    began = time.perf_counter()
    figures = await way(context)
    return time.perf_counter() - began, figures


async def compare(*, tickets: int, clients: int, rounds: int) -> tuple[float, float]:
    """Seconds of the report, the median of rounds before and after; and of the naive way, once: it takes its time."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "report.db"
        settings = load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)
        async with open_for_writing(settings):
            pass
        fill(database, tickets=tickets, clients=clients)
        async with open_for_writing(settings, clock=StoppedClock(NOW)) as opened:
            before = [await timed(report, opened.context) for _ in range(rounds)]
            theirs, expected = await timed(naive, opened.context)
            after = [await timed(report, opened.context) for _ in range(rounds)]
    if any(figures != expected for _, figures in before + after):
        raise RuntimeError("the two ways come to different figures")
    return statistics.median(seconds for seconds, _ in before + after), theirs


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    ours, theirs = asyncio.run(compare(tickets=given.tickets, clients=given.clients, rounds=given.rounds))
    ratio = theirs / ours
    result = {"ratio": round(ratio, 1), "report_seconds": round(ours, 2), "naive_seconds": round(theirs, 2)}
    if given.json:
        print(json.dumps({"tickets": given.tickets, "aim": AIM, "aim_seconds": AIM_SECONDS, **result}))
        return
    print(f"the report of {given.tickets} tickets of {given.clients} clients, {2 * given.rounds} rounds")
    print(f"one statement a question  {ours:6.2f} s  (aim: {AIM_SECONDS:.0f} s at 20,000)")
    print(f"ticket by ticket          {theirs:6.2f} s")
    print(f"ratio                     {ratio:6.1f} ×  (aim: ≥ {AIM})")


if __name__ == "__main__":
    main()
