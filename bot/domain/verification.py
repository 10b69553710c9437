"""What `permanence verify` looks at, and what it finds (principle 8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """What is proved; each may fail by itself."""

    # contracts
    ENDS = "ends"  # no contract ends before it starts
    OVERLAP = "overlap"  # no two contracts of a client on one day
    TERM = "term"  # a term agreed otherwise has a value that it can have
    PERIOD = "period"  # a stored period is the nth one of its contract (C19)
    PAYMENT = "payment"  # a payment is for a period that exists (C24)
    MILESTONE = "milestone"  # what is said once for a contract stands there once
    # the ledger
    BALANCE = "balance"  # the balance shown is the sum of the lines, read one by one (C10)
    ACCOUNT = "account"  # a line's period is one of a contract of the line's client
    SOURCE = "source"  # a line has its intervention, and names its ticket
    # interventions
    SITTING = "sitting"  # a stretch of work has an end, after its start, within a day (C6)
    SITTINGS = "sittings"  # no two of an intervention overlap
    CLIENT = "client"  # an intervention is its ticket's client's
    OUTCOME = "outcome"  # a closed ticket ended as its intervention did
    COVER = "cover"  # counted in the period that its first sitting started in (C13)
    SUM = "sum"  # its lines come to its units
    ELSEWHERE = "elsewhere"  # on accounts that are not its own any more, its lines come to nothing
    UNITS = "units"  # its units follow from its sittings again (C7)
    DECISION = "decision"  # so do its decision and the rule it names
    GUARANTEE = "guarantee"  # the guarantee it is under ran on the day it began (C9)


@dataclass(frozen=True, slots=True)
class Problem:
    """A check that failed: on which ticket, if it is one's, and what fills the sentence."""

    check: Check
    ticket: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, and every problem found."""

    problems: tuple[Problem, ...]
    lines: int
    interventions: int
    periods: int

    @property
    def agrees(self) -> bool:
        return not self.problems
