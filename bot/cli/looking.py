"""`tickets`, `quota`, `export`: what is stored, read beside a program that may be running."""

import os
import sys
from datetime import date, tzinfo
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.clients import one_client
from bot.cli.database import reading
from bot.cli.exits import Exit
from bot.cli.output import say, say_json, write_utf_8
from bot.ports import UnitOfWork
from bot.rules.quota import Balance
from bot.rules.typed_dates import parse_day
from bot.services.client_views import account_view
from bot.services.context import Context
from bot.services.exporting import export as export_everything
from bot.services.views import ticket_line
from bot.texts import terminal as texts
from bot.texts.accounts import AccountView
from bot.texts.accounts import quota as quota_text
from bot.texts.tickets import TicketLine, described

MOST_TICKETS = 100_000


class Format(StrEnum):
    """How everything is exported."""

    JSON = "json"


def tickets(as_json: Annotated[bool, typer.Option("--json", help=texts.JSON_HELP)] = False) -> None:
    """The open tickets."""

    async def work(context: Context) -> None:
        now, zone = context.clock.now(), context.policy.zone
        lines = await context.store.read(lambda uow: _open_tickets(uow, context))
        if as_json:
            say_json([_ticket_document(line, context) for line in lines])
        elif lines:
            say(*(described(line, zone=zone, now=now).text for line in lines))
        else:
            say(texts.NO_TICKETS)

    reading(work)


async def _open_tickets(uow: UnitOfWork, context: Context) -> list[TicketLine]:
    now = context.clock.now()
    found = await uow.tickets.listed(which="all", technician_id=None, now=now, limit=MOST_TICKETS)
    return [await ticket_line(uow, ticket, context.policy, now) for ticket in found]


def _ticket_document(line: TicketLine, context: Context) -> dict[str, object]:
    zone = context.policy.zone
    return {
        "number": line.number,
        "state": line.state,
        "priority": "urgent" if line.urgent else "normal",
        "client": line.client_name,
        "subject": line.subject,
        "assigned_to": line.assigned_to,
        "opened_at": line.opened_at.astimezone(zone).isoformat(),
        "recontact_due_at": line.due_at.astimezone(zone).isoformat(),
        "recontacted_at": line.recontacted_at.astimezone(zone).isoformat() if line.recontacted_at else None,
        "left_seconds": int(line.left.total_seconds()) if line.left is not None else None,
    }


def quota(
    client: Annotated[list[str], typer.Argument(metavar="CLIENT")],
    at: Annotated[str | None, typer.Option(metavar="DATE", help=texts.QUOTA_AT_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=texts.JSON_HELP)] = False,
) -> None:
    """What is left of a client's package, and what was counted (C10); or what was left on a past evening."""
    words = " ".join(client)

    async def work(context: Context) -> Exit:
        now = context.clock.now()
        on = _past_day(at, today=now.astimezone(context.policy.zone).date()) if at is not None else None
        found = await context.store.read(lambda uow: one_client(uow, words))
        if found is None:
            return Exit.NO
        view = await context.store.read(lambda uow: account_view(uow, found.id, context, now, on=on))
        if as_json:
            say_json(_quota_document(view, context.policy.zone))
        else:
            say(quota_text(view, zone=context.policy.zone, now=now).rich.text)
        return Exit.DONE

    raise typer.Exit(reading(work))


def _past_day(typed: str, *, today: date) -> date:
    """The day of `--at`; wrong use for what is no day, and for one that is still to come."""
    on = parse_day(typed, today=today)
    if on is None or on > today:
        raise typer.BadParameter(texts.wrong_past_day(typed, is_ahead=on is not None))
    return on


def _quota_document(view: AccountView, zone: tzinfo) -> dict[str, object]:
    """No numbers where no quota is kept: a contract in one's own name (C11), or none in force (C13).

    Of a past day, also the lines that were written after it for work begun by then, and the balance with them.
    """
    document = {**_balance_document(view), **_numbers(view.balance if view.is_counted else None)}
    if view.at is None:
        return document
    with_late = view.balance_with_late if view.is_counted else None
    return {
        **document,
        "at": view.at.isoformat(),
        "written_later": [
            {"ticket": line.ticket_id, "units": line.units, "written_at": line.at.astimezone(zone).isoformat()}
            for line in view.late
        ],
        "left_with_written_later": with_late.left if with_late else None,
    }


def _balance_document(view: AccountView) -> dict[str, object]:
    return {
        "client": view.client_name,
        "kind": view.client_kind,
        "period": {"starts_on": view.period[0].isoformat(), "ends_on": view.period[1].isoformat()}
        if view.period
        else None,
    }


def _numbers(balance: Balance | None) -> dict[str, object]:
    return {
        "allowance": balance.allowance if balance else None,
        "used": balance.used if balance else None,
        "left": balance.left if balance else None,
        "beyond": balance.beyond if balance else None,
    }


def export(format: Annotated[Format, typer.Option()] = Format.JSON) -> None:
    """Everything that is remembered, as one document."""
    try:
        reading(lambda context: export_everything(context, write_utf_8))
    except BrokenPipeError as gone:
        # who reads has seen enough (`| head`); Python would complain once more when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.FAILED) from gone
