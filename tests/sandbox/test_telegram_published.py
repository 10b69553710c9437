"""The stand-in against the published description of the Bot API."""

import json
import re
from typing import Any

import httpx
import pytest

from bot.sandbox.telegram import TelegramStandIn, TelegramUser
from bot.sandbox.telegram_methods import METHODS
from bot.sandbox.telegram_parameters import ARRAYS, BOOLEANS, FILES, INTEGERS, OBJECTS, SIGNATURES
from bot.sandbox.telegram_rules import (
    BUTTON_ACTIONS,
    BUTTON_LOOKS,
    CHAT_ACTIONS,
    ENTITY_FIELDS,
    ENTITY_TYPES,
    REACTIONS,
)
from tests.sandbox.loopback import ALICE, DESK, PATIENCE, TELEGRAM_TOKEN, Complaints

MARKUP = {"inline_keyboard": [[{"text": "Prendre", "callback_data": "take:1"}]]}


def _fields(description: dict[str, Any], method: str) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = description["methods"][method].get("fields", [])
    return fields


def test_every_method_but_the_poll_has_its_function() -> None:
    assert {*METHODS, "getUpdates"} == set(SIGNATURES)


@pytest.mark.parametrize("method", SIGNATURES)
def test_a_methods_parameters_are_the_published_ones(telegram_description: dict[str, Any], method: str) -> None:
    fields = _fields(telegram_description, method)
    signature = SIGNATURES[method]
    assert {field["name"] for field in fields if field["required"]} == signature.required
    assert {field["name"] for field in fields if not field["required"]} == signature.optional


@pytest.mark.parametrize("method", SIGNATURES)
def test_a_parameter_is_read_as_its_published_kind(telegram_description: dict[str, Any], method: str) -> None:
    for field in _fields(telegram_description, method):
        assert _kind_we_read(field["name"]) == _published_kind(field["types"]), field["name"]


def _kind_we_read(name: str) -> str:
    kinds = {"file": FILES, "integer": INTEGERS, "boolean": BOOLEANS, "object": OBJECTS, "array": ARRAYS}
    return next((kind for kind, names in kinds.items() if name in names), "text")


def _published_kind(types: list[str]) -> str:
    if types[0].startswith("Array of "):
        return "array"
    scalars = {"Integer": "integer", "Boolean": "boolean", "String": "text", "InputFile": "file"}
    return "text" if set(types) == {"Integer", "String"} else scalars.get(types[0], "object")


def test_entities_buttons_and_signs_are_the_published_ones(telegram_description: dict[str, Any]) -> None:
    types = telegram_description["types"]
    assert {field["name"] for field in types["MessageEntity"]["fields"]} == ENTITY_FIELDS
    assert {field["name"] for field in types["InlineKeyboardButton"]["fields"]} == BUTTON_LOOKS | BUTTON_ACTIONS
    entity_types = next(field for field in types["MessageEntity"]["fields"] if field["name"] == "type")
    assert set(re.findall(r"[“\"]([a-z_]+)[”\"]", entity_types["description"])) == ENTITY_TYPES
    emoji = next(field for field in types["ReactionTypeEmoji"]["fields"] if field["name"] == "emoji")
    assert set(re.findall(r"[\"“]([^\"”]+)[\"”]", emoji["description"])) == REACTIONS
    action = next(field for field in _fields(telegram_description, "sendChatAction") if field["name"] == "action")
    assert set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", action["description"])) | {"typing"} == CHAT_ACTIONS


async def test_every_update_has_the_published_shape(telegram: TelegramStandIn, telegram_complaints: Complaints) -> None:
    telegram.add_user(TelegramUser(99, "Inconnu"))
    card = await _result(telegram, "sendMessage", {"chat_id": DESK, "text": "carte", "reply_markup": MARKUP})
    await telegram.say(ALICE.id, "/aide voir https://x.fr", reply_to=card["message_id"])
    await telegram.edit(ALICE.id, 2, "/aide")
    await telegram.press(ALICE.id, card["message_id"], "Prendre")
    await telegram.press(ALICE.id, 77, "gone", stale=True)
    await telegram.join(TelegramUser(13, "Chloé", last_name="Roy", username="chloe"))
    await telegram.say(99, "/start", chat_id=99)
    updates = await _result(telegram, "getUpdates", {})
    assert len(updates) == 6
    assert [complaint for update in updates for complaint in telegram_complaints("Update", update)] == []


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("getMe", {}),
        ("sendMessage", {"chat_id": DESK, "text": "x", "reply_markup": MARKUP, "message_thread_id": 7}),
        ("sendMessage", {"chat_id": DESK, "text": "x", "reply_parameters": {"message_id": 1}}),
        ("sendMessage", {"chat_id": DESK, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1}]}),
        ("editMessageText", {"chat_id": DESK, "message_id": 1, "text": "y", "reply_markup": MARKUP}),
        ("editMessageReplyMarkup", {"chat_id": DESK, "message_id": 1}),
        ("deleteMessage", {"chat_id": DESK, "message_id": 1}),
        ("pinChatMessage", {"chat_id": DESK, "message_id": 1}),
        ("setMessageReaction", {"chat_id": DESK, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "👍"}]}),
        ("sendChatAction", {"chat_id": DESK, "action": "typing"}),
        ("setMyCommands", {"commands": [{"command": "aide", "description": "Aide"}]}),
        ("getChat", {"chat_id": DESK}),
        ("getChatMember", {"chat_id": DESK, "user_id": ALICE.id}),
        ("getChatMember", {"chat_id": DESK, "user_id": 4242}),
        ("getWebhookInfo", {}),
        ("deleteWebhook", {"drop_pending_updates": True}),
        ("getUpdates", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_every_result_has_the_published_shape(
    telegram: TelegramStandIn,
    telegram_description: dict[str, Any],
    telegram_complaints: Complaints,
    method: str,
    parameters: dict[str, Any],
) -> None:
    await _result(telegram, "sendMessage", {"chat_id": DESK, "text": "carte", "reply_markup": MARKUP})
    result = await _result(telegram, method, parameters)
    returned = telegram_description["methods"][method]["returns"][0]
    assert telegram_complaints(returned, result) == []


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "audio"])
async def test_every_file_has_the_published_shape(
    telegram: TelegramStandIn, telegram_complaints: Complaints, kind: str
) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        url = f"{telegram.base_url}/bot{TELEGRAM_TOKEN}/send{kind.capitalize()}"
        form = {"chat_id": str(DESK), "caption": "voir"}
        sent = (await http.post(url, data=form, files={kind: ("a.bin", b"x")})).json()["result"]
    assert telegram_complaints("Message", sent) == []
    file_id = sent[kind][0]["file_id"] if kind == "photo" else sent[kind]["file_id"]
    assert telegram_complaints("File", await _result(telegram, "getFile", {"file_id": file_id})) == []


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        pytest.param({"message_id": "1"}, "$.message_id", id="a wrong type"),
        pytest.param({"colour": "red"}, "'colour' was unexpected", id="a field of our own"),
        pytest.param({"message_id": 1}, "'date' is a required property", id="a field left out"),
    ],
)
def test_the_check_itself_finds_what_is_wrong(
    telegram_complaints: Complaints, value: dict[str, Any], complaint: str
) -> None:
    assert complaint in "\n".join(telegram_complaints("Message", value))


async def _result(telegram: TelegramStandIn, method: str, parameters: dict[str, Any]) -> Any:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        answer = (await http.post(f"{telegram.base_url}/bot{TELEGRAM_TOKEN}/{method}", data=form)).json()
    assert answer["ok"], answer
    return answer["result"]
