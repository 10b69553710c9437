"""Adding 48 business hours: `BusinessHours.add` beside businesstimedelta and pandas `CustomBusinessHour`, in one run.

    python bench/business_hours.py [--json] [--instants 3000] [--rounds 5]

All get the same instants (seeded, 2025-2027), the hours of C14 and the public holidays of metropolitan France. Each
library is handed its own kind of instant beforehand, and only the additions are timed, in rounds that take turns, so
that a busy machine slows all of them. A library that is not installed is left out, and said to be.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from anywhere
from bot.rules.business_hours import BusinessHours

ZONE = ZoneInfo("Europe/Paris")
OPENING, CLOSING = day_time(8), day_time(18, 30)
FROM, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
DURATION = timedelta(hours=48)

OURS, PANDAS, BUSINESSTIMEDELTA = "BusinessHours.add", "pandas CustomBusinessHour", "businesstimedelta"
AIMS = {PANDAS: 60, BUSINESSTIMEDELTA: 400}


@dataclass(frozen=True)
class Contender:
    """A way to add 48 hours, with its own kind of instant."""

    name: str
    prepare: Callable[[datetime], Any]
    add: Callable[[Any], Any]


@dataclass(frozen=True)
class Result:
    """`ratio` says how many of our additions fit into one of theirs. `equal + at_opening + otherwise` is all of them.

    `at_opening`: where a period ends exactly at a closing, they go on to the next opening, while C15 stays.
    """

    name: str
    microseconds: float
    ratio: float
    aim: int | None
    equal: int
    at_opening: int
    otherwise: int


def office_hours() -> BusinessHours:
    office = ((OPENING, CLOSING),)
    return BusinessHours(dict.fromkeys(range(5), office), zone=ZONE, closed_on=holidays.country_holidays("FR"))


def our_addition() -> Contender:
    hours = office_hours()
    return Contender(OURS, lambda at: at, lambda at: hours.add(at, DURATION))


def pandas_addition() -> Contender:
    import pandas

    closed = [pandas.Timestamp(on) for on in holidays.country_holidays("FR", years=range(2024, 2030))]
    offset = pandas.offsets.CustomBusinessHour(48, start=f"{OPENING:%H:%M}", end=f"{CLOSING:%H:%M}", holidays=closed)
    return Contender(PANDAS, pandas.Timestamp, lambda at: at + offset)


def businesstimedelta_addition() -> Contender:
    import businesstimedelta
    import pytz  # type: ignore[import-untyped]

    zone = pytz.timezone(ZONE.key)  # it takes no other kind
    office = businesstimedelta.WorkDayRule(start_time=OPENING, end_time=CLOSING, working_days=range(5), tz=zone)
    closed = businesstimedelta.HolidayRule(holidays.country_holidays("FR"), tz=zone)
    duration = businesstimedelta.BusinessTimeDelta(businesstimedelta.Rules([office, closed]), hours=48)
    return Contender(BUSINESSTIMEDELTA, lambda at: at.astimezone(zone), lambda at: at + duration)


def contenders() -> tuple[list[Contender], list[str]]:
    """Those that can run here, ours first, and what to say of the others."""
    present, absent = [our_addition()], []
    for name, build in ((PANDAS, pandas_addition), (BUSINESSTIMEDELTA, businesstimedelta_addition)):
        try:
            present.append(build())
        except ImportError as missing:
            absent.append(f"{name}: skipped, {missing.name} is not installed (dependency group `bench`)")
    return present, absent


def seconds_each(contender: Contender, instants: list[Any]) -> float:
    """The cost of one addition in a turn of 0.2 s at least: a quick one would else be timed on cold caches alone."""
    add, passes, spent = contender.add, 0, 0.0
    started = time.perf_counter()
    while spent < 0.2:
        for at in instants:
            add(at)
        passes += 1
        spent = time.perf_counter() - started
    return spent / passes / len(instants)


def compare(present: list[Contender], *, count: int, rounds: int) -> list[Result]:
    choose = random.Random(48)
    minutes = int((UNTIL - FROM) / timedelta(minutes=1))
    instants = [(FROM + timedelta(minutes=choose.randrange(minutes))).astimezone(ZONE) for _ in range(count)]
    prepared = {each.name: [each.prepare(at) for at in instants] for each in present}
    answers = {each.name: [each.add(at) for at in prepared[each.name]] for each in present}  # also warms them up
    spent: dict[str, list[float]] = {each.name: [] for each in present}
    for _ in range(rounds):
        for each in present:
            spent[each.name].append(seconds_each(each, prepared[each.name]))
    cost = {name: statistics.median(times) * 1e6 for name, times in spent.items()}
    return [
        Result(name, round(cost[name], 2), round(cost[name] / cost[OURS], 1), AIMS.get(name), *agreement(answers, name))
        for name in cost
    ]


def agreement(answers: dict[str, list[Any]], name: str) -> tuple[int, int, int]:
    """How many answers equal ours, how many are the next opening instead of our closing, how many are neither."""
    hours = office_hours()
    pairs = list(zip(answers[OURS], answers[name], strict=True))
    equal = sum(theirs == ours for ours, theirs in pairs)
    at_opening = sum(theirs != ours and theirs == hours.next_opening(ours) for ours, theirs in pairs)
    return equal, at_opening, len(pairs) - equal - at_opening


def print_table(results: list[Result], absent: list[str], count: int) -> None:
    print(f"48 business hours added to {count} instants, Europe/Paris, public holidays of France")
    print(f"{'':28}{'µs each':>10}{'ratio':>9}{'aim':>7}{'equal':>8}{'next opening':>14}{'otherwise':>11}")
    for each in results:
        aim = f"≥ {each.aim}" if each.aim else ""
        print(
            f"{each.name:28}{each.microseconds:>10.2f}{each.ratio:>8.1f}×{aim:>7}"
            f"{each.equal:>8}{each.at_opening:>14}{each.otherwise:>11}"
        )
    for line in absent:
        print(line)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--instants", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    present, absent = contenders()
    results = compare(present, count=options.instants, rounds=options.rounds)
    if options.json:
        print(json.dumps({"results": [asdict(each) for each in results], "skipped": absent}, ensure_ascii=False))
    else:
        print_table(results, absent, options.instants)


if __name__ == "__main__":
    main()
