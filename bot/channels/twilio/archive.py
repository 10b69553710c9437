"""Twilio's own list of what clients sent us: what finds the messages whose webhook never came, or takes its place."""

import json
from collections.abc import AsyncIterator
from datetime import datetime

from twilio.rest import Client

from bot.channels.twilio.http_client import API
from bot.channels.twilio.listing import Record, created_at, newest_first, pages
from bot.domain.inbox import InboxEntry, Source
from bot.errors import TransientDeliveryError
from bot.ports import Clock

WHATSAPP = "whatsapp:"


class TwilioArchive:
    """A `bot.ports.Archive` over the account's Messages to our numbers.

    `base_url` is where media addresses point to, as in the webhooks: the API's own host.
    """

    def __init__(
        self,
        client: Client,
        clock: Clock,
        *,
        sms_number: str | None,
        whatsapp_number: str | None,
        base_url: str = API,
    ) -> None:
        self._client = client
        self._clock = clock
        whatsapp = f"{WHATSAPP}{whatsapp_number}" if whatsapp_number else None
        self._addresses = tuple(address for address in (sms_number, whatsapp) if address)
        self._base_url = base_url

    async def received_since(self, since: datetime) -> AsyncIterator[InboxEntry]:
        """Inbound messages since then, oldest first, so that a reader who stops half-way can go on from the last one.

        `occurred_at` is Twilio's `date_created`. One that is still being received is left to the next call.
        """
        records = [
            record
            for address in self._addresses
            async for record in newest_first(self._client, since, To=address)
            if record.get("direction") == "inbound" and record.get("status") != "receiving"
        ]
        records.reverse()  # of two in one second, Twilio lists the later one first
        for record in sorted(records, key=lambda record: created_at(record) or self._clock.now()):
            yield await self._entry(record)

    async def _entry(self, record: Record) -> InboxEntry:
        media = await self._media(record["sid"]) if int(record.get("num_media") or 0) else []
        return InboxEntry(
            source=Source.TWILIO_MESSAGE,
            external_id=record["sid"],
            payload=json.dumps({"resource": record, "media": media}, ensure_ascii=True),
            received_at=self._clock.now(),
            occurred_at=created_at(record),
        )

    async def _media(self, sid: str) -> list[dict[str, str]]:
        """The pictures of a message, with the same addresses as in its webhook: the record holds only their number."""
        try:
            return [
                {
                    "url": self._base_url + medium["uri"].removesuffix(".json"),
                    "content_type": medium["content_type"],
                }
                async for records in pages(self._client, f"Messages/{sid}/Media.json", "media_list")
                for medium in records
            ]
        except TransientDeliveryError as error:
            if error.code == "20404":  # deleted at Twilio since it was listed
                return []
            raise
