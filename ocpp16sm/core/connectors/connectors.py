"""The charts of connectors 1..N and of the charge point itself (connector 0), and their StatusNotifications (4.9)."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.connectors.active_errors import ActiveErrors
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.journal import Charted, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.errors import ChargePointItselfError, UnknownConnectorError
from ocpp16sm.generated import hooks
from ocpp16sm.generated.charge_point import ChargePointMachine
from ocpp16sm.listener import StatusChanged
from ocpp16sm.messages import ChargePointErrorCode, ChargePointStatus
from ocpp16sm.records import StatusReport
from ocpp16sm.station_facts import ErrorInfo, Measurement

EV_WAITS = frozenset(
    {
        ChargePointStatus.PREPARING,
        ChargePointStatus.SUSPENDED_EV,
        ChargePointStatus.SUSPENDED_EVSE,
        ChargePointStatus.FINISHING,
    }
)
"""The only statuses in which EVCommunicationError may be reported (4.9)."""

STATUSES = {status.value: status for status in ChargePointStatus}
"""Word of a chart for a status -> the status."""

P = TypeVar("P", bound="Place")

_STATUS_DUE = "status"


class Place(Charted):
    """Connector 0..N: its chart, its active errors, and what was last reported about it."""

    STATE: ClassVar[tuple[str, ...]] = (
        "cleared",
        "current_offered",
        "errors",
        "held_info",
        "measurement",
        "power_offered",
        "said",
        "shown",
        "status",
        "suspension",
    )
    __slots__ = ("_reports", "id", *STATE)

    def __init__(self, journal: Journal, reports: "Reports", connector_id: int) -> None:
        super().__init__(journal)
        self._reports = reports
        self.id = connector_id
        self.errors = ActiveErrors()
        self.cleared: ErrorInfo | None = None
        """An error that is being cleared, if the report of this is to name it."""
        self.held_info: str | None = None
        """The ``info`` of a status that is reported only once it has lasted for MinimumStatusDuration."""
        self.suspension: str | None = None
        """Why the charge point offers no energy, in the station's words. Valid while the status is SuspendedEVSE."""
        self.status = ChargePointStatus.AVAILABLE
        """The derived status after the chart's last move."""
        self.shown: StatusReport | None = None
        """The last report that was sent to the Central System."""
        self.said = False
        """Whether the current step has already sent a report about this place."""
        self.measurement: Measurement | None = None
        """The latest reading of the meter."""
        self.current_offered = 0.0
        """Current offered to the car, in A."""
        self.power_offered = 0.0
        """Power offered to the car, in W."""

    @property
    def label(self) -> str:
        """The connector id, as text."""
        return str(self.id)

    def start_as(self, configuration: tuple[str, ...]) -> None:
        """Put the chart into its initial configuration without reporting the status."""
        self.touch()
        self.machine.restore(configuration)
        self.status = STATUSES[self.machine.status]

    @property
    def out_of_service(self) -> bool:
        """Whether the place is out of service, even if it shows Faulted.

        A chart of the application's own may have no ``Inoperative`` state and show Unavailable instead.
        """
        return "Inoperative" in self.machine.configuration or self.machine.status == ChargePointStatus.UNAVAILABLE

    @property
    def error(self) -> ErrorInfo | None:
        """The error to report: the newest fault if the status is Faulted, else the newest error of any kind."""
        fault = self.errors.newest_fault if self.status is ChargePointStatus.FAULTED else None
        return self.errors.newest if fault is None else fault

    @property
    def error_info(self) -> str | None:
        """The ``info`` of :attr:`error`."""
        return self.error.info if self.error is not None else None

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def report_status(self, info: str | None = None) -> None:
        """Report the status if the chart's move has changed it."""
        status = STATUSES[self.machine.status]
        if status is not self.status:
            self.status = status
            self._reports.status_changed(self, info)

    def report_again(self, info: str | None = None) -> None:
        """Report an unchanged status with new ``info``, unless a fault or being out of service hides it."""
        if self.status is STATUSES[self.machine.status] and self._visible():
            self._reports.tell(self, info)

    def report_suspension(self, info: str | None = None) -> None:
        """Report another reason for the same suspension, if such changes are reported and nothing hides it."""
        news = self.shown is None or info != self.shown.info
        if self._reports.suspension_reasons_matter() and news and self._visible():
            self._reports.tell(self, info)

    def _visible(self) -> bool:
        return self.status not in (ChargePointStatus.FAULTED, ChargePointStatus.UNAVAILABLE)


