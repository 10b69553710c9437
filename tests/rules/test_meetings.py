"""The "13-14" sessions (C29): when they are, when their reminder is due, which link leads there."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.rules.business_hours import BusinessHours
from bot.rules.meetings import LONGEST_LINK, read_link, reminder_at, starts_at
from tests.rules.calendars import PARIS, contract_hours, day, paris


@pytest.mark.parametrize(
    ("on", "zone", "expected"),
    [
        pytest.param("2026-11-27", "Europe/Paris", "2026-11-27 12:00", id="in winter 13:00 in Paris is 12:00 UTC"),
        pytest.param("2026-07-03", "Europe/Paris", "2026-07-03 11:00", id="in summer it is 11:00"),
        pytest.param("2026-07-03", "Indian/Reunion", "2026-07-03 09:00", id="in Réunion it is 09:00"),
    ],
)
def test_a_session_begins_at_13_in_the_office_zone(on: str, zone: str, expected: str) -> None:
    assert starts_at(day(on), ZoneInfo(zone)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


MORNING = ((time(8), time(12, 30)), (time(13, 30), time(18, 30)))


@pytest.mark.parametrize(
    ("windows", "on", "expected"),
    [
        pytest.param(MORNING, "2026-11-27", "2026-11-27 08:00", id="at the first opening of two"),
        pytest.param(((time(12, 59), time(18)),), "2026-11-27", "2026-11-27 12:59", id="a minute before"),
        pytest.param(((time(13), time(18)),), "2026-11-27", "2026-11-27 11:00", id="open from 13:00: two hours before"),
        pytest.param(((time(14), time(18)),), "2026-11-27", "2026-11-27 11:00", id="open later: two hours before"),
        pytest.param(MORNING, "2026-11-28", "2026-11-28 11:00", id="a Saturday: two hours before"),
    ],
)
def test_the_reminder_is_due_at_the_opening(windows: tuple[tuple[time, time], ...], on: str, expected: str) -> None:
    hours = BusinessHours({4: windows}, zone=PARIS)
    assert reminder_at(starts_at(day(on), PARIS), hours) == paris(expected)


def test_on_a_public_holiday_the_reminder_is_due_two_hours_before() -> None:
    assert reminder_at(starts_at(day("2026-11-11"), PARIS), contract_hours()) == paris("2026-11-11 11:00")


LONG = "https://zoom.us/" + "a" * (LONGEST_LINK - len("https://zoom.us/"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("https://zoom.us/j/123", "https://zoom.us/j/123", id="a plain one"),
        pytest.param("HTTPS://us02.Zoom.us/j/8?pwd=aB-c.1~", "HTTPS://us02.Zoom.us/j/8?pwd=aB-c.1~", id="a password"),
        pytest.param("https://zoom.us/j/123.", "https://zoom.us/j/123", id="a full stop behind it"),
        pytest.param("https://zoom.us", "https://zoom.us", id="a host alone"),
        pytest.param("https://zoom.us?j=1", "https://zoom.us?j=1", id="a query alone"),
        pytest.param("https://zoom.us:8443/j/1", "https://zoom.us:8443/j/1", id="a port"),
        pytest.param(LONG, LONG, id="200 characters"),
        pytest.param(LONG + "a", None, id="201 characters"),
        pytest.param("http://zoom.us/j/123", None, id="not https"),
        pytest.param("zoom.us/j/123", None, id="no scheme"),
        pytest.param("https://localhost/j/1", None, id="a host without a dot"),
        pytest.param("https://-zoom.us/j/1", None, id="a host that begins with a dash"),
        pytest.param("https://moi:mot@zoom.us/j/1", None, id="a user in it"),
        pytest.param("https://zoom.us/j/1 2", None, id="a space in it"),
        pytest.param("https://zoom.us/réunion", None, id="an accent in it"),
        pytest.param('https://zoom.us/"x"', None, id="a quote in it"),
        pytest.param("https://", None, id="nothing behind the scheme"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_link_is_whole_and_https(typed: str, expected: str | None) -> None:
    assert read_link(typed) == expected
