"""Which agreement an update of macOS makes use of, and which request still waits (C26)."""

from datetime import date

import pytest

from bot.domain.workstations import ChangeKind, ClientChange
from bot.rules.agreements import open_request, unused_agreement

DAY = date(2026, 11, 23)


def agreement(change_id: int = 1, **given: object) -> ClientChange:
    values: dict[str, object] = {"kind": ChangeKind.MACOS, "agreed": True, "decided_on": DAY, **given}
    return ClientChange(change_id, 1, **values)


@pytest.mark.parametrize(
    ("changes", "workstation_id", "used"),
    [
        pytest.param([], 5, None, id="none at all"),
        pytest.param([agreement()], 5, 1, id="given that day, for no Mac in particular"),
        pytest.param([agreement()], None, 1, id="for the whole client, used for the whole client"),
        pytest.param([agreement(workstation_id=5)], 5, 1, id="for this Mac"),
        pytest.param([agreement(workstation_id=6)], 5, None, id="for another Mac"),
        pytest.param([agreement(workstation_id=5)], None, None, id="for one Mac, not for the whole client"),
        pytest.param([agreement(decided_on=date(2026, 11, 24))], 5, None, id="given the day after"),
        pytest.param([agreement(decided_on=date(2025, 1, 1))], 5, 1, id="given long before"),
        pytest.param([agreement(decided_on=None)], 5, None, id="without a date"),
        pytest.param([agreement(done_on=date(2026, 11, 20))], 5, None, id="used already"),
        pytest.param([agreement(agreed=False)], 5, None, id="refused"),
        pytest.param([agreement(agreed=None)], 5, None, id="not answered"),
        pytest.param([agreement(kind=ChangeKind.SETTINGS)], 5, None, id="for a setting"),
        pytest.param(
            [agreement(1, workstation_id=5, decided_on=date(2026, 11, 1)), agreement(2)],
            5,
            1,
            id="the Mac's own before a later one for none",
        ),
        pytest.param([agreement(1), agreement(2, decided_on=date(2026, 11, 22))], 5, 1, id="of two the latest"),
        pytest.param([agreement(1), agreement(2)], 5, 2, id="of two of one day the one written last"),
    ],
)
def test_an_update_uses_an_agreement(changes: list[ClientChange], workstation_id: int | None, used: int | None) -> None:
    found = unused_agreement(changes, workstation_id=workstation_id, on=DAY)
    assert (found.id if found else None) == used


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        pytest.param([], None, id="none"),
        pytest.param([agreement(1, ticket_id=41, agreed=None)], 1, id="asked on the ticket"),
        pytest.param([agreement(1, ticket_id=42, agreed=None)], None, id="asked on another"),
        pytest.param([agreement(1, ticket_id=None, agreed=None)], None, id="asked on none"),
        pytest.param([agreement(1, ticket_id=41, agreed=False)], None, id="refused"),
        pytest.param(
            [agreement(1, ticket_id=41, agreed=False), agreement(2, ticket_id=41, agreed=None)], 2, id="again"
        ),
    ],
)
def test_a_request_waits(changes: list[ClientChange], waits: int | None) -> None:
    found = open_request(changes, ticket=41)
    assert (found.id if found else None) == waits
