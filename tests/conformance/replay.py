"""Play a recorded story of the reference implementation on our core, in virtual time.

``stories/README.md`` explains the format.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import define, field

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.config.key_table import KEYS
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.errors import LocalError
from ocpp16sm.hardware import Hardware
from ocpp16sm.messages import (
    AvailabilityType,
    ChangeAvailabilityRequest,
    ChargePointStatus,
    Location,
    ResetType,
    UnlockStatus,
)
from ocpp16sm.records import Identity
from ocpp16sm.station_facts import Current, ErrorInfo, Frequency, Located, Measurement, PerPhase, Voltage
from tests.support.scene import usual_answer
from tests.support.virtual_core import BEGAN, VirtualChargePoint

BASE = {
    "AuthorizeRemoteTxRequests": "false",
    "ClockAlignedDataInterval": "0",
    "ConnectionTimeOut": "10",
    "ConnectorPhaseRotation": "0.RST,1.RST",
    "HeartbeatInterval": "86400",
    "LocalAuthorizeOffline": "false",
    "LocalPreAuthorize": "false",
    "MeterValuesAlignedData": "Energy.Active.Import.Register",
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "StopTxnAlignedData": "Energy.Active.Import.Register",
    "StopTxnSampledData": "Energy.Active.Import.Register",
    "MeterValueSampleInterval": "0",
    "ResetRetries": "1",
    "StopTransactionOnEVSideDisconnect": "true",
    "StopTransactionOnInvalidId": "true",
    "TransactionMessageAttempts": "1",
    "TransactionMessageRetryInterval": "10",
    "UnlockConnectorOnEVSideDisconnect": "true",
    "RetryBackoffWaitMinimum": "1",
    "RetryBackoffRandomRange": "0",
    "ChargeProfileMaxStackLevel": "42",
    "ChargingScheduleAllowedChargingRateUnit": "Current",
    "ChargingScheduleMaxPeriods": "42",
    "MaxChargingProfilesInstalled": "42",
    # absent from the recording's configuration, that is: off
    "MinimumStatusDuration": "0",
    "AuthorizationCacheEnabled": "false",
    "AllowOfflineTxForUnknownId": "false",
    "ReserveConnectorZeroSupported": "false",
    "WebSocketPingInterval": "0",
}
"""The recording's configuration, as far as these keys exist here."""

IDENTITY = Identity(
    charge_point_vendor="Pionix", charge_point_model="Yeti", charge_box_serial_number="CP001", firmware_version="0.1"
)

ANSWER_S = 0.003
BOOT_ANSWER_S = 0.03


@define
class Frame:
    """One frame of a story: who sent it in which step, and what it says."""

    step: int
    sender: str
    kind: int
    action: str
    payload: Any

    def __str__(self) -> str:
        words = {2: "", 3: " result", 4: " error"}[self.kind]
        return f"{self.sender} {self.action}{words} {json.dumps(self.payload, sort_keys=True)}"


def named(step: int, sender: str, frame: list[Any], asked: dict[str, str]) -> Frame:
    """A frame with its action, also where it is an answer."""
    if frame[0] == 2:
        asked[frame[1]] = frame[2]
        return Frame(step, sender, 2, frame[2], frame[3])
    return Frame(step, sender, frame[0], asked.get(frame[1], "?"), frame[2])


@define
class StoryHardware(Hardware):
    """What the station of a story answers."""

    answers: dict[str, Any] = field(factory=dict)

    def unlock(self, connector: int) -> UnlockStatus:
        return UnlockStatus(self.answers.get("unlock_connector", "Unlocked"))

    def is_reset_allowed(self, type: ResetType) -> bool:
        return bool(self.answers.get("is_reset_allowed", True))

    def reset(self, type: ResetType) -> bool:
        return True

    def is_token_reserved_for_other(self, connector: int, id_tag: str) -> bool:
        return bool(self.answers.get("is_token_reserved", "NotReserved") == "ReservedForOtherToken")


