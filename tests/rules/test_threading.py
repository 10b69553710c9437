"""Which ticket a message belongs to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.addresses import Channel
from bot.domain.tickets import Priority, Ticket, TicketState
from bot.rules.threading import Answered, Choice, Reason, choose
from tests.rules.calendars import paris

NOW = paris("2026-11-23 10:00")
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def ticket(
    number: int, *, active: timedelta, opened: timedelta | None = None, closed: timedelta | None = None
) -> Ticket:
    """A ticket opened, last active and perhaps closed so long ago."""
    opened_at = NOW - (opened if opened is not None else active)
    return Ticket(
        number=number,
        subject="",
        state=TicketState.OPEN if closed is None else TicketState.CLOSED,
        priority=Priority.NORMAL,
        channel=Channel.SMS,
        opened_at=opened_at,
        last_activity_at=NOW - active,
        recontact_due_at=opened_at + 7 * DAY,
        closed_at=None if closed is None else NOW - closed,
    )


REQUEST, THANKS = "Excel ne s’ouvre plus", "Merci beaucoup !"


@pytest.mark.parametrize(
    ("text", "candidates", "colleagues", "expected"),
    [
        pytest.param(REQUEST, [], [], Choice(None, Reason.FIRST), id="a new sender opens one"),
        pytest.param(REQUEST, [ticket(1, active=DAY)], [], Choice(1, Reason.OPEN), id="the open one takes it"),
        pytest.param(
            REQUEST, [ticket(1, active=HOUR), ticket(2, active=DAY)], [], Choice(1, Reason.OPEN),
            id="of two open ones the most recently active",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=DAY), ticket(2, active=DAY)], [], Choice(2, Reason.OPEN),
            id="of two equally active the newer",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=DAY), ticket(2, active=HOUR, closed=HOUR)], [], Choice(1, Reason.OPEN),
            id="an open one before a closed one that moved later",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=HOUR, closed=HOUR)], [], Choice(None, Reason.AFTER_CLOSED),
            id="after a closing a request opens a new one",
        ),
        pytest.param(
            REQUEST, [], [ticket(7, active=DAY), ticket(8, active=HOUR)], Choice(None, Reason.FIRST, colleague=8),
            id="a new one offers the colleague's most recent",
        ),
        pytest.param(
            REQUEST, [], [ticket(7, active=DAY, closed=DAY)], Choice(None, Reason.FIRST),
            id="a colleague's closed one is not offered",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=DAY)], [ticket(7, active=HOUR)], Choice(1, Reason.OPEN),
            id="with one of one's own open no colleague's is offered",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=90 * SECOND)], [], Choice(1, Reason.BURST, is_burst=True),
            id="90 s after the opening is the same burst",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=91 * SECOND)], [], Choice(1, Reason.OPEN), id="91 s after the opening is not",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=SECOND, opened=HOUR)], [], Choice(1, Reason.OPEN),
            id="soon after our answer is no burst",
        ),
        pytest.param(
            REQUEST, [ticket(1, active=-30 * SECOND)], [], Choice(1, Reason.BURST, is_burst=True),
            id="a reconciled message older than its ticket is of the burst",
        ),
        pytest.param(
            THANKS, [ticket(1, active=HOUR, closed=HOUR)], [], Choice(1, Reason.THANKS, is_thanks=True),
            id="thanks after a closing go to the closed one",
        ),
        pytest.param(
            THANKS, [ticket(1, active=7 * DAY, closed=7 * DAY)], [], Choice(1, Reason.THANKS, is_thanks=True),
            id="thanks seven days after",
        ),
        pytest.param(
            THANKS, [ticket(1, active=8 * DAY, closed=8 * DAY)], [],
            Choice(None, Reason.AFTER_CLOSED, is_thanks=True), id="thanks long after open one",
        ),
        pytest.param(
            THANKS, [ticket(1, active=DAY), ticket(2, active=HOUR, closed=HOUR)], [],
            Choice(2, Reason.THANKS, is_thanks=True), id="thanks for what was closed last, another being open",
        ),
        pytest.param(
            THANKS, [ticket(1, active=HOUR), ticket(2, active=DAY, closed=DAY)], [],
            Choice(1, Reason.OPEN, is_thanks=True), id="thanks while the open one moved last",
        ),
        pytest.param(THANKS, [], [], Choice(None, Reason.FIRST, is_thanks=True), id="thanks from a new sender"),
    ],
)  # fmt: skip
def test_the_ticket_for_a_message(
    text: str, candidates: list[Ticket], colleagues: list[Ticket], expected: Choice
) -> None:
    assert choose(now=NOW, text=text, candidates=candidates, colleagues=colleagues) == expected


def test_the_burst_and_the_time_for_thanks_are_settings() -> None:
    opened = ticket(1, active=10 * SECOND)
    assert choose(now=NOW, text=REQUEST, candidates=[opened], burst=5 * SECOND).is_burst is False
    closed = ticket(1, active=2 * DAY, closed=2 * DAY)
    assert choose(now=NOW, text=THANKS, candidates=[closed], thanks_within=DAY).ticket is None


def test_a_closed_ticket_without_its_moment_takes_no_thanks() -> None:
    """Rows of an import may lack it."""
    bare = replace(ticket(1, active=HOUR, closed=HOUR), closed_at=None)
    assert choose(now=NOW, text=THANKS, candidates=[bare]).reason is Reason.AFTER_CLOSED


OPEN_41, CLOSED_41 = ticket(41, active=DAY), ticket(41, active=DAY, closed=DAY)
OPEN_42 = ticket(42, active=DAY)


@pytest.mark.parametrize(
    ("text", "answered", "expected"),
    [
        pytest.param(REQUEST, Answered(OPEN_41, True), Choice(41, Reason.ANSWER), id="an open one takes its answer"),
        pytest.param(
            THANKS, Answered(OPEN_41, True), Choice(41, Reason.ANSWER, is_thanks=True),
            id="thanks on an open one are an answer",
        ),
        pytest.param(
            REQUEST, Answered(CLOSED_41, True), Choice(None, Reason.FOLLOWS, follows=41),
            id="after a closing one follows",
        ),
        pytest.param(
            THANKS, Answered(CLOSED_41, True), Choice(41, Reason.THANKS, is_thanks=True),
            id="thanks after a closing go there quietly",
        ),
        pytest.param(
            THANKS, Answered(ticket(41, active=9 * DAY, closed=8 * DAY), True),
            Choice(None, Reason.FOLLOWS, is_thanks=True, follows=41), id="thanks after eight days ask what for",
        ),
        pytest.param(
            THANKS, Answered(ticket(41, active=8 * DAY, closed=7 * DAY), True),
            Choice(41, Reason.THANKS, is_thanks=True), id="thanks on the seventh day are thanks",
        ),
        pytest.param(
            REQUEST, Answered(CLOSED_41, True, follower=OPEN_42), Choice(42, Reason.ANSWER),
            id="what else answers a closed one goes to its follower",
        ),
        pytest.param(
            THANKS, Answered(ticket(41, active=9 * DAY, closed=8 * DAY), True, follower=OPEN_42),
            Choice(42, Reason.ANSWER, is_thanks=True), id="late thanks too",
        ),
        pytest.param(
            REQUEST, Answered(OPEN_41, False), Choice(None, Reason.STRANGER, follows=41),
            id="a stranger's is only offered",
        ),
        pytest.param(
            THANKS, Answered(CLOSED_41, False), Choice(None, Reason.STRANGER, is_thanks=True, follows=41),
            id="a stranger's thanks touch nothing of the practice's",
        ),
    ],
)  # fmt: skip
def test_a_mail_goes_by_what_it_answers(text: str, answered: Answered, expected: Choice) -> None:
    mine = ticket(50, active=HOUR)
    assert choose(now=NOW, text=text, candidates=[mine], answered=answered) == expected
