"""Memory and start-up time of `permanence run`, against importing the same libraries alone, side by side.

    python -m bench.startup [--json] [--rounds 9]

The program runs with every channel on, against addresses where nobody listens, on a database that it finds migrated; it
is ready when `/healthz` answers. A first run, which is not measured, says which modules of other people it has loaded;
the other process imports exactly these and waits. Memory is read a second later. Aim: both within 1.3 ×.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (sys.executable, "-m", "bot", "run")
PATIENCE_SECONDS = 60
SETTLING_SECONDS = 1.0
AIM = 1.3

NOTING_PROGRAM = """
import atexit, json, pathlib, sys

def note():
    modules = {name: getattr(getattr(module, "__spec__", None), "origin", None) for name, module in sys.modules.items()}
    names = [name for name, origin in modules.items() if origin and "site-packages" in origin]
    pathlib.Path(sys.argv[2]).write_text(json.dumps(names))

atexit.register(note)
from bot.cli import main
main(["run"])
"""

LIBRARIES = """
import importlib, json, pathlib, sys
for name in json.loads(pathlib.Path(sys.argv[1]).read_text()):
    importlib.import_module(name)
print("ready", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Start:
    """What one start cost."""

    seconds: float
    processor_seconds: float
    rss_mib: float
    pss_mib: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, port: int) -> dict[str, str]:
    """Every channel on; port 9 is where nobody listens."""
    given = {
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "HTTP_PORT": str(port),
        "PUBLIC_URL": "https://bench.example",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_URL": "http://127.0.0.1:9",
        "SMS_NUMBER": "+33639980000",
        "WHATSAPP_NUMBER": "+33639980000",
        "TELEGRAM_TOKEN": "123:bench",
        "TELEGRAM_CHAT_ID": "-1001",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "TECHNICIANS": "11:Claire",
        "MEDIA_DIR": str(folder / "media"),
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("PERMANENCE_")}
    return {**others, **{f"PERMANENCE_{name}": value for name, value in given.items()}}


def answers(port: int) -> bool:
    with socket.socket() as probe:  # asking in vain must cost next to nothing: it is the same processor
        if probe.connect_ex(("127.0.0.1", port)) != 0:
            return False
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_SECONDS) as response:
        return bool(response.status == 200)


def measure(command: list[str], folder: Path, is_ready: Callable[[subprocess.Popen[bytes]], bool], port: int) -> Start:
    """Start a process in an empty folder, wait until it is ready, read what it has used, and end it."""
    environment = {**settings(folder, port), "PYTHONPATH": str(ROOT)}
    with (folder / "log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        try:
            while not is_ready(process):
                if process.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                    raise RuntimeError((folder / "log").read_text(encoding="utf-8"))
                time.sleep(0.01)
            seconds, used = time.perf_counter() - began, processor_seconds(process.pid)
            time.sleep(SETTLING_SECONDS)
            return Start(seconds, used, *memory(process.pid))
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)


def start_program(folder: Path, command: list[str]) -> Start:
    port = free_port()
    return measure(command, folder, lambda process: answers(port), port)


def start_libraries(folder: Path, names: Path) -> Start:
    def is_ready(process: subprocess.Popen[bytes]) -> bool:
        assert process.stdout is not None
        return process.stdout.readline() == b"ready\n"

    return measure([sys.executable, "-c", LIBRARIES, str(names)], folder, is_ready, 0)


def processor_seconds(process_id: int) -> float:
    """User and system time so far (`man 5 proc`, fields 14 and 15)."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process_id: int) -> tuple[float, float]:
    """Resident and proportional set size, in MiB."""
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {name: int(value.split()[0]) / 1024 for name, value in (line.split(":", 1) for line in lines)}
    return sizes["Rss"], sizes["Pss"]


def compare(rounds: int) -> tuple[list[tuple[Start, Start]], int]:
    """Each round's program and libraries, and how many modules those are."""
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        names = folder / "modules.json"
        start_program(folder, [*PROGRAM])  # migrates
        start_program(folder, [sys.executable, "-c", NOTING_PROGRAM, "run", str(names)])
        start_libraries(folder, names)  # warms the disk cache, as the program's has been
        turns = [(start_program(folder, [*PROGRAM]), start_libraries(folder, names)) for _ in range(rounds)]
        return turns, len(json.loads(names.read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    turns, modules = compare(options.rounds)
    figures = {
        name: (
            round(statistics.median(getattr(ours, name) / getattr(theirs, name) for ours, theirs in turns), 2),
            round(statistics.median(getattr(ours, name) for ours, _ in turns), 2),
            round(statistics.median(getattr(theirs, name) for _, theirs in turns), 2),
        )
        for name in Start.__dataclass_fields__
    }
    if options.json:
        keys = ("ratio", "program", "libraries")
        print(json.dumps({name: dict(zip(keys, values, strict=True)) for name, values in figures.items()}))
        return
    print(f"`permanence run` against importing its {modules} library modules alone, {options.rounds} rounds")
    for name, (ratio, ours, theirs) in figures.items():
        print(f"{name:<20}{ratio:>6.2f}×   ≤ {AIM}{ours:>10.2f} against {theirs:.2f}")


if __name__ == "__main__":
    main()
