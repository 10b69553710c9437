"""The page with the two readings of 48 business hours is what the rule gives (C15)."""

import re
from pathlib import Path

import pytest

from tools import readings

PAGE = Path(__file__).parents[1] / "docs/two-readings.md"
MOMENT = r"\w{3} \d{4}-\d\d-\d\d \d\d:\d\d"


def test_the_page_is_what_the_program_generates(capsys: pytest.CaptureFixture[str]) -> None:
    readings.main()
    assert PAGE.read_text(encoding="utf-8") == capsys.readouterr().out


def test_each_receipt_is_told_with_both_deadlines() -> None:
    rows = re.findall(rf"^\| {MOMENT} \| .+ \| {MOMENT} \| {MOMENT} \| {MOMENT} \|$", readings.page(), re.MULTILINE)
    assert len(rows) == len(readings.RECEIPTS) == 18
    assert rows[0] == (
        "| Mon 2026-11-23 08:00 | at the opening: the example of C15"
        " | Mon 2026-11-23 08:00 | Fri 2026-11-27 14:00 | Wed 2026-11-25 08:00 |"
    )


def test_the_clauses_lead_to_the_page() -> None:
    clauses = (PAGE.parent / "contract.md").read_text(encoding="utf-8")
    c15 = next(line for line in clauses.splitlines() if line.startswith("| C15 "))
    assert "(two-readings.md)" in c15
