"""SMS alphabets: what fits into GSM-7, and how many parts a text costs (3GPP TS 23.038)."""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Characters that cost two septets: an escape and themselves."""

_FOLDED = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "ﬁ": "fi", "ﬂ": "fl", "°": "o", "º": "o", "ª": "a", "№": "no",
        "’": "'", "‘": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'", "ʼ": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"', "‹": "'", "›": "'",
        "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "•": "-", "·": "-",
        "…": "...", "×": "x", "÷": "/", "©": "(c)", "®": "(r)", "™": "(tm)", "→": "->", "←": "<-", "\t": " ",
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f", ""), "\u2028": "\n",
    }
)  # fmt: skip

_SINGLE_GSM, _PART_GSM = 160, 153
_SINGLE_UCS2, _PART_UCS2 = 70, 67


def is_gsm7(text: str) -> bool:
    """True when every character is in the basic table or its extension."""
    return all(char in BASIC or char in EXTENDED for char in text)


def fold(text: str) -> str:
    """The nearest text in GSM-7: "reçu, à bientôt…" becomes "recu, à bientot..."; what has no likeness becomes "?".

    Guillemets lose the space inside them: « Lundi » becomes "Lundi" in straight quotes.
    """
    composed = unicodedata.normalize("NFC", text)
    for space in "\u00a0\u202f\u2009\u2007\u2002\u2003":
        composed = composed.replace(space, " ")
    plain = composed.replace("« ", "«").replace(" »", "»").replace("\r\n", "\n").translate(_FOLDED)
    return "".join(_fold_char(char) for char in plain)


def parts(text: str) -> int:
    """How many SMS the text costs: 160 septets in one, else 153 a part; 70 and 67 UTF-16 units outside GSM-7.

    A character of two units (an extended one, an emoji) is never split over two parts, so that a part may end short.
    """
    if is_gsm7(text):
        return _count([2 if char in EXTENDED else 1 for char in text], single=_SINGLE_GSM, part=_PART_GSM)
    return _count([2 if ord(char) > 0xFFFF else 1 for char in text], single=_SINGLE_UCS2, part=_PART_UCS2)


def _count(costs: list[int], *, single: int, part: int) -> int:
    if sum(costs) <= single:
        return 1
    count, room = 1, part
    for cost in costs:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count


def _fold_char(char: str) -> str:
    if char in BASIC or char in EXTENDED:
        return char
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return bare if bare and is_gsm7(bare) else "" if unicodedata.combining(char) else "?"
