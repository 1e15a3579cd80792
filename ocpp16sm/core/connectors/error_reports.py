"""Errors raised and cleared: what is remembered of them, and what the Central System is told (4.9)."""

from ocpp16sm.config import own_keys
from ocpp16sm.core.connectors.active_errors import ActiveErrors
from ocpp16sm.core.connectors.connectors import Place, Reports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.generated.handlers import AllErrorsCleared, ErrorCleared, ErrorRaised


class ErrorReports:
    """The steps of ``on_error``, ``on_error_cleared`` and ``on_all_errors_cleared``.

    A chart only knows whether its place is faulted; the errors themselves, and warnings, are said here. Whether the
    chart's own hook has said it already is in ``place.said``.
    """

    def __init__(self, context: Context, reports: Reports) -> None:
        self._context = context
        self._reports = reports

    def is_new_error(self, place: Place, call: ErrorRaised) -> bool:
        """An error that is active already changes nothing."""
        return call.error_info.uuid not in place.errors

    def is_fault(self, _place: Place, call: ErrorRaised) -> bool:
        """Whether it prevents charging."""
        return call.error_info.is_fault

    def add_error(self, place: Place, call: ErrorRaised) -> None:
        """It is active from now on."""
        place.errors = place.errors.plus(call.error_info)

    def tell_error(self, place: Place, call: ErrorRaised) -> None:
        """Every error is told when it arrives."""
        if not place.said:
            self._reports.tell_error(place, call.error_info)

    def is_active_error(self, place: Place, call: ErrorCleared) -> bool:
        """Clearing an unknown error changes nothing."""
        return call.uuid in place.errors

    def is_sound(self, place: Place, _call: ErrorCleared) -> bool:
        """No fault is left."""
        return not place.errors.faulted

    def remove_error(self, place: Place, call: ErrorCleared) -> None:
        """It is over. With ReportClearedErrors what is said next is said in its words."""
        if self._context.configuration[own_keys.REPORT_CLEARED_ERRORS]:
            place.cleared = place.errors.get(call.uuid)
        place.errors = place.errors.minus(call.uuid)

    def tell_cleared(self, place: Place, _call: ErrorCleared) -> None:
        """Told unless the place is still faulted and the Central System sees the right error anyway (N2)."""
        report = self._reports.present(place, place.error_info)
        if not place.said and (not place.errors.faulted or report != place.shown):
            self._reports.say(place, report)
        place.cleared = None

    def remove_all_errors(self, place: Place, _call: AllErrorsCleared) -> None:
        """No error is left."""
        place.errors = ActiveErrors()

    def tell_all_cleared(self, place: Place, _call: AllErrorsCleared) -> None:
        """Told in any case."""
        if not place.said:
            self._reports.tell_present(place)
