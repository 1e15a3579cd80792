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
from ocpp16sm.config import security_keys
from ocpp16sm.core.acts import Acting
from ocpp16sm.core.authorization import Authorization
from ocpp16sm.core.availability import Availability
from ocpp16sm.core.calls import Calls
from ocpp16sm.core.certificate_renewal import CertificateRenewal
from ocpp16sm.core.charging_limits import ChargingLimits
from ocpp16sm.core.configuration import ConfigurationOperations
from ocpp16sm.core.configuration_values import Configuration
from ocpp16sm.core.connectors import Connector, Place, Places, Reports
from ocpp16sm.core.contract_authorization import ContractAuthorization
from ocpp16sm.core.contract_roots import ContractRoots
from ocpp16sm.core.credentials import CredentialSwitch
from ocpp16sm.core.data_transfer import DataTransfer
from ocpp16sm.core.desk import Desk
from ocpp16sm.core.effects import Effect, HangUp, LogFailure, Tell
from ocpp16sm.core.error_reports import ErrorReports
from ocpp16sm.core.firmware import Firmware
from ocpp16sm.core.inbound import Inbound
from ocpp16sm.core.inputs import (
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
from ocpp16sm.core.journal import Charted, Journal
from ocpp16sm.core.link import Link
from ocpp16sm.core.local_list import LocalList
from ocpp16sm.core.log_uploads import LogUploads
from ocpp16sm.core.ocsp import Ocsp
from ocpp16sm.core.price_texts import PriceTexts
from ocpp16sm.core.pricing import Pricing
from ocpp16sm.core.reactions import connect
from ocpp16sm.core.readings import Readings
from ocpp16sm.core.registration import Registration
from ocpp16sm.core.remote import Remote
from ocpp16sm.core.reservations import Reservations
from ocpp16sm.core.reserving import Reserving
from ocpp16sm.core.root_certificates import RootCertificates
from ocpp16sm.core.setup import Setup
from ocpp16sm.core.shown_time import ShownTime
from ocpp16sm.core.signed_updates import SignedUpdates
from ocpp16sm.core.smart_charging import SmartCharging
from ocpp16sm.core.startable import startable
from ocpp16sm.core.starting import Starting
from ocpp16sm.core.timers import TimerKey
from ocpp16sm.core.transactions import Transactions
from ocpp16sm.core.triggers import Triggers
from ocpp16sm.core.v2g_certificate import V2gCertificate
from ocpp16sm.core.wall_clock import WallClock
from ocpp16sm.core.wiring import INPUTS
from ocpp16sm.errors import FrameError, UnknownConnectorError, UnknownMessageTypeError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.generated.triggers import TRIGGERS
from ocpp16sm.hardware import StopTransaction
from ocpp16sm.instant import Instant
from ocpp16sm.listener import ChartMoved
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import TransactionRecord
from ocpp16sm.values import Value

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
        "_desk",
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
        "inbound",
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
        "reserving",
        "root_certificates",
        "setup",
        "signed_updates",
        "smart_charging",
        "starting",
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
        self._desk = desk = Desk(journal, self.configuration, id_prefix)
        self.calls = calls = Calls(desk)
        self.inbound = inbound = Inbound(journal, desk)
        self.reports = reports = Reports(desk)
        self.places = places = Places(journal, reports, setup.connectors, connector_machine)
        self.local_list = local_list = LocalList(journal, desk)
        self.authorization = Authorization(journal, desk, local_list, setup.authorization_cache_size)
        self.availability = Availability(journal, desk, places)
        self.reservations = Reservations(journal, desk, places, self.availability, self.authorization)
        self.transactions = Transactions(journal, desk, self.authorization, self.reservations, places.connectors)
        self.smart_charging = smart_charging = SmartCharging(journal, desk, self.transactions)
        self.charging_limits = ChargingLimits(desk, smart_charging, self.transactions)
        self.readings = Readings(journal, desk, places, self.transactions)
        self.wall_clock = WallClock(journal, desk)
        self.registration = Registration(journal, desk, self.wall_clock, setup.identity, places, reports)
        self.credentials = credentials = CredentialSwitch(journal, desk)
        resume_delay_s = setup.message_queue_resume_delay_s
        self.link = Link(journal, desk, calls, inbound, places, reports, credentials, resume_delay_s)
        self.configuration_operations = ConfigurationOperations(desk)
        self.configuration_operations.elsewhere = {
            security_keys.AUTHORIZATION_KEY.name: credentials.change_key,
            security_keys.SECURITY_PROFILE.name: credentials.change_profile,
        }
        self.reserving = Reserving(desk, places, self.reservations)
        self.remote = Remote(journal, desk, inbound, places, self.reservations, self.transactions, smart_charging)
        self.data_transfer = DataTransfer(desk, inbound)
        self.contract_authorization = ContractAuthorization(journal, desk, self.authorization, self.data_transfer)
        self.ocsp = Ocsp(journal, desk, self.data_transfer)
        self.v2g_certificate = V2gCertificate(journal, desk, self.data_transfer, self.ocsp)
        ContractRoots(desk, self.data_transfer)
        self.price_texts = PriceTexts(journal, desk, self.authorization)
        self.pricing = Pricing(journal, desk, places, self.price_texts, self.data_transfer)
        self.firmware = Firmware(journal, desk, places, self.availability, setup.identity.firmware_version)
        self.signed_updates = SignedUpdates(desk, inbound, self.firmware)
        self.root_certificates = RootCertificates(desk, inbound)
        self.certificate_renewal = CertificateRenewal(journal, desk, inbound, credentials)
        self.log_uploads = LogUploads(journal, desk, inbound)
        self.triggers = Triggers(
            desk,
            inbound,
            places,
            reports,
            self.registration,
            self.readings,
            self.firmware,
            self.log_uploads,
            self.certificate_renewal,
        )
        self.starting = Starting(
            desk,
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
            ShownTime(desk, self.configuration_operations),
        )
        self._acting = Acting(
            desk,
            places,
            ErrorReports(desk, reports),
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
    def desk(self) -> Desk:
        """What the features share."""
        return self._desk

    # -- the one way in ---------------------------------------------------------------------------------------------

    def feed(self, happened: Input | HandlerCall, at: Instant) -> Step:
        """Something happened. Deadlines that have come by then are dealt with first, each for itself.

        Raises a :class:`~ocpp16sm.errors.LocalError` if the caller asked for the impossible, and whatever a mistake of
        ours raises; either way nothing has changed. What happened by itself, without a caller, does not raise: our
        mistake is logged, and if a request of the Central System depended on it, it is answered with InternalError.
        """
        self._desk.now = at
        while (key := self._desk.timers.first_due(at.mono)) is not None:
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
            return self._settled(change, of, cause)
        except Exception:
            if not isinstance(cause, NOBODYS):
                raise
            trace = traceback.format_exc()
        return self._settled(self._own_mistake, cause, trace)

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
            self._settled(INPUTS[Started], self, started, keep=False)
        except Exception as error:
            return error
        return None

    def _settled(self, change: Callable[[Any, Any], Any], of: Any, cause: Any, *, keep: bool = True) -> Step:
        """Change something, wholly or not at all; if it is not to be kept, it is undone."""
        try:
            result = change(of, cause)
            if self._journal.restless:
                self.reservations.progress()
                self.remote.progress()
                self.firmware.progress()
                self.log_uploads.progress()
                self._journal.calm()
            self._journal.settle()
            self.calls.pump()
            effects = self._desk.take_effects(self._moves() if self.setup.trace_charts else ())
        except BaseException:
            self._journal.roll_back()
            self._desk.drop_effects()
            raise
        if not keep:
            self._journal.roll_back()
        self._journal.commit()
        return Step(result, effects)

    @property
    def next_deadline(self) -> float | None:
        """Monotonic time at which :class:`DeadlineReached` is to be fed; None: nothing is due."""
        return self._desk.now.mono if self._owed else self._desk.timers.next()

    def _reach(self, key: TimerKey) -> None:
        """A deadline has come."""
        self._desk.timers.disarm(key)
        self._desk.deadlines[key.purpose](key)

    # -- inputs -----------------------------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        """A frame has come, or something else."""
        try:
            frame = codec.read_frame(text)
        except UnknownMessageTypeError:
            return
        except FrameError as error:
            self.inbound.malformed(error, text)
            if error.message_id is not None and error.code is None:
                self.calls.unreadable(error.message_id)
            return
        if isinstance(frame, codec.Call):
            self.inbound.call(frame, text)
        elif isinstance(frame, codec.CallResult):
            self.calls.result(frame)
        else:
            self.calls.error(frame)

    def _own_mistake(self, cause: object, trace: str) -> None:
        """We failed at something that nobody called for: say so to the log, and see that nothing waits for ever."""
        self._desk.do(LogFailure(trace))
        match cause:
            case TextReceived(text):
                self._own_mistake_at(text)
            case HardwareAnswered(ref) | VendorAnswered(ref) | CertificatesAnswered(ref):
                waiting = self._desk.no_longer_waits(ref)
                if waiting is not None and waiting.call is not None:
                    self.inbound.give_up(waiting.call)
            case LinkOpened():
                self._desk.do(HangUp())
            case TimerKey():
                self._desk.timers.arm_after_failure(cause, self._desk.now.mono, self._next_time(cause))

    def _next_time(self, key: TimerKey) -> float | None:
        """When a deadline that recurs is due next; None: it does not recur, or how it does is what we fail at."""
        recurrence = self._desk.recurrences.get(key.purpose)
        try:
            return None if recurrence is None else self._desk.now.mono + recurrence(key)
        except Exception:
            return None

    def _own_mistake_at(self, text: str) -> None:
        """We failed at a frame: whoever sent it, or waits for it, is not to wait any longer."""
        try:
            frame = codec.read_frame(text)
        except FrameError:
            return
        if isinstance(frame, codec.Call):
            self.inbound.failed(frame, text)
        else:
            self.calls.unreadable(frame.message_id)

    def shut_down(self, asked: ShutdownAsked) -> None:
        """The application stops: transactions are to be ended."""
        for transaction in self.transactions.running():
            self._desk.ask(StopTransaction(transaction.record.connector_id, asked.reason))

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
