"""Stand-ins on loopback, the providers' own libraries that reach them, and the providers' published descriptions."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from telegram import Bot
from telegram.request import HTTPXRequest
from twilio.rest import Client

from bot.sandbox.telegram import TelegramStandIn
from bot.sandbox.twilio import TwilioStandIn
from tests.sandbox.loopback import (
    ALICE,
    BRUNO,
    DESK,
    PATIENCE,
    SID,
    SMS,
    TELEGRAM_TOKEN,
    TWILIO_TOKEN,
    WHATSAPP,
    Complaints,
    Peer,
    PlainHttp,
    SteppingClock,
)

SPECS = Path(os.environ.get("PERMANENCE_SPECS", Path(__file__).resolve().parents[3] / "shared" / "specs"))


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    await peer.listener.start()
    yield peer
    await peer.listener.stop()


@pytest.fixture
async def twilio(clock: SteppingClock, peer: Peer) -> AsyncIterator[TwilioStandIn]:
    stand_in = TwilioStandIn(
        account_sid=SID,
        auth_token=TWILIO_TOKEN,
        sms_number=SMS,
        whatsapp_number=WHATSAPP,
        clock=clock,
        webhook_url=peer.url,
        templates={f"HX{'a' * 32}": "Bonjour {{1}}, ticket {{2}}."},
    )
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def client(twilio: TwilioStandIn) -> Client:
    """Twilio's own library, with nothing changed but where it sends its requests."""
    client = Client(SID, TWILIO_TOKEN, http_client=PlainHttp())
    client.api.base_url = twilio.base_url
    return client


@pytest.fixture
async def telegram(clock: SteppingClock) -> AsyncIterator[TelegramStandIn]:
    stand_in = TelegramStandIn(
        token=TELEGRAM_TOKEN, desk_chat_id=DESK, users=[ALICE, BRUNO], clock=clock, topics=[7], flood=None
    )
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def bot(telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client, with nothing changed but where it sends its requests."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else it warns of a change to come with every 429 it reads
    files = f"{telegram.base_url}/file/bot"
    request = HTTPXRequest(
        connection_pool_size=8,
        connect_timeout=PATIENCE,
        read_timeout=PATIENCE,
        write_timeout=PATIENCE,
        pool_timeout=PATIENCE,
    )
    async with Bot(TELEGRAM_TOKEN, base_url=f"{telegram.base_url}/bot", base_file_url=files, request=request) as bot:
        yield bot


def _published(name: str) -> dict[str, Any]:
    path = SPECS / name
    if not path.is_file():
        pytest.skip(f"the provider's published description is not here ({name}; PERMANENCE_SPECS says where)")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


@pytest.fixture(scope="session")
def twilio_description() -> dict[str, Any]:
    return _published("twilio-api-v2010.json")


@pytest.fixture(scope="session")
def telegram_description() -> dict[str, Any]:
    return _published("telegram-bot-api.json")


def _complaints(validator: Draft202012Validator, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@pytest.fixture(scope="session")
def twilio_complaints(twilio_description: dict[str, Any]) -> Complaints:
    schemas = _strict(json.loads(json.dumps(twilio_description["components"]["schemas"])))

    def complaints(name: str, value: Any) -> list[str]:
        return _complaints(
            Draft202012Validator({"components": {"schemas": schemas}, "$ref": f"#/components/schemas/{name}"}), value
        )

    return complaints


def _strict(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and an object has no property but those described."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: _strict(part) for name, part in schema.items()}
    if schema.get("nullable") is True and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if isinstance(schema.get("properties"), dict):
        schema["additionalProperties"] = False
        schema["required"] = list(schema["properties"])
    return schema


SCALARS = {"Integer": "integer", "String": "string", "Boolean": "boolean", "Float": "number"}


@pytest.fixture(scope="session")
def telegram_complaints(telegram_description: dict[str, Any]) -> Complaints:
    definitions = {name: _object(about) for name, about in telegram_description["types"].items()}

    def complaints(name: str, value: Any) -> list[str]:
        return _complaints(Draft202012Validator({"$defs": definitions, **_kind(name)}), value)

    return complaints


def _object(about: dict[str, Any]) -> dict[str, Any]:
    if about.get("subtypes"):
        return {"anyOf": [_kind(name) for name in about["subtypes"]]}
    fields = about.get("fields", [])
    return {
        "type": "object",
        "properties": {field["name"]: {"anyOf": [_kind(kind) for kind in field["types"]]} for field in fields},
        "required": [field["name"] for field in fields if field["required"]],
        "additionalProperties": False,
    }


def _kind(name: str) -> dict[str, Any]:
    if name.startswith("Array of "):
        return {"type": "array", "items": _kind(name.removeprefix("Array of "))}
    return {"type": SCALARS[name]} if name in SCALARS else {"$ref": f"#/$defs/{name}"}
