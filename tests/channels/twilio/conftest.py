"""Twilio's stand-in on loopback and our side of it, with the real client library between them."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.rest import Client

from bot.channels.twilio.http_client import twilio_client
from bot.channels.twilio.sender import TwilioSender
from bot.clock import StoppedClock
from bot.sandbox.twilio import TwilioStandIn
from tests.channels.twilio.twilio_cast import ACCOUNT, NOW, SMS_NUMBER, TEMPLATE, TOKEN, WHATSAPP_NUMBER

SPECS = Path(os.environ.get("PERMANENCE_SPECS", Path(__file__).resolve().parents[4] / "shared" / "specs"))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
async def twilio(clock: StoppedClock) -> AsyncIterator[TwilioStandIn]:
    stand_in = TwilioStandIn(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        clock=clock,
        sms_number=SMS_NUMBER,
        whatsapp_number=WHATSAPP_NUMBER,
        templates={TEMPLATE: "Bonjour {{1}}"},
    )
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
def requests() -> list[httpx.Request]:
    """Every request of ours that left for Twilio."""
    return []


@pytest.fixture
async def http(requests: list[httpx.Request]) -> AsyncIterator[httpx.AsyncClient]:
    async def note(request: httpx.Request) -> None:
        requests.append(request)

    async with httpx.AsyncClient(event_hooks={"request": [note]}) as http:
        yield http


@pytest.fixture
def client(http: httpx.AsyncClient, twilio: TwilioStandIn) -> Client:
    return twilio_client(http, account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url, timeout=60)


@pytest.fixture
def sender(client: Client) -> TwilioSender:
    return sender_with(client)


@pytest.fixture
def impatient_sender(http: httpx.AsyncClient, twilio: TwilioStandIn) -> TwilioSender:
    return sender_with(twilio_client(http, account_sid=ACCOUNT, auth_token=TOKEN, base_url=twilio.base_url, timeout=2))


def sender_with(client: Client) -> TwilioSender:
    return TwilioSender(
        client,
        sms_number=SMS_NUMBER,
        sms_automatic="Cabinet",
        whatsapp_number=WHATSAPP_NUMBER,
        status_callback="http://127.0.0.1:9/webhooks/twilio/status",
    )


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    path = SPECS / "twilio-api-v2010.json"
    if not path.is_file():
        pytest.skip("Twilio's published API description is not here (PERMANENCE_SPECS says where)")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded
