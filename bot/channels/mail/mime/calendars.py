"""The answer to an appointment: the few lines of a calendar part that say who comes. Pure and total."""

import re
from dataclasses import dataclass

from bot.channels.mail.mime.people import mail_address
from bot.domain.addresses import Address
from bot.domain.mails import Attendance

MAX_CALENDAR = 100_000
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Z-]{1,30})((?:;[^\n:\"]{0,300}+(?:\"[^\n\"]{0,300}+\")?+)*+):([^\n]*)", re.IGNORECASE)
_STATE = re.compile(r";PARTSTAT=\"?([A-Z-]{1,20})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """An answer to the appointment `uid`; its sender is the mail's, `attendee` is whom the calendar names."""

    uid: str
    attendance: Attendance
    attendee: Address | None


def calendar_reply(text: str) -> CalendarReply | None:
    """The answer that a calendar holds; None for an invitation, a cancellation or what is no calendar."""
    lines = [(found[1], found[2], found[3]) for found in map(_LINE.fullmatch, _unfolded(text)) if found]
    method = _value(lines, "METHOD").strip().upper()
    if method not in ("REPLY", "COUNTER"):
        return None
    settings, who = next(((settings, value) for name, settings, value in lines if name.upper() == "ATTENDEE"), ("", ""))
    state = _STATE.search(settings)
    said = Attendance.COUNTERED if method == "COUNTER" else _attendance(state[1] if state else "")
    return CalendarReply(_value(lines, "UID").strip()[:255], said, mail_address(who))


def _unfolded(text: str) -> list[str]:
    return _FOLD.sub("", text[:MAX_CALENDAR]).splitlines()


def _value(lines: list[tuple[str, str, str]], wanted: str) -> str:
    return next((value for name, _, value in lines if name.upper() == wanted), "")


def _attendance(state: str) -> Attendance:
    return next((each for each in Attendance if each.value.upper() == state.upper()), Attendance.UNKNOWN)
