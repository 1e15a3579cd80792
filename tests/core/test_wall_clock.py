"""A clock that is not right when the charge point starts, and what was noted by it.

Proves 4.2 (the clock is set by BootNotification.conf), 4.6, errata 3.22 (statuses after Accepted), and what
ARCHITECTURE.md says of the times that were noted before.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import ConnectAsked
from ocpp16sm.hardware import Hardware, SetSystemTime
from tests.support.scene import ACCEPTED, SILENCE, CallError, CoreScene

TOLD = Timestamp.parse("2026-06-04T12:37:40.090Z")
UNSET = Timestamp.parse("1970-01-01T00:00:05Z")


class SettableClock(Hardware):
    """A station that sets its clock as soon as it is told the time."""

    scene: CoreScene

    def set_system_time(self, time: Timestamp) -> None:
        self.scene.virtual.set_wall_clock(time)


class Sometimes(SettableClock):
    """A station that sets its clock when it is told the time again."""

    times = 0

    def set_system_time(self, time: Timestamp) -> None:
        self.times += 1
        if self.times > 1:
            super().set_system_time(time)


class Failing(Hardware):
    """A station that cannot set its clock."""

    def set_system_time(self, time: Timestamp) -> None:
        raise RuntimeError("no permission")


def unset(hardware: Hardware | None = None, began: Timestamp = UNSET, **how: Any) -> CoreScene:
    """A charge point whose clock says ``began``; it has not been started."""
    hardware = hardware or SettableClock()
    scene = CoreScene(hardware=hardware, **how)
    if isinstance(hardware, SettableClock):
        hardware.scene = scene
    scene.virtual.set_wall_clock(began)
    return scene


def accepts(scene: CoreScene, time: Timestamp = TOLD) -> None:
    """BootNotification is heard, and accepted at this time."""
    scene.hears("BootNotification", {"status": "Accepted", "currentTime": time.text(), "interval": 0})


def after(seconds: float, moment: Timestamp = TOLD) -> str:
    """So long after a moment, as it is written."""
    return Timestamp.of(moment + timedelta(seconds=seconds)).text()


# -- BootNotification.conf ---------------------------------------------------------------------------------------------


def test_what_follows_accepted_has_the_time_as_it_was_set() -> None:
    """4.2, errata 3.22: the security event of the start, when that was; the statuses, now."""
    scene = unset(connectors=2)
    scene.starts()
    scene.passes(20)
    accepts(scene)
    scene.hears("SecurityEventNotification", timestamp=after(-20))
    for connector in range(3):
        scene.hears("StatusNotification", connectorId=connector, timestamp=after(0))
    scene.hears_nothing()


def test_nothing_is_sent_while_the_clock_is_being_set() -> None:
    """The station takes its time; the Central System is answered meanwhile, and everything has the right time after."""
    scene = unset()
    scene.virtual.hardware_s = 3.0
    scene.starts()
    accepts(scene)
    assert scene.asks("ClearCache") == ACCEPTED
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.passes(2.9)
    scene.hears_nothing()
    scene.passes(0.1)
    scene.hears("SecurityEventNotification", timestamp=after(0))
    scene.sees(1, "Preparing", timestamp=after(0))
    scene.sees(0, "Available", timestamp=after(3))
    scene.sees(1, "Preparing", timestamp=after(3))
    scene.hears_nothing()


@pytest.mark.parametrize("hardware", [Hardware(), Failing()], ids=["keeps its own time", "fails"])
def test_a_clock_that_is_not_set_corrects_nothing(hardware: Hardware) -> None:
    """4.2 recommends to set it: a station with a better clock does not, and says what its own clock says."""
    scene = unset(hardware)
    scene.starts()
    scene.begins()
    accepts(scene)
    scene.hears("SecurityEventNotification", timestamp=UNSET.text())
    scene.hears("StartTransaction", timestamp=UNSET.text())
    scene.sees(0, "Available", timestamp=UNSET.text())


def test_a_station_that_never_says_whether_it_is_set_is_waited_for_a_while() -> None:
    """10 s; then the charge point goes on."""
    scene = unset(Hardware())
    scene.virtual.hardware_s = 1e9
    scene.starts()
    accepts(scene)
    scene.passes(9.9)
    scene.hears_nothing()
    scene.passes(0.1)
    scene.hears("SecurityEventNotification")
    scene.sees(0, "Available", timestamp=after(10, UNSET))
    scene.sees(1, "Available")
    scene.hears_nothing()


def test_a_clock_that_is_nearly_right_holds_up_nothing() -> None:
    """Messages take their time: less than a second is no news."""
    scene = unset(Hardware(), Timestamp.of(TOLD - timedelta(milliseconds=999)))
    scene.virtual.hardware_s = 1e9
    scene.starts()
    accepts(scene)
    scene.hears("SecurityEventNotification")
    scene.sees(0, "Available")


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_the_clock_is_not_set_by_a_refusal(status: str) -> None:
    """4.2: it is Accepted that sets it."""
    scene = unset()
    scene.starts()
    scene.begins()
    scene.hears("BootNotification", {"status": status, "currentTime": TOLD.text(), "interval": 10})
    assert scene.orders(SetSystemTime) == []
    scene.passes(10)
    accepts(scene)
    scene.hears("SecurityEventNotification", timestamp=after(-10))
    scene.hears("StartTransaction", timestamp=after(-10))


# -- what was noted before ---------------------------------------------------------------------------------------------

ACTS = st.lists(st.sampled_from(["begins", "ends", "measures", "passes", "alarm"]), max_size=12)


def lives(scene: CoreScene, acts: list[str]) -> None:
    """The station does this before it has a connection."""
    wh = session = 0
    running = False
    for act in acts:
        scene.passes(7)
        if act == "begins" and not running:
            running, session = True, session + 1
            scene.begins(session=f"s{session}", wh=wh, signed_meter_value="OCMF")
        elif act == "ends" and running:
            running = False
            scene.ends(session=f"s{session}", wh=wh, signed_meter_value="OCMF")
        elif act == "measures":
            wh += 10
            scene.measures(1, wh)
        elif act == "passes":
            scene.passes(40)
        elif act == "alarm":
            scene.station.on_security_event("TamperDetectionActivated")


def kept(scene: CoreScene) -> tuple[Any, ...]:
    """What is on disk of it."""
    stored = scene.virtual.store.load()
    queue = [(queued.seq, queued.action, queued.request, queued.attempts) for queued in stored.queue]
    return queue, stored.transactions, stored.samples


def connects_and_says_all(scene: CoreScene) -> list[tuple[Any, ...]]:
    """It connects and is accepted at the time of TOLD; everything that it says, and what was on disk each time."""
    scene.virtual.feed(ConnectAsked())
    accepts(scene)
    said: list[tuple[Any, ...]] = [kept(scene)]
    while (action := scene.next_action()) is not None:
        heard = scene.hears(action)
        said.append((heard.action, json.dumps(heard.payload), kept(scene)))
    return said


KEYS: dict[str, Any] = {"MeterValueSampleInterval": "20", "StopTxnSampledData": "Energy.Active.Import.Register"}


@given(ACTS)
def test_it_is_as_if_the_clock_had_been_right_from_the_start(acts: list[str]) -> None:
    """4.2.1: even time says how long ago it was. Said to the Central System, and on disk; then nothing differs."""
    wrong = unset(**KEYS)
    wrong.starts(connect=False)
    lives(wrong, acts)
    right = unset(began=Timestamp.of(TOLD - timedelta(seconds=wrong.virtual.now.mono)), **KEYS)
    right.starts(connect=False)
    lives(right, acts)
    assert right.virtual.now.utc == TOLD
    assert connects_and_says_all(wrong) == connects_and_says_all(right)
    for scene in (wrong, right):
        scene.measures(1, 1000)
        scene.passes(45)
    assert [h.payload for h in wrong.hears_all()] == [h.payload for h in right.hears_all()]
    assert kept(wrong) == kept(right)


def test_what_is_corrected_stays_so_after_a_power_cut() -> None:
    """3.7: what is delivered later, by another run, has the time that was found out in this one."""
    scene = unset(StopTxnSampledData="Energy.Active.Import.Register")
    scene.starts()
    scene.begins()
    scene.passes(20)
    accepts(scene)
    scene.hears("SecurityEventNotification", SILENCE)
    scene.virtual.set_wall_clock(UNSET)
    scene.starts()
    accepts(scene, Timestamp.of(TOLD + timedelta(hours=1)))
    (start,) = scene.hears_all("StartTransaction")
    assert start["timestamp"] == after(-20)


def test_what_an_earlier_run_noted_is_left_as_it_is() -> None:
    """Nobody knows by how much its clock was wrong: it stopped before it was set."""
    scene = unset()
    scene.starts(connect=False)
    scene.begins()
    scene.passes(20)
    scene.virtual.set_wall_clock(UNSET)
    scene.starts()
    accepts(scene)
    heard = {each.action: each for each in scene.hears_all("StartTransaction", "StopTransaction")}
    assert heard["StartTransaction"]["timestamp"] == UNSET.text()
    assert heard["StopTransaction"]["timestamp"] == UNSET.text()
    assert heard["StopTransaction"]["reason"] == "PowerLoss"


def test_a_time_that_is_right_already_is_left_as_it_is() -> None:
    """A meter may have a clock of its own."""
    scene = unset()
    scene.starts()
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, TOLD)
    accepts(scene)
    assert [each["timestamp"] for each in scene.hears_all("StartTransaction")] == [TOLD.text()]


def test_a_clock_that_somebody_else_has_set_meanwhile() -> None:
    """NTP comes before the Central System: what was noted before is put right, what was noted since is right."""
    scene = unset(connectors=2)
    scene.starts(connect=False)
    scene.begins(1, "a")
    scene.passes(60)
    scene.virtual.set_wall_clock(TOLD)
    scene.passes(60)
    scene.begins(2, "b")
    scene.passes(60)
    scene.virtual.feed(ConnectAsked())
    accepts(scene, scene.virtual.now.utc)
    assert [each["timestamp"] for each in scene.hears_all("StartTransaction")] == [after(-60), after(60)]


@pytest.mark.parametrize("off", [-86_400 * 365, -3600, -5, 5, 3600])
def test_however_far_off(off: float) -> None:
    """A clock may be slow or fast, by little or much."""
    scene = unset(began=Timestamp.of(TOLD + timedelta(seconds=off)))
    scene.starts()
    scene.begins()
    scene.passes(20)
    accepts(scene)
    scene.hears("SecurityEventNotification", timestamp=after(-20))
    scene.hears("StartTransaction", timestamp=after(-20))


def test_a_clock_beyond_the_calendar_changes_nothing() -> None:
    """A year that cannot be written is no reason to stop."""
    scene = unset(began=Timestamp.parse("9999-12-31T23:00:00Z"))
    scene.starts()
    scene.begins()
    accepts(scene)
    assert scene.hears_all("StartTransaction")


# -- Heartbeat.conf ----------------------------------------------------------------------------------------------------


def test_a_station_that_sets_its_clock_by_a_heartbeat() -> None:
    """4.6: if Accepted did not set it, Heartbeat.conf may; what still waits is put right then."""
    scene = unset(Sometimes(), HeartbeatInterval="30", TransactionMessageRetryInterval="600")
    scene.starts()
    scene.begins()
    accepts(scene)
    scene.hears("SecurityEventNotification")
    scene.hears("StartTransaction", CallError(), timestamp=UNSET.text())
    scene.hears_all("StatusNotification")
    scene.passes(30)
    scene.hears("Heartbeat", {"currentTime": after(30)})
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_suspend_charging_ev(1)
    scene.sees(1, "SuspendedEV", timestamp=after(30))
    scene.passes(570)
    assert [each["timestamp"] for each in scene.hears_all("StartTransaction")] == [after(0)]
