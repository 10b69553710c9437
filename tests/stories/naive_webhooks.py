"""How it is done where nobody was ever killed: answer first, store soon after, each webhook a ticket.

A program of its own, so that the storm of `test_kill_webhooks` can kill it as it kills the real one.
"""

import asyncio
import os
import sqlite3

from aiohttp import web

STORED_AFTER_SECONDS = 0.05

connection = sqlite3.connect(os.environ["PERMANENCE_DATABASE_URL"].removeprefix("sqlite:///"))
connection.execute("CREATE TABLE IF NOT EXISTS naive_tickets (number INTEGER PRIMARY KEY, sid TEXT)")


def store(sid: str) -> None:
    with connection:
        connection.execute("INSERT INTO naive_tickets (sid) VALUES (?)", (sid,))


async def receive(request: web.Request) -> web.Response:
    form = await request.post()
    asyncio.get_running_loop().call_later(STORED_AFTER_SECONDS, store, str(form["MessageSid"]))
    return web.Response(text="<Response/>", content_type="text/xml")


app = web.Application()
app.add_routes([web.post("/webhooks/twilio/message", receive)])
web.run_app(app, host="127.0.0.1", port=int(os.environ["PERMANENCE_HTTP_PORT"]), print=None)
