"""Nights on which the clock changes, 1 May, Easter Monday: the process says and keeps the right hour (C14-C17)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.stories.office import HELENE

PARIS = ZoneInfo("Europe/Paris")
MARGIN = timedelta(minutes=2)  # the clock of the office goes on while the test looks


def _paris(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("written_at", "half_at", "due_at", "said", "closed"),
    [
        pytest.param(
            _paris(3, 27, 17), _paris(4, 1, 9, 30), _paris(4, 3, 12, 30), "vendredi 3 avril à 12h30", "", id="29 March"
        ),
        pytest.param(
            _paris(10, 23, 17),
            _paris(10, 28, 9, 30),
            _paris(10, 30, 12, 30),
            "vendredi 30 octobre à 12h30",
            "",
            id="25 October",
        ),
        pytest.param(
            _paris(4, 30, 17),
            _paris(5, 6, 9, 30),
            _paris(5, 11, 12, 30),
            "lundi 11 mai à 12h30",
            "Fermé vendredi 1/05 (Fête du Travail) et vendredi 8/05 (Fête de la Victoire).",
            id="1 and 8 May",
        ),
        pytest.param(
            _paris(4, 3, 17),
            _paris(4, 9, 9, 30),
            _paris(4, 13, 12, 30),
            "lundi 13 avril à 12h30",
            "Fermé lundi 6/04 (Lundi de Pâques).",
            id="Easter Monday",
        ),
    ],
)
async def test_the_deadline_is_told_and_kept(office_at, written_at, half_at, due_at, said, closed):
    async with office_at(written_at) as office:
        await office.open_inside()
        office.clock.move_to(written_at)  # however long the start took
        await office.whatsapp(HELENE, "Le serveur est éteint")
        acknowledgement = await office.receives(HELENE, "demande 1")
        assert f"au plus tard {said}" in acknowledgement
        assert closed in acknowledgement
        assert ("Fermé" in acknowledgement) is bool(closed)
        card = await office.card(1)
        assert f"À recontacter avant {said}" in card.text

        await _passes(office, half_at, "la moitié du délai est passée")
        await _passes(office, due_at, "DÉLAI DÉPASSÉ")


async def _passes(office, at, words):
    """Nothing of it is said a little before this instant, and it is a little after."""
    office.clock.move_to(at - MARGIN)
    await office.tick()
    assert not [text for text in office.desk() if words in text]
    office.clock.move_to(at + MARGIN)
    await office.tick()
    assert len([text for text in office.desk() if words in text]) == 1
