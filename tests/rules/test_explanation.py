"""How a deadline is explained, segment by segment."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.business_hours import BusinessHours
from bot.rules.explanation import Explanation, Kind, Segment
from bot.rules.public_holidays import closing_dates
from tests.rules.calendars import CONTRACT_DAY, LUNCH_DAY, PARIS, WEEK, WHOLE_DAY, contract_hours, day, hm, paris

HOURS = contract_hours()
SATURDAYS = contract_hours(week={**WEEK, 5: ((time(9), time(12)),)})
NO_WEDNESDAY = contract_hours(week=dict.fromkeys((0, 1, 3, 4), CONTRACT_DAY))
OWN = contract_hours(closed_on=closing_dates("FR", own=[day("2026-05-15")]))
SHORT_DAYS = contract_hours(
    special={
        day("2026-12-24"): [(time(8), time(12))],
        day("2026-11-24"): [(time(10), time(12)), (time(14), time(16))],
        day("2026-11-26"): [],
        day("2026-11-28"): [(time(9), time(12))],
        day("2026-12-02"): [(time(7), time(20))],
        day("2026-12-03"): CONTRACT_DAY,
    }
)
LATE = BusinessHours({0: [(time(14), time(0))], 1: [(time(0), time(2)), (time(14), time(20))]}, zone=PARIS)
LATE_SHORT = BusinessHours({0: [(time(14), time(0))]}, zone=PARIS, special={day("2026-11-23"): [(time(14), time(20))]})


def told(hours: BusinessHours, start: str, duration: timedelta) -> list[str]:
    return [
        f"{segment.from_at:%a %d %H:%M} – {segment.to_at:%a %d %H:%M} {segment.kind}: {segment.label}"
        for segment in hours.explain(paris(start), duration).segments
    ]


@pytest.mark.parametrize(
    ("hours", "start", "duration", "expected"),
    [
        pytest.param(
            HOURS,
            "2026-11-23 17:30",
            hm(2),
            [
                "Mon 23 17:30 – Mon 23 18:30 open: ouvert",
                "Mon 23 18:30 – Tue 24 08:00 night: nuit",
                "Tue 24 08:00 – Tue 24 09:00 open: ouvert",
            ],
            id="a night between two office days is one segment",
        ),
        pytest.param(
            HOURS,
            "2026-11-27 18:00",
            hm(1),
            [
                "Fri 27 18:00 – Fri 27 18:30 open: ouvert",
                "Fri 27 18:30 – Mon 30 08:00 weekend: week-end",
                "Mon 30 08:00 – Mon 30 08:30 open: ouvert",
            ],
            id="a week-end lasts from Friday's closing to Monday's opening",
        ),
        pytest.param(
            HOURS,
            "2026-04-03 18:00",
            hm(1),
            [
                "Fri 03 18:00 – Fri 03 18:30 open: ouvert",
                "Fri 03 18:30 – Mon 06 00:00 weekend: week-end",
                "Mon 06 00:00 – Tue 07 00:00 holiday: Lundi de Pâques",
                "Tue 07 00:00 – Tue 07 08:00 night: nuit",
                "Tue 07 08:00 – Tue 07 08:30 open: ouvert",
            ],
            id="Easter Monday is named",
        ),
        pytest.param(
            HOURS,
            "2026-04-30 18:00",
            hm(1),
            [
                "Thu 30 18:00 – Thu 30 18:30 open: ouvert",
                "Thu 30 18:30 – Fri 01 00:00 night: nuit",
                "Fri 01 00:00 – Sat 02 00:00 holiday: Fête du Travail",
                "Sat 02 00:00 – Mon 04 08:00 weekend: week-end",
                "Mon 04 08:00 – Mon 04 08:30 open: ouvert",
            ],
            id="1 May before a week-end",
        ),
        pytest.param(
            HOURS,
            "2026-08-14 18:00",
            hm(1),
            [
                "Fri 14 18:00 – Fri 14 18:30 open: ouvert",
                "Fri 14 18:30 – Mon 17 08:00 weekend: week-end",
                "Mon 17 08:00 – Mon 17 08:30 open: ouvert",
            ],
            id="a holiday on a Saturday closes nothing",
        ),
        pytest.param(
            OWN,
            "2026-05-13 18:00",
            hm(1),
            [
                "Wed 13 18:00 – Wed 13 18:30 open: ouvert",
                "Wed 13 18:30 – Thu 14 00:00 night: nuit",
                "Thu 14 00:00 – Fri 15 00:00 holiday: Ascension",
                "Fri 15 00:00 – Sat 16 00:00 closed: fermé",
                "Sat 16 00:00 – Mon 18 08:00 weekend: week-end",
                "Mon 18 08:00 – Mon 18 08:30 open: ouvert",
            ],
            id="a bridge day of the shop's own is closed",
        ),
        pytest.param(
            contract_hours(week=dict.fromkeys(range(5), LUNCH_DAY)),
            "2026-11-23 12:00",
            hm(6),
            [
                "Mon 23 12:00 – Mon 23 12:30 open: ouvert",
                "Mon 23 12:30 – Mon 23 13:30 pause: pause",
                "Mon 23 13:30 – Mon 23 18:30 open: ouvert",
                "Mon 23 18:30 – Tue 24 08:00 night: nuit",
                "Tue 24 08:00 – Tue 24 08:30 open: ouvert",
            ],
            id="lunch is a pause",
        ),
        pytest.param(
            contract_hours(week=dict.fromkeys(range(5), LUNCH_DAY)),
            "2026-11-23 13:00",
            hm(1),
            ["Mon 23 13:00 – Mon 23 13:30 pause: pause", "Mon 23 13:30 – Mon 23 14:30 open: ouvert"],
            id="it may begin during lunch",
        ),
        pytest.param(
            SATURDAYS,
            "2026-11-27 18:00",
            hm(4),
            [
                "Fri 27 18:00 – Fri 27 18:30 open: ouvert",
                "Fri 27 18:30 – Sat 28 09:00 night: nuit",
                "Sat 28 09:00 – Sat 28 12:00 open: ouvert",
                "Sat 28 12:00 – Mon 30 08:00 weekend: week-end",
                "Mon 30 08:00 – Mon 30 08:30 open: ouvert",
            ],
            id="an open Saturday shortens the week-end",
        ),
        pytest.param(
            NO_WEDNESDAY,
            "2026-11-24 18:00",
            hm(1),
            [
                "Tue 24 18:00 – Tue 24 18:30 open: ouvert",
                "Tue 24 18:30 – Wed 25 00:00 night: nuit",
                "Wed 25 00:00 – Thu 26 00:00 closed: fermé",
                "Thu 26 00:00 – Thu 26 08:00 night: nuit",
                "Thu 26 08:00 – Thu 26 08:30 open: ouvert",
            ],
            id="a weekday without hours is closed",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-12-24 11:30",
            hm(1),
            [
                "Thu 24 11:30 – Thu 24 12:00 open: ouvert",
                "Thu 24 12:00 – Thu 24 18:30 closed: fermé",
                "Thu 24 18:30 – Fri 25 00:00 night: nuit",
                "Fri 25 00:00 – Sat 26 00:00 holiday: Noël",
                "Sat 26 00:00 – Mon 28 08:00 weekend: week-end",
                "Mon 28 08:00 – Mon 28 08:30 open: ouvert",
            ],
            id="24 December until noon",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-11-23 18:30",
            hm(5),
            [
                "Mon 23 18:30 – Tue 24 08:00 night: nuit",
                "Tue 24 08:00 – Tue 24 10:00 closed: fermé",
                "Tue 24 10:00 – Tue 24 12:00 open: ouvert",
                "Tue 24 12:00 – Tue 24 14:00 pause: pause",
                "Tue 24 14:00 – Tue 24 16:00 open: ouvert",
                "Tue 24 16:00 – Tue 24 18:30 closed: fermé",
                "Tue 24 18:30 – Wed 25 08:00 night: nuit",
                "Wed 25 08:00 – Wed 25 09:00 open: ouvert",
            ],
            id="a day that begins late and ends early",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-11-24 17:00",
            hm(0),
            ["Tue 24 17:00 – Tue 24 18:30 closed: fermé", "Tue 24 18:30 – Wed 25 08:00 night: nuit"],
            id="after an early closing, nothing added",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-11-24 09:00",
            hm(1),
            ["Tue 24 09:00 – Tue 24 10:00 closed: fermé", "Tue 24 10:00 – Tue 24 11:00 open: ouvert"],
            id="before a late opening",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-11-24 22:00",
            hm(1),
            ["Tue 24 22:00 – Wed 25 08:00 night: nuit", "Wed 25 08:00 – Wed 25 09:00 open: ouvert"],
            id="late in the evening of a short day it is night",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-11-25 18:30",
            hm(1),
            [
                "Wed 25 18:30 – Thu 26 00:00 night: nuit",
                "Thu 26 00:00 – Fri 27 00:00 closed: fermé",
                "Fri 27 00:00 – Fri 27 08:00 night: nuit",
                "Fri 27 08:00 – Fri 27 09:00 open: ouvert",
            ],
            id="a date with empty special hours is closed",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-11-28 11:00",
            hm(2),
            [
                "Sat 28 11:00 – Sat 28 12:00 open: ouvert",
                "Sat 28 12:00 – Mon 30 08:00 weekend: week-end",
                "Mon 30 08:00 – Mon 30 09:00 open: ouvert",
            ],
            id="a Saturday opened for once",
        ),
        pytest.param(
            SHORT_DAYS,
            "2026-12-01 18:30",
            hm(14),
            [
                "Tue 01 18:30 – Wed 02 07:00 night: nuit",
                "Wed 02 07:00 – Wed 02 20:00 open: ouvert",
                "Wed 02 20:00 – Thu 03 08:00 night: nuit",
                "Thu 03 08:00 – Thu 03 09:00 open: ouvert",
            ],
            id="a longer day has a shorter night",
        ),
        pytest.param(
            LATE,
            "2026-11-23 23:00",
            hm(4),
            [
                "Mon 23 23:00 – Tue 24 02:00 open: ouvert",
                "Tue 24 02:00 – Tue 24 14:00 pause: pause",
                "Tue 24 14:00 – Tue 24 15:00 open: ouvert",
            ],
            id="open over midnight is one segment",
        ),
        pytest.param(
            LATE_SHORT,
            "2026-11-23 19:00",
            hm(1),
            ["Mon 23 19:00 – Mon 23 20:00 open: ouvert"],
            id="it ends at closing, and nothing follows",
        ),
        pytest.param(
            LATE_SHORT,
            "2026-11-23 21:00",
            hm(0),
            ["Mon 23 21:00 – Sat 28 00:00 closed: fermé", "Sat 28 00:00 – Mon 30 14:00 weekend: week-end"],
            id="an evening that usually lasts until midnight",
        ),
        pytest.param(HOURS, "2026-11-23 10:00", hm(0), [], id="nothing added while open has nothing to tell"),
        pytest.param(
            HOURS,
            "2026-11-28 10:00",
            hm(0),
            ["Sat 28 10:00 – Mon 30 08:00 weekend: week-end"],
            id="nothing added on Saturday tells the wait",
        ),
        pytest.param(
            HOURS,
            "2026-11-29 10:00",
            hm(0),
            ["Sun 29 10:00 – Mon 30 08:00 weekend: week-end"],
            id="from Sunday the week-end lasts until Monday's opening",
        ),
        pytest.param(
            HOURS,
            "2026-11-30 06:00",
            hm(1),
            ["Mon 30 06:00 – Mon 30 08:00 night: nuit", "Mon 30 08:00 – Mon 30 09:00 open: ouvert"],
            id="early on Monday it is night",
        ),
    ],
)
def test_segments(hours: BusinessHours, start: str, duration: timedelta, expected: list[str]) -> None:
    assert told(hours, start, duration) == expected


def test_a_closing_date_without_a_name_is_closed() -> None:
    assert told(contract_hours(closed_on={day("2026-11-24")}), "2026-11-24 10:00", hm(0)) == [
        "Tue 24 10:00 – Wed 25 00:00 closed: fermé",
        "Wed 25 00:00 – Wed 25 08:00 night: nuit",
    ]


def test_the_whole_explanation() -> None:
    assert HOURS.explain(datetime(2026, 11, 23, 17, tzinfo=UTC), hm(0, 30)) == Explanation(
        start=paris("2026-11-23 18:00"),
        due_at=paris("2026-11-23 18:30"),
        counted=hm(0, 30),
        segments=(Segment(paris("2026-11-23 18:00"), paris("2026-11-23 18:30"), Kind.OPEN, "ouvert"),),
    )


@pytest.mark.parametrize(
    ("friday", "length"),
    [pytest.param("2026-03-27", hm(60, 30), id="March"), pytest.param("2026-10-23", hm(62, 30), id="October")],
)
def test_a_week_end_on_which_the_clock_changes_has_its_real_length(friday: str, length: timedelta) -> None:
    week_end = HOURS.explain(paris(f"{friday} 18:00"), hm(1)).segments[1]
    assert (week_end.kind, week_end.length) == (Kind.WEEKEND, length)


def test_a_skipped_date_has_no_segment() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011, a Saturday
    hours = BusinessHours(WEEK, zone=apia)
    told = hours.explain(datetime(2011, 12, 29, 18, tzinfo=apia), hm(1)).segments
    assert [(segment.kind, segment.from_at.day, segment.to_at.day) for segment in told] == [
        (Kind.OPEN, 29, 29),
        (Kind.WEEKEND, 29, 2),
        (Kind.OPEN, 2, 2),
    ]


def test_around_the_clock_every_day_is_one_segment() -> None:
    always = BusinessHours(dict.fromkeys(range(7), WHOLE_DAY), zone=PARIS)
    assert told(always, "2026-11-23 12:00", hm(72)) == ["Mon 23 12:00 – Thu 26 12:00 open: ouvert"]
