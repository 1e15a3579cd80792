"""A Hypothesis state machine for a connector chart in its place: a whole charge point in virtual time around it.

::

    from ocpp16sm.testing import connector_test

    TestOurs = connector_test().TestCase                     # the chart of this project
    TestMine = connector_test(MyConnector).TestCase          # yours

Its rules are the 22 handlers, with arguments made from their table, and what a Central System, a network and a power
supply do. After every step it is checked that

* every status change that is reported is one that OCPP 1.6 permits (4.9),
* no transaction runs at a connector that nobody uses,
* a refused call has changed nothing,
* requests leave one at a time, those of a transaction in order: StartTransaction, MeterValues, StopTransaction;

and in the end that everything arrived, and nothing twice.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ocpp16sm.connector_charts import machine_factory
from ocpp16sm.core import inputs
from ocpp16sm.core.calls import CALL_TIMEOUT_S
from ocpp16sm.core.setup import Setup
from ocpp16sm.errors import LocalError
from ocpp16sm.hardware import Hardware
from ocpp16sm.instant import Instant
from ocpp16sm.listener import StatusChanged
from ocpp16sm.messages import ChargePointStatus, Reason, ResetType, UnlockStatus
from ocpp16sm.records import Identity
from ocpp16sm.testing.handler_calls import handler_arguments
from ocpp16sm.testing.virtual import VirtualChargePoint
from statecharts.ocpp16.handlers import HANDLERS
from statecharts.ocpp16.status_table import PERMITTED

if TYPE_CHECKING:
    from statemachine import StateChart

CONNECTORS: Final = 2

_CONFIGURATION: Final = {
    "ClockAlignedDataInterval": "900",
    "HeartbeatInterval": "600",
    "MeterValueSampleInterval": "60",
    "MinimumStatusDuration": "0",
    "TransactionMessageAttempts": "1000",  # a request that is given up would count as lost
}
_IDLE: Final = (ChargePointStatus.AVAILABLE, ChargePointStatus.RESERVED)
_CHARGE_POINT: Final = frozenset(
    {ChargePointStatus.AVAILABLE, ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED}
)


class _Station(Hardware):
    """A station that does what it is told, at once."""

    def __init__(self) -> None:
        self.charge_point: VirtualChargePoint
        self.unlocks = UnlockStatus.UNLOCKED
        self.restarts = False

    def enable(self, connector: int) -> None:
        """As told."""
        self.charge_point.on_enabled(connector)

    def disable(self, connector: int) -> None:
        """As told."""
        self.charge_point.on_disabled(connector)

    def stop_transaction(self, connector: int, reason: Reason) -> None:
        """As told."""
        for transaction in self.charge_point.core.transactions.running():
            record = transaction.record
            if record.connector_id == connector:
                now = self.charge_point.now.utc
                self.charge_point.on_transaction_stopped(connector, record.session_id, reason, now, 0)

    def unlock(self, connector: int) -> UnlockStatus:
        """As it goes."""
        return self.unlocks

    def is_reset_allowed(self, type: ResetType) -> bool:
        """Always."""
        return True

    def reset(self, type: ResetType) -> bool:
        """Soon."""
        self.restarts = True
        return True


class ConnectorTest(RuleBasedStateMachine):
    """A charge point, a Central System, a network and a power supply, with rules for what each may do.

    Subclass it to add rules and invariants of your own; :func:`connector_test` makes one.
    """

    chart: ClassVar["type[StateChart[Any]] | Callable[[Any], Any] | None"] = None

    def __init__(self) -> None:
        super().__init__()
        setup = Setup(
            identity=Identity(charge_point_vendor="v", charge_point_model="m"),
            connectors=CONNECTORS,
            configuration=_CONFIGURATION,
        )
        self.station = _Station()
        self.charge_point = self.station.charge_point = VirtualChargePoint(
            setup, connector_machine=machine_factory(type(self).chart), on_sent=self._heard, hardware=self.station
        )
        self.central_system = _CentralSystem()
        self.mute = False
        """Whether the Central System keeps its answers back."""
        self.started: list[str] = []
        """Sessions whose transactions have started, in order."""
        self._statuses: dict[int, ChargePointStatus] = {}
        self._told = 0
        self._asked = 0

    # -- what a Central System, a network and a power supply do --------------------------------------------------------

    @initialize()
    def power_on(self) -> None:
        """The first start."""
        self._start()

    @rule(seconds=st.sampled_from([1, 10, 60, 3600]))
    def time_passes(self, seconds: int) -> None:
        """Time passes."""
        self.charge_point.advance(seconds)
        self._restart_if_told()

    @rule(mute=st.booleans())
    def central_system_hesitates(self, mute: bool) -> None:
        """The Central System keeps its answers back, or gives them all."""
        self.mute = mute
        self._answer()
        self.charge_point.advance(0)
        self._restart_if_told()

    @rule(up=st.booleans())
    def network_changes(self, up: bool) -> None:
        """The network goes, with all answers that were on their way, or comes back."""
        self.charge_point.dial_s = 0.0 if up else None
        if not up and self.charge_point.linked:
            self.central_system.waiting.clear()
            self.charge_point.drop_link()

    @rule()
    def power_is_cut(self) -> None:
        """The power is cut and comes back; nothing but the store is left."""
        self.central_system.waiting.clear()
        self._start()

    @rule(connector=st.integers(0, CONNECTORS), inoperative=st.booleans())
    def availability_is_changed(self, connector: int, inoperative: bool) -> None:
        """The Central System changes the availability, and the station does what it is told."""
        type = "Inoperative" if inoperative else "Operative"
        self._ask("ChangeAvailability", {"connectorId": connector, "type": type})

    @rule(reset=st.sampled_from(ResetType))
    def reset_is_asked(self, reset: ResetType) -> None:
        """The Central System wants a reset."""
        self._ask("Reset", {"type": str(reset)})

    @rule(unlocked=st.sampled_from(UnlockStatus), connector=st.integers(1, CONNECTORS))
    def unlock_is_asked(self, unlocked: UnlockStatus, connector: int) -> None:
        """The Central System wants a cable unlocked, which may be stuck."""
        self.station.unlocks = unlocked
        self._ask("UnlockConnector", {"connectorId": connector})

    def _call(self, name: str, arguments: Mapping[str, Any]) -> None:
        """A handler is called; if it refuses, nothing has changed."""
        charge_point = self.charge_point
        before = self._seen()
        try:
            getattr(charge_point, name)(**arguments)
        except LocalError:
            assert self._seen() == before, f"{name} was refused, and changed something all the same"
            return
        if name == "on_transaction_started":
            self.started.append(arguments["session_id"])
        self._restart_if_told()

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def reported_statuses_are_permitted(self) -> None:
        """4.9: every change of status is one of the 53 cells; connector 0 knows three statuses (4.9)."""
        told = self.charge_point.told
        while self._told < len(told):
            event = told[self._told]
            self._told += 1
            if not isinstance(event, StatusChanged):
                continue
            before = self._statuses.get(event.connector)
            self._statuses[event.connector] = event.status
            if event.connector == 0:
                assert event.status in _CHARGE_POINT, f"the charge point itself is {event.status}"
            elif before is not None:
                assert (before, event.status) in PERMITTED, (
                    f"connector {event.connector}: {before} to {event.status} is not permitted (4.9)"
                )

    @invariant()
    def no_transaction_without_a_session(self) -> None:
        """A connector at which a transaction runs is in use."""
        for transaction in self.charge_point.core.transactions.running() if self._on else ():
            status = self.charge_point.status(transaction.record.connector_id)
            assert status not in _IDLE, f"connector {transaction.record.connector_id} charges, and is {status}"

    def teardown(self) -> None:
        """In the end everything arrives: once, and in order."""
        if not self._on:
            return
        self.mute = False
        self.charge_point.dial_s = 0.0
        self._answer()
        self.charge_point.advance(0)
        for _ in range(1000):
            if self.charge_point.linked and not len(self.charge_point.core.desk.outbox):
                break
            self.charge_point.advance(10)
        else:
            raise AssertionError("the queues never become empty")
        assert self.central_system.starts == len(self.started), "a StartTransaction was lost, or came twice"
        running = len(self.charge_point.core.transactions.running())
        assert self.central_system.stops == self.central_system.starts - running, "a StopTransaction was lost"

    # -- plumbing ------------------------------------------------------------------------------------------------------

    @property
    def _on(self) -> bool:
        return hasattr(self.charge_point, "core")

    def _start(self) -> None:
        self._statuses.clear()
        self._told = len(self.charge_point.told)
        self.charge_point.start()

    def _seen(self) -> Any:
        core = self.charge_point.core
        statuses = [core.status(connector) for connector in range(CONNECTORS + 1)]
        return statuses, len(core.desk.outbox), len(core.transactions.running()), self.charge_point.store.load()

    def _heard(self, text: str) -> None:
        self.central_system.hear(json.loads(text), self.charge_point.now)
        self._answer()

    def _answer(self) -> None:
        """The Central System gives the answers that it has, unless it keeps them back."""
        while self.central_system.waiting and not self.mute:
            self.charge_point.at(0.0, inputs.TextReceived(json.dumps(self.central_system.waiting.popleft())))

    def _ask(self, action: str, payload: Mapping[str, Any]) -> None:
        if self.charge_point.linked:
            self._asked += 1
            self.charge_point.feed(inputs.TextReceived(json.dumps([2, f"csms-{self._asked}", action, payload])))
            self._restart_if_told()

    def _restart_if_told(self) -> None:
        if self.station.restarts:
            self.station.restarts = False
            self.power_is_cut()


class _CentralSystem:
    """Accepts everything, and minds the order."""

    def __init__(self) -> None:
        self.waiting: deque[list[Any]] = deque()
        self.starts = 0
        self.stops = 0
        self._heard_at = -CALL_TIMEOUT_S
        self._answers: dict[str, dict[str, Any]] = {}
        self._stopped: set[int] = set()

    def hear(self, frame: list[Any], now: Instant) -> None:
        """A frame has come."""
        if frame[0] != 2:
            return
        given_up = now.mono - self._heard_at >= CALL_TIMEOUT_S
        assert given_up or not self.waiting, "a request was sent while another one is unanswered (OCPP-J 4.1.1)"
        self._heard_at = now.mono
        message_id, action, payload = frame[1], frame[2], frame[3]
        if message_id not in self._answers:
            self._answers[message_id] = self._answer(action, payload, now.utc.text())
        self.waiting.append([3, message_id, self._answers[message_id]])

    def _answer(self, action: str, payload: dict[str, Any], now: str) -> dict[str, Any]:
        accepted = {"idTagInfo": {"status": "Accepted"}}
        match action:
            case "BootNotification":
                return {"status": "Accepted", "currentTime": now, "interval": 600}
            case "Heartbeat":
                return {"currentTime": now}
            case "Authorize":
                return accepted
            case "StartTransaction":
                self.starts += 1
                return {**accepted, "transactionId": self.starts}
            case "MeterValues" if "transactionId" in payload:
                self._check(payload["transactionId"])
            case "StopTransaction":
                self._check(payload["transactionId"])
                self._stopped.add(payload["transactionId"])
                self.stops += 1
                return accepted
            case "DataTransfer":
                return {"status": "Accepted"}
        return {}

    def _check(self, transaction: int) -> None:
        assert 1 <= transaction <= self.starts, f"transaction {transaction} has not started"
        assert transaction not in self._stopped, f"transaction {transaction} has stopped before"


def connector_test(
    chart: "type[StateChart[Any]] | Callable[[Any], Any] | None" = None,
) -> type[ConnectorTest]:
    """The state machine for a connector chart; by default for ours.

    :param chart: as ``connector_chart`` of :class:`~ocpp16sm.charge_point.ChargePoint`; what it cannot be is refused
        with :class:`~ocpp16sm.errors.DefinitionError`.
    """
    machine_factory(chart)
    return type(f"{getattr(chart, '__name__', 'Connector')}Test", (ConnectorTest,), {"chart": chart})


def _handler_rule(name: str) -> Any:
    """The rule that calls one handler."""

    def call(self: ConnectorTest, data: st.DataObject) -> None:
        now = self.charge_point.now
        arguments = data.draw(handler_arguments(name, CONNECTORS, lambda: now.utc), label=name)
        self._call(name, arguments)

    call.__name__ = name
    call.__doc__ = f"The station calls ``{name}``."
    return rule(data=st.data())(call)


for _handler in HANDLERS:
    setattr(ConnectorTest, _handler.name, _handler_rule(_handler.name))
