"""The two readings of "48 heures ouvrées" side by side (C15), computed by the rule itself.

`python -m tools.readings > docs/two-readings.md` writes the page anew; a test says when it is no longer what the rule
gives.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.rules.business_hours import BusinessHours
from bot.rules.public_holidays import closing_dates
from bot.rules.recontact import Reading, deadline

PARIS = ZoneInfo("Europe/Paris")
RECEIPTS = (
    ("2026-11-23 08:00", "at the opening: the example of C15"),
    ("2026-11-23 07:59", "a minute before it: the clock waits for the opening"),
    ("2026-11-25 11:15", "in the middle of a week"),
    ("2026-11-20 16:00", "on a Friday afternoon"),
    ("2026-11-20 18:29", "in the last minute of the week"),
    ("2026-11-20 18:30", "exactly at closing: the office is closed"),
    ("2026-11-20 20:00", "on a Friday evening"),
    ("2026-11-22 10:00", "on a Sunday"),
    ("2026-04-02 12:30", "before Easter Monday: one ends exactly at closing, and is due then"),
    ("2026-04-03 17:00", "on Good Friday, an office day outside Alsace and Moselle"),
    ("2026-04-30 17:00", "on the eve of 1 May"),
    ("2026-05-01 10:00", "on 1 May itself, a Friday"),
    ("2026-05-13 09:00", "on the eve of Ascension Day"),
    ("2026-07-13 14:00", "on the eve of 14 July"),
    ("2026-12-24 15:00", "on Christmas Eve"),
    ("2026-12-31 18:00", "on New Year’s Eve"),
    ("2026-03-27 17:00", "before the clock goes forward"),
    ("2026-10-23 17:00", "before the clock goes back"),
)
"""On the clock in Paris, and why each is told."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HEAD = """\
# Two readings of 48 business hours

The contract has the client recontacted “within 48 business hours” (C15), and the words are read in two ways. The
program carries out either, by `PERMANENCE_RECONTACT_READING`:

- `office-hours`, the default: hours in which the office is open (Monday to Friday, 08:00 to 18:30, without the public
  holidays of France). 48 of them are four office days and six hours.
- `working-days`: hours of working days, counted around the clock. 48 of them are two working days.

In both, the clock starts on receipt, or at the next opening when the office is closed. The same receipts, as
`bot/rules/recontact.py:deadline` computes them (`python -m tools.readings` writes this page, and a test holds it
against the rule):

| received | | the clock starts | `office-hours`: due | `working-days`: due |
|---|---|---|---|---|
"""


def page() -> str:
    """The page, as Markdown."""
    hours = BusinessHours(
        dict.fromkeys(range(5), ((time(8), time(18, 30)),)), zone=PARIS, closed_on=closing_dates("FR")
    )
    return _HEAD + "".join(_row(datetime.fromisoformat(at).replace(tzinfo=PARIS), why, hours) for at, why in RECEIPTS)


def main() -> None:
    print(page(), end="")


def _row(received_at: datetime, why: str, hours: BusinessHours) -> str:
    office, working = (deadline(received_at, hours=hours, reading=reading) for reading in Reading)
    cells = [_moment(received_at), why, _moment(office.starts_at), _moment(office.due_at), _moment(working.due_at)]
    return f"| {' | '.join(cells)} |\n"


def _moment(at: datetime) -> str:
    return f"{_DAYS[at.weekday()]} {at:%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    main()
