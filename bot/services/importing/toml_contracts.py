"""The contracts of a TOML file, with what was agreed otherwise and what was paid (C19-C24)."""

from datetime import date

from bot.rules.contract_term import nth_period, period_of
from bot.services.importing import toml_values as values
from bot.services.importing.entries import ContractEntry, PaymentEntry, TermEntry
from bot.services.importing.toml_keys import Part
from bot.services.importing.toml_tables import Table
from bot.texts import import_problems as texts
from bot.texts import importing


def read_contract(table: Table, *, today: date) -> ContractEntry | None:
    """None without a start, with which nothing else has a meaning; what is wrong with the rest is told all the same."""
    starts_on = table.take("debut", values.read_date, missing=texts.NO_START)
    contract = ContractEntry(
        starts_on or today,
        table.line,
        signed_on=table.take("signe_le", values.read_date),
        allowance_units=table.take("unites", values.read_number),
        price_cents=table.take("prix", values.read_price),
        ends_on=table.take("fin", values.read_date),
        ending=table.take("motif_de_fin", values.read_ending),
        notice_received_on=table.take("preavis_recu_le", values.read_date),
    )
    if starts_on and contract.ends_on and contract.ends_on < starts_on:
        table.problem(importing.ENDS_BEFORE_START, at="fin")
    if "fin" not in table and ("motif_de_fin" in table or "preavis_recu_le" in table):
        table.problem(texts.NO_END)
    for each in table.tables("avenant", Part.TERM):
        _take_term(each, contract)
    for each in table.tables("paiement", Part.PAYMENT):
        _take_payment(each, contract, today)
    return contract if starts_on else None


def _take_term(table: Table, contract: ContractEntry) -> None:
    term = table.take("clause", values.read_term, missing=texts.NO_TERM)
    from_on = table.take("a_partir_du", values.read_date, missing=texts.NO_FROM)
    if term is None:
        return
    value = table.take("valeur", values.read_value(term), missing=texts.NO_VALUE)
    if value is None or from_on is None:
        return
    for other in contract.terms:
        if (other.term, other.from_on) == (term, from_on):
            table.problem(texts.twice(str(table.written("clause")), line=other.line))
    contract.terms.append(TermEntry(term, value, from_on, table.line))


def _take_payment(table: Table, contract: ContractEntry, today: date) -> None:
    paid_on = table.take("paye_le", values.read_date, missing=texts.NO_PAID_ON)
    amount_cents = table.take("montant", values.read_payment, missing=texts.NO_AMOUNT)
    method = table.take("moyen", values.read_method, missing=texts.NO_METHOD)
    nth = table.take("periode", values.read_nth)
    if paid_on is not None and paid_on > today:
        table.problem(texts.paid_ahead(paid_on), at="paye_le")
    if paid_on is None or amount_cents is None or method is None:
        return
    last = _last_period(contract, today)
    nth = nth or min(last, _nth_on(contract, paid_on))
    if nth > last:
        table.problem(texts.no_such_period(nth, last=last), at="periode")
    contract.payments.append(PaymentEntry(paid_on, amount_cents, method, table.line, nth))


def _last_period(contract: ContractEntry, today: date) -> int:
    """The last period that can be paid by now: the one after today's, paid in advance, or the contract's last."""
    nth = _nth_on(contract, today) + 1
    while nth > 1 and contract.ends_on and nth_period(contract.starts_on, nth).starts_on > contract.ends_on:
        nth -= 1
    return nth


def _nth_on(contract: ContractEntry, on: date) -> int:
    """The period of a day; the first one before the contract starts."""
    period = period_of(contract.starts_on, on)
    return period.nth if period else 1
