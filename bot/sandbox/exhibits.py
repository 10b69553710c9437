"""Pictures and files that the page shows by an address of its own, taken from where they lie at the stand-ins."""

from importlib.resources import files

import aiohttp

from bot.sandbox import cast
from bot.sandbox.mail import MailStandIn
from bot.sandbox.telegram import TelegramMessage, TelegramStandIn
from bot.sandbox.twilio import TwilioStandIn
from bot.sandbox.views import file_of, picture_of, sound_of

Exhibit = tuple[bytes, str]
"""A content and its type."""

CHATS = (cast.DESK_CHAT_ID, *(each.user_id for each in cast.TECHNICIANS))
"""Where the program writes at Telegram."""


def page_file(name: str) -> bytes:
    """One of the files that are shipped with the page."""
    return (files(__package__) / "page" / name).read_bytes()


async def picture(key: str, twilio: TwilioStandIn, telegram: TelegramStandIn) -> Exhibit | None:
    """What `twilio/SID/MEDIA_SID` or `telegram/FILE_ID` names."""
    where, _, rest = key.partition("/")
    if where == "telegram":
        is_it = (message for message in _messages(telegram) if picture_of(message) == rest)
        return await _telegram_file(telegram, rest, next(is_it, None))
    sid, _, media_sid = rest.partition("/")
    message = next((each for each in twilio.inbound() if each.sid == sid), None)
    media = message.media.get(media_sid) if message else None
    return (media.content, media.content_type) if media else None


async def document(file_id: str, telegram: TelegramStandIn) -> Exhibit | None:
    """A document, or a recording, that the program posted at the desk."""
    is_it = (each for each in _messages(telegram) if (file_of(each) or sound_of(each) or {}).get("file_id") == file_id)
    return await _telegram_file(telegram, file_id, next(is_it, None))


def mail_file(number: int, position: int, mail: MailStandIn) -> Exhibit | None:
    """A file of a mail, by the mail's number and the file's place in it."""
    found = next((each for each in (*mail.inbound(), *mail.outbound()) if each.number == number), None)
    if found is None or not 0 <= position < len(found.files):
        return None
    file = found.files[position]
    return file.content, file.content_type


async def _telegram_file(telegram: TelegramStandIn, file_id: str, message: TelegramMessage | None) -> Exhibit | None:
    """As Telegram's own apps do: over HTTP."""
    if message is None:
        return None
    url = f"{telegram.base_url}/file/bot{cast.BOT_TOKEN}/files/{file_id}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        content_type = (file_of(message) or sound_of(message) or {}).get("mime_type", "image/jpeg")
        return (await response.read(), content_type) if response.status == 200 else None


def _messages(telegram: TelegramStandIn) -> list[TelegramMessage]:
    return [message for chat_id in CHATS for message in telegram.messages(chat_id)]
