"""The errors that are active at a place, and which of them is shown."""

from attrs import evolve, frozen

from ocpp16sm.facts import ErrorInfo


@frozen
class ActiveErrors:
    """Active errors in the order in which they arrived; the one that arrived last is shown.

    Arrival decides, not the errors' own times: whatever is raised is reported when it is raised, and a later question
    gets the same answer. Immutable.
    """

    _errors: tuple[ErrorInfo, ...] = ()

    @property
    def shown(self) -> ErrorInfo | None:
        """The error whose code and words are reported; None: there is no error."""
        return self._errors[-1] if self._errors else None

    @property
    def faulted(self) -> bool:
        """Whether any of them prevents charging."""
        return any(error.is_fault for error in self._errors)

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
