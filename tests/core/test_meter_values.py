"""MeterValues: when a reading is taken, what it says, and which transaction it belongs to.

Proves 3.16, 4.7 and 5.17 with errata 3.13 to 3.16, and the keys MeterValueSampleInterval, MeterValuesSampledData,
ClockAlignedDataInterval and MeterValuesAlignedData. What becomes of readings in StopTransaction is the business of
test_stop_data.
"""

from datetime import timedelta
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import DeadlineReached
from ocpp16sm.messages import ReadingContext
from tests.support.reading_lines import lines, times
from tests.support.scene import accepted

ENERGY = "Energy.Active.Import.Register"


# -- samples -----------------------------------------------------------------------------------------------------------


def test_samples_are_sent_at_every_interval_of_a_transaction() -> None:
    """3.16.1: periodically from the start of the transaction, to its end and not beyond."""
    scene = accepted(MeterValueSampleInterval="60")
    scene.measures(1, 5)
    scene.passes(600)
    scene.hears_nothing()
    transaction = scene.transaction(meter_start=5)
    for minute in (1, 2, 3):
        scene.passes(59)
        scene.measures(1, 5 + minute)
        scene.hears_nothing()
        scene.passes(1)
        heard = scene.hears("MeterValues", connectorId=1, transactionId=transaction)
        assert lines(heard["meterValue"]) == [f"Sample.Periodic {ENERGY} {5 + minute}.00"]
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 8)
    scene.hears("StopTransaction")
    scene.sees(1, "Finishing")
    scene.passes(600)
    scene.hears_nothing()


