"""One value of a TOML file into one of ours. Each raises ValueError with the sentence that says what to write."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.contracts import Ending, PaymentMethod, Term
from bot.domain.tickets import Outcome
from bot.domain.workstations import ChecklistItem
from bot.rules.contract_terms import MOST_CENTS, MOST_MONTHS
from bot.rules.folding import fold
from bot.rules.quota import Rounding
from bot.rules.workstation_names import LONGEST_NAME
from bot.services.importing import cells
from bot.texts import import_problems as texts
from bot.texts.labels import outcome_from_word
from bot.texts.workstations import ITEMS

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_NOTES = 10_000
_ENDINGS = {
    **dict.fromkeys(("preavis", "denonciation", "notice"), Ending.NOTICE),
    **dict.fromkeys(("resiliation", "termination"), Ending.TERMINATION),
}
_METHODS = {
    **dict.fromkeys(("virement", "transfer"), PaymentMethod.TRANSFER),
    **dict.fromkeys(("cheque",), PaymentMethod.CHEQUE),
}
_TERMS = {
    **dict.fromkeys(("unites", "forfait", "allowance units"), Term.ALLOWANCE),
    **dict.fromkeys(("prix", "price cents"), Term.PRICE),
    **dict.fromkeys(("compte", "counted"), Term.COUNTED),
    **dict.fromkeys(("arrondi", "rounding"), Term.ROUNDING),
    **dict.fromkeys(("garantie", "guarantee months"), Term.GUARANTEE),
    **dict.fromkeys(("preavis", "notice months"), Term.NOTICE),
}
_ROUNDINGS = {
    **dict.fromkeys(("ticket", "intervention"), Rounding.TICKET),
    **dict.fromkeys(("seance", "sitting"), Rounding.SITTING),
}
_AMOUNT = re.compile(
    r"(?P<number>[+-]?(?:\d+|\d{1,3}(?: \d{3})+)(?:[.,]\d+)?)\s*(?:€|eur|euros?)?(?:\s*ttc)?", re.ASCII
)
_MOMENT = re.compile(r"(?P<on>[\d/-]+)(?:,| a)? (?P<hour>.+)", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})(?: ?h ?(\d{2})?|:(\d{2}))", re.ASCII)


def _folded(text: str) -> str:
    return fold(text.replace("’", "'")).replace("_", " ")


_ITEMS = {_folded(name): item for item, label in ITEMS.items() for name in (label, item.value)}


def read_name(value: object) -> str:
    return cells.parse_name(_text(value))


def read_workstation(value: object) -> str:
    return cells.parse_name(_text(value), limit=LONGEST_NAME)


def read_role(value: object) -> str:
    return cells.parse_role(_text(value))


def read_notes(value: object) -> str:
    """A text of several lines, as it is, without the empty ones around it."""
    notes = _text(value, limit=LONGEST_NOTES).strip()
    return "\n".join(line.rstrip() for line in notes.split("\n"))


def read_channel(value: object) -> Channel:
    return cells.parse_channel(_text(value))


def read_phones(value: object) -> list[str]:
    return cells.parse_phones(_text(value))


def read_mail(value: object) -> str:
    return cells.parse_mail(_text(value))


def read_kind(value: object) -> ClientKind:
    return cells.parse_kind(_text(value))


def read_flag(value: object) -> bool:
    """`true`, `false`, "oui" or "non"."""
    said = {"oui": True, "non": False}.get(fold(value)) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise ValueError(texts.wrong_flag(value))
    return said


def read_date(value: object) -> date:
    """A date of TOML's, or one between quotation marks: "01/03/2026"."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        raise ValueError(texts.wrong_date(value))
    return cells.parse_date(value)


