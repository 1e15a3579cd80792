"""What a composite schedule of a year costs, against asking for every second of it.

Run ``python tests/bench/bench_composite.py``; exit code 1 if the bar is missed. Two connectors in amperes, beneath
ChargePointMaxProfiles that recur daily and weekly. "A year-long schedule of 1,440 periods" has two readings:

* year: a profile of 1,440 periods for each connector, spread over the year, on top of one that recurs daily;
* day: a profile of 1,440 periods for each connector, which recurs daily: 525,600 begins of a period a year. An answer
  is bounded by ChargingScheduleMaxPeriods; the whole year is there to see what its half a million periods cost, and
  a lower maximum, beneath which nothing of them shows, to see that they cost nothing then.

The model to compare with is the one that the tests believe (``tests/support/per_second.py``). It looks at each second
by itself, so its time for a schedule is that of some seconds spread over it, times how many there are.

Time is that of the processor: what else the machine does is not counted.
"""

import sys
import time
import timeit
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from attrs import evolve

sys.path.insert(0, str(Path(__file__).parents[2]))

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.smart_charging.composite import EvseProfiles, Period, of_charge_point, of_connector
from ocpp16sm.messages import ChargingProfile, ChargingSchedulePeriod
from tests.support.per_second import Moment
from tests.support.profile_notation import DAILY, EUROPE, MAX, WEEKLY, A, later, profile

ROUNDS, SAMPLES = 7, 200
DAY, YEAR = 86_400, 31_536_000
PERIODS = 1440
NOW = Timestamp(2024, 1, 17, 18)
BAR_MS = 50


def _many(template: ChargingProfile, spread_s: int, phase: int) -> ChargingProfile:
    """The profile with 1,440 periods, of which no two neighbours are equal, in so many seconds."""
    periods = tuple(
        ChargingSchedulePeriod(spread_s // PERIODS * number, Decimal((number * 7 + phase) % 260) / 10)
        for number in range(PERIODS)
    )
    return evolve(template, charging_schedule=evolve(template.charging_schedule, charging_schedule_period=periods))


MAXIMUM = (
    profile("0:40, 28800:32, 72000:40", purpose=MAX, kind=DAILY, start=Timestamp(2023)),
    profile("0:26, 3600:30", purpose=MAX, kind=WEEKLY, level=1, start=Timestamp(2023), duration=7200),
)
NIGHT = profile("0:16, 21600:10", kind=DAILY, start=Timestamp(2023))


def _evse(top: ChargingProfile, spread_s: int, phase: int) -> EvseProfiles:
    return EvseProfiles((NIGHT, _many(top, spread_s, phase)), (), NOW)


YEAR_LONG = profile("0:0", level=1, start=NOW)
DAY_LONG = profile("0:0", level=1, kind=DAILY, start=Timestamp(2023))


class Case(NamedTuple):
    """A question."""

    name: str
    evses: tuple[EvseProfiles, ...]
    maximum: tuple[ChargingProfile, ...]
    connector: int
    most: int | None
    bar: bool
    """Whether it has to be answered in time."""


def _cases() -> list[Case]:
    year = (_evse(YEAR_LONG, YEAR, 0), _evse(YEAR_LONG, YEAR, 3))
    day = (_evse(DAY_LONG, DAY, 0), _evse(DAY_LONG, DAY, 3))
    low = (profile("0:0", purpose=MAX, start=NOW),)
    return [
        Case(f"{name}, {who}", evses, maximum, connector, most, most is not None or evses is year)
        for name, evses, maximum, most in (
            ("year", year, MAXIMUM, None),
            ("day, 1,440 told", day, MAXIMUM, PERIODS),
            ("day, none to be seen", day, low, PERIODS),
            ("day, all told", day, MAXIMUM, None),
        )
        for who, connector in (("one connector", 1), ("both", 0))
    ]


def _ours(case: Case) -> Callable[[], tuple[Period, ...]]:
    def ask() -> tuple[Period, ...]:
        if case.connector:
            return of_connector(
                case.evses[0], case.maximum, NOW, YEAR, A, EUROPE, simulate_transaction=True, max_periods=case.most
            )
        return of_charge_point(
            case.evses, case.maximum, NOW, YEAR, A, EUROPE, simulate_transaction=True, max_periods=case.most
        )

    return ask


def _per_second(case: Case, reach_s: int) -> Callable[[], None]:
    """Ask the model at seconds spread over what our schedule covers."""
    moments = [Moment(later(NOW, reach_s * number // SAMPLES), NOW, True, EUROPE) for number in range(SAMPLES)]

    def ask() -> None:
        for moment in moments:
            if case.connector:
                moment.of_connector(case.evses[0], case.maximum, A)
            else:
                moment.of_charge_point(case.evses, case.maximum, A)

    return ask


def main() -> int:
    """Print a table and the bar; returns the exit code."""
    out = [f"{'':36}{'periods':>9}{'ours, ms':>11}{'per second, ms':>17}{'ratio':>12}"]
    missed = []
    for case in _cases():
        ask = _ours(case)
        schedule = ask()
        reach_s = schedule[-1].end_s
        ours = min(timeit.repeat(ask, timer=time.process_time, number=1, repeat=ROUNDS)) * 1e3
        theirs = timeit.timeit(_per_second(case, reach_s), timer=time.process_time, number=1) / SAMPLES * reach_s * 1e3
        out.append(f"{case.name:36}{len(schedule):>9,}{ours:>11.1f}{theirs:>17,.0f}{theirs / ours:>12,.0f}")
        if case.bar and ours >= BAR_MS:
            missed.append(case.name)
    out.append(f"{'MISSED' if missed else 'met':8}under {BAR_MS} ms, but for the half a million periods {missed or ''}")
    sys.stdout.write("\n".join(out) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
