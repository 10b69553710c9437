"""What the stand-ins hold, as the page shows it: the clients' phones and mailboxes, the technicians' Telegram."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from bot.sandbox import cast
from bot.sandbox import twilio_line as line
from bot.sandbox.mail import Mail, MailDelivery, MailFile
from bot.sandbox.mail_messages import CALENDAR, INVITATION
from bot.sandbox.telegram import Press, TelegramMessage
from bot.sandbox.twilio import CallRecord, TwilioMessage
from bot.sandbox.twilio_messages import plain
from bot.texts import demo_calls as texts
from bot.texts.calls import length

Json = dict[str, Any]

_DESK = "bureau"
_KEY = re.compile(rf"({_DESK}|\d+)-(\d+)")


def cast_view() -> Json:
    people = [
        {
            "id": each.id,
            "name": each.name,
            "role": each.role,
            "client": each.client,
            "number": each.number,
            "mail": each.mail,
        }
        for each in cast.PEOPLE
    ]
    technicians = [{"id": each.user_id, "name": each.name} for each in cast.TECHNICIANS]
    return {
        "people": people,
        "technicians": technicians,
        "support": {
            "sms": cast.SMS_NUMBER,
            "whatsapp": cast.WHATSAPP_NUMBER,
            "mail": cast.MAIL_ADDRESS,
            "phone": cast.SMS_NUMBER,
        },
    }


def phone_view(messages: Iterable[TwilioMessage], *, taken: Mapping[str, bool]) -> list[Json]:
    """What the clients' phones hold; `taken` says of each message of theirs whether the webhook took it."""
    return [_phone_message(message, taken) for message in messages if _client_of(message) is not None]


def _client_of(message: TwilioMessage) -> cast.Person | None:
    return cast.owner_of(plain(message.sender if message.is_inbound else message.recipient))


def _phone_message(message: TwilioMessage, taken: Mapping[str, bool]) -> Json:
    owner = _client_of(message)
    return {
        "id": message.sid,
        "person": owner.id if owner else None,
        "channel": message.channel,
        "from": "client" if message.is_inbound else "support",
        "text": message.body,
        "at": message.created_at.isoformat(timespec="seconds"),
        "status": message.status,
        "error": message.error_code,
        "taken": taken.get(message.sid, False),
        "pictures": [f"/picture/twilio/{message.sid}/{media_sid}" for media_sid in message.media],
    }


def mail_view(mails: Iterable[Mail], *, deliveries: Iterable[MailDelivery]) -> list[Json]:
    """What the clients' mailboxes hold, sent and received, by time; of a mail in two mailboxes, one for each."""
    last = {each.mail.number: each for each in deliveries}
    return [
        _mail(mail, owner, last.get(mail.number))
        for mail in sorted(mails, key=lambda mail: (mail.at, mail.number))
        for owner in _owners_of(mail)
    ]


def _owners_of(mail: Mail) -> list[cast.Person]:
    places = (mail.sender,) if mail.is_inbound else mail.envelope_to
    owners = (cast.owner_of(each.lower()) for each in places)
    return [owner for owner in owners if owner is not None]


def _mail(mail: Mail, owner: cast.Person, delivery: MailDelivery | None) -> Json:
    return {
        "id": mail.number,
        "person": owner.id,
        "from": "client" if mail.is_inbound else "support",
        "sender": {"name": mail.sender_name, "address": mail.sender},
        "subject": mail.subject,
        "text": mail.text,
        "at": mail.at.isoformat(timespec="seconds"),
        "answers": bool(mail.in_reply_to),
        "status": _mail_status(delivery) if mail.is_inbound else "received",
        "files": [
            {
                "name": file.name,
                "bytes": len(file.content),
                "url": f"/mail/{mail.number}/{position}/{quote(file.name, safe='')}",
            }
            for position, file in _shown_files(mail)
        ],
    }


def _shown_files(mail: Mail) -> list[tuple[int, MailFile]]:
    """Each file with its place; an invitation that is attached too shows once, as in mail programs."""
    files = list(enumerate(mail.files))
    calendars = [file for _, file in files if file.content_type == CALENDAR]
    return files if len(calendars) < 2 else [(at, file) for at, file in files if file.name != INVITATION]


def _mail_status(delivery: MailDelivery | None) -> str:
    if delivery is None or delivery.is_waiting:
        return "waiting"
    return "taken" if delivery.is_taken else "refused"


def call_view(calls: Iterable[tuple[CallRecord, Iterable[CallRecord]]]) -> list[Json]:
    """The calls of the cast, oldest first, each with its legs to technicians: what was heard of each."""
    return [_call(call, legs, owner) for call, legs in calls if (owner := cast.owner_of(call.caller)) is not None]


def _call(call: CallRecord, legs: Iterable[CallRecord], owner: cast.Person) -> Json:
    return {
        "id": call.sid,
        "person": owner.id,
        "at": call.started_at.isoformat(timespec="seconds"),
        "heard": heard_of(call, legs),
        "isOver": call.is_over,
        "ended": call_words(call),
    }


