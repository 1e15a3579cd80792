"""Connectors during an update: out of service as they become free, back in service at its end.

Proves 5.19, errata 3.49, the whitepaper's L01.FR.06, L01.FR.07, L01.FR.18 and L01.FR.19, reference/handlers.md 1.9 (D21
put right) and station.md, Files.
"""

import pytest

from ocpp16sm.hardware import AllConnectorsUnavailable, Disable, Enable
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.station_facts import ErrorInfo
from tests.support.firmware import (
    MESSAGES,
    PLACE,
    READY,
    SIGNED,
    UNSIGNED,
    asks_for_update,
    disables,
    enables,
    says,
    updating,
)
from tests.support.scene import CoreScene

ACCEPTED = {"status": "Accepted"}
KEEP = f"{PLACE}#disable_connectors_during_install=false"
ENDS = [
    (UNSIGNED, "Installed"),
    (UNSIGNED, "InstallationFailed"),
    (UNSIGNED, "DownloadFailed"),
    (UNSIGNED, "Idle"),
    (SIGNED, "Installed"),
    (SIGNED, "InstallationFailed"),
    (SIGNED, "DownloadFailed"),
    (SIGNED, "InstallVerificationFailed"),
    (SIGNED, "InvalidSignature"),
    (SIGNED, "Idle"),
]


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors."""
    return updating(connectors=2)


def statuses(scene: CoreScene) -> list[tuple[int, str]]:
    """The statuses of connectors that are told, in order."""
    return [(heard["connectorId"], heard["status"]) for heard in scene.hears_all("StatusNotification")]


# -- out of service ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_id", READY)
def test_connectors_leave_service_when_the_download_is_ready(pair: CoreScene, request_id: int) -> None:
    """Errata 3.49: idle ones at once; when all are out the station may install, and is told so once."""
    for status in ("Downloading", "Downloaded", "SignatureVerified"):
        says(pair, status, request_id=request_id)
        if status == READY[request_id]:
            break
        assert pair.orders() == []
    assert pair.orders() == [Disable(1), Disable(2)]
    disables(pair, 1)
    assert pair.orders() == []
    disables(pair, 2)
    assert pair.orders() == [AllConnectorsUnavailable()]
    says(pair, "Installing", request_id=request_id)
    assert pair.orders() == []
    assert statuses(pair) == [(1, "Unavailable"), (2, "Unavailable")]


@pytest.mark.parametrize("request_id", READY)
def test_a_busy_connector_leaves_service_when_its_use_has_ended(pair: CoreScene, request_id: int) -> None:
    """L01.FR.06, L01.FR.07: a running transaction is not disturbed."""
    pair.transaction(2)
    pair.orders()
    says(pair, READY[request_id], request_id=request_id)
    assert pair.orders() == [Disable(1)]
    disables(pair, 1)
    pair.ends(2)
    assert pair.orders() == [Disable(2)]
    disables(pair, 2)
    assert pair.orders() == [AllConnectorsUnavailable()]
    assert (2, "Unavailable") in statuses(pair)


def test_a_plug_that_leads_to_no_transaction_is_waited_for(pair: CoreScene) -> None:
    """L01.FR.07: a connector that becomes available is set to Unavailable."""
    pair.station.on_session_started(2, "s2", "EVConnected")
    pair.orders()
    says(pair, "Downloaded")
    assert pair.orders() == [Disable(1)]
    disables(pair, 1)
    assert AllConnectorsUnavailable() not in pair.orders()
    pair.station.on_session_stopped(2, "s2")
    assert pair.orders() == [Disable(2), AllConnectorsUnavailable()]


def test_a_connector_that_is_out_of_order_is_taken_out_of_service(pair: CoreScene) -> None:
    """4.9 H9: it stays Faulted, and keeps nobody waiting."""
    pair.station.on_error(1, ErrorInfo(uuid="f", error_code=ChargePointErrorCode.GROUND_FAILURE, is_fault=True))
    pair.orders()
    says(pair, "Downloaded")
    disables(pair, 1, 2)
    assert pair.orders() == [Disable(1), Disable(2), AllConnectorsUnavailable()]
    assert pair.status(1) == "Faulted"


@pytest.mark.parametrize("request_id", READY)
@pytest.mark.parametrize("status", ["Installing", "InstallRebooting"])
def test_an_installation_that_begins_unannounced_is_no_time_for_charging(
    pair: CoreScene, request_id: int, status: str
) -> None:
    """L01.FR.07: until it is installed. There is nothing left to be permitted."""
    says(pair, status, request_id=request_id)
    assert pair.orders() == [Disable(1), Disable(2)]
    disables(pair, 1, 2)
    assert pair.orders() == []
    says(pair, "Installed", request_id=request_id)
    assert pair.orders() == [Enable(1), Enable(2)]


def test_a_signature_that_may_be_wrong_takes_nothing_out_of_service(pair: CoreScene) -> None:
    """L01.FR.04, L01.FR.05: first it is verified."""
    says(pair, "Downloading", "Downloaded", "InvalidSignature", request_id=SIGNED)
    assert pair.orders() == []


# -- in service all the while ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_id", READY)
def test_connectors_may_stay_in_service(pair: CoreScene, request_id: int) -> None:
    """handlers.md 1.9: disable_connectors_during_install false; a station that says so does not wait."""
    says(pair, READY[request_id], "Installing", "Installed", request_id=request_id, disable=False)
    assert pair.orders() == []


def test_the_central_system_may_want_them_to_stay_in_service(pair: CoreScene) -> None:
    """profiles.md 5.3: by a note in the location; the station, which need not know, may install at once."""
    asks_for_update(pair, location=KEEP)
    pair.orders()
    says(pair, "Downloading", "Downloaded")
    assert pair.orders() == [AllConnectorsUnavailable()]
    says(pair, "Installing", "Installed")
    assert pair.orders() == []
    assert statuses(pair) == []
    asks_for_update(pair)
    pair.orders()
    says(pair, "Downloading", "Downloaded")
    assert pair.orders() == [Disable(1), Disable(2)], "the next update is another matter"


# -- back in service ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("request_id", "end"), ENDS)
def test_connectors_return_to_service_when_the_update_is_over(pair: CoreScene, request_id: int, end: str) -> None:
    """station.md: back after the end, however it ended (D21); not those that the Central System wants out."""
    assert pair.asks("ChangeAvailability", connectorId=2, type="Inoperative") == ACCEPTED
    disables(pair, 2)
    says(pair, READY[request_id], request_id=request_id)
    disables(pair, 1)
    pair.hears_all()
    pair.orders()
    says(pair, end, request_id=request_id)
    assert pair.orders(Enable, Disable) == [Enable(1)]
    enables(pair, 1)
    assert statuses(pair) == [(1, "Available")]
    says(pair, end, request_id=request_id)
    assert pair.orders(Enable, Disable) == [], "once is enough"


@pytest.mark.parametrize(("request_id", "end"), ENDS)
def test_a_failed_update_leaves_nothing_scheduled(pair: CoreScene, request_id: int, end: str) -> None:
    """D21: a connector that was busy all the while stays in service when its use ends."""
    pair.transaction(1)
    says(pair, READY[request_id], end, request_id=request_id)
    pair.hears_all()
    pair.orders()
    pair.ends()
    pair.station.on_session_stopped(1, "s1")
    assert statuses(pair) == [(1, "Finishing"), (1, "Available")]
    assert Disable(1) not in pair.orders()


def test_an_update_that_gives_way_to_another_lets_the_connectors_go(pair: CoreScene) -> None:
    """L01.FR.26: nothing is ready to be installed any more."""
    says(pair, "SignatureVerified", request_id=SIGNED)
    disables(pair, 1, 2)
    pair.orders()
    says(pair, "Downloading", request_id=9)
    assert pair.orders() == [Enable(1), Enable(2)]
    enables(pair, 1, 2)
    says(pair, "Downloaded", "SignatureVerified", request_id=9)
    disables(pair, 1, 2)
    assert pair.orders() == [Disable(1), Disable(2), AllConnectorsUnavailable()]


@pytest.mark.parametrize("answered", ["not yet", "one"])
def test_an_update_may_follow_before_all_are_back(pair: CoreScene, answered: str) -> None:
    """A station takes its time; the next permission waits for all of them all the same."""
    says(pair, "Downloaded")
    disables(pair, 1, 2)
    says(pair, "InstallationFailed")
    if answered == "one":
        enables(pair, 1)
    pair.orders()
    says(pair, "Downloading", "Downloaded")
    assert pair.orders(Disable) == [Disable(1), Disable(2)]
    disables(pair, 1, 2)
    assert [pair.status(connector) for connector in (1, 2)] == ["Unavailable"] * 2


# -- ChangeAvailability meanwhile --------------------------------------------------------------------------------------


def change(scene: CoreScene, connector: int, type: str) -> str:
    """What the Central System is answered."""
    status: str = scene.asks("ChangeAvailability", connectorId=connector, type=type)["status"]
    return status


@pytest.mark.parametrize("when", ["before they are out", "when they are out"])
def test_a_connector_that_is_wanted_out_meanwhile_stays_out(pair: CoreScene, when: str) -> None:
    """5.2: the Central System's wish outlives the update."""
    says(pair, "Downloaded")
    if when == "when they are out":
        disables(pair, 1, 2)
    assert change(pair, 1, "Inoperative") == "Accepted"
    disables(pair, 1, 2)
    says(pair, "Installing")
    pair.orders()
    says(pair, "Installed")
    assert pair.orders() == [Enable(2)]
    enables(pair, 2)
    assert (pair.status(1), pair.status(2)) == ("Unavailable", "Available")


