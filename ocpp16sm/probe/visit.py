"""One walk against a real Central System."""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, ParamSpec

from attrs import define, field

from ocpp16sm.base.instant import Instant
from ocpp16sm.base.secret import words
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.errors import LinkError, LocalError
from ocpp16sm.messages import ChargePointErrorCode, Reason
from ocpp16sm.network.transport import Endpoint
from ocpp16sm.probe.central_system_rules import RULES, Finding, of_log
from ocpp16sm.probe.hostile import BAD_CALLS, BAD_TEXTS, UNASKED, BadCall
from ocpp16sm.probe.probing_charge_point import ProbingChargePoint
from ocpp16sm.probe.steps import Hostile, Step, Usual, Walk
from ocpp16sm.probe.wire import Pace, Row, Wire
from ocpp16sm.records import Identity
from ocpp16sm.station_facts import ErrorInfo, Measurement, PerPhase

P = ParamSpec("P")

OPTIONAL: Final = frozenset({"SecurityEventNotification"})
"""Actions that a Central System need not support, because they are from the security whitepaper."""
WAIT_S: Final = 900.0
DAY: Final = timedelta(days=1)
REFUSED: Final = ("Invalid", "Blocked", "Expired")

_CONFIGURATION: Final = {
    "ClockAlignedDataInterval": "0",
    "MeterValueSampleInterval": "300",
    "MinimumStatusDuration": "0",
    "RetryBackOffRandomRange": "0",
    "RetryBackOffWaitMinimum": "1",
    "TransactionMessageAttempts": "3",
    "TransactionMessageRetryInterval": "1",
    "WebSocketPingInterval": "0",
}


@define(kw_only=True)
class Target:
    """The Central System to be probed, and the charge point that it is expected to know."""

    url: str = field(repr=lambda url: repr(words(url)))
    """ws:// or wss:// with the charge point's identity as its last segment."""
    identity: str
    id_tags: tuple[str, ...]
    """The idTags of all walks, at least one."""
    pace: Pace
    connectors: int = 2
    timeout_s: float = 30.0
    """Seconds within which a CALL must be answered."""
    password: bytes | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    transactions: dict[int, str] = field(factory=dict)
    """transactionId -> message id of its StartTransaction, over all walks."""

    def wire(self) -> Wire:
        """A new connection to the Central System, not yet open."""
        endpoint = Endpoint(
            url=self.url,
            timeout_s=self.timeout_s,
            user=None if self.password is None else self.identity,
            password=self.password,
            tls=self.tls,
        )
        return Wire(endpoint, self.pace, self.timeout_s)


