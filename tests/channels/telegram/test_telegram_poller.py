"""Updates into the inbox, and only then out of Telegram's hands: the real library against a Telegram on loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.channels.telegram.connection import close_bot, make_bot
from bot.channels.telegram.poller import MAX_PAUSE_SECONDS, TOKEN_PAUSE_SECONDS, Health, Poller, Problem
from bot.channels.telegram.reading import parse
from bot.clock import StoppedClock
from bot.domain.desk import Order
from bot.domain.inbox import InboxEntry, Source
from bot.errors import StorageUnavailable, Unreadable
from bot.sandbox import telegram_methods
from bot.sandbox.telegram import TelegramStandIn
from tests.channels.telegram.telegram_desk import (
    ALICE,
    API_NAME,
    BOT_ID,
    BRUNO,
    DESK,
    NOW,
    TOKEN,
    InboxStore,
    payload,
    until,
)

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Prendre", callback_data="prendre:12")]])
COMMANDS = [("prendre", "Prendre un ticket"), ("clore", "Clore un ticket")]


class Pauses:
    """A sleep that takes no time and remembers how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0.005)


@pytest.fixture
def store() -> InboxStore:
    return InboxStore()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def poller(bot: Bot, store: InboxStore, clock: StoppedClock, pauses: Pauses) -> Poller:
    return Poller(bot, store, clock, commands=COMMANDS, long_poll_seconds=1, sleep=pauses)


@asynccontextmanager
async def running(poller: Poller) -> AsyncIterator[Poller]:
    """The poller at work; cancelled at the end, as by the process that stops."""
    task = asyncio.create_task(poller.run())
    try:
        yield poller
        assert not task.done(), task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def given_back(telegram: TelegramStandIn) -> Callable[[], bool]:
    """True once nothing waits at Telegram: all was acknowledged."""
    return lambda: len(telegram.updates) == 0


async def test_stores_an_update_as_it_came_and_acknowledges_it(
    poller: Poller, store: InboxStore, telegram: TelegramStandIn
) -> None:
    update_id = await telegram.say(ALICE.id, "/prendre@permanence_bot 12")
    sent = telegram.updates._pending[0].to_json()
    async with running(poller):
        await until(given_back(telegram))
    [entry] = store.entries.values()
    assert json.loads(entry.payload) == sent
    assert (entry.source, entry.external_id, entry.received_at) == (Source.TELEGRAM, str(update_id), NOW)
    assert isinstance(parse(entry, bot_id=BOT_ID, bot_username=API_NAME), Order)


async def test_stores_a_batch_side_by_side_and_in_order(
    poller: Poller, store: InboxStore, telegram: TelegramStandIn
) -> None:
    store.is_open.clear()
    for number in range(100):
        await telegram.say(ALICE.id, f"/note 12 {number}")
    async with running(poller):
        await until(lambda: store.received == 100)  # none waits for another's commit
        store.is_open.set()
        await until(given_back(telegram))
    assert store.texts == [f"/note 12 {number}" for number in range(100)]


async def test_a_message_keeps_the_time_it_was_written_at_and_a_press_has_none(
    poller: Poller, store: InboxStore, clock: StoppedClock, telegram: TelegramStandIn, bot: Bot
) -> None:
    message = await bot.send_message(DESK, "Ticket 12", reply_markup=KEYBOARD)
    await telegram.say(ALICE.id, "/debut 12")
    await telegram.press(ALICE.id, message.message_id, "prendre:12")
    clock.move_to(datetime(2026, 11, 23, 9, 40, tzinfo=UTC))
    async with running(poller):
        await until(given_back(telegram))
    written, pressed = store.entries.values()
    assert (written.occurred_at, written.at) == (NOW, NOW)
    assert (pressed.occurred_at, pressed.at) == (None, clock.now())


async def test_acknowledges_nothing_before_it_is_stored(
    poller: Poller, store: InboxStore, telegram: TelegramStandIn
) -> None:
    store.is_open.clear()
    await telegram.say(ALICE.id, "/prendre 12")
    async with running(poller):
        await until(lambda: store.received)
        await asyncio.sleep(0.05)
        assert telegram.updates.confirmed_below == 0
        store.is_open.set()
        await until(given_back(telegram))
    assert telegram.updates.confirmed_below > 0


