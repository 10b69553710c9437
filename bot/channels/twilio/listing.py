"""Twilio's list of messages, page by page, as raw records."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from twilio.rest import Client

from bot.channels.twilio.errors import refused, unanswered
from bot.channels.twilio.http_client import API
from bot.errors import TransientDeliveryError

Record = dict[str, Any]

PAGE_SIZE = 50


async def pages(client: Client, path: str, name: str, **query: str | int) -> AsyncIterator[list[Record]]:
    """The pages of a list below the account, such as `Messages.json`, whose records stand under `name`.

    Raw records and not the library's instances: the archive stores them as they came. Raises `TransientDeliveryError`
    whatever the refusal: that a list cannot be read now says nothing of a message.
    """
    uri: str | None = f"{API}/2010-04-01/Accounts/{client.account_sid}/{path}"
    params: dict[str, str | int] | None = {"PageSize": PAGE_SIZE, **query}
    while uri:
        page = await _fetch(client, uri, params)
        records, following = page.get(name), page.get("next_page_uri")
        if not isinstance(records, list):
            raise unanswered(ValueError("no list"))
        yield records
        uri, params = (f"{API}{following}" if following else None), None


async def newest_first(client: Client, since: datetime, **query: str | int) -> AsyncIterator[Record]:
    """Messages created since then, newest first, ending after the first page that holds older ones only.

    Not by the `DateSent` filter: it is documented for days in GMT, not for instants, and on the time of sending, which
    a message that waits does not have yet.
    """
    since = since.replace(microsecond=0)  # Twilio's times are whole seconds, cut off
    async for records in pages(client, "Messages.json", "messages", **query):
        recent = [record for record in records if (created_at(record) or since) >= since]
        for record in recent:
            yield record
        if not recent:
            return


def created_at(record: Record) -> datetime | None:
    """Twilio's own time of a message; None where it has none that can be read."""
    return read_instant(record.get("date_created"))


def read_instant(text: str | None) -> datetime | None:
    """An instant as Twilio writes it ("Mon, 23 Nov 2026 09:00:00 +0000"); None where it cannot be read."""
    try:
        at = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


async def _fetch(client: Client, uri: str, params: dict[str, str | int] | None) -> Record:
    try:
        response = await client.request_async("GET", uri, params=params)
    except httpx.HTTPError as error:
        raise unanswered(error) from error
    content = _object(response.text)
    if response.status_code != 200:
        refusal = refused(response.status_code, content.get("code"))
        if isinstance(refusal, TransientDeliveryError):
            raise refusal
        raise TransientDeliveryError(str(refusal), code=refusal.code)
    return content


def _object(text: str) -> Record:
    """The JSON object of an answer; empty when it is none, such as a proxy's page."""
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
