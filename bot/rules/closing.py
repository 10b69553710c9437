"""What a closing must say (C6): no intervention is closed without its doctor, reason, times, and how it was done."""

from enum import StrEnum

from bot.domain.interventions import Intervention
from bot.domain.tickets import Outcome

TRACED = frozenset({Outcome.RESOLVED, Outcome.FAILED, Outcome.VENDOR_FAULT})
"""Outcomes of an intervention that took place; the others close a ticket on which nobody worked."""


class Missing(StrEnum):
    DOCTOR = "doctor"
    REASON = "reason"
    TIMES = "times"
    REMOTE = "remote"


def missing(intervention: Intervention, outcome: Outcome) -> tuple[Missing, ...]:
    """What is still to be asked before this closing, in the order it is asked; a commercial call asks nothing (C5)."""
    if outcome not in TRACED:
        return ()
    asked = []
    if not intervention.doctor:
        asked.append(Missing.DOCTOR)
    if not intervention.reason:
        asked.append(Missing.REASON)
    if not intervention.sittings or intervention.running:
        asked.append(Missing.TIMES)
    if any(sitting.remote is None for sitting in intervention.sittings):
        asked.append(Missing.REMOTE)
    return tuple(asked)
