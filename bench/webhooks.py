"""Signed webhooks a second, durable before the answer, at 32 connections: four servers, measured side by side.

    python -m bench.webhooks [--json] [--seconds 2] [--rounds 7]

Each round sends the same requests to every server in turn, from this process, while the other servers are stopped
(SIGSTOP). The requests are made and signed beforehand. A ratio is the median of its rounds' ratios. What the servers do
stands in `bench.webhook_servers`. Aims: `door` ahead of `row`, and 0.8 of `signature`.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bench.webhook_servers import ACCOUNT, NUMBER, PUBLIC_URL, TOKEN
from bot.web import MESSAGE_PATH

KINDS = ("signature", "row", "door", "program")
RATIOS = (("door", "signature"), ("program", "signature"), ("door", "row"))
AIMS = {("door", "signature"): "≥ 0.8", ("door", "row"): "> 1"}
CONNECTIONS = 32
SENDERS = 10_000
WARM_UP_SECONDS = 1.0
CARDS = "SELECT count(DISTINCT ticket_id) FROM outbox WHERE channel = 'telegram'"
SERVE = """
import asyncio, pathlib, sys
from bench.webhook_servers import serve
asyncio.run(serve(sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])))
"""


class Refused(Exception):
    """A server answered something else than 200, or not at all."""


@dataclass
class Server:
    """A server of one kind, in a process of its own."""

    kind: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Turn:
    """What one server did in one round."""

    per_second: float
    processor: float
    """Microseconds of processor time a request, of all its threads."""
    tickets_per_second: float


class Client(asyncio.Protocol):
    """One connection: a request goes out when the answer to the last one is whole."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self.answered = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests, self._until = requests, until
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self._end(Refused(self._buffer.decode(errors="replace")))
            return
        self._buffer = b""
        self.answered += 1
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or Refused("the server closed the connection"))

    def _send(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:  # the time is over, or the requests are
            self._end(None)
        else:
            self._transport.write(request)

    def _end(self, problem: Exception | None) -> None:
        if self.done.done():
            return
        if problem is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(problem)
        self._transport.close()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)


def make_requests(numbers: range) -> list[bytes]:
    """Requests as Twilio makes them, each with its own SID and signed by Twilio's own library."""
    url, validator = PUBLIC_URL + MESSAGE_PATH, RequestValidator(TOKEN)
    made = []
    for number in numbers:
        form = {
            "ToCountry": "FR",
            "SmsMessageSid": f"SM{number:032x}",
            "NumMedia": "0",
            "MessageSid": f"SM{number:032x}",
            "AccountSid": ACCOUNT,
            "From": f"+3363998{number % SENDERS:04d}",
            "To": NUMBER,
            "Body": f"Bonjour, MediStory 4 ne se lance plus ce matin sur le poste {number}",
            "FromCountry": "FR",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
        }
        body = urlencode(form)
        head = (
            f"POST {MESSAGE_PATH} HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"X-Twilio-Signature: {validator.compute_signature(url, form)}\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append((head + body).encode())
    return made


async def measure(server: Server, requests: Sequence[bytes], seconds: float) -> Turn:
    """Send to one server for so long."""
    cards, used, began = count_cards(server), processor_seconds(server), time.perf_counter()
    source, until = iter(requests), began + seconds
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(source, until), "127.0.0.1", server.port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(client.done for client in clients))
    spent, used = time.perf_counter() - began, processor_seconds(server) - used
    answered = sum(client.answered for client in clients)
    return Turn(answered / spent, used / answered * 1e6, (count_cards(server) - cards) / spent)


def processor_seconds(server: Server) -> float:
    """User and system time of the process so far (`man 5 proc`, fields 14 and 15)."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def count_cards(server: Server) -> int:
    """Tickets whose card is in the outbox."""
    if server.kind != "program":
        return 0
    with sqlite3.connect(f"file:{server.folder}/bench.db?mode=ro", uri=True) as connection:
        return int(connection.execute(CARDS).fetchone()[0])


@contextmanager
def running(kind: str) -> Iterator[Server]:
    """A server that is ready and stopped (SIGSTOP)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", SERVE, kind, str(port), folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                if process.stdout.readline() != b"ready\n":
                    raise Refused(f"the server '{kind}' did not start")
                process.send_signal(signal.SIGSTOP)
                yield Server(kind, port, Path(folder), process)
            finally:
                process.kill()


@contextmanager
def awake(server: Server) -> Iterator[None]:
    """Only this server runs: what another one has left to do is not this one's to carry."""
    server.process.send_signal(signal.SIGCONT)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGSTOP)


def sync_milliseconds(folder: Path) -> float:
    """What one commit must wait for at least here: the median `fdatasync` of 32 KiB that overwrite others."""
    spent, written = [], b"\1" * 32_768
    with (folder / "sync").open("w+b", buffering=0) as file:
        for _ in range(64):
            file.seek(0)
            file.write(written)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1e3


async def compare(seconds: float, rounds: int) -> tuple[dict[str, list[Turn]], list[float]]:
    """Every server's rounds, and what the disk takes to make sure; the first round warms up and is left out."""
    turns: dict[str, list[Turn]] = defaultdict(list)
    syncs = []
    with ExitStack() as stack:
        servers = [stack.enter_context(running(kind)) for kind in KINDS]
        sent, count, length = 0, 20_000, WARM_UP_SECONDS
        for _ in range(1 + rounds):
            requests = make_requests(range(sent, sent + count))
            sent += count
            syncs.append(sync_milliseconds(servers[0].folder))
            for server in servers:
                with awake(server):
                    turns[server.kind].append(await measure(server, requests, length))
            count, length = int(2 * seconds * max(done[-1].per_second for done in turns.values())), seconds
    return {kind: done[1:] for kind, done in turns.items()}, syncs[1:]


def ratio(turns: dict[str, list[Turn]], one: str, other: str) -> float:
    pairs = zip(turns[one], turns[other], strict=True)
    return round(statistics.median(a.per_second / b.per_second for a, b in pairs), 2)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    turns, syncs = asyncio.run(compare(options.seconds, options.rounds))
    rates = {kind: round(statistics.median(turn.per_second for turn in turns[kind])) for kind in KINDS}
    processor = {kind: round(statistics.median(turn.processor for turn in turns[kind])) for kind in KINDS}
    tickets = round(statistics.median(turn.tickets_per_second for turn in turns["program"]))
    sync = round(statistics.median(syncs), 2)
    ratios = {pair: ratio(turns, *pair) for pair in RATIOS}
    if options.json:
        named = {f"{one}/{other}": value for (one, other), value in ratios.items()}
        print(
            json.dumps(
                {
                    "ratios": named,
                    "per_second": rates,
                    "processor": processor,
                    "tickets_per_second": tickets,
                    "sync_ms": sync,
                }
            )
        )
        return
    print(f"signed webhooks, {CONNECTIONS} connections, {options.rounds} rounds of {options.seconds:g} s")
    for (one, other), value in ratios.items():
        print(f"{f'{one} / {other}':<22}{value:>6.2f}×   {AIMS.get((one, other), '')}")
    for kind, rate in rates.items():
        print(f"{kind:<20}{rate:>7} a second{processor[kind]:>7} µs of processor each")
    print(f"tickets out at the other end of `program`, while the load lasts: {tickets} a second")
    print(f"one fdatasync of this disk takes {sync} ms; every commit waits for one")


if __name__ == "__main__":
    main()
