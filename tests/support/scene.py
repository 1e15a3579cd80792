"""Scenes: a test plays the station and the Central System at once, and reads like a transcript.

::

    scene.boots()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears("StatusNotification", connectorId=1, status="Preparing")
    scene.passes(60)
    scene.hears_nothing()
    assert scene.asks("Reset", type="Soft") == {"status": "Rejected"}

The Central System *hears* requests, in order and one at a time, and *asks* its own. What is not heard in its turn
fails the scene. :class:`CoreScene` plays it in virtual time without any I/O; the same scenes run over a real websocket
(:mod:`tests.support.wire`).
"""

import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from attrs import define

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.words import ReasonWord
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import LogFailure
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.handlers import Handlers
from ocpp16sm.hardware import Hardware, HardwareCall
from ocpp16sm.listener import Event
from ocpp16sm.messages import ChargePointStatus, Reason
from ocpp16sm.records import Identity
from ocpp16sm.station_facts import Measurement, PerPhase
from ocpp16sm.store import MemoryStore, Store
from tests.support.virtual_core import VirtualChargePoint

IDENTITY = Identity(charge_point_vendor="Vendor", charge_point_model="Model")
ACCEPTED = {"status": "Accepted"}

QUIET = {
    "ClockAlignedDataInterval": "0",
    "HeartbeatInterval": "0",
    "MeterValueSampleInterval": "0",
    "MinimumStatusDuration": "0",
    "RetryBackOffRandomRange": "0",
    "WebSocketPingInterval": "0",
}
"""Nothing is sent but what the scene calls for; a scene turns on what it is about."""


