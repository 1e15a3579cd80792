"""Errors raised and cleared: which are active, and what StatusNotification reports of them (4.9)."""

from ocpp16sm.config import own_keys
from ocpp16sm.core.connectors.active_errors import ActiveErrors
from ocpp16sm.core.connectors.connectors import Place, Reports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.generated.handlers import AllErrorsCleared, ErrorCleared, ErrorRaised


class ErrorReports:
    """The steps of ``on_error``, ``on_error_cleared`` and ``on_all_errors_cleared``.

    A chart only knows whether its place is faulted. Reports of single errors and warnings are sent from here, unless
    the chart's hook has already reported in the same step (``place.said``).
    """

    def __init__(self, context: Context, reports: Reports) -> None:
        self._context = context
        self._reports = reports

    def is_new_error(self, place: Place, call: ErrorRaised) -> bool:
        """Guard: false for an error that is already active, which changes nothing."""
        return call.error_info.uuid not in place.errors

    def is_fault(self, _place: Place, call: ErrorRaised) -> bool:
        """Guard: whether the error prevents charging."""
        return call.error_info.is_fault

    def add_error(self, place: Place, call: ErrorRaised) -> None:
        """Record the error as active."""
        place.errors = place.errors.plus(call.error_info)

    def tell_error(self, place: Place, call: ErrorRaised) -> None:
        """Report the error. Every new error is reported."""
        if not place.said:
            self._reports.tell_error(place, call.error_info)

    def is_active_error(self, place: Place, call: ErrorCleared) -> bool:
        """Guard: false for an error that is not active, which changes nothing."""
        return call.uuid in place.errors

    def is_sound(self, place: Place, _call: ErrorCleared) -> bool:
        """Guard: whether no fault is left."""
        return not place.errors.faulted

    def remove_error(self, place: Place, call: ErrorCleared) -> None:
        """Remove the error. With ReportClearedErrors, the next report names it as resolved."""
        if self._context.configuration[own_keys.REPORT_CLEARED_ERRORS]:
            place.cleared = place.errors.get(call.uuid)
        place.errors = place.errors.minus(call.uuid)

    def tell_cleared(self, place: Place, _call: ErrorCleared) -> None:
        """Report the clearing, unless the place is still faulted and the last report already shows the right error."""
        report = self._reports.present(place, place.error_info)
        if not place.said and (not place.errors.faulted or report != place.shown):
            self._reports.say(place, report)
        place.cleared = None

    def remove_all_errors(self, place: Place, _call: AllErrorsCleared) -> None:
        """Remove all errors."""
        place.errors = ActiveErrors()

    def tell_all_cleared(self, place: Place, _call: AllErrorsCleared) -> None:
        """Report the status, even if it is the same as before."""
        if not place.said:
            self._reports.tell_present(place)
