"""How a charge point starts, stops, starts again, and what it says of calls that come too early or too late."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm import ChargePoint, Hardware
from ocpp16sm.csms import InjectedFault, Policy
from ocpp16sm.errors import (
    AlreadyRunningError,
    ConfigurationError,
    InvalidArgumentError,
    NotStartedError,
    StoreError,
    UnknownConnectorError,
    UnknownKeyError,
)
from ocpp16sm.messages import AuthorizationStatus, ChargePointStatus, IdTagInfo, Reason
from ocpp16sm.store import MemoryStore
from tests.support.virtual_time import Lines, LoopClock, charge_point, passes, run, settings


class StopsAtOnce(Hardware):
    """Ends a transaction as soon as it is asked to."""

    station: ChargePoint

    def stop_transaction(self, connector: int, reason: Reason) -> None:
        """As said."""
        self.station.on_transaction_stopped(connector, "s1", reason, LoopClock().utc(), 250)


def test_a_charge_point_registers_and_reports_its_connectors() -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, settings(connectors=2)) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            assert station.connected
            assert station.accepted
        assert [heard.action for heard in lines.peer.heard] == [
            "BootNotification",
            "SecurityEventNotification",
            *["StatusNotification"] * 3,
        ]

    run(story())


def test_stopping_ends_transactions_and_delivers_them() -> None:
    async def story() -> None:
        lines = Lines()
        hardware = StopsAtOnce()
        async with charge_point(lines, hardware=hardware) as hardware.station:
            station = hardware.station
            await station.wait_until_accepted()
            station.on_transaction_started(1, "s1", "TAG", 100, None, LoopClock().utc())
            await station.wait_until_delivered()
        stop = lines.system.request_handler.transactions[1].stop
        assert stop is not None
        assert (stop.reason, stop.meter_stop) == (Reason.OTHER, 250)
        assert not lines.peer.connected

    run(story())


def test_stopping_waits_no_longer_than_the_settings_say() -> None:
    async def story() -> float:
        lines = Lines(Policy(injected_faults=[InjectedFault(action="StatusNotification", silent=True)]))
        loop = asyncio.get_running_loop()
        async with charge_point(lines, settings(stop_timeout_s=3)) as station:
            await station.wait_until_accepted()
            began = loop.time()
        return loop.time() - began

    assert run(story()) == 3


def test_stopping_without_a_connection_waits_for_nothing() -> None:
    async def story() -> float:
        lines = Lines()
        lines.refusal = "no route to host"
        async with charge_point(lines):
            began = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - began

    assert run(story()) == 0


def test_what_was_not_delivered_is_delivered_after_the_next_start(tmp_path: Path) -> None:
    async def story() -> None:
        lines = Lines()
        made = settings(store=str(tmp_path / "station.db"))
        station = charge_point(lines, made)
        await station.start(connect=False)
        station.on_transaction_started(1, "s1", "TAG", 100, None, "2026-06-01T12:00:00Z")
        station.on_transaction_stopped(1, "s1", "Local", "2026-06-01T13:00:00Z", 250)
        await station.stop()
        assert lines.dialled == []
        await station.start()
        await station.wait_until_delivered()
        await station.stop()
        (transaction,) = lines.system.request_handler.transactions.values()
        assert transaction.start.meter_start == 100
        assert transaction.stop is not None
        assert transaction.stop.meter_stop == 250

    run(story())


def test_a_restart_registers_anew() -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            await station.restart("RemoteReset")
            assert not station.accepted
            await station.wait_until_delivered()
        boots = lines.sent("BootNotification")
        assert len(boots) == 2
        assert '"type":"ResetOrReboot"' in lines.sent("SecurityEventNotification")[1]

    run(story())


def test_message_ids_of_two_starts_never_meet() -> None:
    async def story() -> list[str]:
        lines = Lines()
        station = charge_point(lines)
        for _start in range(2):
            async with station:
                await station.wait_until_accepted()
                await station.wait_until_delivered()
        return [heard.message_id for heard in lines.peer.heard]

    ids = run(story())
    assert len(set(ids)) == len(ids)


def test_starting_twice_is_refused_and_the_first_start_goes_on() -> None:
    async def story() -> None:
        async with charge_point(Lines()) as station:
            with pytest.raises(AlreadyRunningError, match="running already; stop it first, or call restart"):
                await station.start()
            await station.wait_until_accepted()

    run(story())


def test_stopping_twice_or_before_a_start_does_nothing() -> None:
    async def story() -> None:
        station = charge_point(Lines())
        await station.stop()
        async with station:
            pass
        await station.stop()

    run(story())


CALLS = {
    "handler": lambda station: station.on_enabled(1),
    "status": lambda station: station.status(1),
    "configuration": lambda station: station.get_configuration(),
    "change": lambda station: station.set_configuration("HeartbeatInterval", "1"),
    "connect": lambda station: station.connect(),
    "disconnect": lambda station: station.disconnect(),
    "authorize": lambda station: station.authorize("TAG"),
    "data transfer": lambda station: station.data_transfer("vendor"),
    "wait": lambda station: station.wait_until_accepted(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("when", ["before a start", "after a stop"])
def test_a_call_while_it_does_not_run_says_so(call: Any, when: str) -> None:
    async def story() -> None:
        station = charge_point(Lines())
        if when == "after a stop":
            async with station:
                pass
        with pytest.raises(NotStartedError, match=r"not running; call start\(\) first"):
            await call(station)
        assert not station.connected
        assert not station.accepted

    run(story())


def test_whoever_waits_when_it_stops_is_told() -> None:
    async def story() -> None:
        lines = Lines(Policy(injected_faults=[InjectedFault(action="Authorize", silent=True)]))
        async with charge_point(lines, settings(stop_timeout_s=1)) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            waiting = [
                asyncio.create_task(station.wait_until(lambda: False)),
                asyncio.create_task(station.authorize("TAG")),
                asyncio.create_task(station.data_transfer("vendor")),
            ]
            await passes(0.1)
        waited, authorized, transferred = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(waited, NotStartedError)
        assert isinstance(authorized, IdTagInfo)
        assert authorized.status is AuthorizationStatus.INVALID  # nobody could be asked, and the tag is unknown (3.5.4)
        assert transferred is None

    run(story())


# -- a start that fails -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"connector_status": {1: "Available"}}, InvalidArgumentError),
        ({"connector_status": {0: "Charging", 1: "Available"}}, InvalidArgumentError),
        ({"connector_status": {0: "Available", 1: "Sleepy"}}, InvalidArgumentError),
        ({"boot_reason": "Boredom"}, InvalidArgumentError),
    ],
    ids=["too few", "not of connector 0", "no status", "no reason"],
)
def test_a_start_with_wrong_arguments_leaves_nothing_behind(
    tmp_path: Path, how: dict[str, Any], error: type[Exception]
) -> None:
    async def story() -> None:
        lines = Lines()
        station = charge_point(lines, settings(store=tmp_path / "station.db"))
        with pytest.raises(error):
            await station.start(**how)
        assert lines.dialled == []
        async with station:  # neither "running already" nor "in use"
            await station.wait_until_accepted()

    run(story())


def test_a_start_on_a_file_that_is_no_store_can_be_tried_again(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "station.db"
        path.write_text("no store")
        station = charge_point(Lines(), settings(store=path))
        with pytest.raises(StoreError, match="is not an SQLite database"):
            await station.start()
        path.unlink()
        async with station:
            await station.wait_until_accepted()

    run(story())


def test_a_start_without_a_place_for_its_recording_leaves_nothing_behind(tmp_path: Path) -> None:
    async def story() -> None:
        recording = tmp_path / "records" / "flight.jsonl"
        made = settings(store=tmp_path / "station.db", flight_recorder=recording)
        station = charge_point(Lines(), made)
        with pytest.raises(FileNotFoundError):
            await station.start()
        recording.parent.mkdir()
        async with station:
            await station.wait_until_accepted()

    run(story())


def test_connectors_are_found_as_the_station_says() -> None:
    async def story() -> None:
        station = charge_point(Lines())
        await station.start(connector_status={0: "Available", 1: ChargePointStatus.FINISHING})
        assert station.status(1) is ChargePointStatus.FINISHING
        with pytest.raises(UnknownConnectorError):
            station.status(2)
        await station.stop()

    run(story())


def test_a_given_store_is_used_again_after_a_stop() -> None:
    async def story() -> None:
        station = charge_point(Lines(), store=MemoryStore())
        async with station:
            station.set_configuration("HeartbeatInterval", "77")
        async with station:
            assert station.get_configuration("heartbeatinterval", "Nonsense") == {"HeartbeatInterval": "77"}

    run(story())


def test_its_identity_can_be_completed_before_and_after_it_starts() -> None:
    async def story() -> None:
        lines = Lines()
        station = charge_point(lines)
        station.update_identity(iccid="8931")
        async with station:
            await station.wait_until_accepted()
            station.update_identity(iccid=None, firmware_version="2.0")
            assert station.get_configuration("ICCID", "FirmwareVersion") == {"ICCID": "", "FirmwareVersion": "2.0"}
            with pytest.raises(ConfigurationError, match="firmware_version"):
                station.update_identity(firmware_version="x" * 51)
            with pytest.raises(UnknownKeyError, match="iccid"):
                station.update_identity(icid="8931")
            await station.restart()
            await station.wait_until_accepted()
        boots = [heard.request for heard in lines.peer.heard if heard.action == "BootNotification"]
        assert [(boot.iccid, boot.firmware_version) for boot in boots] == [("8931", None), (None, "2.0")]

    run(story())


def test_it_shows_itself_with_link_registration_and_statuses() -> None:
    async def story() -> None:
        station = charge_point(Lines(), settings(connectors=2))
        assert repr(station) == "<ChargePoint 'CP001': not running>"
        async with station:
            await station.wait_until_accepted()
            station.on_session_started(2, "s1", "EVConnected")
            assert repr(station) == "<ChargePoint 'CP001': Online, Accepted; 0 Available, 1 Available, 2 Preparing>"

    run(story())
