"""A link that breaks: a TCP proxy that cuts a connection after a number of bytes, wherever that is."""

import asyncio
import socket
import struct
from contextlib import suppress

_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: the peer gets a reset instead of an end


class CuttingProxy:
    """`port` leads to the server's. `links` counts connections, `cuts` those that were cut, `in_a_mail` where."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._left: int | None = None
        self._is_abrupt = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.was_cut = asyncio.Event()
        self.port = 0
        self.links = 0
        self.cuts = 0
        self.in_a_mail = 0

    async def __aenter__(self) -> "CuttingProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut_after(self, size: int, *, is_abrupt: bool) -> None:
        """The server's next `size` bytes still go through, then the link breaks."""
        self._left, self._is_abrupt = size, is_abrupt
        self.was_cut.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.links += 1
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        ways = [
            asyncio.create_task(self._carry(reader, server_writer)),
            asyncio.create_task(self._carry_back(server_reader, writer)),
        ]
        with suppress(asyncio.CancelledError):  # the story ends
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for each in (writer, server_writer):
            each.close()
        await asyncio.gather(*ways, writer.wait_closed(), server_writer.wait_closed(), return_exceptions=True)
        self._tasks.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                writer.write(chunk)
                await writer.drain()

    async def _carry_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if self._left is not None and len(chunk) >= self._left:
                    writer.write(chunk[: self._left])
                    await writer.drain()
                    self._cut(chunk, writer)
                    return
                if self._left is not None:
                    self._left -= len(chunk)
                writer.write(chunk)
                await writer.drain()

    def _cut(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        assert self._left is not None
        # the bodies of our mails are long lines of one letter, which no answer of a server's is
        self.in_a_mail += b"xxxxxxxx" in chunk[max(0, self._left - 8) : self._left + 8]
        self._left = None
        self.cuts += 1
        self.was_cut.set()
        if self._is_abrupt:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
