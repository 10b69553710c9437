"""`kill -9` between commit and send, and between "sent" and "recorded" (F21): the place of the kill is exact.

The stand-in falls silent on one request, before it or after it was carried out; the program is killed in that silence.
"""

import pytest

from bot.channels.twilio.sender import TwilioSender
from bot.domain.tickets import Recontact
from tests.stories.office import CLAIRE, HELENE

WORDS = "Bonjour docteur, je vous rappelle à 14 h."

TWILIO_CUTS = [
    pytest.param({"accept": False}, 0, id="committed and not sent"),
    pytest.param({"accept": True}, 1, id="sent and not recorded"),
]


async def _answers_and_is_cut_off(office, *, accept):
    """A technician answers; the program is killed while it sends that to Twilio."""
    await office.open_outside()
    await office.sms(HELENE, "Le scanner ne répond plus")
    card = await office.card(1)
    await office.receives(HELENE, "demande 1")
    await office.settles()
    office.twilio.hang_next(600, accept=accept)
    await office.says(CLAIRE, WORDS, below=card)
    await office.until(lambda: _is_sending(office, "sms"))
    if accept:
        await office.receives(HELENE, WORDS)
    else:
        await office.until(lambda: _is_met(office.twilio))  # the request is there, and will not be carried out
    office.kill()
    office.twilio.faults.clear()


async def _is_met(stand_in):
    """A request has come, and the stand-in is silent on it."""
    return stand_in.faults.waiting == 0


async def _is_sending(office, channel):
    return office.rows(f"SELECT id FROM outbox WHERE state = 'sending' AND channel = '{channel}'")


@pytest.mark.parametrize(("cut", "arrived"), TWILIO_CUTS)
async def test_an_answer_reaches_the_client_exactly_once_over_a_kill(office_at, cut, arrived):
    async with office_at() as office:
        await _answers_and_is_cut_off(office, **cut)
        assert office.received(HELENE).count(WORDS) == arrived
        assert await _is_sending(office, "sms"), "what the dead process was sending still stands as such"

        await office.open_outside()
        await office.receives(HELENE, WORDS)
        await office.settles()
        assert office.received(HELENE).count(WORDS) == 1
        assert (await office.ticket(1)).recontacted_by is Recontact.REPLY
        cards = [text for text in office.desk() if text.startswith("n° 1 ·")]
        assert len(cards) == 1


async def test_an_answer_whose_request_was_cut_off_and_then_the_program_killed_arrives_once(office_at):
    async with office_at() as office:
        await office.open_outside()
        await office.sms(HELENE, "Le scanner ne répond plus")
        card = await office.card(1)
        await office.settles()
        office.twilio.fail_after_accepting()
        await office.says(CLAIRE, WORDS, below=card)
        await office.receives(HELENE, WORDS)
        office.kill()
        await office.open_outside()
        await office.settles()
        assert office.received(HELENE).count(WORDS) == 1
        assert (await office.ticket(1)).recontacted_by is Recontact.REPLY


async def test_whoever_does_not_look_before_sending_again_writes_twice(office_at, monkeypatch):
    """The naive way, as proof that the tests above can fail."""

    async def nothing(*_):
        return None

    monkeypatch.setattr(TwilioSender, "find_sent", nothing)
    async with office_at() as office:
        await _answers_and_is_cut_off(office, accept=True)
        await office.open_inside()
        await office.until(lambda: _is_written_twice(office))


async def _is_written_twice(office):
    return office.received(HELENE).count(WORDS) == 2


@pytest.mark.parametrize(
    ("accept", "cards"), [pytest.param(False, 1, id="not posted"), pytest.param(True, 2, id="posted, not recorded")]
)
async def test_a_card_is_on_the_desk_after_a_kill_and_at_most_once_too_often(office_at, accept, cards):
    async with office_at() as office:
        await office.open_outside()
        office.telegram.hang_next(600, accept=accept, method="sendMessage")
        await office.sms(HELENE, "Le scanner ne répond plus")
        await office.until(lambda: _is_sending(office, "telegram"))
        if accept:
            await office.shows("n° 1 ·")
        else:
            await office.until(lambda: _is_met(office.telegram))
        office.kill()
        office.telegram.faults.clear()

        await office.open_outside()
        await office.shows("n° 1 ·")
        await office.settles()
        assert len([text for text in office.desk() if text.startswith("n° 1 ·")]) == cards

        newest = await office.shows("n° 1 ·")
        await office.presses(CLAIRE, newest, "Je prends")
        await office.until(lambda: _is_taken(office))


async def _is_taken(office):
    return (await office.ticket(1)).assigned_to
