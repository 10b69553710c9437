"""Flood limits, and what goes wrong on demand."""

import asyncio

import httpx
import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.sandbox.telegram import FloodLimits, TelegramStandIn
from bot.sandbox.telegram_flood import FloodGate
from bot.sandbox.telegram_rules import TelegramRefusal
from tests.sandbox.loopback import ALICE, DESK, PATIENCE, TELEGRAM_TOKEN


@pytest.mark.parametrize(
    ("limits", "is_group", "passed", "retry_after"),
    [
        pytest.param(FloodLimits(), True, 3, 1, id="a burst of three, then one a second"),
        pytest.param(FloodLimits(chat_seconds=0.0), True, 20, 60, id="20 a minute in a group"),
        pytest.param(FloodLimits(chat_seconds=0.0), False, 30, 1, id="30 a second in all"),
    ],
)
async def test_a_flood_is_stopped_where_telegram_stops_it(
    limits: FloodLimits, passed: int, retry_after: int, *, is_group: bool
) -> None:
    gate = FloodGate(limits)
    for _ in range(passed):
        gate.check(1, is_group=is_group)
        gate.count(1)
    with pytest.raises(TelegramRefusal) as refused:
        gate.check(1, is_group=is_group)
    assert (refused.value.code, refused.value.parameters) == (429, {"retry_after": retry_after})
    assert gate.refused == 1


async def test_what_waits_as_long_as_it_is_told_passes() -> None:
    gate = FloodGate(FloodLimits(chat_seconds=0.1, chat_burst=1))
    started = asyncio.get_running_loop().time()
    for _ in range(4):
        await asyncio.sleep(max(gate.wait_seconds(1, is_group=True), 0) + 0.001)
        gate.check(1, is_group=True)
        gate.count(1)
    assert asyncio.get_running_loop().time() - started >= 0.3
    assert gate.refused == 0


async def test_chats_do_not_slow_one_another_down() -> None:
    gate = FloodGate(FloodLimits(chat_burst=1))
    for chat_id in range(10):
        gate.check(chat_id, is_group=True)
        gate.count(chat_id)


async def test_the_bot_is_told_how_long_to_wait(telegram: TelegramStandIn) -> None:
    telegram.limit_flood(FloodLimits(chat_burst=1))
    await telegram.say(ALICE.id, "/start", chat_id=ALICE.id)
    taken = 1
    assert (await _send(telegram, DESK)).status_code == 200
    while (answer := await _send(telegram, DESK)).status_code == 200:
        taken += 1
        assert taken < 20, "never two within a second"  # a busy machine takes longer now and then
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert (await _send(telegram, ALICE.id)).status_code == 200
    assert (telegram.flood_refusals, len(telegram.messages())) == (1, taken)


async def test_what_is_refused_anyway_does_not_count(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.limit_flood(FloodLimits(chat_burst=1))
    for _ in range(5):
        with pytest.raises(BadRequest, match="Message text is empty"):
            await bot.send_message(DESK, " ")
    await bot.send_message(DESK, "x")


async def test_edits_count_too_and_reads_do_not(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.limit_flood(FloodLimits(chat_seconds=60, chat_burst=2))
    card = await bot.send_message(DESK, "un")
    await bot.edit_message_text("deux", DESK, card.message_id)
    for _ in range(5):
        await bot.get_chat(DESK)
    with pytest.raises(RetryAfter):
        await bot.edit_message_text("trois", DESK, card.message_id)


async def test_a_refusal_can_be_asked_for(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.fail_next(retry_after=7)
    answer = await _send(telegram, DESK)
    assert (answer.status_code, answer.json()["parameters"]) == (429, {"retry_after": 7})
    telegram.fail_next(status=502, description="Bad Gateway", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(DESK, "x")
    await bot.send_message(DESK, "x")
    assert (telegram.flood_refusals, len(telegram.messages())) == (0, 1)


async def test_a_poll_meets_only_the_faults_meant_for_it(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.fail_next()
    await bot.get_updates()
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(DESK, "x")
    telegram.fail_next(method="getUpdates")
    await bot.send_message(DESK, "x")
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.get_updates()


async def test_an_accepted_message_can_lose_its_answer(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.fail_after_accepting()
    with pytest.raises(NetworkError):
        await bot.send_message(DESK, "ambigu")
    assert [message.text for message in telegram.messages()] == ["ambigu"]


@pytest.mark.parametrize("accept", [pytest.param(True, id="carried out"), pytest.param(False, id="not carried out")])
async def test_a_request_can_hang(telegram: TelegramStandIn, bot: Bot, *, accept: bool) -> None:
    telegram.hang_next(30, accept=accept)
    with pytest.raises(TimedOut):
        await bot.send_message(DESK, "x", read_timeout=0.1)
    if accept:
        await telegram.wait_for(telegram.messages, PATIENCE)
    assert len(telegram.messages()) == accept


async def test_an_outage_refuses_everything_until_it_ends(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.outage = True
    for ask in (bot.get_me, bot.get_updates):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await ask()
    telegram.outage = False
    await bot.get_me()


async def test_it_comes_back_on_its_port_with_all_it_knew(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "avant")
    await telegram.stop()
    with pytest.raises(NetworkError):
        await bot.send_message(DESK, "pendant")
    await telegram.start()
    await bot.edit_message_text("après", DESK, card.message_id)
    assert [message.text for message in telegram.messages()] == ["après"]


async def test_its_limits_are_the_real_ones_unless_told_otherwise() -> None:
    assert FloodLimits() == FloodLimits(chat_seconds=1, chat_burst=3, group_per_minute=20, total_per_second=30)


async def _send(telegram: TelegramStandIn, chat_id: int) -> httpx.Response:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        form = {"chat_id": str(chat_id), "text": "x"}
        return await http.post(f"{telegram.base_url}/bot{TELEGRAM_TOKEN}/sendMessage", data=form)
