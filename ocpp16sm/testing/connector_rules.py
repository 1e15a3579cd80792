"""A Hypothesis state machine for a connector chart inside a complete charge point in virtual time.

::

    from ocpp16sm.testing import connector_test

    TestOurs = connector_test().TestCase                     # the chart of this project
    TestMine = connector_test(MyConnector).TestCase          # yours

Its rules are the 22 handlers, with arguments generated from their table, and the actions of a Central System, a network
and a power supply. After every step, the test checks that

* OCPP 1.6 permits every reported status change (4.9),
* no transaction runs on a connector that is not in use,
* a connector reports Faulted if and only if it has a fault (4.9),
* a connector taken out of service becomes Unavailable as soon as nobody uses it, and stays so until it is back in
  service (5.2),
* a refused call changes nothing,
* requests are sent one at a time, and those of a transaction in order: StartTransaction, MeterValues, StopTransaction.

At the end, it checks that every request arrived exactly once.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.errors import LocalError
from ocpp16sm.listener import StatusChanged
from ocpp16sm.messages import AvailabilityType, ChargePointStatus, ResetType, UnlockStatus
from ocpp16sm.records import Identity
from ocpp16sm.shell.own_chart import machine_factory
from ocpp16sm.testing.accepting import AcceptingCentralSystem
from ocpp16sm.testing.handler_calls import NAMES, handler_arguments
from ocpp16sm.testing.scripted_station import ScriptedStation
from ocpp16sm.testing.virtual_charge_point import VirtualChargePoint
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
    "TransactionMessageAttempts": "1000",  # the test would count an abandoned request as lost
}
_IDLE: Final = (ChargePointStatus.AVAILABLE, ChargePointStatus.RESERVED, ChargePointStatus.FINISHING)
_CHARGE_POINT: Final = frozenset(
    {ChargePointStatus.AVAILABLE, ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED}
)

_SUSPENSIONS: Final = ("on_suspend_charging_ev", "on_suspend_charging_evse")
_SERVICE: Final = ("on_disabled", "on_enabled", "on_error", "on_all_errors_cleared")
SESSION: Final = NAMES[0]


class ConnectorTest(RuleBasedStateMachine):
    """A charge point with its Central System, network and power supply, and rules for what each may do.

    Subclass it to add rules and invariants of your own; :func:`connector_test` creates one.
    """

    chart: ClassVar["type[StateChart[Any]] | Callable[[Any], Any] | None"] = None

    def __init__(self) -> None:
        super().__init__()
        setup = Setup(
            identity=Identity(charge_point_vendor="v", charge_point_model="m"),
            connectors=CONNECTORS,
            configuration=_CONFIGURATION,
        )
        self.station = ScriptedStation(CONNECTORS)
        self.charge_point = self.station.charge_point = VirtualChargePoint(
            setup, connector_machine=machine_factory(type(self).chart), on_sent=self._heard, hardware=self.station
        )
        self.station.on_said = self._look_at_reports
        self.central_system = AcceptingCentralSystem()
        self.mute = False
        """Whether the Central System withholds its answers."""
        self.started: list[str] = []
        """Sessions whose transactions have started, in order."""
        self._statuses: dict[int, ChargePointStatus] = {}
        self._told = 0
        self._asked = 0
        self._arguments: dict[str, st.SearchStrategy[dict[str, Any]]] = {}
        self._wants: dict[str, Mapping[str, Any]] = {}
        """Unanswered ChangeAvailability.req, by message id."""

    # -- actions of the Central System, the network and the power supply -----------------------------------------------

    @initialize()
    def power_on(self) -> None:
        """Start the charge point for the first time."""
        self._start()

    @rule(seconds=st.sampled_from([1, 10, 60, 3600]))
    def time_passes(self, seconds: int) -> None:
        """Let some seconds pass."""
        self.charge_point.advance(seconds)
        self._restart_if_told()

    @rule(mute=st.booleans())
    def central_system_hesitates(self, mute: bool) -> None:
        """Make the Central System withhold its answers, or send all that are pending."""
        self.mute = mute
        self._answer()
        self.charge_point.advance(0)
        self._restart_if_told()

    @rule(up=st.booleans())
    def network_changes(self, up: bool) -> None:
        """Take the network down, losing all answers in transit, or bring it back."""
        self.charge_point.dial_s = 0.0 if up else None
        if not up and self.charge_point.linked:
            self.central_system.waiting.clear()
            self.charge_point.drop_link()

    @rule()
    def power_is_cut(self) -> None:
        """Cut the power and restore it; only the store survives."""
        self.central_system.waiting.clear()
        self._start()

    @rule(connector=st.integers(0, CONNECTORS), inoperative=st.booleans())
    def availability_is_changed(self, connector: int, inoperative: bool) -> None:
        """Send ChangeAvailability; the station obeys."""
        type = "Inoperative" if inoperative else "Operative"
        self._ask("ChangeAvailability", {"connectorId": connector, "type": type})

    @rule(reset=st.sampled_from(ResetType))
    def reset_is_asked(self, reset: ResetType) -> None:
        """Send Reset."""
        self._ask("Reset", {"type": str(reset)})

    @rule(unlocked=st.sampled_from(UnlockStatus), connector=st.integers(1, CONNECTORS))
    def unlock_is_asked(self, unlocked: UnlockStatus, connector: int) -> None:
        """Send UnlockConnector; the lock may be stuck."""
        self.station.unlocks = unlocked
        self._ask("UnlockConnector", {"connectorId": connector})

    @rule(data=st.data(), connector=st.integers(1, CONNECTORS), steps=st.integers(1, 8))
    def connector_is_used(self, data: st.DataObject, connector: int, steps: int) -> None:
        """Call handlers that plausibly follow each other on one connector: a session, its transaction, errors, service.

        Purely random calls would rarely use the same session on the same connector.
        """
        for _ in range(steps):
            core = self.charge_point.core
            records = [each.record for each in core.features.transactions.running()]
            running = next((each.session_id for each in records if each.connector_id == connector), None)
            session = core.features.all_connectors.at(connector).session_id
            names: tuple[str, ...]
            if running is not None:
                names = ("on_resume_charging", *_SUSPENSIONS, "on_transaction_stopped", "on_session_stopped")
            elif session is not None:
                names = ("on_transaction_started", "on_session_stopped", "on_plugin_timeout", *_SUSPENSIONS)
            else:
                names = ("on_session_started", "on_transaction_started", "on_session_stopped")
            known = {"connector": connector, "session_id": running or session or SESSION}
            self._draw_and_call(data, data.draw(st.sampled_from((*names, *_SERVICE)), label="handler"), known)
            self.reported_statuses_are_permitted()
            self.no_transaction_without_a_session()
            self.faulted_is_what_has_a_fault()

    def _draw_and_call(self, data: st.DataObject, name: str, known: Mapping[str, Any]) -> None:
        if name not in self._arguments:  # cached, because Hypothesis validates each new strategy
            self._arguments[name] = handler_arguments(name, CONNECTORS, lambda: self.charge_point.now.utc)
        arguments = data.draw(self._arguments[name], label=name)
        self._call(name, {**arguments, **{key: value for key, value in known.items() if key in arguments}})

    def _wanted(self, connector: int, in_service: bool) -> None:
        """The Central System sets one connector, or all of them (0), in or out of service."""
        for one in (connector,) if connector else tuple(self.station.service):
            self.station.said(one, in_service)

    def _call(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Call a handler, and check that nothing changes if it refuses."""
        charge_point = self.charge_point
        match name:
            case "on_disabled":
                self.station.said(arguments["connector"], False)
            case "on_enabled" if arguments["connector"]:
                self.station.service[arguments["connector"]].contradicted()
            case "on_change_availability":
                request = arguments["request"]
                self._wanted(request.connector_id, request.type is AvailabilityType.OPERATIVE)
            case "on_firmware_update_status_notification":
                for service in self.station.service.values():
                    service.decided_elsewhere()
        before = self._seen()
        try:
            getattr(charge_point, name)(**arguments)
        except LocalError:
            assert self._seen() == before, f"{name} was refused but changed something"
            return
        if name == "on_transaction_started":
            self.started.append(arguments["session_id"])
        self._restart_if_told()

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def reported_statuses_are_permitted(self) -> None:
        """Every status change is one of the 53 permitted; connector 0 has only three statuses (4.9)."""
        self._look_at_reports()
        for connector, status in self._statuses.items():
            now = self.charge_point.status(connector)
            assert now is status, f"connector {connector} is {now} but reports {status}"
            if connector:
                with _about(connector):
                    self.station.service[connector].rests(status)

    def _look_at_reports(self) -> None:
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
                with _about(event.connector):
                    self.station.service[event.connector].reports(event.status, before)

    @invariant()
    def faulted_is_what_has_a_fault(self) -> None:
        """A connector is Faulted if and only if it has a fault (4.9, column 9 and row I)."""
        for place in self.charge_point.core.features.all_connectors.all if self._on else ():
            has_fault, status = place.errors.faulted, self.charge_point.status(place.id)
            assert has_fault is (status is ChargePointStatus.FAULTED), (
                f"connector {place.id} has {'a' if has_fault else 'no'} fault but is {status}"
            )

    @invariant()
    def no_transaction_without_a_session(self) -> None:
        """A connector with a running transaction is in use."""
        for transaction in self.charge_point.core.features.transactions.running() if self._on else ():
            status = self.charge_point.status(transaction.record.connector_id)
            assert status not in _IDLE, f"connector {transaction.record.connector_id} has a transaction but is {status}"

    def teardown(self) -> None:
        """Check that every request arrives exactly once after the network is back."""
        if not self._on:
            return
        self.mute = False
        self.charge_point.dial_s = 0.0
        self._answer()
        self.charge_point.advance(0)
        for _ in range(1000):
            if self.charge_point.linked and not len(self.charge_point.core.features.context.outbox):
                break
            self.charge_point.advance(10)
        else:
            raise AssertionError("the outbox has not become empty")
        assert self.central_system.starts == len(self.started), "a StartTransaction was lost or sent twice"
        running = len(self.charge_point.core.features.transactions.running())
        assert self.central_system.stops == self.central_system.starts - running, "a StopTransaction was lost"

    # -- plumbing ------------------------------------------------------------------------------------------------------

    @property
    def _on(self) -> bool:
        return hasattr(self.charge_point, "core")

    def _start(self) -> None:
        self._statuses.clear()
        self.station.start()
        self._told = len(self.charge_point.told)
        self.charge_point.start()

    def _seen(self) -> Any:
        core = self.charge_point.core
        statuses = [core.status(connector) for connector in range(CONNECTORS + 1)]
        return (
            statuses,
            len(core.features.context.outbox),
            len(core.features.transactions.running()),
            self.charge_point.store.load(),
        )

    def _heard(self, text: str) -> None:
        frame = json.loads(text)
        wanted = self._wants.pop(frame[1], None)
        if wanted is not None and frame[0] == 3 and frame[2]["status"] in ("Accepted", "Scheduled"):
            self._wanted(wanted["connectorId"], wanted["type"] == "Operative")
        self.central_system.hear(frame, self.charge_point.now)
        self._answer()

    def _answer(self) -> None:
        """Send all pending answers of the Central System, unless it withholds them."""
        while self.central_system.waiting and not self.mute:
            self.charge_point.at(0.0, inputs.TextReceived(json.dumps(self.central_system.waiting.popleft())))

    def _ask(self, action: str, payload: Mapping[str, Any]) -> None:
        if self.charge_point.linked:
            self._asked += 1
            if action == "ChangeAvailability":
                self._wants[f"csms-{self._asked}"] = payload
            self.charge_point.feed(inputs.TextReceived(json.dumps([2, f"csms-{self._asked}", action, payload])))
            self._restart_if_told()

    def _restart_if_told(self) -> None:
        if self.station.restarts:
            self.station.restarts = False
            self.power_is_cut()


@contextmanager
def _about(connector: int) -> Iterator[None]:
    """Prefix assertion messages with the connector."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"connector {connector} {error}") from None


def connector_test(
    chart: "type[StateChart[Any]] | Callable[[Any], Any] | None" = None,
) -> type[ConnectorTest]:
    """Build the Hypothesis state machine for a connector chart, by default for the built-in one.

    :param chart: as ``connector_chart`` of :class:`~ocpp16sm.charge_point.ChargePoint`; an unsuitable chart raises
        :class:`~ocpp16sm.errors.DefinitionError`.
    """
    machine_factory(chart)
    return type(f"{getattr(chart, '__name__', 'Connector')}Test", (ConnectorTest,), {"chart": chart})


def _handler_rule(name: str) -> Any:
    def call(self: ConnectorTest, data: st.DataObject) -> None:
        self._draw_and_call(data, name, {})

    call.__name__ = name
    call.__doc__ = f"The station calls ``{name}``."
    return rule(data=st.data())(call)


for _handler in HANDLERS:
    setattr(ConnectorTest, _handler.name, _handler_rule(_handler.name))
