"""Updates in a world where anything happens: whatever it was, in the end all is well.

A station does what it is asked for, at its own pace; the power fails, the connection breaks, customers come and go, the
Central System wants connectors in and out and asks for updates, drawn by Hypothesis. Proves that no update is
forgotten, that the Central System learns the last status, and that no connector stays out of service because of an
update (5.2, 5.19, errata 3.47 and 3.49).
"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.hardware import (
    AllConnectorsUnavailable,
    CancelFirmwareUpdate,
    Disable,
    Enable,
    UpdateFirmware,
    UpdateSignedFirmware,
)
from ocpp16sm.messages import ChargePointStatus, FirmwareUpdateStatus
from tests.support.firmware import PLACE, asks_for_signed_update, triggered, updating
from tests.support.scene import CoreScene

CONNECTORS = (1, 2)


class World:
    """A station that does what it is asked for, and all the others."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self.scene: CoreScene = updating(connectors=2)
        self.wanted = dict.fromkeys(CONNECTORS, "Operative")
        self.in_service = set(CONNECTORS)
        self.sessions: dict[int, str] = {}
        self._sessions = 0
        self._asked = 0
        self.downloading: str | None = None
        self.downloaded = False
        self.permitted = False
        self.installing = False
        self.installed: list[str] = []
        """Locations, in order."""
        self.last_asked: str | None = None
        self.heard: list[str] = []

    def acts(self) -> list[Callable[[], None]]:
        """What can happen."""
        return [
            self.obeys, self.obeys, self.downloads, self.installs, self.installs, self.fails, self.restarts,
            self.customer, self.customer, self.change, self.update, self.link, self.network, self.time,
        ]  # fmt: skip

    # -- the station ------------------------------------------------------------------------------------------------

    def obeys(self) -> None:
        """The hardware does what it was asked for since the last time."""
        orders = self.scene.orders()
        for order in orders:
            match order:
                case Disable(connector) if connector in CONNECTORS:
                    self.in_service.discard(connector)
                    self.scene.station.on_disabled(connector)
                case Enable(connector) if connector in CONNECTORS:
                    self.in_service.add(connector)
                    self.scene.station.on_enabled(connector)
                case UpdateFirmware(location):
                    assert self.downloading is None, "one at a time"
                    self.downloading, self.downloaded, self.permitted = location, False, False
                case AllConnectorsUnavailable():
                    assert self.downloaded, "nothing is there to be installed"
                    assert not any(
                        self.scene.virtual.core.features.all_connectors.connectors[c - 1].transaction
                        for c in CONNECTORS
                    )
                    self.permitted = True

    def _says(self, *statuses: str) -> None:
        for status in statuses:
            self.scene.station.on_firmware_update_status_notification(-1, FirmwareUpdateStatus(status))

    def downloads(self) -> None:
        """A download is done."""
        if self.downloading and not self.downloaded:
            self.downloaded = True
            self._says("Downloading", "Downloaded")

    def installs(self) -> None:
        """The station begins to install, or has done so: that needs a reboot."""
        if self.permitted and not self.installing:
            self.installing = True
            self._says("Installing")
        elif self.installing:
            assert self.downloading is not None
            self.installed.append(self.downloading)
            self.downloading, self.installing = None, False
            self._restart(BootReason.FIRMWARE_UPDATE)

    def fails(self) -> None:
        """What it is at does not work. What it was told before that, it has heard."""
        while self.scene.hardware_calls:
            self.obeys()
        if self.downloading is not None:
            self.downloading = None
            self._says("InstallationFailed" if self.downloaded else "DownloadFailed")
            self.downloaded = self.permitted = self.installing = False

    def restarts(self) -> None:
        """The power fails; the station forgets everything but which connectors are in service."""
        self._restart(BootReason.POWER_UP)

    def _restart(self, reason: BootReason) -> None:
        if self.scene.virtual.linked:
            self.hears()
        self.downloading, self.downloaded, self.permitted, self.installing = None, False, False, False
        self.sessions.clear()
        self.scene.virtual.asked.clear()
        found = {c: ChargePointStatus("Available" if c in self.in_service else "Unavailable") for c in CONNECTORS}
        self.scene.starts(boot_reason=reason, connector_status={0: ChargePointStatus.AVAILABLE, **found})

    # -- everybody else ---------------------------------------------------------------------------------------------

    def customer(self) -> None:
        """Somebody comes, or goes."""
        connector = self._data.draw(st.sampled_from(CONNECTORS))
        if connector in self.sessions:
            session = self.sessions.pop(connector)
            self.scene.ends(connector, session)
            self.scene.station.on_session_stopped(connector, session)
        elif self.scene.status(connector) == "Available":
            self._sessions += 1
            self.sessions[connector] = f"s{self._sessions}"
            self.scene.station.on_session_started(connector, f"s{self._sessions}", "EVConnected")
            self.scene.begins(connector, f"s{self._sessions}")

    def change(self) -> None:
        """The Central System wants a connector in service, or out of it."""
        if self._is_served():
            connector = self._data.draw(st.sampled_from(CONNECTORS))
            self.wanted[connector] = self._data.draw(st.sampled_from(["Operative", "Inoperative"]))
            answer = self.scene.asks("ChangeAvailability", connectorId=connector, type=self.wanted[connector])
            assert answer["status"] in ("Accepted", "Scheduled")

    def update(self) -> None:
        """The Central System wants an update, now or later."""
        if self._is_served():
            self._asked += 1
            self.last_asked = f"{PLACE}-{self._asked}"
            date = self.scene.virtual.now.later(self._data.draw(st.sampled_from([-60, 0, 100]))).utc
            self.scene.asks("UpdateFirmware", location=self.last_asked, retrieveDate=date.text())

    def _is_served(self) -> bool:
        """Whether a request of the Central System is answered now."""
        self.hears()
        return self.scene.virtual.linked and self.scene.virtual.core.features.context.accepted

    def link(self) -> None:
        """The connection breaks."""
        if self.scene.virtual.linked:
            self.hears()
            self.scene.loses_link()

    def network(self) -> None:
        """There is none, or there is one again."""
        self.scene.virtual.dial_s = self._data.draw(st.sampled_from([None, 0.0]))

    def time(self) -> None:
        """Time passes."""
        self.hears()
        self.scene.passes(self._data.draw(st.sampled_from([1, 30, 100])))
        self.hears()

    def hears(self) -> None:
        """The Central System answers everything."""
        self.heard += [heard["status"] for heard in self.scene.hears_all("FirmwareStatusNotification")]

    def comes_to_rest(self) -> None:
        """The network is there, customers go, and the station has all the time that it needs."""
        self.scene.regains_network()
        self.hears()
        for connector, session in list(self.sessions.items()):
            self.scene.ends(connector, session)
            self.scene.station.on_session_stopped(connector, session)
        self.sessions.clear()
        for _ in range(12):
            self.obeys()
            self.downloads()
            self.obeys()
            self.installs()
            self.scene.passes(100)
            self.hears()


