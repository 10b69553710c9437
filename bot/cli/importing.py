"""`import`: clients from a CSV file, shown before they are written."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from pydantic import SecretStr

from bot.cli.database import database_file, read_settings, reading, writing
from bot.cli.exits import Exit
from bot.cli.output import say, tell, write_utf_8
from bot.config import Settings
from bot.services.context import Context
from bot.services.importing import Plan, decode, describe, import_clients
from bot.texts import importing as texts
from bot.texts import terminal

_BOM = "\ufeff"  # by which Excel knows UTF-8


def import_file(
    path: Annotated[Path | None, typer.Argument(metavar="FILE.csv")] = None,
    template: Annotated[bool, typer.Option("--template", help=terminal.TEMPLATE_HELP)] = False,
    apply: Annotated[bool, typer.Option("--apply", help=terminal.APPLY_HELP)] = False,
) -> None:
    """Clients, contacts, addresses and contracts; a dry run, unless they are to be written."""
    if template:
        _write_template(path)
        return
    if path is None:
        raise typer.BadParameter(terminal.NO_FILE_GIVEN, param_hint="FILE.csv")
    content = decode(_read(path))
    settings = read_settings()

    async def work(context: Context) -> Plan:
        return await import_clients(context, content, apply=apply, allowance=settings.allowance)

    plan = writing(work, settings) if apply else _try_out(work, settings)
    say(*describe(plan))
    if plan.is_empty:
        say(texts.NOTHING_TO_CHANGE)
    elif apply:
        say(texts.WRITTEN)
    else:
        tell(texts.NOT_WRITTEN)


def _read(path: Path) -> bytes:
    if path.suffix.lower() == ".toml":
        raise typer.BadParameter(terminal.ONLY_CSV.format(path=path), param_hint="FILE.csv")
    try:
        return path.read_bytes()
    except OSError as problem:
        sentence = terminal.FILE_FAILED.format(path=path, problem=problem.strerror)
        raise typer.BadParameter(sentence, param_hint="FILE.csv") from problem


def _try_out(work: Callable[[Context], Awaitable[Plan]], settings: Settings) -> Plan:
    """Hold the file against the database, or against an empty one where there is none yet; nothing is created."""
    file = database_file(settings)
    if file is None or file.exists():
        return reading(work, settings)
    with TemporaryDirectory(prefix="permanence-import-") as folder:
        url = SecretStr(f"sqlite:///{folder}/empty.db")
        return writing(work, settings.model_copy(update={"database_url": url}))


def _write_template(path: Path | None) -> None:
    if path is None:
        write_utf_8(texts.TEMPLATE)
        return
    try:
        with path.open("x", encoding="utf-8", newline="\r\n") as file:
            file.write(_BOM + texts.TEMPLATE)
    except FileExistsError as taken:
        raise typer.BadParameter(terminal.FILE_EXISTS.format(path=path), param_hint="FILE.csv") from taken
    except OSError as problem:
        tell(terminal.FILE_FAILED.format(path=path, problem=problem.strerror))
        raise typer.Exit(Exit.FAILED) from problem
    tell(terminal.template_written(str(path)))
