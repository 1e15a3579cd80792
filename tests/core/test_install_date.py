"""installDateTime: until it has come, everybody may charge; then connectors leave, and the installation is permitted.

Proves the whitepaper's L01 (FR.16 to FR.19) and 6.9. Where it leaves room: it is the wall clock that counts, and a
station that is asked to wait and does not is out of service as if its time had come.
"""

import pytest

from ocpp16sm.hardware import AllConnectorsUnavailable, Disable
from tests.support.firmware import ONE, SIGNED, asks_for_signed_update, at, disables, enables, says, told, updating
from tests.support.scene import CoreScene

VERIFIED = ["Downloading", "Downloaded", "SignatureVerified", "InstallScheduled"]


@pytest.fixture
def scene() -> CoreScene:
    """Two connectors, and an update that is to be installed at one."""
    scene = updating(2)
    assert asks_for_signed_update(scene, install_date=ONE) == "Accepted"
    scene.orders()
    return scene


def leaving(scene: CoreScene) -> list[int]:
    """The connectors that are to go out of service, since the last look."""
    return [order.connector for order in scene.orders() if isinstance(order, Disable)]


@pytest.mark.parametrize("course", [VERIFIED, VERIFIED[:3], VERIFIED[3:]], ids=" ".join)
def test_connectors_stay_in_service_until_then(scene: CoreScene, course: list[str]) -> None:
    """L01.FR.16, L01.FR.19: it is only then that they are set to Unavailable."""
    says(scene, *course, request_id=SIGNED)
    assert told(scene, SIGNED) == course
    scene.passes(3599.9)
    assert scene.orders() == []
    assert [scene.status(connector) for connector in (1, 2)] == ["Available", "Available"]
    scene.passes(0.1)
    assert leaving(scene) == [1, 2]
    disables(scene, 1, 2)
    assert scene.orders() == [AllConnectorsUnavailable()]


def test_who_charges_then_may_go_on(scene: CoreScene) -> None:
    """L01.FR.18, L01.FR.19: the others leave at once."""
    says(scene, *VERIFIED, request_id=SIGNED)
    told(scene, SIGNED)
    scene.transaction()
    scene.passes(3600)
    scene.hears_all()
    assert leaving(scene) == [2]
    disables(scene, 2)
    scene.ends()
    scene.hears_all()
    assert leaving(scene) == [1]
    disables(scene, 1)
    assert scene.orders() == [AllConnectorsUnavailable()]


@pytest.mark.parametrize("date", ["2026-06-01T12:00:00Z", "2026-06-01T11:00:00Z", None])
def test_a_date_that_has_passed_is_none(date: str | None) -> None:
    """L01.FR.05, L01.FR.17: as soon as it is able to."""
    scene = updating()
    asks_for_signed_update(scene, install_date=date)
    scene.orders()
    says(scene, *VERIFIED[:3], request_id=SIGNED)
    assert leaving(scene) == [1]


@pytest.mark.parametrize(("clock", "wait"), [("2026-06-01T12:59:00Z", 60), ("2026-06-01T11:00:00Z", 7200)])
def test_it_is_the_wall_clock_that_counts(scene: CoreScene, clock: str, wait: float) -> None:
    """6.9 says a time of day: a clock that is set, forward or back, moves the wait."""
    says(scene, *VERIFIED, request_id=SIGNED)
    scene.virtual.set_wall_clock(at(clock))
    scene.hears_all()
    scene.passes(wait - 0.1)
    assert leaving(scene) == []
    scene.passes(0.1)
    assert leaving(scene) == [1, 2]


def test_a_station_that_need_not_be_empty_stays_in_service(scene: CoreScene) -> None:
    """L01.FR.18: charging can go on, before and after."""
    says(scene, *VERIFIED, request_id=SIGNED, disable=False)
    scene.passes(7200)
    scene.hears_all()
    assert leaving(scene) == []
    assert [scene.status(connector) for connector in (1, 2)] == ["Available", "Available"]


@pytest.mark.parametrize("begun", ["Installing", "InstallRebooting"])
def test_a_station_that_does_not_wait_is_out_of_service_now(scene: CoreScene, begun: str) -> None:
    """L01.FR.07: nobody is to charge while it is installed."""
    says(scene, *VERIFIED, begun, request_id=SIGNED)
    assert leaving(scene) == [1, 2]
    scene.passes(7200)
    assert leaving(scene) == [], "once"


@pytest.mark.parametrize("end", ["InstallationFailed", "InvalidSignature", "Installed", "DownloadFailed", "Idle"])
def test_an_update_that_ends_before_takes_nothing_out_of_service(scene: CoreScene, end: str) -> None:
    """L01.FR.19: then there is nothing to wait for."""
    says(scene, *VERIFIED, end, request_id=SIGNED)
    scene.hears_all()
    scene.passes(7200)
    scene.hears_nothing()
    assert leaving(scene) == []


def test_a_newer_request_takes_its_place(scene: CoreScene) -> None:
    """L01.FR.26 is about just this: it is going to be installed at a later time."""
    says(scene, *VERIFIED, request_id=SIGNED)
    told(scene, SIGNED)
    assert asks_for_signed_update(scene, 9) == "AcceptedCanceled"
    scene.passes(7200)
    assert leaving(scene) == []
    says(scene, "Downloading", "Downloaded", "SignatureVerified", request_id=9)
    assert leaving(scene) == [1, 2]


def test_a_second_update_may_wait_while_connectors_return_from_the_first(scene: CoreScene) -> None:
    """L01.FR.16: they come back, and leave again when the second one's time has come."""
    says(scene, "Downloaded", "SignatureVerified", "Installing", request_id=SIGNED)
    disables(scene, 1, 2)
    says(scene, "Installed", request_id=SIGNED)
    scene.hears_all()
    asks_for_signed_update(scene, 9, install_date=ONE)
    says(scene, "Downloaded", "SignatureVerified", request_id=9)
    enables(scene, 1, 2)
    scene.hears_all()
    scene.orders()
    scene.passes(3600)
    assert leaving(scene) == [1, 2]


def test_the_wait_begins_anew_after_a_restart(scene: CoreScene) -> None:
    """The file is fetched again, and its signature checked again; the date still counts."""
    says(scene, *VERIFIED, request_id=SIGNED)
    scene.restarts()
    scene.hears_all()
    says(scene, *VERIFIED, request_id=SIGNED)
    scene.hears_all()
    scene.orders()
    scene.passes(3599)
    assert leaving(scene) == []
    scene.passes(1)
    assert leaving(scene) == [1, 2]
