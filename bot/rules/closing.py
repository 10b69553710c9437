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
    WORKSTATION = "workstation"
    PRODUCT = "product"


def missing(
    intervention: Intervention, outcome: Outcome, *, has_workstations: bool = False, product: str | None = None
) -> tuple[Missing, ...]:
    """What is still to be asked before this closing, in the order it is asked; a commercial call asks nothing (C5).

    The workstation is asked for where the client's file knows some (C9, C27), the product where the fault is said to be
    the vendor's and the ticket names none (C5).
    """
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
    if has_workstations and not intervention.workstation_asked:
        asked.append(Missing.WORKSTATION)
    if outcome is Outcome.VENDOR_FAULT and product is None:
        asked.append(Missing.PRODUCT)
    return tuple(asked)