@define
class Story:
    """The station and the Central System of one story."""

    name: str
    setup: dict[str, Any]
    steps: list[dict[str, Any]]
    frames: list[Frame] = field(factory=list)
    hardware: StoryHardware = field(factory=StoryHardware)
    station: VirtualChargePoint = field(init=False)
    step: int = 0
    replies: dict[str, Any] = field(factory=dict)
    raised: list[LocalError] = field(factory=list)
    _asked: dict[str, str] = field(factory=dict)
    _count: int = 0
    _transaction: int = 0

    def __attrs_post_init__(self) -> None:
        configuration = dict(BASE)
        for section in self.setup.get("config", {}).values():
            configuration |= {key: _text(value) for key, value in section.items() if key in KNOWN}
        setup = Setup(identity=IDENTITY, connectors=self.setup["connectors"], configuration=configuration)
        self.station = VirtualChargePoint(
            setup, on_sent=self._sent, on_received=self._received, hardware=self.hardware, dial_s=0.005
        )
        self.station.vendor = lambda _transfer: (self.hardware.answers.get("data_transfer", "Accepted"), None)

    # -- the wire ---------------------------------------------------------------------------------------------------

    def _sent(self, text: str) -> None:
        """The station sends a frame; it is answered a little later."""
        frame = json.loads(text)
        self.frames.append(named(self.step, "cp>csms", frame, self._asked))
        if frame[0] == 2:
            wait = BOOT_ANSWER_S if frame[2] == "BootNotification" else ANSWER_S
            self._say(wait, [3, frame[1], self._reply(frame[2])])

    def _received(self, text: str) -> None:
        self.frames.append(named(self.step, "csms>cp", json.loads(text), self._asked))

    def _say(self, wait_s: float, frame: list[Any]) -> None:
        """The Central System sends a frame."""
        self.station.at(wait_s, inputs.TextReceived(json.dumps(frame)))

    def _reply(self, action: str) -> Any:
        now = self.station.now.utc
        if self.replies.get(action) is not None:
            return json.loads(json.dumps(self.replies[action]).replace("$now", now.text()))
        self._transaction += action == "StartTransaction"
        return usual_answer(action, now, self._transaction)

    # -- the steps --------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """All steps, one after another."""
        for number, step in enumerate(self.steps, 1):
            self.step = number
            self._take(step)
            self.station.advance(step.get("idle", 60) / 1000)

    def _take(self, step: dict[str, Any]) -> None:
        if "h" in step:
            try:
                self._handle(step["h"], {k: v for k, v in step.items() if k not in ("h", "shows", "idle")})
            except LocalError as error:
                self.raised.append(error)
        elif "csms" in step:
            self._count += 1
            self._say(ANSWER_S, [2, f"csms-{self._count}", step["csms"]["action"], step["csms"]["payload"]])
        elif "reply" in step:
            self.replies |= step["reply"]
        elif "wait_ms" in step:
            self.station.advance(step["wait_ms"] / 1000)
        elif "align" in step:
            period, offset = step["align"]["period_ms"] / 1000, step["align"]["offset_ms"] / 1000
            seconds = (self.station.now.utc - BEGAN) / timedelta(seconds=1)
            self.station.advance((offset - seconds) % period)
        elif "wait_link" in step:
            self.station.advance(1.5 if not self.station.linked else 0.3)

    def _handle(self, name: str, given: dict[str, Any]) -> None:
        match name:
            case "start" | "restart":
                self._start(given)
            case "wait_boot":
                self.station.advance(0.1)
            case "stop":
                self.station.feed(inputs.ShutdownAsked())
                self.station.feed(inputs.DisconnectAsked())
            case "connect":
                self.station.feed(inputs.ConnectAsked())
            case "disconnect":
                self.station.feed(inputs.DisconnectAsked())
            case "set":
                self.hardware.answers[given["name"]] = given["value"]
            case "authorize_id_token":
                self.station.feed(inputs.AuthorizeAsked(given["id_token"], f"r{self._count}"))
            case "data_transfer":
                self.station.feed(
                    inputs.TransferAsked(given["vendor_id"], given.get("message_id"), given.get("data"), "transfer")
                )
            case _:
                getattr(self.station, name)(**_arguments(name, given))

    def _start(self, given: dict[str, Any]) -> None:
        status = {int(k): ChargePointStatus(v) for k, v in given.get("connector_status", {}).items()}
        self.station.start(inputs.BootReason(given.get("bootreason", "PowerUp")), status or None)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _arguments(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The scenario's fields as arguments of our handlers."""
    match name:
        case "on_transaction_started":
            return {"reservation_id": None, **given}
        case "on_meter_values":
            return {"connector": given["connector"], "measurement": _measurement(given["measurement"])}
        case "on_max_current_offered":
            return {"connector": given["connector"], "max_current": given["value"]}
        case "on_max_power_offered":
            return {"connector": given["connector"], "max_power": given["value"]}
        case "on_error":
            fields = {k: v for k, v in given.items() if k != "connector"}
            if "timestamp" in fields:
                fields["timestamp"] = Timestamp.parse(fields["timestamp"])
            return {"connector": given["connector"], "error_info": ErrorInfo(**fields)}
        case "on_log_status_notification":
            return {"request_id": given["request_id"], "log_status": given["status"]}
        case "on_firmware_update_status_notification":
            return {
                "request_id": given["request_id"],
                "status": given["status"],
                "disable_connectors_during_install": given.get("disable_connectors", True),
            }
        case "on_security_event":
            return {{"type": "event_type"}.get(k, k): v for k, v in given.items()}
        case "on_change_availability":
            return {"request": ChangeAvailabilityRequest(given["connector"], AvailabilityType(given["type"]))}
    return given


def _measurement(given: dict[str, Any]) -> Measurement:
    def phases(kind: Any, name: str) -> Any:
        return kind(**{k.lower(): v for k, v in given[name].items()}) if name in given else None

    def located(value: dict[str, Any]) -> Located:
        return Located(value["value"], Location(value["location"]) if "location" in value else None)

    soc = given.get("soc_Percent")
    return Measurement(
        timestamp=Timestamp.parse(given["timestamp"]),
        energy_wh_import=phases(PerPhase, "energy_Wh_import"),
        energy_wh_export=phases(PerPhase, "energy_Wh_export"),
        power_w=phases(PerPhase, "power_W"),
        power_var=phases(PerPhase, "VAR"),
        voltage_v=phases(Voltage, "voltage_V"),
        current_a=phases(Current, "current_A"),
        frequency_hz=phases(Frequency, "frequency_Hz"),
        soc_percent=located(soc) if soc and "temperature_C" in given else None,
        temperature_celsius=tuple(located(value) for value in given.get("temperature_C", ())),
        meter_id=given.get("meter_id"),
    )


KNOWN = frozenset(key.name for key in KEYS)


def load(scenario: Path) -> Story:
    """A story from its file."""
    first, *steps = [json.loads(line) for line in scenario.read_text().splitlines()]
    return Story(scenario.stem, first["setup"], steps)


def recorded(frames: Path) -> Iterator[Frame]:
    """What the reference implementation put on the wire."""
    asked: dict[str, str] = {}
    for line in frames.read_text().splitlines():
        row = json.loads(line)
        yield named(row["step"], row["dir"], row["frame"], asked)
