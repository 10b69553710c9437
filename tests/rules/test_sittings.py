"""What may be written down as work (C6), and how people type it."""

from datetime import datetime, timedelta

import pytest

from bot.domain.interventions import Sitting
from bot.errors import DeskRefusal
from bot.rules.sittings import check_sitting, understand_stretch
from tests.rules.calendars import PARIS, paris

NOW = paris("2026-11-24 15:00")
"""A Tuesday."""


def sitting(start: str, end: str | None) -> Sitting:
    return Sitting(1, 1, paris(f"2026-11-24 {start}"), paris(f"2026-11-24 {end}") if end else None)


def refusal_of(start: str, end: str, *others: Sitting) -> DeskRefusal | None:
    try:
        check_sitting(paris(start), paris(end), now=NOW, others=others)
    except DeskRefusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    ("start", "end", "others"),
    [
        pytest.param("2026-11-24 14:10", "2026-11-24 14:32", [], id="twenty-two minutes"),
        pytest.param("2026-11-24 14:10", "2026-11-24 14:10", [], id="begun and ended in the same minute"),
        pytest.param("2026-11-24 14:10", "2026-11-24 15:00", [], id="until now"),
        pytest.param("2026-11-23 15:00", "2026-11-24 15:00", [], id="a whole day"),
        pytest.param("2026-11-24 14:10", "2026-11-24 14:32", [sitting("13:00", "14:10")], id="right after another"),
        pytest.param("2026-11-24 14:10", "2026-11-24 14:32", [sitting("14:32", "14:40")], id="right before another"),
        pytest.param("2026-11-24 13:00", "2026-11-24 14:00", [sitting("14:00", None)], id="before one that runs"),
    ],
)
def test_what_can_have_been_is_taken(start, end, others):
    assert refusal_of(start, end, *others) is None


@pytest.mark.parametrize(
    ("start", "end", "others", "reason"),
    [
        pytest.param("2026-11-24 14:32", "2026-11-24 14:10", [], "sitting_reversed", id="an end before the start"),
        pytest.param("2026-11-24 14:32", "2026-11-24 15:01", [], "sitting_ahead", id="an end to come"),
        pytest.param("2026-11-23 14:59", "2026-11-24 15:00", [], "sitting_too_long", id="more than a day"),
        pytest.param(
            "2026-11-24 14:10", "2026-11-24 14:32", [sitting("14:31", "14:40")], "sitting_overlaps", id="into another"
        ),
        pytest.param(
            "2026-11-24 14:10",
            "2026-11-24 14:32",
            [sitting("14:00", None)],
            "sitting_overlaps",
            id="into one that runs",
        ),
        pytest.param(
            "2026-11-24 14:10", "2026-11-24 14:32", [sitting("14:15", "14:20")], "sitting_overlaps", id="around another"
        ),
    ],
)
def test_what_cannot_have_been_is_refused(start, end, others, reason):
    refusal = refusal_of(start, end, *others)
    assert refusal is not None
    assert refusal.reason == reason