class Visit:
    """One walk and its findings."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.findings: list[Finding] = []
        self._wire = target.wire()
        self._others: list[Wire] = []
        self._authorized: set[str] = set()
        self._register = 0.0
        identity = Identity(charge_point_vendor="ocpp16sm", charge_point_model="probe")
        setup = Setup(identity=identity, connectors=target.connectors, configuration=_CONFIGURATION)
        self._station = ProbingChargePoint(setup, wire=self._wire, on_answered=self._answered, on_silence=self._silent)
        self._station._count = time.time_ns() // 1_000_000  # message ids are never used again
        self._bad = 0
        self._usual: Mapping[Usual, Callable[[Step], None]] = {
            Usual.AUTHORIZE: self._authorize,
            Usual.PLUG_IN: self._plug_in,
            Usual.START: self._start,
            Usual.CHARGE: self._charge,
            Usual.PAUSE: lambda s: self._call(self._station.on_suspend_charging_ev, s.connector),
            Usual.STOP: self._stop,
            Usual.LEAVE: lambda s: self._call(self._station.on_session_stopped, s.connector, self._session(s)),
            Usual.FAULT: self._fault,
            Usual.WAIT: lambda _s: self._station.pass_time(WAIT_S),
            Usual.RECONNECT: lambda _s: self._reconnect(),
            Usual.POWER_CUT: lambda _s: self._power_cut(),
        }
        self._hostile: Mapping[Hostile, Callable[[Step], None]] = {
            Hostile.CUT_WHILE_ASKING: self._cut,
            Hostile.SAME_AGAIN: lambda _s: self._same_again(),
            Hostile.START_WITHOUT_SESSION: self._start,
            Hostile.OTHER_SUBPROTOCOL: lambda _s: self._other_subprotocol(),
            Hostile.SECOND_CONNECTION: lambda _s: self._second_connection(),
            **{word: partial(self._bad_call, bad) for word, bad in BAD_CALLS.items()},
            **{word: partial(self._bad_text, text) for word, text in {**BAD_TEXTS, **UNASKED}.items()},
        }

    @property
    def rows(self) -> list[Row]:
        """All frames, in order."""
        return self._wire.rows

    def go(self, walk: Walk) -> list[Finding]:
        """Perform the walk; returns its findings.

        Raises :class:`~ocpp16sm.errors.LinkError` if there is no connection at the beginning.
        """
        began = Timestamp.of(
            datetime.now(UTC) - DAY / 4
        )  # so that the virtual time does not get ahead of the Central System's
        self._station.now = Instant(0.0, began)
        self._wire.open()
        self._wire.close()
        self._wire.rows.clear()
        try:
            self._station.start()
            self._station.exchange_frames()
            for step in walk:
                if not self._station.linked and not self._back():
                    break
                act = self._usual[step.do] if isinstance(step.do, Usual) else self._hostile[step.do]
                act(step)
                self._station.exchange_frames()
            self._finish()
        except KeyboardInterrupt:  # a second Ctrl-C does not wait for the stop of the transactions
            self._finish()
            raise
        finally:
            for wire in (self._wire, *self._others):
                wire.close()
        for wire in (self._wire, *self._others):
            self.findings += of_log(wire.rows, self._target.identity, self._target.timeout_s * 10)
        return self.findings

    def _finish(self) -> None:
        """Stop all transactions."""
        if not self._station.linked and not self._back():
            return
        for connector in range(1, self._target.connectors + 1):
            self._stop(Step(Usual.STOP, connector))
            self._station.exchange_frames()
        if not self._station.linked:
            self._back()
            self._station.pass_time(120)

    def _find(self, rule: str, what: str) -> None:
        self.findings.append(Finding(RULES[rule], what))

    # -- usual steps ------------------------------------------------------------------------------------------------

    def _session(self, step: Step) -> str:
        return f"session-{step.connector}"

    def _tag(self, step: Step) -> str:
        return self._target.id_tags[step.tag % len(self._target.id_tags)]

    @staticmethod
    def _call(handler: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> None:
        """Call a handler; ignore a call that makes no sense now."""
        with suppress(LocalError):
            handler(*arguments, **named)

    def _authorize(self, step: Step) -> None:
        self._station.feed(AuthorizeAsked(self._tag(step), f"card-{len(self.rows)}"))

    def _plug_in(self, step: Step) -> None:
        self._call(self._station.on_session_started, step.connector, self._session(step), "EVConnected")

    def _start(self, step: Step) -> None:
        arguments = (self._session(step), self._tag(step), self._register, None, self._station.now.utc)
        self._call(self._station.on_transaction_started, step.connector, *arguments)

    def _charge(self, step: Step) -> None:
        self._call(self._station.on_resume_charging, step.connector)
        self._register += 100
        reading = Measurement(timestamp=self._station.now.utc, energy_wh_import=PerPhase(total=self._register))
        self._call(self._station.on_meter_values, step.connector, reading)

    def _stop(self, step: Step) -> None:
        arguments = (self._session(step), Reason.LOCAL, self._station.now.utc, self._register)
        self._call(self._station.on_transaction_stopped, step.connector, *arguments)

    def _fault(self, step: Step) -> None:
        error = ErrorInfo(uuid="e", error_code=ChargePointErrorCode.HIGH_TEMPERATURE, is_fault=True)
        self._call(self._station.on_error, step.connector, error)
        self._station.exchange_frames()
        self._call(self._station.on_error_cleared, step.connector, "e")

    def _reconnect(self) -> None:
        self._wire.close()
        self._station.exchange_frames()
        self._back()

    def _back(self) -> bool:
        """Connect again; returns whether that succeeded."""
        back = self._station.reconnect()
        if not back:
            self._find("lets-nobody-back", "a charge point that has lost its connection cannot connect again")
        return back

    def _power_cut(self) -> None:
        self._wire.close()
        now = self._station.now
        self._station.start()
        self._station.now = now
        self._station.exchange_frames()

    # -- hostile steps ------------------------------------------------------------------------------------------------

    def _cut(self, step: Step) -> None:
        self._station.cut_at = "StartTransaction"
        self._start(step)
        self._station.cut_at = ""
        self._station.exchange_frames()
        if not self._station.linked:
            self._back()

    def _raw(self, text: str, message_id: str | None, wire: Wire | None = None) -> list[Any] | None:
        """Send a text; returns the answer with this message id. Other frames go to the charge point."""
        wire = wire or self._wire
        if not wire.connected:
            return None
        wire.send(text)
        wire.set_aside()
        end = time.monotonic() + self._target.timeout_s
        while message_id is not None and (left := end - time.monotonic()) > 0:
            came = wire.receive(left)
            if came is None:
                break
            try:
                frame = json.loads(came)
            except ValueError:
                frame = None
            if isinstance(frame, list) and len(frame) > 2 and frame[1] == message_id:
                wire.set_aside()
                return frame
            if isinstance(frame, list) and frame[:1] == [4] and not self._station.waits_for(frame):
                wire.set_aside()  # an error for a frame without an id may have any id
                continue
            if wire is self._wire:
                self._station.hear(came)
        return None

    def _new_id(self) -> str:
        self._bad += 1
        return f"bad-{self._station._count}-{self._bad}"

    def _same_again(self) -> None:
        if self._station.last is None:
            return
        asked, answer = self._station.last
        again = self._raw(json.dumps(asked), asked[1])
        self._lives(f"a repeated {asked[2]}")
        if again is None or asked[2] != "StartTransaction" or again[0] != 3:
            return
        before, now = (each[2].get("transactionId") if isinstance(each[2], dict) else None for each in (answer, again))
        if before != now:
            self._find(
                "transaction-id-again",
                f"StartTransaction, repeated with its message id, got transactionId {now} after {before}",
            )

    def _bad_call(self, bad: BadCall, _step: Step) -> None:
        message_id = self._new_id()
        answer = self._raw(bad.text(message_id), message_id)
        if not self._lives(bad.what):
            return
        if answer is None:
            self._find("no-answer", f"{bad.what} is not answered")
        elif answer[0] == 3 and not (bad.is_right or bad.is_open):
            self._find("accepts-anything", f"{bad.what} is answered with a CALLRESULT")
        elif answer[0] == 4 and bad.is_right:
            self._find("refuses", f"{bad.what} is answered with CALLERROR {answer[2]}")
        elif answer[0] == 4 and answer[2] not in bad.codes:
            self._find(
                "other-error", f"{bad.what} is answered with {answer[2]}; expected {' or '.join(sorted(bad.codes))}"
            )

    def _bad_text(self, text: str, step: Step) -> None:
        self._raw(text, None)
        self._lives(str(step.do))

    def _lives(self, what: str) -> bool:
        """Whether the connection has survived ``what``, that is, a Heartbeat is answered on it."""
        message_id = self._new_id()
        if self._raw(json.dumps([2, message_id, "Heartbeat", {}]), message_id) is not None:
            return True
        if self._wire.connected:
            self._find("no-answer", f"after {what}: Heartbeat is not answered")
            self._wire.close()
        else:
            self._find("closes", f"after {what}: the connection is closed")
        self._station.exchange_frames()
        return False

    def _other_subprotocol(self) -> None:
        other = self._target.wire()
        self._others.append(other)
        try:
            agreed = other.open("ocpp9.9")
        except LinkError:
            return
        message_id = self._new_id()
        answer = self._raw(json.dumps([2, message_id, "Heartbeat", {}]), message_id, other)
        if agreed == "ocpp9.9" or answer is not None:
            self._find(
                "subprotocol", f"ocpp9.9 is {'answered' if answer else 'agreed on'} as the only subprotocol offered"
            )
        other.close()
        self._station.exchange_frames()

    def _second_connection(self) -> None:
        other = self._target.wire()
        self._others.append(other)
        try:
            other.open()
        except LinkError:
            return
        message_id = self._new_id()
        text = json.dumps([2, message_id, "Heartbeat", {}])
        answered = self._raw(text, message_id, other) is not None or self._raw(text, message_id) is not None
        other.close()
        if not answered:
            self._find("lets-nobody-back", "after a second connection, neither of the two is answered")
        self._station.exchange_frames()

    # -- answers of the Central System --------------------------------------------------------------------------------

    def _silent(self, asked: list[Any]) -> None:
        self._find("no-answer", f"{asked[2]} is not answered within {self._target.timeout_s:g} s")

    def _answered(self, asked: list[Any], answer: list[Any]) -> None:
        action, request = asked[2], asked[3]
        if answer[0] == 4:
            if action not in OPTIONAL or answer[2] not in ("NotImplemented", "NotSupported"):
                self._find("refuses", f"{action} is answered with CALLERROR {answer[2]}")
            return
        payload = answer[2] if isinstance(answer[2], dict) else {}
        info = payload.get("idTagInfo")
        status = info.get("status") if isinstance(info, dict) else None
        match action:
            case "Authorize" if status == "Accepted":
                self._authorized.add(request["idTag"])
            case "StartTransaction":
                if status in REFUSED and request["idTag"] in self._authorized:
                    self._find("id-tag", f"an idTag is Accepted by Authorize and {status} by StartTransaction")
                self._started(asked[1], payload.get("transactionId"))
            case "BootNotification":
                interval = payload.get("interval")
                if isinstance(interval, int) and interval < 0:
                    self._find("interval", f"BootNotification.conf has the interval {interval}")
        if action in ("BootNotification", "Heartbeat"):
            self._look_at_clock(action, payload.get("currentTime"))

    def _started(self, message_id: str, number: Any) -> None:
        if isinstance(number, int):
            first = self._target.transactions.setdefault(number, message_id)
            if first != message_id:
                self._find("transaction-for-two", f"transactionId {number} was given to two StartTransactions")

    def _look_at_clock(self, action: str, text: Any) -> None:
        try:
            told = Timestamp.parse(text)
        except (ValueError, TypeError):
            return
        if abs(told - Timestamp.of(datetime.now(UTC))) > DAY:
            self._find("clock", f"{action}.conf says {text}")
