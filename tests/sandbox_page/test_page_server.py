"""The page's server: what it takes, what it refuses, and that a change is told at once."""

import asyncio
import io
import json
import re
from datetime import timedelta
from importlib.resources import files
from typing import Any

import aiohttp
import pytest

from bot.domain.desk import Verb
from bot.sandbox.mail import MailFile
from bot.sandbox.page_forms import WRONG_PICTURE
from bot.sandbox.page_server import MAX_PICTURE_BYTES, MAX_POST_BYTES
from bot.sandbox.page_serving import ASSETS
from bot.texts.help import MENU
from tests.sandbox_page.conftest import served
from tests.sandbox_page.paper_stage import PaperStage

FILE = {"name": "note.txt", "type": "text/plain", "content": "YWJj"}


async def post(url: str, **request: Any) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.post(url, **request) as answer:
        return answer.status, await answer.json()


async def get(url: str, **request: Any) -> tuple[int, str, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url, **request) as answer:
        return answer.status, answer.headers["Content-Security-Policy"], await answer.read()


async def test_the_page_and_all_it_names_are_served_with_a_policy_that_lets_nothing_in() -> None:
    async with served(PaperStage()) as server:
        for path in ("/", *(f"/page/{name}" for name in ASSETS)):
            status, policy, body = await get(server.url + path)
            assert (status, bool(body)) == (200, True), path
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")


def test_every_command_of_the_menu_is_offered_by_the_page() -> None:
    offered = set(re.findall(r'^  \["/(\w+)"', (files("bot.sandbox") / "page" / "desk.js").read_text(), re.M))
    assert {name for name, _ in MENU} <= offered
    assert offered <= {str(verb) for verb in Verb}


async def test_every_asset_is_named_by_the_page_or_by_another_asset() -> None:
    async with served(PaperStage()) as server:
        texts = {name: (await get(f"{server.url}/page/{name}"))[2] for name in ASSETS}
        texts["index"] = (await get(server.url))[2]
    unnamed = {
        name for name in ASSETS if not any(name.encode() in text for other, text in texts.items() if other != name)
    }
    assert unnamed == set()


@pytest.mark.parametrize(
    ("path", "form", "asked"),
    [
        pytest.param(
            "text",
            {"person": "morel", "channel": "sms", "text": "Bonjour"},
            ("client_writes", "morel", "Bonjour", "sms", None),
            id="a text",
        ),
        pytest.param(
            "text",
            {"person": "morel", "channel": "whatsapp", "text": "", "sample": True},
            ("client_writes", "morel", "", "whatsapp", "image/jpeg"),
            id="the sample picture",
        ),
        pytest.param(
            "mail",
            {"person": "morel", "subject": "Panne", "text": "Bonjour", "sample": True, "file": FILE},
            ("client_mails", "morel", "Panne", "Bonjour", None, "ecran.jpg", "note.txt"),
            id="a mail with two files",
        ),
        pytest.param(
            "mail",
            {"person": "morel", "text": "Oui", "answers": 3},
            ("client_mails", "morel", "", "Oui", 3),
            id="an answer to a mail",
        ),
        pytest.param(
            "call", {"person": "morel", "conduct": "speaks"}, ("client_calls", "morel", "speaks"), id="a call"
        ),
        pytest.param(
            "say",
            {"technician": 7001, "text": "/aide", "reply_to": None},
            ("technician_says", 7001, "/aide", None),
            id="a command",
        ),
        pytest.param(
            "press",
            {"technician": 7002, "message": "bureau-1", "data": "prendre:1"},
            ("technician_presses", 7002, "bureau-1", "prendre:1"),
            id="a button",
        ),
        pytest.param("clock", {"minutes": 15}, ("advance", timedelta(minutes=15)), id="a quarter of an hour"),
        pytest.param("clock", {"to": "next-opening"}, ("go_to", "next-opening"), id="the next opening"),
        pytest.param("restart", {}, ("restart",), id="a restart"),
    ],
)
async def test_what_a_visitor_does_reaches_the_stage(path: str, form: dict[str, Any], asked: tuple[Any, ...]) -> None:
    stage = PaperStage()
    async with served(stage) as server:
        assert await post(f"{server.url}/do/{path}", json=form) == (200, {"done": True})
    assert stage.asked == [asked]


