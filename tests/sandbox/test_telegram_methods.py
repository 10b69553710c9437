"""The desk through python-telegram-bot: what is sent, changed and taken away, and what is refused in which words."""

import json
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyParameters
from telegram.constants import ReactionEmoji
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.sandbox.telegram import TelegramStandIn, TelegramUser
from bot.sandbox.telegram_rules import TelegramRefusal
from tests.sandbox.loopback import ALICE, BRUNO, DESK, PATIENCE, TELEGRAM_TOKEN, SteppingClock

TAKE = InlineKeyboardMarkup([[InlineKeyboardButton("Prendre", callback_data="take:1")]])


async def test_a_card_is_shown_with_its_entities_and_buttons(telegram: TelegramStandIn, bot: Bot) -> None:
    sent = await bot.send_message(
        DESK,
        "😀 Ticket 12",
        entities=[MessageEntity("bold", offset=3, length=9)],
        reply_markup=TAKE,
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    (card,) = telegram.messages()
    assert (card.message_id, card.text, card.disable_notification) == (sent.message_id, "😀 Ticket 12", True)
    assert card.entities == ({"type": "bold", "offset": 3, "length": 9},)
    assert card.button("Prendre") == {"text": "Prendre", "callback_data": "take:1"}
    assert sent.parse_entity(sent.entities[0]) == "Ticket 12"


async def test_a_text_is_trimmed_and_its_entities_with_it(telegram: TelegramStandIn, bot: Bot) -> None:
    entities = [
        MessageEntity("underline", 0, 2),
        MessageEntity("bold", 0, 4),
        MessageEntity("italic", 4, 4),
        MessageEntity("code", 6, 2),
    ]
    sent = await bot.send_message(DESK, "\n ab cd \n", entities=entities)
    assert sent.text == "ab cd"
    assert [(entity.type, sent.parse_entity(entity)) for entity in sent.entities] == [
        ("bold", "ab"),
        ("italic", " cd"),
        ("code", "d"),
    ]


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        pytest.param("sendMessage", {"text": "x"}, "chat_id is empty", id="no chat"),
        pytest.param("sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty", id="an empty chat"),
        pytest.param("sendMessage", {"chat_id": 0, "text": "x"}, "chat not found", id="no such chat"),
        pytest.param("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found", id="no such name"),
        pytest.param("sendMessage", {"chat_id": DESK}, "message text is empty", id="no text"),
        pytest.param("sendMessage", {"chat_id": DESK, "text": " \n"}, "message text is empty", id="white space"),
        pytest.param("sendMessage", {"chat_id": DESK, "text": "x" * 4097}, "message is too long", id="4097"),
        pytest.param("sendMessage", {"chat_id": DESK, "text": "😀" * 2049}, "message is too long", id="2049 emoji"),
        pytest.param(
            "sendMessage", {"chat_id": DESK, "text": "x", "parse_mode": "X"}, "unsupported parse_mode", id="parse mode"
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "message_thread_id": 8},
            "message thread not found",
            id="bad thread",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
            id="nothing to reply to",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "reply_parameters": {"quote": "x"}},
            "parameter message_id is required",
            id="a reply to nothing",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "message_effect_id": "1"},
            "EFFECT_ID_INVALID",
            id="an effect that is not ours",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "loudness": 1},
            "unknown parameter loudness of sendMessage",
            id="unknown parameter",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "reply_markup": "{"},
            "can't parse reply_markup JSON object",
            id="markup that is no JSON",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": DESK, "text": "x", "reply_markup": {"buttons": []}},
            "object expected as reply markup",
            id="markup of no kind",
        ),
        pytest.param("editMessageText", {"chat_id": DESK, "text": "x"}, "message identifier is not specified", id="e0"),
        pytest.param(
            "editMessageText",
            {"chat_id": DESK, "message_id": 99, "text": "x"},
            "message to edit not found",
            id="nothing to edit",
        ),
        pytest.param(
            "deleteMessage", {"chat_id": DESK, "message_id": 99}, "message to delete not found", id="nothing to delete"
        ),
        pytest.param(
            "pinChatMessage", {"chat_id": DESK, "message_id": 99}, "message to pin not found", id="nothing to pin"
        ),
        pytest.param(
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
            id="no such tap",
        ),
        pytest.param(
            "sendChatAction", {"chat_id": DESK, "action": "sing"}, "wrong parameter action in request", id="no action"
        ),
        pytest.param("sendPhoto", {"chat_id": DESK}, "there is no photo in the request", id="no photo"),
        pytest.param(
            "sendPhoto",
            {"chat_id": DESK, "photo": "x"},
            "wrong remote file identifier specified: Wrong string length",
            id="no such file",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "Clôre", "description": "x"}]},
            "BOT_COMMAND_INVALID",
            id="a command with an accent",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "clore", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
            id="a command without a description",
        ),
        pytest.param(
            "getChatMember", {"chat_id": DESK, "user_id": 99}, "PARTICIPANT_ID_INVALID", id="a user nobody knows"
        ),
        pytest.param("getFile", {"file_id": "x"}, "invalid file_id", id="a file nobody knows"),
    ],
)
async def test_a_wrong_request_gets_telegrams_own_words(
    telegram: TelegramStandIn, method: str, parameters: dict[str, Any], words: str
) -> None:
    answer = await _call(telegram, method, parameters)
    assert answer.json() == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
    assert answer.status_code == 400
    assert telegram.messages() == []
    assert telegram.refusals == [(method, 400, f"Bad Request: {words}")]


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ({"type": "loud", "offset": 0, "length": 1}, "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
        ({"type": "bold", "offset": 0, "length": 0}, "receive an entity with incorrect length 0"),
        ({"type": "bold", "offset": 9, "length": 1}, "entity begins after the end of the text at UTF-16 offset 9"),
        (
            {"type": "bold", "offset": 0, "length": 9},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
        ),
        (
            {"type": "bold", "offset": 1, "length": 1},
            "entity beginning at UTF-16 offset 1 begins or ends in a middle of a UTF-16 symbol",
        ),
        (
            {"type": "text_link", "offset": 0, "length": 2, "url": "not-a-url"},
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
    ],
)
async def test_a_wrong_entity_is_refused(telegram: TelegramStandIn, entity: dict[str, Any], words: str) -> None:
    answer = await _call(telegram, "sendMessage", {"chat_id": DESK, "text": "😀 ok", "entities": [entity]})
    assert answer.json()["description"] == f"Bad Request: {words}"


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text is empty"),
        ({"callback_data": "x"}, 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        ({"text": "x", "data": "x"}, "can't parse inline keyboard button: unknown field data"),
        (
            {"text": "x", "url": "ftp://x.fr"},
            "inline keyboard button URL 'ftp://x.fr' is invalid: Unsupported URL protocol",
        ),
    ],
)
async def test_a_wrong_button_is_refused(telegram: TelegramStandIn, button: dict[str, Any], words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = await _call(telegram, "sendMessage", {"chat_id": DESK, "text": "x", "reply_markup": markup})
    assert answer.json()["description"] == f"Bad Request: {words}"


async def test_what_is_just_short_enough_is_taken(telegram: TelegramStandIn, bot: Bot) -> None:
    longest = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="é" * 32)]])
    await bot.send_message(DESK, "😀" * 2048, reply_markup=longest)
    await bot.send_document(DESK, b"x", caption="x" * 1024)
    assert len(telegram.messages()) == 2
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(DESK, b"x", caption="x" * 1025)


