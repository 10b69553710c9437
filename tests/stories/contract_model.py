"""What the contract says of units and periods, in dates and dicts (C7-C13, C19-C21). Nothing of the program is used."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)

Place = tuple[int, int]
"""A contract and the number of its period."""

Stretches = tuple[tuple[datetime, datetime], ...]


def later(on: date, years: int) -> date:
    """The same day so many years on; 1 March for a 29 February that there is not."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return date(on.year + years, 3, 1)


def month_away(on: date, months: int) -> date:
    """The same day so many months away, or the last day of a shorter month."""
    year, month = on.year, on.month + months
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    day = on.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def slices(stretches: Stretches, *, each: bool = False) -> int:
    """Quarters of an hour, any started one due, one at least; rounded once, or each stretch by itself."""
    if each:
        return sum(slices((stretch,)) for stretch in stretches)
    worked = sum((end - start for start, end in stretches), timedelta(0))
    count = 1
    while timedelta(minutes=15) * count < worked:
        count += 1
    return count


@dataclass
class Agreement:
    """A contract: who holds it, its days, and what was agreed of it, in the order it was written down."""

    client: int
    starts_on: date
    units: int
    ends_on: date | None = None
    agreed: list[tuple[date, str, str]] = field(default_factory=list)
    paid: Counter[int] = field(default_factory=Counter)

    def period(self, nth: int) -> tuple[date, date]:
        """Twelve months, both days counted; every anniversary is one of the first start (C19)."""
        return later(self.starts_on, nth - 1), later(self.starts_on, nth) - DAY

    def nth_on(self, on: date) -> int:
        nth = 1
        while self.period(nth)[1] < on:
            nth += 1
        return nth

    def covers(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)

    def term(self, name: str, on: date) -> str | None:
        """What was agreed otherwise by that day: from the latest day on, of one day's the last one written."""
        said = [(from_on, place, value) for place, (from_on, its, value) in enumerate(self.agreed) if its == name]
        return max((each for each in said if each[0] <= on), default=(None, 0, None))[2]

    def allowance(self, nth: int, today: date) -> int:
        """The package of a period as it stands today, or stood on its last day (C10)."""
        agreed = self.term("allowance_units", min(max(today, self.period(nth)[0]), self.period(nth)[1]))
        return self.units if agreed is None else int(agreed)

    def give_notice(self, received_on: date) -> date:
        """The last day, after a letter received that day (C21): three months before an anniversary, or the next one."""
        nth = self.nth_on(received_on)
        if received_on > month_away(self.period(nth)[1] + DAY, -3):
            nth += 1
        return self.period(nth)[1]


@dataclass(frozen=True)
class Job:
    """A ticket and its intervention; `units`, `why` and `place` are as they were when it was last closed."""

    client: int | None
    asked_on: date
    stretches: Stretches = ()
    outcome: str = ""
    under: int | None = None  # the job whose guarantee was said to cover it
    is_open: bool = True
    units: int = 0
    why: str = ""
    place: Place | None = None

    @property
    def began_on(self) -> date:
        started_at = min((start for start, _ in self.stretches), default=None)
        return started_at.astimezone(PARIS).date() if started_at else self.asked_on

    @property
    def ended_on(self) -> date:
        return max(end for _, end in self.stretches).astimezone(PARIS).date()


class Model:
    """Clients, contracts, jobs; and what was used of each period at every moment that was noted."""

    def __init__(self) -> None:
        self.is_group: dict[int, bool] = {}
        self.agreements: dict[int, Agreement] = {}
        self.jobs: dict[int, Job] = {}
        self.used_at: list[tuple[datetime, Counter[Place]]] = []

    def agreement_on(self, client: int | None, on: date) -> int | None:
        return next((key for key, its in self.agreements.items() if its.client == client and its.covers(on)), None)

    def judge(self, job: Job) -> Job:
        """What a job comes to by everything that is known now."""
        key = self.agreement_on(job.client, job.began_on)
        its = self.agreements[key] if key is not None else None
        place = (key, its.nth_on(job.began_on)) if key is not None and its is not None else None
        why = self._why(job, its)
        each = its is not None and its.term("rounding", job.began_on) == "sitting"
        units = slices(job.stretches, each=each) if why == "counted" and job.stretches else 0
        return replace(job, units=units, why=why, place=place)

    def _why(self, job: Job, its: Agreement | None) -> str:
        if job.outcome != "resolved":
            return job.outcome
        if job.under is not None and job.client is not None and self.jobs[job.under].client == job.client:
            return "under_guarantee"
        if job.client is None or its is None:
            return "not_covered"
        agreed = its.term("counted", job.began_on)
        if self.is_group[job.client] if agreed is None else agreed == "yes":
            return "counted"
        return "uncounted_contract" if self.is_group[job.client] else "individual_contract"

    def close(self, number: int, job: Job) -> Job:
        self.jobs[number] = self.judge(replace(job, is_open=False))
        return self.jobs[number]

    def move(self, number: int, client: int) -> None:
        """To another client; what was closed is counted there (C3), and its guarantees are left behind (C9)."""
        if self.jobs[number].client is not None:
            for other, job in self.jobs.items():
                if not job.is_open and job.under == number and job.client == self.jobs[number].client:
                    self.jobs[other] = self.judge(replace(job, under=None))
            self.jobs[number] = replace(self.jobs[number], under=None)
        moved = replace(self.jobs[number], client=client)
        self.jobs[number] = moved if moved.is_open else self.judge(moved)

    def recount(self, client: int, since: date) -> None:
        """What began from then on is judged anew: a contract that covers it was signed (C13)."""
        for number, job in self.jobs.items():
            if job.client == client and not job.is_open and job.began_on >= since:
                self.jobs[number] = self.judge(job)

    def guarantees(self, number: int) -> set[int]:
        """The jobs of the same client done in the month before it was asked for (C9), to the day one month later."""
        job = self.jobs[number]
        return {
            other
            for other, past in self.jobs.items()
            if other != number and past.client == job.client is not None and not past.is_open and past.stretches
            and past.outcome in ("resolved", "failed", "vendor_fault")
            and min(past.stretches)[0] <= min(job.stretches)[0]
            and past.ended_on <= job.began_on
            and min(job.asked_on, job.began_on) <= month_away(past.ended_on, 1)
        }  # fmt: skip

    def used(self) -> Counter[Place]:
        """What is taken from each period: of a reopened job, what its last closing took (C7)."""
        used: Counter[Place] = Counter()
        for job in self.jobs.values():
            if job.place is not None:
                used[job.place] += job.units
        return used

    def note(self, now: datetime) -> None:
        self.used_at.append((now, self.used()))

    def outdated(self) -> set[int]:
        """Closed jobs that would be decided otherwise today: the file has changed since, or their guarantee's job."""
        return {
            number
            for number, job in self.jobs.items()
            if not job.is_open and job.client is not None
            and (self.judge(job) != job or (job.why == "under_guarantee" and not self._still_guaranteed(job)))
        }  # fmt: skip

    def _still_guaranteed(self, job: Job) -> bool:
        assert job.under is not None
        past = self.jobs[job.under]
        return bool(past.stretches) and past.ended_on <= job.began_on <= month_away(past.ended_on, 1)
