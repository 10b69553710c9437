"""Signed webhooks a second, durable before the answer, at 32 connections; ratios of servers measured side by side.

python -m bench.webhooks [--seconds 3] [--rounds 5] [--json]

Each round sends to every server in turn; a figure is the median of its ratios to the bare server of the same round. The
requests are made and signed beforehand, and sent by this process from the other core. Aims: ahead of `row`; 0.8 of
`signature`.
"""

import argparse
import asyncio
import json
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.webhook_servers import ACCOUNT, NUMBER, TOKEN
from bot.web import MESSAGE_PATH

KINDS = ("signature", "row", "door", "program")
CONNECTIONS = 32
AIMS = {"door": 0.8}
SENDERS = 400


@dataclass
class Server:
    """A server of one kind, and how many requests it has had."""

    kind: str
    port: int
    folder: Path
    sent: int = 0


class Client(asyncio.Protocol):
    """One connection: a request goes out when the answer to the last one is whole."""

    def __init__(self, requests: Iterator[bytes], until: float, counts: list[int]) -> None:
        self._requests, self._until, self._counts = requests, until, counts
        self._buffer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        if time.perf_counter() < self._until:
            self._transport.write(next(self._requests))
        else:
            self._transport.close()
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError(self._buffer[:300].decode(errors="replace")))
            self._transport.close()
            return
        self._buffer = b""
        self._counts[0] += 1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server closed the connection"))


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def make_requests(server: Server, count: int) -> list[bytes]:
    """Requests as Twilio makes them, each with its own SID and a right signature."""
    url = f"http://127.0.0.1:{server.port}{MESSAGE_PATH}"
    validator = RequestValidator(TOKEN)
    made = []
    for number in range(server.sent, server.sent + count):
        form = {
            "ToCountry": "FR",
            "SmsMessageSid": f"SM{number:032x}",
            "NumMedia": "0",
            "MessageSid": f"SM{number:032x}",
            "AccountSid": ACCOUNT,
            "From": f"+3363998{number % 10_000:04d}",
            "To": NUMBER,
            "Body": f"Bonjour, MediStory 4 ne se lance plus ce matin sur le poste {number}",
            "FromCountry": "FR",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
        }
        body = urlencode(form).encode()
        signature = validator.compute_signature(url, form)
        head = (
            f"POST {MESSAGE_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX-Twilio-Signature: {signature}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def measure(server: Server, seconds: float, expected: int) -> float:
    """Answered requests a second."""
    requests = make_requests(server, expected)
    server.sent += expected
    counts = [0]
    source = iter(requests)
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(source, began + seconds, counts), "127.0.0.1", server.port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(client.done for client in clients))
    return counts[0] / (time.perf_counter() - began)


@contextmanager
def running(kind: str, folder: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bench.webhook_servers", kind, str(port), str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    try:
        yield Server(kind, port, folder)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def cards(server: Server) -> int:
    """Cards of new tickets in the outbox."""
    with sqlite3.connect(f"file:{server.folder}/bench.db?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT count(*) FROM tickets").fetchone()[0])


async def main(seconds: float, rounds: int, *, as_json: bool) -> None:
    ratios: dict[str, list[float]] = {kind: [] for kind in KINDS}
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    tickets: list[float] = []
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running(kind, Path(stack.enter_context(tempfile.TemporaryDirectory()))))
            for kind in KINDS
        ]
        for server in servers:
            await measure(server, 0.5, 8_000)
        for _ in range(rounds):
            of_round = {}
            for server in servers:
                before, began = (cards(server), time.perf_counter()) if server.kind == "program" else (0, 0.0)
                of_round[server.kind] = await measure(server, seconds, int(8_000 * seconds))
                if server.kind == "program":
                    tickets.append((cards(server) - before) / (time.perf_counter() - began))
                    await asyncio.sleep(seconds)  # what is left in the inbox is not the next one's to carry
            for kind, rate in of_round.items():
                rates[kind].append(rate)
                ratios[kind].append(rate / of_round["signature"])
    result = {
        kind: {"per_second": round(statistics.median(rates[kind])), "ratio": round(statistics.median(ratios[kind]), 3)}
        for kind in KINDS
    }
    result["program"]["tickets_per_second"] = round(statistics.median(tickets))
    if as_json:
        print(json.dumps({"connections": CONNECTIONS, "rounds": rounds, "servers": result}))
        return
    print(f"{CONNECTIONS} connections, {rounds} rounds of {seconds:g} s; ratio to the signature check alone (median)")
    for kind in KINDS:
        print(f"  {kind:<10} {result[kind]['per_second']:>7} a second   {result[kind]['ratio']:.2f}")
    print(f"  door against one row a request: {result['door']['per_second'] / result['row']['per_second']:.1f} times")
    print(f"  tickets out at the other end while the load lasts: {result['program']['tickets_per_second']} a second")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=3.0)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    asyncio.run(main(given.seconds, given.rounds, as_json=given.json))
