"""The readings of StopTransaction.transactionData: which, in which order, and what becomes of them if they are many.

Proves 3.16.1, 3.16.2, 3.16.5 and errata 3.14 (3.16.6), the keys StopTxnSampledData and StopTxnAlignedData, which are
independent of the MeterValues lists (D36 of the reference implementation), and signed begin and end values.
"""

from itertools import pairwise
from typing import Any

import pytest

from ocpp16sm.core.engine.effects import SendText
from ocpp16sm.core.transactions.transaction_data import every_other
from ocpp16sm.messages import MeterValue, ReadingContext, SampledValue
from ocpp16sm.station_facts import PerPhase
from tests.support.reading_lines import lines, times
from tests.support.scene import CoreScene, accepted
from tests.support.virtual_core import BEGAN

ENERGY = "Energy.Active.Import.Register"
BEGIN, SAMPLE, CLOCK, END = (
    f"{context} {ENERGY}" for context in ("Transaction.Begin", "Sample.Periodic", "Sample.Clock", "Transaction.End")
)


def stopped(scene: CoreScene, wh: float, **more: Any) -> list[dict[str, Any]] | None:
    """The transaction stops; gives the readings of its StopTransaction."""
    scene.ends(wh=wh, **more)
    (stop,) = scene.hears_all("StopTransaction")
    data: list[dict[str, Any]] | None = stop.payload.get("transactionData")
    return data


