"""`run` and `demo` as processes of their own, which set up signals and the log: they start, say so, and stop."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.terminal import Permanence

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
NOBODY_LISTENS = "http://127.0.0.1:1"
DESK = {
    "PERMANENCE_TELEGRAM_TOKEN": "123456789:token",
    "PERMANENCE_TELEGRAM_CHAT_ID": "-1001",
    "PERMANENCE_TECHNICIANS": "1:Claire",
    "PERMANENCE_TELEGRAM_API_URL": NOBODY_LISTENS,
    "PERMANENCE_HTTP_PORT": "0",
}
SCENE = """\
title: Un message arrive
starts: 2026-11-23 09:12
steps:
  - client: {who: secretariat, text: "Word plante"}
  - expect: {desk_shows: "%s"}
"""


@contextmanager
def process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command on its own; killed at the end when it still runs."""
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "PERMANENCE_DATABASE_URL")}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        try:
            yield command
        finally:
            command.kill()


def test_it_runs_until_it_is_told_to_stop(permanence: Permanence) -> None:
    with process("run", **DESK) as command:
        assert command.stderr is not None
        lines = (json.loads(line) for line in command.stderr)
        started = next(line for line in lines if line["event"] == "started")
        with urllib.request.urlopen(f"http://127.0.0.1:{started['port']}/healthz") as answer:
            assert answer.status == 200
        assert permanence("tickets").status == 0
        assert permanence("replay", "1").status == 3
        command.terminate()
        assert command.wait(PATIENCE) == 0
    assert permanence("replay", "1").status == 1


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with process("run", **DESK | {"PERMANENCE_HTTP_PORT": str(port)}) as command:
            _, said = command.communicate(timeout=PATIENCE)
    assert command.returncode == 3
    assert f"Le port {port} est déjà pris : changer PERMANENCE_HTTP_PORT" in said


def test_the_demo_shows_its_page_and_ends_with_ctrl_c() -> None:
    with process("demo", "--port", "0") as command:
        assert command.stdout is not None
        url = command.stdout.readline().partition("http")[2].split()[0]
        with urllib.request.urlopen(f"http{url}") as page:
            assert page.status == 200
        command.send_signal(signal.SIGINT)
        assert command.wait(PATIENCE) == 0


def test_the_demos_port_may_be_taken() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        process("demo", "--port", str(taken.getsockname()[1])) as command,
    ):
        _, said = command.communicate(timeout=PATIENCE)
    assert command.returncode == 2
    assert "est déjà pris : en donner un autre avec --port" in said


@pytest.mark.parametrize(("expected", "status"), [("Word plante", 0), ("Excel plante", 1)])
def test_a_scene_that_disappoints_is_a_no(folder: Path, expected: str, status: int) -> None:
    scene = folder / "scene.yaml"
    scene.write_text(SCENE % expected, encoding="utf-8")
    with process("demo", "--scenario", str(scene)) as command:
        told, _ = command.communicate(timeout=PATIENCE)
    assert command.returncode == status
    assert "Un message arrive" in told


def test_a_reader_who_has_seen_enough_is_no_traceback(database: Path) -> None:
    with process("export") as command:
        assert command.stdout is not None
        command.stdout.close()
        assert command.stderr is not None
        assert (command.stderr.read(), command.wait(PATIENCE)) == ("", 3)
