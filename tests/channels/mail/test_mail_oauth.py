"""Access tokens by a refresh token: the real client against a token server on loopback."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.channels.mail.oauth import OAuthTokens
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

Answer = tuple[int, Any]


@dataclass
class TokenServer:
    """Gives out `token-1`, `token-2` …; what stands in `answers` goes first."""

    url: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=lambda: {"expires_in": 3600})
    is_open: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers are held back until it is set, as it is at first."""
    takes: Callable[[web.Request], Awaitable[web.Response]] | None = None

    async def answer(self, request: web.Request) -> web.Response:
        if self.takes is not None:
            return await self.takes(request)
        self.forms.append({key: str(value) for key, value in (await request.post()).items()})
        await self.is_open.wait()
        if self.answers:
            status, said = self.answers.pop(0)
            is_text = isinstance(said, str)
            return web.Response(status=status, text=said) if is_text else web.json_response(said, status=status)
        return web.json_response({"access_token": f"token-{len(self.forms)}", "token_type": "Bearer"} | self.extra)


@pytest.fixture
async def server() -> AsyncIterator[TokenServer]:
    server = TokenServer()
    server.is_open.set()
    application = web.Application()
    application.router.add_post("/token", server.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    yield server
    await runner.cleanup()


@pytest.fixture
async def tokens(server: TokenServer, tmp_path: Path) -> AsyncIterator[Callable[..., OAuthTokens]]:
    """Makes the object, as at each start of the program."""
    async with httpx.AsyncClient(timeout=60.0) as http:

        def make(**settings: Any) -> OAuthTokens:
            usual = {
                "token_url": server.url,
                "client_id": "permanence",
                "client_secret": "geheim",
                "refresh_token": "given",
                "scope": "imap offline",
                "kept_in": tmp_path / "mails" / "refresh-token.json",
            }
            return OAuthTokens(http, **usual | settings)

        yield make


async def first_form(server: TokenServer) -> None:
    async with asyncio.timeout(60):
        while not server.forms:  # noqa: ASYNC110 - the server has no event for us
            await asyncio.sleep(0.01)


async def test_asks_as_the_standard_says_and_once_for_many(
    server: TokenServer, tokens: Callable[..., OAuthTokens]
) -> None:
    server.is_open.clear()
    one = tokens()
    asked = [asyncio.create_task(one.access_token()) for _ in range(20)]
    await first_form(server)
    server.is_open.set()
    assert await asyncio.gather(*asked) == ["token-1"] * 20
    assert await one.access_token() == "token-1"
    assert server.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "given",
            "client_id": "permanence",
            "client_secret": "geheim",
            "scope": "imap offline",
        }
    ]


async def test_a_public_client_has_no_secret_and_needs_no_scope(
    server: TokenServer, tokens: Callable[..., OAuthTokens]
) -> None:
    await tokens(client_secret=None, scope=None).access_token()
    assert sorted(server.forms[0]) == ["client_id", "grant_type", "refresh_token"]


@pytest.mark.parametrize(
    ("extra", "tokens_given"),
    [
        pytest.param({"expires_in": 3600}, ["token-1", "token-1"], id="an hour"),
        pytest.param({"expires_in": "3600"}, ["token-1", "token-1"], id="an hour, as a text"),
        pytest.param({}, ["token-1", "token-1"], id="unsaid: the usual hour"),
        pytest.param({"expires_in": "soon"}, ["token-1", "token-1"], id="nonsense: the usual hour"),
        pytest.param({"expires_in": 59}, ["token-1", "token-2"], id="less than a minute is no time"),
    ],
)
async def test_a_token_is_used_until_a_minute_before_its_end(
    server: TokenServer, tokens: Callable[..., OAuthTokens], extra: dict[str, Any], tokens_given: list[str]
) -> None:
    server.extra = extra
    one = tokens()
    assert [await one.access_token(), await one.access_token()] == tokens_given


async def test_a_token_that_a_server_refused_is_renewed(
    server: TokenServer, tokens: Callable[..., OAuthTokens]
) -> None:
    one = tokens()
    assert [await one.access_token(), await one.access_token(renew=True)] == ["token-1", "token-2"]
    assert await one.access_token() == "token-2"


async def test_a_new_refresh_token_is_kept_where_only_we_read_it_and_outlives_a_restart(
    server: TokenServer, tokens: Callable[..., OAuthTokens], tmp_path: Path
) -> None:
    server.extra = {"refresh_token": "rotated"}
    await tokens().access_token()
    kept = tmp_path / "mails" / "refresh-token.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
    assert "given" not in kept.read_text()

    await tokens().access_token()
    await tokens(refresh_token="new consent").access_token()
    assert [form["refresh_token"] for form in server.forms] == ["given", "rotated", "new consent"]


async def test_a_kept_token_that_is_not_good_any_more_gives_way_to_the_setting(
    server: TokenServer, tokens: Callable[..., OAuthTokens]
) -> None:
    server.extra = {"refresh_token": "rotated"}
    await tokens().access_token()
    server.answers = [(400, {"error": "invalid_grant"})]
    assert await tokens().access_token() == "token-3"
    assert [form["refresh_token"] for form in server.forms] == ["given", "rotated", "given"]


def single_use(server: TokenServer) -> None:
    """From now on each refresh token is good once, and its successor comes with the answer."""
    good = "given"

    async def answer(request: web.Request) -> web.Response:
        nonlocal good
        token = str((await request.post())["refresh_token"])
        server.forms.append({"refresh_token": token})
        if token != good:
            return web.json_response({"error": "invalid_grant"}, status=400)
        good = f"rotated-{len(server.forms)}"
        return web.json_response({"access_token": f"token-{len(server.forms)}", "refresh_token": good})

    server.takes = answer


