"""A payment as a technician types it, on Wednesday 25 November 2026 (C24)."""

from datetime import date

import pytest

from bot.domain.contracts import PaymentMethod
from bot.rules.typed_payments import TypedPayment, parse_payment

TODAY = date(2026, 11, 25)
HIER = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", TypedPayment(), id="nothing: the defaults hold"),
        pytest.param("hier", TypedPayment(HIER), id="a day"),
        pytest.param("1er mars", TypedPayment(date(2026, 3, 1)), id="a day that has come"),
        pytest.param("virement", TypedPayment(method=PaymentMethod.TRANSFER), id="a transfer"),
        pytest.param("Chèque", TypedPayment(method=PaymentMethod.CHEQUE), id="a cheque"),
        pytest.param("chq", TypedPayment(method=PaymentMethod.CHEQUE), id="a cheque, short"),
        pytest.param("vir", TypedPayment(method=PaymentMethod.TRANSFER), id="a transfer, short"),
        pytest.param("330,00 €", TypedPayment(amount_cents=33_000), id="an amount"),
        pytest.param("-30", TypedPayment(amount_cents=-3_000), id="a correction"),
        pytest.param("1 320 chèque", TypedPayment(None, PaymentMethod.CHEQUE, 132_000), id="an amount of two words"),
        pytest.param(
            "330 chèque hier", TypedPayment(HIER, PaymentMethod.CHEQUE, 33_000), id="in whatever order"
        ),
        pytest.param("période 2", TypedPayment(nth=2), id="a period"),
        pytest.param("p12 330", TypedPayment(nth=12, amount_cents=33_000), id="a period, short"),
        pytest.param("#34 virement", TypedPayment(method=PaymentMethod.TRANSFER, period_id=34), id="a button's"),
    ],
)  # fmt: skip
def test_what_was_typed(text: str, expected: TypedPayment) -> None:
    assert parse_payment(text, today=TODAY) == expected


@pytest.mark.parametrize("text", ["bla", "virement chèque", "330 350", "hier avant-hier", "période 0", "31/02", "#x"])
def test_what_is_no_payment(text: str) -> None:
    assert parse_payment(text, today=TODAY) is None
