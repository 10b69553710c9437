"""Any sequence of contracts, work and corrections leaves the balances that the contract says (C7-C13, C19-C24)."""

import asyncio
import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from bot.domain.tickets import Outcome
from tests.conftest import SEED
from tests.stories.contract_machine import FIRST_DAYS, run_machine, stretches
from tests.stories.contract_office import ContractOffice

PROVED_STEPS = 100_000
BATCH = 2_000


def test_the_books_are_those_of_a_plain_model(tell):
    counted = run_machine(f"{SEED} default", steps=BATCH)
    tell(f"seed {SEED}: {counted.total()} steps, {dict(counted.most_common())}, no difference")
    assert min(counted.values()) > 0


@pytest.mark.prove
def test_the_books_are_those_of_a_plain_model_over_a_hundred_thousand_steps(tell):
    seeds = [f"{SEED} {nth}" for nth in range(PROVED_STEPS // BATCH)]
    processes = ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn"))
    with processes:
        counted = sum(processes.map(partial(run_machine, steps=BATCH), seeds), Counter())
    tell(f"seed {SEED}: {counted.total()} steps, {dict(counted.most_common())}, no difference")
    assert counted.total() >= PROVED_STEPS


LENGTHS = st.integers(0, 14_400)
ENTRIES = st.lists(
    st.tuples(st.integers(0, 1300 * 86_400), st.lists(st.tuples(LENGTHS, LENGTHS), min_size=1, max_size=3)),
    min_size=2,
    max_size=8,
)


@pytest.mark.parametrize("examples", [40, pytest.param(1_000, marks=pytest.mark.prove)])
def test_balances_do_not_depend_on_the_order_in_which_old_work_is_entered(examples, tell):
    """The same work for two practices with the same contracts, entered in one order and in another."""
    entered = Counter()
    with asyncio.Runner() as runner:
        office = ContractOffice(runner)

        @seed(int.from_bytes(SEED.encode()))
        @settings(max_examples=examples, deadline=None, database=None)
        @given(entries=ENTRIES, dice=st.randoms(use_true_random=False), starts_on=FIRST_DAYS)
        def entered_in_any_order(entries, dice, starts_on):
            shuffled = list(entries)
            dice.shuffle(shuffled)
            assert _balances(office, entries, starts_on) == _balances(office, shuffled, starts_on)
            entered["interventions"] += 2 * len(entries)

        try:
            entered_in_any_order()
        finally:
            office.close()
    tell(f"seed {SEED}: {entered['interventions']} interventions, the same balances in both orders")
    assert entered["interventions"] >= 4 * examples


def _balances(office, entries, starts_on):
    """What is used of each period by its first day, once all of it is entered; three years of it are over."""
    now = datetime(2028, 3, 1, 12, tzinfo=UTC)
    office.clock.move_to(now)
    with office.run():
        practice = office.add_client("Cabinet", is_group=True)
        office.bring_in(practice, starts_on=starts_on, units=12, ends_on=None)
        for ago, sittings in entries:
            number = office.open_ticket(practice)
            office.write_times(number, stretches(sittings, now - timedelta(seconds=ago), now=now))
            office.close_ticket(number, Outcome.RESOLVED, under=None)
            office.clock.advance(timedelta(minutes=1))
        lines, periods = office.books()
        used = Counter()
        for line in lines:
            used[periods[line.period_id].starts_on if line.period_id else None] += line.units
        return used