@pytest.mark.parametrize("had", [0, 1, 3], ids=["before its first token", "after its first", "after some"])
async def test_what_the_doctor_renewed_is_taken_up_by_the_program_that_runs(
    server: TokenServer, tokens: Callable[..., OAuthTokens], had: int
) -> None:
    single_use(server)
    program, doctor = tokens(), tokens()
    for _ in range(had):
        await program.access_token(renew=True)
    for who in (doctor, program, doctor, doctor, program):
        assert await who.access_token(renew=True) == f"token-{len(server.forms)}"
    asked = [form["refresh_token"] for form in server.forms]
    assert asked == ["given", *(f"rotated-{number}" for number in range(1, had + 5))]  # none was tried in vain


async def test_what_another_process_keeps_while_we_ask_is_tried_before_the_setting(
    server: TokenServer, tokens: Callable[..., OAuthTokens], tmp_path: Path
) -> None:
    server.extra = {"refresh_token": "rotated"}
    one = tokens()
    await one.access_token()
    kept = tmp_path / "mails" / "refresh-token.json"

    async def answer(request: web.Request) -> web.Response:
        token = str((await request.post())["refresh_token"])
        server.forms.append({"refresh_token": token})
        if token == "rotated":
            kept.write_text(kept.read_text().replace("rotated", "newer"))
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": f"by {token}"})

    server.takes = answer
    assert await one.access_token(renew=True) == "by newer"
    assert [form["refresh_token"] for form in server.forms] == ["given", "rotated", "newer"]


async def test_a_file_that_is_gone_does_not_cost_the_consent(
    server: TokenServer, tokens: Callable[..., OAuthTokens], tmp_path: Path
) -> None:
    single_use(server)
    one = tokens()
    await one.access_token()
    (tmp_path / "mails" / "refresh-token.json").unlink()
    assert await one.access_token(renew=True) == "token-2"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"of_setting": 1}', '{"refresh_token": "other"}'])
async def test_a_file_that_makes_no_sense_is_no_file(
    server: TokenServer, tokens: Callable[..., OAuthTokens], tmp_path: Path, content: str
) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "refresh-token.json").write_text(content)
    assert await tokens().access_token() == "token-1"
    assert server.forms[0]["refresh_token"] == "given"


async def test_a_disk_that_is_full_does_not_keep_mails_out(
    server: TokenServer, tokens: Callable[..., OAuthTokens], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    server.extra = {"refresh_token": "rotated"}
    one = tokens(kept_in=tmp_path / "file" / "token.json")
    assert await one.access_token() == "token-1"
    await one.access_token(renew=True)
    assert server.forms[1]["refresh_token"] == "rotated"
    shown = capsys.readouterr().out
    assert "oauth_refresh_token_not_kept" in shown
    assert "rotated" not in shown


async def test_a_caller_that_goes_away_loses_no_refresh_token(
    server: TokenServer, tokens: Callable[..., OAuthTokens], tmp_path: Path
) -> None:
    server.is_open.clear()
    server.extra = {"refresh_token": "rotated"}
    one = tokens()
    caller = asyncio.create_task(one.access_token())
    await first_form(server)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    server.is_open.set()
    assert await one.access_token() == "token-1"
    assert json.loads((tmp_path / "mails" / "refresh-token.json").read_text())["refresh_token"] == "rotated"
    assert len(server.forms) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        pytest.param((400, {"error": "invalid_grant"}), PermanentDeliveryError, "invalid_grant", id="consent gone"),
        pytest.param((401, {"error": "invalid_client"}), PermanentDeliveryError, "invalid_client", id="a wrong secret"),
        pytest.param(
            (400, {"error": "temporarily_unavailable"}), TransientDeliveryError, "temporarily_unavailable", id="busy"
        ),
        pytest.param((404, "no such page"), PermanentDeliveryError, "http_404", id="a wrong address"),
        pytest.param((302, ""), PermanentDeliveryError, "http_302", id="elsewhere"),
        pytest.param((429, ""), TransientDeliveryError, "http_429", id="too often"),
        pytest.param((503, "<html>"), TransientDeliveryError, "http_503", id="down"),
        pytest.param((200, "<html>login</html>"), TransientDeliveryError, "http_200", id="a page instead of a token"),
        pytest.param((200, ["token"]), TransientDeliveryError, "http_200", id="JSON that is no answer"),
        pytest.param((200, {"token_type": "Bearer"}), TransientDeliveryError, "http_200", id="no token in it"),
        pytest.param(
            (400, {"error": "AADSTS50034: martin@exemple.fr"}),
            PermanentDeliveryError,
            "http_400",
            id="a code that is a text",
        ),
    ],
)
async def test_a_refusal_is_permanent_or_passes_and_names_nobody(
    server: TokenServer,
    tokens: Callable[..., OAuthTokens],
    answer: Answer,
    kind: type[DeliveryError],
    code: str,
) -> None:
    server.answers = [answer]
    one = tokens()
    with pytest.raises(kind) as raised:
        await one.access_token()
    assert raised.value.code == code
    assert "exemple" not in str(raised.value)
    assert await one.access_token() == "token-2"


async def test_nobody_answers(tokens: Callable[..., OAuthTokens]) -> None:
    with pytest.raises(TransientDeliveryError) as raised:
        await tokens(token_url="http://127.0.0.1:9/token").access_token()
    assert raised.value.code == "ConnectError"
