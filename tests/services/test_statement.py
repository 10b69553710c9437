"""A client's statement: what it lists, what it comes to, and that this is the ledger's own sum (C6-C13)."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.clients import ClientKind
from bot.domain.contracts import Ending, Term, TermChange
from bot.domain.desk import Verb
from bot.domain.interventions import LedgerLine
from bot.domain.tickets import Event, Outcome, Recontact, TicketState
from bot.errors import PaperError
from bot.rules.quota import Balance
from bot.services.accounting import settle
from bot.services.desk import Desk
from bot.services.statement import period_meant, stated_periods, statement_view
from bot.texts.letterhead import Letterhead
from bot.texts.statement import Promise, StatedCorrection, StatedWork
from tests.factories import HELENE, MONDAY, paris
from tests.services.traced import HOUR, trace

PRACTICE, ALONE = 1, 2
HEAD = Letterhead("Atelier")


async def statement(shop, client_id=PRACTICE, words="", day=None):
    """The statement as it stands at the shop's clock."""
    now = shop.clock.now()

    async def work(uow):
        periods = await stated_periods(uow, client_id, now.astimezone(shop.context.policy.zone).date())
        stated = period_meant(periods, words, day=day)
        client = await uow.directory.client(client_id)
        return await statement_view(uow, client, stated, letterhead=HEAD, policy=shop.context.policy, now=now)

    return await shop.read(work)


async def periods(shop, client_id=PRACTICE):
    """(nth, first day, last day) of each."""
    today = shop.clock.now().date()
    found = await shop.read(lambda uow: stated_periods(uow, client_id, today))
    return [(each.nth, each.starts_on, each.ends_on) for each in found]


async def test_an_intervention_stands_with_all_that_was_traced(shop):
    number = await trace(shop, ("2026-11-20 14:10", "2026-11-20 14:32"))
    view = await statement(shop)
    assert view.works == (
        StatedWork(
            ticket=number,
            on=date(2026, 11, 20),
            doctor="Dr Hélène Vasseur",
            reason="MediStory ne se lance plus",
            started_at=paris("2026-11-20 14:10"),
            ended_at=paris("2026-11-20 14:32"),
            sittings=1,
            worked=timedelta(minutes=22),
            remote=True,
            units=2,
            decision="counted",
            why="",
            guarantee_of=None,
            promise=Promise(
                paris("2026-11-20 12:10"), paris("2026-11-21 12:10"), paris("2026-11-20 13:10"), Recontact.REPLY, True
            ),
        ),
    )
    assert (view.client.name, view.nth, view.starts_on, view.ends_on) == (
        "Cabinet des Tilleuls",
        1,
        date(2026, 3, 1),
        date(2027, 2, 28),
    )
    assert (view.balance, view.total, view.is_over, view.lost) == (Balance(12, 2), 2, False, 0)


async def test_a_call_that_was_taken_is_told_apart_from_an_answer(shop):
    number = await trace(shop, ("2026-11-20 14:10", "2026-11-20 14:32"))
    began = {"at": paris("2026-11-20 13:10").isoformat()}
    await shop.write(lambda uow: uow.tickets.add_event(Event(number, MONDAY, "call taken", "technician:1", began)))
    (work,) = (await statement(shop)).works
    assert (work.promise.recontacted_at, work.promise.by) == (paris("2026-11-20 13:10"), Recontact.CALL)


async def test_several_sittings_are_one_line_from_the_first_start_to_the_last_end(shop):
    await trace(shop, ("2026-11-18 09:00", "2026-11-18 09:05"), ("2026-11-19 10:00", "2026-11-19 10:05"), remote=None)
    (work,) = (await statement(shop)).works
    assert (work.started_at, work.ended_at) == (paris("2026-11-18 09:00"), paris("2026-11-19 10:05"))
    assert (work.sittings, work.worked, work.units, work.remote) == (2, timedelta(minutes=10), 1, None)


async def test_work_stands_on_the_period_its_first_sitting_began_in(shop):
    shop.clock.advance(timedelta(days=365))
    await trace(shop, ("2027-02-28 23:50", "2027-03-01 00:10"))
    await trace(shop, ("2027-03-01 00:10", "2027-03-01 00:20"))
    assert [work.ticket for work in (await statement(shop, words="1")).works] == [1]
    assert [work.ticket for work in (await statement(shop, words="2")).works] == [2]


