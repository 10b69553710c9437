"""The rules know the office's zone and no other: their tests run as on a machine at the other end of the world."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _machine_in_another_zone() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Pacific/Apia")
        time.tzset()
        yield
    time.tzset()