async def test_a_card_is_edited_in_place(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "ouvert", reply_markup=TAKE)
    await bot.edit_message_text("pris", DESK, card.message_id, reply_markup=TAKE)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("pris", DESK, card.message_id, reply_markup=TAKE)
    await bot.edit_message_reply_markup(DESK, card.message_id, reply_markup=None)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(DESK, card.message_id)
    (shown,) = telegram.messages()
    assert (shown.text, shown.markup, shown.edits) == ("pris", None, 2)


async def test_an_edit_without_a_keyboard_takes_it_away(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "ouvert", reply_markup=TAKE)
    await bot.edit_message_text("clos", DESK, card.message_id)
    assert telegram.messages()[0].markup is None


async def test_only_the_bots_own_texts_can_be_edited(telegram: TelegramStandIn, bot: Bot) -> None:
    await telegram.say(ALICE.id, "bonjour")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", DESK, 1)
    document = await bot.send_document(DESK, b"x")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", DESK, document.message_id)


async def test_a_message_can_be_deleted_for_two_days(telegram: TelegramStandIn, bot: Bot, clock: SteppingClock) -> None:
    early, late = await bot.send_message(DESK, "un"), await bot.send_message(DESK, "deux")
    clock.step(hours=48)
    await bot.delete_message(DESK, early.message_id)
    clock.step(seconds=1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(DESK, late.message_id)
    assert [message.text for message in telegram.deleted] == ["un"]
    assert [message.text for message in telegram.messages()] == ["deux"]


async def test_an_answer_shows_what_it_answers(telegram: TelegramStandIn, bot: Bot) -> None:
    card = await bot.send_message(DESK, "carte")
    answer = await bot.send_message(DESK, "note", reply_parameters=ReplyParameters(card.message_id))
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "carte"
    orphan = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(DESK, "seule", reply_parameters=orphan)).reply_to_message is None


async def test_a_topic_of_the_forum_takes_messages(telegram: TelegramStandIn, bot: Bot) -> None:
    sent = await bot.send_message(DESK, "x", message_thread_id=7)
    assert (sent.message_thread_id, sent.is_topic_message, sent.chat.is_forum) == (7, True, True)


async def test_a_bot_cannot_write_first_to_a_person(telegram: TelegramStandIn, bot: Bot) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ALICE.id, "bonjour")
    await telegram.say(ALICE.id, "/start", chat_id=ALICE.id)
    await bot.send_message(ALICE.id, "bonjour")
    assert [message.text for message in telegram.from_bot(ALICE.id)] == ["bonjour"]
    telegram.close_chat(ALICE.id, TelegramRefusal(403, "Forbidden: bot was blocked by the user"))
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ALICE.id, "encore")


