import os
import random
import sys

import pytest

from tests.stories.office import Office

SEED = os.environ.get("PERMANENCE_SEED", "20260301")
"""Chance that can be had again: `PERMANENCE_SEED=7 make test` tells all stories with other dice."""


@pytest.fixture
def office_at(tmp_path):
    """An office whose clock shows this instant: `async with office_at(at) as office`."""

    def make(at=None, **settings):
        return Office(tmp_path, at=at, **settings)

    return make


@pytest.fixture
def dice(request, tell):
    """What happens by chance in this test."""
    tell(f"seed {SEED}")
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture
def tell(request, record_property):
    """Say what was counted: below the test, and at the end of a run of `-m prove`."""

    def say(words):
        sys.stdout.write(f"{words}\n")
        record_property("told", words)

    return say


def pytest_terminal_summary(terminalreporter):
    """The counts of the proofs, so that a run can be read without its tests."""
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        told = [value for name, value in report.user_properties if name == "told"]
        if told and "prove" in report.keywords:
            terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {'; '.join(told)}")
