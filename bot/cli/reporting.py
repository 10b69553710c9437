"""`report`: a month of the shop and the twelve before it, made beside a program that may be running."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.giving import Output, give, printing_of, table
from bot.rules.typed_months import parse_month
from bot.services.context import Context
from bot.services.report import report_view
from bot.texts import terminal as texts
from bot.texts.report import report as report_text
from bot.texts.report_table import report_csv


class Format(StrEnum):
    """How a report is given."""

    TEXT = "text"
    CSV = "csv"
    PNG = "png"


def report(
    month: Annotated[list[str] | None, typer.Argument(metavar="MONTH")] = None,
    format: Annotated[Format, typer.Option("--format")] = Format.TEXT,
    output: Output = None,
) -> None:
    """Requests, deadlines kept, units, and how contracts stand (C10-C15, C20-C24)."""
    words = " ".join(month or [])

    async def work(context: Context) -> bytes:
        now = context.clock.now()
        on = _month(words, today=now.astimezone(context.policy.zone).date())
        view = await context.store.read(lambda uow: report_view(uow, on, policy=context.policy, now=now))
        match format:
            case Format.TEXT:
                return (report_text(view).rich.text + "\n").encode()
            case Format.CSV:
                return table(report_csv(view), output)
            case Format.PNG:
                return printing_of(context).typesetter.chart(view)

    give(work, output, is_binary=format is Format.PNG)


def _month(words: str, *, today: date) -> date:
    """The month that was typed; wrong use for what is none, and for one that is still to come."""
    month = parse_month(words, today=today)
    if month is None or month > today:
        raise typer.BadParameter(texts.wrong_month(words, is_ahead=month is not None), param_hint="MONTH")
    return month
