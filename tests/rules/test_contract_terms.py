"""What holds for one contract on a day (C7, C9-C11, C21, C24)."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.domain.contracts import Contract, CoveragePeriod, Term, TermChange
from bot.errors import RuleError
from bot.rules.contract_terms import Terms, UsualTerms, allowance_of, parse_term, terms_on
from bot.rules.quota import Rounding
from tests.rules.calendars import day

CONTRACT = Contract(5, 7, day("2026-03-01"), 12)
PERIOD = CoveragePeriod(9, 5, 1, day("2026-03-01"), day("2027-02-28"), 12)


def agreed(term: Term, value: str, from_on: str, *, id: int = 1, contract_id: int = 5) -> TermChange:
    return TermChange(contract_id, term, value, day(from_on), "technician:1", datetime(2026, 5, 1, tzinfo=UTC), id)


def test_the_terms_it_was_signed_with() -> None:
    contract = Contract(5, 7, day("2026-03-01"), 20, price_cents=45_000)
    assert terms_on(contract, [], day("2026-03-01")) == Terms(20, 45_000, None, Rounding.TICKET, 1, 3)
    assert terms_on(contract, [], day("2026-03-01"), usual=UsualTerms(Rounding.SITTING)).rounding is Rounding.SITTING


@pytest.mark.parametrize(
    ("term", "value", "before", "after"),
    [
        pytest.param(Term.ALLOWANCE, "20", Terms(12, 33_000), Terms(20, 33_000), id="another package"),
        pytest.param(Term.ALLOWANCE, "0", Terms(12, 33_000), Terms(0, 33_000), id="no package at all"),
        pytest.param(Term.PRICE, "40000", Terms(12, 33_000), Terms(12, 40_000), id="another price"),
        pytest.param(Term.COUNTED, "yes", Terms(12, 33_000), Terms(12, 33_000, True), id="counted"),
        pytest.param(Term.COUNTED, "no", Terms(12, 33_000), Terms(12, 33_000, False), id="not counted"),
        pytest.param(
            Term.ROUNDING, "sitting", Terms(12, 33_000), Terms(12, 33_000, rounding=Rounding.SITTING), id="rounding"
        ),
        pytest.param(
            Term.GUARANTEE, "2", Terms(12, 33_000), Terms(12, 33_000, guarantee_months=2), id="a longer guarantee"
        ),
        pytest.param(Term.NOTICE, "2", Terms(12, 33_000), Terms(12, 33_000, notice_months=2), id="a shorter notice"),
    ],
)
def test_a_term_agreed_otherwise_holds_from_its_day_on(term: Term, value: str, before: Terms, after: Terms) -> None:
    changes = [agreed(term, value, "2026-06-01")]
    assert terms_on(CONTRACT, changes, day("2026-05-31")) == before
    assert terms_on(CONTRACT, changes, day("2026-06-01")) == after
    assert terms_on(CONTRACT, changes, day("2036-06-01")) == after


def test_a_contracts_own_rounding_goes_before_the_shops() -> None:
    changes = [agreed(Term.ROUNDING, "ticket", "2026-06-01")]
    assert (
        terms_on(CONTRACT, changes, day("2026-06-01"), usual=UsualTerms(Rounding.SITTING)).rounding is Rounding.TICKET
    )


def test_another_contracts_changes_are_not_its_own() -> None:
    changes = [agreed(Term.ALLOWANCE, "20", "2026-06-01", contract_id=6)]
    assert terms_on(CONTRACT, changes, day("2026-07-01")) == Terms(12, 33_000)
    assert allowance_of(PERIOD, changes, day("2026-07-01")) == 12


def test_of_one_day_the_last_one_written_holds_in_whatever_order_they_come() -> None:
    changes = [
        agreed(Term.ALLOWANCE, "15", "2026-05-01", id=9),
        agreed(Term.ALLOWANCE, "20", "2026-06-01", id=2),
        agreed(Term.ALLOWANCE, "18", "2026-06-01", id=3),
        agreed(Term.ALLOWANCE, "30", "2026-08-01", id=1),
    ]
    for order in permutations(changes):
        on_days = [day(text) for text in ("2026-04-30", "2026-05-01", "2026-06-01", "2026-08-01")]
        assert [terms_on(CONTRACT, order, on).allowance_units for on in on_days] == [12, 15, 18, 30]
        assert [allowance_of(PERIOD, order, on) for on in on_days] == [12, 15, 18, 30]


@pytest.mark.parametrize(
    ("from_on", "on", "expected"),
    [
        pytest.param("2026-06-01", "2026-05-31", 12, id="before the change"),
        pytest.param("2026-06-01", "2026-06-01", 20, id="on its day"),
        pytest.param("2026-06-01", "2030-01-01", 20, id="looked back at from years later"),
        pytest.param("2026-02-01", "2026-06-01", 12, id="before the period: in what it was opened with"),
        pytest.param("2026-03-01", "2026-06-01", 20, id="on its first day, agreed afterwards"),
        pytest.param("2026-03-02", "2026-06-01", 20, id="on its second day"),
        pytest.param("2027-02-28", "2027-03-01", 20, id="on its last day"),
        pytest.param("2027-03-01", "2027-03-01", 12, id="on the first day of the next one"),
    ],
)
def test_the_package_of_a_period_as_it_stands_on_a_day(from_on: str, on: str, expected: int) -> None:
    assert allowance_of(PERIOD, [agreed(Term.ALLOWANCE, "20", from_on)], day(on)) == expected


def test_another_terms_change_leaves_the_package_alone() -> None:
    assert allowance_of(PERIOD, [agreed(Term.PRICE, "40000", "2026-06-01")], day("2026-07-01")) == 12


@pytest.mark.parametrize(
    ("term", "text", "stored"),
    [
        pytest.param(Term.ALLOWANCE, "0", "0", id="no units"),
        pytest.param(Term.ALLOWANCE, " 012 ", "12", id="spaces and a zero before"),
        pytest.param(Term.ALLOWANCE, "10000", "10000", id="the largest package"),
        pytest.param(Term.PRICE, "0", "0", id="for nothing"),
        pytest.param(Term.PRICE, "10000000", "10000000", id="the highest price"),
        pytest.param(Term.COUNTED, "Oui", "yes", id="oui"),
        pytest.param(Term.COUNTED, "yes", "yes", id="yes"),
        pytest.param(Term.COUNTED, " NON ", "no", id="non"),
        pytest.param(Term.COUNTED, "no", "no", id="no"),
        pytest.param(Term.ROUNDING, "Ticket", "ticket", id="rounded once"),
        pytest.param(Term.ROUNDING, "sitting", "sitting", id="each sitting rounded"),
        pytest.param(Term.GUARANTEE, "0", "0", id="no guarantee"),
        pytest.param(Term.GUARANTEE, "24", "24", id="the longest guarantee"),
        pytest.param(Term.NOTICE, "24", "24", id="the longest notice"),
    ],
)
def test_a_terms_value_as_it_is_stored(term: Term, text: str, stored: str) -> None:
    assert parse_term(term, text) == stored


@pytest.mark.parametrize(
    ("term", "text", "message"),
    [
        pytest.param(
            Term.ALLOWANCE, "10001", "'10001' cannot be: give a number of units, from 0 to 10000", id="too many units"
        ),
        pytest.param(
            Term.ALLOWANCE, "-1", "'-1' cannot be: give a number of units, from 0 to 10000", id="less than nothing"
        ),
        pytest.param(
            Term.ALLOWANCE, "douze", "'douze' cannot be: give a number of units, from 0 to 10000", id="in letters"
        ),
        pytest.param(Term.ALLOWANCE, "", "'' cannot be: give a number of units, from 0 to 10000", id="nothing"),
        pytest.param(
            Term.ALLOWANCE, "٣", "'٣' cannot be: give a number of units, from 0 to 10000", id="digits of another script"
        ),
        pytest.param(
            Term.PRICE, "330,00", "'330,00' cannot be: give a number of cents, from 0 to 10000000", id="euros"
        ),
        pytest.param(
            Term.PRICE, "10000001", "'10000001' cannot be: give a number of cents, from 0 to 10000000", id="a cent more"
        ),
        pytest.param(
            Term.PRICE,
            "0" * 13,
            f"'{'0' * 13}' cannot be: give a number of cents, from 0 to 10000000",
            id="more digits than a number has",
        ),
        pytest.param(Term.COUNTED, "peut-être", "'peut-être' is neither yes nor no", id="neither yes nor no"),
        pytest.param(Term.ROUNDING, "up", "'up' is no rounding: give one of ticket, sitting", id="no rounding"),
        pytest.param(
            Term.GUARANTEE, "25", "'25' cannot be: give a number of months, from 0 to 24", id="a month too many"
        ),
        pytest.param(Term.NOTICE, "1.5", "'1.5' cannot be: give a number of months, from 0 to 24", id="half a month"),
    ],
)
def test_a_value_that_cannot_be(term: Term, text: str, message: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse_term(term, text)
    assert str(refused.value) == message


def test_the_shops_own_terms_hold_where_a_contract_has_none() -> None:
    usual = UsualTerms(guarantee_months=2, notice_months=1)
    terms = terms_on(CONTRACT, [], day("2026-06-01"), usual=usual)
    assert (terms.guarantee_months, terms.notice_months) == (2, 1)
