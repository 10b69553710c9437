"""A technician's update is fetched, and the process dies: it is carried out once all the same (F7)."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.stories.office import CLAIRE, MARC
from tests.stories.storm import SHORTEST_LIFE_SECONDS, first_start

NAIVE = Path(__file__).with_name("naive_poller.py")
FIRST_SENDER = 2000
MOST_ROUNDS = 10


@pytest.mark.parametrize(
    ("updates", "kills", "tickets"),
    [
        pytest.param(60, 5, 3, id="60 updates, 5 kills"),
        pytest.param(3000, 100, 30, id="3000 updates, 100 kills", marks=pytest.mark.prove),
    ],
)
async def test_each_note_is_written_once_whatever_is_killed(office_at, dice, tell, updates, kills, tickets):
    async with office_at(LOG_LEVEL="WARNING") as office:
        life_seconds = await first_start(office)
        for nth in range(tickets):
            await office.sms(f"+3363998{FIRST_SENDER + nth}", "Le Mac ne démarre plus")
        await office.settles(seconds=120)

        said = await _notes_under_kills(office, dice, life_seconds, updates=updates, kills=kills, tickets=tickets)
        await office.answers()
        await office.until(lambda: _is_confirmed(office), seconds=120)
        await office.takes_in(seconds=120 + updates / 5)

        written = Counter(body for (body,) in office.rows("SELECT body FROM messages WHERE direction = 'note'"))
        lost, twice = said - set(written), sum(written.values()) - len(written)
        tell(f"{kills} kills, {updates} updates: {len(lost)} lost, {twice} carried out twice")
        assert written == Counter(said)
        states = dict(office.rows("SELECT state, count(*) FROM inbox WHERE source = 'telegram' GROUP BY state"))
        assert states == {"handled": updates}


async def test_a_poller_that_acknowledges_before_it_stores_loses_updates(office_at, dice, tell):
    """The naive way, as proof that the kills meet something; where five meet nothing, there are more."""
    said = set()
    async with office_at() as office:
        office.start_outside(script=NAIVE)
        for nth in range(MOST_ROUNDS):
            said |= await _notes_under_kills(
                office, dice, SHORTEST_LIFE_SECONDS, updates=100, kills=5, tickets=1, first=100 * nth, script=NAIVE
            )
            await office.until(lambda: _is_confirmed(office), seconds=120)
            await asyncio.sleep(1)
            written = {body.split(" ", 2)[2] for (body,) in office.rows("SELECT body FROM naive_notes")}
            if said - written:
                break
        office.kill()
    tell(f"{len(said - written)} of {len(said)} lost")
    assert said - written


async def _notes_under_kills(office, dice, life_seconds, *, updates, kills, tickets, first=0, script=None):
    """Technicians note things down, also while nobody listens; the process is killed at random instants."""
    said: set[str] = set()

    async def say(nth):
        words = f"vu le numéro {first + nth}"
        await asyncio.sleep(dice.uniform(0, life_seconds))
        said.add(words)
        await office.says(dice.choice([CLAIRE, MARC]), f"/note {1 + nth % tickets} {words}")

    for kill in range(kills):
        polls = office.telegram.polls
        notes = [say(nth) for nth in range(updates * kill // kills, updates * (kill + 1) // kills)]
        talking = asyncio.gather(*notes)
        await office.until(lambda polls=polls: _has_polled(office, polls), seconds=120)
        await asyncio.sleep(dice.uniform(0, life_seconds))
        office.kill()
        office.start_outside(script=script)
        await talking
    return said


async def _has_polled(office, polls):
    return office.telegram.polls > polls


async def _is_confirmed(office):
    """Telegram holds nothing that the program did not acknowledge."""
    return not len(office.telegram.updates)
