"""Handing over what was made: to a new file, or to standard output."""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.database import reading
from bot.cli.exits import Exit
from bot.cli.output import tell
from bot.errors import PaperError
from bot.services.context import Context, Printing
from bot.texts import terminal as texts

BOM = b"\xef\xbb\xbf"

Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help=texts.OUTPUT_HELP)]


def give(work: Callable[[Context], Awaitable[bytes | None]], output: Path | None, *, is_binary: bool) -> None:
    """Make it beside a program that may be running, and hand it over; None is a "no" that `work` has explained.

    To a file that was not there, or to standard output, unless that is a terminal and it `is_binary`.
    """
    if output is None and is_binary and sys.stdout.isatty():
        raise typer.BadParameter(texts.NOT_ON_A_TERMINAL, param_hint="--output")
    if output is not None and output.exists():
        raise typer.BadParameter(texts.FILE_EXISTS.format(path=output), param_hint="--output")
    try:
        made = reading(work)
    except PaperError as problem:
        tell(texts.PAPER_FAILED, texts.detail(str(problem)))
        raise typer.Exit(Exit.FAILED) from problem
    if made is None:
        raise typer.Exit(Exit.NO)
    _write(made, output)


def table(text: str, output: Path | None) -> bytes:
    """A CSV in a file begins as a spreadsheet wants it to read its accents; a pipe is read by a program."""
    return (BOM if output is not None else b"") + text.encode()


def printing_of(context: Context) -> Printing:
    assert context.printing is not None, "bootstrap always gives one"
    return context.printing


def _write(made: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return
    try:  # clients' names stand in it: for nobody else's eyes on this machine
        with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
    except OSError as problem:
        tell(texts.FILE_FAILED.format(path=output, problem=problem.strerror))
        raise typer.Exit(Exit.FAILED) from problem
