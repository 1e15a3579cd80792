"""A real ChargePoint is recorded, and its recording replays; a recording that cannot be written harms nobody."""

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm import ChargePoint, Hardware, Settings
from ocpp16sm.base.instant import Instant
from ocpp16sm.cli.replay import replay as command
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.csms import CentralSystem, InjectedFault
from ocpp16sm.errors import LocalError
from ocpp16sm.messages import (
    ChangeAvailabilityRequest,
    ChangeConfigurationRequest,
    RemoteStartTransactionRequest,
    UnlockConnectorRequest,
)
from ocpp16sm.shell.flight_recorder import FlightRecorder
from tests.recorder.recorded import replayed
from tests.support.scene import IDENTITY
from tests.support.virtual_core import BEGAN

PATIENCE_S = 30
CONFIGURATION = {"MinimumStatusDuration": "0", "RetryBackoffRandomRange": "0", "RetryBackoffWaitMinimum": "1"}


class OddHardware(Hardware):
    """Answers what nobody expects, or not at all."""

    def unlock(self, connector: int) -> Any:
        return object()

    def provide_token(self, id_tag: str, connectors: tuple[int, ...], authorized: bool) -> None:
        raise RuntimeError("out of order")


async def live(folder: Path) -> None:
    """A charge point with an eventful life, over two starts on one store."""
    async with asyncio.timeout(PATIENCE_S), CentralSystem() as central_system:
        settings = Settings(
            charge_point_id="CP001",
            central_system_url=central_system.url,
            connectors=2,
            store=str(folder / "cp.db"),
            durability="process",
            configuration=CONFIGURATION,
            flight_recorder=str(folder / "flight.jsonl"),
            stop_timeout_s=0,
        )
        central_system.policy.injected_faults.append(InjectedFault(action="StartTransaction", hang_up=True, times=1))
        charge_point = ChargePoint(settings, hardware=OddHardware())
        await charge_point.start()
        peer = await central_system.peer("CP001")
        await charge_point.wait_until_accepted()
        charge_point.on_session_started(1, "s1", "EVConnected")
        charge_point.on_transaction_started(1, "s1", "TAG", 0, None, datetime.now(UTC))
        with pytest.raises(LocalError):
            charge_point.on_transaction_started(1, "s2", "TAG", 0, None, datetime.now(UTC))
        await peer.expect("StartTransaction")
        await charge_point.wait_until_delivered()
        await charge_point.authorize("OTHER")
        await charge_point.data_transfer("vendor", data="\u2028 ä")
        await peer.call(ChangeConfigurationRequest(key="HeartbeatInterval", value="77"))
        await peer.call(ChangeAvailabilityRequest(connector_id=2, type="Inoperative"))  # type: ignore[arg-type]
        await peer.call(RemoteStartTransactionRequest(id_tag="TAG", connector_id=2))
        await peer.send_text('[2,"h","Reset",{"type":5}]')
        await charge_point.restart(resuming_sessions=frozenset({"s1"}))
        await charge_point.wait_until_accepted()
        charge_point.on_transaction_stopped(1, "s1", "Local", datetime.now(UTC), 500)
        await charge_point.wait_until_delivered()
        await charge_point.stop()


def test_the_recording_of_a_charge_point_replays(tmp_path: Path) -> None:
    asyncio.run(live(tmp_path))
    recording = tmp_path / "flight.jsonl"
    kinds = [type(step.happened).__name__ for step in replayed(recording)]
    assert kinds.count("Started") == 2
    assert {"LinkLost", "TransactionStarted", "TransactionStopped", "AuthorizeAsked", "TransferAsked"} <= set(kinds)
    command(recording)  # prints, and exits only if something differs


async def unlock(folder: Path) -> None:
    async with asyncio.timeout(PATIENCE_S), CentralSystem() as central_system:
        settings = Settings(
            charge_point_id="CP001", central_system_url=central_system.url, flight_recorder=str(folder / "flight.jsonl")
        )
        async with ChargePoint(settings, hardware=OddHardware()) as charge_point:
            await charge_point.wait_until_accepted()
            peer = await central_system.peer("CP001")
            await peer.send_text('[2,"u","UnlockConnector",{"connectorId":1}]')
            await peer.call(UnlockConnectorRequest(connector_id=9))


def test_hardware_that_answers_what_has_no_json_form_is_recorded(tmp_path: Path) -> None:
    asyncio.run(unlock(tmp_path))
    assert "<object object at" in (tmp_path / "flight.jsonl").read_text()


class FullDisk(io.StringIO):
    """Takes one line, and no other."""

    lines = 0

    def write(self, text: str) -> int:
        self.lines += 1
        if self.lines > 1:
            raise OSError("No space left on device")
        return super().write(text)


def test_a_full_disk_ends_the_recording_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    recorder = FlightRecorder(FullDisk(), Setup(identity=IDENTITY), "m-")
    for _ in range(3):
        recorder.fed(inputs.DeadlineReached(), Instant(0.0, BEGAN), (), None)
    recorder.close()
    (record,) = caplog.records
    assert "No space left on device" in record.getMessage()


def test_a_folder_that_is_not_there_is_told_before_anything_starts(tmp_path: Path) -> None:
    async def start() -> None:
        settings = Settings(charge_point_id="CP001", flight_recorder=str(tmp_path / "missing" / "flight.jsonl"))
        charge_point = ChargePoint(settings)
        with pytest.raises(OSError, match="missing"):
            await charge_point.start()
        await charge_point.stop()

    asyncio.run(start())
