"""Which parameters each Bot API method takes, and of which kind. A parameter that is not in the table is refused."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.telegram_rules import MAX_UPLOAD_BYTES, QUERY_TOO_OLD, TelegramRefusal, bad_request

Parameters = dict[str, Any]

NUMBER = re.compile(r"-?[0-9]+")


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Signature:
    """The parameters of one method."""

    required: frozenset[str]
    optional: frozenset[str]


def _signature(required: str = "", optional: str = "") -> Signature:
    return Signature(frozenset(required.split()), frozenset(optional.split()))


_ANY_MESSAGE = (
    "business_connection_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup "
)
_CAPTION = "caption parse_mode caption_entities "
_EDITED = "business_connection_id chat_id message_id inline_message_id reply_markup "

SIGNATURES: Mapping[str, Signature] = {
    "getMe": _signature(),
    "getUpdates": _signature(optional="offset limit timeout allowed_updates"),
    "sendMessage": _signature("chat_id text", _ANY_MESSAGE + "parse_mode entities link_preview_options"),
    "sendPhoto": _signature("chat_id photo", _ANY_MESSAGE + _CAPTION + "show_caption_above_media has_spoiler"),
    "sendDocument": _signature(
        "chat_id document", _ANY_MESSAGE + _CAPTION + "thumbnail disable_content_type_detection"
    ),
    "sendVoice": _signature("chat_id voice", _ANY_MESSAGE + _CAPTION + "duration"),
    "sendAudio": _signature("chat_id audio", _ANY_MESSAGE + _CAPTION + "duration performer title thumbnail"),
    "editMessageText": _signature("", _EDITED + "text parse_mode entities link_preview_options rich_message"),
    "editMessageReplyMarkup": _signature("", _EDITED),
    "deleteMessage": _signature("chat_id message_id"),
    "pinChatMessage": _signature("chat_id message_id", "business_connection_id disable_notification"),
    "setMessageReaction": _signature("chat_id message_id", "reaction is_big"),
    "answerCallbackQuery": _signature("callback_query_id", "text show_alert url cache_time"),
    "sendChatAction": _signature("chat_id action", "business_connection_id message_thread_id"),
    "setMyCommands": _signature("commands", "scope language_code"),
    "getChat": _signature("chat_id"),
    "getChatMember": _signature("chat_id user_id"),
    "getFile": _signature("file_id"),
    "getWebhookInfo": _signature(),
    "deleteWebhook": _signature(optional="drop_pending_updates"),
}

INTEGERS = frozenset(
    (
        *("offset", "limit", "timeout", "message_thread_id", "direct_messages_topic_id", "message_id", "user_id"),
        *("duration", "cache_time"),
    )
)
BOOLEANS = frozenset(
    (
        *("disable_notification", "protect_content", "allow_paid_broadcast", "show_caption_above_media", "has_spoiler"),
        *("disable_content_type_detection", "is_big", "show_alert", "drop_pending_updates"),
    )
)
OBJECTS = frozenset(
    ("link_preview_options", "suggested_post_parameters", "reply_parameters", "reply_markup", "rich_message", "scope")
)
ARRAYS = frozenset(("allowed_updates", "entities", "caption_entities", "reaction", "commands"))
FILES = frozenset(("photo", "document", "voice", "audio", "thumbnail"))

MISSING: Mapping[str, str] = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "callback_query_id": QUERY_TOO_OLD,
    "user_id": "invalid user_id specified",
    "action": "wrong parameter action in request",
    "file_id": "invalid file_id",
    "commands": "can't parse commands JSON object",
    **{kind: f"there is no {kind} in the request" for kind in ("photo", "document", "voice", "audio")},
}


def method_named(name: str) -> str:
    """The method's name as it is written; Telegram does not mind the case."""
    for method in SIGNATURES:
        if method.lower() == name.lower():
            return method
    raise TelegramRefusal(404, "Not Found")


async def read_parameters(request: web.Request, method: str) -> Parameters:
    """The parameters of a request, from its address and its body (form, multipart or JSON), checked and typed."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= await _json_body(request)
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            given[name] = _upload(value) if isinstance(value, web.FileField) else value
    return checked_parameters(method, given)


async def _json_body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return body


def _upload(field: web.FileField) -> Upload:
    content = field.file.read()
    if len(content) > MAX_UPLOAD_BYTES:
        raise TelegramRefusal(413, "Request Entity Too Large")
    return Upload(field.filename, field.content_type, content)


def checked_parameters(method: str, given: Mapping[str, Any]) -> Parameters:
    signature = SIGNATURES[method]
    attached = {str(value).removeprefix("attach://") for value in given.values() if str(value).startswith("attach://")}
    parameters: Parameters = {}
    for name, value in given.items():
        if name in signature.required or name in signature.optional:
            parameters[name] = _typed(name, value, given)
        elif name not in attached:
            raise bad_request(f"unknown parameter {name} of {method}")
    for name in sorted(signature.required):
        if parameters.get(name) in (None, ""):
            raise bad_request(MISSING.get(name, f"parameter {name} is required"))
    return parameters


def _typed(name: str, value: Any, given: Mapping[str, Any]) -> Any:
    if name in FILES and isinstance(value, str) and value.startswith("attach://"):
        return given.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        if name not in FILES:
            raise bad_request(f"a file is not expected in {name}")
        return value
    if name in INTEGERS:
        return _integer(name, value)
    if name in BOOLEANS:
        return str(value).lower() in ("true", "1", "yes")
    if name in OBJECTS or name in ARRAYS:
        return _parsed(name, value, dict if name in OBJECTS else list)
    return int(value) if name == "chat_id" and NUMBER.fullmatch(str(value)) else str(value)


def _integer(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_request(MISSING.get(name, f"can't parse {name}")) from None


def _parsed(name: str, value: Any, kind: type) -> Any:
    try:
        parsed = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise bad_request(f"can't parse {name} JSON object") from None
    if not isinstance(parsed, kind):
        raise bad_request(f"{'object' if kind is dict else 'array'} expected as {name.replace('_', ' ')}")
    return parsed
