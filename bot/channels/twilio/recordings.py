"""Recordings at Twilio: deleted there once they are here (C30). Their sound is fetched by `TwilioMedia`."""

import httpx
from twilio.rest import Client

from bot.channels.twilio.errors import refused, unanswered
from bot.channels.twilio.http_client import API

GONE = (204, 404, 410)


class TwilioRecordings:
    """A `bot.ports.Recordings`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def erase(self, sid: str) -> None:
        """Delete one; twice is no error. Raises a `DeliveryError`, with Twilio's own code where there is one."""
        uri = f"{API}/2010-04-01/Accounts/{self._client.account_sid}/Recordings/{sid}.json"
        try:
            response = await self._client.request_async("DELETE", uri)
        except httpx.HTTPError as error:
            raise unanswered(error) from error
        if response.status_code not in GONE:
            raise refused(response.status_code, None)
