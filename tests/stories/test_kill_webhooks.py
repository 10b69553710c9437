"""Killed in a storm of webhooks: what was acknowledged is stored once, one ticket, on the desk at least once (F1)."""

from collections import Counter
from pathlib import Path

import pytest

from tests.stories.storm import Storm

NAIVE = Path(__file__).with_name("naive_webhooks.py")
MOST_STORMS = 10


@pytest.mark.parametrize(
    ("messages", "kills"),
    [
        pytest.param(200, 10, id="200 webhooks, 10 kills"),
        pytest.param(4000, 200, id="4000 webhooks, 200 kills", marks=pytest.mark.prove),
    ],
)
async def test_nothing_acknowledged_is_lost_or_doubled_by_kills(office_at, dice, tell, messages, kills):
    async with office_at(LOG_LEVEL="WARNING") as office:
        storm = Storm(office, dice, messages=messages, kills=kills)
        await storm.rage()
        await office.close()
        await office.open_outside()  # its start finds at Twilio what was never acknowledged
        await office.until(lambda: _knows(office, messages), seconds=120)
        await office.settles(seconds=120 + messages / 5)

        stored = office.rows("SELECT provider_id, ticket_id FROM messages WHERE direction = 'in'")
        lost = storm.sids - {sid for sid, _ in stored}
        tickets = {number for (number,) in office.rows("SELECT id FROM tickets")}
        cards = Counter(int(text.split()[1]) for text in office.desk() if text.startswith("n° ") and "à jour" in text)
        twice = sum(cards.values()) - len(cards)
        tell(f"{storm.kills} kills, {messages} messages, {storm.redeliveries} redeliveries")
        tell(f"{len(storm.acknowledged)} acknowledged, {len(storm.unacknowledged)} found at Twilio")
        tell(f"{len(lost)} lost, {len(stored) - messages} doubled, {twice} cards shown again")

        assert lost == set()
        assert sorted(sid for sid, _ in stored) == sorted(storm.sids), "each message once"
        assert sorted(number for _, number in stored) == sorted(tickets), "each on a ticket of its own"
        assert set(cards) == tickets, "each ticket is on the desk"
        assert twice <= storm.kills, "a kill shows at most the one card again that was on its way"
        assert storm.redeliveries > 0
        assert office.rows("PRAGMA integrity_check") == [("ok",)]


async def _knows(office, messages):
    return office.rows("SELECT count(*) FROM inbox WHERE source = 'twilio:message'") == [(messages,)]


async def test_whoever_answers_before_storing_loses_and_doubles(office_at, dice, tell):
    """The naive way, as proof that the storm is one; where little is served between two kills, it takes another one."""
    lost, doubled = set(), 0
    async with office_at() as office:
        for _ in range(MOST_STORMS):
            storm = Storm(office, dice, messages=100, kills=5, script=NAIVE)
            await storm.rage()
            office.kill()
            stored = Counter(sid for (sid,) in office.rows("SELECT sid FROM naive_tickets"))
            lost |= storm.acknowledged - set(stored)
            doubled = sum(stored.values()) - len(stored)
            if lost and doubled:
                break
    tell(f"{len(lost)} lost, {doubled} doubled")
    assert lost
    assert doubled
