"""A thousand deliveries of a hundred messages, all at once: a hundred messages (F5)."""

import asyncio

import pytest

FIRST_SENDER = 3000
AT_ONCE = 64


@pytest.mark.parametrize(
    ("messages", "deliveries"),
    [
        pytest.param(100, 10, id="1000 deliveries of 100"),
        pytest.param(4000, 10, id="40000 deliveries of 4000", marks=pytest.mark.prove),
    ],
)
async def test_each_message_is_stored_once_however_often_it_comes(office_at, dice, tell, messages, deliveries):
    async with office_at(LOG_LEVEL="WARNING") as office:
        await office.open_outside()
        sids = [await _lost(office, FIRST_SENDER + nth) for nth in range(messages)]
        queue = [sid for sid in sids for _ in range(deliveries)]
        dice.shuffle(queue)
        gate = asyncio.Semaphore(AT_ONCE)

        async def deliver(sid):
            async with gate:
                (delivery,) = await office.twilio.redeliver(sid)
                return delivery.status

        statuses = await asyncio.gather(*(deliver(sid) for sid in queue))
        await office.takes_in(seconds=120 + messages / 5)

        stored = office.rows("SELECT provider_id FROM messages WHERE direction = 'in'")
        (tickets,) = office.rows("SELECT count(*) FROM tickets")[0]
        tell(f"{len(statuses)} deliveries of {messages} messages: {len(stored)} messages, {tickets} tickets")
        assert set(statuses) == {200}
        assert sorted(sid for (sid,) in stored) == sorted(sids)
        assert tickets == messages


async def _lost(office, sender):
    return (await office.twilio.text(f"+3363998{sender}", "Excel ne s'ouvre plus", deliver=False)).sid
