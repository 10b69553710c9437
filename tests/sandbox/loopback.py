"""Whom the stand-ins' tests play with: an account, a bot, technicians, a clock, a server in the program's place."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from aiohttp import web
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from bot.sandbox.listener import Listener
from bot.sandbox.telegram import TelegramUser

SID, TWILIO_TOKEN = f"AC{'0' * 31}1", "a-secret-of-the-tests"
SMS, WHATSAPP = "+33639980001", "+33639980002"
TELEGRAM_TOKEN, DESK = "4242:for-tests-only", -1001234567890
ALICE, BRUNO = TelegramUser(11, "Alice", username="alice_tech"), TelegramUser(12, "Bruno", last_name="Petit")

PATIENCE = 60.0
"""Seconds: the machine may be busy with other tests."""

Complaints = Callable[[str, Any], list[str]]
"""What is wrong with a value of a published type: one line for each; none is well."""


@dataclass
class SteppingClock:
    """Stands still until it is moved."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def step(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Peer:
    """A web server that notes the forms it gets and answers as told; it stands where the program would."""

    status: int = 200
    forms: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(self._application)

    @property
    def url(self) -> str:
        return f"{self.listener.base_url}/webhook"

    def _application(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/webhook", self._take)])
        return app

    async def _take(self, request: web.Request) -> web.Response:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        self.headers.append(dict(request.headers))
        return web.Response(status=self.status, text="<Response/>")


class PlainHttp(AsyncHttpClient):  # type: ignore[misc]
    """How Twilio's library reaches the network here: httpx, no retry, no pool to be left open."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)

    async def request(self, method: str, url: str, **asked: Any) -> Response:
        wanted = {name: asked.get(name) for name in ("params", "data", "headers", "auth")}
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            answer = await http.request(method, url, **wanted)
        return Response(answer.status_code, answer.text, answer.headers)
