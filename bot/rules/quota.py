"""What an intervention counts, and what is left of a client's package (C4, C5, C7-C13)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.clients import ClientKind
from bot.domain.tickets import Outcome
from bot.errors import RuleError

SLICE_MINUTES = 15
THRESHOLDS = (3, 1, 0)
"""The balances that both sides are told of (C12)."""
BEYOND = -1
"""The threshold below 0: the package is used up and the client is served all the same, *hors forfait* (C12)."""

_ZERO = timedelta(0)
_MINUTE = timedelta(minutes=1)


class Rounding(StrEnum):
    """What is rounded up to a slice (C7)."""

    TICKET = "ticket"  # the sittings of a ticket are added, and rounded once
    SITTING = "sitting"  # each sitting by itself


class Reason(StrEnum):
    """Why an intervention is counted or not; each names its rule."""

    COUNTED = "counted"
    FAILED = "failed"
    COMMERCIAL = "commercial"
    VENDOR_FAULT = "vendor_fault"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_A_REQUEST = "not_a_request"
    DUPLICATE = "duplicate"
    UNDER_GUARANTEE = "under_guarantee"
    NOT_COVERED = "not_covered"
    INDIVIDUAL_CONTRACT = "individual_contract"
    UNCOUNTED_CONTRACT = "uncounted_contract"


_RULES = {
    Reason.COUNTED: "C7",
    Reason.FAILED: "C8",
    Reason.COMMERCIAL: "C5",
    Reason.VENDOR_FAULT: "C5",
    Reason.OUT_OF_SCOPE: "C4",
    Reason.NOT_A_REQUEST: "C1",
    Reason.DUPLICATE: "C1",
    Reason.UNDER_GUARANTEE: "C9",
    Reason.NOT_COVERED: "C13",
    Reason.INDIVIDUAL_CONTRACT: "C11",
    Reason.UNCOUNTED_CONTRACT: "C11",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """`units` go into the ledger; `real_units` are what the work came to, whether counted or not (principle 8)."""

    counted: bool
    units: int
    real_units: int
    reason: Reason
    rule: str
    is_covered: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """A package at one moment: `left` and `beyond` are never both above zero."""

    allowance: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.allowance - self.used)

    @property
    def beyond(self) -> int:
        return max(0, self.used - self.allowance)


def units(worked: timedelta, *, slice_minutes: int = SLICE_MINUTES) -> int:
    """Slices of 15 minutes, any started minute due, one at least (C7): 15 min 00 s = 1, 15 min 01 s = 2, 0 = 1."""
    if worked < _ZERO:
        raise RuleError(f"{worked} of work is less than nothing: give the end after the start")
    if slice_minutes < 1:
        raise RuleError(f"a slice of {slice_minutes} minutes cannot be counted: give 1 or more")
    minutes = -(-worked // _MINUTE)
    return max(1, -(-minutes // slice_minutes))


def units_of_sittings(
    sittings: Sequence[timedelta], *, rounding: Rounding = Rounding.TICKET, slice_minutes: int = SLICE_MINUTES
) -> int:
    """The units of one ticket's sittings (C7): 5 + 5 minutes are 1 rounded once, and 2 with each sitting rounded.

    `RuleError` for no sitting at all, and for one of negative length, which the sum would hide.
    """
    if not sittings:
        raise RuleError("an intervention has at least one sitting: give its length")
    each = [units(worked, slice_minutes=slice_minutes) for worked in sittings]
    if rounding is Rounding.SITTING:
        return sum(each)
    return units(sum(sittings, _ZERO), slice_minutes=slice_minutes)


def decide(
    client_kind: ClientKind | None,
    *,
    outcome: Outcome,
    real_units: int,
    is_covered: bool,
    under_guarantee: bool = False,
    agreed: bool | None = None,
) -> Decision:
    """Whether an intervention is counted, and the first reason that says so.

    Looked at in turn: its outcome (C4, C5, C8), the guarantee (C9), the period it began in (C13; `is_covered` is
    False outside any, and a sender without a client has none), who holds the contract (C11; `agreed` as for
    `is_counted`). 22 minutes resolved for a group practice count 2 (C7); for a professional in their own name 0, with
    2 real units.
    """
    reason = _reason(client_kind, outcome, is_covered, under_guarantee, agreed)
    counted = reason is Reason.COUNTED
    return Decision(counted, real_units if counted else 0, real_units, reason, _RULES[reason], is_covered)


def is_counted(kind: ClientKind, agreed: bool | None = None) -> bool:
    """Whether a contract's interventions are counted (C11): a group practice's are, one's own name's never.

    `agreed` is what was agreed otherwise for this contract; None: nothing was.
    """
    return kind is ClientKind.GROUP_PRACTICE if agreed is None else agreed


def _reason(
    kind: ClientKind | None, outcome: Outcome, is_covered: bool, under_guarantee: bool, agreed: bool | None
) -> Reason:
    if outcome is not Outcome.RESOLVED:
        return Reason(outcome.value)
    if under_guarantee:
        return Reason.UNDER_GUARANTEE
    if not is_covered or kind is None:
        return Reason.NOT_COVERED
    if is_counted(kind, agreed):
        return Reason.COUNTED
    return Reason.INDIVIDUAL_CONTRACT if kind is ClientKind.INDIVIDUAL else Reason.UNCOUNTED_CONTRACT


def balance(allowance: int, ledger_units: Iterable[int]) -> Balance:
    """What the lines of a period's ledger leave of its allowance (C10); corrections are lines below zero.

    Of 12, lines of 10 and 4 leave none and are 2 beyond the package, which is shown and never refused (C12).
    """
    return Balance(allowance, sum(ledger_units))


def crossed_threshold(before: Balance, after: Balance, *, thresholds: Iterable[int] = THRESHOLDS) -> int | None:
    """The threshold both sides are told of (C12): 3, 1, 0 or `BEYOND`; only the lowest one crossed, else None.

    From 4 left to 1 left it is 1, and not 3 as well.
    """
    was, now = before.allowance - before.used, after.allowance - after.used
    return min((limit for limit in (*thresholds, BEYOND) if now <= limit < was), default=None)