@pytest.mark.parametrize("connector", [0, 1])
def test_a_connector_that_is_wanted_in_meanwhile_comes_back_at_the_end(pair: CoreScene, connector: int) -> None:
    """5.2: Accepted means that it will be executed; L01.FR.07: not before the firmware is installed."""
    assert change(pair, 1, "Inoperative") == "Accepted"
    disables(pair, 1)
    says(pair, "Downloaded")
    disables(pair, 2)
    pair.orders()
    assert change(pair, connector, "Operative") == "Accepted"
    assert pair.orders(Enable) == ([Enable(0)] if connector == 0 else [])
    assert pair.status(1) == "Unavailable"
    says(pair, "Installed")
    assert pair.orders() == [Enable(1), Enable(2)]


def test_the_newest_wish_counts(pair: CoreScene) -> None:
    """5.2."""
    says(pair, "Downloaded")
    disables(pair, 1, 2)
    for type in ("Operative", "Inoperative", "Operative", "Inoperative"):
        assert change(pair, 2, type) == "Accepted"
    says(pair, "Installing")
    pair.orders()
    says(pair, "InstallationFailed")
    assert pair.orders() == [Enable(1)]


def test_a_wish_for_a_busy_connector_is_scheduled_and_outlives_the_update(pair: CoreScene) -> None:
    """5.2: Scheduled, because a transaction is running."""
    pair.transaction(1)
    pair.orders()
    says(pair, "Downloaded")
    assert change(pair, 1, "Inoperative") == "Scheduled"
    says(pair, "InstallationFailed")
    pair.orders()
    pair.ends()
    assert pair.orders() == [Disable(1)]


