"""Mail from its settings: how each server is logged in at."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web

from bot.bootstrap.mail import check_mail
from bot.config import Settings
from tests.channels.mail.imap_script import scripted
from tests.channels.mail.smtp_sink import PASSWORD, TOKEN, USER, smtp_sink

WITH_PASSWORD, WITHOUT = f"{quote(USER)}:{PASSWORD}@", f"{quote(USER)}@"


@pytest.fixture
async def oauth() -> AsyncIterator[dict[str, Any]]:
    """The settings of a provider that gives the token."""

    async def give(_: web.Request) -> web.Response:
        return web.json_response({"access_token": TOKEN, "expires_in": 3600})

    app = web.Application()
    app.add_routes([web.post("/token", give)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield {
        "mail_oauth_token_url": f"http://127.0.0.1:{runner.addresses[0][1]}/token",
        "mail_oauth_client_id": "app",
        "mail_oauth_refresh_token": "jeton-d-actualisation",
    }
    await runner.cleanup()


@pytest.mark.parametrize(
    ("smtp", "imap", "logins", "tokens", "verb"),
    [
        pytest.param(
            WITHOUT, WITHOUT, [], [TOKEN], "AUTHENTICATE", id="the token at both, where no URL has a password"
        ),
        pytest.param(WITH_PASSWORD, WITHOUT, ["PLAIN"], [], "AUTHENTICATE", id="a relay's own password"),
        pytest.param(WITHOUT, WITH_PASSWORD, [], [TOKEN], "LOGIN", id="a mailbox's own password"),
    ],
)
async def test_a_password_in_an_url_is_used_there_and_the_token_elsewhere(
    tmp_path: Path, oauth: dict[str, Any], smtp: str, imap: str, logins: list[str], tokens: list[str], verb: str
) -> None:
    async with smtp_sink(methods=("PLAIN", "XOAUTH2")) as sink, scripted(_takes_the_token) as mailbox:
        settings = Settings(
            mail_address=USER,
            mail_dir=tmp_path,
            smtp_url=f"smtp://{smtp}127.0.0.1:{sink.port}",
            imap_url=f"imap://{imap}127.0.0.1:{mailbox.port}",
            **oauth,
        )
        assert await check_mail(settings) == [("imap", None), ("smtp", None)]
        assert (sink.logins, sink.tokens) == (logins, tokens)
        assert [said.split()[0] for said in mailbox.heard if said.split()[0] in ("LOGIN", "AUTHENTICATE")] == [verb]


def _takes_the_token(command: str) -> bytes | None:
    return b"TAG OK done\r\n" if command.startswith("AUTHENTICATE") else None