def test_the_refusal_of_an_overlap_names_the_other_sitting():
    refusal = refusal_of("2026-11-24 14:10", "2026-11-24 14:32", sitting("14:20", None))
    assert refusal is not None
    assert refusal.values == {"started_at": paris("2026-11-24 14:20"), "ended_at": NOW}


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        pytest.param("14h10 14h32", "2026-11-24 14:10", "2026-11-24 14:32", id="two times"),
        pytest.param("14h10-14h32", "2026-11-24 14:10", "2026-11-24 14:32", id="with a dash"),
        pytest.param("14h10 - 14h32.", "2026-11-24 14:10", "2026-11-24 14:32", id="with a full stop"),
        pytest.param("14h10 – 14h32", "2026-11-24 14:10", "2026-11-24 14:32", id="with a long dash"),
        pytest.param("14h10→14h32", "2026-11-24 14:10", "2026-11-24 14:32", id="with an arrow"),
        pytest.param("14:10 -> 14:32", "2026-11-24 14:10", "2026-11-24 14:32", id="with colons"),
        pytest.param("de 14h à 14h20", "2026-11-24 14:00", "2026-11-24 14:20", id="de … à"),
        pytest.param("De 14h jusqu’à 14h20", "2026-11-24 14:00", "2026-11-24 14:20", id="jusqu'à, with a capital"),
        pytest.param("entre 14h et 14h20", "2026-11-24 14:00", "2026-11-24 14:20", id="entre … et"),
        pytest.param("11h45 midi", "2026-11-24 11:45", "2026-11-24 12:00", id="until noon"),
        pytest.param("hier 9h - 9h20", "2026-11-23 09:00", "2026-11-23 09:20", id="yesterday, with a dash"),
        pytest.param("hier 9h 9h20", "2026-11-23 09:00", "2026-11-23 09:20", id="yesterday, with a space"),
        pytest.param("hier de 9h à 9h20", "2026-11-23 09:00", "2026-11-23 09:20", id="yesterday, de … à"),
        pytest.param("hier 9h - hier 9h20", "2026-11-23 09:00", "2026-11-23 09:20", id="yesterday said twice"),
        pytest.param("avant-hier 9h 9h20", "2026-11-22 09:00", "2026-11-22 09:20", id="a day with a dash of its own"),
        pytest.param("lundi 9h 9h20", "2026-11-23 09:00", "2026-11-23 09:20", id="a weekday"),
        pytest.param("20/11 9h30 10h", "2026-11-20 09:30", "2026-11-20 10:00", id="a date"),
        pytest.param("hier 11h45 midi", "2026-11-23 11:45", "2026-11-23 12:00", id="yesterday until noon"),
        pytest.param("hier 23h50 - 0h20", "2026-11-23 23:50", "2026-11-24 00:20", id="over midnight"),
        pytest.param("lundi 23h50 - mardi 0h20", "2026-11-23 23:50", "2026-11-24 00:20", id="over midnight, both days"),
        pytest.param("25 min", "2026-11-24 14:35", "2026-11-24 15:00", id="a length"),
        pytest.param("25", "2026-11-24 14:35", "2026-11-24 15:00", id="a length in minutes, bare"),
        pytest.param("1h30", "2026-11-24 13:30", "2026-11-24 15:00", id="a length in hours and minutes"),
        pytest.param("2 heures", "2026-11-24 13:00", "2026-11-24 15:00", id="a length in hours"),
        pytest.param(
            "14h50 15h03", "2026-11-24 14:50", "2026-11-24 15:00", id="an end by a clock that is ahead of ours"
        ),
    ],
)
def test_a_stretch_is_understood_as_people_type_it(typed, start, end):
    assert understand_stretch(typed, now=NOW, zone=PARIS) == (paris(start), paris(end))


def test_at_night_a_stretch_began_the_evening_before():
    now = paris("2026-11-25 00:30")
    assert understand_stretch("23h50 - 0h20", now=now, zone=PARIS) == (
        paris("2026-11-24 23:50"),
        paris("2026-11-25 00:20"),
    )


def test_a_night_in_which_the_clocks_change_ends_on_the_clock():
    now = paris("2026-10-25 10:00")
    stretch = understand_stretch("hier 23h - 4h", now=now, zone=PARIS)
    assert stretch == (paris("2026-10-24 23:00"), paris("2026-10-25 04:00"))
    assert stretch[1] - stretch[0] == timedelta(hours=6)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("ce matin", id="no hour"),
        pytest.param("14h10", id="half a stretch, not fourteen hours"),
        pytest.param("- 14h10", id="a dash and one time"),
        pytest.param("0 min", id="no time at all"),
        pytest.param("6h01", id="a length of more than six hours"),
        pytest.param("14h10 25h", id="no such hour"),
        pytest.param("9h 9h20 9h40", id="three times"),
        pytest.param("x" * 5000, id="a long text"),
    ],
)
def test_what_is_not_understood_is_asked_again(typed):
    with pytest.raises(DeskRefusal) as refused:
        understand_stretch(typed, now=NOW, zone=PARIS)
    assert (refused.value.reason, refused.value.values) == ("stretch", {"words": typed[:80]})


@pytest.mark.parametrize(
    ("typed", "words", "at"),
    [
        pytest.param("9h 23h", "23h", "2026-11-24 23:00", id="the end"),
        pytest.param("16h - 16h20", "16h", "2026-11-24 16:00", id="both: the first is told"),
        pytest.param("demain 9h 9h20", "demain 9h", "2026-11-25 09:00", id="tomorrow"),
    ],
)
def test_a_time_that_is_still_to_come_is_told(typed, words, at):
    with pytest.raises(DeskRefusal) as refused:
        understand_stretch(typed, now=NOW, zone=PARIS)
    assert refused.value.reason == "moment_ahead"
    assert refused.value.values == {"words": words, "at": paris(at)}


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        pytest.param("14h32 14h10", "2026-11-24 14:10", id="today"),
        pytest.param("hier 14h32 14h10", "2026-11-23 14:10", id="yesterday: nobody works until the next afternoon"),
    ],
)
def test_two_times_the_wrong_way_round_are_left_to_be_refused(typed, end):
    _, ended_at = understand_stretch(typed, now=NOW, zone=PARIS)
    assert ended_at == paris(end)


def test_instants_are_given_in_utc():
    start, _ = understand_stretch("14h10 14h32", now=NOW, zone=PARIS)
    assert start.utcoffset() == timedelta(0)
    assert isinstance(start, datetime)