def test_a_busy_connector_that_is_wanted_in_leaves_service_all_the_same(pair: CoreScene) -> None:
    """L01.FR.07: any connector that becomes available, until the firmware is installed."""
    pair.transaction(1)
    says(pair, "Downloaded")
    assert change(pair, 1, "Operative") == "Accepted"
    pair.orders()
    pair.ends()
    assert pair.orders() == [Disable(1)]


def test_a_change_that_is_scheduled_already_stays_scheduled(pair: CoreScene) -> None:
    """5.2: the Central System wanted the busy connector out of service before the update did."""
    pair.transaction(2)
    assert change(pair, 2, "Inoperative") == "Scheduled"
    pair.orders()
    says(pair, "SignatureVerified", request_id=SIGNED)
    assert pair.orders() == [Disable(1)]
    says(pair, "InstallationFailed", request_id=SIGNED)
    assert pair.orders() == [Enable(1)]
    pair.ends(2)
    assert pair.orders() == [Disable(2)]


@pytest.mark.parametrize("request_id", MESSAGES)
def test_a_wish_after_the_end_is_performed_at_once(pair: CoreScene, request_id: int) -> None:
    """5.2."""
    says(pair, READY[request_id], request_id=request_id)
    disables(pair, 1, 2)
    says(pair, "InstallationFailed", request_id=request_id)
    pair.orders()
    assert change(pair, 1, "Operative") == "Accepted"
    assert pair.orders() == [Enable(1)]


def test_a_remote_start_finds_nothing_that_is_free(pair: CoreScene) -> None:
    """5.11, L01.FR.07."""
    says(pair, "Downloaded")
    disables(pair, 1, 2)
    assert pair.asks("RemoteStartTransaction", idTag="TAG", connectorId=1) == {"status": "Rejected"}
