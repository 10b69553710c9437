"""The command line: `permanence COMMAND`. A module for each group of commands, and one edge that maps every error.

Exit status: 0 done, 1 a "no" that was asked for, 2 wrong use or wrong settings, 3 a failure. Answers go to standard
output, everything else to standard error.
"""

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated

import typer
from typer.core import TyperGroup

from bot.cli.calculating import deadline, units, urgent
from bot.cli.exits import Exit, guard
from bot.cli.importing import import_file
from bot.cli.keeping import backup, replay
from bot.cli.looking import export, quota, tickets
from bot.cli.mails import mails
from bot.cli.output import say, survive_any_locale
from bot.cli.papers import contract, statement
from bot.cli.reporting import report
from bot.cli.running import demo, run
from bot.cli.verifying import verify
from bot.cli.version import program_version
from bot.texts import terminal as texts

__all__ = ["app", "main"]


class FrenchGroup(TyperGroup):
    """Says in French which commands there are, when the one that was typed is none."""

    def resolve_command(self, ctx, args):  # type: ignore[no-untyped-def]
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            closest = next(iter(get_close_matches(args[0], known, n=1)), None)
            ctx.fail(texts.unknown_command(args[0], closest=closest, known=known))
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="permanence",
    cls=FrenchGroup,
    help=texts.PROGRAM,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_ANY_TEXT = {"ignore_unknown_options": True}
"""A message may begin with a dash."""

app.command("run", help=texts.HELP["run"])(run)
app.command("demo", help=texts.HELP["demo"])(demo)
app.command("import", help=texts.HELP["import"])(import_file)
app.command("deadline", help=texts.HELP["deadline"])(deadline)
app.command("units", help=texts.HELP["units"])(units)
app.command("urgent", help=texts.HELP["urgent"], context_settings=_ANY_TEXT)(urgent)
app.command("tickets", help=texts.HELP["tickets"])(tickets)
app.command("quota", help=texts.HELP["quota"])(quota)
app.command("statement", help=texts.HELP["statement"])(statement)
app.command("contract", help=texts.HELP["contract"])(contract)
app.command("report", help=texts.HELP["report"])(report)
app.command("export", help=texts.HELP["export"])(export)
app.command("mails", help=texts.HELP["mails"])(mails)
app.command("replay", help=texts.HELP["replay"])(replay)
app.command("backup", help=texts.HELP["backup"])(backup)
app.command("verify", help=texts.HELP["verify"])(verify)


@app.command("doctor", help=texts.HELP["doctor"])
def _doctor() -> None:
    from bot.cli.doctor import doctor

    doctor()


def _say_version(asked: bool) -> None:
    if asked:
        say(program_version())
        raise typer.Exit(Exit.DONE)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help=texts.VERSION_HELP)
    ] = False,
) -> None:
    """What stands before the command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; without arguments given, the process's own."""
    survive_any_locale()
    given = sys.argv[1:] if arguments is None else list(arguments)
    return guard(lambda: app(args=given, prog_name="permanence"))
