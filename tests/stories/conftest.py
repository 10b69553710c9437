import pytest

from tests.stories.office import Office


@pytest.fixture
def office_at(tmp_path):
    """An office whose clock shows this instant: `async with office_at(at) as office`."""

    def make(at=None, **settings):
        return Office(tmp_path, at=at, **settings)

    return make
