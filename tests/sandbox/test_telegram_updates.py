"""What the technicians do, and how the bot hears of it: long polling, offsets, conflicts, a day's memory."""

import asyncio
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from bot.sandbox.telegram import TelegramStandIn, TelegramUser
from tests.sandbox.loopback import ALICE, BRUNO, DESK, PATIENCE, SteppingClock

TAKE, RAISE = ("Prendre", "take:1"), ("Urgent", "urgent:1")
BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in (TAKE, RAISE)])


async def test_what_is_said_comes_as_an_update(telegram: TelegramStandIn, bot: Bot) -> None:
    update_id = await telegram.say(ALICE.id, "/repondre@permanence_bot 12 voir https://x.fr/a.")
    (update,) = await bot.get_updates()
    assert update.update_id == update_id
    message = update.message
    assert (message.chat_id, message.from_user.id, message.text) == (DESK, ALICE.id, telegram.messages()[0].text)
    assert [(entity.type, message.parse_entity(entity)) for entity in message.entities] == [
        ("bot_command", "/repondre@permanence_bot"),
        ("url", "https://x.fr/a"),
    ]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        pytest.param("/prendre 12", ["/prendre"], id="a command"),
        pytest.param("😀 /prendre", ["/prendre"], id="after an emoji"),
        pytest.param("oui/non", [], id="a slash inside a word"),
        pytest.param("/clôre", [], id="a command cannot hold an accent"),
        pytest.param("/a /b", ["/a", "/b"], id="two"),
        pytest.param("1/2 /", [], id="a slash alone"),
    ],
)
async def test_commands_are_found_where_telegram_finds_them(
    telegram: TelegramStandIn, bot: Bot, text: str, commands: list[str]
) -> None:
    await telegram.say(ALICE.id, text)
    (update,) = await bot.get_updates()
    assert [update.message.parse_entity(entity) for entity in update.message.entities] == commands


async def test_updates_come_again_until_an_offset_confirms_them(telegram: TelegramStandIn, bot: Bot) -> None:
    first, second, third = [await telegram.say(ALICE.id, text) for text in ("un", "deux", "trois")]
    assert await _ids(bot) == [first, second, third]
    assert await _ids(bot) == [first, second, third]
    assert await _ids(bot, offset=second) == [second, third]
    assert await _ids(bot) == [second, third]
    assert await _ids(bot, limit=1) == [second]
    assert await _ids(bot, offset=third + 1) == []
    assert (telegram.updates.confirmed_below, len(telegram.updates)) == (third + 1, 0)


async def test_a_negative_offset_forgets_all_but_the_last(telegram: TelegramStandIn, bot: Bot) -> None:
    ids = [await telegram.say(ALICE.id, text) for text in ("un", "deux", "trois")]
    assert await _ids(bot, offset=-1) == ids[-1:]
    assert await _ids(bot) == ids[-1:]


async def test_a_poll_waits_for_something_to_happen(telegram: TelegramStandIn, bot: Bot) -> None:
    poll = asyncio.ensure_future(bot.get_updates(timeout=30))
    await telegram.wait_for(lambda: telegram.polls == 1, PATIENCE)
    assert not poll.done()
    update_id = await telegram.say(ALICE.id, "bonjour")
    assert [update.update_id for update in await poll] == [update_id]


async def test_a_poll_that_nothing_happens_to_ends_empty(telegram: TelegramStandIn, bot: Bot) -> None:
    assert await bot.get_updates(timeout=0) == ()


async def test_of_two_polls_the_younger_wins(telegram: TelegramStandIn, bot: Bot) -> None:
    older = asyncio.ensure_future(bot.get_updates(timeout=30))
    await telegram.wait_for(lambda: telegram.polls == 1, PATIENCE)
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        younger = asyncio.ensure_future(http.get(f"{telegram.base_url}/bot{telegram.token}/getUpdates?timeout=30"))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        update_id = await telegram.say(ALICE.id, "bonjour")
        assert [update["update_id"] for update in (await younger).json()["result"]] == [update_id]
    assert [refusal.method for refusal in telegram.refusals] == ["getUpdates"]


