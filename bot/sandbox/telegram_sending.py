"""The Bot API's methods that put something new into a chat: a text, or a file with its caption."""

import secrets

from bot.sandbox.telegram_chats import TelegramChat
from bot.sandbox.telegram_parameters import Parameters, Upload
from bot.sandbox.telegram_rules import Json, Styled, bad_request, check_caption, check_markup, check_text
from bot.sandbox.telegram_server import TelegramServer


def send_message(server: TelegramServer, parameters: Parameters) -> Json:
    styled = check_text(parameters["text"], parameters.get("entities"), parameters.get("parse_mode"))
    return _send(server, parameters, styled, {})


def send_photo(server: TelegramServer, parameters: Parameters) -> Json:
    file, _ = _file(server, parameters["photo"])
    sizes = [{**file, "width": side, "height": side * 3 // 4} for side in (320, 1280)]
    return _send_file(server, parameters, {"photo": sizes})


def send_document(server: TelegramServer, parameters: Parameters) -> Json:
    file, about = _file(server, parameters["document"])
    return _send_file(server, parameters, {"document": file | about})


def send_voice(server: TelegramServer, parameters: Parameters) -> Json:
    file, about = _file(server, parameters["voice"])
    about.pop("file_name", None)
    return _send_file(server, parameters, {"voice": file | about | {"duration": parameters.get("duration", 0)}})


def send_audio(server: TelegramServer, parameters: Parameters) -> Json:
    file, about = _file(server, parameters["audio"])
    tags = {name: parameters[name] for name in ("performer", "title") if name in parameters}
    return _send_file(server, parameters, {"audio": file | about | tags | {"duration": parameters.get("duration", 0)}})


def _send_file(server: TelegramServer, parameters: Parameters, media: Json) -> Json:
    caption = parameters.get("caption", "")
    styled = check_caption(caption, parameters.get("caption_entities"), parameters.get("parse_mode"))
    return _send(server, parameters, styled, media)


def _file(server: TelegramServer, source: Upload | str) -> tuple[Json, Json]:
    """A new file's ids and size, and what is known about it; one that is there already goes by its id."""
    if isinstance(source, str):
        if source not in server.files:
            raise bad_request("wrong remote file identifier specified: Wrong string length")
        return {"file_id": source, "file_unique_id": source[:16], "file_size": len(server.files[source])}, {}
    if not source.content:
        raise bad_request("file must be non-empty")
    file_id = f"BQ{secrets.token_hex(24)}"
    server.files[file_id] = source.content
    file = {"file_id": file_id, "file_unique_id": file_id[:16], "file_size": len(source.content)}
    return file, {"file_name": source.name, "mime_type": source.content_type}


def _send(server: TelegramServer, parameters: Parameters, styled: Styled, media: Json) -> Json:
    chat = server.chats.find(parameters["chat_id"])
    _check_privileges(parameters)
    thread_id = parameters.get("message_thread_id")
    if thread_id is not None and thread_id not in (chat.topics or ()):
        raise bad_request("message thread not found")
    markup = check_markup(parameters.get("reply_markup"))
    reply_to = _reply_to(chat, parameters.get("reply_parameters"))
    message = chat.add(
        server.bot,
        server.clock.now(),
        text=styled.text,
        entities=styled.entities,
        markup=markup,
        reply_to=reply_to,
        thread_id=thread_id,
        disable_notification=parameters.get("disable_notification", False),
        media=media,
    )
    server.tell("sent", chat, message)
    return chat.show(message)


def _check_privileges(parameters: Parameters) -> None:
    """What only a bot with a business connection, bought effects or paid broadcasts may ask for."""
    if parameters.get("business_connection_id"):
        raise bad_request("business connection not found")
    if parameters.get("message_effect_id"):
        raise bad_request("EFFECT_ID_INVALID")
    if parameters.get("allow_paid_broadcast"):
        raise bad_request("FLOODSKIP_NOT_ALLOWED")


def _reply_to(chat: TelegramChat, reply: Json | None) -> int | None:
    if reply is None:
        return None
    if not isinstance(reply.get("message_id"), int):
        raise bad_request("parameter message_id is required")
    if reply["message_id"] in chat.messages:
        return int(reply["message_id"])
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
