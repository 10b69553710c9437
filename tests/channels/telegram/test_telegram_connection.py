"""The client, where what answers is not Telegram: a hotel's login page, a proxy, a server gone mad."""

import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.connection import close_bot, make_bot, unseal
from bot.sandbox.listener import Listener
from tests.channels.telegram.telegram_desk import TOKEN


class Stranger:
    """Answers everything with the same body."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.listener = Listener(self._application)

    def _application(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.route("*", "/{path:.*}", self._answer)])
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        return web.Response(body=self.body, status=self.status)


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    stranger = Stranger()
    await stranger.listener.start()
    yield stranger
    await stranger.listener.stop()


@pytest.fixture
async def lost_bot(stranger: Stranger) -> AsyncIterator[Bot]:
    bot = make_bot(TOKEN, stranger.listener.base_url)
    yield bot
    await close_bot(bot)


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>Mme Dupont", id="a page"),
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(b'["Mme Dupont"]', id="a list"),
        pytest.param(b'{"ok": true, "result": "Mme Dupont"}', id="no list of updates"),
        pytest.param(b'{"ok": true, "result": [{"text": "Mme Dupont"}]}', id="an update without an id"),
        pytest.param(b'{"ok": true, "result": null}', id="no result"),
    ],
)
async def test_what_is_no_answer_of_telegrams_is_an_error_and_not_in_the_log(
    body: bytes, status: int, stranger: Stranger, lost_bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    stranger.body, stranger.status = body, status
    with caplog.at_level(logging.DEBUG), pytest.raises(TelegramError):
        await lost_bot.get_updates()
    assert "Dupont" not in caplog.text


async def test_bytes_that_are_no_utf8_do_not_hold_a_batch_up(stranger: Stranger, lost_bot: Bot) -> None:
    stranger.body = b'{"ok": true, "result": [{"update_id": 7, "message": {"text": "caf\xe9"}}]}'
    [update] = await lost_bot.get_updates()
    assert (update.update_id, unseal(update)) == (7, {"update_id": 7, "message": {"text": "caf�"}})


async def test_a_proxy_of_the_environment_is_not_asked_for_a_loopback_address(
    stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    stranger.body = b'{"ok": true, "result": []}'
    bot = make_bot(TOKEN, stranger.listener.base_url)
    assert await bot.get_updates() == ()
    await close_bot(bot)
