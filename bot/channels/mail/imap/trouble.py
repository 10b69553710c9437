"""Why a mailbox cannot be read, as values: what the IMAP libraries raise, without their words."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from imap_tools.errors import ImapToolsError

from bot.errors import TransientDeliveryError


class Problem(StrEnum):
    """Why no mails come in."""

    NETWORK = "network"  # no answer, a cut, a certificate that is not the server's
    LOGIN = "login"  # refused: only the shop can mend it
    MAILBOX = "mailbox"  # the folder cannot be opened, or the server does not do what was asked
    STORAGE = "storage"
    UNFORESEEN = "unforeseen"  # a bug of ours, or a server as nobody has met one


@dataclass(frozen=True, slots=True)
class Health:
    """`last_success_at`: the server answered, and what it had was stored. `problem`: since then, it does not."""

    last_success_at: datetime | None = None
    problem: Problem | None = None


class ImapTrouble(TransientDeliveryError):
    """The mailbox cannot be read now; what is in it is there the next time.

    `problem` is its kind, `code` the same as a text, `cause` the name of the library's error: enough for a log, and
    nothing of what the server said, which may hold a client's words.
    """

    def __init__(self, problem: Problem, cause: str) -> None:
        super().__init__(f"the mailbox cannot be read: {problem} ({cause})", code=problem)
        self.problem = problem
        self.cause = cause


@contextmanager
def named_troubles() -> Iterator[None]:
    """Raise `ImapTrouble` for what imaplib and imap-tools raise. `from None`: their texts quote the server's lines."""
    try:
        yield
    except imaplib.IMAP4.readonly as error:  # an `abort` in imaplib, and stands before it
        raise ImapTrouble(Problem.MAILBOX, _name_of(error)) from None
    except (imaplib.IMAP4.abort, OSError) as error:
        raise ImapTrouble(Problem.NETWORK, _name_of(error)) from None
    except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        raise ImapTrouble(Problem.MAILBOX, _name_of(error)) from None


def _name_of(error: Exception) -> str:
    return type(error).__name__
