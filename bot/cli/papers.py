"""`statement` and `contract`: papers made beside a program that may be running."""

import json
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.clients import one_client
from bot.cli.giving import Output, give, printing_of, table
from bot.cli.output import tell
from bot.domain.clients import Client
from bot.rules.typed_dates import parse_day
from bot.services.context import Context, Printing
from bot.services.printing import contract_paper
from bot.services.statement import period_meant, stated_periods, statement_view
from bot.services.statement_document import statement_document
from bot.texts import terminal as texts
from bot.texts.statement import StatementView
from bot.texts.statement_table import statement_csv


class Format(StrEnum):
    """How a statement is given."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


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
        return _given(view, format, printing=printing_of(context), output=output)

    _make(" ".join(client), output, work, is_binary=format is Format.PDF)


def contract(
    client: Annotated[list[str], typer.Argument(metavar="CLIENT")],
    output: Output = None,
) -> None:
    """A client's contract as a PDF (C19-C24)."""

    async def work(context: Context, found: Client) -> bytes | None:
        printing, now = printing_of(context), context.clock.now()
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
    head = printing_of(context).letterhead
    return await context.store.read(
        lambda uow: statement_view(uow, client, stated, letterhead=head, policy=context.policy, now=now)
    )


def _given(view: StatementView, format: Format, *, printing: Printing, output: Path | None) -> bytes:
    match format:
        case Format.PDF:
            return printing.typesetter.statement(view)
        case Format.CSV:
            return table(statement_csv(view), output)
        case Format.JSON:
            return (json.dumps(statement_document(view), ensure_ascii=False, indent=2) + "\n").encode()


def _make(
    words: str,
    output: Path | None,
    work: Callable[[Context, Client], Awaitable[bytes | None]],
    *,
    is_binary: bool,
) -> None:
    """Find the client, make the paper, and hand it over."""

    async def run(context: Context) -> bytes | None:
        found = await context.store.read(lambda uow: one_client(uow, words))
        return await work(context, found) if found is not None else None

    give(run, output, is_binary=is_binary)