@pytest.mark.parametrize(
    ("path", "request_with", "status"),
    [
        pytest.param("text", {"json": {"person": "x", "channel": "sms", "text": "a"}}, 400, id="an unknown person"),
        pytest.param("text", {"json": {"person": "morel", "channel": "fax", "text": "a"}}, 400, id="an odd channel"),
        pytest.param("text", {"json": {"person": "morel", "channel": "sms"}}, 400, id="a missing field"),
        pytest.param("mail", {"json": {"person": "morel", "subject": " ", "text": ""}}, 400, id="an empty mail"),
        pytest.param("mail", {"json": {"person": "x", "text": "a"}}, 400, id="a mail of nobody's"),
        pytest.param(
            "mail", {"json": {"person": "morel", "text": "a", "file": FILE | {"content": "?"}}}, 400, id="base64"
        ),
        pytest.param(
            "mail", {"json": {"person": "morel", "text": "a", "file": FILE | {"type": "x"}}}, 400, id="no type"
        ),
        pytest.param("call", {"json": {"person": "morel", "conduct": "faxes"}}, 400, id="an odd way to call"),
        pytest.param("call", {"json": {"person": "x", "conduct": "talks"}}, 400, id="a call of nobody's"),
        pytest.param("say", {"json": {"technician": "7001", "text": "a"}}, 400, id="a number given as a text"),
        pytest.param("say", {"json": {"technician": 7001, "text": "a", "as": "x"}}, 400, id="an unknown field"),
        pytest.param("clock", {"json": {}}, 400, id="no move"),
        pytest.param("clock", {"json": {"minutes": 5, "to": "next-opening"}}, 400, id="two moves"),
        pytest.param("clock", {"json": {"minutes": -5}}, 400, id="a clock put back"),
        pytest.param("restart", {"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, id="no JSON"),
        pytest.param("restart", {"data": {"a": "b"}}, 415, id="a form, as another site's page could post it"),
        pytest.param("restart", {"json": {}, "headers": {"Host": "evil.example"}}, 403, id="another host's name"),
        pytest.param(
            "picture?person=morel&channel=sms",
            {"data": b"<svg/>", "headers": {"Content-Type": "image/svg+xml"}},
            415,
            id="a drawing that could hold a script",
        ),
        pytest.param(
            "picture?person=morel&channel=sms",
            {"data": b"", "headers": {"Content-Type": "image/png"}},
            400,
            id="an empty picture",
        ),
    ],
)
async def test_a_bad_request_is_refused_and_changes_nothing(
    path: str, request_with: dict[str, Any], status: int
) -> None:
    stage = PaperStage()
    async with served(stage) as server:
        answered, body = await post(f"{server.url}/do/{path}", **request_with)
    assert (answered, stage.asked) == (status, [])
    assert body["problem"]


async def test_a_picture_of_the_visitor_s_is_sent_and_shown() -> None:
    stage = PaperStage()
    async with served(stage) as server:
        url = f"{server.url}/do/picture?person=morel&channel=whatsapp&text=voir"
        assert (await post(url, data=b"\x89PNG", headers={"Content-Type": "image/png"}))[0] == 200
        assert stage.asked == [("client_writes", "morel", "voir", "whatsapp", "image/png")]
        assert (await get(f"{server.url}/picture/p/0"))[2] == b"\x89PNG"
        assert (await get(f"{server.url}/picture/p/1"))[0] == 404


@pytest.mark.parametrize(
    ("content_type", "served_as"),
    [
        pytest.param("application/pdf", "application/pdf", id="a PDF is shown"),
        pytest.param("text/csv", "text/csv", id="a table is opened"),
        pytest.param("text/html", "application/octet-stream", id="a page is only saved"),
    ],
)
async def test_a_file_of_the_desk_is_served_and_never_run(content_type: str, served_as: str) -> None:
    stage = PaperStage()
    stage.post_file("releve.pdf", b"%PDF", content_type)
    async with served(stage) as server, aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/file/F1/releve.pdf") as answer:
            shown = (answer.status, answer.content_type, answer.headers["X-Content-Type-Options"], await answer.read())
        async with session.get(f"{server.url}/file/F2/releve.pdf") as answer:
            assert answer.status == 404
    assert shown == (200, served_as, "nosniff", b"%PDF")


async def test_a_picture_that_is_too_big_is_refused() -> None:
    async with served(PaperStage()) as server:
        url = f"{server.url}/do/picture?person=morel&channel=whatsapp"
        too_big = io.BytesIO(b"x" * (MAX_PICTURE_BYTES + 2048))
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=too_big, headers={"Content-Type": "image/png"}) as answer,
        ):
            assert (answer.status, await answer.json()) == (400, {"problem": WRONG_PICTURE})


async def test_what_is_bigger_than_any_mail_is_not_even_read() -> None:
    async with served(PaperStage()) as server, aiohttp.ClientSession() as session:
        headers = {"Content-Type": "application/json"}
        async with session.post(
            f"{server.url}/do/mail", data=io.BytesIO(b"x" * (MAX_POST_BYTES + 1)), headers=headers
        ) as answer:
            assert answer.status == 413


async def test_the_files_of_a_mail_are_shown_or_saved_by_their_type() -> None:
    stage = PaperStage()
    stage.mail_client(
        "Pièces", "", MailFile("a.pdf", b"%PDF", "application/pdf"), MailFile("a.html", b"<p>", "text/html")
    )
    async with served(stage) as server, aiohttp.ClientSession() as session:
        shown = []
        for path in ("1/0/a.pdf", "1/1/a.html", "1/2/a.pdf", "2/0/a.pdf"):
            async with session.get(f"{server.url}/mail/{path}") as answer:
                shown.append((answer.status, answer.content_type))
    assert shown == [
        (200, "application/pdf"),
        (200, "application/octet-stream"),
        (404, "application/json"),
        (404, "application/json"),
    ]


async def test_an_open_page_is_told_of_every_change() -> None:
    stage = PaperStage()
    async with (
        served(stage) as server,
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/events") as events,
    ):
        assert (await next_view(events))["phone"] == []
        await stage.client_writes("morel", "Bonjour", channel="sms", picture=None)
        assert (await next_view(events))["phone"][0]["text"] == "Bonjour"


async def next_view(events: aiohttp.ClientResponse) -> dict[str, Any]:
    async for line in events.content:
        if line.startswith(b"data: "):
            return dict(json.loads(line.removeprefix(b"data: ")))
    raise AssertionError("the line to the server ended")


async def test_an_open_page_is_let_go_when_the_server_stops_and_not_cut_off() -> None:
    class SlowStage(PaperStage):
        is_cut_off = False

        async def view(self) -> dict[str, Any]:
            try:
                await asyncio.sleep(0.2)
            except asyncio.CancelledError:
                self.is_cut_off = True
                raise
            return await super().view()

    stage = SlowStage()
    async with aiohttp.ClientSession() as session:
        async with served(stage) as server:
            events = await session.get(f"{server.url}/events")
            await next_view(events)
        await events.read()  # the line has ended
        assert not stage.is_cut_off
