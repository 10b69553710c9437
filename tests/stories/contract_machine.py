"""Contracts, work and corrections in any order, held against the plain model after each step (C7-C13, C19-C24)."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.domain.desk import Verb
from bot.domain.interventions import LedgerLine
from bot.domain.tickets import Outcome
from tests.stories.contract_model import DAY, PARIS, Agreement, Job, Model, Place, Stretches, month_away
from tests.stories.contract_office import ContractOffice

STEPS_A_RUN = 60
PRICE = 33_000

MORNINGS = ("2024-02-29", "2026-11-23", "2027-03-01", "2028-02-29", "2029-02-28", "2032-02-28")
FIRST_DAYS = st.sampled_from(["2024-02-29", "2025-03-01", "2026-03-01", "2025-08-31", "2026-01-30"]).map(
    date.fromisoformat
)
WHICH = st.integers(0, 1000)
SECONDS = st.sampled_from([0, 1, 299, 300, 899, 900, 901, 1320, 1800, 1801, 5400]) | st.integers(0, 14_400)
SITTINGS = st.lists(st.tuples(SECONDS, st.integers(0, 200_000)), min_size=1, max_size=3)
OUTCOMES = st.sampled_from([Outcome.RESOLVED] * 6 + [each for each in Outcome if each is not Outcome.RESOLVED])
AGO = st.integers(0, 4 * 86_400) | st.integers(0, 1300 * 86_400)
EDGE = st.sampled_from([-86_400, -1, 0, 1, 86_399, 86_400])
UNITS = st.integers(0, 30)


class ContractMachine(RuleBasedStateMachine):
    """`office` and `steps` are given by `run_machine`."""

    office: ContractOffice
    steps: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.lines: list[LedgerLine] = []
        self.names = 0
        self.last = ""
        self._stack = ExitStack()

    @initialize(morning=st.sampled_from(MORNINGS), starts_on=FIRST_DAYS, units=UNITS)
    def begin(self, morning: str, starts_on: date, units: int) -> None:
        """A group practice and a professional in their own name, the practice with a contract."""
        self.office.clock.move_to(datetime.fromisoformat(f"{morning}T08:00:00").replace(tzinfo=UTC))
        self._stack.enter_context(self.office.run())
        practice = self._add_client(is_group=True)
        self._add_client(is_group=False)
        self._bring_in(practice, starts_on, units, ends_on=None)

    # What happens

    @precondition(lambda self: len(self.model.is_group) < 5)
    @rule(is_group=st.booleans())
    def add_client(self, is_group: bool) -> None:
        self._add_client(is_group)
        self._agrees("add client")

    @precondition(lambda self: self._free())
    @rule(which=WHICH, days=st.integers(-364, 364) | st.sampled_from([0, 1, -1]), is_leap=st.booleans())
    def sign(self, which: int, days: int, is_leap: bool) -> None:
        """At the desk, from a day around today on, after the last contract's end; on 29 February where that is near."""
        client, free_on = self._pick_free(which)
        starts_on = max(self.today + days * DAY, free_on)
        if is_leap:
            starts_on = next(
                on for on in (starts_on + n * DAY for n in range(366 * 9)) if (on.month, on.day) == (2, 29)
            )
        if starts_on > self.today + 364 * DAY:
            return
        self.office.orders(Verb.CONTRACT, words=f"={client} signer {starts_on:%d/%m/%Y} oui")
        contract, _ = self.office.last_contract(client)
        self.model.agreements[contract] = Agreement(client, starts_on, 12)
        self.model.recount(client, starts_on)
        self._agrees("sign")

    @precondition(lambda self: self._free())
    @rule(which=WHICH, starts_on=FIRST_DAYS, units=UNITS, years=st.integers(0, 3))
    def bring_in(self, which: int, starts_on: date, units: int, years: int) -> None:
        """From before this program: running, or over after so many years."""
        client, free_on = self._pick_free(which)
        starts_on = max(starts_on, free_on)
        ends_on = starts_on.replace(day=28, year=starts_on.year + years) if years else None
        self._bring_in(client, starts_on, units, ends_on)
        self._agrees("bring in")

    @precondition(lambda self: self._living())
    @rule(which=WHICH, units=UNITS, days=st.integers(0, 500), is_first=st.booleans())
    def change_allowance(self, which: int, units: int, days: int, is_first: bool) -> None:
        its = self._pick(which)
        first_on = its.period(self._running(its))[0]
        from_on = first_on if is_first else first_on + days * DAY
        if self._is_refused(its, from_on) or str(units) == (its.term("allowance_units", from_on) or str(its.units)):
            return
        self.office.orders(Verb.TERM, words=f"={its.client} forfait {units} {from_on:%d/%m/%Y} oui")
        its.agreed.append((from_on, "allowance_units", str(units)))
        self._agrees("change allowance")

    @precondition(lambda self: self._living())
    @rule(which=WHICH, days=st.integers(1, 500), is_yes=st.booleans(), is_counted=st.booleans())
    def change_term(self, which: int, days: int, is_yes: bool, is_counted: bool) -> None:
        """Whether it is counted, or how it is rounded, from a day to come on."""
        its = self._pick(which)
        from_on = self.today + days * DAY
        name, words, value = (
            ("counted", "décompte " + ("oui" if is_yes else "non"), "yes" if is_yes else "no")
            if is_counted
            else ("rounding", "arrondi " + ("séance" if is_yes else "ticket"), "sitting" if is_yes else "ticket")
        )
        before = its.term(name, from_on) or ("ticket" if name == "rounding" else None)
        if self._is_refused(its, from_on) or before == value:
            return
        self.office.orders(Verb.TERM, words=f"={its.client} {words} {from_on:%d/%m/%Y} oui")
        its.agreed.append((from_on, name, value))
        self._agrees("change term")

    @precondition(lambda self: self._living(is_endless=True))
    @rule(which=WHICH, days=st.integers(0, 40))
    def give_notice(self, which: int, days: int) -> None:
        its = self._pick(which, is_endless=True)
        received_on = max(its.starts_on, self.today - days * DAY)
        if received_on > self.today or its.give_notice(received_on) < self.today:
            return
        self.office.orders(Verb.NOTICE, words=f"={its.client} {received_on:%d/%m/%Y} oui")
        its.ends_on = its.give_notice(received_on)
        self._agrees("give notice")

    @precondition(lambda self: self._living(is_endless=True))
    @rule(which=WHICH, days=st.integers(0, 200))
    def terminate(self, which: int, days: int) -> None:
        its = self._pick(which, is_endless=True)
        ends_on = max(self.today + days * DAY, its.starts_on)
        if self._is_far_off(ends_on):
            return
        self.office.orders(Verb.TERMINATE, words=f"={its.client} {ends_on:%d/%m/%Y} oui", pressed=True)
        its.ends_on = ends_on
        self._agrees("terminate")

    @precondition(lambda self: self._living())
    @rule(which=WHICH, cents=st.integers(1, 40_000))
    def pay(self, which: int, cents: int) -> None:
        its = self._pick(which)
        nth = self._running(its)
        if not self._is_last(its):
            return  # "période 2" is the last contract's
        self.office.orders(Verb.PAID, words=f"={its.client} période {nth} virement {cents / 100:.2f}".replace(".", ","))
        its.paid[nth] += cents
        self._agrees("pay")

    @rule(which=WHICH, sittings=SITTINGS, ago=AGO, outcome=OUTCOMES, is_nobodys=st.sampled_from([False] * 9 + [True]))
    def work(self, which: int, sittings: list[tuple[int, int]], ago: int, outcome: Outcome, is_nobodys: bool) -> None:
        """A request handled now or long ago, written down with its real times."""
        client = None if is_nobodys else self._client(which)
        self._close_new(client, self._stretches(sittings, self.now - timedelta(seconds=ago)), outcome)
        self._agrees("work")

    @precondition(lambda self: self.model.agreements)
    @rule(which=WHICH, nth=st.integers(1, 5), edge=EDGE, sittings=SITTINGS)
    def work_at_an_anniversary(self, which: int, nth: int, edge: int, sittings: list[tuple[int, int]]) -> None:
        """Begun a second before midnight, at midnight, a second after it."""
        its = list(self.model.agreements.values())[which % len(self.model.agreements)]
        midnight = datetime.combine(its.period(nth)[0], time(0), tzinfo=PARIS).astimezone(UTC)
        self._close_new(its.client, self._stretches(sittings, midnight + timedelta(seconds=edge)), Outcome.RESOLVED)
        self._agrees("work at an anniversary")

    @precondition(lambda self: self._done())
    @rule(which=WHICH, days=st.sampled_from([0, 1, 27, 28, 29, 30, 31, 32]), sittings=SITTINGS, pick=WHICH)
    def work_under_guarantee(self, which: int, days: int, sittings: list[tuple[int, int]], pick: int) -> None:
        """The same problem again: what is proposed is what the contract says, and one of it is chosen (C9)."""
        done = self._done()
        past = self.model.jobs[done[which % len(done)]]
        stretches = self._stretches(sittings, past.stretches[-1][1] + days * DAY)
        number = self._open(past.client, stretches)
        proposed = self.model.guarantees(number)
        assert self.office.guarantees(number) == proposed
        self._close(number, Outcome.RESOLVED, under=sorted(proposed)[pick % len(proposed)] if proposed else None)
        self._agrees("work under guarantee")

    @rule(which=WHICH, sittings=SITTINGS, ago=AGO)
    def leave_open(self, which: int, sittings: list[tuple[int, int]], ago: int) -> None:
        """Worked on, and not closed yet."""
        self._open(self._client(which), self._stretches(sittings, self.now - timedelta(seconds=ago)))
        self._agrees("leave open")

    @precondition(lambda self: self._numbers(is_open=True))
    @rule(which=WHICH, outcome=OUTCOMES)
    def close(self, which: int, outcome: Outcome) -> None:
        self._close(self._number(which, is_open=True), outcome)
        self._agrees("close")

    @precondition(lambda self: self._numbers(is_open=False))
    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        self._reopen(self._number(which, is_open=False))
        self._agrees("reopen")

    @precondition(lambda self: self._numbers(is_open=False))
    @rule(which=WHICH, sittings=SITTINGS, ago=AGO, outcome=OUTCOMES)
    def correct(self, which: int, sittings: list[tuple[int, int]], ago: int, outcome: Outcome) -> None:
        """Reopened, and closed again with other times or another outcome."""
        number = self._number(which, is_open=False)
        self._reopen(number)
        self._write_times(number, self._stretches(sittings, self.now - timedelta(seconds=ago)))
        self._close(number, outcome)
        self._agrees("correct")

    @precondition(lambda self: self.model.jobs)
    @rule(which=WHICH, client=WHICH)
    def move(self, which: int, client: int) -> None:
        """Attached to another client, open or closed."""
        number, target = self._number(which), self._client(client)
        job = self.model.jobs[number]
        if job.client == target:
            return
        self.office.orders(Verb.ATTACH, number, f"={target}")
        self.model.move(number, target)
        self._agrees("move")

    @precondition(lambda self: self.last != "pass time")
    @rule(days=st.integers(1, 40) | st.sampled_from([90, 200, 365]), hours=st.integers(0, 23))
    def pass_time(self, days: int, hours: int) -> None:
        """Periods open, contracts end."""
        self.office.clock.advance(timedelta(days=days, hours=hours))
        self.office.watch()
        self._agrees("pass time")

    # What holds

    def _agrees(self, step: str) -> None:
        """The ledger says what the model says: now, and at a moment before; nothing that was written has changed."""
        self.steps[step] += 1
        self.last = step
        lines, periods = self.office.books()
        assert lines[: len(self.lines)] == self.lines, "a line was changed"
        self.lines = lines
        for period in periods.values():
            its = self.model.agreements[period.contract_id]
            assert (period.starts_on, period.ends_on) == its.period(period.nth)
        places = {period.id: (period.contract_id, period.nth) for period in periods.values()}
        self.model.note(self.now)
        dice = Random(len(self.model.used_at))
        for at, used in (self.model.used_at[-1], dice.choice(self.model.used_at)):
            assert self._used(places, at) == +used
        for period_id in dice.sample(sorted(places), min(1, len(places))):
            assert self.office.used(period_id, at) == used[places[period_id]]
        assert self._by_ticket(places) == {
            (number, job.place): job.units for number, job in self.model.jobs.items() if job.units
        }
        self.office.clock.advance(timedelta(seconds=1))

    def _used(self, places: dict[int, Place], at: datetime) -> Counter[Place]:
        used: Counter[Place] = Counter()
        for line in self.lines:
            if line.period_id is not None and line.at <= at:
                used[places[line.period_id]] += line.units
        return +used

    def _by_ticket(self, places: dict[int, Place]) -> dict[tuple[int, Place | None], int]:
        """What each ticket's lines come to, where they come to anything."""
        summed: Counter[tuple[int, Place | None]] = Counter()
        for line in self.lines:
            summed[line.ticket_id, places[line.period_id] if line.period_id is not None else None] += line.units
        return {key: units for key, units in summed.items() if units}

    def teardown(self) -> None:
        """At the end every remembered moment is asked again, and the books are proved."""
        with self._stack:
            if not self.model.used_at:
                return
            _, periods = self.office.books()
            places = {period.id: (period.contract_id, period.nth) for period in periods.values()}
            for at, used in self.model.used_at:
                assert self._used(places, at) == +used
            paid = {(key, nth): cents for key, its in self.model.agreements.items() for nth, cents in its.paid.items()}
            assert {places[period_id]: cents for period_id, cents in self.office.paid().items()} == paid
            verdict = self.office.verify()
            assert {problem.ticket for problem in verdict.problems} == self.model.outdated(), verdict.problems
            assert (verdict.lines, verdict.periods) == (len(self.lines), len(places))

    # What is at hand

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    @property
    def today(self) -> date:
        return self.now.astimezone(PARIS).date()

    def _add_client(self, is_group: bool) -> int:
        self.names += 1
        client = self.office.add_client(f"Cabinet {self.names}", is_group=is_group)
        self.model.is_group[client] = is_group
        return client

    def _bring_in(self, client: int, starts_on: date, units: int, ends_on: date | None) -> None:
        contract = self.office.bring_in(client, starts_on=starts_on, units=units, ends_on=ends_on)
        self.model.agreements[contract] = Agreement(client, starts_on, units, ends_on)

    def _client(self, which: int) -> int:
        return list(self.model.is_group)[which % len(self.model.is_group)]

    def _free(self) -> list[tuple[int, date]]:
        """Clients of whom no contract lacks an end, each with the day after the last one's."""
        free = []
        for client in self.model.is_group:
            ends = [its.ends_on for its in self.model.agreements.values() if its.client == client]
            if None not in ends:
                free.append((client, max((on + DAY for on in ends if on is not None), default=date(2020, 1, 1))))
        return free

    def _pick_free(self, which: int) -> tuple[int, date]:
        free = self._free()
        return free[which % len(free)]

    def _living(self, *, is_endless: bool = False) -> list[Agreement]:
        """Of each client the contract that orders are about: the one that runs, else the one to come."""
        living: dict[int, Agreement] = {}
        for its in sorted(self.model.agreements.values(), key=lambda each: each.starts_on):
            if its.ends_on is None or its.ends_on >= self.today:
                living.setdefault(its.client, its)
        return [its for its in living.values() if not is_endless or its.ends_on is None]

    def _pick(self, which: int, *, is_endless: bool = False) -> Agreement:
        living = self._living(is_endless=is_endless)
        return living[which % len(living)]

    def _running(self, its: Agreement) -> int:
        return its.nth_on(self.today) if its.starts_on <= self.today else 1

    def _is_last(self, its: Agreement) -> bool:
        return all(
            each.starts_on <= its.starts_on for each in self.model.agreements.values() if each.client == its.client
        )

    def _is_refused(self, its: Agreement, from_on: date) -> bool:
        """A term holds within the contract, from the running period on, and not from a day that is far off."""
        is_over = its.ends_on is not None and from_on > its.ends_on
        return is_over or from_on < its.period(self._running(its))[0] or self._is_far_off(from_on)

    def _is_far_off(self, on: date) -> bool:
        return on > month_away(self.today, 36)

    def _numbers(self, *, is_open: bool | None = None) -> list[int]:
        return [number for number, job in self.model.jobs.items() if is_open in (None, job.is_open)]

    def _number(self, which: int, *, is_open: bool | None = None) -> int:
        numbers = self._numbers(is_open=is_open)
        return numbers[which % len(numbers)]

    def _done(self) -> list[int]:
        """Closed, worked on, somebody's: what may give a guarantee."""
        jobs = self.model.jobs.items()
        return [number for number, job in jobs if not job.is_open and job.stretches and job.client is not None]

    def _stretches(self, sittings: list[tuple[int, int]], start: datetime) -> Stretches:
        return stretches(sittings, start, now=self.now)

    def _open(self, client: int | None, stretches: Stretches) -> int:
        number = self.office.open_ticket(client)
        self.model.jobs[number] = Job(client, self.today)
        self._write_times(number, stretches)
        return number

    def _write_times(self, number: int, stretches: Stretches) -> None:
        self.office.write_times(number, stretches)
        self.model.jobs[number] = replace(self.model.jobs[number], stretches=stretches)

    def _close_new(self, client: int | None, stretches: Stretches, outcome: Outcome) -> None:
        self._close(self._open(client, stretches), outcome)

    def _close(self, number: int, outcome: Outcome, *, under: int | None = None) -> None:
        job = self.model.close(number, replace(self.model.jobs[number], outcome=outcome.value, under=under))
        account = self.office.close_ticket(number, outcome, under=under)
        assert (account.decision.units, account.decision.reason) == (job.units, job.why)
        if account.balance is not None:
            assert job.place is not None
            contract, nth = job.place
            allowance = self.model.agreements[contract].allowance(nth, self.today)
            assert (account.balance.allowance, account.balance.used) == (allowance, self.model.used()[job.place])

    def _reopen(self, number: int) -> None:
        self.office.orders(Verb.REOPEN, number)
        self.model.jobs[number] = replace(self.model.jobs[number], is_open=True)


def stretches(sittings: list[tuple[int, int]], start: datetime, *, now: datetime) -> Stretches:
    """Lengths and the gaps behind them as instants from a start on, the last one first; all over by now."""
    found = []
    for length, gap in sittings:
        found.append((start, start + timedelta(seconds=length)))
        start += timedelta(seconds=length + gap)
    ahead = max(found[-1][1] - now, timedelta(0))
    return tuple((start - ahead, end - ahead) for start, end in reversed(found))


def run_machine(name: str, *, steps: int) -> Counter[str]:
    """Drive it until so many steps were done; how many of each there were. The name is the seed."""
    counted: Counter[str] = Counter()
    dice = Random(name)
    with asyncio.Runner() as runner:
        office = ContractOffice(runner)
        try:
            while counted.total() < steps:
                runs = max(1, (steps - counted.total()) // STEPS_A_RUN)
                machine = type("ContractMachine", (ContractMachine,), {"office": office, "steps": counted})
                run_state_machine_as_test(seed(dice.getrandbits(64))(machine), settings=_settings(runs))
        finally:
            office.close()
    return counted


def _settings(runs: int) -> settings:
    return settings(
        max_examples=runs,
        stateful_step_count=STEPS_A_RUN,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