async def test_a_group_that_moved_says_where(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.migrate_desk(-1009999999999)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(DESK, "x")
    assert moved.value.new_chat_id == -1009999999999
    await bot.send_message(moved.value.new_chat_id, "x")
    assert [message.text for message in telegram.messages()] == ["x"]


async def test_message_ids_count_from_one_in_every_chat(telegram: TelegramStandIn, bot: Bot) -> None:
    await telegram.say(ALICE.id, "/start", chat_id=ALICE.id)
    assert (await bot.send_message(DESK, "x")).message_id == 1
    assert (await bot.send_message(ALICE.id, "x")).message_id == 2


async def test_a_file_goes_up_and_comes_down(telegram: TelegramStandIn, bot: Bot) -> None:
    sent = await bot.send_document(DESK, b"hello", filename="a.txt", caption="voir")
    assert (sent.document.file_name, sent.document.file_size, sent.caption) == ("a.txt", 5, "voir")
    assert bytes(await (await sent.document.get_file()).download_as_bytearray()) == b"hello"
    again = await bot.send_document(DESK, sent.document.file_id)
    assert again.document.file_id == sent.document.file_id


async def test_every_kind_of_file_is_shown_as_its_kind(telegram: TelegramStandIn, bot: Bot) -> None:
    photo = await bot.send_photo(DESK, b"png", caption="photo")
    voice = await bot.send_voice(DESK, b"ogg", duration=3)
    audio = await bot.send_audio(DESK, b"mp3", title="répondeur")
    assert len(photo.photo) == 2
    assert (voice.voice.duration.seconds, audio.audio.title) == (3, "répondeur")


async def test_the_bot_knows_itself_its_chat_and_who_is_there(telegram: TelegramStandIn, bot: Bot) -> None:
    telegram.add_user(TelegramUser(99, "Inconnu"))
    assert (await bot.get_me()).username == "permanence_bot"
    chat = await bot.get_chat(DESK)
    assert (chat.type, chat.title) == ("supergroup", "Permanence")
    members = {user_id: (await bot.get_chat_member(DESK, user_id)).status for user_id in (bot.id, BRUNO.id, 99)}
    assert members == {bot.id: "administrator", BRUNO.id: "member", 99: "left"}


async def test_small_signs_are_taken(telegram: TelegramStandIn, bot: Bot) -> None:
    await telegram.say(ALICE.id, "merci")
    await bot.set_message_reaction(DESK, 1, ReactionEmoji.THUMBS_UP)
    await bot.pin_chat_message(DESK, 1)
    await bot.send_chat_action(DESK, "typing")
    await bot.set_my_commands([("aide", "Les commandes")])
    (message,) = telegram.messages()
    assert (message.reactions, message.is_pinned) == (("👍",), True)
    assert telegram.commands == [{"command": "aide", "description": "Les commandes"}]
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(DESK, 1, "✅")
    assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_parameters_come_by_every_way(telegram: TelegramStandIn, how: str) -> None:
    text, markup = {"chat_id": str(DESK), "text": "x"}, TAKE.to_dict()
    fields = text | {"reply_markup": json.dumps(markup), "disable_notification": "true"}
    url = f"{telegram.base_url}/bot{TELEGRAM_TOKEN}/SENDMESSAGE"
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        match how:
            case "query":
                answer = await http.get(url, params=fields)
            case "form":
                answer = await http.post(url, data=fields)
            case "json":
                answer = await http.post(url, json=text | {"reply_markup": markup, "disable_notification": True})
            case "multipart":
                answer = await http.post(url, files={name: (None, value) for name, value in fields.items()})
    assert answer.json()["result"]["reply_markup"] == markup
    assert telegram.messages()[0].disable_notification


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        pytest.param("/bot4242:wrong/getMe", 401, "Unauthorized", id="a wrong token"),
        pytest.param("/botwrong/getMe", 404, "Not Found", id="what is no token"),
        pytest.param(f"/bot{TELEGRAM_TOKEN}/getYou", 404, "Not Found", id="no such method"),
        pytest.param("/", 404, "Not Found", id="no path"),
        pytest.param(f"/file/bot{TELEGRAM_TOKEN}/files/x", 404, "Not Found", id="no such file"),
    ],
)
async def test_wrong_tokens_and_paths_are_refused(
    telegram: TelegramStandIn, path: str, status: int, description: str
) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        answer = await http.get(telegram.base_url + path)
    assert (answer.status_code, answer.json()["description"]) == (status, description)


async def test_what_was_asked_is_remembered(telegram: TelegramStandIn, bot: Bot) -> None:
    await bot.send_message(DESK, "x")
    await bot.get_updates(timeout=0)
    assert telegram.calls == [("getMe", {}), ("sendMessage", {"chat_id": DESK, "text": "x"})]


async def _call(telegram: TelegramStandIn, method: str, parameters: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        return await http.post(f"{telegram.base_url}/bot{TELEGRAM_TOKEN}/{method}", json=parameters)
