"""Errors raised and cleared: which are active, and what StatusNotification reports of them (4.9)."""

from ocpp16sm.config import own_keys
from ocpp16sm.core.connectors.active_errors import ActiveErrors
from ocpp16sm.core.connectors.connectors import ConnectorBase, StatusReports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.generated.handlers import AllErrorsCleared, ErrorCleared, ErrorRaised


class ErrorReports:
    """The steps of ``on_error``, ``on_error_cleared`` and ``on_all_errors_cleared``.

    A chart only knows whether its connector is faulted. Reports of single errors and warnings are sent from here,
    unless the chart's hook has already reported in the same step (``connector.said``).
    """

    def __init__(self, context: Context, reports: StatusReports) -> None:
        self._context = context
        self._reports = reports

    def is_new_error(self, connector: ConnectorBase, call: ErrorRaised) -> bool:
        """Guard: false for an error that is already active, which changes nothing."""
        return call.error_info.uuid not in connector.errors

    def is_fault(self, _connector: ConnectorBase, call: ErrorRaised) -> bool:
        """Guard: whether the error prevents charging."""
        return call.error_info.is_fault

    def add_error(self, connector: ConnectorBase, call: ErrorRaised) -> None:
        """Record the error as active."""
        connector.errors = connector.errors.plus(call.error_info)

    def tell_error(self, connector: ConnectorBase, call: ErrorRaised) -> None:
        """Report the error. Every new error is reported."""
        if not connector.said:
            self._reports.tell_error(connector, call.error_info)

    def is_active_error(self, connector: ConnectorBase, call: ErrorCleared) -> bool:
        """Guard: false for an error that is not active, which changes nothing."""
        return call.uuid in connector.errors

    def is_sound(self, connector: ConnectorBase, _call: ErrorCleared) -> bool:
        """Guard: whether no fault is left."""
        return not connector.errors.faulted

    def remove_error(self, connector: ConnectorBase, call: ErrorCleared) -> None:
        """Remove the error. With ReportClearedErrors, the next report names it as resolved."""
        if self._context.configuration[own_keys.REPORT_CLEARED_ERRORS]:
            connector.cleared = connector.errors.get(call.uuid)
        connector.errors = connector.errors.minus(call.uuid)

    def tell_cleared(self, connector: ConnectorBase, _call: ErrorCleared) -> None:
        """Report the clearing, unless the connector is still faulted and the last report shows the right error."""
        report = self._reports.present(connector, connector.error_info)
        if not connector.said and (not connector.errors.faulted or report != connector.shown):
            self._reports.say(connector, report)
        connector.cleared = None

    def remove_all_errors(self, connector: ConnectorBase, _call: AllErrorsCleared) -> None:
        """Remove all errors."""
        connector.errors = ActiveErrors()

    def tell_all_cleared(self, connector: ConnectorBase, _call: AllErrorsCleared) -> None:
        """Report the status, even if it is the same as before."""
        if not connector.said:
            self._reports.tell_present(connector)
