"""What is said in Telegram, by the real library to a Telegram on loopback that refuses what the real one refuses."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.channels.telegram.connection import close_bot, make_bot
from bot.channels.telegram.pacing import Pace
from bot.channels.telegram.sender import TelegramSender
from bot.domain.addresses import Address, Channel
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.sandbox.telegram import FloodLimits, TelegramStandIn
from bot.sandbox.telegram_rules import TelegramRefusal
from tests.channels.telegram.telegram_desk import ALICE, DESK, TOKEN

BUTTONS = [[{"text": "Prendre", "data": "prendre:12"}], [{"text": "Guide", "url": "https://example.org/guide"}]]


@pytest.fixture
async def sender(bot: Bot) -> TelegramSender:
    return TelegramSender(bot, Pace(asyncio.get_running_loop().time))


def row(kind: Kind, payload: dict[str, Any], *, chat: str = str(DESK)) -> Outgoing:
    return Outgoing(address=Address(Channel.TELEGRAM, chat), kind=kind, payload=payload, rank=Rank.CARD)


async def test_says_a_card_with_entities_and_buttons(sender: TelegramSender, telegram: TelegramStandIn) -> None:
    text = "👍 Ticket 12"
    bold = {"type": "bold", "offset": 3, "length": 9}
    link = {"type": "text_link", "offset": 0, "length": 2, "url": "https://example.org/"}
    provider_id = await sender.send(
        row(Kind.SAY, {"text": text, "entities": [bold, link], "buttons": BUTTONS, "silent": True, "ref": "card"})
    )
    [shown] = telegram.from_bot()
    assert provider_id == f"{DESK}:{shown.message_id}"
    assert (shown.text, list(shown.entities), shown.disable_notification) == (text, [bold, link], True)
    assert shown.markup == {
        "inline_keyboard": [
            [{"text": "Prendre", "callback_data": "prendre:12"}],
            [{"text": "Guide", "url": "https://example.org/guide"}],
        ]
    }


async def test_asks_telegram_for_no_preview_and_no_parse_mode(
    sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    await sender.send(row(Kind.SAY, {"text": "*voir* <b>https://example.org</b>"}))
    [call] = telegram.calls
    assert call.method == "sendMessage"
    assert call.parameters["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in call.parameters
    assert telegram.from_bot()[0].text == "*voir* <b>https://example.org</b>"


async def test_answers_a_message_that_may_be_gone(sender: TelegramSender, telegram: TelegramStandIn) -> None:
    await telegram.say(ALICE.id, "/aide")
    [typed] = telegram.messages()
    for answered in (typed.message_id, 999):
        await sender.send(row(Kind.SAY, {"text": "voici", "reply_to": answered}))
    assert [message.reply_to for message in telegram.from_bot()] == [typed.message_id, None]


@pytest.mark.parametrize(
    ("force_reply", "expected"),
    [
        pytest.param(True, {"force_reply": True, "selective": True}, id="without a hint"),
        pytest.param(
            "le motif",
            {"force_reply": True, "selective": True, "input_field_placeholder": "le motif"},
            id="with a hint",
        ),
    ],
)
async def test_opens_the_answer_field(
    force_reply: bool | str, expected: dict[str, Any], sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    await sender.send(row(Kind.SAY, {"text": "Quel motif ?", "force_reply": force_reply, "buttons": []}))
    assert telegram.calls[-1].parameters["reply_markup"] == expected


async def test_edits_a_card_in_place(sender: TelegramSender, telegram: TelegramStandIn) -> None:
    provider_id = await sender.send(row(Kind.SAY, {"text": "Ticket 12", "buttons": BUTTONS}))
    message_id = int(provider_id.partition(":")[2])
    assert await sender.send(row(Kind.EDIT, {"text": "Ticket 12, pris", "message_id": message_id})) == provider_id
    [shown] = telegram.from_bot()
    assert (shown.text, shown.markup, shown.edits) == ("Ticket 12, pris", None, 1)


async def test_an_edit_that_changes_nothing_is_done(sender: TelegramSender, telegram: TelegramStandIn) -> None:
    provider_id = await sender.send(row(Kind.SAY, {"text": "Ticket 12"}))
    edit = row(Kind.EDIT, {"text": "Ticket 12", "message_id": int(provider_id.partition(":")[2])})
    assert await sender.send(edit) == provider_id
    [refused] = telegram.refusals
    assert refused.description.startswith("Bad Request: message is not modified")


async def test_a_card_that_cannot_be_edited_any_more_is_gone(sender: TelegramSender, telegram: TelegramStandIn) -> None:
    await telegram.say(ALICE.id, "pas de nous")
    [foreign] = telegram.messages()
    for message_id in (999, foreign.message_id):
        with pytest.raises(PermanentDeliveryError) as caught:
            await sender.send(row(Kind.EDIT, {"text": "Ticket 12", "message_id": message_id}))
        assert caught.value.code == "gone"


async def test_answers_a_pressed_button(sender: TelegramSender, telegram: TelegramStandIn) -> None:
    await sender.send(row(Kind.SAY, {"text": "Ticket 12", "buttons": BUTTONS}))
    update_id = await telegram.press(ALICE.id, telegram.from_bot()[0].message_id, "prendre:12")
    query_id = telegram.updates._pending[-1].content["callback_query"]["id"]
    toast = {"callback_id": query_id, "text": "👍" * 150, "alert": True}
    assert await sender.send(row(Kind.TOAST, toast)) == "toast"
    assert telegram.answer_to(update_id) == {"text": "👍" * 100, "show_alert": True}


async def test_a_button_that_was_pressed_too_long_ago_needs_no_answer(
    sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    assert await sender.send(row(Kind.TOAST, {"callback_id": "1", "text": "Pris"})) == "too-old"
    assert [refused.method for refused in telegram.refusals] == ["answerCallbackQuery"]


@pytest.mark.parametrize(
    ("name", "content_type", "shown_as"),
    [
        pytest.param("m1.jpg", "image/jpeg", "photo", id="a photograph"),
        pytest.param("m1.png", "image/png", "photo", id="a picture of a screen"),
        pytest.param("m1.gif", "image/gif", "document", id="a moving picture"),
        pytest.param("m1.pdf", "application/pdf", "document", id="a document"),
        pytest.param("m1.mp3", "audio/mpeg", "audio", id="what was said on the telephone"),
        pytest.param("m1.ogg", "audio/ogg", "document", id="a sound that the chat does not play"),
    ],
)
async def test_sends_a_clients_file(
    name: str, content_type: str, shown_as: str, tmp_path: Path, sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    path = tmp_path / name
    path.write_bytes(b"content")
    bold = {"type": "bold", "offset": 0, "length": 6}
    payload = {"path": str(path), "content_type": content_type, "text": "Ticket 12", "entities": [bold]}
    provider_id = await sender.send(row(Kind.FILE, payload))
    [shown] = telegram.from_bot()
    assert (list(shown.media), shown.text, list(shown.entities)) == ([shown_as], "Ticket 12", [bold])
    assert provider_id == f"{DESK}:{shown.message_id}"


async def test_a_photograph_of_more_than_ten_megabytes_goes_as_a_document(
    tmp_path: Path, sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    path = tmp_path / "m1.jpg"
    path.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    await sender.send(row(Kind.FILE, {"path": str(path), "content_type": "image/jpeg", "text": ""}))
    assert list(telegram.from_bot()[0].media) == ["document"]


async def test_a_picture_that_telegram_shows_not_as_one_goes_as_a_document(
    tmp_path: Path, sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    path = tmp_path / "m1.jpg"
    path.write_bytes(b"long and thin")
    telegram.fail_next(status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS", method="sendPhoto")
    await sender.send(row(Kind.FILE, {"path": str(path), "content_type": "image/jpeg", "text": ""}))
    assert list(telegram.from_bot()[0].media) == ["document"]


async def test_a_caption_is_cut_with_a_mark(tmp_path: Path, sender: TelegramSender, telegram: TelegramStandIn) -> None:
    path = tmp_path / "m1.jpg"
    path.write_bytes(b"x")
    bold = {"type": "bold", "offset": 0, "length": 2000}
    payload = {"path": str(path), "content_type": "image/jpeg", "text": "é" * 2000, "entities": [bold]}
    await sender.send(row(Kind.FILE, payload))
    [shown] = telegram.from_bot()
    assert shown.text == "é" * 1023 + "…"
    assert shown.entities == ({"type": "bold", "offset": 0, "length": 1023},)


async def test_a_file_that_is_gone_or_too_big_will_never_be_sent(tmp_path: Path, sender: TelegramSender) -> None:
    big = tmp_path / "big.bin"
    with big.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    for path, code in ((tmp_path / "nothing", "no-file"), (big, "too-big")):
        with pytest.raises(PermanentDeliveryError) as caught:
            await sender.send(row(Kind.FILE, {"path": str(path), "content_type": "application/pdf"}))
        assert caught.value.code == code


@pytest.mark.parametrize(
    "outgoing",
    [
        pytest.param(row(Kind.SAY, {"entities": []}), id="no text"),
        pytest.param(row(Kind.EDIT, {"text": "Ticket 12"}), id="no message to edit"),
        pytest.param(row(Kind.TEXT, {"body": "Bonjour"}), id="a client's message"),
        pytest.param(row(Kind.SAY, {"text": "Ticket 12"}, chat="desk"), id="no chat"),
    ],
)
async def test_a_row_that_nobody_can_send_fails_for_good(
    outgoing: Outgoing, sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    assert sender.ready_in(outgoing) == 0.0
    with pytest.raises(PermanentDeliveryError) as caught:
        await sender.send(outgoing)
    assert caught.value.code == "payload"
    assert telegram.calls == []


async def test_what_a_row_says_is_not_in_its_error(sender: TelegramSender) -> None:
    with pytest.raises(PermanentDeliveryError) as caught:
        await sender.send(row(Kind.SAY, {"text": {"secret": "Mme Dupont"}}))
    assert "Dupont" not in str(caught.value)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        pytest.param(TelegramRefusal(403, "Forbidden: bot was kicked from the supergroup chat"), "blocked", id="out"),
        pytest.param(
            TelegramRefusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=-1009999999999,
            ),
            "migrated:-1009999999999",
            id="moved",
        ),
    ],
)
async def test_a_closed_desk_is_a_permanent_error(
    refusal: TelegramRefusal, code: str, sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    telegram.close_chat(DESK, refusal)
    with pytest.raises(PermanentDeliveryError) as caught:
        await sender.send(row(Kind.SAY, {"text": "Ticket 12"}))
    assert caught.value.code == code


async def test_a_person_who_never_wrote_to_us_cannot_be_written_to(sender: TelegramSender) -> None:
    with pytest.raises(PermanentDeliveryError) as caught:
        await sender.send(row(Kind.SAY, {"text": "Bonjour"}, chat=str(ALICE.id)))
    assert caught.value.code == "blocked"


async def test_a_message_cut_off_after_it_was_taken_is_of_uncertain_fate(
    sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    telegram.fail_after_accepting()
    outgoing = row(Kind.SAY, {"text": "Ticket 12"})
    with pytest.raises(TransientDeliveryError) as caught:
        await sender.send(outgoing)
    assert caught.value.ambiguous
    assert len(telegram.from_bot()) == 1
    assert await sender.find_sent(outgoing, []) is None


async def test_a_message_that_found_no_telegram_was_certainly_not_sent(
    sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    await telegram.stop()
    with pytest.raises(TransientDeliveryError) as caught:
        await sender.send(row(Kind.SAY, {"text": "Ticket 12"}))
    assert not caught.value.ambiguous


async def test_a_wrong_token_loses_nothing_and_is_not_told(telegram: TelegramStandIn) -> None:
    bot = make_bot("7000000001:wrong", telegram.base_url)
    sender = TelegramSender(bot, Pace(asyncio.get_running_loop().time))
    with pytest.raises(TransientDeliveryError) as caught:
        await sender.send(row(Kind.SAY, {"text": "Ticket 12"}))
    assert (caught.value.code, caught.value.retry_after) == ("token", 300.0)
    assert "wrong" not in str(caught.value)
    await close_bot(bot)


async def test_a_chat_that_telegram_slows_down_is_left_alone_for_as_long(
    sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    outgoing = row(Kind.SAY, {"text": "Ticket 12"})
    telegram.fail_next(status=429, description="Too Many Requests: retry after 17", retry_after=17)
    with pytest.raises(TransientDeliveryError) as caught:
        await sender.send(outgoing)
    assert (caught.value.code, caught.value.retry_after) == ("429", 17.0)
    assert 15 < sender.ready_in(outgoing) <= 17
    with pytest.raises(TransientDeliveryError) as caught:
        await sender.send(outgoing)
    assert caught.value.code == "pace"
    assert len(telegram.calls) == 0


async def test_a_slowed_down_answer_to_a_button_holds_no_message_up(
    sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    telegram.fail_next(status=429, description="Too Many Requests: retry after 17", retry_after=17)
    with pytest.raises(TransientDeliveryError):
        await sender.send(row(Kind.TOAST, {"callback_id": "1"}))
    assert sender.ready_in(row(Kind.SAY, {"text": "Ticket 12"})) == 0.0


@pytest.mark.parametrize(
    ("outgoing", "method"),
    [
        pytest.param(row(Kind.TOAST, {"callback_id": "1"}), "answerCallbackQuery", id="an answer to a button"),
        pytest.param(row(Kind.EDIT, {"text": "x", "message_id": 1}), "editMessageText", id="an edit"),
        pytest.param(
            row(Kind.FILE, {"path": __file__, "content_type": "image/png"}), "sendPhoto", id="a picture refused"
        ),
    ],
)
async def test_a_refusal_that_is_no_success_stays_one(
    outgoing: Outgoing, method: str, sender: TelegramSender, telegram: TelegramStandIn
) -> None:
    telegram.fail_next(status=400, description="Bad Request: not enough rights", method=method)
    with pytest.raises(PermanentDeliveryError) as caught:
        await sender.send(outgoing)
    assert caught.value.code == "no-rights"


async def test_many_at_once_break_no_limit_of_telegrams(bot: Bot, telegram: TelegramStandIn) -> None:
    """A busy machine may hold one up on its way, so that the next comes too soon behind it: but not three times."""
    telegram.limit_flood(FloodLimits())
    for _ in range(3):
        before, refused = len(telegram.from_bot()), telegram.flood_refusals
        sender = TelegramSender(bot, Pace(asyncio.get_running_loop().time), patience_seconds=60)
        sending = (sender.send(row(Kind.SAY, {"text": str(number)})) for number in range(5))
        sent = await asyncio.gather(*sending, return_exceptions=True)
        if telegram.flood_refusals == refused:
            break
        await asyncio.sleep(6)  # until Telegram counts none of them any more
    assert [each for each in sent if isinstance(each, BaseException)] == []
    assert len(telegram.from_bot()) == before + 5
    assert telegram.flood_refusals == refused


async def test_no_log_line_holds_the_token(
    sender: TelegramSender, telegram: TelegramStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await sender.send(row(Kind.SAY, {"text": "Mme Dupont"}))
        assert TOKEN not in caplog.text
        assert "Dupont" not in caplog.text
        # it would have: the same with the library's own level
        with caplog.at_level(logging.INFO, "httpx"):
            await sender.send(row(Kind.SAY, {"text": "Mme Dupont"}))
        assert TOKEN in caplog.text