def call_words(call: CallRecord) -> str:
    """What became of a call, as the caller would tell it."""
    told = {name: value for posted in call.posted for name, value in posted.form.items()}
    if call.error_code is not None:
        return texts.FAILED.format(code=call.error_code)
    if told.get("DialBridged") == "true":
        return texts.TALKED.format(name=_name_at(call.rang[-1] if call.rang else ""))
    if call.spoken_seconds:
        return texts.LEFT_MESSAGE.format(length=length(call.spoken_seconds))
    return texts.NOBODY_ANSWERED


def _name_at(number: str) -> str:
    technician = cast.technician_at(number)
    return technician.name if technician else texts.SOMEBODY


def heard_of(call: CallRecord, legs: Iterable[CallRecord]) -> list[Json]:
    """`{"what": "rings" | "screens" | "presses" | "says" | "beep" | "ends", "text"}` of each thing that was heard.

    What was said to the technician who picked up, and the key they pressed, the caller does not hear: the visitor does.
    """
    rung, answering = iter(call.rang), iter(legs)
    lines = []
    for heard in call.heard:
        match heard:
            case line.RING:
                name = _name_at(next(rung, ""))
                lines.append({"what": "rings", "text": texts.RINGS.format(name=name)})
                lines += _screened(next(answering, None), name)
            case line.BEEP:
                lines.append({"what": "beep", "text": texts.BEEP})
            case line.ERROR:
                continue
            case said:
                lines.append({"what": "says", "text": said})
    return [*lines, {"what": "ends", "text": call_words(call)}] if call.is_over else lines


def _screened(leg: CallRecord | None, name: str) -> list[Json]:
    if leg is None:
        return []
    lines = [{"what": "screens", "text": texts.SCREENED.format(name=name, said=said)} for said in leg.heard]
    if leg.pressed is not None:
        lines.append({"what": "presses", "text": texts.PRESSED.format(name=name, key=leg.pressed)})
    return lines


def desk_view(chats: Mapping[int, Iterable[TelegramMessage]], *, questions: Collection[str]) -> list[Json]:
    """What the technicians see, in the desk's group and in private, by time.

    `questions` are the keys of messages that open the answer field.
    """
    messages = [message for chat in chats.values() for message in chat if not message.service]
    return [_desk_message(message, questions) for message in sorted(messages, key=lambda message: message.sent_at)]


def _desk_message(message: TelegramMessage, questions: Collection[str]) -> Json:
    key = message_key(message.chat_id, message.message_id)
    rows = (message.markup or {}).get("inline_keyboard", [])
    file_id = picture_of(message)
    return {
        "id": key,
        "private": None if message.chat_id == cast.DESK_CHAT_ID else message.chat_id,
        "from": {"id": message.sender.id, "name": message.sender.first_name, "isBot": message.sender.is_bot},
        "text": message.text,
        "entities": list(message.entities),
        "buttons": [
            [{"text": each["text"], "data": each.get("callback_data"), "url": each.get("url")} for each in row]
            for row in rows
        ],
        "replyTo": message_key(message.chat_id, message.reply_to) if message.reply_to else None,
        "edited": message.edits > 0,
        "silent": message.disable_notification,
        "forceReply": key in questions,
        "at": message.sent_at.isoformat(timespec="seconds"),
        "picture": f"/picture/telegram/{file_id}" if file_id else None,
        "file": _file_view(message),
        "sound": _sound_view(message),
    }


def picture_of(message: TelegramMessage) -> str | None:
    """The id of the picture's file, largest size, if it has one."""
    if message.media.get("photo"):
        return str(message.media["photo"][-1]["file_id"])
    document = message.media.get("document", {})
    return str(document["file_id"]) if str(document.get("mime_type", "")).startswith("image/") else None


def file_of(message: TelegramMessage) -> Json | None:
    """The document that was posted, as Telegram tells of it; a picture is none."""
    return message.media.get("document") if picture_of(message) is None else None


def sound_of(message: TelegramMessage) -> Json | None:
    """The recording that was posted, as Telegram tells of it."""
    return message.media.get("voice") or message.media.get("audio")


def _sound_view(message: TelegramMessage) -> Json | None:
    sound = sound_of(message)
    if sound is None:
        return None
    name = str(sound.get("file_name", "message.ogg"))
    return {"url": f"/file/{sound['file_id']}/{quote(name, safe='')}", "seconds": sound["duration"], "name": name}


def _file_view(message: TelegramMessage) -> Json | None:
    """Its name ends the address too: a browser saves it under that name."""
    document = file_of(message)
    if document is None:
        return None
    name = str(document.get("file_name", "document"))
    return {"name": name, "bytes": document["file_size"], "url": f"/file/{document['file_id']}/{quote(name, safe='')}"}


def toast_view(presses: Iterable[Press]) -> list[Json]:
    """What the bot showed for taps on buttons, oldest first."""
    return [
        {"id": press.query_id, "text": press.answer["text"], "alert": bool(press.answer.get("show_alert"))}
        for press in presses
        if press.answer and press.answer.get("text")
    ]


def message_key(chat_id: int, message_id: int) -> str:
    """One name for a message on the page: ids count from 1 in each chat."""
    return f"{_DESK if chat_id == cast.DESK_CHAT_ID else chat_id}-{message_id}"


def parse_message_key(key: str) -> tuple[int, int]:
    """(chat id, message id). Raises ValueError."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{key!r} names no message")
    chat, message_id = found.groups()
    return cast.DESK_CHAT_ID if chat == _DESK else int(chat), int(message_id)
