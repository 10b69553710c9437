"""Names of workstations: how they are written down, and which of them a technician means (C27)."""

from collections.abc import Sequence

from bot.domain.workstations import Workstation
from bot.errors import DeskRefusal
from bot.rules.folding import fold

LONGEST_NAME = 60
"""Characters: what a button shows of it is shorter still."""

_WHOLE = ("tout le cabinet", "le cabinet", "cabinet", "tous", "tout")


def proper_name(words: str, *, others: Sequence[Workstation]) -> str:
    """The name as it is kept: " iMac   accueil " is "iMac accueil".

    Raises `DeskRefusal`: `workstation_name` for none or more than 60 characters, `workstation_named_already` for one
    that another of the client's has, whatever the case and accents.
    """
    name = " ".join(words.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise DeskRefusal("workstation_name", words=name, longest=LONGEST_NAME)
    same = next((other.name for other in others if fold(other.name) == fold(name)), None)
    if same is not None:
        raise DeskRefusal("workstation_named_already", name=same)
    return name


def find_workstation(words: str, workstations: Sequence[Workstation]) -> tuple[list[Workstation], str]:
    """Those that the first words mean, and the words behind: "accueil hier" is (iMac accueil), "hier".

    The longest run of words counts that is a name, or stands in one. Empty where none does, with all the words.
    """
    typed = words.split()
    for length in range(len(typed), 0, -1):
        run = fold(" ".join(typed[:length]))
        named = [each for each in workstations if fold(each.name) == run]
        found = named or [each for each in workstations if f" {run} " in f" {fold(each.name)} "]
        if found:
            return found, " ".join(typed[length:])
    return [], words.strip()


def after_whole_client(words: str) -> str | None:
    """The words behind "cabinet", "tout le cabinet", which mean no Mac in particular; None where it is not said."""
    typed = words.split()
    for length in range(min(len(typed), 3), 0, -1):
        if fold(" ".join(typed[:length])) in _WHOLE:
            return " ".join(typed[length:])
    return None
