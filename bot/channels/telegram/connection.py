"""The Bot API client: time limits, silence in the logs, and updates that nobody opens before they are stored."""

import json
import logging
import os
from typing import Any, cast
from urllib.parse import urlsplit

from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

READ_SECONDS = 15.0
UPLOAD_SECONDS = 120.0
CONNECT_SECONDS = 10.0
POOL_SECONDS = 30.0
CONNECTIONS = 16

_TALKATIVE = ("httpx", "httpcore", "telegram")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SEALED = "sealed"


class _Request(HTTPXRequest):
    """The library's own, except that an answer it cannot read is not written to the log: it may hold bodies."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise TelegramError("the answer is not JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not a JSON object")
        return answer


class _SealedUpdates(_Request):
    """Hands each update of `getUpdates` on as a whole, under one name that the library doesn't know.

    The library would parse all updates of a batch at once: one that it cannot read would make `get_updates` raise for
    ever, and print the batch. So each becomes an `Update` of an id and `api_kwargs`, where unknown fields are kept.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = _Request.parse_json_payload(payload)
        updates = answer.get("result", [])
        try:
            sealed = [{"update_id": int(update["update_id"]), _SEALED: update} for update in updates]
        except (TypeError, KeyError, ValueError):
            raise TelegramError("the answer is not a list of updates") from None
        return {**answer, "result": sealed}


def make_bot(token: str, api_url: str) -> Bot:
    """The client for the Bot API at `api_url` ("https://api.telegram.org"). Nothing is sent yet.

    From here on httpx, httpcore and the library log warnings only: their lower levels print the token with every URL.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # python-telegram-bot's own switch: durations are timedeltas, as they will be, and it does not warn of the change
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    root = api_url.rstrip("/")
    # a proxy of the environment leads out of the machine: never to a stand-in on it
    options = {"trust_env": urlsplit(root).hostname not in _LOOPBACK}
    return Bot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=_Request(
            CONNECTIONS,
            read_timeout=READ_SECONDS,
            write_timeout=READ_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            pool_timeout=POOL_SECONDS,
            media_write_timeout=UPLOAD_SECONDS,
            httpx_kwargs=options,
        ),
        get_updates_request=_SealedUpdates(
            2,  # one that polls, and one while the connection of a poll that was cut short is given up
            read_timeout=READ_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            httpx_kwargs=options,
        ),
    )


def unseal(update: Update) -> dict[str, Any]:
    """An update as Telegram sent it, out of `get_updates` of a bot that `make_bot` made."""
    return cast("dict[str, Any]", update.api_kwargs[_SEALED])


async def close_bot(bot: Bot) -> None:
    """Close its connections. `Bot.shutdown` does so only after `Bot.initialize`, which asks Telegram who we are."""
    for request in bot._request:  # the library offers no other way to both of them
        await request.shutdown()
