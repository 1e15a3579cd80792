"""The worked examples of reference/profiles.md 1.9 come out, by their numbers.

A limit is told cut to 0.1 (7.14), never rounded up (3.13.3): so 8.69565 A of example 19a are 8.6 A.
"""

from decimal import ROUND_FLOOR, Decimal

import pytest

from ocpp16sm.core.smart_charging.composite import Period, of_charge_point, of_connector
from ocpp16sm.messages import ChargingRateUnitType
from tests.core.composite_examples import DAY, EXAMPLES, Example
from tests.support.profile_notation import EUROPE, moment, steps, written


def asked(example: Example) -> tuple[Period, ...]:
    connector, *day, clock, seconds, unit = example.question.split()
    question = (
        example.maximum,
        moment(f"{day[0] if day else DAY} {clock}"),
        int(seconds),
        ChargingRateUnitType(unit),
        EUROPE,
    )
    if connector == "c0":
        return of_charge_point(example.evses, *question, simulate_transaction=example.simulate)
    return of_connector(example.evses[int(connector[1]) - 1], *question, simulate_transaction=example.simulate)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.id))
def test_a_worked_example_comes_out(example: Example) -> None:
    answer = [
        (begin, limit.quantize(Decimal("0.1"), ROUND_FLOOR), phases) for begin, limit, phases in steps(example.answer)
    ]
    assert written(asked(example)) == answer


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.id))
def test_the_periods_of_a_worked_example_meet_and_fill_its_duration(example: Example) -> None:
    periods = asked(example)
    ends = [period.end_s for period in periods]
    duration = max(int(example.question.split()[-2]), 0)
    assert [period.start_s for period in periods] == [0, *ends[:-1]]
    assert ends[-1] == duration
