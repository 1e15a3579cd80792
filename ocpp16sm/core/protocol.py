"""The charge point without input and output: what happened goes in with its time, what is to be done comes out.

::

    core = Core(setup, id_prefix="k3f9-")
    step = core.feed(Started(stored=...), at)         # at: Instant, both clocks
    step = core.feed(TextReceived("[3,...]"), at)
    step.effects                                      # in order: Persist before everything it protects
    core.next_deadline                                # then feed DeadlineReached()

No clock is read, no number drawn, nothing awaited. A failed step changes nothing.
"""

import traceback
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.instant import Instant
from ocpp16sm.base.values import Value
from ocpp16sm.config import security_keys
from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.authorization.local_list import LocalList
from ocpp16sm.core.configuration.operations import ConfigurationOperations
from ocpp16sm.core.connection.link import Link
from ocpp16sm.core.connection.registration import Registration
from ocpp16sm.core.connectors.availability import Availability
from ocpp16sm.core.connectors.connectors import Connector, Place, Places, Reports
from ocpp16sm.core.connectors.error_reports import ErrorReports
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.configuration_values import Configuration
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import Effect, HangUp, LogFailure, Tell
from ocpp16sm.core.engine.incoming_calls import IncomingCalls
from ocpp16sm.core.engine.inputs import (
    CertificatesAnswered,
    DeadlineReached,
    HardwareAnswered,
    Input,
    LinkLost,
    LinkOpened,
    SecurityNoticed,
    ShutdownAsked,
    Started,
    TextReceived,
    VendorAnswered,
)
from ocpp16sm.core.engine.journal import Charted, Journal
from ocpp16sm.core.engine.outgoing_calls import OutgoingCalls
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.engine.wall_clock import WallClock
from ocpp16sm.core.firmware_and_logs.firmware import Firmware
from ocpp16sm.core.firmware_and_logs.log_uploads import LogUploads
from ocpp16sm.core.firmware_and_logs.signed_updates import SignedUpdates
from ocpp16sm.core.handler_steps import Acting
from ocpp16sm.core.plug_and_charge.contract_authorization import ContractAuthorization
from ocpp16sm.core.plug_and_charge.contract_roots import ContractRoots
from ocpp16sm.core.plug_and_charge.ocsp import Ocsp
from ocpp16sm.core.plug_and_charge.v2g_certificate import V2gCertificate
from ocpp16sm.core.pricing.price_texts import PriceTexts
from ocpp16sm.core.pricing.pricing import Pricing
from ocpp16sm.core.pricing.time_offset import TimeOffset
from ocpp16sm.core.reactions import connect
from ocpp16sm.core.recovery.startable import startable
from ocpp16sm.core.remote_control.remote import Remote
from ocpp16sm.core.remote_control.trigger_message import Triggers
from ocpp16sm.core.reservations.reservations import Reservations
from ocpp16sm.core.reservations.reserve_now import ReserveNow
from ocpp16sm.core.security.certificate_renewal import CertificateRenewal
from ocpp16sm.core.security.credentials import CredentialSwitch
from ocpp16sm.core.security.root_certificates import RootCertificates
from ocpp16sm.core.smart_charging.composite_schedule import ChargingLimits
from ocpp16sm.core.smart_charging.profiles import SmartCharging
from ocpp16sm.core.startup import Startup
from ocpp16sm.core.transactions.clock_aligned import ClockAlignedReadings
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.core.wiring import INPUTS
from ocpp16sm.errors import FrameError, UnknownConnectorError, UnknownMessageTypeError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.generated.triggers import TRIGGERS
from ocpp16sm.hardware import StopTransaction
from ocpp16sm.listener import ChartMoved
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import TransactionRecord

NOBODYS = (
    TextReceived,
    HardwareAnswered,
    VendorAnswered,
    CertificatesAnswered,
    LinkOpened,
    LinkLost,
    DeadlineReached,
    SecurityNoticed,
    TimerKey,
)
"""What happens by itself: nobody has called, so there is nobody who could be told that it went wrong."""