async def test_the_poll_of_a_killed_program_disturbs_nobody(telegram: TelegramStandIn, bot: Bot) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(telegram.base_url.rpartition(":")[2]))
    writer.write(f"GET /bot{telegram.token}/getUpdates?timeout=30 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await telegram.wait_for(lambda: telegram.polls == 1, PATIENCE)
    writer.transport.abort()
    update_id = await telegram.say(ALICE.id, "bonjour")
    assert await _ids(bot) == [update_id]
    assert telegram.refusals == []


async def test_an_update_is_kept_for_a_day(telegram: TelegramStandIn, bot: Bot, clock: SteppingClock) -> None:
    await telegram.say(ALICE.id, "hier")
    clock.step(hours=1)
    kept = await telegram.say(ALICE.id, "plus tard")
    clock.step(hours=23, seconds=1)
    assert await _ids(bot) == [kept]
    assert telegram.updates.expired == 1


async def test_only_the_kinds_asked_for_come_and_the_choice_is_remembered(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "carte", reply_markup=BUTTONS)
    await bot.get_updates(allowed_updates=["callback_query"])
    await telegram.say(ALICE.id, "bonjour")
    tap = await telegram.press(ALICE.id, card.message_id, "Prendre")
    assert await _ids(bot) == [tap]


@pytest.mark.parametrize("button", ["Urgent", "urgent:1"])
async def test_a_tap_is_answered(telegram: TelegramStandIn, bot: Bot, button: str) -> None:
    card = await bot.send_message(DESK, "carte", reply_markup=BUTTONS)
    tap = await telegram.press(BRUNO.id, card.message_id, button)
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert (query.data, query.from_user.id, query.message.message_id) == ("urgent:1", BRUNO.id, card.message_id)
    assert telegram.answer_to(tap) is None
    await bot.answer_callback_query(query.id, "Déjà fait", show_alert=True)
    assert telegram.answer_to(tap) == {"text": "Déjà fait", "show_alert": True}


async def test_a_tap_that_waited_too_long_cannot_be_answered(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "carte", reply_markup=BUTTONS)
    await telegram.press(ALICE.id, card.message_id, "Prendre")
    (update,) = await bot.get_updates()
    telegram.expire_queries()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(update.callback_query.id)


async def test_a_button_that_is_not_there_cannot_be_tapped(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "carte", reply_markup=BUTTONS)
    with pytest.raises(LookupError, match="no button 'Clore'"):
        await telegram.press(ALICE.id, card.message_id, "Clore")
    with pytest.raises(LookupError):
        await telegram.press(ALICE.id, 99, "Prendre")
    assert await _ids(bot) == []


async def test_a_stale_phone_taps_what_is_gone(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "carte", reply_markup=BUTTONS)
    await bot.delete_message(DESK, card.message_id)
    await telegram.press(ALICE.id, card.message_id, "take:1", stale=True)
    (update,) = await bot.get_updates()
    assert update.callback_query.data == "take:1"
    assert not update.callback_query.message.is_accessible


async def test_a_correction_comes_as_one(telegram: TelegramStandIn, bot: Bot) -> None:
    await telegram.say(ALICE.id, "bonjour")
    await telegram.edit(ALICE.id, 1, "/aide")
    said, corrected = await bot.get_updates()
    assert (said.message.text, corrected.edited_message.text) == ("bonjour", "/aide")
    assert corrected.edited_message.edit_date is not None


async def test_an_answer_carries_the_card_it_answers(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "carte")
    await telegram.say(ALICE.id, "oui", reply_to=card.message_id)
    (update,) = await bot.get_updates()
    assert update.message.reply_to_message.text == "carte"


async def test_newcomers_and_strangers_are_heard_where_they_may_speak(telegram: TelegramStandIn, bot: Bot) -> None:
    await telegram.join(TelegramUser(13, "Chloé"))
    telegram.add_user(TelegramUser(99, "Inconnu"))
    await telegram.say(13, "bonjour")
    await telegram.say(99, "/tickets", chat_id=99)
    with pytest.raises(LookupError, match="user 99 is not in chat"):
        await telegram.say(99, "/tickets")
    joined, _, private = await bot.get_updates()
    assert [user.id for user in joined.message.new_chat_members] == [13]
    assert (private.message.chat.type, private.message.from_user.id) == ("private", 99)


async def test_a_topics_words_come_with_the_topic(telegram: TelegramStandIn, bot: Bot) -> None:
    await telegram.say(ALICE.id, "bonjour", thread_id=7)
    (update,) = await bot.get_updates()
    assert (update.message.message_thread_id, update.message.is_topic_message) == (7, True)


async def test_a_desk_that_is_a_private_chat_waits_for_its_start(clock: SteppingClock) -> None:
    telegram = TelegramStandIn(token="1:x", desk_chat_id=ALICE.id, users=[ALICE], clock=clock)
    await telegram.start()
    url = f"{telegram.base_url}/bot1:x/sendMessage"
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        form = {"chat_id": str(ALICE.id), "text": "bonjour"}
        assert (await http.post(url, data=form)).status_code == 403
        await telegram.say(ALICE.id, "/start")
        sent = (await http.post(url, data=form)).json()["result"]
    await telegram.stop()
    assert sent["chat"] == {"id": ALICE.id, "type": "private", "first_name": "Alice", "username": "alice_tech"}


async def test_watchers_hear_of_all_that_people_see(telegram: TelegramStandIn, bot: Bot) -> None:
    seen: list[str] = []
    stop = telegram.subscribe(lambda change: seen.append(change.kind))
    card = await bot.send_message(DESK, "carte", reply_markup=BUTTONS)
    await telegram.press(ALICE.id, card.message_id, "Prendre")
    (update,) = await bot.get_updates()
    await bot.answer_callback_query(update.callback_query.id)
    await bot.edit_message_text("prise", DESK, card.message_id)
    await bot.delete_message(DESK, card.message_id)
    await telegram.say(ALICE.id, "merci")
    stop()
    await telegram.say(ALICE.id, "encore")
    assert seen == ["sent", "pressed", "answered", "edited", "deleted", "said"]


async def test_stopping_lets_a_poll_go(telegram: TelegramStandIn, bot: Bot) -> None:
    poll = asyncio.ensure_future(bot.get_updates(timeout=30))
    await telegram.wait_for(lambda: telegram.polls == 1, PATIENCE)
    await telegram.stop()
    assert await poll == ()
    await telegram.start()
    update_id = await telegram.say(ALICE.id, "bonjour")
    assert await _ids(bot) == [update_id]


async def _ids(bot: Bot, **asked: Any) -> list[int]:
    updates: tuple[Update, ...] = await bot.get_updates(**asked)
    return [update.update_id for update in updates]
