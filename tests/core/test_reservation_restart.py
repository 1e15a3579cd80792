"""Reservations over a restart.

Proves 5.13 (what is reserved is kept until it ends), 4.9 A7, and profiles.md 3.3: restored at boot with the remaining
time.
"""

from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.core.engine.effects import Persist
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import ReservationEnd
from ocpp16sm.store import MemoryStore, SqliteStore, Store
from tests.support.reservation_scenes import FAULT, ended, kept
from tests.support.scene import CoreScene, accepted

RESERVED = {0: ChargePointStatus.AVAILABLE, 1: ChargePointStatus.RESERVED, 2: ChargePointStatus.AVAILABLE}
"""As a station may find its connectors."""


def boots_again(scene: CoreScene, **how: Any) -> list[str]:
    """The power was cut; gives the statuses of connectors 1.. as they are told."""
    scene.restarts(**how)
    told = scene.hears_all("StatusNotification")
    return [status["status"] for status in told if status["connectorId"] > 0]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_reservations_are_kept_with_their_order_and_time(kind: str, tmp_path: Path) -> None:
    """profiles.md 3.3."""
    store: Store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "station.db")
    scene = accepted(connectors=3, store=store)
    scene.reserves(2, 9, "FIRST", seconds=100, group="GROUP")
    scene.reserves(0, 3, "SECOND", seconds=200)
    scene.reserves(0, 1, "THIRD", seconds=300)
    scene.reserves(0, 3, "SECOND AGAIN", seconds=200)
    before = scene.station.reservations()
    scene.passes(40)
    assert boots_again(scene) == ["Reserved", "Reserved", "Reserved"]
    assert scene.station.reservations() == before
    scene.passes(59.999)
    scene.hears_nothing()
    scene.passes(0.001)
    for connector in (1, 2, 3):
        scene.sees(connector, "Available")
    assert kept(scene) == [1, 3]
    scene.passes(99.999)
    assert kept(scene) == [1, 3]
    scene.passes(0.001)
    assert kept(scene) == [1]
    store.close()


def test_the_connector_is_reserved_before_anybody_is_told() -> None:
    """A7: there is no moment in which it is free."""
    scene = accepted()
    scene.reserves()
    scene.restarts()
    assert scene.status(1) == "Reserved"
    assert scene.station.is_reserved_for_other(1, "STRANGER")


@pytest.mark.parametrize("connector", [0, 1])
@pytest.mark.parametrize("found", [None, RESERVED])
def test_what_has_expired_while_the_power_was_off_is_gone(
    connector: int, found: dict[int, ChargePointStatus] | None
) -> None:
    """5.13 (2): also if the station has found the connector as it left it."""
    scene = accepted(connectors=2)
    scene.reserves(connector, seconds=60)
    scene.hears_all()
    scene.virtual.now = scene.virtual.now.later(61)
    assert boots_again(scene, connector_status=found) == ["Available", "Available"]
    assert ended(scene) == [(1, ReservationEnd.EXPIRED)]
    scene.restarts()
    assert ended(scene) == [], "for good"


def persisted(scene: CoreScene, before: int) -> list[list[str]]:
    """What each step since then put on disk, where that was before anything else of the step was done."""
    effects = scene.virtual.effects[before:]
    return [[type(op).__name__ for op in effect.operations] for effect in effects if isinstance(effect, Persist)]


def test_a_reservation_is_on_disk_before_it_is_promised() -> None:
    """Whenever the power is cut."""
    scene = accepted()
    before = len(scene.virtual.effects)
    scene.reserves()
    assert persisted(scene, before) == [["PutReservation"]]
    names = [type(effect).__name__ for effect in scene.virtual.effects[before:]]
    assert names.index("Persist") < names.index("SendText")


def test_a_reservation_is_used_and_gone_in_one_piece() -> None:
    """4.8: no power cut leaves it both used and there, or neither."""
    scene = accepted()
    scene.reserves()
    scene.hears_all()
    before = len(scene.virtual.effects)
    scene.begins(id_tag="HOLDER")
    (operations,) = persisted(scene, before)
    assert {"DropReservation", "PutRequest", "PutTransaction"} <= set(operations)


def test_what_has_ended_is_not_kept() -> None:
    """5.13, 5.1."""
    scene = accepted(connectors=4)
    for connector in range(1, 5):
        scene.reserves(connector, connector)
    scene.begins(1, id_tag="HOLDER")
    scene.cancels(2)
    scene.station.on_error(3, FAULT)
    scene.hears_all()
    scene.restarts()
    assert kept(scene) == [4]


def test_a_reservation_of_the_station_itself_is_known_by_its_status() -> None:
    """The connector is Reserved, and by nobody else."""
    scene = accepted(connectors=2)
    assert boots_again(scene, connector_status=RESERVED) == ["Reserved", "Available"]
    assert kept(scene) == []
    scene.passes(80_000)
    scene.hears_nothing()
    scene.station.on_reservation_end(1)
    scene.sees(1, "Available")


def test_what_both_have_reserved_is_found_reserved() -> None:
    """Ours is taken for what the station has found."""
    scene = accepted(connectors=2)
    scene.reserves()
    scene.hears_all()
    assert boots_again(scene, connector_status=RESERVED) == ["Reserved", "Available"]
    scene.cancels()
    scene.sees(1, "Available")


@pytest.mark.parametrize("status", ["Faulted", "Unavailable"])
def test_a_connector_found_out_of_order_ends_its_reservation(status: str) -> None:
    """5.13 (3)."""
    scene = accepted(connectors=2)
    scene.reserves()
    scene.hears_all()
    assert boots_again(scene, connector_status={**RESERVED, 1: ChargePointStatus(status)}) == [status, "Available"]
    assert ended(scene) == [(1, ReservationEnd(status))]


def test_a_connector_found_in_use_is_reserved_when_it_is_free() -> None:
    """A7."""
    scene = accepted(connectors=2)
    scene.reserves()
    scene.hears_all()
    found = {**RESERVED, 1: ChargePointStatus.FINISHING}
    assert boots_again(scene, connector_status=found) == ["Finishing", "Available"]
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")
    scene.sees(1, "Reserved")


def test_a_charge_point_that_takes_no_reservations_any_more_keeps_none() -> None:
    """9.1.29: nobody could cancel them."""
    store = MemoryStore()
    scene = accepted(store=store)
    scene.reserves()
    assert boots_again(CoreScene(store=store, SupportedFeatureProfiles="Core")) == ["Available"]
    assert boots_again(CoreScene(store=store)) == ["Available"]
