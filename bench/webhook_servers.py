"""The servers that `bench.webhooks` sends to, one a process.

signature  the signature check alone: nothing is looked at, nothing is stored
row        the same, and one row a request in a transaction of its own (synchronous=FULL): three awaited statements
door       the program's own door: verified, stored by group commit, answered after it; nobody reads the inbox
program    the same, and the program's intake behind it, up to the card in the outbox

A server ends when its standard input is closed, so that none outlives the benchmark.
"""

import asyncio
import base64
import hmac
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web

from bot.bootstrap.channels import Telegram, Twilio
from bot.bootstrap.program import Program
from bot.clock import SystemClock
from bot.config import load_settings
from bot.logs import configure_logs
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.statements import insert_new
from bot.storage.tables import inbox
from bot.web import EMPTY_TWIML, MESSAGE_PATH
from bot.workers import read_inbox

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "token", "+33639980000"
PUBLIC_URL = "https://bench.example"
"""What is signed; the same for every server, so that each can be sent the same requests."""

Form = dict[str, str]
Keep = Callable[[Form], Awaitable[None]]


def settings_of(port: int, folder: Path) -> dict[str, str]:
    """The program's settings: SMS and a desk, of which nothing is sent."""
    return {
        "PERMANENCE_DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "PERMANENCE_HTTP_PORT": str(port),
        "PERMANENCE_PUBLIC_URL": PUBLIC_URL,
        "PERMANENCE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "PERMANENCE_TWILIO_AUTH_TOKEN": TOKEN,
        "PERMANENCE_TWILIO_API_URL": "http://127.0.0.1:9",
        "PERMANENCE_SMS_NUMBER": NUMBER,
        "PERMANENCE_SMS_AUTOMATIC": "number",
        "PERMANENCE_TELEGRAM_TOKEN": "123:bench",
        "PERMANENCE_TELEGRAM_CHAT_ID": "-1001",
        "PERMANENCE_TELEGRAM_API_URL": "http://127.0.0.1:9",
        "PERMANENCE_TECHNICIANS": "11:Claire",
        "PERMANENCE_MEDIA_DIR": str(folder / "media"),
        "PERMANENCE_LOG_LEVEL": "ERROR",
    }


class Measured(Program):
    """The program without what talks to providers: only the door, and the intake if it is asked for."""

    intake = True

    def _start_loops(self, telegram: Telegram | None, twilio: Twilio | None) -> None:
        if self.intake:
            self._spawn("intake", read_inbox(self.context, self._bells["inbox"]))


class DoorOnly(Measured):
    intake = False


async def serve_bare(port: int, keep: Keep) -> None:
    """As little as a server can do with a signed form."""
    url = (PUBLIC_URL + MESSAGE_PATH).encode()

    async def receive(request: web.Request) -> web.Response:
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        signed = url + "".join(name + form[name] for name in sorted(form)).encode()
        signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed, "sha1"))
        if not hmac.compare_digest(signature, request.headers["X-Twilio-Signature"].encode()):
            return web.Response(status=403)
        await keep(form)
        return web.Response(body=EMPTY_TWIML, content_type="text/xml")

    app = web.Application()
    app.add_routes([web.post(MESSAGE_PATH, receive)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()


async def keep_nothing(_: Form) -> None:
    """The bare server."""


async def one_row_each(folder: Path) -> Keep:
    """BEGIN, INSERT, COMMIT, each awaited, one request after the other on the writing connection."""
    engine = await open_engine(f"sqlite:///{folder}/bench.db")
    await migrate(engine)
    statement = insert_new(inbox, engine.writing.dialect, "source", "external_id")
    turn, clock = asyncio.Lock(), SystemClock()

    async def keep(form: Form) -> None:
        row = {
            "source": "twilio",
            "external_id": form["MessageSid"],
            "payload": json.dumps(form),
            "received_at": clock.now(),
            "occurred_at": None,
        }
        async with turn, engine.writing.begin() as connection:
            await connection.execute(statement, row)

    return keep


async def serve(kind: str, port: int, folder: Path) -> None:
    """Serve until standard input is closed; "ready" is said on standard output."""
    configure_logs(level="ERROR", form="console")
    if kind == "signature":
        await serve_bare(port, keep_nothing)
    elif kind == "row":
        await serve_bare(port, await one_row_each(folder))
    else:
        program = {"door": DoorOnly, "program": Measured}[kind]
        await program(load_settings(settings_of(port, folder))).start()
    parent_gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), parent_gone.set)
    print("ready", flush=True)
    await parent_gone.wait()
