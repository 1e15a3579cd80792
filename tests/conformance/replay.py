"""Play a recorded story of the reference implementation on our core, in virtual time.

The corpus (``../shared/conformance``, its README explains the format) is not part of the repository; without it the
tests that use it are skipped by name.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import define, field

from ocpp16sm.core import inputs
from ocpp16sm.core.effects import Answer, AskHardware, AskVendor, Dial, HangUp, Persist, SendText
from ocpp16sm.core.protocol import Core, Setup
from ocpp16sm.errors import LocalError
from ocpp16sm.facts import Current, ErrorInfo, Frequency, Located, Measurement, PerPhase, Voltage
from ocpp16sm.generated.handlers import HandlerCall, Handlers
from ocpp16sm.hardware import HardwareCall
from ocpp16sm.instant import Instant
from ocpp16sm.messages import AvailabilityType, ChangeAvailabilityRequest, ChargePointStatus, Location, UnlockStatus
from ocpp16sm.records import Identity
from ocpp16sm.store import MemoryStore
from ocpp16sm.timestamp import Timestamp

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
    # absent from the recording's configuration, that is: off
    "MinimumStatusDuration": "0",
    "AuthorizationCacheEnabled": "false",
    "AllowOfflineTxForUnknownId": "false",
    "WebSocketPingInterval": "0",
}
"""The recording's configuration, as far as these keys exist here."""

IDENTITY = Identity(
    charge_point_vendor="Pionix", charge_point_model="Yeti", charge_box_serial_number="CP001", firmware_version="0.1"
)

