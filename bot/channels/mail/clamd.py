"""ClamAV's daemon, asked about one file at a time (https://docs.clamav.net/manual/Usage/Scanning.html#clamd)."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from bot.errors import PermanentDeliveryError, TransientDeliveryError

MAX_SECONDS = 120.0
"""For one file: clamd's own limit (`MaxScanTime`) is 120 s."""

UNREACHABLE = "scanner"
UNANSWERED = "scanner_answer"
TOO_LARGE = "media_unscanned"

_CHUNK_BYTES = 64 * 1024
_MAX_ANSWER = 4096
_END = b"\0"


class Clamd:
    """A `bot.ports.Scanner`: at `host` and `port`, or at the `path` of a socket. One connection for each file."""

    def __init__(self, *, host: str = "", port: int = 0, path: str = "", max_seconds: float = MAX_SECONDS) -> None:
        self._host = host
        self._port = port
        self._path = path
        self._max_seconds = max_seconds

    async def scan(self, path: Path) -> str | None:
        """What was found in the file (`Eicar-Test-Signature`), None when nothing was.

        Raises `TransientDeliveryError`: clamd cannot be reached ("scanner"), or does not say ("scanner_answer");
        `PermanentDeliveryError` when the file is larger than clamd takes ("media_unscanned").
        """
        verdict = await self._ask(b"zINSTREAM" + _END, path)
        if verdict == "OK":
            return None
        if verdict.endswith(" FOUND"):
            return verdict.removesuffix(" FOUND")
        if "size limit exceeded" in verdict:
            raise PermanentDeliveryError("larger than clamd's StreamMaxLength", code=TOO_LARGE)
        raise TransientDeliveryError("clamd did not say whether the file is clean", code=UNANSWERED)

    async def check(self) -> None:
        """Returns when clamd answers; raises `TransientDeliveryError` when it does not."""
        if await self._ask(b"zPING" + _END) != "PONG":
            raise TransientDeliveryError("clamd answers, but not to PING", code=UNANSWERED)

    async def _ask(self, command: bytes, path: Path | None = None) -> str:
        """What clamd answers, without the "stream: " before it.

        A plain socket, no stream of asyncio's: clamd answers and hangs up in the middle of a file that is too large for
        it, and a stream drops what it has received once it cannot send any more.
        """
        with contextlib.ExitStack() as closing:
            code = UNREACHABLE
            try:
                async with asyncio.timeout(self._max_seconds):
                    peer = closing.enter_context(await self._connect())
                    code = UNANSWERED
                    is_whole = await _send(peer, command, path)
                    answer = await _answer(peer)
            except (OSError, TimeoutError) as error:
                raise TransientDeliveryError(f"clamd: {type(error).__name__}", code=code) from error
        if answer.endswith("OK") and not is_whole:
            raise TransientDeliveryError("clamd answered before it had the whole file", code=UNANSWERED)
        return answer.removeprefix("stream: ")

    async def _connect(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        family: int = socket.AF_UNIX
        address: Any = self._path
        if not self._path:
            found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            family, _, _, _, address = found[0]
        peer = socket.socket(family, socket.SOCK_STREAM)
        try:
            peer.setblocking(False)
            await loop.sock_connect(peer, address)
        except BaseException:
            peer.close()
            raise
        return peer


async def _send(peer: socket.socket, command: bytes, path: Path | None) -> bool:
    """The command, and the file in pieces: each after its length in four bytes, the end is a length of zero.

    False when clamd hung up meanwhile; it may have answered before.
    """
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_sendall(peer, command)
        if path is not None:
            async with contextlib.aclosing(_pieces(path)) as pieces:
                async for piece in pieces:
                    await loop.sock_sendall(peer, struct.pack("!I", len(piece)) + piece)
            await loop.sock_sendall(peer, struct.pack("!I", 0))
    except ConnectionError:
        return False
    return True


async def _pieces(path: Path) -> AsyncGenerator[bytes, None]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield piece
    finally:
        file.close()


async def _answer(peer: socket.socket) -> str:
    """Up to the zero that ends it, or the end of the connection. ConnectionResetError when nothing was said."""
    loop = asyncio.get_running_loop()
    said = b""
    while _END not in said and len(said) < _MAX_ANSWER:
        received = await loop.sock_recv(peer, _MAX_ANSWER)
        if not received:
            break
        said += received
    answer, end, _ = said.partition(_END)
    if not end:
        raise ConnectionResetError("the connection ended within the answer")
    return answer.decode("utf-8", "replace").strip()