def test_the_interval_is_counted_from_the_start_of_the_transaction_whatever_is_heard() -> None:
    """3.16.1: a slow Central System does not shift the samples, neither does a connection that is lost."""
    scene = accepted(MeterValueSampleInterval="60")
    transaction = scene.transaction()
    scene.measures(1, 10)
    scene.loses_network()
    scene.passes(130)
    scene.measures(1, 20)
    scene.regains_network()
    late = scene.hears_all("MeterValues")
    assert {heard["transactionId"] for heard in late} == {transaction}
    registers = [lines(heard["meterValue"])[0].split()[-1] for heard in late]
    assert registers == ["10.00", "10.00", *["20.00"] * (int(scene.virtual.now.mono) // 60 - 2)]
    scene.passes(59.9 - scene.virtual.now.mono % 60)
    scene.hears_nothing()
    scene.passes(0.2)
    scene.hears("MeterValues")


def test_a_charge_point_that_was_held_up_keeps_the_rhythm_and_makes_up_for_nothing() -> None:
    """3.16.1: a sample that comes late does not delay the next; five that were missed are not sent at once."""
    scene = accepted(MeterValueSampleInterval="60")
    scene.transaction()
    scene.measures(1, 10)
    for held_up, next_in in ((65, 55), (330, 60)):
        scene.virtual.now = scene.virtual.now.later(held_up)
        scene.virtual.feed(DeadlineReached())
        scene.hears("MeterValues")
        scene.hears_nothing()
        scene.passes(next_in - 1)
        scene.hears_nothing()
        scene.passes(1)
        scene.hears("MeterValues")


@pytest.mark.parametrize(
    "configuration",
    [{"MeterValueSampleInterval": "0"}, {"MeterValueSampleInterval": "60", "MeterValuesSampledData": ""}],
    ids=["interval 0", "empty list"],
)
def test_no_samples_are_sent_if_none_are_wanted(configuration: dict[str, Any]) -> None:
    """3.16.1: zero means none; an empty list has nothing to send (a MeterValue needs a value, 7.33)."""
    scene = accepted(**configuration)
    scene.transaction()
    scene.measures(1, 10)
    scene.passes(3600)
    scene.hears_nothing()


def test_nothing_is_sent_of_a_meter_that_has_said_nothing() -> None:
    """handlers.md 2.4."""
    scene = accepted(MeterValueSampleInterval="60", ClockAlignedDataInterval="900")
    scene.transaction()
    scene.passes(3600)
    scene.hears_nothing()


def test_a_sample_has_the_time_at_which_the_meter_was_read() -> None:
    """4.7: all values captured at the same point in time; that is when the meter was read, not when it is told."""
    scene = accepted(MeterValueSampleInterval="60")
    scene.transaction()
    scene.passes(45.5)
    scene.measures(1, 10)
    scene.passes(14.5)
    assert times(scene.hears("MeterValues")["meterValue"]) == ["12:00:45.500Z"]


def test_another_interval_is_in_force_at_once() -> None:
    """5.3: Accepted is effective immediately, in a running transaction as well."""
    scene = accepted(MeterValueSampleInterval="0")
    scene.transaction()
    scene.measures(1, 10)
    scene.passes(100)
    scene.sets("MeterValueSampleInterval", "30")
    scene.passes(29)
    scene.hears_nothing()
    scene.passes(1)
    scene.hears("MeterValues")
    scene.sets("MeterValueSampleInterval", "300")
    scene.passes(299)
    scene.hears_nothing()
    scene.passes(1)
    scene.hears("MeterValues")
    scene.sets("MeterValueSampleInterval", "0")
    scene.passes(3600)
    scene.hears_nothing()


def test_another_list_is_in_force_with_the_next_sample() -> None:
    """5.3, 9.1.17."""
    scene = accepted(MeterValueSampleInterval="60")
    scene.transaction()
    scene.station.on_max_current_offered(1, 16)
    scene.measures(1, 10)
    scene.passes(30)
    scene.sets("MeterValuesSampledData", f"Current.Offered,{ENERGY}")
    scene.passes(30)
    assert lines(scene.hears("MeterValues")["meterValue"]) == [
        "Sample.Periodic Current.Offered 16.00",
        f"Sample.Periodic {ENERGY} 10.00",
    ]


def test_energy_of_an_interval_is_what_came_since_the_sample_before() -> None:
    """7.31 (errata 3.78): the first interval begins with the transaction."""
    scene = accepted(MeterValueSampleInterval="60", MeterValuesSampledData="Energy.Active.Import.Interval")
    scene.transaction(meter_start=1000)
    for register, energy in ((1100, "100.00"), (1250.5, "150.50"), (1250.5, "0.00")):
        scene.measures(1, register)
        scene.passes(60)
        assert lines(scene.hears("MeterValues")["meterValue"]) == [
            f"Sample.Periodic Energy.Active.Import.Interval {energy}"
        ]


def test_transactions_are_sampled_apart() -> None:
    """3.16.1, errata 3.16: each from its own start, with its own id."""
    scene = accepted(connectors=2, MeterValueSampleInterval="60")
    first = scene.transaction(1, "a")
    scene.measures(1, 1)
    scene.measures(2, 2)
    scene.passes(20)
    second = scene.transaction(2, "b")
    scene.passes(40)
    scene.hears("MeterValues", connectorId=1, transactionId=first)
    scene.hears_nothing()
    scene.passes(20)
    scene.hears("MeterValues", connectorId=2, transactionId=second)
    scene.hears_nothing()


# -- clock-aligned -----------------------------------------------------------------------------------------------------


def test_aligned_readings_come_at_multiples_of_the_interval_since_midnight() -> None:
    """3.16.2, 9.1.5: in and out of transactions, of the main meter too; 7.33: with the time of the reading."""
    scene = accepted(connectors=2, ClockAlignedDataInterval="900")
    scene.passes(100)
    transaction = scene.transaction(1)
    for place in (0, 1, 2):
        scene.measures(place, 10 + place)
    scene.passes(799)
    scene.hears_nothing()
    scene.passes(1)
    for place, id in ((0, None), (1, transaction), (2, None)):
        heard = scene.hears("MeterValues", connectorId=place, transactionId=id)
        assert lines(heard["meterValue"]) == [f"Sample.Clock {ENERGY} {10 + place}.00"]
        assert times(heard["meterValue"]) == ["12:01:40.000Z"]
    scene.hears_nothing()


def test_an_interval_that_does_not_divide_the_day_begins_anew_at_midnight() -> None:
    """9.1.5: intervals per day, starting at 00:00:00; libocpp drifts over midnight (handlers.md 2.4)."""
    scene = accepted(ClockAlignedDataInterval="50000")
    for seconds, time in ((6800, "13:53:19.000Z"), (36_400, "23:59:59.000Z"), (50_000, "13:53:19.000Z")):
        scene.passes(seconds - 1)
        scene.measures(1, 1)
        scene.hears_nothing()
        scene.passes(1)
        assert times(scene.hears("MeterValues")["meterValue"]) == [time]


@pytest.mark.parametrize(
    "configuration",
    [{"ClockAlignedDataInterval": "0"}, {"ClockAlignedDataInterval": "900", "MeterValuesAlignedData": ""}],
    ids=["interval 0", "empty list"],
)
def test_no_aligned_readings_are_sent_if_none_are_wanted(configuration: dict[str, Any]) -> None:
    """3.16.2."""
    scene = accepted(**configuration)
    scene.measures(1, 10)
    scene.passes(80_000)
    scene.hears_nothing()


def test_aligned_readings_can_be_turned_on_and_off_in_mid_transaction() -> None:
    """5.3."""
    scene = accepted()
    scene.transaction()
    scene.measures(1, 10)
    scene.passes(61)
    scene.sets("ClockAlignedDataInterval", "60")
    scene.passes(58)
    scene.measures(1, 10)
    scene.hears_nothing()
    scene.passes(1)
    assert times(scene.hears("MeterValues")["meterValue"]) == ["12:01:59.000Z"]
    scene.sets("ClockAlignedDataInterval", "3600")
    scene.passes(3479)
    scene.hears_nothing()
    scene.passes(1)
    assert times(scene.hears("MeterValues")["meterValue"]) == ["12:01:59.000Z"]
    scene.sets("ClockAlignedDataInterval", "0")
    scene.passes(7200)
    scene.hears_nothing()


def test_the_two_lists_are_independent() -> None:
    """9.1.15, 9.1.17."""
    scene = accepted(
        MeterValueSampleInterval="60",
        ClockAlignedDataInterval="60",
        MeterValuesSampledData="Current.Offered",
        MeterValuesAlignedData="Power.Offered",
    )
    scene.transaction()
    scene.measures(1, 10)
    scene.passes(60)
    found = sorted(lines(scene.hears("MeterValues")["meterValue"])[0] for _ in range(2))
    assert found == ["Sample.Clock Power.Offered 0.00", "Sample.Periodic Current.Offered 0.00"]


def test_energy_of_an_aligned_interval_is_what_came_since_the_aligned_reading_before() -> None:
    """7.31 (errata 3.78); before the first there is nothing to count from."""
    scene = accepted(ClockAlignedDataInterval="60", MeterValuesAlignedData="Energy.Active.Import.Interval")
    scene.measures(1, 100)
    scene.passes(60)
    scene.hears_nothing()
    scene.measures(1, 107)
    scene.passes(60)
    assert lines(scene.hears("MeterValues")["meterValue"]) == ["Sample.Clock Energy.Active.Import.Interval 7.00"]


def test_a_clock_that_is_set_moves_the_aligned_readings_with_it() -> None:
    """3.16.2: aligned with the clock, which the Central System may set (4.6); never twice for the same multiple."""
    scene = accepted(ClockAlignedDataInterval="60")
    scene.measures(1, 1)
    scene.passes(60)
    scene.hears("MeterValues")
    scene.virtual.set_wall_clock(Timestamp.of(scene.virtual.now.utc - timedelta(seconds=2)))
    found = []
    for _ in range(122):
        scene.measures(1, 1)
        scene.passes(1)
        found += [times(heard["meterValue"])[0] for heard in scene.hears_all("MeterValues")]
    assert found == ["12:01:57.000Z", "12:02:59.000Z"], "the first wait began before the clock was set back by 2 s"


@pytest.mark.parametrize(
    ("read_at", "told"),
    [
        ((0,), {1: 0}),
        ((300,), {1: 300}),
        ((899,), {1: 899}),
        ((900,), {2: 900}),
        ((901,), {2: 901}),
        ((10, 2000), {1: 10, 3: 2000}),
        ((10, 11), {1: 11}),
        ((7300,), {9: 7300}),
    ],
)
def test_a_stale_reading_is_no_reading_of_a_tick(read_at: tuple[int, ...], told: dict[int, int]) -> None:
    """3.16.2, 7.33: told with its own time, at a tick that it is no more than an interval older than; then no more.

    In MeterValues as in StopTransaction. ``told``: number of the tick -> when that reading was taken, s.
    """
    scene = accepted(ClockAlignedDataInterval="900", StopTxnAlignedData=ENERGY, StopTxnSampledData="")
    scene.transaction()
    expected = [Timestamp.of(scene.virtual.now.utc + timedelta(seconds=second)).text()[11:] for second in told.values()]
    found: dict[int, str] = {}
    passed = 0
    for second in sorted({*read_at, *range(900, 9 * 900 + 1, 900)}):
        scene.passes(second - passed)
        passed = second
        for heard in scene.hears_all("MeterValues"):
            found[second // 900] = times(heard["meterValue"])[0]
        if second in read_at:
            scene.measures(1, second)
    assert found == dict(zip(told, expected, strict=True))
    scene.ends()
    data = scene.hears("StopTransaction")["transactionData"]
    assert lines(data) == [f"Sample.Clock {ENERGY} {second}.00" for second in told.values()]
    assert times(data) == expected


# -- on request --------------------------------------------------------------------------------------------------------


def test_a_trigger_tells_the_latest_reading_of_every_meter() -> None:
    """5.17 (errata 3.46): without connectorId, all of them that have one; connector 0 without transactionId."""
    scene = accepted(connectors=2)
    transaction = scene.transaction(1)
    scene.measures(0, 30)
    scene.measures(1, 10)
    scene.measures(1, 20)
    assert scene.asks("TriggerMessage", requestedMessage="MeterValues") == {"status": "Accepted"}
    heard = scene.hears("MeterValues", connectorId=0, transactionId=None)
    assert lines(heard["meterValue"]) == [f"Trigger {ENERGY} 30.00"]
    heard = scene.hears("MeterValues", connectorId=1, transactionId=transaction)
    assert lines(heard["meterValue"]) == [f"Trigger {ENERGY} 20.00"]
    scene.hears_nothing()


def test_a_trigger_for_one_connector_tells_of_that_one() -> None:
    """5.17."""
    scene = accepted(connectors=2)
    for place in (0, 1, 2):
        scene.measures(place, place)
    assert scene.asks("TriggerMessage", requestedMessage="MeterValues", connectorId=2) == {"status": "Accepted"}
    scene.hears("MeterValues", connectorId=2)
    scene.hears_nothing()


def test_a_trigger_is_rejected_where_there_is_nothing_to_tell() -> None:
    """5.17: Rejected says that it will not be sent."""
    scene = accepted(connectors=2)
    scene.measures(2, 1)
    assert scene.asks("TriggerMessage", requestedMessage="MeterValues", connectorId=1) == {"status": "Rejected"}
    scene.sets("MeterValuesSampledData", "SoC")
    assert scene.asks("TriggerMessage", requestedMessage="MeterValues") == {"status": "Rejected"}
    scene.hears_nothing()


# -- begin -------------------------------------------------------------------------------------------------------------


def test_a_signed_begin_value_follows_its_start_at_once() -> None:
    """station.md, handlers.md 1.4: verbatim, format SignedData, with the transaction's id (N1)."""
    scene = accepted()
    scene.station.on_transaction_started(
        1, "s1", "TAG", 0, None, scene.virtual.now.utc, signed_meter_value="OCMF|{}|{}"
    )
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction")
    heard = scene.hears("MeterValues", connectorId=1, transactionId=1)
    assert lines(heard["meterValue"]) == ["Transaction.Begin SignedData OCMF|{}|{}"]
    assert times(heard["meterValue"]) == ["12:00:00.000Z"]
    sampled = heard["meterValue"][0]["sampledValue"][0]
    assert set(sampled) == {"value", "context", "format"}


def test_without_a_signature_no_begin_value_is_sent_by_itself() -> None:
    """Errata 3.14: begin and end belong to StopTransaction; meterStart says it here."""
    scene = accepted()
    scene.measures(1, 3)
    scene.transaction(meter_start=3)
    scene.hears_nothing()


def test_words_of_a_context_are_those_of_the_specification() -> None:
    """7.35."""
    assert {str(context) for context in ReadingContext} == {
        "Interruption.Begin", "Interruption.End", "Other", "Sample.Clock", "Sample.Periodic", "Transaction.Begin",
        "Transaction.End", "Trigger",
    }  # fmt: skip