def passes_heard(scene: CoreScene, seconds: int, step: int = 30) -> None:
    """Time passes, and everything is answered soon."""
    for _ in range(seconds // step):
        scene.passes(step)
        scene.hears_all()


# -- what is in it -----------------------------------------------------------------------------------------------------


def test_begin_samples_and_end_are_in_order() -> None:
    """Errata 3.14: the values at start and stop of every configured measurand, and the samples between."""
    scene = accepted(MeterValueSampleInterval="60", StopTxnSampledData=ENERGY)
    scene.transaction(meter_start=100)
    for wh in (110, 120):
        scene.passes(30)
        scene.measures(1, wh)
        passes_heard(scene, 30)
    data = stopped(scene, 125.5)
    assert lines(data) == [f"{BEGIN} 100.00", f"{SAMPLE} 110.00", f"{SAMPLE} 120.00", f"{END} 125.50"]
    assert times(data) == ["12:00:00.000Z", "12:00:30.000Z", "12:01:30.000Z", "12:02:00.000Z"]


def test_every_configured_measurand_has_a_begin_and_an_end() -> None:
    """Errata 3.14: as far as the meter has been read at about that time."""
    scene = accepted(StopTxnSampledData=f"Power.Active.Import,Current.Offered,{ENERGY}")
    scene.station.on_max_current_offered(1, 16)
    scene.measures(1, 50, power_w=PerPhase(total=0))
    scene.transaction(meter_start=50)
    scene.passes(600)
    scene.measures(1, 900, power_w=PerPhase(total=3600))
    assert lines(stopped(scene, 901)) == [
        "Transaction.Begin Power.Active.Import 0.00",
        "Transaction.Begin Current.Offered 16.00",
        f"{BEGIN} 50.00",
        "Transaction.End Power.Active.Import 3600.00",
        "Transaction.End Current.Offered 16.00",
        f"{END} 901.00",
    ]


def test_a_reading_that_is_old_says_nothing_of_the_end() -> None:
    """7.35: a value taken at the end; what was measured ten minutes before was not."""
    scene = accepted(StopTxnSampledData=f"Power.Active.Import,{ENERGY}")
    scene.transaction()
    scene.measures(1, 1, power_w=PerPhase(total=3600))
    scene.passes(600)
    assert lines(stopped(scene, 9)) == [f"{BEGIN} 0.00", f"{END} 9.00"]


def test_what_is_sent_and_what_is_kept_are_chosen_apart() -> None:
    """3.16.1: four independent lists (D36): nothing is sent of what is kept, nothing kept of what is sent."""
    scene = accepted(
        MeterValueSampleInterval="60",
        ClockAlignedDataInterval="60",
        MeterValuesSampledData="Current.Offered",
        MeterValuesAlignedData="Power.Offered",
        StopTxnSampledData=ENERGY,
        StopTxnAlignedData="Power.Active.Import",
    )
    scene.transaction()
    scene.measures(1, 10, power_w=PerPhase(total=3600))
    scene.passes(60)
    sent = [line for heard in scene.hears_all("MeterValues") for line in lines(heard["meterValue"])]
    assert sorted(sent) == ["Sample.Clock Power.Offered 0.00", "Sample.Periodic Current.Offered 0.00"]
    kept = lines(stopped(scene, 10))
    assert sorted(kept) == sorted(
        [f"{BEGIN} 0.00", "Sample.Clock Power.Active.Import 3600.00", f"{SAMPLE} 10.00", f"{END} 10.00"]
    )


def test_readings_are_kept_where_none_are_sent() -> None:
    """3.16.1, 3.16.2: empty MeterValues lists."""
    scene = accepted(
        MeterValueSampleInterval="60",
        ClockAlignedDataInterval="900",
        MeterValuesSampledData="",
        MeterValuesAlignedData="",
        StopTxnSampledData=ENERGY,
        StopTxnAlignedData=ENERGY,
    )
    scene.transaction()
    scene.measures(1, 10)
    scene.passes(60)
    scene.measures(1, 20)
    scene.passes(840)
    scene.hears_nothing()
    kept = lines(stopped(scene, 30))
    assert kept.count(f"{SAMPLE} 10.00") == 1
    assert kept.count(f"{SAMPLE} 20.00") == 14
    assert kept.count(f"{CLOCK} 20.00") == 1
    assert (kept[0], kept[-1], len(kept)) == (f"{BEGIN} 0.00", f"{END} 30.00", 18)


def test_aligned_readings_are_kept_of_the_transaction_only() -> None:
    """9.1.25: of every interval of the transaction."""
    scene = accepted(connectors=2, ClockAlignedDataInterval="60", StopTxnSampledData="", StopTxnAlignedData=ENERGY)
    scene.measures(1, 1)
    scene.measures(2, 2)
    passes_heard(scene, 60)
    scene.transaction()
    scene.measures(1, 5)
    passes_heard(scene, 60)
    data = stopped(scene, 6)
    assert lines(data) == [f"{CLOCK} 5.00"]
    assert times(data) == ["12:01:00.000Z"], "the time of the reading (7.33)"


def test_nothing_is_kept_from_the_transaction_before() -> None:
    """4.10: details about this transaction's usage."""
    scene = accepted(StopTxnSampledData=ENERGY)
    scene.transaction(meter_start=1)
    stopped(scene, 2)
    scene.begins(session="s2", wh=2)
    scene.hears_all()
    assert lines(stopped(scene, 3, session="s2")) == [f"{BEGIN} 2.00", f"{END} 3.00"]


# -- what is not in it -------------------------------------------------------------------------------------------------


def test_without_lists_there_is_no_data() -> None:
    """3.16.5: both lists empty."""
    scene = accepted(
        MeterValueSampleInterval="60", ClockAlignedDataInterval="60", StopTxnSampledData="", StopTxnAlignedData=""
    )
    scene.transaction()
    scene.measures(1, 10)
    passes_heard(scene, 120)
    assert stopped(scene, 10) is None


def test_lists_that_are_emptied_in_mid_transaction_leave_no_data() -> None:
    """3.16.5: it is the lists as they are when StopTransaction is made that matter."""
    scene = accepted(MeterValueSampleInterval="60", ClockAlignedDataInterval="60", StopTxnAlignedData=ENERGY)
    scene.transaction()
    scene.measures(1, 10)
    passes_heard(scene, 120)
    scene.sets("StopTxnSampledData", "")
    scene.sets("StopTxnAlignedData", "")
    assert stopped(scene, 10) is None


def test_a_measurand_that_is_no_longer_wanted_is_left_out() -> None:
    """9.1.25, 9.1.27: measurands to be included in StopTransaction."""
    scene = accepted(MeterValueSampleInterval="60", StopTxnSampledData=f"Current.Offered,{ENERGY}")
    scene.transaction()
    scene.measures(1, 10)
    passes_heard(scene, 60)
    scene.sets("StopTxnSampledData", ENERGY)
    assert lines(stopped(scene, 10)) == [f"{BEGIN} 0.00", f"{SAMPLE} 10.00", f"{END} 10.00"]


@pytest.mark.parametrize("list_key", ["StopTxnSampledData", "StopTxnAlignedData"])
def test_one_list_says_nothing_of_the_other(list_key: str) -> None:
    """3.16.5: only if both are empty is there nothing."""
    keys: dict[str, Any] = {"StopTxnSampledData": "", "StopTxnAlignedData": "", list_key: ENERGY}
    scene = accepted(MeterValueSampleInterval="60", ClockAlignedDataInterval="60", **keys)
    scene.transaction()
    scene.measures(1, 10)
    passes_heard(scene, 60)
    contexts = {line.split()[0] for line in lines(stopped(scene, 10))}
    own = {"StopTxnSampledData": "Sample.Periodic", "StopTxnAlignedData": "Sample.Clock"}
    assert own.pop(list_key) in contexts
    assert contexts.isdisjoint(own.values())


def test_a_triggered_reading_is_not_kept() -> None:
    """5.17: it answers a question and is no sample."""
    scene = accepted()
    scene.transaction()
    scene.measures(1, 10)
    assert scene.asks("TriggerMessage", requestedMessage="MeterValues", connectorId=1)["status"] == "Accepted"
    scene.hears("MeterValues")
    assert lines(stopped(scene, 11)) == [f"{BEGIN} 0.00", f"{END} 11.00"]


# -- signed values -----------------------------------------------------------------------------------------------------


def test_signed_values_stand_at_begin_and_end() -> None:
    """station.md: one signed Transaction.Begin and one Transaction.End, verbatim; also where no list wants anything.

    3.16.5 would have no data then; but a signed value is not a measurand of a list, and is what a bill rests on
    (handlers.md 2.4).
    """
    scene = accepted(StopTxnSampledData="", StopTxnAlignedData="")
    scene.begins(signed_meter_value="begin+signature")
    scene.hears_all()
    scene.passes(60)
    data = stopped(scene, 10, signed_meter_value="end+signature")
    assert lines(data) == ["Transaction.Begin SignedData begin+signature", "Transaction.End SignedData end+signature"]
    assert times(data) == ["12:00:00.000Z", "12:01:00.000Z"]


def test_a_signed_begin_that_is_known_late_goes_where_it_belongs() -> None:
    """handlers.md 1.5: libocpp appends it out of order; it has the time of the start."""
    scene = accepted(MeterValueSampleInterval="60", StopTxnSampledData=ENERGY)
    scene.begins()
    scene.measures(1, 5)
    scene.hears_all()
    passes_heard(scene, 60)
    data = stopped(scene, 10, signed_meter_value="end", start_signed_meter_value="begin")
    assert lines(data) == [
        f"{BEGIN} 0.00",
        "Transaction.Begin SignedData begin",
        f"{SAMPLE} 5.00",
        f"{END} 10.00",
        "Transaction.End SignedData end",
    ]
    assert times(data)[1] == "12:00:00.000Z"


def test_a_signed_begin_is_not_told_twice() -> None:
    """handlers.md 1.5: the late one counts only if there is none."""
    scene = accepted(StopTxnSampledData="")
    scene.begins(signed_meter_value="begin")
    scene.hears_all()
    data = stopped(scene, 10, start_signed_meter_value="another")
    assert lines(data) == ["Transaction.Begin SignedData begin"]


# -- many --------------------------------------------------------------------------------------------------------------


def test_readings_are_thinned_to_fit_and_begin_and_end_stay() -> None:
    """MaxMessageSize; errata 3.14: start and stop values are not dropped, signed ones as little as others."""
    scene = accepted(MeterValueSampleInterval="10", StopTxnSampledData=ENERGY, MaxMessageSize="32000")
    scene.begins(signed_meter_value="b" * 2000)
    scene.hears_all()
    for number in range(400):
        scene.measures(1, number)
        passes_heard(scene, 10, step=10)
    data = stopped(scene, 400, signed_meter_value="e" * 2000)
    stop = max((e.text for e in scene.virtual.effects if isinstance(e, SendText)), key=len)
    assert '"StopTransaction"' in stop
    assert len(stop) <= 32_000, "the whole frame is within the limit"
    found = lines(data)
    assert found[:2] == [f"{BEGIN} 0.00", f"Transaction.Begin SignedData {'b' * 2000}"]
    assert found[-2:] == [f"{END} 400.00", f"Transaction.End SignedData {'e' * 2000}"]
    between = [float(line.split()[-1]) for line in found[2:-2]]
    steps = {later - earlier for earlier, later in pairwise(between)}
    assert len(between) >= 50, "more went than had to"
    assert len(steps) == 1, "what stays is evenly spaced"


@pytest.mark.parametrize(
    ("count", "kept"),
    [(1, [0]), (2, [0, 1]), (3, [0, 2]), (4, [0, 2, 3]), (6, [0, 2, 4, 5]), (7, [0, 2, 4, 6])],
)
def test_every_other_reading_goes_but_not_the_first_and_the_last(count: int, kept: list[int]) -> None:
    """queue.md 1.10: where there is no begin and end, as with StopTxnAlignedData alone."""
    context = ReadingContext.SAMPLE_CLOCK
    readings = tuple(
        MeterValue(timestamp=BEGAN, sampled_value=(SampledValue(value=str(number), context=context),))
        for number in range(count)
    )
    assert [int(one.sampled_value[0].value) for one in every_other(readings)] == kept


def test_a_transaction_that_lasts_for_days_keeps_a_bounded_number_of_readings() -> None:
    """3.16.6: if memory is short, not the start and stop values are dropped."""
    scene = accepted(MeterValueSampleInterval="60", MeterValuesSampledData="", MaxMessageSize="10000000")
    scene.transaction()
    for minute in range(1300):
        scene.measures(1, minute)
        scene.passes(60)
    (kept,) = scene.virtual.store.load().samples.values()
    assert 250 < len(kept) <= 500
    found = stopped(scene, 1300)
    assert (lines(found)[0], lines(found)[-1]) == (f"{BEGIN} 0.00", f"{END} 1300.00")
    assert [value["timestamp"] for value in found or ()][:-1] == [value.timestamp.text() for value in kept]
    assert times(found)[-2] == "09:39:00.000Z", "the latest is the most wanted"
