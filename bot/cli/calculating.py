"""`deadline`, `units`, `urgent`: the contract's rules at the command line. No channel and no database is needed."""

import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.cli.database import read_settings
from bot.cli.durations import parse_duration
from bot.cli.exits import Exit
from bot.cli.output import say, say_json
from bot.clock import SystemClock
from bot.errors import DeskRefusal, RuleError
from bot.rules import recontact
from bot.rules.business_hours import BusinessHours
from bot.rules.explanation import Explanation
from bot.rules.quota import Rounding, units_of_sittings
from bot.rules.recontact import Deadline, Reading
from bot.rules.typed_moments import understand_moment
from bot.rules.urgency import is_urgent
from bot.texts import terminal as texts

MOST_HOURS = 10_000


def deadline(
    start: Annotated[list[str], typer.Argument(metavar="START")],
    hours: Annotated[float | None, typer.Option(help=texts.HOURS_HELP)] = None,
    reading: Annotated[Reading | None, typer.Option(help=texts.READING_HELP)] = None,
    explain: Annotated[bool, typer.Option("--explain", help=texts.EXPLAIN_HELP)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=texts.JSON_HELP)] = False,
) -> None:
    """When a client who wrote at START must be recontacted (C15)."""
    from bot.bootstrap.calendar_version import calendar_version
    from bot.bootstrap.policy import office_hours

    settings = read_settings()
    office = office_hours(settings)
    allowed = settings.recontact_hours if hours is None else hours
    if not 0 <= allowed <= MOST_HOURS:
        raise typer.BadParameter(texts.WRONG_HOURS, param_hint="--hours")
    try:
        due = recontact.deadline(
            parse_start(" ".join(start), office),
            hours=office,
            allowed=timedelta(hours=allowed),
            reading=reading or Reading(settings.recontact_reading),
        )
        explanation = recontact.explain(due, hours=office)
    except RuleError as problem:
        raise typer.BadParameter(texts.OUT_OF_YEARS, param_hint="START") from problem
    if as_json:
        say_json(deadline_document(due, explanation) | {"calendar": asdict(calendar_version(settings))})
        return
    say(texts.due(due.due_at, hours=due.allowed, reading=due.reading, zone=office.zone))
    if explain:
        say(*texts.explained(explanation, office.zone, calendar=calendar_version(settings)))


def deadline_document(due: Deadline, explanation: Explanation) -> dict[str, object]:
    """The document that scripts read; instants carry the office zone's offset."""
    return {
        "start": explanation.start.isoformat(),
        "due_at": due.due_at.isoformat(),
        "reading": due.reading,
        "counted_seconds": _number(due.allowed.total_seconds()),
        "segments": [
            {
                "from": segment.from_at.isoformat(),
                "to": segment.to_at.isoformat(),
                "kind": segment.kind,
                "label": segment.label,
            }
            for segment in explanation.segments
        ],
    }


def parse_start(text: str, office: BusinessHours) -> datetime:
    """An ISO instant, or a moment as technicians type it; without an offset it is the office zone's."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return _typed(text, office)
    return at if at.tzinfo else at.replace(tzinfo=office.zone)


def _typed(text: str, office: BusinessHours) -> datetime:
    now = SystemClock().now()
    try:
        return understand_moment(text, now=now, zone=office.zone)
    except DeskRefusal as refusal:
        at = refusal.values.get("at")  # understood, and still to come: no harm in asking
        if isinstance(at, datetime):
            return at
        raise typer.BadParameter(texts.WRONG_START.format(text=text), param_hint="START") from refusal


def _number(seconds: float) -> int | float:
    return int(seconds) if seconds.is_integer() else seconds


def units(durations: Annotated[list[str], typer.Argument(metavar="DURATION…")]) -> None:
    """The units of an intervention whose sittings lasted so long (C7)."""
    try:
        worked = [parse_duration(duration) for duration in durations]
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="DURATION") from problem
    say(str(units_of_sittings(worked, rounding=Rounding(read_settings().quota_rounding))))


def urgent(text: Annotated[str, typer.Argument(metavar="TEXT")]) -> None:
    """Whether a message begins with "Urgent" (C18)."""
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    found = is_urgent(text)
    say(texts.URGENT if found else texts.NOT_URGENT)
    raise typer.Exit(Exit.DONE if found else Exit.NO)
