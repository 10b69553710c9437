"""`run` and `demo`: the program itself."""

import asyncio
import errno
import gc
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.database import read_settings
from bot.cli.exits import Exit
from bot.cli.output import say, tell
from bot.config import load_settings
from bot.ports import Clock
from bot.texts import settings as settings_texts
from bot.texts import terminal as texts

if TYPE_CHECKING:
    from bot.bootstrap.program import Program

PORT = 8080


def run() -> None:
    """The program, until a signal."""
    gc.disable()
    from bot.bootstrap.program import Program
    from bot.logs import configure_logs

    gc.freeze()  # the collector need not look at the modules again, for as long as the program runs
    gc.enable()
    settings = read_settings(needs_channel=True)
    configure_logs(level=settings.log_level, form=settings.log_format)
    if sys.stderr.isatty():  # otherwise standard error is a log, which says it too
        tell(*(settings_texts.describe_channel(state.channel, missing=state.missing) for state in settings.channels()))
    try:
        asyncio.run(Program(settings).run())
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise
        tell(texts.HTTP_PORT_TAKEN.format(port=settings.http_port))
        raise typer.Exit(Exit.FAILED) from problem


def demo(
    port: Annotated[int, typer.Option(help=texts.PORT_HELP, min=0, max=65535)] = PORT,
    scenario: Annotated[Path | None, typer.Option(help=texts.SCENE_HELP, metavar="FILE")] = None,
) -> None:
    """The real program between stand-ins of the providers: a page with two phones, or a written scene."""
    from bot.logs import configure_logs

    configure_logs(level="ERROR", form="console")
    if scenario is not None:
        raise typer.Exit(_play(scenario))
    asyncio.run(_show(port))


def _play(path: Path) -> Exit:
    from bot.sandbox.scene_player import play_scene
    from bot.sandbox.scenes import SceneRejected, load_scene

    try:
        scene = load_scene(path)
    except SceneRejected as rejected:
        tell(*rejected.problems)
        return Exit.WRONG_USE
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise typer.BadParameter(texts.FILE_FAILED.format(path=path, problem=reason), param_hint="--scenario") from None
    return Exit.DONE if asyncio.run(play_scene(scene, _start, say)) else Exit.NO


async def _show(port: int) -> None:
    from bot.sandbox.page_server import PageServer
    from bot.sandbox.stage import Stage

    tell(texts.DEMO_STARTING)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    stage = Stage(_start)
    await stage.start()
    server = PageServer(stage)
    try:
        try:
            await server.start(port)
        except OSError as taken:
            raise typer.BadParameter(texts.PORT_TAKEN.format(port=port), param_hint="--port") from taken
        say(texts.demo_ready(server.url))
        await ended.wait()
    finally:
        await server.stop()
        await stage.stop()


async def _start(environment: Mapping[str, str], clock: Clock) -> "Program":
    """The program as `run` would build it from these settings, with a clock that can be put forward."""
    from bot.bootstrap.program import Program

    program = Program(load_settings(environment), clock)
    await program.start()
    return program
