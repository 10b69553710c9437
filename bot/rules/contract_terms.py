"""What holds for one contract on a day: the terms it was signed with, and those agreed otherwise since (C7, C9-C11)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.contracts import Contract, CoveragePeriod, Term, TermChange
from bot.errors import RuleError
from bot.rules.contract_term import GUARANTEE_MONTHS, NOTICE_MONTHS
from bot.rules.folding import fold
from bot.rules.quota import Rounding

MOST_UNITS = 10_000
MOST_CENTS = 10_000_000
MOST_MONTHS = 24

_NUMBER = re.compile(r"[0-9]{1,12}")
_MOST = {
    Term.ALLOWANCE: (MOST_UNITS, "a number of units"),
    Term.PRICE: (MOST_CENTS, "a number of cents"),
    Term.GUARANTEE: (MOST_MONTHS, "a number of months"),
    Term.NOTICE: (MOST_MONTHS, "a number of months"),
}
_COUNTED = {"yes": "yes", "oui": "yes", "no": "no", "non": "no"}


@dataclass(frozen=True, slots=True)
class UsualTerms:
    """What the shop agrees with everybody, where one contract has nothing of its own."""

    rounding: Rounding = Rounding.TICKET
    guarantee_months: int = GUARANTEE_MONTHS
    notice_months: int = NOTICE_MONTHS


USUAL = UsualTerms()


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a contract on one day. `is_counted` is None where the kind of client says it (C11)."""

    allowance_units: int
    price_cents: int
    is_counted: bool | None = None
    rounding: Rounding = Rounding.TICKET
    guarantee_months: int = GUARANTEE_MONTHS
    notice_months: int = NOTICE_MONTHS


def terms_on(contract: Contract, changes: Iterable[TermChange], on: date, *, usual: UsualTerms = USUAL) -> Terms:
    """What holds for the contract on a day; `usual` are the shop's own terms, where this contract has no others.

    Signed for 12 units, with 20 from 1 June on: 12 on 31 May, 20 on 1 June. Of changes from one day on, the last one
    written holds, in whatever order they are given.
    """
    own = (change for change in changes if change.contract_id == contract.id and change.from_on <= on)
    value = {change.term: change.value for change in sorted(own, key=_age)}
    return Terms(
        allowance_units=int(value.get(Term.ALLOWANCE, contract.allowance_units)),
        price_cents=int(value.get(Term.PRICE, contract.price_cents)),
        is_counted=value[Term.COUNTED] == "yes" if Term.COUNTED in value else None,
        rounding=Rounding(value.get(Term.ROUNDING, usual.rounding)),
        guarantee_months=int(value.get(Term.GUARANTEE, usual.guarantee_months)),
        notice_months=int(value.get(Term.NOTICE, usual.notice_months)),
    )


def allowance_of(period: CoveragePeriod, changes: Iterable[TermChange], on: date) -> int:
    """The package of a stored period as it stands on a day (C10): the one it was opened with, or one agreed since.

    Opened on 1 March with 12 units, with 20 agreed from 1 June on: 12 on 31 May, 20 from 1 June to the period's end,
    and 20 ever after when one looks back. One from before the first day stands in the package it was opened with; one
    from the first day on may have been agreed after the period had opened.
    """
    since = [
        change
        for change in changes
        if change.term is Term.ALLOWANCE
        and change.contract_id == period.contract_id
        and period.starts_on <= change.from_on <= min(on, period.ends_on)
    ]
    return int(max(since, key=_age).value) if since else period.allowance_units


def parse_term(term: Term, text: str) -> str:
    """The value of a term as it is stored: " 20 " units → "20", "Oui" → "yes". `RuleError` for what it cannot be.

    A price is in cents, so that nobody's comma is guessed at: "35000" for 350,00 €.
    """
    words = fold(text)
    if term is Term.COUNTED:
        if words not in _COUNTED:
            raise RuleError(f"{text!r} is neither yes nor no")
        return _COUNTED[words]
    if term is Term.ROUNDING:
        if words not in set(Rounding):
            raise RuleError(f"{text!r} is no rounding: give one of {', '.join(Rounding)}")
        return words
    most, unit = _MOST[term]
    if not _NUMBER.fullmatch(words) or int(words) > most:
        raise RuleError(f"{text!r} cannot be: give {unit}, from 0 to {most}")
    return str(int(words))


def _age(change: TermChange) -> tuple[date, int]:
    return change.from_on, change.id
