"""Calls that come in on our number: what is told of them, what is kept of them, what is to be done with them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What a provider tells of a call. Steps come repeated, out of order, or never."""

    RANG = "rang"  # somebody calls
    SCREENED = "screened"  # a technician's phone picked up: a person, or a machine
    ACCEPTED = "accepted"  # a person pressed the key
    DECLINED = "declined"  # another one
    DIALLED = "dialled"  # a technician was rung: answered or not
    RECORDED = "recorded"  # a message was spoken
    RECORDING = "recording"  # the recording can be fetched
    ENDED = "ended"  # the caller is gone


class CallState(StrEnum):
    """How far a call got. The last three are final, and only a later one of them takes the place of an earlier one."""

    RINGING = "ringing"
    ACCEPTED = "accepted"  # somebody pressed the key: taken, unless the provider says that they were not connected
    GREETED = "greeted"  # the provider says that nobody took it
    MISSED = "missed"
    MESSAGE = "message"
    ANSWERED = "answered"


FINAL = (CallState.MISSED, CallState.MESSAGE, CallState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Recording:
    """A message that was spoken after the beep; `url` is where the provider keeps it, as a sound that plays."""

    sid: str
    url: str
    seconds: int


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One step of a call, read from an inbox entry.

    `caller` is a number, or what stands for one; None when it was withheld, or is not told with this step
    (`RECORDING`, and the three of a technician's phone). Of a call that was answered, `talked_seconds` is how long, and
    who answered is known by one of `technician_id` and `technician_phone`. `is_unanswered`: of an end, that the caller
    was connected to nobody, not to the greeting either.
    """

    sid: str
    step: Step
    caller: str | None = None
    talked_seconds: int | None = None
    technician_id: int | None = None
    technician_phone: str | None = None
    recording: Recording | None = None
    is_unanswered: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it is kept. `settle_at` is when it ends if nothing more is heard of it; None once it is final.

    `talked_seconds` is None, too, of a call that somebody took and of whose length nothing was heard. `message_id` is
    the recording's message on the ticket.
    """

    sid: str
    started_at: datetime
    caller: str | None = None
    state: CallState = CallState.RINGING
    settle_at: datetime | None = None
    technician_id: int | None = None
    talked_seconds: int | None = None
    recording: Recording | None = None
    ticket_id: int | None = None
    message_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """Let a technician's phone ring for so long; `is_screened`: whoever picks up is asked to press a key first."""

    technician_id: int
    phone: str
    seconds: int
    is_screened: bool = True


@dataclass(frozen=True, slots=True)
class Screening:
    """Ask whoever picked up to press a key. `client` is said to them, where it is known and may be said."""

    technician_id: int | None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """Connect the technician, who pressed the key, to the caller."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """Say that nobody can answer, and take a message; `is_open`: within office hours."""

    is_open: bool


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Hang up; `is_thanked` after a message, `is_refused`: told that we do not take this call."""

    is_thanked: bool = False
    is_refused: bool = False


Answer = Ring | Screening | Connection | Greeting | Goodbye
"""What a caller gets next; or a technician, of `Screening` and `Connection`."""
