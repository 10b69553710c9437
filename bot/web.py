"""The HTTP side: provider webhooks in, health and metrics out. It decides nothing.

A webhook is verified, stored raw and committed, and only then answered 2xx (principle 1).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest

from bot.channels.twilio.forms import Pairs, decode_form
from bot.channels.twilio.inbound import TwilioInbound
from bot.channels.twilio.signature import Signatures
from bot.domain.inbox import InboxEntry
from bot.errors import BadForm, BadSignature, StorageUnavailable
from bot.ports import Cabinet, Clock, Store

log = structlog.get_logger()

MAX_BODY_BYTES = 1 << 20
EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
TWIML_HEADERS = {"Content-Type": "text/xml"}
MESSAGE_PATH = "/webhooks/twilio/message"
STATUS_PATH = "/webhooks/twilio/status"

DOCUMENTS_PATH = "/documents"
DOCUMENT_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe(32)` gives; nothing else is looked up."""

Query = Mapping[str, str]
AnswerTo = Callable[[InboxEntry], Awaitable[bytes]]
"""Gives the TwiML that a stored entry is answered with. Raises `StorageUnavailable`."""


class Metrics:
    """What `/metrics` counts; no label holds a body, a name or a number (C30)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._webhooks = Counter(
            "permanence_webhooks_total", "Webhooks by path and answer", ["path", "status"], registry=self.registry
        )
        self._answered: dict[tuple[str, int], Any] = {}

    def answered(self, path: str, status: int) -> None:
        counter = self._answered.get((path, status))
        if counter is None:
            counter = self._answered[path, status] = self._webhooks.labels(path, str(status))
        counter.inc()


class Readiness(Protocol):
    """Says what keeps the program from working."""

    async def problems(self) -> Mapping[str, str]:
        """What fails, by name; empty when all is well."""


class SignedForms:
    """Takes what Twilio posts: verified, stored raw and committed, and only then answered."""

    def __init__(self, *, signatures: Signatures, public_url: str, store: Store, metrics: Metrics) -> None:
        self._signatures = signatures
        self._public_url = public_url.rstrip("/")
        self._store = store
        self._metrics = metrics

    def route(
        self, path: str, entry_of: Callable[[Pairs, Query], InboxEntry], answer_to: AnswerTo | None = None
    ) -> web.RouteDef:
        """A path to post to. `answer_to` gives the TwiML to a stored entry; without it the answer is empty."""
        url = self._public_url + path

        async def handle(request: web.Request) -> web.Response:
            response = await self._receive(request, url, entry_of, answer_to)
            self._metrics.answered(path, response.status)
            return response

        return web.post(path, handle)

    async def _receive(
        self,
        request: web.Request,
        url: str,
        entry_of: Callable[[Pairs, Query], InboxEntry],
        answer_to: AnswerTo | None,
    ) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return _refused(415, "send a form: application/x-www-form-urlencoded")
        try:
            pairs = decode_form(await request.read())
            self._signatures.check(
                f"{url}?{request.query_string}" if request.query_string else url, pairs, request.headers
            )
            entry = entry_of(pairs, request.query)
            await self._store.receive(entry)
            body = EMPTY_TWIML if answer_to is None else await answer_to(entry)
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, f"at most {MAX_BODY_BYTES} bytes")
        except BadSignature:
            log.warning("webhook refused", why="signature")
            return _refused(403, "the signature is not Twilio's")
        except BadForm as problem:
            log.warning("webhook refused", why="form")
            return _refused(400, str(problem))
        except StorageUnavailable:
            log.error("webhook not stored")
            return _refused(503, "not stored; send it again")
        return web.Response(body=body, headers=TWIML_HEADERS)


class Routes(Protocol):
    """Some paths of the application."""

    def routes(self) -> list[web.RouteDef]: ...


class TwilioWebhooks:
    """The two paths that Twilio posts messages to."""

    def __init__(self, *, inbound: TwilioInbound, forms: SignedForms, clock: Clock) -> None:
        self._inbound = inbound
        self._forms = forms
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [self._forms.route(MESSAGE_PATH, self._message), self._forms.route(STATUS_PATH, self._status)]

    def _message(self, pairs: Pairs, _: Query) -> InboxEntry:
        return self._inbound.message_entry(pairs, received_at=self._clock.now())

    def _status(self, pairs: Pairs, _: Query) -> InboxEntry:
        return self._inbound.status_entry(pairs, received_at=self._clock.now())


class SharedDocuments:
    """Papers behind links that nobody can guess; each answers for as long as it was shared.

    Unknown, expired, malformed and gone are one answer, and no token is ever logged.
    """

    def __init__(self, store: Store, clock: Clock, cabinet: Cabinet, metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._cabinet = cabinet
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        return [web.get(f"{DOCUMENTS_PATH}/{{token}}", self._show)]

    async def _show(self, request: web.Request) -> web.Response:
        try:
            response = await self._answer(request.match_info["token"])
        except StorageUnavailable:
            log.error("document not read")
            response = _refused(503, "not now; try again")
        response.headers.update(DOCUMENT_HEADERS)
        self._metrics.answered(DOCUMENTS_PATH, response.status)
        return response

    async def _answer(self, token: str) -> web.Response:
        document = None
        if _TOKEN.fullmatch(token):
            document = await self._store.read(lambda uow: uow.documents.by_token(token))
        if document is None or document.expires_at is None or document.expires_at <= self._clock.now():
            return _refused(404, "there is no such document")
        content = await asyncio.to_thread(self._cabinet.read, document.path)
        if content is None:
            log.error("document gone", document=document.id)
            return _refused(404, "there is no such document")
        shown = f'inline; filename="{document.name}"'
        return web.Response(body=content, content_type=document.content_type, headers={"Content-Disposition": shown})


def make_app(
    *,
    metrics: Metrics,
    readiness: Readiness,
    webhooks: Routes | None,
    voice: Routes | None = None,
    documents: SharedDocuments | None = None,
) -> web.Application:
    """The application; without webhooks (no public URL) only health, metrics and papers are served."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        problems = await readiness.problems()
        lines = [f"{name}: {problem}\n" for name, problem in sorted(problems.items())]
        return web.Response(text="".join(lines) or "ready\n", status=503 if problems else 200)

    async def show_metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", show_metrics)])
    if documents is not None:
        app.add_routes(documents.routes())
    for paths in (webhooks, voice):
        if paths is not None:
            app.add_routes(paths.routes())
    return app


def _refused(status: int, why: str) -> web.Response:
    return web.Response(text=why + "\n", status=status)
