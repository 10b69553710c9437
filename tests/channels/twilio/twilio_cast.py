"""Whom Twilio's tests play with: one account, our two numbers, clients, and forms as Twilio posts them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.domain.addresses import Address, Channel
from bot.domain.outbox import Kind, Outgoing, Rank

ACCOUNT = f"AC{'0' * 31}1"
TOKEN = "a-secret-of-the-tests"
SMS_NUMBER, WHATSAPP_NUMBER = "+33639980001", "+33639980002"
CLIENT = "+33639980011"
TEMPLATE = f"HX{'a' * 32}"
NOW = datetime(2026, 3, 2, 9, 12, 8, tzinfo=UTC)

PAYLOADS = Path(__file__).parents[1] / "payloads" / "twilio"


def payload(name: str) -> dict[str, Any]:
    """A form or a resource as Twilio shows it, with numbers of nobody's."""
    loaded: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return loaded


def form(name: str, **changed: str) -> list[tuple[str, str]]:
    """A form's fields, some of them changed."""
    return list((payload(name) | changed).items())


def body(pairs: Sequence[tuple[str, str]]) -> bytes:
    """The fields on the wire."""
    return urlencode(pairs, errors="surrogateescape").encode()


def outgoing(
    text: str = "Bonjour, nous vous rappelons.",
    *,
    to: str = CLIENT,
    channel: Channel = Channel.SMS,
    automatic: bool = False,
    created_at: datetime | None = NOW,
    **payload: object,
) -> Outgoing:
    """A row to be sent."""
    return Outgoing(
        address=Address(channel, to),
        kind=Kind.TEXT,
        payload={"body": text, **payload},
        rank=Rank.ANSWER,
        automatic=automatic,
        created_at=created_at,
    )
