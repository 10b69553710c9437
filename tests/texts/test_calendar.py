"""The calendar file of a "13-14" session, read back as a calendar would (RFC 5545)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.meetings import Meeting
from bot.texts.calendar import calendar_file

CREATED = datetime(2026, 11, 23, 9, tzinfo=UTC)
MEETING = Meeting(7, datetime(2026, 11, 27, 12, tzinfo=UTC), "https://zoom.us/j/123?pwd=a,b;c", CREATED)


def fields(text: str) -> dict[str, str]:
    """The unfolded lines by name, their escapes resolved where they are texts."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    found = dict(line.split(":", 1) for line in lines if not line.startswith(("BEGIN", "END")))
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        found[name] = found[name].replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n").replace("\\\\", "\\")
    return found


def test_a_session_is_one_event_of_an_hour() -> None:
    text = calendar_file(MEETING, shop="Atelier", now=CREATED)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT\r\n") == 1
    assert fields(text) == {
        "VERSION": "2.0",
        "PRODID": "-//Permanence//13-14//FR",
        "METHOD": "PUBLISH",
        "UID": "13-14-7-20261123T090000Z@permanence",
        "DTSTAMP": "20261123T090000Z",
        "SEQUENCE": "0",
        "DTSTART": "20261127T120000Z",
        "DTEND": "20261127T130000Z",
        "SUMMARY": "Session 13-14 · Atelier",
        "LOCATION": "https://zoom.us/j/123?pwd=a,b;c",
        "DESCRIPTION": "Lien de la visio : https://zoom.us/j/123?pwd=a,b;c",
        "URL": "https://zoom.us/j/123?pwd=a,b;c",
        "STATUS": "CONFIRMED",
    }


def test_a_later_version_has_the_same_uid_and_a_higher_sequence() -> None:
    first = fields(calendar_file(MEETING, shop="", now=CREATED))
    moved = replace(MEETING, link="https://zoom.us/j/9", cancelled_at=CREATED)
    later = fields(calendar_file(moved, shop="", now=CREATED + timedelta(seconds=90)))
    assert later["UID"] == first["UID"]
    assert (first["SEQUENCE"], later["SEQUENCE"]) == ("0", "90")
    assert (later["METHOD"], later["STATUS"], later["SUMMARY"]) == ("CANCEL", "CANCELLED", "Session 13-14")


def test_texts_are_escaped_and_the_url_is_not() -> None:
    text = calendar_file(MEETING, shop="A; B, C\\D\r\nE", now=CREATED).replace("\r\n ", "")
    assert "SUMMARY:Session 13-14 · A\\; B\\, C\\\\D\\nE\r\n" in text
    assert "LOCATION:https://zoom.us/j/123?pwd=a\\,b\\;c\r\n" in text
    assert "URL:https://zoom.us/j/123?pwd=a,b;c\r\n" in text


def test_lines_are_folded_at_75_octets_and_no_character_is_split() -> None:
    for length in range(60, 160):
        shop = "é" * length
        lines = calendar_file(MEETING, shop=shop, now=CREATED).encode().split(b"\r\n")
        assert max(len(line) for line in lines) <= 75
        for line in lines:
            line.decode()
        assert fields(calendar_file(MEETING, shop=shop, now=CREATED))["SUMMARY"] == f"Session 13-14 · {shop}"


def test_a_line_of_75_octets_is_not_folded() -> None:
    shop = "a" * (75 - len("SUMMARY:Session 13-14 · ".encode()))
    assert f"\r\nSUMMARY:Session 13-14 · {shop}\r\n" in calendar_file(MEETING, shop=shop, now=CREATED)
    assert f"\r\nSUMMARY:Session 13-14 · {shop}\r\n b\r\n" in calendar_file(MEETING, shop=shop + "b", now=CREATED)
