"""Reminders over simulated months with outages: none missed, none early, none twice (C17, F30); and jumps (F33)."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.stories.conftest import SEED
from tests.stories.month import Month, compare, compare_alone, live
from tests.stories.oracle import PARIS, Calendar, Call, Plan, plan_month

PROVED_MONTHS = 400
PROVED_JUMPS = 10_000
JUMP = timedelta(hours=6)


async def test_months_of_reminders_are_as_the_contract_says(tmp_path, tell):
    counted = Counter()
    for nth in range(4):
        folder = tmp_path / str(nth)
        folder.mkdir()
        counted += await compare(folder, f"{SEED}-{nth}")
    tell(f"seeds {SEED}-0 to 3: {dict(counted)}")
    assert min(counted[name] for name in ("50", "75", "90", "breach", "daily", "digests", "outages")) > 0


@pytest.mark.prove
def test_years_of_reminders_are_as_the_contract_says(tell):
    seeds = [f"{SEED}-{nth}" for nth in range(PROVED_MONTHS)]
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as processes:
        counted = sum(processes.map(compare_alone, seeds, chunksize=10), Counter())
    tell(f"{PROVED_MONTHS} months, seeds {seeds[0]} to {PROVED_MONTHS - 1}: {dict(counted)}, all as expected")


async def test_timers_in_memory_would_miss_some_of_them():
    """The naive way, as proof that the outages of these months matter: who is down then, never tells."""
    plans = [plan_month(Random(f"{SEED}-{nth}")) for nth in range(4)]
    asleep = [plan for plan in plans if any(plan.is_down(at) for at in _due(plan))]
    assert asleep


def _due(plan: Plan) -> Iterator[datetime]:
    return (plan.calendar.after(call.received_at, hours) for call in plan.calls for hours in (24, 36, 43.2, 48))


async def test_what_a_higher_reminder_made_superfluous_is_not_told_later(tmp_path):
    """Down from Friday 11:00 to 18:33: the nine tenths of 18:30 are told then, the three quarters of 11:18 no more."""
    calendar = Calendar(date(2026, 6, 1))
    received_at = _paris(1, 17, 18)
    ticks = [_paris(4, 12), _paris(5, 18, 35), _paris(8, 8), _paris(8, 9)]
    plan = Plan(calendar, [Call(received_at, received_at, None)], [(_paris(5, 11), _paris(5, 18, 33))], ticks)
    month = Month(tmp_path, received_at)
    await month.open()
    told = await live(month, plan)
    await month.close()
    assert told.reminders == plan.expected() == [(1, ticks[0], "50"), (1, ticks[1], "90")]


@pytest.mark.parametrize("jumps", [150, pytest.param(PROVED_JUMPS, marks=pytest.mark.prove)])
async def test_a_clock_that_jumps_makes_nothing_told_twice_or_not_at_all(tmp_path, dice, tell, jumps):
    done = reminders = 0
    while done < jumps:
        folder = tmp_path / str(done)
        folder.mkdir()
        jumped, told = await _live_with_jumps(folder, dice)
        done += jumped
        reminders += told
    tell(f"{done} jumps of up to 6 hours, {reminders} reminders")


async def _live_with_jumps(folder: Path, dice: Random) -> tuple[int, int]:
    """Four weeks in which the clock is now right, now wrong; three clients whom nobody calls back."""
    monday, numbers = _paris(1, 8), (1, 2, 3)
    month = Month(folder, monday)
    await month.open()
    for number in numbers:
        await month.take_in(number, monday)
    jumps, offset = 0, timedelta(0)
    for half_hours in range(2 * 24 * 28):
        if dice.random() < 0.1:
            offset = timedelta(0) if dice.random() < 0.3 else dice.uniform(-1, 1) * JUMP
            jumps += 1
        month.clock.move_to(monday + timedelta(minutes=30 * half_hours) + offset)
        await month.tick()
    month.clock.move_to(monday + timedelta(days=28))
    await month.tick()
    told = await month.told(numbers)
    states = [await month.states(number) for number in numbers]
    await month.close()

    open_days = [on for on in Calendar(date(2026, 6, 1)).open_days if on <= date(2026, 6, 29)]
    for number, its_states in zip(numbers, states, strict=True):
        names = [name for its, _, name in told.reminders if its == number]
        (breach_at,) = (at for its, at, name in told.reminders if (its, name) == (number, "breach"))
        # a clock that skips Friday's afternoon tells the breach on Monday: it is that morning's reminder
        mornings = [f"daily:{on}" for on in open_days if on > breach_at.astimezone(PARIS).date()]
        assert len(names) == len(set(names)), "none twice"
        assert [name for name in names if name.startswith("daily")] == mornings, "each morning once"
        settled = {name: state for name, state in its_states if state != "pending"}
        assert set(settled) == {"50", "75", "90", "breach", *mornings}, "none left behind"
        assert settled["breach"] == "sent"
    return jumps, len(told.reminders)


def _paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=PARIS).astimezone(UTC)