async def test_killed_between_fetching_and_storing_it_gets_the_update_again(
    bot: Bot, poller: Poller, store: InboxStore, clock: StoppedClock, telegram: TelegramStandIn
) -> None:
    store.is_open.clear()
    await telegram.say(ALICE.id, "/prendre 12")
    async with running(poller):
        await until(lambda: store.received)
    assert (len(telegram.updates), store.texts) == (1, [])

    store.is_open.set()
    async with running(Poller(bot, store, clock, long_poll_seconds=1)):
        await until(given_back(telegram))
    assert store.texts == ["/prendre 12"]


async def test_killed_between_storing_and_acknowledging_it_stores_the_update_once(
    bot: Bot, store: InboxStore, clock: StoppedClock, telegram: TelegramStandIn
) -> None:
    await telegram.say(ALICE.id, "/prendre 12")

    class Killed(Exception):
        pass

    async def die_when_stored(entry: InboxEntry) -> None:
        await InboxStore.receive(store, entry)
        raise Killed

    dying = InboxStore()
    dying.receive = die_when_stored  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await Poller(bot, dying, clock).run()
    assert (len(telegram.updates), store.texts) == (1, ["/prendre 12"])

    async with running(Poller(bot, store, clock, long_poll_seconds=1)):
        await until(given_back(telegram))
    assert (store.texts, store.received) == (["/prendre 12"], 2)


async def test_while_the_storage_is_unavailable_updates_stay_at_telegram(
    poller: Poller, store: InboxStore, pauses: Pauses, telegram: TelegramStandIn
) -> None:
    store.problem = StorageUnavailable("disk full")
    await telegram.say(ALICE.id, "/prendre 12")
    await telegram.say(BRUNO.id, "/prendre 13")
    async with running(poller):
        await until(lambda: len(pauses.seconds) >= 3)
        assert (len(telegram.updates), telegram.updates.confirmed_below) == (2, 0)
        assert poller.health == Health(None, Problem.STORAGE)
        store.problem = None
        await until(given_back(telegram))
        assert poller.health == Health(NOW, None)
    assert store.texts == ["/prendre 12", "/prendre 13"]


async def test_one_update_that_cannot_be_stored_keeps_its_batch_at_telegram(
    poller: Poller, store: InboxStore, pauses: Pauses, telegram: TelegramStandIn
) -> None:
    good, bad = await telegram.say(ALICE.id, "/prendre 12"), await telegram.say(BRUNO.id, "/prendre 13")

    async def refuse_one(entry: InboxEntry) -> None:
        if entry.external_id == str(bad) and not pauses.seconds:
            raise StorageUnavailable("disk full")
        await InboxStore.receive(store, entry)

    picky = InboxStore()
    picky.receive = refuse_one  # type: ignore[method-assign]
    poller._store = picky
    async with running(poller):
        await until(given_back(telegram))
    assert [entry.external_id for entry in store.entries.values()] == [str(good), str(bad)]
    assert store.received == 3


async def test_update_ids_that_begin_again_lower_are_not_lost(
    poller: Poller, store: InboxStore, telegram: TelegramStandIn
) -> None:
    await telegram.say(ALICE.id, "avant")
    async with running(poller):
        await until(given_back(telegram))
        polls = telegram._api.polls
        await until(lambda: telegram._api.polls > polls)  # the acknowledgement was answered
        await telegram.stop()
        telegram.updates._next_id = 5  # a week later
        await telegram.say(ALICE.id, "après")
        await telegram.start()
        await until(lambda: len(store.entries) == 2)
        await until(given_back(telegram))
    assert store.texts == ["avant", "après"]


async def test_an_update_that_the_library_cannot_read_holds_nothing_up(
    bot: Bot, poller: Poller, store: InboxStore, telegram: TelegramStandIn
) -> None:
    telegram.updates.add("message", {"message_id": 1, "chat": "a form of years to come"})
    await telegram.say(ALICE.id, "/prendre 12")
    poison, good = (pending.to_json() for pending in telegram.updates._pending)
    with pytest.raises(KeyError):
        Update.de_json(poison)
    async with running(poller):
        await until(given_back(telegram))
    stored_poison, stored_good = store.entries.values()
    with pytest.raises(Unreadable):
        parse(stored_poison, bot_id=BOT_ID)
    assert json.loads(stored_good.payload) == good