class Connector(Place):
    """A connector that a car can be plugged into."""

    STATE: ClassVar[tuple[str, ...]] = (
        *Place.STATE,
        "disable_due",
        "identified_now",
        "session_id",
        "session_logged",
        "transaction",
    )
    __slots__ = ("disable_due", "identified_now", "session_id", "session_logged", "transaction")

    def __init__(
        self, journal: Journal, reports: "Reports", connector_id: int, machine: Callable[["Connector"], Any]
    ) -> None:
        super().__init__(journal, reports, connector_id)
        self.session_id: str | None = None
        self.session_logged: str | None = None
        """The session whose log is open."""
        self.identified_now = False
        """Whether the session that is starting began with an idTag rather than a cable."""
        self.transaction: str | None = None
        """Key of the transaction that is running here."""
        self.disable_due = False
        """Whether the connector is to be disabled as soon as its use ends."""
        self.machine = machine(self)

    @property
    def awaits_unplugging(self) -> bool:
        """Whether use has ended and the cable is still plugged in, even if the status is Faulted or Unavailable."""
        return "Finishing" in self.machine.configuration or self.machine.status == ChargePointStatus.FINISHING

    # -- guards of the chart ----------------------------------------------------------------------------------------

    def identified(self) -> bool:
        """Guard: an idTag was presented, rather than only a cable plugged in."""
        return self.identified_now

    def transaction_running(self) -> bool:
        """Guard: a transaction has started and not stopped."""
        return self.transaction is not None

    def user_action_required(self) -> bool:
        """Guard: the session outlives its transaction, because the cable has yet to be unplugged."""
        return self.session_id is not None


class Station(Place):
    """The charge point itself, as connector 0."""

    __slots__ = ()

    def __init__(self, journal: Journal, reports: "Reports") -> None:
        super().__init__(journal, reports, 0)
        self.machine = ChargePointMachine(self)


