"""A program that is killed in the middle of anything leaves both stand-ins whole, and no error in their logs."""

import asyncio
import base64
import logging
import sys
from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.sandbox.telegram import TelegramStandIn
from bot.sandbox.twilio import Delivery, TwilioStandIn
from tests.sandbox.loopback import ALICE, DESK, PATIENCE, SID, SMS, TELEGRAM_TOKEN, TWILIO_TOKEN

CLIENT = "+33639981001"
MESSAGES, SEND = f"/2010-04-01/Accounts/{SID}/Messages.json", f"/bot{TELEGRAM_TOKEN}/sendMessage"

POLLING = """
import sys, urllib.request
urllib.request.urlopen(sys.argv[1] + "/getUpdates?timeout=50")
"""

SERVING = """
import socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
connection, _ = server.accept()
connection.recv(10)
print("taken", flush=True)
connection.recv(0)
import time
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:  # type: ignore[misc]
    """Nothing at all is logged as a warning or worse, by aiohttp or asyncio."""
    with caplog.at_level(logging.WARNING):
        yield
    assert caplog.records == []


async def _run(script: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )


async def test_killed_while_it_polls(telegram: TelegramStandIn, bot: Bot) -> None:
    for killed in range(1, 4):
        program = await _run(POLLING, f"{telegram.base_url}/bot{TELEGRAM_TOKEN}")
        await telegram.wait_for(lambda killed=killed: telegram.polls == killed, PATIENCE)
        program.kill()
        await program.wait()
    update_id = await telegram.say(ALICE.id, "bonjour")
    assert [update.update_id for update in await bot.get_updates()] == [update_id]
    assert telegram.refusals == []


async def test_killed_while_it_takes_a_webhook(twilio: TwilioStandIn) -> None:
    program = await _run(SERVING)
    assert program.stdout is not None
    twilio.webhook_url = f"http://127.0.0.1:{int(await program.stdout.readline())}/webhook"
    posting = asyncio.ensure_future(twilio.text(CLIENT, "Bonjour"))
    assert await program.stdout.readline() == b"taken\n"
    program.kill()
    await program.wait()
    delivery = await posting
    assert delivery == Delivery(delivery.sid, None, 1)


async def test_gone_before_the_answer(twilio: TwilioStandIn, telegram: TelegramStandIn) -> None:
    twilio.hang_next(0.3)
    telegram.hang_next(0.3)
    message = f"From=%2B{SMS[1:]}&To=%2B{CLIENT[1:]}&Body=x"
    writer = await _ask(twilio.base_url, MESSAGES, message, length=len(message))
    await twilio.wait_for(twilio.outbound, PATIENCE)
    writer.transport.abort()
    message = f"chat_id={DESK}&text=x"
    writer = await _ask(telegram.base_url, SEND, message, length=len(message))
    await telegram.wait_for(telegram.messages, PATIENCE)
    writer.transport.abort()
    await asyncio.sleep(0.5)  # they have answered by now
    assert [len(said) for said in (twilio.outbound(), telegram.messages())] == [1, 1]


async def test_gone_in_the_middle_of_its_own_request(twilio: TwilioStandIn, telegram: TelegramStandIn) -> None:
    for base_url, path in ((twilio.base_url, MESSAGES), (telegram.base_url, SEND)):
        writer = await _ask(base_url, path, "chat_id=", length=1000)
        await asyncio.sleep(0.05)
        writer.transport.abort()
    await asyncio.sleep(0.05)
    assert (twilio.outbound(), telegram.messages()) == ([], [])


async def _ask(base_url: str, path: str, body: str, *, length: int) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection("127.0.0.1", int(base_url.rpartition(":")[2]))
    credentials = base64.b64encode(f"{SID}:{TWILIO_TOKEN}".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1",
        "Host: x",
        f"Authorization: Basic {credentials}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {length}",
    )
    writer.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
    await writer.drain()
    return writer
