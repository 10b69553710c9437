"""What a month of an office should tell, without a word of the rules' own code: it walks along the ticks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
OPENS, CLOSES = time(8, 0), time(18, 30)
HOLIDAYS = {
    *(date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14), date(2026, 5, 25)),
    *(date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1)),
}
STARTS = (date(2026, 3, 16), date(2026, 4, 20), date(2026, 10, 12), date(2026, 12, 14))
"""Months with both changes of the clock, Easter Monday, the three holidays of May, Christmas."""

DAYS = 30
TICKETS = 20
HOURS = {"50": 24.0, "75": 36.0, "90": 43.2, "breach": 48.0}
"""Business hours from the receipt to each milestone (C15, C17)."""

ORDER = (*HOURS, "daily")
GRACE = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
DIGEST_ABOVE = 5

Span = tuple[datetime, datetime]


class Calendar:
    """The office days of a month and what follows, written down one by one."""

    def __init__(self, start: date) -> None:
        days = [start + timedelta(days=nth) for nth in range(DAYS * 3)]
        self.open_days = [on for on in days if on.weekday() < 5 and on not in HOLIDAYS]
        self.windows = [(in_paris(on, OPENS), in_paris(on, CLOSES)) for on in self.open_days]

    def after(self, start: datetime, hours: float) -> datetime:
        """So many business hours later; one that ends at closing ends there."""
        left = timedelta(hours=hours)
        for opening, closed_at in self.windows:
            begins = max(start, opening)
            if begins < closed_at and left <= closed_at - begins:
                return begins + left
            left -= max(closed_at - begins, timedelta(0))
        raise AssertionError("the calendar is too short")

    def may_tell(self, now: datetime, due_at: datetime) -> bool:
        """Within office hours, or a little after the closing at which it is due."""
        is_open = any(opening <= now < closed_at for opening, closed_at in self.windows)
        return is_open or any(closed_at == due_at and due_at <= now <= due_at + GRACE for _, closed_at in self.windows)

    def next_morning(self, now: datetime) -> datetime:
        return next(opening for opening, _ in self.windows if opening > now)


@dataclass(frozen=True)
class Call:
    """A client writes, and is recontacted, or not. `taken_in_at`: when the program hears of it."""

    received_at: datetime
    taken_in_at: datetime
    recontacted_at: datetime | None


@dataclass
class Plan:
    """What happens in a month: who writes when, when the program is down, and when it ticks."""

    calendar: Calendar
    calls: list[Call] = field(default_factory=list)
    outages: list[Span] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)

    def is_down(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.outages)

    def expected(self) -> list[tuple[int, datetime, str]]:
        """(ticket, instant, milestone) of every reminder, in their order."""
        return sorted(
            (number, at, name)
            for number, call in enumerate(self.calls, start=1)
            for at, name in expected(call, self.ticks, self.calendar)
        )


def expected(call: Call, ticks: Iterable[datetime], calendar: Calendar) -> Iterator[tuple[datetime, str]]:
    """What is told of one ticket, and at which tick: of what has come due the highest, and never what stands below."""
    due = {name: calendar.after(call.received_at, hours) for name, hours in HOURS.items()}
    for now in ticks:
        if now < call.taken_in_at or (call.recontacted_at is not None and now >= call.recontacted_at):
            continue
        passed = [name for name, at in due.items() if calendar.may_tell(now, at) and at <= now]
        if not passed:
            continue
        told = max(passed, key=ORDER.index)
        yield now, told
        due = {name: at for name, at in due.items() if ORDER.index(name) > ORDER.index(told)}
        if told in ("breach", "daily"):
            due["daily"] = calendar.next_morning(now)


def plan_month(dice: Random) -> Plan:
    """Twenty clients, a few outages, and ticks around every instant that matters and at many that do not."""
    start = dice.choice(STARTS)
    first = in_paris(start, time(0))
    last = first + timedelta(days=DAYS)
    plan = Plan(Calendar(start))
    for _ in range(dice.randint(2, 6)):
        plan.outages.append(_some_outage(dice, plan.calendar, first, last))
    plan.outages = list(_merged(plan.outages))
    ends = [end for _, end in plan.outages]
    for _ in range(TICKETS):
        received_at = _some_receipt(dice, plan.calendar, first, last - timedelta(days=8))
        taken_in_at = next((end for start, end in plan.outages if start <= received_at < end), received_at)
        plan.calls.append(Call(received_at, taken_in_at, _some_recontact(dice, plan, taken_in_at)))
    plan.calls.sort(key=lambda call: (call.taken_in_at, call.received_at))
    marks = [plan.calendar.after(call.received_at, hours) for call in plan.calls for hours in HOURS.values()]
    marks += [instant for window in plan.calendar.windows for instant in window if instant < last] + ends
    around = [mark + timedelta(seconds=dice.uniform(0.001, 5)) for mark in marks] + [mark - SECOND for mark in marks]
    anywhen = [_some_instant(dice, first, last) for _ in range(60)]
    plan.ticks = sorted({tick for tick in around + anywhen if tick < last and not plan.is_down(tick)})
    return plan


def in_paris(on: date, hour: time) -> datetime:
    """An instant of the office's clock."""
    return datetime.combine(on, hour, tzinfo=PARIS).astimezone(UTC)


def _some_instant(dice: Random, first: datetime, last: datetime) -> datetime:
    return first + timedelta(microseconds=dice.randrange((last - first) // timedelta(microseconds=1)))


def _some_outage(dice: Random, calendar: Calendar, first: datetime, last: datetime) -> Span:
    """Of minutes or of days; one in four ends a little after a closing, when little may still be said."""
    down_at = _some_instant(dice, first, last)
    up_at = down_at + timedelta(minutes=10 ** dice.uniform(0.5, 3.7))
    if dice.random() < 0.25:
        up_at = next(closed_at for _, closed_at in calendar.windows if closed_at > up_at) + GRACE * dice.random()
    return down_at, up_at


def _some_receipt(dice: Random, calendar: Calendar, first: datetime, last: datetime) -> datetime:
    """At any instant, or at one whose half, three quarters, nine tenths or end is a closing: the hard ones."""
    if dice.random() < 0.7:
        return _some_instant(dice, first, last)
    opening = dice.choice([opening for opening, _ in calendar.windows if opening < last - timedelta(days=1)])
    return opening + timedelta(hours=dice.choice([7.5, 6.0, 9.3, 4.5, 0.0, 10.5]))


def _some_recontact(dice: Random, plan: Plan, taken_in_at: datetime) -> datetime | None:
    at = taken_in_at + timedelta(days=10 ** dice.uniform(-1.5, 1.4))
    return None if dice.random() < 0.2 or plan.is_down(at) else at


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in sorted(spans):
        if current is not None and start <= current[1]:
            current = current[0], max(end, current[1])
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current
