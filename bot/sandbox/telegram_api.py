"""The Bot API over HTTP: `/bot<token>/<method>`, by GET or POST, with a form, JSON or a multipart body."""

import asyncio
import hmac
from typing import Any, NamedTuple

from aiohttp import web

from bot.sandbox.faults import Faults, carry_out
from bot.sandbox.listener import MAX_BODY_BYTES
from bot.sandbox.telegram_flood import PACED, FloodGate
from bot.sandbox.telegram_methods import METHODS
from bot.sandbox.telegram_parameters import Parameters, method_named, read_parameters
from bot.sandbox.telegram_rules import TelegramRefusal
from bot.sandbox.telegram_server import TelegramServer


class Call(NamedTuple):
    """A well-formed request."""

    method: str
    parameters: Parameters


class Refused(NamedTuple):
    """A request that was refused, and how."""

    method: str
    code: int
    description: str


class TelegramApi:
    """Reads requests, keeps the limits, carries out the methods, and remembers what was asked."""

    def __init__(self, server: TelegramServer, *, token: str, faults: Faults, gate: FloodGate) -> None:
        self.calls: list[Call] = []
        """Every well-formed request but the polls, refused ones included."""
        self.refusals: list[Refused] = []
        self.polls = 0
        self._server = server
        self._token = token
        self._faults = faults
        self._gate = gate

    def application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.add_routes(
            [
                web.get("/file/bot{token}/{path:.+}", self._download),
                web.get("/bot{token}/{method}", self._call),
                web.post("/bot{token}/{method}", self._call),
                web.route("*", "/{path:.*}", self._call),
            ]
        )
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info.get("method", "")
        try:
            self._authenticate(request)
            method = method_named(method)
            is_poll = method == "getUpdates"
            fault = self._faults.take(method, only_named=is_poll)
            return await carry_out(fault, request, lambda: self._answer(request, method))
        except TelegramRefusal as refusal:
            if request.transport is not None:
                # Otherwise nobody is there to be refused: the old poll of a program that was killed.
                self.refusals.append(Refused(method, refusal.code, refusal.description))
            return refused(refusal)
        finally:
            self._server.changes.wake()

    def _authenticate(self, request: web.Request) -> None:
        if self._faults.outage:
            raise TelegramRefusal(502, "Bad Gateway")
        token = request.match_info.get("token")
        if token is None or ":" not in token:
            raise TelegramRefusal(404, "Not Found")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise TelegramRefusal(401, "Unauthorized")

    async def _answer(self, request: web.Request, method: str) -> web.Response:
        parameters = await read_parameters(request, method)
        if method == "getUpdates":
            return accepted(await self._poll(parameters))
        self.calls.append(Call(method, parameters))
        return accepted(
            self._paced(method, parameters) if method in PACED else METHODS[method](self._server, parameters)
        )

    def _paced(self, method: str, parameters: Parameters) -> Any:
        """What is refused for another reason does not count against the limits."""
        chat = self._server.chats.find(parameters.get("chat_id", ""))
        self._gate.check(chat.id, is_group=not chat.is_private)
        result = METHODS[method](self._server, parameters)
        self._gate.count(chat.id)
        return result

    async def _poll(self, parameters: Parameters) -> list[Any]:
        self.polls += 1
        asyncio.get_running_loop().call_soon(self._server.changes.wake)
        return await self._server.updates.poll(
            offset=parameters.get("offset", 0),
            limit=parameters.get("limit", 100),
            seconds=parameters.get("timeout", 0),
            allowed=parameters.get("allowed_updates"),
        )

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._authenticate(request)
            content = self._server.files.get(request.match_info["path"].removeprefix("files/"))
            if content is None:
                raise TelegramRefusal(404, "Not Found")
        except TelegramRefusal as refusal:
            return refused(refusal)
        return web.Response(body=content, content_type="application/octet-stream")


def accepted(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def refused(refusal: TelegramRefusal) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return web.json_response(answer, status=refusal.code)
