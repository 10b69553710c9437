"""Names of clients: which is taken, which is near one that is taken."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.rules.folding import fold

CLOSE = 0.8
MOST_CLOSE = 3


def same_name(name: str, others: Iterable[str]) -> str | None:
    """The one of the others that is this name but for case, accents and spaces: "CABINET des tilleuls"."""
    return next((other for other in others if fold(other) == fold(name)), None)


def close_names(name: str, others: Iterable[str]) -> list[str]:
    """Names that may be meant for this one, the closest first, three at most.

    "Cabinet Tilleul" is near "Cabinet des Tilleuls", and "Cabinet du Port" is not: the words are compared in any
    order, without those that every practice has.
    """
    ratios = [(_likeness(name, other), other) for other in others]
    near = sorted((-ratio, other) for ratio, other in ratios if ratio >= CLOSE)
    return [other for _, other in near[:MOST_CLOSE]]


_COMMON = frozenset(
    {"cabinet", "medical", "maison", "sante", "msp", "centre", "groupe", "docteur", "docteurs", "dr", "drs"}
    | {"de", "du", "des", "la", "le", "les", "l", "d", "et"}
)


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, _words_that_tell(name), _words_that_tell(other), autojunk=False).ratio()


def _words_that_tell(name: str) -> str:
    words = fold(name).replace("'", " ").replace("’", " ").split()
    return " ".join(sorted([word for word in words if word not in _COMMON] or words))