class Step(Value, frozen=True):
    """What came of one input."""

    result: Any
    effects: tuple[Effect, ...]


class Core:
    """A charge point, sans I/O."""

    __slots__ = (
        "_acting",
        "_context",
        "_journal",
        "_owed",
        "authorization",
        "availability",
        "calls",
        "certificate_renewal",
        "charging_limits",
        "configuration",
        "configuration_operations",
        "contract_authorization",
        "credentials",
        "data_transfer",
        "firmware",
        "incoming_calls",
        "link",
        "local_list",
        "log_uploads",
        "ocsp",
        "places",
        "price_texts",
        "pricing",
        "readings",
        "registration",
        "remote",
        "reports",
        "reservations",
        "reserve_now",
        "root_certificates",
        "setup",
        "signed_updates",
        "smart_charging",
        "startup",
        "transactions",
        "triggers",
        "v2g_certificate",
        "wall_clock",
    )

    def __init__(
        self,
        setup: Setup,
        *,
        id_prefix: str,
        connector_machine: Callable[[Connector], Any] = ConnectorMachine,
    ) -> None:
        self.setup = setup
        self._journal = journal = Journal()
        self.configuration = Configuration(journal, setup.initial_configuration(), setup.vendor_keys)
        self._context = context = Context(journal, self.configuration, id_prefix)
        self.calls = calls = OutgoingCalls(context)
        self.incoming_calls = incoming_calls = IncomingCalls(journal, context)
        self.reports = reports = Reports(context)
        self.places = places = Places(journal, reports, setup.connectors, connector_machine)
        self.local_list = local_list = LocalList(journal, context)
        self.authorization = Authorization(journal, context, local_list, setup.authorization_cache_size)
        self.availability = Availability(journal, context, places)
        self.reservations = Reservations(journal, context, places, self.availability, self.authorization)
        self.transactions = Transactions(journal, context, self.authorization, self.reservations, places.connectors)
        self.smart_charging = smart_charging = SmartCharging(journal, context, self.transactions)
        self.charging_limits = ChargingLimits(context, smart_charging, self.transactions)
        self.readings = ClockAlignedReadings(journal, context, places, self.transactions)
        self.wall_clock = WallClock(journal, context)
        self.registration = Registration(journal, context, self.wall_clock, setup.identity, places, reports)
        self.credentials = credentials = CredentialSwitch(journal, context)
        resume_delay_s = setup.message_queue_resume_delay_s
        self.link = Link(journal, context, calls, incoming_calls, places, reports, credentials, resume_delay_s)
        self.configuration_operations = ConfigurationOperations(context)
        self.configuration_operations.elsewhere = {
            security_keys.AUTHORIZATION_KEY.name: credentials.change_key,
            security_keys.SECURITY_PROFILE.name: credentials.change_profile,
        }
        self.reserve_now = ReserveNow(context, places, self.reservations)
        self.remote = Remote(
            journal, context, incoming_calls, places, self.reservations, self.transactions, smart_charging
        )
        self.data_transfer = DataTransfer(context, incoming_calls)
        self.contract_authorization = ContractAuthorization(journal, context, self.authorization, self.data_transfer)
        self.ocsp = Ocsp(journal, context, self.data_transfer)
        self.v2g_certificate = V2gCertificate(journal, context, self.data_transfer, self.ocsp)
        ContractRoots(context, self.data_transfer)
        self.price_texts = PriceTexts(journal, context, self.authorization)
        self.pricing = Pricing(journal, context, places, self.price_texts, self.data_transfer)
        self.firmware = Firmware(journal, context, places, self.availability, setup.identity.firmware_version)
        self.signed_updates = SignedUpdates(context, incoming_calls, self.firmware)
        self.root_certificates = RootCertificates(context, incoming_calls)
        self.certificate_renewal = CertificateRenewal(journal, context, incoming_calls, credentials)
        self.log_uploads = LogUploads(journal, context, incoming_calls)
        self.triggers = Triggers(
            context,
            incoming_calls,
            places,
            reports,
            self.registration,
            self.readings,
            self.firmware,
            self.log_uploads,
            self.certificate_renewal,
        )
        self.startup = Startup(
            context,
            calls,
            places,
            local_list,
            self.authorization,
            self.availability,
            self.reservations,
            self.transactions,
            smart_charging,
            self.readings,
            self.registration,
            self.wall_clock,
            self.link,
            self.configuration_operations,
            self.firmware,
            self.log_uploads,
            credentials,
            self.certificate_renewal,
            self.pricing,
            TimeOffset(context, self.configuration_operations),
        )
        self._acting = Acting(
            context,
            places,
            ErrorReports(context, reports),
            self.reservations,
            self.transactions,
            self.readings,
            self.availability,
            self.firmware,
            self.log_uploads,
            smart_charging,
            self.pricing,
        )
        self._owed: tuple[Effect, ...] = ()
        """What came of deadlines since an input succeeded: it is handed over with the next one that does."""
        connect(self)

    @property
    def context(self) -> Context:
        """What the features share."""
        return self._context

    # -- the one way in ---------------------------------------------------------------------------------------------

    def feed(self, happened: Input | HandlerCall, at: Instant) -> Step:
        """Something happened. Deadlines that have come by then are dealt with first, each for itself.

        Raises a :class:`~ocpp16sm.errors.LocalError` if the caller asked for the impossible, and whatever a mistake of
        ours raises; either way nothing has changed. What happened by itself, without a caller, does not raise: our
        mistake is logged, and if a request of the Central System depended on it, it is answered with InternalError.
        """
        self._context.now = at
        while (key := self._context.timers.first_due(at.mono)) is not None:
            self._owed += self._attempt(Core._reach, self, key).effects
        if type(happened) is Started:
            step = self._begin(happened)
        elif isinstance(happened, HandlerCall):
            step = self._attempt(TRIGGERS[type(happened)], self._acting, happened)
        else:
            step = self._attempt(INPUTS[type(happened)], self, happened)
        if not self._owed:
            return step
        owed, self._owed = self._owed, ()
        return Step(step.result, (*owed, *step.effects))

    def _attempt(self, change: Callable[[Any, Any], Any], of: Any, cause: Input | HandlerCall | TimerKey) -> Step:
        """Change something; if that is a mistake of ours, and nobody's call, cope with it."""
        try:
            return self._all_or_nothing(change, of, cause)
        except Exception:
            if not isinstance(cause, NOBODYS):
                raise
            trace = traceback.format_exc()
        return self._all_or_nothing(self._own_mistake, cause, trace)

    def _begin(self, started: Started) -> Step:
        """Start; if that fails, without those rows of the store that it fails at."""
        try:
            return self._attempt(INPUTS[Started], self, started)
        except Exception:
            stored = startable(started.stored, lambda tried: self._problem_with(replace(started, stored=tried)))
            if stored is started.stored:
                raise
        return self._attempt(INPUTS[Started], self, replace(started, stored=stored))

    def _problem_with(self, started: Started) -> Exception | None:
        """What a start would fail at; it is tried, and undone."""
        try:
            self._all_or_nothing(INPUTS[Started], self, started, keep=False)
        except Exception as error:
            return error
        return None

    def _all_or_nothing(self, change: Callable[[Any, Any], Any], of: Any, cause: Any, *, keep: bool = True) -> Step:
        """Change something, wholly or not at all; if it is not to be kept, it is undone."""
        try:
            result = change(of, cause)
            if self._journal.restless:
                self.reservations.progress()
                self.remote.progress()
                self.firmware.progress()
                self.log_uploads.progress()
                self._journal.calm()
            self._journal.conclude()
            self.calls.pump()
            effects = self._context.take_effects(self._moves() if self.setup.trace_charts else ())
        except BaseException:
            self._journal.roll_back()
            self._context.drop_effects()
            raise
        if not keep:
            self._journal.roll_back()
        self._journal.commit()
        return Step(result, effects)

    @property
    def next_deadline(self) -> float | None:
        """Monotonic time at which :class:`DeadlineReached` is to be fed; None: nothing is due."""
        return self._context.now.mono if self._owed else self._context.timers.next()

    def _reach(self, key: TimerKey) -> None:
        """A deadline has come."""
        self._context.timers.disarm(key)
        self._context.deadlines[key.purpose](key)

    # -- inputs -----------------------------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        """A frame has come, or something else."""
        try:
            frame = codec.read_frame(text)
        except UnknownMessageTypeError:
            return
        except FrameError as error:
            self.incoming_calls.malformed(error, text)
            if error.message_id is not None and error.code is None:
                self.calls.unreadable(error.message_id)
            return
        if isinstance(frame, codec.Call):
            self.incoming_calls.call(frame, text)
        elif isinstance(frame, codec.CallResult):
            self.calls.result(frame)
        else:
            self.calls.error(frame)

    def _own_mistake(self, cause: object, trace: str) -> None:
        """We failed at something that nobody called for: say so to the log, and see that nothing waits for ever."""
        self._context.do(LogFailure(trace))
        match cause:
            case TextReceived(text):
                self._own_mistake_at(text)
            case HardwareAnswered(ref) | VendorAnswered(ref) | CertificatesAnswered(ref):
                waiting = self._context.no_longer_waits(ref)
                if waiting is not None and waiting.call is not None:
                    self.incoming_calls.give_up(waiting.call)
            case LinkOpened():
                self._context.do(HangUp())
            case TimerKey():
                self._context.timers.arm_after_failure(cause, self._context.now.mono, self._next_time(cause))

    def _next_time(self, key: TimerKey) -> float | None:
        """When a deadline that recurs is due next; None: it does not recur, or how it does is what we fail at."""
        recurrence = self._context.recurrences.get(key.purpose)
        try:
            return None if recurrence is None else self._context.now.mono + recurrence(key)
        except Exception:
            return None

    def _own_mistake_at(self, text: str) -> None:
        """We failed at a frame: whoever sent it, or waits for it, is not to wait any longer."""
        try:
            frame = codec.read_frame(text)
        except FrameError:
            return
        if isinstance(frame, codec.Call):
            self.incoming_calls.failed(frame, text)
        else:
            self.calls.unreadable(frame.message_id)

    def shut_down(self, asked: ShutdownAsked) -> None:
        """The application stops: transactions are to be ended."""
        for transaction in self.transactions.running():
            self._context.ask(StopTransaction(transaction.record.connector_id, asked.reason))

    def _moves(self) -> Iterator[Effect]:
        """Which charts have moved in this step; told before what came of it."""
        for component, look in self._journal.touched():
            if isinstance(component, Charted):
                before = component.machine.name_of(look[1])
                after = component.machine.configuration
                if before != after:
                    moved = ChartMoved(component.machine.name, component.label, " ".join(before), " ".join(after))
                    yield Tell(moved)

    # -- what can be seen -------------------------------------------------------------------------------------------

    def status(self, connector: int) -> ChargePointStatus:
        """The derived status of connector 0..N. Raises :class:`~ocpp16sm.errors.UnknownConnectorError`."""
        return ChargePointStatus(self._seen(connector).machine.status)

    def transaction(self, connector: int) -> TransactionRecord | None:
        """What is running at connector 0..N. Raises :class:`~ocpp16sm.errors.UnknownConnectorError`."""
        transaction = self.transactions.of(self._seen(connector))
        return None if transaction is None else transaction.record

    def _seen(self, connector: int) -> Place:
        """Connector 0..N, only looked at."""
        if not 0 <= connector < len(self.places.all):
            raise UnknownConnectorError(connector, len(self.places.connectors))
        return self.places.all[connector]
