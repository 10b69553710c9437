"""OAuth2 access tokens for mail servers (Microsoft 365, Gmail), by a refresh token over HTTP: RFC 6749, section 6."""

import asyncio
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import httpx
import structlog

from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError

EARLY_SECONDS = 60.0
_USUAL_SECONDS = 3600.0
_LONGEST_SECONDS = 24 * 3600.0
_CODE = re.compile(r"[a-z_]{1,40}")
# RFC 6749, 5.2 and 4.1.2.1; every other code of a refusal is for a person to mend
_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    good_until: float  # by the event loop's clock


class OAuthTokens:
    """Access tokens from a refresh token. Give one object to everybody who logs in as the same account.

    A server may answer with a new refresh token, and then take the old one no more: the new one is kept in the file
    `kept_in` before the access token is handed out, and goes before the setting until somebody changes the setting.
    Another process (`permanence doctor` beside the running program) may have kept a newer one: the file is read anew
    each time.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        token_url: str,
        client_id: str,
        client_secret: str | None,
        refresh_token: str,
        scope: str | None,
        kept_in: Path,
    ) -> None:
        self._http = http
        self._token_url = token_url
        fields = {"client_id": client_id, "client_secret": client_secret, "scope": scope}
        self._fields = {name: value for name, value in fields.items() if value}
        self._given = refresh_token
        self._kept_in = kept_in
        self._rotated: str | None = None
        self._unkept: str | None = None  # what the disk did not take is newer than the file
        self._token: _Token | None = None
        self._refreshing: asyncio.Task[str] | None = None

    async def access_token(self, *, renew: bool = False) -> str:
        """A token that is good for a minute at least; with `renew` a new one, since the server refused the last.

        Callers at the same time share one request. Raises `PermanentDeliveryError` (code "invalid_grant" …: the shop
        must give its consent again, or mend a setting) or `TransientDeliveryError`.
        """
        if self._refreshing is None or self._refreshing.done():
            if not renew and self._token is not None and self._token.good_until > asyncio.get_running_loop().time():
                return self._token.text
            self._refreshing = asyncio.create_task(self._refresh())
            self._refreshing.add_done_callback(_heard)
        # a caller that is cancelled must not cut the others off, nor lose a refresh token on its way to the disk
        return await asyncio.shield(self._refreshing)

    async def _refresh(self) -> str:
        answer = await self._ask_with_what_is_good()
        await self._note_rotation(answer)
        seconds = _seconds(answer.get("expires_in"))
        good_until = asyncio.get_running_loop().time() + max(0.0, seconds - EARLY_SECONDS)
        self._token = _Token(str(answer["access_token"]), good_until)
        return self._token.text

    async def _ask_with_what_is_good(self) -> dict[str, Any]:
        refused: dict[str | None, PermanentDeliveryError] = {}
        for find in self._places():
            token = await asyncio.to_thread(find)
            if token is None or token in refused:
                continue
            try:
                answer = await self._ask(token)
            except PermanentDeliveryError as refusal:
                if refusal.code != "invalid_grant":
                    raise
                refused[token] = refusal
            else:
                self._rotated = token if token != self._given else None
                return answer
        raise refused[self._given]

    def _places(self) -> Iterator[Callable[[], str | None]]:
        """What was kept goes first: some servers withdraw the whole consent when a token that was spent comes again.

        The file is read a second time, since another process may have spent what stood in it before its own was kept.
        The setting is the last: the file may be older than it, from a backup that was restored.
        """
        yield lambda: self._unkept
        yield self._read_kept
        yield lambda: self._rotated
        yield self._read_kept
        yield lambda: self._given

    async def _ask(self, refresh_token: str) -> dict[str, Any]:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **self._fields}
        try:
            response = await self._http.post(self._token_url, data=form, headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise TransientDeliveryError("no answer from the token server", code=type(error).__name__) from None
        answer = _json(response)
        if response.is_success and isinstance(answer.get("access_token"), str):
            return answer
        raise _refusal(response.status_code, answer.get("error"))

    async def _note_rotation(self, answer: dict[str, Any]) -> None:
        rotated = answer.get("refresh_token")
        if not isinstance(rotated, str) or rotated in ("", self._rotated or self._given):
            return
        self._rotated = self._unkept = rotated
        try:
            await asyncio.to_thread(self._keep, rotated)
            self._unkept = None
        except OSError as problem:
            # it is good as long as we run; mails go on, and somebody should look at the disk
            _log.error("oauth_refresh_token_not_kept", problem=problem.strerror)

    # The file

    def _mark(self) -> str:
        """Which setting the file belongs to, without saying it."""
        told = json.dumps([self._token_url, self._fields.get("client_id"), self._given])
        return hashlib.sha256(told.encode()).hexdigest()

    def _read_kept(self) -> str | None:
        try:
            kept = json.loads(self._kept_in.read_text(encoding="utf-8"))
            rotated = kept["refresh_token"] if kept["of_setting"] == self._mark() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return rotated if isinstance(rotated, str) and rotated else None

    def _keep(self, rotated: str) -> None:
        """Whole or not at all, readable by nobody else (a temporary file has mode 0600)."""
        folder = self._kept_in.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".part", delete=False) as file:
            part = Path(file.name)
            try:
                json.dump({"of_setting": self._mark(), "refresh_token": rotated}, file)
                file.flush()
                os.fsync(file.fileno())
                part.replace(self._kept_in)
            except BaseException:
                part.unlink(missing_ok=True)
                raise


def _heard(task: asyncio.Task[str]) -> None:
    """Its error was given to whoever waited; when all of them went away it is nobody's."""
    if not task.cancelled():
        task.exception()


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(told: object) -> float:
    """`expires_in`, which some servers write as a text."""
    try:
        return min(float(told), _LONGEST_SECONDS) if isinstance(told, int | float | str) else _USUAL_SECONDS
    except ValueError:
        return _USUAL_SECONDS


def _refusal(status: int, error: object) -> DeliveryError:
    """What is wrong, by the server's code: never by its description, which may name the account."""
    code = error if isinstance(error, str) and _CODE.fullmatch(error) else f"http_{status}"
    is_passing = status in (408, 429) or status >= 500 or status < 300
    if code in _PASSING or is_passing:
        return TransientDeliveryError("the token server cannot answer now", code=code)
    return PermanentDeliveryError("the token server refuses to give an access token", code=code)
