"""The charts of connectors 1..N and of the charge point itself (connector 0), and their StatusNotifications (4.9)."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.connectors.active_errors import ActiveErrors
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.journal import ChartComponent, Journal
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

ConnectorT = TypeVar("ConnectorT", bound="ConnectorBase")

_STATUS_DUE = "status"


class ConnectorBase(ChartComponent):
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

    def __init__(self, journal: Journal, reports: "StatusReports", connector_id: int) -> None:
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
        """Whether the current step has already sent a report about this connector."""
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
        """Whether the connector is out of service, even if it shows Faulted.

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


class Connector(ConnectorBase):
    """A connector that a car can be plugged into."""

    STATE: ClassVar[tuple[str, ...]] = (
        *ConnectorBase.STATE,
        "disable_due",
        "identified_now",
        "session_id",
        "session_logged",
        "transaction",
    )
    __slots__ = ("disable_due", "identified_now", "session_id", "session_logged", "transaction")

    def __init__(
        self, journal: Journal, reports: "StatusReports", connector_id: int, machine: Callable[["Connector"], Any]
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


class ConnectorZero(ConnectorBase):
    """The charge point itself, as connector 0."""

    __slots__ = ()

    def __init__(self, journal: Journal, reports: "StatusReports") -> None:
        super().__init__(journal, reports, 0)
        self.machine = ChargePointMachine(self)


class StatusReports:
    """When a status is reported, and with what content."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._look_up: Callable[[int], ConnectorBase]
        self.lasts = Signal[[ConnectorBase]]()
        """Emitted with a connector whose new status has been reported."""
        context.deadlines[_STATUS_DUE] = self._lasted

    def look_up(self, connectors: Callable[[int], ConnectorBase]) -> None:
        """Set the function that finds a connector by its id; a timer knows only the id."""
        self._look_up = connectors

    def suspension_reasons_matter(self) -> bool:
        """Whether ReportSuspendedEVSEReasonChange is on."""
        return self._context.configuration[own_keys.REPORT_SUSPENDED_EVSE_REASON_CHANGE]

    def status_changed(self, connector: ConnectorBase, info: str | None) -> None:
        """Report a new status at once if a fault comes or goes, else once it has lasted for MinimumStatusDuration."""
        context = self._context
        context.tell(StatusChanged(connector.id, connector.status))
        wait = context.configuration[keys.MINIMUM_STATUS_DURATION]
        if wait == 0 or ChargePointStatus.FAULTED in (connector.status, connector.shown and connector.shown.status):
            self.tell(connector, info)
            self.lasts(connector)
        elif connector.shown is not None and connector.status is connector.shown.status:
            context.disarm(_STATUS_DUE, connector.id)
        else:
            connector.held_info = info
            context.arm(_STATUS_DUE, wait, connector.id)

    def _lasted(self, key: TimerKey) -> None:
        connector = self._look_up(int(key.owner))
        self.tell(connector, connector.held_info)
        self.lasts(connector)

    def present(self, connector: ConnectorBase, info: str | None, error: ErrorInfo | None = None) -> StatusReport:
        """A report of the present status, with this ``info`` and the error code of ``error`` (default: its
        error).

        Without ``info``, SuspendedEVSE gets its reason, if such reasons are reported. While an error is being cleared
        with ReportClearedErrors, ``info`` names the cleared error instead.
        """
        error = error or connector.error
        code = error.error_code if error is not None else ChargePointErrorCode.NO_ERROR
        if code is ChargePointErrorCode.EV_COMMUNICATION_ERROR and connector.status not in EV_WAITS:
            code = ChargePointErrorCode.OTHER_ERROR
        if info is None and connector.status is ChargePointStatus.SUSPENDED_EVSE and self.suspension_reasons_matter():
            info = connector.suspension
        source = connector.cleared or error
        if connector.cleared is not None:
            cleared_code = connector.cleared.vendor_error_code
            info = f"{cleared_code} resolved"[:50] if cleared_code else None
        if source is None:
            return StatusReport(connector.id, connector.status, code, info)
        return StatusReport(connector.id, connector.status, code, info, source.vendor_id, source.vendor_error_code)

    def tell(self, connector: ConnectorBase, info: str | None, *, triggered: bool = False) -> None:
        """Report the present status with this ``info``."""
        self.say(connector, self.present(connector, info), triggered=triggered)

    def tell_error(self, connector: ConnectorBase, error: ErrorInfo) -> None:
        """Report an error that has just arrived, whichever others are active."""
        self.say(connector, self.present(connector, error.info, error))

    def tell_present(self, connector: ConnectorBase, *, triggered: bool = False) -> None:
        """Report the present status because it was requested, or because the Central System cannot know it."""
        self.tell(connector, connector.error_info, triggered=triggered)

    def list_conflict(self) -> None:
        """Report LocalListConflict, because a response contradicts the Local Authorization List (3.5.2)."""
        zero = self._look_up(0)
        code = ChargePointErrorCode.LOCAL_LIST_CONFLICT
        self._context.send(hooks.report_status(StatusReport(0, zero.status, code), self._context.now.utc))

    def say(self, connector: ConnectorBase, report: StatusReport, *, triggered: bool = False) -> None:
        """Send a report. It replaces one that is waiting for MinimumStatusDuration."""
        connector.touch()
        connector.said = True
        self._context.disarm(_STATUS_DUE, connector.id)
        if self._context.send(hooks.report_status(report, self._context.now.utc), triggered=triggered):
            connector.shown = report


class Connectors:
    """The charge point itself and its connectors."""

    def __init__(
        self, journal: Journal, reports: StatusReports, count: int, machine: Callable[[Connector], Any]
    ) -> None:
        self._journal = journal
        self.zero = ConnectorZero(journal, reports)
        self.connectors = tuple(Connector(journal, reports, number, machine) for number in range(1, count + 1))
        self.all: tuple[ConnectorBase, ...] = (self.zero, *self.connectors)
        reports.look_up(lambda connector_id: self.all[connector_id])

    def any_connector(self, connector_id: int) -> ConnectorBase:
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
    def _about_to_change(connector: ConnectorT) -> ConnectorT:
        connector.touch()
        connector.said = False
        return connector
