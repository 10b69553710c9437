"""A password never goes in the clear, and a server is who it says: real TLS, STARTTLS and OAuth2 at Dovecot's."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channels.mail.imap.connection import is_this_machine
from bot.channels.mail.imap.trouble import Problem
from tests.channels.mail.imap_desk import Desk, open_desk
from tests.channels.mail.imap_script import scripted
from tests.channels.mail.imap_servers import USERNAME, Dovecot, dovecot_server, mail, make_certificate

HOST = "imap.exemple.fr"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"), HOST)


@pytest.fixture(scope="module")
def server(certificate: tuple[Path, Path]) -> Iterator[Dovecot]:
    with dovecot_server(certificate=certificate) as server:
        yield server


@pytest.fixture
def is_trusted(monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path]) -> None:
    """The system trusts the certificate, as it does those of the great authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """`*.exemple.fr` is on this machine, for this test: as a line of /etc/hosts would make it."""
    resolve = socket.getaddrinfo

    def look_up(host: str, *arguments: Any, **how: Any) -> Any:
        return resolve("127.0.0.1" if str(host).endswith(".exemple.fr") else host, *arguments, **how)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.usefixtures("is_trusted")
@pytest.mark.parametrize("is_tls", [True, False], ids=["TLS from the first byte", "STARTTLS"])
async def test_mails_come_over_an_encrypted_connection(server: Dovecot, desk: Desk, is_tls: bool) -> None:
    server.maildir.deliver(mail(1))
    port = server.tls_port if is_tls else server.port
    reader = desk.reader(port, host=HOST, is_tls=is_tls)
    assert await reader.catch_up() >= 1
    server.maildir.deliver(mail(2 + is_tls))
    assert await reader.catch_up() == 1


@pytest.mark.parametrize("is_tls", [True, False], ids=["TLS from the first byte", "STARTTLS"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(server: Dovecot, desk: Desk, is_tls: bool) -> None:
    reader = desk.reader(server.tls_port if is_tls else server.port, host=HOST, is_tls=is_tls)
    assert await reader.check() == Problem.NETWORK


@pytest.mark.usefixtures("is_trusted")
@pytest.mark.parametrize("is_tls", [True, False], ids=["TLS from the first byte", "STARTTLS"])
async def test_a_certificate_of_another_name_is_refused(server: Dovecot, desk: Desk, is_tls: bool) -> None:
    reader = desk.reader(server.tls_port if is_tls else server.port, host="autre.exemple.fr", is_tls=is_tls)
    assert await reader.check() == Problem.NETWORK


async def test_no_password_goes_to_a_distant_server_without_starttls(desk: Desk) -> None:
    async with scripted(lambda command: None) as server:
        assert await desk.reader(server.port, host=HOST).check() is not None
        assert [command for command in server.heard if "LOGIN" in command or "AUTH" in command] == []
        assert await desk.reader(server.port, host="127.0.0.1").check() is None  # it could have


@pytest.mark.parametrize(
    ("host", "is_near"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), (HOST, False), ("192.0.2.1", False)],
)
def test_only_this_very_machine_is_near_enough_for_plain_words(host: str, is_near: bool) -> None:
    assert is_this_machine(host) is is_near


@asynccontextmanager
async def token_info(good: str) -> AsyncIterator[str]:
    """Where Dovecot asks whose an access token is."""

    async def answer(request: web.Request) -> web.Response:
        if request.query.get("access_token") != good:
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response({"email": USERNAME})

    application = web.Application()
    application.router.add_get("/tokeninfo", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/tokeninfo"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("good", "problem", "asked"),
    [
        pytest.param("first", None, [False], id="a good token"),
        pytest.param("second", None, [False, True], id="a token that has run out is renewed"),
        pytest.param("another", Problem.LOGIN, [False, True], id="no good token"),
    ],
)
async def test_dovecot_takes_an_oauth2_token(desk: Desk, good: str, problem: Problem | None, asked: list[bool]) -> None:
    renewals: list[bool] = []

    async def access_token(renew: bool) -> str:
        renewals.append(renew)
        return "second" if renew else "first"

    async with token_info(good) as url:
        with dovecot_server(tokeninfo=url) as server:
            assert await desk.reader(server.port, password=None, access_token=access_token).check() == problem
    assert renewals == asked
