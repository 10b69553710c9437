"""Clients' pictures, fetched from Twilio and kept in a private folder under names of our own."""

import asyncio
import hashlib
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from bot.channels.twilio.errors import refused, unanswered
from bot.channels.twilio.http_client import API
from bot.domain.tickets import Media
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.private_files import keep_private

MAX_BYTES = 20_000_000
MAX_SECONDS = 60.0
MAX_REDIRECTS = 3
RECORDINGS = "/Recordings/"
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))

EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/amr": ".amr",
    "application/pdf": ".pdf",
    "text/vcard": ".vcf",
    "text/plain": ".txt",
}
"""Names of files follow from these alone; anything else is `.bin`, which nothing opens by itself."""


class TwilioMedia:
    """A `bot.ports.MediaStore`. Fetches only what lies below our account at `base_url`; fetching twice keeps one file.

    Twilio answers with a redirect to its storage, which gets no credentials of ours. Https only, but for a stand-in on
    this machine.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        directory: Path,
        *,
        account_sid: str,
        auth_token: str,
        base_url: str = API,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        self._http = http
        self._directory = directory
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._own = re.compile(
            rf"{re.escape(base_url)}/2010-04-01/Accounts/{re.escape(account_sid)}"
            r"/(Messages/(SM|MM)[0-9a-f]{32}/Media/ME[0-9a-f]{32}|Recordings/RE[0-9a-f]{32}\.mp3)"
        )
        base = urlsplit(base_url)
        self._schemes = {"https", "http"} if base.hostname in LOOPBACK else {"https"}
        if base.scheme not in self._schemes:
            raise ValueError("credentials never go over plain http")
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds

    async def fetch(self, media: Media) -> tuple[Path, int]:
        """Fetch and keep it: (path, bytes). Permanent: a foreign address, too large, gone; the rest may work later.

        A recording that is not there may not be there yet: Twilio tells of it before it has done with it.
        """
        if not self._own.fullmatch(media.url):
            raise PermanentDeliveryError("not an address of our account's media", code="media_address")
        path = self._path(media)
        if path.is_file():  # fetched before, and not examined yet
            return path, path.stat().st_size
        try:
            async with asyncio.timeout(self._max_seconds):
                content = await self._download(media.url)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise unanswered(error) from error
        try:
            await asyncio.to_thread(keep_private, path, content)
        except OSError as error:
            raise TransientDeliveryError(f"cannot be kept: {error.strerror}", code="media_storage") from error
        return path, len(content)

    async def _download(self, url: str) -> bytes:
        auth: httpx.Auth | None = self._auth
        for _ in range(MAX_REDIRECTS + 1):
            request = self._http.build_request("GET", url, headers={"Accept-Encoding": "identity"})
            # Redirects are followed here and not by httpx: the credentials are for the first address alone.
            response = await self._http.send(request, auth=auth, stream=True, follow_redirects=False)
            try:
                if not response.has_redirect_location:
                    return await self._read(response)
                url, auth = urljoin(url, response.headers["Location"]), None
            finally:
                await response.aclose()
            if urlsplit(url).scheme not in self._schemes:
                raise PermanentDeliveryError("redirected away from https", code="media_address")
        raise PermanentDeliveryError("redirected too often", code="media_address")

    async def _read(self, response: httpx.Response) -> bytes:
        if response.status_code == 404 and RECORDINGS in response.request.url.path:
            raise TransientDeliveryError("not at Twilio, or not yet", code="recording_not_ready")
        if response.status_code in (404, 410):
            raise PermanentDeliveryError("no longer at Twilio", code="20404")
        if response.status_code != 200:
            raise refused(response.status_code, None)
        content = bytearray()
        async for chunk in response.aiter_raw():  # never unpacked: a small answer may hold a large file
            content += chunk
            if len(content) > self._max_bytes:
                raise PermanentDeliveryError(f"larger than {self._max_bytes} bytes", code="media_too_large")
        return bytes(content)

    def _path(self, media: Media) -> Path:
        kind = media.content_type.partition(";")[0].strip().lower()
        return self._directory / (hashlib.sha256(media.url.encode()).hexdigest() + EXTENSIONS.get(kind, ".bin"))
