"""A server that says what a script tells it to: what no well-behaved IMAP server can be made to say in a test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Answer = Callable[[str], bytes | None]
"""What to say to a command (without its tag; `TAG` in the answer stands for it), None for the usual answer."""

CUT = b"<cut>"
"""At the end of an answer: the server hangs up there."""

USUAL = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE AUTH=XOAUTH2 AUTH=PLAIN\r\nTAG OK done\r\n",
    "LOGIN": b"TAG OK done\r\n",
    "EXAMINE": b"* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 2]\r\nTAG OK [READ-ONLY] opened\r\n",
    "SELECT": b"* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 2]\r\nTAG OK [READ-WRITE] opened\r\n",
    "UID SEARCH": b"* SEARCH 1\r\nTAG OK done\r\n",
    "LOGOUT": b"* BYE bye\r\nTAG OK done\r\n",
}


class Script:
    """`heard` holds every command; a line that is none (an answer to "+", DONE) as it came."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.heard: list[str] = []
        self.port = 0
        self.links = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.links += 1
        writer.write(b"* OK ready\r\n")
        tag = b""
        while line := (await reader.readline()).decode().strip("\r\n"):
            first, _, rest = line.partition(" ")
            is_command = bool(rest) and not line.startswith("DONE")
            tag, command = (first.encode(), rest) if is_command else (tag, line)
            self.heard.append(command)
            said = self.answer(command)
            if said is None:
                said = next((text for name, text in USUAL.items() if command.startswith(name)), b"TAG BAD what?\r\n")
            writer.write(said.removesuffix(CUT).replace(b"TAG", tag))
            if said.endswith(CUT):
                break
        writer.close()


@asynccontextmanager
async def scripted(answer: Answer) -> AsyncIterator[Script]:
    script = Script(answer)
    links: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        links.add(task)
        try:
            await script.serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for task in links:
            task.cancel()
        await asyncio.gather(*links, return_exceptions=True)
