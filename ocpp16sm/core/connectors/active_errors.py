"""The active errors of a connector, or of the charge point itself."""

from attrs import evolve, frozen

from ocpp16sm.station_facts import ErrorInfo


@frozen
class ActiveErrors:
    """Active errors in order of arrival, which may differ from the order of their timestamps. Immutable."""

    _errors: tuple[ErrorInfo, ...] = ()

    @property
    def newest(self) -> ErrorInfo | None:
        """The error that arrived last, or None."""
        return self._errors[-1] if self._errors else None

    @property
    def newest_fault(self) -> ErrorInfo | None:
        """The fault that arrived last. None if no error prevents charging."""
        return next((error for error in reversed(self._errors) if error.is_fault), None)

    @property
    def faulted(self) -> bool:
        """Whether any error prevents charging."""
        return self.newest_fault is not None

    def __contains__(self, uuid: str) -> bool:
        return any(error.uuid == uuid for error in self._errors)

    def get(self, uuid: str) -> ErrorInfo:
        """The active error with this uuid. Raises ``KeyError``."""
        for error in self._errors:
            if error.uuid == uuid:
                return error
        raise KeyError(uuid)

    def plus(self, error: ErrorInfo) -> "ActiveErrors":
        """These errors and one more."""
        return evolve(self, errors=(*self._errors, error))

    def minus(self, uuid: str) -> "ActiveErrors":
        """These errors without the one with this uuid."""
        return evolve(self, errors=tuple(error for error in self._errors if error.uuid != uuid))
