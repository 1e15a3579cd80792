"""A charge point whose connectors follow a chart of the user's, with other regions than ours: it starts, and restarts.

What each status stands for at a start is 4.9's; a status that the chart does not have is shown as the nearest that
promises a driver no more.
"""

from typing import Any

import pytest

from ocpp16sm.messages import ChargePointStatus as Status
from ocpp16sm.shell.own_chart import machine_factory
from statecharts import extract
from tests.charts import user_charts
from tests.charts.engines import compiled
from tests.support.scene import ACCEPTED, CoreScene

CHARTS = {
    f"{chart.__name__}, {how}": make
    for chart in (user_charts.Kiosk, user_charts.WithOverlay)
    for how, make in (("interpreted", machine_factory(chart)), ("compiled", compiled(extract(chart))))
}

every_chart = pytest.mark.parametrize("machine", CHARTS.values(), ids=list(CHARTS))


def shows(scene: CoreScene, connector: int = 1) -> str:
    """What is told of a connector after a start."""
    return str({heard["connectorId"]: heard["status"] for heard in scene.hears_all("StatusNotification")}[connector])


@every_chart
def test_a_session_from_start_to_end(machine: Any) -> None:
    scene = CoreScene(connector_machine=machine)
    scene.boots()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears("StatusNotification", connectorId=1, status="Charging")
    scene.begins()
    scene.hears("StartTransaction", connectorId=1, meterStart=0)
    scene.ends(wh=100)
    scene.hears("StopTransaction", meterStop=100)
    scene.hears("StatusNotification", connectorId=1, status="Available")


@pytest.mark.parametrize(
    ("found", "kiosk", "overlaid"),
    [
        (Status.AVAILABLE, "Available", "Available"),
        (Status.PREPARING, "Available", "Available"),
        (Status.CHARGING, "Charging", "Charging"),
        (Status.SUSPENDED_EV, "SuspendedEV", "Charging"),
        (Status.SUSPENDED_EVSE, "SuspendedEV", "Charging"),
        (Status.FINISHING, "Available", "Available"),
        (Status.RESERVED, "Available", "Available"),
        (Status.UNAVAILABLE, "Unavailable", "Available"),
        (Status.FAULTED, "Faulted", "Faulted"),
    ],
)
def test_what_the_station_finds_is_shown_as_far_as_the_chart_has_words(
    found: Status, kiosk: str, overlaid: str
) -> None:
    for name, machine in CHARTS.items():
        scene = CoreScene(connector_machine=machine)
        scene.starts(connector_status={0: Status.AVAILABLE, 1: found})
        assert shows(scene) == (kiosk if "Kiosk" in name else overlaid), name


@every_chart
def test_a_transaction_that_goes_on_is_in_a_status_in_which_one_can(machine: Any) -> None:
    scene = CoreScene(connector_machine=machine)
    scene.boots()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.begins()
    scene.hears_all()
    scene.starts(resuming_sessions=frozenset({"s1"}))
    assert shows(scene) in ("SuspendedEV", "Charging")


@pytest.mark.parametrize("how", ["interpreted", "compiled"])
def test_what_the_central_system_took_out_of_service_stays_there(how: str) -> None:
    scene = CoreScene(connector_machine=CHARTS[f"Kiosk, {how}"])
    scene.boots()
    assert scene.asks("ChangeAvailability", connectorId=1, type="Inoperative") == ACCEPTED
    scene.starts()
    assert shows(scene) == "Unavailable"