class RefusedError(AssertionError):
    """The charge point answered a request with a CALLERROR."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


@define
class Heard:
    """A request that the Central System has heard."""

    id: str
    action: str
    payload: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.payload[name]


@define
class CallError:
    """How the Central System answers, if not with a payload."""

    code: str = "InternalError"


USUAL: Any = object()
"""The answer of a Central System that accepts everything."""

SILENCE: Any = None
"""No answer, for now."""


def usual_answer(action: str, now: Timestamp, transaction_id: int, interval: int = 86400) -> dict[str, Any]:
    """What a Central System says that accepts everything."""
    match action:
        case "BootNotification":
            return {"status": "Accepted", "currentTime": now.text(), "interval": interval}
        case "Heartbeat":
            return {"currentTime": now.text()}
        case "Authorize" | "StopTransaction":
            return {"idTagInfo": ACCEPTED}
        case "StartTransaction":
            return {"idTagInfo": ACCEPTED, "transactionId": transaction_id}
        case "DataTransfer" | "SignCertificate":
            return {"status": "Accepted"}
    return {}


def boot_answer(status: str, interval: int = 300, time: str = "2026-06-01T12:00:00Z") -> dict[str, Any]:
    """BootNotification.conf; by default with the time at which a scene begins."""
    return {"status": status, "currentTime": time, "interval": interval}


class Scene(ABC):
    """The Central System's side of a scene; how frames travel is the business of its subclasses."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._frames: deque[list[Any]] = deque()
        self._asked = 0
        self._transactions = 0

    # -- what a subclass does -----------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def station(self) -> Handlers:
        """Whose handlers the station calls."""

    @abstractmethod
    def starts(self, **how: Any) -> None:
        """The charge point starts (again)."""

    @abstractmethod
    def passes(self, seconds: float) -> None:
        """Time passes."""

    @abstractmethod
    def loses_link(self) -> None:
        """The connection breaks; the next dial (RetryBackoffWaitMinimum later) succeeds."""

    @abstractmethod
    def _send(self, text: str) -> None:
        """Give the charge point a frame."""

    @abstractmethod
    def _arrive(self) -> None:
        """Let frames that are on their way arrive."""

    @abstractmethod
    def _now(self) -> Timestamp:
        """The time of day."""

    # -- the transcript -----------------------------------------------------------------------------------------------

    def boots(self, **how: Any) -> None:
        """The charge point starts, connects, is accepted and reports everything Available."""
        self.starts(**how)
        self.hears("BootNotification")
        self.hears("SecurityEventNotification")
        for connector in range(self.setup.connectors + 1):
            self.hears("StatusNotification", connectorId=connector)
        self.hears_nothing()

    def hears(self, action: str, answer: Any = USUAL, **fields: Any) -> Heard:
        """The next frame is this request with these fields; it is answered."""
        self._arrive()
        assert self._frames, f"{action} was expected, but nothing came"
        frame = self._frames.popleft()
        assert frame[0] == 2, f"{action} was expected, but an answer came: {frame}"
        heard = Heard(frame[1], frame[2], frame[3])
        assert heard.action == action, f"{action} was expected, but {heard.action} {heard.payload} came"
        found = {name: heard.payload.get(name) for name in fields}
        assert found == fields, f"{action} says {heard.payload}"
        self.answers(heard, answer)
        return heard

    def sees(self, connector: int, status: str, answer: Any = USUAL, **fields: Any) -> Heard:
        """The next frame is a StatusNotification of this status, with these fields (None: without it)."""
        return self.hears("StatusNotification", answer, connectorId=connector, status=status, **fields)

    def answers(self, heard: Heard, answer: Any = USUAL) -> None:
        """The Central System answers a request, perhaps late."""
        if answer is SILENCE:
            return
        if isinstance(answer, CallError):
            self._send(json.dumps([4, heard.id, answer.code, "", {}]))
            return
        if answer is USUAL:
            self._transactions += heard.action == "StartTransaction"
            answer = usual_answer(heard.action, self._now(), self._transactions)
        self._send(json.dumps([3, heard.id, answer]))

    def hears_all(self, *actions: str) -> list[Heard]:
        """Whatever comes is heard and answered, until nothing does; gives the requests of these actions, or all."""
        heard = []
        self._arrive()
        while self._frames:
            heard.append(self.hears(self._frames[0][2]))
            self._arrive()
        return [request for request in heard if not actions or request.action in actions]

    def next_action(self) -> str | None:
        """Which request is the next that has not been heard; None: none is on its way."""
        self._arrive()
        return str(self._frames[0][2]) if self._frames else None

    def hears_nothing(self) -> None:
        """No frame is on its way."""
        self._arrive()
        assert not self._frames, f"nothing was expected, but this came: {self._frames[0]}"

    def says(self, text: str) -> None:
        """The Central System sends any text at all."""
        self._send(text)

    def sends(self, action: str, payload: Mapping[str, Any] | None = None, **fields: Any) -> str:
        """The Central System sends a request; gives its message id. :meth:`answer_to` gives the answer."""
        self._asked += 1
        message_id = f"csms-{self._asked}"
        self._send(json.dumps([2, message_id, action, {**(payload or {}), **fields}]))
        return message_id

    def answer_to(self, message_id: str) -> dict[str, Any]:
        """The answer to a request of the Central System; raises RefusedError if that is a CALLERROR."""
        self._arrive()
        for frame in self._frames:
            if frame[0] != 2 and frame[1] == message_id:
                self._frames.remove(frame)
                if frame[0] == 4:
                    raise RefusedError(frame[2], frame[3])
                answer: dict[str, Any] = frame[2]
                return answer
        raise AssertionError(f"{message_id} was not answered; there is {list(self._frames)}")

    def asks(self, action: str, payload: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """The Central System sends a request; gives the answer."""
        return self.answer_to(self.sends(action, payload, **fields))

    def measures(self, connector: int, wh: float, **quantities: Any) -> None:
        """The meter of a connector is read: so much on its register of imported energy, and other quantities."""
        registers = {"energy_wh_import": PerPhase(total=wh), **quantities}
        self.station.on_meter_values(connector, Measurement(timestamp=self._now(), **registers))

    def sets(self, key: str, value: str) -> None:
        """The Central System changes a configuration key."""
        assert self.asks("ChangeConfiguration", key=key, value=value) == ACCEPTED

    def reserves(
        self, connector: int = 1, id: int = 1, id_tag: str = "HOLDER", seconds: float = 3600, group: str | None = None
    ) -> str:
        """The Central System reserves a connector for so long; gives the status of the answer."""
        expiry = Timestamp.of(self._now() + timedelta(seconds=seconds)).text()
        fields = {"connectorId": connector, "reservationId": id, "idTag": id_tag, "expiryDate": expiry}
        if group is not None:
            fields["parentIdTag"] = group
        return str(self.asks("ReserveNow", fields)["status"])

    def cancels(self, id: int = 1) -> str:
        """The Central System cancels a reservation; gives the status of the answer."""
        return str(self.asks("CancelReservation", reservationId=id)["status"])

    def begins(
        self,
        connector: int = 1,
        session: str = "s1",
        id_tag: str = "TAG",
        wh: float = 0,
        reservation_id: int | None = None,
        **more: Any,
    ) -> None:
        """A transaction begins now, whoever hears of it."""
        self.station.on_transaction_started(connector, session, id_tag, wh, reservation_id, self._now(), **more)

    def ends(
        self, connector: int = 1, session: str = "s1", reason: Reason | ReasonWord = "Local", wh: float = 0, **more: Any
    ) -> None:
        """A transaction ends now, whoever hears of it."""
        self.station.on_transaction_stopped(connector, session, reason, self._now(), wh, **more)

    def transaction(self, connector: int = 1, session: str = "s1", id_tag: str = "TAG", meter_start: float = 0) -> int:
        """A car is plugged in, and charges in a transaction; gives the transaction's id."""
        self.station.on_session_started(connector, session, "EVConnected")
        self.hears("StatusNotification", connectorId=connector, status="Preparing")
        self.station.on_transaction_started(connector, session, id_tag, meter_start, None, self._now())
        self.hears("StartTransaction", connectorId=connector, idTag=id_tag, meterStart=int(meter_start))
        self.station.on_resume_charging(connector)
        self.hears("StatusNotification", connectorId=connector, status="Charging")
        return self._transactions


class CoreScene(Scene):
    """A scene in virtual time, without I/O."""

    mistakes_are_meant = False

    def __init__(
        self,
        connectors: int = 1,
        *,
        hardware: Hardware | None = None,
        store: Store | None = None,
        setup: Mapping[str, Any] | None = None,
        connector_machine: Callable[[Any], Any] = ConnectorMachine,
        **configuration: str,
    ) -> None:
        self._looked_at = 0
        super().__init__(
            Setup(
                **{"identity": IDENTITY, **(setup or {})},
                connectors=connectors,
                configuration={**QUIET, **configuration},
            )
        )
        self.virtual = VirtualChargePoint(
            self.setup,
            on_sent=self._sent,
            store=store or MemoryStore(),
            hardware=hardware or Hardware(),
            connector_machine=connector_machine,
        )

    def _sent(self, text: str) -> None:
        self._frames.append(json.loads(text))

    @property
    def station(self) -> VirtualChargePoint:
        """Whose handlers the station calls."""
        return self.virtual

    @property
    def told(self) -> list[Event]:
        """What the application was told."""
        return self.virtual.told

    @property
    def hardware_calls(self) -> list[HardwareCall]:
        """What the hardware was asked for."""
        return self.virtual.asked

    def orders(self, *kinds: type[HardwareCall]) -> list[HardwareCall]:
        """What the hardware was asked for since the last look: calls of these kinds, or all."""
        calls = [call for call in self.hardware_calls if not kinds or isinstance(call, kinds)]
        self.hardware_calls.clear()
        return calls

    def starts(self, **how: Any) -> None:
        """The charge point starts on what its store holds; also after a power cut."""
        self._frames.clear()
        self.virtual.start(**how)

    def restarts(self, boot_reason: BootReason = BootReason.POWER_UP, **how: Any) -> None:
        """The power is cut and comes back: nothing but the store is left; then as :meth:`boots`."""
        self.starts(boot_reason=boot_reason, **how)

    def passes(self, seconds: float) -> None:
        """Time passes."""
        self.virtual.advance(seconds)

    def loses_link(self, reason: str = "connection reset") -> None:
        """The connection breaks; the next dial (RetryBackoffWaitMinimum later) succeeds."""
        self.virtual.drop_link(reason)

    def loses_network(self) -> None:
        """The connection breaks, and no dial succeeds until :meth:`regains_network`."""
        self.virtual.dial_s = None
        if self.virtual.linked:
            self.virtual.drop_link()

    def regains_network(self) -> None:
        """Dials succeed again; time passes until one does."""
        self.virtual.dial_s = 0.0
        for _ in range(100):
            if self.virtual.linked:
                return
            self.passes(10)
        raise AssertionError("the charge point does not dial any more")

    def status(self, connector: int) -> ChargePointStatus:
        """The derived status of a connector."""
        return self.virtual.core.status(connector)

    def _send(self, text: str) -> None:
        assert self.virtual.linked, "there is no connection"
        self.virtual.feed(inputs.TextReceived(text))

    def _arrive(self) -> None:
        """Virtual frames have no way to go. A mistake that the core survived fails the scene, unless it is meant."""
        effects = self.virtual.effects
        for effect in effects[self._looked_at :]:
            assert self.mistakes_are_meant or not isinstance(effect, LogFailure), effect
        self._looked_at = len(effects)

    def _now(self) -> Timestamp:
        return self.virtual.now.utc


def accepted(connectors: int = 1, **how: Any) -> CoreScene:
    """A charge point that has booted and was accepted; ``how``: as for :class:`CoreScene`."""
    scene = CoreScene(connectors, **how)
    scene.boots()
    return scene
