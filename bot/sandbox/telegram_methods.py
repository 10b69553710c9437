"""The Bot API's methods, one small function each, over the chats. `METHODS` is the table of them."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.sandbox.telegram_chats import TelegramChat, TelegramMessage
from bot.sandbox.telegram_parameters import Parameters
from bot.sandbox.telegram_rules import (
    CHAT_ACTIONS,
    MAX_CALLBACK_ANSWER,
    MAX_DOWNLOAD_BYTES,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    REACTIONS,
    Json,
    Styled,
    bad_request,
    check_markup,
    check_text,
    utf16,
)
from bot.sandbox.telegram_sending import send_audio, send_document, send_message, send_photo, send_voice
from bot.sandbox.telegram_server import TelegramChange, TelegramServer

DELETABLE = timedelta(hours=48)
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def get_me(server: TelegramServer, parameters: Parameters) -> Json:
    may = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
    return server.bot.to_json() | may


def edit_message_text(server: TelegramServer, parameters: Parameters) -> Json:
    styled = check_text(parameters.get("text", ""), parameters.get("entities"), parameters.get("parse_mode"))
    chat, message = _own_message(server, parameters, "edit")
    if message.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(server, chat, message, styled, check_markup(parameters.get("reply_markup"), is_edit=True))


def edit_message_reply_markup(server: TelegramServer, parameters: Parameters) -> Json:
    chat, message = _own_message(server, parameters, "edit")
    markup = check_markup(parameters.get("reply_markup"), is_edit=True)
    return _edit(server, chat, message, Styled(message.text, message.entities), markup)


def _own_message(server: TelegramServer, parameters: Parameters, verb: str) -> tuple[TelegramChat, TelegramMessage]:
    chat, message = _message(server, parameters, verb)
    if message.sender != server.bot or message.service:
        raise bad_request(f"message can't be {verb}ed")
    return chat, message


def _message(server: TelegramServer, parameters: Parameters, verb: str) -> tuple[TelegramChat, TelegramMessage]:
    if "chat_id" not in parameters:
        raise bad_request("chat_id is empty")
    if "message_id" not in parameters:
        raise bad_request("message identifier is not specified")
    chat = server.chats.find(parameters["chat_id"])
    if parameters["message_id"] not in chat.messages:
        raise bad_request(f"message to {verb} not found")
    return chat, chat.messages[parameters["message_id"]]


def _edit(
    server: TelegramServer, chat: TelegramChat, message: TelegramMessage, styled: Styled, markup: Json | None
) -> Json:
    """Show it anew. A keyboard that is not sent again is taken away."""
    if (styled.text, styled.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(NOT_MODIFIED)
    message.text, message.entities, message.markup = styled.text, styled.entities, markup
    message.edited_at = server.clock.now()
    message.edits += 1
    server.tell("edited", chat, message)
    return chat.show(message)


def delete_message(server: TelegramServer, parameters: Parameters) -> bool:
    chat, message = _message(server, parameters, "delete")
    if server.clock.now() - message.sent_at > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message.message_id]
    server.deleted.append(message)
    server.tell("deleted", chat, message)
    return True


def pin_chat_message(server: TelegramServer, parameters: Parameters) -> bool:
    chat, message = _message(server, parameters, "pin")
    message.is_pinned = True
    server.tell("pinned", chat, message)
    return True


def set_message_reaction(server: TelegramServer, parameters: Parameters) -> bool:
    chat, message = _message(server, parameters, "react")
    reactions = parameters.get("reaction", [])
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(reaction.get("type") != "emoji" or reaction.get("emoji") not in REACTIONS for reaction in reactions):
        raise bad_request("REACTION_INVALID")
    message.reactions = tuple(reaction["emoji"] for reaction in reactions)
    server.tell("reacted", chat, message)
    return True


def answer_callback_query(server: TelegramServer, parameters: Parameters) -> bool:
    press = server.presses.get(parameters["callback_query_id"])
    now = asyncio.get_running_loop().time()
    if press is None or now - press.pressed_at > server.query_seconds:
        raise bad_request(QUERY_TOO_OLD)
    if utf16(parameters.get("text", "")) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = {name: parameters[name] for name in ("text", "show_alert", "url") if name in parameters}
    server.changes.publish(TelegramChange("answered", press.chat_id, press=press))
    return True


def send_chat_action(server: TelegramServer, parameters: Parameters) -> bool:
    server.chats.find(parameters["chat_id"])
    if parameters["action"] not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def set_my_commands(server: TelegramServer, parameters: Parameters) -> bool:
    commands = parameters["commands"]
    for command in commands:
        if not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    server.commands = commands
    return True


def get_chat(server: TelegramServer, parameters: Parameters) -> Json:
    chat = server.chats.find(parameters["chat_id"])
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    about = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return chat.to_json() | about


def get_chat_member(server: TelegramServer, parameters: Parameters) -> Json:
    chat, user_id = server.chats.find(parameters["chat_id"]), parameters["user_id"]
    if user_id == server.bot.id:
        return {"status": "administrator", "user": server.bot.to_json(), **_ADMINISTRATOR}
    user = server.chats.users.get(user_id)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    is_member = user_id in chat.members or user_id == chat.id
    return {"status": "member" if is_member else "left", "user": user.to_json()}


_ADMINISTRATOR = {
    **dict.fromkeys(("can_be_edited", "is_anonymous", "can_promote_members", "can_change_info"), False),
    **dict.fromkeys(("can_post_stories", "can_edit_stories", "can_delete_stories"), False),
    **dict.fromkeys(("can_manage_chat", "can_delete_messages", "can_manage_video_chats"), True),
    **dict.fromkeys(("can_restrict_members", "can_invite_users", "can_pin_messages", "can_manage_topics"), True),
}


def get_file(server: TelegramServer, parameters: Parameters) -> Json:
    file_id = parameters["file_id"]
    if file_id not in server.files:
        raise bad_request("invalid file_id")
    size = len(server.files[file_id])
    if size > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {"file_id": file_id, "file_unique_id": file_id[:16], "file_size": size, "file_path": f"files/{file_id}"}


def get_webhook_info(server: TelegramServer, parameters: Parameters) -> Json:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(server.updates)}


def delete_webhook(server: TelegramServer, parameters: Parameters) -> bool:
    if parameters.get("drop_pending_updates"):
        server.updates.forget()
    return True


Method = Callable[[TelegramServer, Parameters], Any]

METHODS: Mapping[str, Method] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "sendAudio": send_audio,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "pinChatMessage": pin_chat_message,
    "setMessageReaction": set_message_reaction,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "setMyCommands": set_my_commands,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getFile": get_file,
    "getWebhookInfo": get_webhook_info,
    "deleteWebhook": delete_webhook,
}
"""Every method but `getUpdates`, which waits and so belongs to the server itself."""
