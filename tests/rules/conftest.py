"""The rules know the office's zone and no other: their tests run as on a machine at the other end of the world."""

import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Two thousand mutants are each met by these tests: fewer examples for each, but the tables whole.
settings.register_profile("mutation", max_examples=12, deadline=None, derandomize=True)
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("mutation")


@pytest.fixture(scope="module", autouse=True)
def _machine_in_another_zone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Apia")
        time.tzset()
        yield
    time.tzset()
