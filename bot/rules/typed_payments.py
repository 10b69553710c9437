"""A payment as a technician types it: "hier chèque 330,00", "période 2 virement", "-30" (C24)."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.contracts import PaymentMethod
from bot.rules.folding import fold
from bot.rules.money import parse_euros
from bot.rules.typed_dates import find_day

_METHODS = {
    **dict.fromkeys(("virement", "vir", "vrt", "transfer"), PaymentMethod.TRANSFER),
    **dict.fromkeys(("cheque", "chq", "ch"), PaymentMethod.CHEQUE),
}
_PERIOD = re.compile(r"(?:periode|p)\s?(?P<nth>[1-9][0-9]?)\b", re.IGNORECASE)
_STORED = re.compile(r"#(?P<id>[0-9]{1,9})(?=\s|$)")


@dataclass(frozen=True, slots=True)
class TypedPayment:
    """What was said of a payment; None where nothing was. `nth` is a period's number, `period_id` a button's."""

    paid_on: date | None = None
    method: PaymentMethod | None = None
    amount_cents: int | None = None
    nth: int | None = None
    period_id: int | None = None


def parse_payment(text: str, *, today: date) -> TypedPayment | None:
    """Read date, method, amount and period in any order; None when a word is left that is none of them."""
    stored = _STORED.search(text)
    rest = _STORED.sub("", text, count=1)
    folded = fold(rest)
    numbered = _PERIOD.search(folded)
    paid_on, words = find_day(_PERIOD.sub("", folded, count=1), today=today, is_past=True)
    found = [word for word in words.split() if word in _METHODS]
    amount = " ".join(word for word in words.split() if word not in _METHODS)
    cents = parse_euros(amount) if amount else None
    if len(found) > 1 or (amount and cents is None):
        return None
    return TypedPayment(
        paid_on=paid_on,
        method=_METHODS[found[0]] if found else None,
        amount_cents=cents,
        nth=int(numbered["nth"]) if numbered else None,
        period_id=int(stored["id"]) if stored else None,
    )
