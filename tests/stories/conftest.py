import random

import pytest

from tests.conftest import SEED
from tests.stories.office import Office


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
