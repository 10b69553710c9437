"""The HTTP side: provider webhooks in, health and metrics out. It decides nothing.

A webhook is verified, stored raw and committed, and only then answered 2xx (principle 1).
"""

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
from bot.ports import Clock, Store

log = structlog.get_logger()

MAX_BODY_BYTES = 1 << 20
EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
TWIML_HEADERS = {"Content-Type": "text/xml"}
MESSAGE_PATH = "/webhooks/twilio/message"
STATUS_PATH = "/webhooks/twilio/status"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


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


class TwilioWebhooks:
    """The two paths that Twilio posts to."""

    def __init__(
        self,
        *,
        inbound: TwilioInbound,
        signatures: Signatures,
        public_url: str,
        store: Store,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._inbound = inbound
        self._signatures = signatures
        self._public_url = public_url.rstrip("/")
        self._store = store
        self._clock = clock
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(MESSAGE_PATH, self._handler(MESSAGE_PATH, self._message)),
            web.post(STATUS_PATH, self._handler(STATUS_PATH, self._status)),
        ]

    def _message(self, pairs: Pairs) -> InboxEntry:
        return self._inbound.message_entry(pairs, received_at=self._clock.now())

    def _status(self, pairs: Pairs) -> InboxEntry:
        return self._inbound.status_entry(pairs, received_at=self._clock.now())

    def _handler(self, path: str, entry_of: Callable[[Pairs], InboxEntry]) -> Handler:
        url = self._public_url + path

        async def handle(request: web.Request) -> web.Response:
            response = await self._receive(request, url, entry_of)
            self._metrics.answered(path, response.status)
            return response

        return handle

    async def _receive(self, request: web.Request, url: str, entry_of: Callable[[Pairs], InboxEntry]) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return _refused(415, "send a form: application/x-www-form-urlencoded")
        try:
            pairs = decode_form(await request.read())
            self._signatures.check(
                f"{url}?{request.query_string}" if request.query_string else url, pairs, request.headers
            )
            await self._store.receive(entry_of(pairs))
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
        return web.Response(body=EMPTY_TWIML, headers=TWIML_HEADERS)


def make_app(*, metrics: Metrics, readiness: Readiness, webhooks: TwilioWebhooks | None) -> web.Application:
    """The application; without webhooks (no public URL) only health and metrics are served."""
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
    if webhooks is not None:
        app.add_routes(webhooks.routes())
    return app


def _refused(status: int, why: str) -> web.Response:
    return web.Response(text=why + "\n", status=status)
