"""When a Central System that works out a cost is sent a reading: by energy, power, time and status.

Proves reference/profiles.md 7.4.
"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.core.pricing import price_triggers
from ocpp16sm.messages.cost import TriggerMeterValue
from ocpp16sm.station_facts import Measurement, PerPhase
from tests.support.prices import costs, prices, readings, says
from tests.support.scene import CoreScene
from tests.support.virtual_core import BEGAN

ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"


def charging(**triggers: Any) -> CoreScene:
    """A session whose cost is told with these triggers."""
    scene = prices()
    scene.transaction()
    costs(scene, triggerMeterValue=triggers)
    return scene


def measures(scene: CoreScene, wh: float, kw: float | None = None) -> list[list[tuple[str, str]]]:
    """The meter is read; gives what was sent."""
    power = {} if kw is None else {"power_w": PerPhase(total=kw * 1000)}
    scene.measures(1, wh, **power)
    return readings(scene)


def test_energy_is_told_once_when_it_is_reached() -> None:
    """7.4; 5.9 kWh are 5900 Wh, not 5000 ([BUG] of libocpp)."""
    scene = charging(atEnergykWh=5.9)
    sent = [measures(scene, wh) for wh in (5000, 5899.9, 5900, 6000)]
    assert sent == [[], [], [[(ENERGY, "5900.00")]], []]


def test_power_is_told_when_it_crosses_with_hysteresis() -> None:
    """7.4, the reference's own example: 8 kW."""
    scene = charging(atPowerkW=8)
    sent = [bool(measures(scene, 0, kw)) for kw in (10.0, 7.99, 7.2, 8.0, 8.39, 8.4, 7.61, 7.6)]
    assert sent == [True, False, True, False, False, True, False, True]


def test_power_is_told_with_the_energy() -> None:
    """7.4."""
    assert measures(charging(atPowerkW=8), 7, 10.0) == [[(ENERGY, "7.00"), (POWER, "10000.00")]]


def test_energy_goes_before_power() -> None:
    """7.4: it suppresses the power of that measurement, which is told with the next."""
    scene = charging(atPowerkW=8, atEnergykWh=1)
    assert measures(scene, 1000, 10.0) == [[(ENERGY, "1000.00")]]
    assert measures(scene, 1001, 10.0) == [[(ENERGY, "1001.00"), (POWER, "10000.00")]]


def test_what_was_told_last_survives_a_new_cost() -> None:
    """7.4: until the transaction ends."""
    scene = charging(atPowerkW=8)
    assert measures(scene, 0, 10.0)
    costs(scene, triggerMeterValue={"atPowerkW": 8})
    assert not measures(scene, 0, 9.0)
    assert measures(scene, 0, 7.0)


def test_time_comes_once_and_is_not_shifted() -> None:
    """7.4: TimeOffset is for display ([Q], [BUG] of libocpp: -05:30)."""
    scene = prices(TimeOffset="-05:30")
    scene.transaction()
    scene.measures(1, 7)
    costs(scene, triggerMeterValue={"atTime": "2026-06-01T12:10:00Z"})
    scene.passes(599)
    assert readings(scene) == []
    scene.passes(1)
    assert readings(scene) == [[(ENERGY, "7.00")]]
    scene.passes(3600)
    assert readings(scene) == []


def test_a_time_that_has_passed_is_ignored() -> None:
    """7.4."""
    scene = charging(atTime="2026-06-01T11:59:59Z")
    scene.measures(1, 7)
    scene.passes(3600)
    assert readings(scene) == []


@pytest.mark.parametrize("message_id", ["RunningCost", "FinalCost"])
def test_the_next_cost_replaces_all_but_the_time(message_id: str) -> None:
    """7.4: absent energy, power and status clear the trigger, an absent time does not."""
    scene = charging(atTime="2026-06-01T12:10:00Z", atEnergykWh=1, atPowerkW=8, atCPStatus=["SuspendedEV"])
    says(scene, message_id, {"transactionId": 1, "cost": 2})
    assert measures(scene, 2000, 10.0) == []
    scene.station.on_suspend_charging_ev(1)
    assert readings(scene) == []
    scene.passes(600)
    assert readings(scene) == [[(ENERGY, "2000.00")]]


