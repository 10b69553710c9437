"""`verify`: the books proved, beside a program that may be running."""

from typing import Annotated

import typer

from bot.cli.database import reading
from bot.cli.exits import Exit
from bot.cli.output import say, say_json
from bot.domain.verification import Problem, Verdict
from bot.services.context import Context
from bot.services.verifying import verify as prove
from bot.texts import terminal, verifying


def verify(as_json: Annotated[bool, typer.Option("--json", help=terminal.JSON_HELP)] = False) -> None:
    """Every balance proved line by line, every intervention counted again (C7-C13)."""

    async def work(context: Context) -> Exit:
        verdict = await context.store.read(lambda uow: prove(uow, context.policy))
        if as_json:
            say_json(_document(verdict, context))
        else:
            say(*(_line(problem, context) for problem in verdict.problems), verifying.verdict(verdict))
        return Exit.DONE if verdict.agrees else Exit.NO

    raise typer.Exit(reading(work))


def _document(verdict: Verdict, context: Context) -> dict[str, object]:
    return {
        "agrees": verdict.agrees,
        "lines": verdict.lines,
        "interventions": verdict.interventions,
        "periods": verdict.periods,
        "problems": [
            {"check": problem.check, "ticket": problem.ticket, "text": _line(problem, context)}
            for problem in verdict.problems
        ],
    }


def _line(problem: Problem, context: Context) -> str:
    return verifying.problem(problem, context.policy.zone)