@pytest.mark.parametrize("steps", [30])
@given(st.data())
@settings(max_examples=60, deadline=None, database=None)
def test_in_the_end_all_is_well(steps: int, data: st.DataObject) -> None:
    world = World(data)
    for _ in range(data.draw(st.integers(1, steps))):
        data.draw(st.sampled_from(world.acts()))()
    world.comes_to_rest()
    statuses = {c: world.scene.status(c) for c in CONNECTORS}
    assert statuses == {c: "Available" if world.wanted[c] == "Operative" else "Unavailable" for c in CONNECTORS}
    assert triggered(world.scene) == {"status": "Idle"}
    assert world.scene.virtual.store.load().firmware.next_request is None
    if world.last_asked is not None and world.last_asked in world.installed:
        assert world.heard[-1] == "Installed"
    elif world.last_asked is not None:
        assert world.heard[-1] in ("DownloadFailed", "InstallationFailed")


class SignedWorld(World):
    """The same with signed updates: newer ones take the place of older ones, and some wait to be installed."""

    request_id = 0
    """Of the update that the station is at."""

    def acts(self) -> list[Callable[[], None]]:
        """The same, with more updates, of which one meets another."""
        return [*super().acts(), *[self.update] * 5, self.downloads, self.obeys, self.installs]

    def obeys(self) -> None:
        """As before, and it gives up what it is not installing yet."""
        for order in self.scene.orders():
            match order:
                case CancelFirmwareUpdate():
                    if not self.installing:
                        self.downloading, self.downloaded, self.permitted = None, False, False
                case UpdateSignedFirmware(request_id):
                    assert self.downloading is None, "one at a time"
                    self.request_id = request_id
                    self.downloading, self.downloaded, self.permitted = str(request_id), False, False
                case _:
                    self.scene.hardware_calls.append(order)
                    super().obeys()

    def _says(self, *statuses: str) -> None:
        for status in statuses:
            self.scene.station.on_firmware_update_status_notification(self.request_id, FirmwareUpdateStatus(status))

    def downloads(self) -> None:
        """A download is done, and its signature is right."""
        self.obeys()
        if self.downloading and not self.downloaded:
            self.downloaded = True
            self._says("Downloading", "Downloaded", "SignatureVerified")

    def installs(self) -> None:
        """As before."""
        self.obeys()
        super().installs()
        self.scene.virtual.hardware.cancels = not self.installing  # type: ignore[attr-defined]  # it is ours

    def restarts(self) -> None:
        """As before."""
        super().restarts()
        self.scene.virtual.hardware.cancels = True  # type: ignore[attr-defined]  # it is ours

    def fails(self) -> None:
        """As before."""
        super().fails()
        self.scene.virtual.hardware.cancels = True  # type: ignore[attr-defined]  # it is ours

    def update(self) -> None:
        """The Central System wants an update, now or later, to be installed then or later."""
        if self._is_served():
            self.obeys()
            self._asked += 1
            dates = [
                self.scene.virtual.now.later(self._data.draw(st.sampled_from([-60, 0, 100]))).utc.text()
                for _ in ("retrieve", "install")
            ]
            status = asks_for_signed_update(self.scene, self._asked, *dates)
            assert status == "Rejected" if self.installing else status in ("Accepted", "AcceptedCanceled")
            if status != "Rejected":
                self.last_asked = str(self._asked)

    def hears(self) -> None:
        """The Central System answers everything."""
        self.heard += [heard["status"] for heard in self.scene.hears_all("SignedFirmwareStatusNotification")]


@pytest.mark.parametrize("steps", [30])
@given(st.data())
@settings(max_examples=60, deadline=None, database=None)
def test_in_the_end_all_is_well_with_signed_updates_too(steps: int, data: st.DataObject) -> None:
    """L01.FR.16 to L01.FR.19, L01.FR.26, L01.FR.27."""
    world = SignedWorld(data)
    for _ in range(data.draw(st.integers(1, steps))):
        data.draw(st.sampled_from(world.acts()))()
    world.comes_to_rest()
    statuses = {c: world.scene.status(c) for c in CONNECTORS}
    assert statuses == {c: "Available" if world.wanted[c] == "Operative" else "Unavailable" for c in CONNECTORS}
    stored = world.scene.virtual.store.load().firmware
    assert stored.next_request is None
    assert stored.configuration[1] == "InService"
    if world.last_asked is not None:
        assert stored.request_id == int(world.last_asked)
        assert world.heard[-1:] in (["Installed"], ["InstallationFailed"], ["DownloadFailed"])
        assert world.last_asked in world.installed or world.heard[-1] != "Installed"
