"""The errors that are active at a place, and which of them is told."""

from attrs import evolve, frozen

from ocpp16sm.station_facts import ErrorInfo


@frozen
class ActiveErrors:
    """Active errors in the order in which they arrived. Arrival decides, not the errors' own times. Immutable."""

    _errors: tuple[ErrorInfo, ...] = ()

    @property
    def newest(self) -> ErrorInfo | None:
        """The error that arrived last; None: there is no error."""
        return self._errors[-1] if self._errors else None

    @property
    def newest_fault(self) -> ErrorInfo | None:
        """The fault that arrived last; None: nothing prevents charging."""
        return next((error for error in reversed(self._errors) if error.is_fault), None)

    @property
    def faulted(self) -> bool:
        """Whether any of them prevents charging."""
        return self.newest_fault is not None

    def __contains__(self, uuid: str) -> bool:
        return any(error.uuid == uuid for error in self._errors)

    def get(self, uuid: str) -> ErrorInfo:
        """The active error of that name. Raises ``KeyError``."""
        for error in self._errors:
            if error.uuid == uuid:
                return error
        raise KeyError(uuid)

    def plus(self, error: ErrorInfo) -> "ActiveErrors":
        """With one more."""
        return evolve(self, errors=(*self._errors, error))

    def minus(self, uuid: str) -> "ActiveErrors":
        """Without that one."""
        return evolve(self, errors=tuple(error for error in self._errors if error.uuid != uuid))
