"""The servers that `bench.webhooks` sends to, one a process: `python -m bench.webhook_servers KIND PORT FOLDER`.

signature  the signature check alone, and nothing stored
row        the same, and one row a request in a transaction of its own (synchronous=FULL): three awaited statements
door       the program's own door: verified, stored by group commit, answered after it; nobody reads the inbox
program    the same, and the program's intake behind it, up to the card in the outbox
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.bootstrap.channels import Telegram, Twilio
from bot.bootstrap.program import Program
from bot.channels.twilio.forms import decode_form
from bot.channels.twilio.inbound import TwilioInbound
from bot.channels.twilio.signature import Signatures
from bot.clock import SystemClock
from bot.config import load_settings
from bot.domain.inbox import InboxEntry
from bot.storage.engine import Engine, open_engine
from bot.storage.migrate import migrate
from bot.storage.queues import inbox_row
from bot.storage.statements import insert_new
from bot.storage.tables import inbox
from bot.web import EMPTY_TWIML, MESSAGE_PATH
from bot.workers import read_inbox

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "token", "+33639980000"

Keep = Callable[[InboxEntry], Awaitable[None]]


def settings_of(port: int, folder: Path) -> dict[str, str]:
    """The program's settings: SMS and a desk, of which nothing is sent."""
    return {
        "PERMANENCE_DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "PERMANENCE_HTTP_PORT": str(port),
        "PERMANENCE_PUBLIC_URL": f"http://127.0.0.1:{port}",
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
    """The same checks as the program's door, around another way to keep what came."""
    signatures = Signatures([TOKEN], {})
    inbound = TwilioInbound(account_sid=ACCOUNT, sms_number=NUMBER, whatsapp_number=None)
    clock = SystemClock()
    url = f"http://127.0.0.1:{port}{MESSAGE_PATH}"

    async def receive(request: web.Request) -> web.Response:
        pairs = decode_form(await request.read())
        signatures.check(url, pairs, request.headers)
        await keep(inbound.message_entry(pairs, received_at=clock.now()))
        return web.Response(body=EMPTY_TWIML, content_type="text/xml")

    app = web.Application()
    app.add_routes([web.post(MESSAGE_PATH, receive)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()


async def keep_nothing(_: InboxEntry) -> None:
    """The bare server."""


async def one_row_each(folder: Path) -> Keep:
    """BEGIN, INSERT, COMMIT, each awaited, one request after the other on the writing connection."""
    engine: Engine = await open_engine(f"sqlite:///{folder}/bench.db")
    await migrate(engine)
    statement = insert_new(inbox, engine.writing.dialect, "source", "external_id")
    turn = asyncio.Lock()

    async def keep(entry: InboxEntry) -> None:
        async with turn, engine.writing.begin() as connection:
            await connection.execute(statement, inbox_row(entry))

    return keep


async def main(kind: str, port: int, folder: Path) -> None:
    if kind == "signature":
        await serve_bare(port, keep_nothing)
    elif kind == "row":
        await serve_bare(port, await one_row_each(folder))
    else:
        program = {"door": DoorOnly, "program": Measured}[kind]
        await program(load_settings(settings_of(port, folder))).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