async def test_the_total_is_the_ledgers_whatever_was_decided_and_corrected(shop):
    await trace(shop, ("2026-11-02 09:00", "2026-11-02 09:22"))
    await trace(shop, ("2026-11-03 09:00", "2026-11-03 09:22"), outcome=Outcome.FAILED)
    await trace(shop, ("2026-11-04 09:00", "2026-11-04 10:00"), guarantee_of=1, why="même message")
    await shop.orders(Verb.REOPEN, 1)
    view = await statement(shop)
    assert [(work.ticket, work.units, work.decision, work.guarantee_of, work.is_open) for work in view.works] == [
        (1, 2, "counted", None, True),
        (2, 0, "failed", None, False),
        (3, 0, "under_guarantee", 1, False),
    ]
    assert view.total == await shop.read(lambda uow: uow.contracts.used(1)) == 2


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_totals_of_all_statements_are_the_whole_ledger(shop, seed):
    """Work of three years in any order, of every outcome, with corrections."""
    dice = random.Random(seed)
    shop.clock.advance(timedelta(days=800))
    for _ in range(12):
        on = date(2026, 3, 1) + timedelta(days=dice.randrange(1000))
        minute = dice.randrange(60)
        outcome = dice.choice([Outcome.RESOLVED, Outcome.RESOLVED, Outcome.FAILED, Outcome.VENDOR_FAULT])
        number = await trace(shop, (f"{on} 09:00", f"{on} 10:{minute:02}"), outcome=outcome)
        lines = await shop.read(lambda uow: uow.contracts.lines_of(PRACTICE))
        delta = replace(lines[-1], units=dice.choice([-1, 0, 1]), decision="correction", ticket_id=number)
        await shop.write(lambda uow, delta=delta: uow.contracts.add_line(delta))
    totals = [(await statement(shop, words=str(nth))).total for nth, _, _ in await periods(shop)]
    assert len(totals) == 3
    assert sum(totals) == sum(units for _, _, units, _ in await shop.ledger())


async def test_a_correction_is_said_and_is_in_the_total(shop):
    number = await trace(shop, ("2026-11-02 09:00", "2026-11-02 09:22"))
    line = LedgerLine(PRACTICE, 1, number, 1, -1, "correction", "C7", "technician:1", MONDAY, reason="durée corrigée")
    await shop.write(lambda uow: uow.contracts.add_line(line))
    view = await statement(shop)
    assert view.works[0].units == view.total == 1
    assert view.corrections == (StatedCorrection(number, MONDAY, -1, "durée corrigée"),)


async def test_what_went_to_another_client_leaves_its_lines_and_not_its_words(shop):
    """A doctor's name and reason are no business of the practice that it was first attached to (C30)."""
    await trace(shop, ("2026-11-02 09:00", "2026-11-02 09:22"))
    await shop.orders(Verb.ATTACH, 1, "=2")
    view = await statement(shop)
    assert view.works == ()
    assert [(each.units, each.is_apart) for each in view.corrections] == [(2, True), (-2, True)]
    assert view.total == 0
    assert [work.units for work in (await statement(shop, ALONE)).works] == [0]


async def test_lines_that_do_not_add_up_are_never_given_to_anybody(shop):
    await trace(shop, ("2026-11-02 09:00", "2026-11-02 09:22"))
    foreign = LedgerLine(ALONE, 1, 1, 1, 5, "counted", "C7", "technician:1", MONDAY)
    await shop.write(lambda uow: uow.contracts.add_line(foreign))
    with pytest.raises(PaperError, match="the lines come to 2 and the ledger of period 1 to 7"):
        await statement(shop)


async def test_an_individual_is_shown_no_quota(shop):
    await trace(shop, ("2026-11-02 09:00", "2026-11-02 09:22"), client=ALONE)
    view = await statement(shop, ALONE)
    assert (view.balance, view.total, [work.decision for work in view.works]) == (None, 0, ["individual_contract"])


async def test_units_left_at_the_end_are_lost_and_an_overrun_is_said(shop):
    shop.clock.advance(timedelta(days=200))
    await trace(shop, ("2026-11-02 09:00", "2026-11-02 11:00"))
    assert (await statement(shop, words="1")).lost == 4
    await trace(shop, ("2026-11-03 09:00", "2026-11-03 11:00"))
    view = await statement(shop, words="1")
    assert (view.lost, view.balance, view.balance.beyond) == (0, Balance(12, 16), 4)


async def test_the_package_is_the_one_agreed_since(shop):
    change = TermChange(1, Term.ALLOWANCE, "20", date(2026, 6, 1), "technician:1", MONDAY)
    await shop.write(lambda uow: uow.contracts.add_term(change))
    assert (await statement(shop)).balance == Balance(20, 0)


