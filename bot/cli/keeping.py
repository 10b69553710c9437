"""`backup` and `replay`: looking after what is stored."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.database import read_settings, require_database, writing
from bot.cli.exits import Exit
from bot.cli.output import say, tell
from bot.services.context import Context
from bot.texts import terminal as texts


def backup(path: Annotated[Path, typer.Argument(metavar="PATH")]) -> None:
    """A checked copy of the database, beside a program that may be running."""
    from bot.storage.backup import NoFile, back_up

    settings = read_settings()
    require_database(settings)
    try:
        asyncio.run(back_up(settings.database_url.get_secret_value(), path))
    except FileExistsError as taken:
        raise typer.BadParameter(texts.FILE_EXISTS.format(path=path), param_hint="PATH") from taken
    except NoFile as no_file:
        tell(texts.NOT_A_FILE)
        raise typer.Exit(Exit.FAILED) from no_file
    except OSError as problem:
        tell(texts.FILE_FAILED.format(path=path, problem=problem.strerror))
        raise typer.Exit(Exit.FAILED) from problem
    say(texts.backed_up(str(path), size=path.stat().st_size))


def replay(inbox_id: Annotated[int, typer.Argument(metavar="INBOX_ID", min=1, max=2**31 - 1)]) -> None:
    """Make an entry that nobody could read pending again."""

    async def work(context: Context) -> bool:
        return await context.store.write(lambda uow: uow.inbox.replay(inbox_id))

    if writing(work):
        say(texts.replayed(inbox_id))
        return
    tell(texts.not_in_quarantine(inbox_id))
    raise typer.Exit(Exit.NO)