async def test_half_a_surrogate_pair_can_be_stored(
    poller: Poller, store: InboxStore, telegram: TelegramStandIn
) -> None:
    broken = payload("talk_in_the_desk")["message"] | {"text": "\ud83d"}
    telegram.updates.add("message", broken)
    async with running(poller):
        await until(given_back(telegram))
    [entry] = store.entries.values()
    assert entry.payload.isascii()


async def test_asks_for_what_it_reads_and_never_drops_what_waits(poller: Poller, telegram: TelegramStandIn) -> None:
    await telegram.say(ALICE.id, "/prendre 12")
    async with running(poller):
        await until(given_back(telegram))
    assert telegram.updates._allowed == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert "deleteWebhook" not in [call.method for call in telegram.calls]


async def test_offers_the_commands_and_learns_our_name(poller: Poller, telegram: TelegramStandIn) -> None:
    assert poller.username is None
    async with running(poller):
        await until(lambda: poller.health.last_success_at)
    assert telegram.commands == [
        {"command": "prendre", "description": "Prendre un ticket"},
        {"command": "clore", "description": "Clore un ticket"},
    ]
    assert poller.username == API_NAME


async def test_commands_that_telegram_does_not_like_do_not_make_it_deaf(
    bot: Bot, store: InboxStore, clock: StoppedClock, telegram: TelegramStandIn
) -> None:
    await telegram.say(ALICE.id, "/prendre 12")
    async with running(Poller(bot, store, clock, commands=[("Prendre !", "?")], long_poll_seconds=1)):
        await until(given_back(telegram))
    assert [refused.method for refused in telegram.refusals] == ["setMyCommands"]


