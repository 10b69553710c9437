"""A Telegram on loopback, and our client of it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.channels.telegram.connection import close_bot, make_bot
from bot.clock import StoppedClock
from bot.sandbox.telegram import TelegramStandIn
from tests.channels.telegram.telegram_desk import ALICE, API_NAME, BRUNO, DESK, NOW, TOKEN


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
async def telegram(clock: StoppedClock) -> AsyncIterator[TelegramStandIn]:
    stand_in = TelegramStandIn(
        token=TOKEN, desk_chat_id=DESK, users=[ALICE, BRUNO], clock=clock, flood=None, bot_username=API_NAME
    )
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncIterator[Bot]:
    bot = make_bot(TOKEN, telegram.base_url)
    yield bot
    await close_bot(bot)
