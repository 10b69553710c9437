import os
import sys

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # a machine that is busy with other tests is no fault of theirs

SEED = os.environ.get("PERMANENCE_SEED", "20260301")
"""Chance that can be had again: `PERMANENCE_SEED=7 make test` throws other dice."""


@pytest.fixture
def tell(record_property):
    """Say what was counted: below the test, and at the end of a run of `-m prove` or `-m soak`."""

    def say(words):
        sys.stdout.write(f"{words}\n")
        record_property("told", words)

    return say


def pytest_terminal_summary(terminalreporter):
    """The counts of the proofs, so that a run can be read without its tests."""
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        told = [value for name, value in report.user_properties if name == "told"]
        if told and {"prove", "soak"} & set(report.keywords):
            terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {'; '.join(told)}")
