"""Rules for transactions: their messages, order and meter values (3.7, 4.7, 4.8, 4.10)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.log_state import LogState
from ocpp16sm.conform.rule import Finding, Rule
from ocpp16sm.messages import (
    BootNotificationResponse,
    HeartbeatResponse,
    MeterValuesRequest,
    ReadingContext,
    Reason,
    StartTransactionRequest,
    StartTransactionResponse,
    StopTransactionRequest,
)

UNDELIVERED: Final = -1
"""The transactionId if StartTransaction could not be delivered (errata 3.18)."""
SLACK: Final = timedelta(seconds=1)
"""Tolerance for the time between reading a meter and sending the reading."""

_BY_A_RESTART: Final = (Reason.POWER_LOSS, Reason.REBOOT, Reason.HARD_RESET, Reason.SOFT_RESET)
_PERIODIC: Final = (None, ReadingContext.SAMPLE_PERIODIC, ReadingContext.SAMPLE_CLOCK)


class OneTransaction(Rule):
    """A connector has one transaction at a time."""

    name = "two-transactions"
    clause = "4.8, 4.10"
    says = "A connector's transaction is stopped before the next one starts."

    def asked(self, call: LoggedCall) -> None:
        if not isinstance(call.message, StartTransactionRequest):
            return
        running = self.seen.transactions.running(call.message.connector_id)
        if running is not None and running.start != call.message:
            self.find(
                call,
                f"StartTransaction at connector {running.connector}, where transaction {running.id} "
                f"of line {running.line} runs",
                f"StopTransaction of {running.id} before it",
            )


class TransactionIds(Rule):
    """Each transaction has its own transactionId."""

    name = "transaction-id-again"
    clause = "6.46; errata 3.54"
    says = "Every transaction has its own id; a repeated StartTransaction gets the same id."

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        if isinstance(call.message, StartTransactionRequest) and isinstance(answer.message, StartTransactionResponse):
            known = self.seen.transactions.known(answer.message.transaction_id)
            if known is not None and known.start != call.message:
                self.find(
                    answer,
                    f"transactionId {known.id}, which the transaction of line {known.line} has",
                    "an id that was not used before",
                )


class KnownTransactions(Rule):
    """A transaction that stops must have started."""

    name = "unknown-transaction"
    clause = "6.49"
    says = "StopTransaction has the transactionId of a StartTransaction.conf."

    def __init__(self, known: LogState, found: Callable[[Finding], None]) -> None:
        super().__init__(known, found)
        self._begun = False

    def asked(self, call: LoggedCall) -> None:
        if isinstance(call.message, StartTransactionRequest):
            self._begun = True
        if not isinstance(call.message, StopTransactionRequest) or call.message.transaction_id == UNDELIVERED:
            return
        if self.seen.transactions.known(call.message.transaction_id) is not None:
            return
        before_the_log = not self.seen.whole or (not self._begun and call.message.reason in _BY_A_RESTART)
        if not before_the_log:
            self.find(
                call,
                f"StopTransaction of {call.message.transaction_id}, which no StartTransaction.conf has",
                "the id of a transaction that was started",
            )


class StoppedOnce(Rule):
    """A transaction stops only once."""

    name = "stopped-twice"
    clause = "4.10"
    says = "A transaction stops once; an undelivered StopTransaction is repeated unchanged."

    def asked(self, call: LoggedCall) -> None:
        stop = call.message
        if not isinstance(stop, StopTransactionRequest):
            return
        known = self.seen.transactions.known(stop.transaction_id)
        if known is None or known.stop is None:
            return
        if known.id in self.seen.transactions.closed:
            self.find(call, f"StopTransaction of {known.id}, which has already stopped", "one StopTransaction")
        elif known.stop != stop:
            self.find(call, f"another StopTransaction of {known.id}, with different content", "one StopTransaction")


class Meters(Rule):
    """The meter must not run backwards."""

    name = "meter-backwards"
    clause = "6.45, 6.49"
    says = "meterStop is not less than meterStart."

    def asked(self, call: LoggedCall) -> None:
        if isinstance(call.message, StopTransactionRequest):
            known = self.seen.transactions.known(call.message.transaction_id)
            if known is not None and call.message.meter_stop < known.start.meter_start:
                self.find(
                    call,
                    f"transaction {known.id} ends at meterStop {call.message.meter_stop} Wh",
                    f"its meterStart, {known.start.meter_start} Wh, or more",
                )


class Readings(Rule):
    """Readings must belong to a running transaction."""

    name = "readings-without-transaction"
    clause = "4.7, 6.31"
    says = "MeterValues with a transactionId come between the start and the end of the transaction, from its connector."

    def asked(self, call: LoggedCall) -> None:
        readings = call.message
        if not isinstance(readings, MeterValuesRequest) or readings.transaction_id in (None, UNDELIVERED):
            return
        book = self.seen.transactions
        known = book.known(readings.transaction_id)
        if known is None:
            if self.seen.whole:
                self.find(
                    call, f"MeterValues of transaction {readings.transaction_id}, which was not started", "a known id"
                )
        elif known.stop is not None:
            self.find(call, f"MeterValues of transaction {known.id} after its end", "them before StopTransaction")
        elif readings.connector_id not in (0, known.connector):
            self.find(
                call,
                f"MeterValues of transaction {known.id} from connector {readings.connector_id}",
                f"connector {known.connector}",
            )


class Chronology(Rule):
    """Transaction-related messages come in chronological order.

    Readings are taken before they are sent, at each connector at a different time. They are compared only with readings
    of the same connector and context, and with the starts and stops that follow at that connector.
    """

    name = "out-of-order"
    clause = "3.7"
    says = (
        "StartTransaction and StopTransaction come in chronological order, and so do a connector's periodic or "
        "clock-aligned MeterValues among each other and before them."
    )

    def __init__(self, known: LogState, found: Callable[[Finding], None]) -> None:
        super().__init__(known, found)
        self._last: Timestamp | None = None
        self._readings: dict[int, dict[ReadingContext | None, Timestamp]] = {}

    def asked(self, call: LoggedCall) -> None:
        match call.message:
            case StartTransactionRequest(timestamp=when, connector_id=connector):
                self._event(call, when, connector)
            case StopTransactionRequest(timestamp=when, transaction_id=transaction_id):
                known = self.seen.transactions.known(transaction_id)
                self._event(call, when, None if known is None else known.connector)
            case MeterValuesRequest(connector_id=connector, meter_value=values):
                for context in _PERIODIC:
                    times = [value.timestamp for value in values if value.sampled_value[0].context is context]
                    if times:
                        self._reading(call, max(times), connector, context)

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        """The clock may go back when it is corrected."""
        if not isinstance(answer.message, BootNotificationResponse | HeartbeatResponse):
            return
        now = answer.message.current_time
        if self._last is not None and now < self._last:
            self._last = None
        for times in self._readings.values():
            for context in [context for context, when in times.items() if now < when]:
                del times[context]

    def _event(self, call: LoggedCall, when: Timestamp, connector: int | None) -> None:
        readings = [] if connector is None else self._readings.get(connector, {}).values()
        self._compare(call, when, max([*readings, *filter(None, [self._last])], default=None))
        self._last = when

    def _reading(self, call: LoggedCall, when: Timestamp, connector: int, context: ReadingContext | None) -> None:
        times = self._readings.setdefault(connector, {})
        self._compare(call, when, times.get(context))
        times[context] = when

    def _compare(self, call: LoggedCall, when: Timestamp, before: Timestamp | None) -> None:
        if before is not None and when < before - SLACK:
            self.find(
                call,
                f"{call.action} of {when.text()} after a transaction-related message of {before.text()}",
                "chronological order",
            )
