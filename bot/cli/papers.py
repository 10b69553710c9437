"""`statement` and `contract`: papers made beside a program that may be running."""

import json
import os
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.clients import one_client
from bot.cli.database import reading
from bot.cli.exits import Exit
from bot.cli.output import tell
from bot.domain.clients import Client
from bot.errors import PaperError
from bot.rules.typed_dates import parse_day
from bot.services.context import Context, Printing
from bot.services.printing import contract_paper
from bot.services.statement import period_meant, stated_periods, statement_view
from bot.services.statement_document import statement_document
from bot.texts import terminal as texts
from bot.texts.statement import StatementView
from bot.texts.statement_table import statement_csv

BOM = b"\xef\xbb\xbf"


class Format(StrEnum):
    """How a statement is given."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help=texts.OUTPUT_HELP)]


def statement(
    client: Annotated[list[str], typer.Argument(metavar="CLIENT")],
    period: Annotated[str, typer.Option("--period", help=texts.PERIOD_HELP)] = "",
    format: Annotated[Format, typer.Option("--format")] = Format.PDF,
    output: Output = None,
) -> None:
    """A client's statement of a period (C6-C13)."""

    async def work(context: Context, found: Client) -> bytes | None:
        view = await _view(context, found, period.strip())
        if view is None:
            tell(texts.no_such_period(found.name, period.strip()))
            return None
        return _given(view, format, printing=_printing(context), is_file=output is not None)

    _make(" ".join(client), output, work, is_binary=format is Format.PDF)


def contract(
    client: Annotated[list[str], typer.Argument(metavar="CLIENT")],
    output: Output = None,
) -> None:
    """A client's contract as a PDF (C19-C24)."""

    async def work(context: Context, found: Client) -> bytes | None:
        printing, now = _printing(context), context.clock.now()
        paper = await context.store.read(
            lambda uow: contract_paper(uow, found, printing=printing, policy=context.policy, now=now)
        )
        if paper is None:
            tell(texts.no_contract(found.name))
            return None
        return printing.typesetter.contract(paper)

    _make(" ".join(client), output, work, is_binary=True)


async def _view(context: Context, client: Client, period: str) -> StatementView | None:
    now = context.clock.now()
    today = now.astimezone(context.policy.zone).date()
    periods = await context.store.read(lambda uow: stated_periods(uow, client.id, today))
    stated = period_meant(periods, period, day=parse_day(period, today=today))
    if stated is None:
        return None
    head = _printing(context).letterhead
    return await context.store.read(
        lambda uow: statement_view(uow, client, stated, letterhead=head, policy=context.policy, now=now)
    )


def _given(view: StatementView, format: Format, *, printing: Printing, is_file: bool) -> bytes:
    """A CSV in a file begins as a spreadsheet wants it to read its accents; a pipe is read by a program."""
    match format:
        case Format.PDF:
            return printing.typesetter.statement(view)
        case Format.CSV:
            return (BOM if is_file else b"") + statement_csv(view).encode()
        case Format.JSON:
            return (json.dumps(statement_document(view), ensure_ascii=False, indent=2) + "\n").encode()


def _make(
    words: str,
    output: Path | None,
    work: Callable[[Context, Client], Awaitable[bytes | None]],
    *,
    is_binary: bool,
) -> None:
    """Make it and hand it over: to a file that was not there, or to standard output."""
    if output is None and is_binary and sys.stdout.isatty():
        raise typer.BadParameter(texts.NOT_ON_A_TERMINAL, param_hint="--output")
    if output is not None and output.exists():
        raise typer.BadParameter(texts.FILE_EXISTS.format(path=output), param_hint="--output")

    async def run(context: Context) -> bytes | None:
        found = await context.store.read(lambda uow: one_client(uow, words))
        return await work(context, found) if found is not None else None

    try:
        made = reading(run)
    except PaperError as problem:
        tell(texts.PAPER_FAILED, texts.detail(str(problem)))
        raise typer.Exit(Exit.FAILED) from problem
    if made is None:
        raise typer.Exit(Exit.NO)
    _write(made, output)


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


def _printing(context: Context) -> Printing:
    assert context.printing is not None, "bootstrap always gives one"
    return context.printing
