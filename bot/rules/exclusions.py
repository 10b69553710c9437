"""Faults of the vendor's software, which are no interventions on three conditions (C5)."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from bot.domain.clients import HeldProduct
from bot.domain.workstations import ChangeKind, ClientChange
from bot.rules.coverage import is_agreed, is_touched

VENDOR_PRODUCTS = frozenset({"MediStory 4", "MediStoryStation", "MediStoryStation de secours"})
"""The Prokov "gamme 4", by the names of `rules.products`."""

_UNVERSIONED = "MediStory"
_VERSIONS = ("MediStory", "MediStory 3", "MediStory 4")


class Condition(StrEnum):
    """What must hold, all three, for a fault to be the vendor's; in the order of the clause."""

    PRODUCT = "product"  # a fault of the "gamme 4"
    SOLD_AND_INSTALLED = "sold_and_installed"  # by the shop, both
    SETTINGS = "settings"  # the client left the shop's alone


def failed_conditions(
    product: str | None,
    *,
    held: Sequence[HeldProduct],
    changes: Iterable[ClientChange],
    workstation_id: int | None,
    on: date,
) -> tuple[Condition, ...]:
    """The conditions of C5 that the client's file refutes; none: it is the vendor's fault, traced and not counted.

    A sync of MediStory 4 that broke, sold and installed by the shop, counts all the same when the client had changed
    one of the shop's settings by then: `(Condition.SETTINGS,)`. `on` is the day the intervention began.
    *Reading:* "MediStory" without its version is MediStory 4 for who holds that one and not MediStory 3.
    """
    kept = {
        Condition.PRODUCT: _meant(product, held) in VENDOR_PRODUCTS,
        Condition.SOLD_AND_INSTALLED: _is_ours(product, held),
        Condition.SETTINGS: not any(_is_tampering(change, workstation_id, on) for change in changes),
    }
    return tuple(condition for condition, is_kept in kept.items() if not is_kept)


def _meant(product: str | None, held: Iterable[HeldProduct]) -> str | None:
    names = {each.product for each in held}
    is_fourth = product == _UNVERSIONED and "MediStory 4" in names and "MediStory 3" not in names
    return "MediStory 4" if is_fourth else product


def _is_ours(product: str | None, held: Sequence[HeldProduct]) -> bool:
    meant = _meant(product, held)
    names = _VERSIONS if meant == _UNVERSIONED else (meant,)
    return any(each.product in names and each.sold_by_us and each.installed_by_us for each in held)


def _is_tampering(change: ClientChange, workstation_id: int | None, on: date) -> bool:
    """A setting changed by then without agreement, and still so that morning.

    Put right on the very day, it was put right by this intervention: the fault came before.
    """
    return (
        change.kind is ChangeKind.SETTINGS
        and change.done_on is not None
        and change.done_on <= on
        and not (change.restored_on is not None and change.restored_on < on)
        and not is_agreed(change)
        and is_touched(workstation_id, change)
    )