class Reports:
    """When a status is reported, and with what content."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._places: Callable[[int], Place]
        self.lasts = Signal[[Place]]()
        """Emitted with a place whose new status has been reported."""
        context.deadlines[_STATUS_DUE] = self._lasted

    def look_up(self, places: Callable[[int], Place]) -> None:
        """Set the function that finds a place by its id; a timer knows only the id."""
        self._places = places

    def suspension_reasons_matter(self) -> bool:
        """Whether ReportSuspendedEVSEReasonChange is on."""
        return self._context.configuration[own_keys.REPORT_SUSPENDED_EVSE_REASON_CHANGE]

    def status_changed(self, place: Place, info: str | None) -> None:
        """Report a new status at once if a fault comes or goes, else once it has lasted for MinimumStatusDuration."""
        context = self._context
        context.tell(StatusChanged(place.id, place.status))
        wait = context.configuration[keys.MINIMUM_STATUS_DURATION]
        if wait == 0 or ChargePointStatus.FAULTED in (place.status, place.shown and place.shown.status):
            self.tell(place, info)
            self.lasts(place)
        elif place.shown is not None and place.status is place.shown.status:
            context.disarm(_STATUS_DUE, place.id)
        else:
            place.held_info = info
            context.arm(_STATUS_DUE, wait, place.id)

    def _lasted(self, key: TimerKey) -> None:
        place = self._places(int(key.owner))
        self.tell(place, place.held_info)
        self.lasts(place)

    def present(self, place: Place, info: str | None, error: ErrorInfo | None = None) -> StatusReport:
        """The report of the present status, with this ``info`` and the error code of ``error`` (default: the place's
        error).

        Without ``info``, SuspendedEVSE gets its reason, if such reasons are reported. While an error is being cleared
        with ReportClearedErrors, ``info`` names the cleared error instead.
        """
        error = error or place.error
        code = error.error_code if error is not None else ChargePointErrorCode.NO_ERROR
        if code is ChargePointErrorCode.EV_COMMUNICATION_ERROR and place.status not in EV_WAITS:
            code = ChargePointErrorCode.OTHER_ERROR
        if info is None and place.status is ChargePointStatus.SUSPENDED_EVSE and self.suspension_reasons_matter():
            info = place.suspension
        source = place.cleared or error
        if place.cleared is not None:
            cleared_code = place.cleared.vendor_error_code
            info = f"{cleared_code} resolved"[:50] if cleared_code else None
        if source is None:
            return StatusReport(place.id, place.status, code, info)
        return StatusReport(place.id, place.status, code, info, source.vendor_id, source.vendor_error_code)

    def tell(self, place: Place, info: str | None, *, triggered: bool = False) -> None:
        """Report the present status with this ``info``."""
        self.say(place, self.present(place, info), triggered=triggered)

    def tell_error(self, place: Place, error: ErrorInfo) -> None:
        """Report an error that has just arrived, whichever others are active."""
        self.say(place, self.present(place, error.info, error))

    def tell_present(self, place: Place, *, triggered: bool = False) -> None:
        """Report the present status because it was requested, or because the Central System cannot know it."""
        self.tell(place, place.error_info, triggered=triggered)

    def list_conflict(self) -> None:
        """Report LocalListConflict, because a response contradicts the Local Authorization List (3.5.2)."""
        station = self._places(0)
        code = ChargePointErrorCode.LOCAL_LIST_CONFLICT
        self._context.send(hooks.report_status(StatusReport(0, station.status, code), self._context.now.utc))

    def say(self, place: Place, report: StatusReport, *, triggered: bool = False) -> None:
        """Send a report. It replaces one that is waiting for MinimumStatusDuration."""
        place.touch()
        place.said = True
        self._context.disarm(_STATUS_DUE, place.id)
        if self._context.send(hooks.report_status(report, self._context.now.utc), triggered=triggered):
            place.shown = report


class Places:
    """The charge point itself and its connectors."""

    def __init__(self, journal: Journal, reports: Reports, count: int, machine: Callable[[Connector], Any]) -> None:
        self._journal = journal
        self.station = Station(journal, reports)
        self.connectors = tuple(Connector(journal, reports, number, machine) for number in range(1, count + 1))
        self.all: tuple[Place, ...] = (self.station, *self.connectors)
        reports.look_up(lambda connector_id: self.all[connector_id])

    def place(self, connector_id: int) -> Place:
        """Connector 0..N, marked as about to change. Raises :class:`UnknownConnectorError`."""
        if not 0 <= connector_id < len(self.all):
            raise UnknownConnectorError(connector_id, len(self.connectors))
        return self._about_to_change(self.all[connector_id])

    def connector(self, connector_id: int) -> Connector:
        """Connector 1..N, marked as about to change. Raises :class:`UnknownConnectorError`."""
        return self._about_to_change(self.at(connector_id))

    def at(self, connector_id: int) -> Connector:
        """Connector 1..N, to be read only. Raises :class:`UnknownConnectorError`."""
        if connector_id == 0:
            raise ChargePointItselfError(len(self.connectors))
        if not 1 <= connector_id <= len(self.connectors):
            raise UnknownConnectorError(connector_id, len(self.connectors))
        return self.connectors[connector_id - 1]

    @staticmethod
    def _about_to_change(place: P) -> P:
        place.touch()
        place.said = False
        return place