async def test_removes_a_webhook_that_is_in_the_way_and_keeps_what_waits(
    poller: Poller, store: InboxStore, telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = {"url": "https://example.org/hook", "has_custom_certificate": False, "pending_update_count": 1}
    monkeypatch.setitem(telegram_methods.METHODS, "getWebhookInfo", lambda server, parameters: about)  # type: ignore[arg-type]
    await telegram.say(ALICE.id, "/prendre 12")
    async with running(poller):
        await until(given_back(telegram))
    [removal] = [call for call in telegram.calls if call.method == "deleteWebhook"]
    assert removal.parameters == {"drop_pending_updates": False}
    assert store.texts == ["/prendre 12"]


def _refuse(telegram: TelegramStandIn, status: int, description: str, method: str = "getUpdates") -> None:
    telegram.fail_next(status=status, description=description, method=method, times=2)


def _silence(telegram: TelegramStandIn) -> None:
    telegram.hang_next(0.0, accept=False, method="getUpdates", times=2)


@pytest.mark.parametrize(
    ("spoil", "problem", "pause"),
    [
        pytest.param(
            partial(_refuse, status=409, description="Conflict: terminated by other getUpdates request"),
            Problem.CONFLICT,
            [MAX_PAUSE_SECONDS] * 2,
            id="another program polls",
        ),
        pytest.param(
            partial(_refuse, status=401, description="Unauthorized"),
            Problem.TOKEN,
            [TOKEN_PAUSE_SECONDS] * 2,
            id="a token that is not valid any more",
        ),
        pytest.param(
            partial(_refuse, status=403, description="Forbidden: bot was deleted"),
            Problem.TOKEN,
            [TOKEN_PAUSE_SECONDS] * 2,
            id="a bot that was deleted",
        ),
        pytest.param(
            partial(_refuse, status=400, description="Bad Request: wrong offset"),
            Problem.REFUSED,
            [MAX_PAUSE_SECONDS] * 2,
            id="a request that is not understood",
        ),
        pytest.param(
            partial(_refuse, status=502, description="Bad Gateway"), Problem.NETWORK, None, id="a bad gateway"
        ),
        pytest.param(_silence, Problem.NETWORK, None, id="a cut connection"),
        pytest.param(
            partial(_refuse, status=502, description="Bad Gateway", method="getMe"),
            Problem.NETWORK,
            None,
            id="an outage at the start",
        ),
    ],
)
async def test_goes_on_after_trouble_and_says_what_it_is(
    spoil: Callable[[TelegramStandIn], None],
    problem: Problem,
    pause: list[float] | None,
    bot: Bot,
    store: InboxStore,
    clock: StoppedClock,
    telegram: TelegramStandIn,
) -> None:
    seen: list[tuple[Health, float]] = []

    async def look(seconds: float) -> None:
        seen.append((poller.health, seconds))

    poller = Poller(bot, store, clock, long_poll_seconds=1, sleep=look)
    spoil(telegram)
    await telegram.say(ALICE.id, "/prendre 12")
    async with running(poller):
        await until(given_back(telegram))
        assert poller.health == Health(NOW, None)
    assert [health for health, _ in seen] == [Health(None, problem)] * 2
    if pause is not None:
        assert [seconds for _, seconds in seen] == pause
    assert store.texts == ["/prendre 12"]


async def test_waits_as_long_as_telegram_says(poller: Poller, pauses: Pauses, telegram: TelegramStandIn) -> None:
    telegram.fail_next(status=429, description="Too Many Requests", retry_after=17, method="getUpdates")
    async with running(poller):
        await until(lambda: poller.health.last_success_at)
    assert pauses.seconds == [17.0]


async def test_comes_back_after_an_outage_ever_more_slowly(
    poller: Poller, store: InboxStore, pauses: Pauses, telegram: TelegramStandIn
) -> None:
    async with running(poller):
        await until(lambda: poller.health.last_success_at)
        await telegram.stop()
        await until(lambda: len(pauses.seconds) >= 9)
        assert poller.health == Health(NOW, Problem.NETWORK)
        await telegram.say(ALICE.id, "/prendre 12")
        await telegram.start()
        await until(given_back(telegram))
    for count, seconds in enumerate(pauses.seconds[:9]):
        most = min(30.0, 2.0**count)
        assert most / 2 <= seconds <= most
    assert store.texts == ["/prendre 12"]


async def test_a_quiet_desk_does_not_look_broken_until_the_long_poll_ends(
    bot: Bot, store: InboxStore, clock: StoppedClock, pauses: Pauses, telegram: TelegramStandIn
) -> None:
    poller = Poller(bot, store, clock, long_poll_seconds=50, sleep=pauses)
    async with running(poller):
        await until(lambda: poller.health == Health(NOW, None), seconds=30)
        telegram.outage = True
        await telegram.say(ALICE.id, "x")  # ends the long poll
        await until(lambda: poller.health.problem)
        telegram.outage = False
        await until(lambda: poller.health == Health(NOW, None), seconds=30)


async def test_ends_at_once_when_cancelled_in_a_long_poll(
    bot: Bot, store: InboxStore, clock: StoppedClock, telegram: TelegramStandIn
) -> None:
    task = asyncio.create_task(Poller(bot, store, clock, long_poll_seconds=50).run())
    await until(lambda: telegram._api.polls >= 2)
    task.cancel()
    async with asyncio.timeout(30):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_two_pollers_are_a_conflict_that_is_seen(
    bot: Bot, store: InboxStore, clock: StoppedClock, telegram: TelegramStandIn
) -> None:
    other_bot = make_bot(TOKEN, telegram.base_url)
    first, second = (
        Poller(one, store, clock, long_poll_seconds=50, sleep=partial(_pause, 30.0)) for one in (bot, other_bot)
    )
    async with running(first):
        await until(lambda: telegram._api.polls >= 2)
        async with running(second):
            await until(lambda: first.health.problem)
            assert first.health.problem is Problem.CONFLICT
    await close_bot(other_bot)


async def _pause(seconds: float, asked: float) -> None:
    await asyncio.sleep(min(seconds, asked))


async def test_no_log_line_holds_the_token_or_a_text(
    poller: Poller,
    store: InboxStore,
    pauses: Pauses,
    telegram: TelegramStandIn,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG):
        telegram.updates.add("message", {"message_id": 1, "chat": "?", "text": "Mme Dupont"})
        telegram.fail_next(status=401, description="Unauthorized", method="getMe")
        async with running(poller):
            await until(given_back(telegram))
    assert len(pauses.seconds) == 1
    assert len(store.entries) == 1
    shown = caplog.text + "".join(capsys.readouterr())
    assert "telegram_polling_stopped" in shown
    assert TOKEN not in shown
    assert "Dupont" not in shown