BEGAN = Timestamp.parse("2026-06-01T12:00:00Z")
IDLE_S = 0.06
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
class Story(Handlers):
    """The station, the Central System and the clock of one story."""

    name: str
    setup: dict[str, Any]
    steps: list[dict[str, Any]]
    frames: list[Frame] = field(factory=list)
    core: Core = field(init=False)
    store: MemoryStore = field(factory=MemoryStore)
    now: Instant = field(factory=lambda: Instant(0.0, BEGAN))
    step: int = 0
    replies: dict[str, Any] = field(factory=dict)
    answers: dict[str, Any] = field(factory=dict)
    calls: list[HardwareCall] = field(factory=list)
    raised: list[LocalError] = field(factory=list)
    results: list[Any] = field(factory=list)
    _asked: dict[str, str] = field(factory=dict)
    _later: list[tuple[float, int, Any]] = field(factory=list)
    _count: int = 0
    _transaction: int = 0
    _link_open: bool = False

    # -- the clock --------------------------------------------------------------------------------------------------

    def _at(self, seconds: float, happened: Any) -> None:
        self._count += 1
        self._later.append((self.now.mono + seconds, self._count, happened))

    def advance(self, seconds: float) -> None:
        """Let time pass, and happen what happens meanwhile."""
        end = self.now.mono + seconds
        while True:
            deadline = self.core.next_deadline if hasattr(self, "core") else None
            queued = min(self._later, default=None)
            times = [t for t in (deadline, queued[0] if queued else None) if t is not None and t <= end]
            if not times:
                break
            self.now = self.now.later(max(0.0, min(times) - self.now.mono))
            if queued is not None and queued[0] <= self.now.mono:
                self._later.remove(queued)
                happened = queued[2]
                if not isinstance(happened, inputs.TextReceived) or self._link_open:
                    self.feed(happened)
            else:
                self.feed(inputs.DeadlineReached())
        self.now = self.now.later(end - self.now.mono)

    # -- the core ---------------------------------------------------------------------------------------------------

    def feed(self, happened: Any) -> Any:
        """Something happens; perform what comes of it."""
        if isinstance(happened, inputs.LinkOpened):
            self._link_open = True
        if isinstance(happened, inputs.LinkLost):
            self._link_open = False
        if isinstance(happened, inputs.TextReceived):
            self.frames.append(named(self.step, "csms>cp", json.loads(happened.text), self._asked))
        step = self.core.feed(happened, self.now)
        for effect in step.effects:
            self._perform(effect)
        return step.result

    def _call(self, call: HandlerCall) -> Any:
        return self.feed(call)

    def _perform(self, effect: Any) -> None:
        match effect:
            case Persist(operations):
                self.store.apply(operations)
            case SendText(text):
                frame = json.loads(text)
                self.frames.append(named(self.step, "cp>csms", frame, self._asked))
                if frame[0] == 2:
                    wait = BOOT_ANSWER_S if frame[2] == "BootNotification" else ANSWER_S
                    text = json.dumps([3, frame[1], self._reply(frame[2])])
                    self._at(wait, inputs.TextReceived(text))
            case Dial():
                self._at(0.005, inputs.LinkOpened())
            case HangUp():
                self._at(0.001, inputs.LinkLost("closed", 0.0))
            case AskHardware(call, ref):
                self.calls.append(call)
                if ref is not None:
                    self._at(0.0, inputs.HardwareAnswered(ref, self._hardware(call)))
            case AskVendor(_, ref):
                self._at(0.0, inputs.VendorAnswered(ref, self.answers.get("data_transfer", "Accepted")))
            case Answer(_, value):
                self.results.append(value)

    def _hardware(self, call: HardwareCall) -> Any:
        match call.method:
            case "unlock":
                return UnlockStatus(self.answers.get("unlock_connector", "Unlocked"))
            case "is_reset_allowed":
                return self.answers.get("is_reset_allowed", True)
            case "reset":
                return True
            case "is_token_reserved_for_other":
                return self.answers.get("is_token_reserved", "NotReserved") == "ReservedForOtherToken"
        return None

    def _reply(self, action: str) -> Any:
        if self.replies.get(action) is not None:
            return json.loads(json.dumps(self.replies[action]).replace("$now", self.now.utc.text()))
        accepted = {"idTagInfo": {"status": "Accepted"}}
        match action:
            case "BootNotification":
                return {"status": "Accepted", "currentTime": self.now.utc.text(), "interval": 86400}
            case "Heartbeat":
                return {"currentTime": self.now.utc.text()}
            case "Authorize" | "StopTransaction":
                return accepted
            case "StartTransaction":
                self._transaction += 1
                return {**accepted, "transactionId": self._transaction}
            case "DataTransfer":
                return {"status": "Accepted"}
        return {}

    # -- the steps --------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """All steps, one after another."""
        for number, step in enumerate(self.steps, 1):
            self.step = number
            self._take(step)
            self.advance(step.get("idle", 60) / 1000)

    def _take(self, step: dict[str, Any]) -> None:
        if "h" in step:
            try:
                self._handle(step["h"], {k: v for k, v in step.items() if k not in ("h", "shows", "idle")})
            except LocalError as error:
                self.raised.append(error)
        elif "csms" in step:
            self._count += 1
            frame = [2, f"csms-{self._count}", step["csms"]["action"], step["csms"]["payload"]]
            self._at(ANSWER_S, inputs.TextReceived(json.dumps(frame)))
        elif "reply" in step:
            self.replies |= step["reply"]
        elif "wait_ms" in step:
            self.advance(step["wait_ms"] / 1000)
        elif "align" in step:
            period, offset = step["align"]["period_ms"] / 1000, step["align"]["offset_ms"] / 1000
            seconds = (self.now.utc - BEGAN) / timedelta(seconds=1)
            self.advance((offset - seconds) % period)
        elif "wait_link" in step:
            self.advance(1.5 if not self._link_open else 0.3)

    def _handle(self, name: str, given: dict[str, Any]) -> None:
        match name:
            case "start" | "restart":
                self._start(given)
            case "wait_boot":
                self.advance(0.1)
            case "stop":
                self.feed(inputs.ShutdownAsked())
                self.feed(inputs.DisconnectAsked())
            case "connect":
                self.feed(inputs.ConnectAsked())
            case "disconnect":
                self.feed(inputs.DisconnectAsked())
            case "set":
                self.answers[given["name"]] = given["value"]
            case "authorize_id_token":
                self.feed(inputs.AuthorizeAsked(given["id_token"], f"r{self._count}"))
            case "data_transfer":
                self.feed(
                    inputs.TransferAsked(given["vendor_id"], given.get("message_id"), given.get("data"), "transfer")
                )
            case _:
                getattr(self, name)(**_arguments(name, given))

    def _start(self, given: dict[str, Any]) -> None:
        configuration = dict(BASE)
        for section in self.setup.get("config", {}).values():
            configuration |= {key: _text(value) for key, value in section.items() if key in KNOWN}
        setup = Setup(identity=IDENTITY, connectors=self.setup["connectors"], configuration=configuration)
        self.core = Core(setup, id_prefix=f"m{self._count}-")
        status = {int(k): ChargePointStatus(v) for k, v in given.get("connector_status", {}).items()}
        self._link_open = False
        self.feed(
            inputs.Started(
                stored=self.store.load(),
                boot_reason=inputs.BootReason(given.get("bootreason", "PowerUp")),
                connector_status=status or None,
            )
        )


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _arguments(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The scenario's fields as arguments of our handlers."""
    match name:
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
            return {"connector": given["connector"], "error": ErrorInfo(**fields)}
        case "on_log_status_notification":
            return {"request_id": given["request_id"], "log_status": given["status"]}
        case "on_firmware_update_status_notification":
            return {
                "request_id": given["request_id"],
                "firmware_update_status": given["status"],
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


def _known_keys() -> frozenset[str]:
    from ocpp16sm.config.keys import KEYS

    return frozenset(key.name for key in KEYS)


KNOWN = _known_keys()


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
