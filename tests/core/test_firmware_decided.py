"""Connectors during an update: what has been decided holds to its end, and each is told once.

Proves the whitepaper's L01 (FR.07, FR.16 to FR.19), 5.19 and reference/handlers.md 1.9: whether connectors are to be
out of service is remembered from the status with which their time comes.
"""

import pytest

from ocpp16sm.hardware import AllConnectorsUnavailable, Disable, UpdateFirmware
from tests.support.firmware import (
    ONE,
    PLACE,
    SIGNED,
    UNSIGNED,
    asks_for_signed_update,
    asks_for_update,
    disables,
    says,
    updating,
)
from tests.support.scene import CoreScene

KEEP = f"{PLACE}#disable_connectors_during_install=false"
TWO = "2026-06-01T14:00:00Z"
BEGINNINGS = ["Installing", "InstallRebooting"]


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors."""
    return updating(connectors=2)


@pytest.fixture
def kept() -> CoreScene:
    """Two connectors, which the Central System wants to stay in service."""
    scene = updating(connectors=2)
    asks_for_update(scene, location=KEEP)
    scene.orders()
    says(scene, "Downloading")
    return scene


# -- in service all the while ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["Downloaded", "SignatureVerified", "InstallScheduled"])
def test_the_installation_is_permitted_with_the_first_word_that_the_firmware_is_there(
    kept: CoreScene, first: str
) -> None:
    """station.md: a station may leave steps out."""
    says(kept, first)
    assert kept.orders() == [AllConnectorsUnavailable()]


@pytest.mark.parametrize("first", ["Downloaded", "SignatureVerified"])
def test_it_is_permitted_once(kept: CoreScene, first: str) -> None:
    says(kept, first)
    kept.orders()
    says(kept, "InstallScheduled")
    kept.passes(60)
    assert kept.orders() == []


@pytest.mark.parametrize("begun", BEGINNINGS)
@pytest.mark.parametrize("request_id", [UNSIGNED, SIGNED])
def test_connectors_that_need_not_leave_stay_when_it_begins_unannounced(
    pair: CoreScene, request_id: int, begun: str
) -> None:
    """Neither are they brought back at the end: they have never been away."""
    says(pair, begun, request_id=request_id, disable=False)
    assert pair.orders() == []
    says(pair, "Installed", request_id=request_id, disable=False)
    assert pair.orders() == []


@pytest.mark.parametrize("begun", BEGINNINGS)
def test_what_is_said_when_it_begins_holds_to_the_end(pair: CoreScene, begun: str) -> None:
    """handlers.md 1.9: remembered."""
    says(pair, begun, disable=False)
    says(pair, *(other for other in BEGINNINGS if other != begun))
    assert pair.orders() == []


def test_what_is_said_when_it_is_ready_holds_to_the_end(pair: CoreScene) -> None:
    says(pair, "SignatureVerified", request_id=SIGNED, disable=False)
    says(pair, *BEGINNINGS, request_id=SIGNED)
    assert pair.orders() == []


def test_what_was_said_before_its_time_holds_when_that_has_come(pair: CoreScene) -> None:
    """L01.FR.16 to FR.18: in service before, meanwhile and behind it."""
    asks_for_signed_update(pair, install_date=ONE)
    says(pair, "Downloading", "Downloaded", "SignatureVerified", "InstallScheduled", request_id=SIGNED, disable=False)
    pair.orders()
    pair.passes(3600)
    says(pair, *BEGINNINGS, request_id=SIGNED)
    assert pair.orders() == []
    says(pair, "Installed", request_id=SIGNED)
    assert pair.orders() == []


def test_a_reboot_behind_the_end_takes_nothing_out_of_service(pair: CoreScene) -> None:
    """L01.FR.15: there is nothing left to be installed."""
    says(pair, "Installing", "Installed", request_id=SIGNED, disable=False)
    says(pair, "InstallRebooting", request_id=SIGNED)
    assert pair.orders() == []


# -- out of service ----------------------------------------------------------------------------------------------------


def test_they_leave_when_a_signed_update_is_ready_without_a_word_on_its_signature(pair: CoreScene) -> None:
    """L01.FR.07; a station may leave steps out."""
    asks_for_signed_update(pair)
    pair.orders()
    says(pair, "Downloading", "Downloaded", "InstallScheduled", request_id=SIGNED)
    assert pair.orders() == [Disable(1), Disable(2)]


def test_the_last_one_to_leave_brings_one_permission(pair: CoreScene) -> None:
    says(pair, "Downloaded")
    disables(pair, 1, 2)
    assert pair.orders(AllConnectorsUnavailable) == [AllConnectorsUnavailable()]
    pair.passes(60)
    assert pair.asks("ChangeAvailability", connectorId=1, type="Inoperative") == {"status": "Accepted"}
    assert pair.orders(AllConnectorsUnavailable) == []


def test_an_update_that_ends_before_its_time_brings_nothing_back(pair: CoreScene) -> None:
    """L01.FR.19: nothing has been taken away yet."""
    asks_for_signed_update(pair, install_date=ONE)
    says(pair, "Downloaded", "SignatureVerified", "InstallScheduled", request_id=SIGNED)
    pair.orders()
    says(pair, "InstallationFailed", request_id=SIGNED)
    assert pair.orders() == []


# -- before the station has begun --------------------------------------------------------------------------------------


def fetched(scene: CoreScene) -> list[str]:
    """From where the station is to fetch firmware, since the last look."""
    return [order.location for order in scene.orders() if isinstance(order, UpdateFirmware)]


def test_a_station_that_has_not_begun_may_say_so(pair: CoreScene) -> None:
    """5.19: Idle is no end of an update whose retrieveDate has not come."""
    asks_for_update(pair, retrieve_date=ONE)
    says(pair, "Idle")
    assert fetched(pair) == []
    pair.passes(3600)
    assert fetched(pair) == [PLACE]


def test_a_newer_request_moves_the_date(pair: CoreScene) -> None:
    """5.19: the newest request is the one that counts, with its own retrieveDate."""
    asks_for_update(pair, retrieve_date=ONE)
    asks_for_update(pair, retrieve_date=TWO, location="ftp://files.example/newer.bin")
    pair.passes(3600)
    assert fetched(pair) == []
    pair.passes(3600)
    assert fetched(pair) == ["ftp://files.example/newer.bin"]
