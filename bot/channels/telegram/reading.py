"""Reads a stored update: what a technician orders, or nothing of ours. Pure; who may order what is not decided here."""

import json
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update, User

from bot.channels.telegram.commands import read_command
from bot.domain.buttons import decode
from bot.domain.desk import Order, Verb
from bot.domain.inbox import ChatMoved, InboxEntry, Noise
from bot.errors import Unreadable

MEDIA = "media"
"""What `Order.typed` says of a picture, a voice message, a file: only text can be relayed."""

# What reading JSON of an unknown form with python-telegram-bot raises: it checks neither types nor ranges.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Us:
    """Our bot, as updates name it."""

    bot_id: int
    username: str | None

    def is_called(self, name: str) -> bool:
        """While our name is not known, a command aimed at any bot is taken as ours rather than lost."""
        return self.username is None or name.casefold() == self.username.removeprefix("@").casefold()

    def wrote(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.id == self.bot_id


def parse(entry: InboxEntry, *, bot_id: int, bot_username: str | None = None) -> Order | ChatMoved | Noise:
    """Read an update as an order, or say why it is none. Raises `Unreadable`.

    `bot_id` is the number before the colon of the token (`Bot.id`), so that no network is needed to know it; the name
    comes from Telegram (`Poller.username`) and is needed only for "/prendre@OurBot 12".
    """
    try:
        update = Update.de_json(json.loads(entry.payload))
        return _read(update, _Us(bot_id, bot_username))
    except _MALFORMED as error:
        raise Unreadable(f"telegram update {entry.external_id} cannot be read: {type(error).__name__}") from error


def _read(update: Update, us: _Us) -> Order | ChatMoved | Noise:
    _whole(update.update_id)
    if update.callback_query is not None:
        return _read_press(update.callback_query)
    if update.message is not None:
        return _read_message(update.message, us)
    if update.edited_message is not None:
        return Noise("an edited message")
    if update.my_chat_member is not None:
        return Noise(f"our membership: {update.my_chat_member.new_chat_member.status}")
    return Noise("a kind of update we do not ask for")


def _read_press(query: CallbackQuery) -> Order | Noise:
    """A button's press. The message is at hand even where it is too old to be shown: its chat and id are."""
    if query.message is None or query.data is None:
        return Noise("a button that is not ours")
    data = _text(query.data)
    verb, ticket, words = decode(data)
    return Order(
        verb=verb,
        user_id=_whole(query.from_user.id),
        user_name=_text(query.from_user.full_name),
        chat_id=_whole(query.message.chat.id),
        message_id=_whole(query.message.message_id),
        is_private=query.message.chat.type == query.message.chat.PRIVATE,
        ticket=ticket,
        words=words,
        typed=data if verb is Verb.UNKNOWN else "",
        callback_id=_text(query.id),
    )


def _read_message(message: Message, us: _Us) -> Order | ChatMoved | Noise:
    if message.migrate_to_chat_id is not None:
        return ChatMoved(_whole(message.chat.id), _whole(message.migrate_to_chat_id))
    if message.sender_chat is not None:
        return Noise("written in the name of a group or channel: nobody to answer for it")
    if message.from_user is None or message.from_user.is_bot:
        return Noise("not written by a person")
    reading = _read_text(message, us)
    return reading if isinstance(reading, Noise) else _order(message, message.from_user, reading)


@dataclass(frozen=True, slots=True)
class _Reading:
    verb: Verb
    ticket: int | None = None
    words: str = ""
    typed: str = ""
    reply_to: int | None = None


def _read_text(message: Message, us: _Us) -> _Reading | Noise:
    has_text = message.text is not None
    text = _text(message.text if message.text is not None else message.caption or "")
    is_private = message.chat.type == message.chat.PRIVATE
    reply_to = _answered(message, us)
    # a forwarded text is not what the technician says: a client may have written the command in it
    is_own = message.forward_origin is None
    command = read_command(text, answers_card=reply_to is not None) if is_own else None
    if command is not None and command.bot is not None and not us.is_called(command.bot):
        return Noise("a command for another bot")
    if command is not None:
        if not has_text:
            return _Reading(Verb.REPLY, command.ticket, command.words, MEDIA, reply_to)
        return _Reading(command.verb, command.ticket, command.words, text, reply_to)
    if reply_to is not None:
        return _Reading(Verb.REPLY, words=text, typed="" if has_text else MEDIA, reply_to=reply_to)
    if is_private and (has_text or message.effective_attachment):
        return _Reading(Verb.UNKNOWN, words=text, typed=text if has_text else MEDIA)
    return Noise("talk between people" if has_text else "no text")


def _answered(message: Message, us: _Us) -> int | None:
    """The message of ours that this one answers.

    In a topic, Telegram says of every message that it answers the one that made the topic: that is no answer.
    """
    answered = message.reply_to_message
    if answered is None or not us.wrote(answered) or answered.forum_topic_created is not None:
        return None
    return _whole(answered.message_id)


def _order(message: Message, author: User, reading: _Reading) -> Order:
    return Order(
        verb=reading.verb,
        user_id=_whole(author.id),
        user_name=_text(author.full_name),
        chat_id=_whole(message.chat.id),
        message_id=_whole(message.message_id),
        is_private=message.chat.type == message.chat.PRIVATE,
        ticket=reading.ticket,
        words=reading.words,
        typed=reading.typed,
        reply_to=reading.reply_to,
    )


def _whole(value: object) -> int:
    """A number, as the Bot API says it is: the library does not look, and a database would be given anything."""
    if type(value) is not int:
        raise TypeError("not a whole number")
    if not -(2**63) <= value < 2**63:
        raise OverflowError("not a 64-bit number")
    return value


def _text(value: object) -> str:
    """A text that can be stored: JSON can hold half a surrogate pair, UTF-8 cannot."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value.encode("utf-8", "replace").decode()