def test_a_status_is_told_when_it_begins() -> None:
    """7.4: once a change; words that are no status are skipped; Finishing comes with the stop."""
    scene = prices()
    scene.transaction()
    scene.measures(1, 7)
    costs(scene, triggerMeterValue={"atCPStatus": ["Nonsense", "SuspendedEV", "Finishing"]})
    scene.station.on_suspend_charging_evse(1)
    assert readings(scene) == []
    scene.station.on_suspend_charging_ev(1)
    assert readings(scene) == [[(ENERGY, "7.00")]]
    scene.station.on_suspend_charging_ev(1)
    assert readings(scene) == []
    scene.ends(wh=7)
    heard = scene.hears_all()
    assert [(each.action, each.payload.get("transactionId")) for each in heard if each.action == "MeterValues"] == [
        ("MeterValues", 1)
    ]


def test_a_status_that_does_not_last_is_not_told() -> None:
    """7.4: only what is worth a StatusNotification (MinimumStatusDuration, 9.1.16)."""
    scene = prices()
    scene.transaction()
    scene.measures(1, 7)
    costs(scene, triggerMeterValue={"atCPStatus": ["SuspendedEV"]})
    scene.sets("MinimumStatusDuration", "10")
    scene.station.on_suspend_charging_ev(1)
    scene.passes(5)
    scene.station.on_resume_charging(1)
    scene.passes(60)
    assert readings(scene) == []
    scene.station.on_suspend_charging_ev(1)
    scene.passes(10)
    assert readings(scene) == [[(ENERGY, "7.00")]]


def test_nothing_is_due_after_the_transaction() -> None:
    """7.4: all triggers are dropped."""
    scene = charging(atTime="2026-06-01T12:10:00Z", atEnergykWh=1, atPowerkW=8, atCPStatus=["Available"])
    scene.ends(wh=7)
    scene.hears_all()
    assert measures(scene, 2000, 10.0) == []
    scene.station.on_session_stopped(1, "s1")
    scene.passes(3600)
    assert readings(scene) == []


def test_readings_are_due_while_being_idle_costs() -> None:
    """The transaction is extended until the connector is unplugged (CustomIdleFeeAfterStop)."""
    scene = prices(CustomIdleFeeAfterStop="true")
    scene.transaction()
    scene.ends(wh=7)
    scene.hears_all()
    costs(scene, state="Idle", triggerMeterValue={"atTime": "2026-06-01T12:10:00Z"})
    scene.measures(1, 7)
    scene.passes(600)
    (heard,) = scene.hears_all("MeterValues")
    assert heard["transactionId"] == 1


# -- on any curve ------------------------------------------------------------------------------------------------------


def measured(wh: float, kw: float) -> Measurement:
    """A reading."""
    return Measurement(timestamp=BEGAN, energy_wh_import=PerPhase(total=wh), power_w=PerPhase(total=kw * 1000))


@given(st.decimals(0, 100, places=3), st.lists(st.integers(0, 20_000), max_size=30))
def test_on_any_curve_energy_is_told_exactly_when_it_is_reached(at: Decimal, steps: list[int]) -> None:
    triggers, told, wh = TriggerMeterValue(at_energy_k_wh=at), [], 0
    curve = [wh := wh + step for step in steps]
    for reading in curve:
        due = price_triggers.metered(triggers, None, measured(reading, 0))
        if due is not None:
            told.append(reading)
            triggers = due.triggers
    assert told == [reading for reading in curve if reading >= at * 1000][:1]


@given(st.integers(1, 50), st.lists(st.integers(0, 100_000), max_size=40))
def test_on_any_curve_power_is_told_exactly_when_it_crosses(kw: int, curve: list[int]) -> None:
    """The first reading; then one beyond the band on the other side of what was told last (7.4)."""
    triggers, last, told = TriggerMeterValue(at_power_k_w=Decimal(kw)), None, []
    for watts in curve:
        due = price_triggers.metered(triggers, last, measured(0, watts / 1000))
        told.append(due is not None)
        last = due.last_kw if due is not None else last
    expected, before = [], None
    for watts in curve:
        up = before is not None and before <= kw * 1000 < watts and 100 * watts >= 105 * kw * 1000
        down = before is not None and before >= kw * 1000 > watts and 100 * watts <= 95 * kw * 1000
        expected.append(before is None or up or down)
        before = watts if expected[-1] else before
    assert told == expected
