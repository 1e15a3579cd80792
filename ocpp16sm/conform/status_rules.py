"""Rules for StatusNotification (4.9)."""

from collections.abc import Callable
from typing import Final

from attrs import frozen

from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.log_state import LogState
from ocpp16sm.conform.rule import Finding, Rule
from ocpp16sm.messages import (
    BootNotificationResponse,
    ChargePointErrorCode,
    ChargePointStatus,
    StartTransactionRequest,
    StatusNotificationRequest,
    StopTransactionRequest,
)
from statecharts.ocpp16.status_table import PERMITTED

_OF_THE_STATION: Final = (ChargePointStatus.AVAILABLE, ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED)
_EV_WAITS: Final = (
    ChargePointStatus.PREPARING,
    ChargePointStatus.SUSPENDED_EV,
    ChargePointStatus.SUSPENDED_EVSE,
    ChargePointStatus.FINISHING,
)
_NOT_IN_TRANSACTION: Final = (ChargePointStatus.AVAILABLE, ChargePointStatus.PREPARING, ChargePointStatus.RESERVED)


class _Statuses(Rule):
    """Remembers the last status of each connector."""

    def __init__(self, known: LogState, found: Callable[[Finding], None]) -> None:
        super().__init__(known, found)
        self.last: dict[int, StatusNotificationRequest] = {}

    def asked(self, call: LoggedCall) -> None:
        if call.from_station and isinstance(call.message, StatusNotificationRequest):
            self.reported(call, call.message, self.last.get(call.message.connector_id))
            self.last[call.message.connector_id] = call.message

    def reported(
        self, call: LoggedCall, status: StatusNotificationRequest, before: StatusNotificationRequest | None
    ) -> None:
        """Check a status; ``before`` is the previous one."""
        raise NotImplementedError

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        """Statuses after a boot do not continue those before it."""
        if isinstance(answer.message, BootNotificationResponse) and not self.seen.boot_triggered:
            self.last.clear()

    def reconnected(self) -> None:
        """Changes during an interruption are not reported."""
        self.last.clear()


class Moves(_Statuses):
    """A change of status must be in the table."""

    name = "status-move"
    clause = "4.9"
    says = "A connector's status changes only as the table permits."

    def reported(
        self, call: LoggedCall, status: StatusNotificationRequest, before: StatusNotificationRequest | None
    ) -> None:
        if before is None or status.connector_id == 0 or status.status is before.status:
            return
        if (before.status, status.status) not in PERMITTED:
            permitted = [f"{to} ({cell})" for (whence, to), cell in PERMITTED.items() if whence == before.status]
            self.find(
                call,
                f"connector {status.connector_id} goes from {before.status} to {status.status}",
                " or ".join([", ".join(permitted[:-1]), permitted[-1]]),
            )


class StationStatuses(Rule):
    """Connector 0 has only three statuses."""

    name = "status-of-station"
    clause = "4.9, 7.7"
    says = "Connector 0, the Charge Point itself, is Available, Unavailable or Faulted."

    def asked(self, call: LoggedCall) -> None:
        status = call.message
        if not isinstance(status, StatusNotificationRequest) or status.connector_id != 0:
            return
        if status.status not in _OF_THE_STATION:
            self.find(call, f"connector 0 is {status.status}", "Available, Unavailable or Faulted")


class ErrorsOfTheEV(Rule):
    """EVCommunicationError comes only with certain statuses."""

    name = "error-with-status"
    clause = "4.9"
    says = "EVCommunicationError comes with Preparing, SuspendedEV, SuspendedEVSE or Finishing only."

    def asked(self, call: LoggedCall) -> None:
        status = call.message
        if not isinstance(status, StatusNotificationRequest) or status.status in _EV_WAITS:
            return
        if status.error_code is ChargePointErrorCode.EV_COMMUNICATION_ERROR:
            self.find(call, f"EVCommunicationError with {status.status}", f"it with {', '.join(_EV_WAITS)} only")


class FaultsHaveErrors(_Statuses):
    """A fault must have an errorCode."""

    name = "fault-without-error"
    clause = "4.9, 7.6, 7.7"
    says = "A connector that becomes Faulted reports an errorCode other than NoError."

    def reported(
        self, call: LoggedCall, status: StatusNotificationRequest, before: StatusNotificationRequest | None
    ) -> None:
        """Only the first report of a fault counts."""
        news = before is None or before.status is not ChargePointStatus.FAULTED
        if news and status.status is ChargePointStatus.FAULTED and status.error_code is ChargePointErrorCode.NO_ERROR:
            self.find(call, f"connector {status.connector_id} is Faulted with NoError", "the errorCode of the fault")


class StatusTimes(_Statuses):
    """Timestamps of statuses must not go backwards."""

    name = "status-time"
    clause = "4.9, 6.47"
    says = "The timestamps of a connector's statuses do not go backwards."

    def reported(
        self, call: LoggedCall, status: StatusNotificationRequest, before: StatusNotificationRequest | None
    ) -> None:
        if before is None or before.timestamp is None or status.timestamp is None:
            return
        if status.timestamp < before.timestamp and status.status is not before.status:
            self.find(
                call,
                f"connector {status.connector_id} is {status.status} since {status.timestamp.text()}",
                f"{before.timestamp.text()} or later, as it was {before.status} then",
            )


@frozen
class _Doubt:
    call: LoggedCall
    status: StatusNotificationRequest
    transaction: int


class StatusesInTransactions(_Statuses):
    """A status must not contradict a running transaction.

    Statuses overtake queued transaction-related messages (3.7). Whether a transaction was running at that moment is
    therefore known only when its end is reported.
    """

    name = "status-in-transaction"
    clause = "4.9, 7.7"
    says = "A connector with a transaction does not become Available, Preparing or Reserved before it is stopped."

    def __init__(self, known: LogState, found: Callable[[Finding], None]) -> None:
        super().__init__(known, found)
        self._doubts: dict[int, _Doubt] = {}

    def reported(
        self, call: LoggedCall, status: StatusNotificationRequest, before: StatusNotificationRequest | None
    ) -> None:
        """Keep the status for later if a transaction is running."""
        transaction = self.seen.transactions.running(status.connector_id)
        if transaction is None or status.status not in _NOT_IN_TRANSACTION:
            return
        told_anew = before is None and status.status is ChargePointStatus.PREPARING
        if told_anew or (before is not None and before.status is status.status):
            return
        if status.timestamp is None or status.timestamp > transaction.start.timestamp:
            self._doubts.setdefault(transaction.id, _Doubt(call, status, transaction.id))

    def asked(self, call: LoggedCall) -> None:
        """Check kept statuses at the end of the transaction or the start of the next."""
        super().asked(call)
        if isinstance(call.message, StopTransactionRequest):
            doubt = self._doubts.pop(call.message.transaction_id, None)
            if doubt is not None:
                when = doubt.status.timestamp
                if when is None or when < call.message.timestamp:
                    self._report(doubt)
        elif isinstance(call.message, StartTransactionRequest):
            for doubt in [one for one in self._doubts.values() if one.status.connector_id == call.message.connector_id]:
                self._report(self._doubts.pop(doubt.transaction))

    def ended(self) -> None:
        """A transaction that was not stopped is still running, unless the log ends just there."""
        for doubt in self._doubts.values():
            if doubt.call is not self.seen.last_call:
                self._report(doubt)

    def _report(self, doubt: _Doubt) -> None:
        place = f"connector {doubt.status.connector_id} is {doubt.status.status}"
        self.find(doubt.call, f"{place} while transaction {doubt.transaction} runs", "StopTransaction before it")
