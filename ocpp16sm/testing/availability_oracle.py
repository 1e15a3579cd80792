"""What OCPP 1.6 says of a connector that is taken out of service (4.9, 5.2), held against the statuses it reports."""

from typing import Final

from ocpp16sm.messages import ChargePointStatus

_FREE: Final = (ChargePointStatus.AVAILABLE, ChargePointStatus.RESERVED)
_CLOSED: Final = (ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED)


class AvailabilityOracle:
    """What was last said of a connector's service, and what it reports.

    Nothing is expected of a connector of which nothing was said since the start.
    """

    def __init__(self) -> None:
        self._in_service: bool | None = None
        self._closed = False
        self._decided_elsewhere = False

    def told(self, in_service: bool) -> None:
        """It is to be in service, or out of it as soon as nobody uses it."""
        if not self._decided_elsewhere:
            self._in_service = in_service
            self._closed = False

    def contradicted(self) -> None:
        """The station says that it is in service although it is to be out of it: perhaps that is an old answer."""
        if self._in_service is False:
            self._in_service = None
        else:
            self.told(True)

    def decided_elsewhere(self) -> None:
        """A firmware update, say, has its own reasons from now on."""
        self._in_service, self._decided_elsewhere = None, True

    def reports(self, status: ChargePointStatus, before: ChargePointStatus) -> None:
        """It changes its status. Raises ``AssertionError`` if it cannot."""
        if self._in_service is None:
            return
        if self._in_service:
            assert status is not ChargePointStatus.UNAVAILABLE, "is in service, and reports Unavailable (4.9, H1-H5)"
            return
        # There is no B8: from Preparing the way out of service is by Available.
        passing = before is ChargePointStatus.PREPARING
        assert passing or status not in _FREE, f"is to be out of service, and reports {status} (5.2)"
        assert not self._closed or status in _CLOSED, f"is out of service, and reports {status} (4.9, H)"
        self._closed = self._closed or status is ChargePointStatus.UNAVAILABLE

    def rests(self, status: ChargePointStatus) -> None:
        """It reports nothing else. Raises ``AssertionError`` if that cannot be."""
        assert self._in_service is not False or status not in _FREE, f"is to be out of service, and is {status} (5.2)"
