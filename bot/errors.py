"""Every error the program raises on purpose.

::

    PermanenceError
    ├── RuleError                    a rule was asked something it cannot answer (also a ValueError)
    ├── SettingsError                wrong or missing settings: every problem at once, exit status 2
    ├── ImportRejected               a file to import has bad lines: every one of them, nothing written
    ├── PaperError                   a paper cannot be made: its words cannot be set, or its sum is not the ledger's
    ├── StorageError                 the database cannot be used
    │   ├── StorageUnavailable       not writable now (disk full, I/O error): 503, try again
    │   ├── SchemaTooNew             the database was written by a newer program
    │   └── DatabaseInUse            another copy of the program runs on this file
    ├── InboundError                 something arrived that is not to be stored
    │   ├── BadSignature             403
    │   └── BadForm                  400
    ├── Unreadable                   a stored inbox entry cannot be parsed: quarantine it and show it
    ├── DeskRefusal                  what a technician asked cannot be done; says why and what to do
    │   └── AlreadyDone              it was done before: a second tap, a replayed command
    └── DeliveryError                a provider did not take a message
        ├── TransientDeliveryError   may work later; `ambiguous` when it may have been sent after all
        └── PermanentDeliveryError   will never work: try another channel, tell the technicians
"""

from collections.abc import Sequence


class PermanenceError(Exception):
    """The root of the tree."""


class RuleError(PermanenceError, ValueError):
    """A rule was asked something it cannot answer; the message says what to give instead."""


class SettingsError(PermanenceError):
    """The settings are wrong or missing; `problems` holds one line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class ImportRejected(PermanenceError):
    """A file to import has bad lines; `problems` holds one line for each, with its number."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class PaperError(PermanenceError):
    """A paper cannot be made; nothing of it was given to anybody."""


class StorageError(PermanenceError):
    """The database cannot be used."""


class StorageUnavailable(StorageError):
    """The database cannot be written now; what was asked is not stored and may be asked again."""


class SchemaTooNew(StorageError):
    """The database was written by a newer version of the program."""


class DatabaseInUse(StorageError):
    """Another copy of the program writes to this database file."""


class InboundError(PermanenceError):
    """Something arrived that is not to be stored."""


class BadSignature(InboundError):
    """The request does not carry a signature of the provider's."""


class BadForm(InboundError):
    """The request is signed, but is not a form this program takes."""


class Unreadable(PermanenceError):
    """A stored inbox entry cannot be parsed."""


class DeskRefusal(PermanenceError):
    """What a technician asked cannot be done; `reason` names the French sentence in texts, `values` fill it."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


class AlreadyDone(DeskRefusal):
    """It was done before: a second tap or a replayed command changes nothing."""


class DeliveryError(PermanenceError):
    """A provider did not take a message; `code` is the provider's own."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class TransientDeliveryError(DeliveryError):
    """May work later. `retry_after` is in seconds; `ambiguous` when the provider may have taken it after all."""

    def __init__(
        self, message: str, *, code: str | None = None, retry_after: float | None = None, ambiguous: bool = False
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        self.ambiguous = ambiguous


class PermanentDeliveryError(DeliveryError):
    """Will never work as it stands. `opted_out` when the person muted us: never write to that address again."""

    def __init__(self, message: str, *, code: str | None = None, opted_out: bool = False) -> None:
        super().__init__(message, code=code)
        self.opted_out = opted_out
