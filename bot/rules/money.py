"""Amounts of money, in cents of a euro (C24)."""

import re

MOST_CENTS = 10_000_000
"""100 000,00 €: what is typed above it is a mistake."""

_AMOUNT = re.compile(
    r"(?P<sign>[-−])? ?(?P<euros>[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,6})(?:[.,](?P<cents>[0-9]{1,2}))? ?(?:€|euros?|eur)?"
)


def parse_euros(text: str) -> int | None:
    """The cents of an amount as it is typed: "330", "330,00 €", "-1 320.5"; None for anything else."""
    words = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").lower().split())
    found = _AMOUNT.fullmatch(words)
    if found is None:
        return None
    cents = int(found["euros"].replace(" ", "")) * 100 + int((found["cents"] or "0").ljust(2, "0"))
    if cents > MOST_CENTS:
        return None
    return -cents if found["sign"] else cents
