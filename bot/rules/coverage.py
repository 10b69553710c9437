"""The guarantee: which earlier interventions may cover a new one, and what voids it (C9, C26)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.tickets import Outcome
from bot.domain.workstations import ClientChange
from bot.rules.closing import TRACED
from bot.rules.contract_term import GUARANTEE_MONTHS, guarantee_until
from bot.rules.folding import fold

_WORD = re.compile(r"\w{4,}")
_COMMON_WORDS = """
    alors apres aujourd aussi autre avec avant bien bonjour bonsoir cabinet cela cette chez comme comment cordialement
    dans deja depuis docteur donc elle encore entre etre faire fait faut hier intervention jour leur madame mais matin
    meme merci monsieur notre nous numero parce pendant plus pour pourquoi pouvez probleme puis quand quelque rappeler
    sans sera soir sont suis suite tous tout toute tres urgent vers votre vous
"""


class Likeness(StrEnum):
    """What an earlier intervention has in common with the new one, from the closest on."""

    WORKSTATION = "workstation"
    PRODUCT = "product"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class PastIntervention:
    """An earlier intervention of the same client; `words` are its reason and the ticket's subject."""

    id: int
    ticket: int
    ended_on: date
    outcome: Outcome
    workstation_id: int | None = None
    product: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier intervention whose guarantee runs `until` that day included, unless the client's change voided it.

    `agreed` are the changes in between that the shop had agreed to: they void nothing (C26).
    """

    past: PastIntervention
    until: date
    likeness: tuple[Likeness, ...] = ()
    voided_by: ClientChange | None = None
    agreed: tuple[ClientChange, ...] = ()


def candidates(
    earlier: Iterable[PastIntervention],
    *,
    began_on: date,
    asked_on: date | None = None,
    workstation_id: int | None = None,
    product: str | None = None,
    words: str = "",
    changes: Sequence[ClientChange] = (),
    months: int = GUARANTEE_MONTHS,
) -> list[Candidate]:
    """The earlier interventions under whose guarantee one that began then may fall, closest first (C9).

    Ended on 12 February, one covers what came back from that day to 12 March. *Reading:* a problem comes back on the
    day the client asks (`asked_on`), and a change voids a guarantee until then: the time that the shop takes to answer
    is not the client's to lose. Closest is the same workstation, then the
    same product, then the most words in common, then the latest. *Reading:* "the same problem" is the technician's
    call: this proposes, voided ones included with what voided them, and decides nothing.
    """
    came_on = min(asked_on or began_on, began_on)
    asked_words = _words_of(words)
    found = []
    for past in earlier:
        until = guarantee_until(past.ended_on, months=months)
        if past.outcome not in TRACED or past.ended_on > began_on or came_on > until:
            continue
        common = len(asked_words & _words_of(past.words))
        likeness = _likeness(past, workstation_id, product, common)
        between = _between(past, came_on, changes)
        voiding = next((change for change in between if not is_agreed(change)), None)
        agreed = tuple(change for change in between if is_agreed(change))
        candidate = Candidate(past, until, likeness, voiding, agreed)
        found.append((_closeness(candidate, common), candidate))
    return [candidate for _, candidate in sorted(found, key=lambda each: each[0], reverse=True)]


def is_agreed(change: ClientChange) -> bool:
    """True when the shop agreed to a change before it was made, on the same day at the latest (C26).

    An agreement that bears no date proves nothing, and one that came after the change mends nothing.
    """
    if change.agreed is not True or change.decided_on is None:
        return False
    return change.done_on is None or change.decided_on <= change.done_on


def is_touched(workstation_id: int | None, change: ClientChange) -> bool:
    """Whether a change bears on what is done on a workstation, None being one that nobody named (C9).

    *Reading:* a change that names no workstation touches the whole client; one that names a workstation touches that
    one, and what names none: it may have been there.
    """
    return change.workstation_id is None or workstation_id is None or change.workstation_id == workstation_id


def _between(past: PastIntervention, came_on: date, changes: Iterable[ClientChange]) -> list[ClientChange]:
    """The changes in between, of either kind, the first one first; putting one right mends no guarantee.

    Made and put right by the very day on which the intervention ended, it was what this one mended: nothing in between.
    """
    made = [
        (change.done_on, change.id, change)
        for change in changes
        if change.done_on is not None
        and past.ended_on <= change.done_on <= came_on
        and not (change.restored_on is not None and change.restored_on <= past.ended_on)
        and is_touched(past.workstation_id, change)
    ]
    return [change for _, _, change in sorted(made, key=lambda each: each[:2])]


def _likeness(
    past: PastIntervention, workstation_id: int | None, product: str | None, common: int
) -> tuple[Likeness, ...]:
    found = {
        Likeness.WORKSTATION: workstation_id is not None and past.workstation_id == workstation_id,
        Likeness.PRODUCT: product is not None and past.product is not None and _is_same(product, past.product),
        Likeness.WORDS: common > 0,
    }
    return tuple(likeness for likeness, is_found in found.items() if is_found)


def _closeness(candidate: Candidate, common: int) -> tuple[bool, bool, int, date, int]:
    likeness, past = candidate.likeness, candidate.past
    return Likeness.WORKSTATION in likeness, Likeness.PRODUCT in likeness, common, past.ended_on, past.id


def _is_same(product: str, other: str) -> bool:
    """One product, or one of its versions: "MediStory" and "MediStory 4", but not "MediStory 3" and "MediStory 4"."""
    return product == other or product.startswith(f"{other} ") or other.startswith(f"{product} ")


def _words_of(text: str) -> frozenset[str]:
    """The words that tell something: four letters and more, in the singular, none of those that stand in any text."""
    return _singular(text) - _EMPTY


def _singular(text: str) -> frozenset[str]:
    return frozenset(word.rstrip("sx") for word in _WORD.findall(fold(text)))


_EMPTY = _singular(_COMMON_WORDS)
