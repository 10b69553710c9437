"""When what a ticket's history tells of happened."""

import pytest

from bot.domain.tickets import Event
from tests.factories import HOUR, MONDAY


@pytest.mark.parametrize(
    ("data", "noted", "expected"),
    [
        pytest.param({"at": MONDAY.isoformat()}, "at", MONDAY, id="when it was noted to have happened"),
        pytest.param({"at": "", "agreed_at": MONDAY.isoformat()}, "agreed_at", MONDAY, id="under its own name"),
        pytest.param({}, "at", MONDAY + HOUR, id="when it was written down"),
    ],
)
def test_it_is_noted_beside_when_it_was_written_down(data: dict[str, object], noted: str, expected: object) -> None:
    assert Event(1, MONDAY + HOUR, "attempted", "bot", data).happened_at(noted) == expected
