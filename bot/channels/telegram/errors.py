"""The one table that says what an error of the Bot API means for a message of ours."""

from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

UNCHANGED = "unchanged"
GONE = "gone"
TOO_OLD = "too-old"
BLOCKED = "blocked"
TOKEN = "token"  # noqa: S105 - the name of a problem
MIGRATED = "migrated"

WRONG_TOKEN_SECONDS = 300.0
"""How long to wait while the shop puts a right token in: what waits is not lost."""

# How Telegram words a 400, in lower case; the first that is found in its sentence gives the code.
_REFUSALS: tuple[tuple[str, str], ...] = (
    ("message is not modified", UNCHANGED),
    ("message to edit not found", GONE),
    ("message can't be edited", GONE),
    ("message_id_invalid", GONE),
    ("query is too old", TOO_OLD),
    ("query_id_invalid", TOO_OLD),
    ("query id is invalid", TOO_OLD),
    ("chat not found", "chat-not-found"),
    ("message thread not found", "thread-not-found"),
    ("topic_deleted", "thread-not-found"),
    ("topic_closed", "thread-closed"),
    ("not enough rights", "no-rights"),
    ("have no rights", "no-rights"),
    ("need administrator rights", "no-rights"),
    ("chat_write_forbidden", "no-rights"),
    ("too long", "too-long"),
    ("too_long", "too-long"),
    ("button_data_invalid", "bad-button"),
    ("button_url_invalid", "bad-button"),
    ("too big", "too-big"),
)
REFUSED = "refused"

# Nothing had left us yet. After any other break in the connection Telegram may have taken the message.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def to_delivery_error(error: TelegramError) -> DeliveryError:
    """Our error for one of python-telegram-bot's.

    The order matters: `BadRequest` is a `NetworkError` in the library, and must not be tried again as one is.
    The library's own sentences are kept only where they are Telegram's: others may hold the token or a whole answer.
    """
    match error:
        case RetryAfter():
            return TransientDeliveryError("asked to slow down", code="429", retry_after=seconds_of(error))
        case ChatMigrated():
            return PermanentDeliveryError("the group has a new id", code=f"{MIGRATED}:{error.new_chat_id}")
        case Forbidden():
            return PermanentDeliveryError(error.message, code=BLOCKED)
        case InvalidToken():
            return TransientDeliveryError("the bot's token is refused", code=TOKEN, retry_after=WRONG_TOKEN_SECONDS)
        case BadRequest():
            return PermanentDeliveryError(error.message, code=refusal_code(error))
        case Conflict():
            return TransientDeliveryError("another program uses this bot", code="409")
        case NetworkError() if isinstance(error.__cause__, _NEVER_SENT):
            return TransientDeliveryError(f"Telegram cannot be reached: {type(error.__cause__).__name__}")
        case _:
            what = type(error.__cause__ or error).__name__
            return TransientDeliveryError(f"no clear answer from Telegram: {what}", ambiguous=True)


def refusal_code(error: BadRequest) -> str:
    """The code for what Telegram says in a 400; `refused` for a sentence that the table does not know."""
    sentence = error.message.lower()
    return next((code for words, code in _REFUSALS if words in sentence), REFUSED)


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram wants us to be silent."""
    pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
