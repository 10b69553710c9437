"""No intervention is closed without its doctor, reason, times, and how it was done (C6, C28)."""

from dataclasses import replace

import pytest

from bot.domain.interventions import Intervention, Sitting
from bot.domain.tickets import Outcome
from bot.rules.closing import Missing, missing
from tests.rules.calendars import paris

DOCTOR, REASON = "Dr Vasseur", "Licence"
START, END = paris("2026-11-24 14:10"), paris("2026-11-24 14:32")
DONE = Sitting(1, 1, START, END, remote=True)
UNSAID = Sitting(2, 1, START, END)
RUNNING = Sitting(3, 1, START, None, remote=True)
ALL = (Missing.DOCTOR, Missing.REASON, Missing.TIMES)


def intervention(doctor: str | None, reason: str | None, *sittings: Sitting) -> Intervention:
    return Intervention(1, 41, 1, doctor=doctor, reason=reason, sittings=sittings)


@pytest.mark.parametrize(
    ("traced", "asked"),
    [
        pytest.param(intervention(None, None), ALL, id="nothing said yet"),
        pytest.param(intervention(DOCTOR, None), (Missing.REASON, Missing.TIMES), id="the doctor is known"),
        pytest.param(intervention(DOCTOR, REASON), (Missing.TIMES,), id="no time of work"),
        pytest.param(intervention(DOCTOR, REASON, RUNNING), (Missing.TIMES,), id="work still runs"),
        pytest.param(intervention(DOCTOR, REASON, UNSAID), (Missing.REMOTE,), id="nobody said how"),
        pytest.param(intervention(DOCTOR, REASON, DONE, UNSAID), (Missing.REMOTE,), id="one sitting does not say how"),
        pytest.param(intervention("", "", DONE), (Missing.DOCTOR, Missing.REASON), id="empty is missing"),
        pytest.param(intervention(DOCTOR, REASON, DONE), (), id="all is said"),
        pytest.param(
            intervention(DOCTOR, REASON, Sitting(4, 1, START, END, remote=False)), (), id="on site is an answer too"
        ),
    ],
)
def test_a_resolved_ticket_asks_for_what_is_missing_in_order(traced, asked):
    assert missing(traced, Outcome.RESOLVED) == asked


@pytest.mark.parametrize(
    ("outcome", "asked"),
    [
        pytest.param(Outcome.RESOLVED, ALL, id="resolved is traced"),
        pytest.param(Outcome.FAILED, ALL, id="a failure is traced (C8)"),
        pytest.param(Outcome.VENDOR_FAULT, (*ALL, Missing.PRODUCT), id="a vendor's fault asks of which product (C5)"),
        pytest.param(Outcome.COMMERCIAL, (), id="a commercial call asks nothing (C5)"),
        pytest.param(Outcome.OUT_OF_SCOPE, (), id="out of scope asks nothing (C4)"),
        pytest.param(Outcome.NOT_A_REQUEST, (), id="no request asks nothing"),
        pytest.param(Outcome.DUPLICATE, (), id="a duplicate asks nothing"),
    ],
)
def test_what_an_outcome_asks_for(outcome, asked):
    assert missing(intervention(None, None), outcome) == asked


@pytest.mark.parametrize(
    ("outcome", "known", "asked"),
    [
        pytest.param(Outcome.RESOLVED, {"has_workstations": True}, (Missing.WORKSTATION,), id="on which workstation"),
        pytest.param(Outcome.RESOLVED, {"has_workstations": False}, (), id="the file knows no workstation"),
        pytest.param(Outcome.RESOLVED, {"product": None}, (), id="a product is asked of the vendor's faults alone"),
        pytest.param(Outcome.VENDOR_FAULT, {"product": "MediStory 4"}, (), id="the ticket names the product"),
        pytest.param(
            Outcome.VENDOR_FAULT,
            {"has_workstations": True},
            (Missing.WORKSTATION, Missing.PRODUCT),
            id="the workstation is asked before the product",
        ),
        pytest.param(Outcome.COMMERCIAL, {"has_workstations": True}, (), id="a commercial call asks neither"),
    ],
)
def test_what_the_file_and_the_ticket_leave_to_be_asked(outcome, known, asked):
    assert missing(intervention(DOCTOR, REASON, DONE), outcome, **known) == asked


def test_a_workstation_is_asked_once():
    answered = replace(intervention(DOCTOR, REASON, DONE), workstation_asked=True)
    assert missing(answered, Outcome.RESOLVED, has_workstations=True) == ()