@pytest.mark.parametrize(
    ("recontacted", "kept"),
    [
        pytest.param(24 * HOUR, True, id="at the very instant"),
        pytest.param(24 * HOUR + timedelta(seconds=1), False, id="a second late"),
        pytest.param(None, False, id="never, and closed after the deadline"),
    ],
)
async def test_each_deadline_is_kept_or_missed(shop, recontacted, kept):
    await trace(shop, ("2026-11-16 14:10", "2026-11-16 14:32"), recontacted=recontacted)
    assert (await statement(shop)).works[0].promise.kept is kept


async def test_a_deadline_that_still_runs_is_undecided(shop):
    number = await trace(shop, ("2026-11-23 09:00", "2026-11-23 09:22"), recontacted=None)
    ticket = replace(await shop.ticket(number), state=TicketState.OPEN, outcome=None, closed_at=None)
    await shop.write(lambda uow: uow.tickets.save(ticket))
    assert (await statement(shop)).works[0].promise.kept is None


async def test_work_outside_any_period_stands_apart_on_the_statement_before_it(shop):
    """C13: between two contracts, before the first one and after the last."""

    async def end(uow):
        await uow.contracts.end_contract(1, ends_on=date(2026, 6, 30), ending=Ending.TERMINATION)
        await uow.contracts.add_contract(
            PRACTICE, starts_on=date(2026, 10, 1), allowance_units=12, ends_on=None, now=MONDAY
        )

    await shop.write(end)
    for day in ("2026-02-10", "2026-06-30", "2026-07-01", "2026-10-01"):
        await trace(shop, (f"{day} 09:00", f"{day} 09:10"))
    assert await periods(shop) == [
        (1, date(2026, 3, 1), date(2026, 6, 30)),
        (2, date(2026, 10, 1), date(2027, 9, 30)),
    ]
    first, second = await statement(shop, words="1"), await statement(shop, words="2")
    assert [work.ticket for work in first.works] == [2]
    assert [(work.ticket, work.units) for work in first.elsewhere] == [(1, 0), (3, 0)]
    assert ([work.ticket for work in second.works], second.elsewhere) == ([4], ())


async def test_a_contract_that_another_one_follows_ends_before_it(shop):
    await shop.write(
        lambda uow: uow.contracts.add_contract(
            PRACTICE, starts_on=date(2026, 9, 1), allowance_units=20, ends_on=None, now=MONDAY
        )
    )
    assert await periods(shop) == [
        (1, date(2026, 3, 1), date(2026, 8, 31)),
        (2, date(2026, 9, 1), date(2027, 8, 31)),
    ]
    assert (await statement(shop)).balance == Balance(20, 0)


async def test_a_ticket_closed_without_a_sitting_stands_on_its_own_day(shop):
    await shop.receives(HELENE)
    await shop.presses(Verb.OUTCOME, 1, Outcome.COMMERCIAL)
    ticket = await shop.ticket()

    async def settle_without_work(uow):
        intervention = await uow.interventions.of_ticket(1) or await uow.interventions.open(
            1, client_id=PRACTICE, now=MONDAY
        )
        await settle(Desk(uow, shop.context, MONDAY), ticket, intervention, Outcome.COMMERCIAL, author="technician:1")

    await shop.write(settle_without_work)
    (work,) = (await statement(shop)).works
    assert (work.on, work.started_at, work.ended_at, work.sittings) == (date(2026, 11, 23), None, None, 0)
    assert (work.doctor, work.reason, work.units) == ("", ticket.subject, 0)


async def test_without_a_contract_there_is_no_period(shop):
    client = await shop.write(
        lambda uow: uow.directory.add_client("Dr Sans Contrat", kind=ClientKind.GROUP_PRACTICE, now=MONDAY)
    )
    assert await periods(shop, client.id) == []
    assert period_meant([], "", day=None) is None


@pytest.mark.parametrize(
    ("words", "day", "nth"),
    [
        pytest.param("", None, 2, id="the last one without words"),
        pytest.param("1", None, 1, id="by number"),
        pytest.param("3", None, None, id="a number there is not"),
        pytest.param("01/03/2027", date(2027, 3, 1), 2, id="by its first day"),
        pytest.param("28/02/2027", date(2027, 2, 28), 1, id="by its last day"),
        pytest.param("01/03/2020", date(2020, 3, 1), None, id="a day before them all"),
        pytest.param("hier soir", None, None, id="anything else"),
    ],
)
async def test_a_period_is_meant_by_its_number_or_by_a_day(shop, words, day, nth):
    found = await shop.read(lambda uow: stated_periods(uow, PRACTICE, date(2027, 3, 1)))
    meant = period_meant(found, words, day=day)
    assert (meant.nth if meant else None) == nth
