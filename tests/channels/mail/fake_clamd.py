"""A ClamAV daemon on a real socket: the protocol is clamd's, what it finds is what a test tells it to."""

import asyncio
import struct
from contextlib import suppress
from pathlib import Path

HOST = "127.0.0.1"


class FakeClamd:
    """Speaks `zPING` and `zINSTREAM`. `viruses` maps bytes to the name of what they are.

    `answer` is said whatever the file holds, without the zero that ends it when `is_cut`; `is_silent`: it takes
    everything and never answers.
    """

    def __init__(self, viruses: dict[bytes, str] | None = None, *, max_bytes: int = 1_000_000) -> None:
        self.viruses = viruses or {}
        self.max_bytes = max_bytes
        self.answer: bytes | None = None
        self.is_cut = False
        self.is_silent = False
        self.hangs_up = False
        self.files: list[bytes] = []
        self.examined = asyncio.Event()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self, *, path: Path | None = None, port: int = 0) -> None:
        if path is not None:
            self._server = await asyncio.start_unix_server(self._accept, path)
            return
        self._server = await asyncio.start_server(self._accept, HOST, port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            self._talks.discard(task)
            writer.transport.abort() if self.hangs_up else writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command = await reader.readuntil(b"\0")
        if self.hangs_up:
            return
        said = b"PONG" if command == b"zPING\0" else b"UNKNOWN COMMAND"
        if command == b"zINSTREAM\0":
            said = await self._examine(reader)
        if self.is_silent:
            await asyncio.Event().wait()
        writer.write((said if self.answer is None else self.answer) + b"\0" * (not self.is_cut))
        await writer.drain()

    async def _examine(self, reader: asyncio.StreamReader) -> bytes:
        """Answers in the middle of a file that is too large, and does not read the rest, as clamd does."""
        content = b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            if len(content) + size > self.max_bytes:
                return b"INSTREAM size limit exceeded. ERROR"
            content += await reader.readexactly(size)
        self.files.append(content)
        self.examined.set()
        name = next((name for mark, name in self.viruses.items() if mark in content), None)
        return f"stream: {name} FOUND".encode() if name else b"stream: OK"
