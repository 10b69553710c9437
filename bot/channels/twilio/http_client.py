"""Twilio's library over httpx.

Its own asynchronous client ignores its timeout, posts a message again after a 503 (a second SMS) and form-encodes JSON
bodies. This one honours the timeout and never repeats a request.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

API = "https://api.twilio.com"
TIMEOUT_SECONDS = 15.0


class HttpxClient(AsyncHttpClient):  # type: ignore[misc]  # twilio ships no types
    """Sends to `base_url` what the library addresses to api.twilio.com: the only difference between real and stand-in.

    Raises what httpx raises; which of it may have been sent after all is said in `errors`.
    """

    def __init__(self, http: httpx.AsyncClient, *, base_url: str = API, timeout: float = TIMEOUT_SECONDS) -> None:
        super().__init__(logger=None, is_async=True, timeout=timeout)  # its own logging would show numbers
        self._http = http
        self._base_url = base_url

    async def request(
        self,
        method: str,
        uri: str,
        params: Any = None,
        data: Any = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's interface
        allow_redirects: bool = False,
    ) -> Response:
        is_json = (headers or {}).get("Content-Type") == "application/json"
        response = await self._http.request(
            method,
            self._base_url + urlsplit(uri)._replace(scheme="", netloc="").geturl(),
            params=params or None,  # an empty one would strip the query of a next page's address
            data=None if is_json else data or None,
            json=data if is_json else None,
            headers=headers,
            auth=auth,
            timeout=timeout or self.timeout,
            follow_redirects=allow_redirects,
        )
        return Response(response.status_code, response.text, response.headers)


def twilio_client(
    http: httpx.AsyncClient,
    *,
    account_sid: str,
    auth_token: str,
    base_url: str = API,
    timeout: float = TIMEOUT_SECONDS,
) -> Client:
    """Twilio's own client on our transport; `base_url` without a slash at the end."""
    return Client(account_sid, auth_token, http_client=HttpxClient(http, base_url=base_url, timeout=timeout))
