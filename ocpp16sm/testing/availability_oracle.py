"""Checks reported statuses against the rules of OCPP 1.6 for a connector that is out of service (4.9, 5.2)."""

from typing import Final

from ocpp16sm.messages import ChargePointStatus

_FREE: Final = (ChargePointStatus.AVAILABLE, ChargePointStatus.RESERVED)
_CLOSED: Final = (ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED)


class AvailabilityOracle:
    """Compares the availability last requested for a connector with the statuses it reports.

    Nothing is checked until the availability has been set for the first time since the start.
    """

    def __init__(self) -> None:
        self._in_service: bool | None = None
        self._closed = False
        self._decided_elsewhere = False

    def told(self, in_service: bool) -> None:
        """The connector has been set in service, or out of service as soon as nobody uses it."""
        if not self._decided_elsewhere:
            self._in_service = in_service
            self._closed = False

    def contradicted(self) -> None:
        """The station reports the connector in service although it should not be; this may be a late answer."""
        if self._in_service is False:
            self._in_service = None
        else:
            self.told(True)

    def decided_elsewhere(self) -> None:
        """Stop checking: something else, such as a firmware update, controls the availability from now on."""
        self._in_service, self._decided_elsewhere = None, True

    def reports(self, status: ChargePointStatus, before: ChargePointStatus) -> None:
        """Check a status change. Raises ``AssertionError`` if it is not allowed."""
        if self._in_service is None:
            return
        if self._in_service:
            assert status is not ChargePointStatus.UNAVAILABLE, "is in service but reports Unavailable (4.9, H1-H5)"
            return
        # The table has no B8: a connector in Preparing goes out of service by way of Available.
        passing = before is ChargePointStatus.PREPARING
        assert passing or status not in _FREE, f"should be out of service but reports {status} (5.2)"
        assert not self._closed or status in _CLOSED, f"is out of service but reports {status} (4.9, H)"
        self._closed = self._closed or status is ChargePointStatus.UNAVAILABLE

    def rests(self, status: ChargePointStatus) -> None:
        """Check the status the connector stays in. Raises ``AssertionError`` if it is not allowed."""
        assert self._in_service is not False or status not in _FREE, f"should be out of service but is {status} (5.2)"