def read_number(value: object) -> int:
    """Units, or the number of a period."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(texts.wrong_number(value, most=cells.MOST_UNITS))
    return cells.parse_units(str(value))


def read_nth(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(texts.wrong_nth(value))
    return value


def read_cents(value: object) -> int:
    """Money in cents: "330,00", "1 330 €", 330 or 330.5; two places after the comma at most."""
    found = _AMOUNT.fullmatch(fold(str(value)))
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)) or found is None:
        raise ValueError(texts.wrong_amount(value))
    cents = Decimal(found["number"].replace(" ", "").replace(",", ".")) * 100
    if cents != int(cents) or abs(cents) > MOST_CENTS:
        raise ValueError(texts.wrong_amount(value))
    return int(cents)


def read_price(value: object) -> int:
    cents = read_cents(value)
    if cents < 0:
        raise ValueError(texts.wrong_amount(value))
    return cents


def read_payment(value: object) -> int:
    """Below zero it takes an earlier one back."""
    cents = read_cents(value)
    if cents == 0:
        raise ValueError(texts.NO_AMOUNT)
    return cents


def read_ending(value: object) -> Ending:
    return _chosen(value, _ENDINGS, texts.wrong_ending)


def read_method(value: object) -> PaymentMethod:
    return _chosen(value, _METHODS, texts.wrong_method)


def read_term(value: object) -> Term:
    return _chosen(value, _TERMS, texts.wrong_term)


def read_item(value: object) -> ChecklistItem:
    return _chosen(value, _ITEMS, texts.wrong_item)


def read_outcome(value: object) -> Outcome:
    outcome = outcome_from_word(_text(value))
    if outcome is None:
        raise ValueError(texts.wrong_outcome(value))
    return outcome


def read_value(term: Term) -> Callable[[object], str]:
    """How to read what a term is to be; values are stored as `rules.contract_terms.parse_term` writes them."""
    match term:
        case Term.ALLOWANCE:
            return lambda value: str(read_number(value))
        case Term.PRICE:
            return lambda value: str(read_price(value))
        case Term.COUNTED:
            return lambda value: "yes" if read_flag(value) else "no"
        case Term.ROUNDING:
            return lambda value: _chosen(value, _ROUNDINGS, texts.wrong_rounding)
        case _:
            return lambda value: str(_read_months(value))


def _read_months(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MONTHS:
        raise ValueError(texts.wrong_months(value, most=MOST_MONTHS))
    return value


def read_moment(value: object, *, zone: tzinfo) -> datetime:
    """An instant: 2026-03-12T09:05:00, "12/03/2026 9h05" or "12/03/2026 à 9h05", in the office zone if none is said."""
    if isinstance(value, str):
        found = _MOMENT.fullmatch(fold(value))
        hour = _hour(found["hour"]) if found else None
        if found is None or hour is None:
            raise ValueError(texts.wrong_moment(value))
        value = datetime.combine(cells.parse_date(found["on"]), hour)
    if not isinstance(value, datetime) or not cells.FIRST_YEAR <= value.year <= cells.LAST_YEAR:
        raise ValueError(texts.wrong_moment(value))
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def read_end(value: object, *, started_at: datetime | None, zone: tzinfo) -> datetime:
    """An instant, or an hour alone of the day of the start: 09:22:00 or "9h22"."""
    hour = _hour(fold(value)) if isinstance(value, str) else value
    if isinstance(hour, time) and started_at is not None:
        value = datetime.combine(started_at.astimezone(zone).date(), hour)
    return read_moment(value, zone=zone)


def _hour(text: str) -> time | None:
    found = _HOUR.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _text(value: object, *, limit: int = 0) -> str:
    if not isinstance(value, str):
        raise ValueError(texts.wanted_text(value))
    if not value.strip():
        raise ValueError(texts.EMPTY_TEXT)
    if "\0" in value:  # PostgreSQL keeps none
        raise ValueError(texts.NUL)
    if limit and len(value) > limit:
        raise ValueError(texts.too_long(value, limit=limit))
    return value


def _chosen(value: object, choices: Mapping[str, Choice], wrong: Callable[[object], str]) -> Choice:
    choice = choices.get(_folded(value)) if isinstance(value, str) else None
    if choice is None:
        raise ValueError(wrong(value))
    return choice
