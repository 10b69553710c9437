"""`import`: clients from a CSV or TOML file, shown before they are written."""

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
from bot.services.importing import Form, Plan, decode, describe, import_clients
from bot.texts import import_templates, terminal
from bot.texts import importing as texts

_BOM = "\ufeff"  # by which Excel knows UTF-8
_HINT = "FILE.csv|.toml"
_TEMPLATES = {Form.CSV: import_templates.CSV, Form.TOML: import_templates.TOML}


def import_file(
    path: Annotated[Path | None, typer.Argument(metavar=_HINT)] = None,
    template: Annotated[bool, typer.Option("--template", help=terminal.TEMPLATE_HELP)] = False,
    apply: Annotated[bool, typer.Option("--apply", help=terminal.APPLY_HELP)] = False,
) -> None:
    """Clients and all that their files hold; a dry run, unless they are to be written."""
    if template:
        _give_template(path)
        return
    if path is None:
        raise typer.BadParameter(terminal.NO_FILE_GIVEN, param_hint=_HINT)
    form = _form_of(path)
    content = decode(_read(path))
    settings = read_settings()

    async def work(context: Context) -> Plan:
        return await import_clients(context, content, form=form, apply=apply)

    plan = writing(work, settings) if apply else _try_out(work, settings)
    say(*describe(plan, zone=settings.timezone))
    if plan.is_empty:
        say(texts.NOTHING_TO_CHANGE)
    elif apply:
        say(texts.WRITTEN)
    else:
        tell(texts.NOT_WRITTEN)


def _form_of(path: Path) -> Form:
    """By the name's end; what has no such end is taken for CSV, and its titles will tell."""
    return Form.TOML if path.suffix.lower() == ".toml" else Form.CSV


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        sentence = terminal.FILE_FAILED.format(path=path, problem=problem.strerror)
        raise typer.BadParameter(sentence, param_hint=_HINT) from problem


def _try_out(work: Callable[[Context], Awaitable[Plan]], settings: Settings) -> Plan:
    """Hold the file against the database, or against an empty one where there is none yet; nothing is created."""
    file = database_file(settings)
    if file is None or file.exists():
        return reading(work, settings)
    with TemporaryDirectory(prefix="permanence-import-") as folder:
        url = SecretStr(f"sqlite:///{folder}/empty.db")
        return writing(work, settings.model_copy(update={"database_url": url}))


def _give_template(path: Path | None) -> None:
    """`--template` or `--template csv` and `--template toml` show one, `--template clients.toml` writes it."""
    if path is None or str(path) in list(Form):
        write_utf_8(_TEMPLATES[Form(str(path)) if path else Form.CSV])
    else:
        _write_template(path, _form_of(path))


def _write_template(path: Path, form: Form) -> None:
    is_csv = form is Form.CSV  # opened in a spreadsheet, TOML in an editor
    try:
        with path.open("x", encoding="utf-8", newline="\r\n" if is_csv else "\n") as file:
            file.write((_BOM if is_csv else "") + _TEMPLATES[form])
    except FileExistsError as taken:
        raise typer.BadParameter(terminal.FILE_EXISTS.format(path=path), param_hint=_HINT) from taken
    except OSError as problem:
        tell(terminal.FILE_FAILED.format(path=path, problem=problem.strerror))
        raise typer.Exit(Exit.FAILED) from problem
    tell(terminal.template_written(str(path)))
