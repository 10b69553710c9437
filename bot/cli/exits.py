"""How a command ends: one place maps what was raised to an exit status and to what is said of it."""

import os
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum

from bot.cli.database import NoDatabase
from bot.cli.output import tell
from bot.errors import DatabaseInUse, ImportRejected, SchemaTooNew, SettingsError, StorageError, StorageUnavailable
from bot.texts import importing, terminal


class Exit(IntEnum):
    """The statuses that scripts rely on."""

    DONE = 0
    NO = 1  # the answer to what was asked is no
    WRONG_USE = 2  # wrong words, wrong settings, a file with bad lines
    FAILED = 3
    INTERRUPTED = 130


def guard(command: Callable[[], None]) -> int:
    """Run it and return the exit status; whatever is raised is told in a sentence, never as a traceback.

    `SettingsError` and `ImportRejected` are wrong use: every one of their lines is told.
    """
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.DONE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SettingsError as problem:
        tell(*problem.problems)
        return Exit.WRONG_USE
    except ImportRejected as problem:
        tell(*problem.problems, importing.REJECTED)
        return Exit.WRONG_USE
    except StorageError as problem:
        tell(sentence_for(problem), terminal.detail(str(problem)))
        return Exit.FAILED
    except Exception as problem:
        tell(_unexpected(problem))
        return Exit.FAILED
    return Exit.DONE


def sentence_for(problem: StorageError) -> str:
    """What to do about a database that cannot be used."""
    match problem:
        case NoDatabase():
            return terminal.NO_DATABASE
        case DatabaseInUse():
            return terminal.DATABASE_IN_USE
        case SchemaTooNew():
            return terminal.SCHEMA_TOO_NEW
        case StorageUnavailable():
            return terminal.DATABASE_UNAVAILABLE
        case _:
            return terminal.DATABASE_UNUSABLE


def _unexpected(problem: Exception) -> str:
    """Without its message, which may quote a client (C30), unless somebody asks for all of it."""
    if os.environ.get("PERMANENCE_LOG_LEVEL", "").upper() == "DEBUG":
        traceback.print_exception(problem, file=sys.stderr)
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return terminal.UNEXPECTED.format(kind=type(problem).__name__, place=place)
