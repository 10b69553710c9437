"""Products: which of the contract's list a message names (C2)."""

import re

from bot.rules.folding import fold

_PRODUCTS = {
    "MediStoryStation de secours": r"(?:medi ?story ?)?station de (?:secours|sauvegarde)",
    "MediStoryStation": r"medi ?story ?station",
    "MediStory 4": r"medi ?story ?(?:version |v ?)?4",
    "MediStory 3": r"medi ?story ?(?:version |v ?)?3",
    "MediStory": r"medi ?story",
    "ExpressVitale 5": r"express ?vitale ?(?:version |v ?)?5",
    "ExpressVitale 4": r"express ?vitale ?(?:version |v ?)?4",
    "ExpressVitale": r"express ?vitale",
    "VigiPaiement": r"vigi ?pai?e?ment",
    "VigiCompta": r"vigi ?compta(?:bilite)?",
    "ScanSnap Manager": r"scan ?snap ?manager",
    "ScanSnap Home": r"scan ?snap ?home",
    "ScanSnap": r"scan ?snap",
    "Microsoft Excel": r"(?:microsoft |ms )?excel",
    "Microsoft PowerPoint": r"(?:microsoft |ms )?power ?point",
    "Microsoft Word": r"(?:microsoft |ms )?word",
    "Mac": r"i?mac|mac ?os|mac ?book|mac ?mini|mac studio",
}
"""From the most precise to the least: of two that begin at one place the first one is meant."""

PRODUCTS = (
    "MediStory 4",
    "MediStory 3",
    "MediStoryStation",
    "MediStoryStation de secours",
    "ExpressVitale 5",
    "ExpressVitale 4",
    "VigiPaiement",
    "VigiCompta",
    "Microsoft Word",
    "Microsoft Excel",
    "Microsoft PowerPoint",
    "ScanSnap Home",
    "ScanSnap Manager",
    "Mac",
)
"""The contract's list (art. I). A message may leave the version out; what a client has is one of these, or another."""

_NAMES = {f"p{nth}": name for nth, name in enumerate(_PRODUCTS)}
_PATTERN = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<p{nth}>{words})" for nth, words in enumerate(_PRODUCTS.values())) + r")(?!\w)"
)
_ORDER = {name: nth for nth, name in enumerate(_PRODUCTS)}


def recognise(text: str) -> str | None:
    """The contract's name of the most precise product that is named: "medistory 4 sur mon mac" → "MediStory 4".

    None when nothing of the list is named, which is never a reason to refuse (C2). Case, accents and the space within
    a name don't matter; "excellent" and "macro" name nothing. Linear in the length of the text.
    """
    named = [_NAMES[found.lastgroup] for found in _PATTERN.finditer(fold(text).replace("-", " ")) if found.lastgroup]
    return min(named, key=_ORDER.__getitem__, default=None)
