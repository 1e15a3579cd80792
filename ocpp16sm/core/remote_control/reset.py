"""Reset.req: runs the chart of the reset (5.14, 9.1.22)."""

from ocpp16sm.codec import Call
from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater, IncomingCalls
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.generated.reset import ResetMachine
from ocpp16sm.hardware import IsResetAllowed, StopTransaction
from ocpp16sm.hardware import Reset as ResetStation
from ocpp16sm.listener import ResetFailed
from ocpp16sm.messages import Reason, ResetRequest, ResetResponse, ResetStatus, ResetType

RETRY_S = 10.0
"""Wait between two attempts to reset, s."""

_DRAIN = "reset drain"
_RETRY = "reset retry"
_REASONS = {ResetType.SOFT: Reason.SOFT_RESET, ResetType.HARD: Reason.HARD_RESET}


class Reset(ChartComponent):
    """Runs the chart of the reset."""

    STATE = ("_retries", "_stopped", "_type")
    __slots__ = ("_context", "_incoming_calls", "_transactions", *STATE)

    machine: ResetMachine

    def __init__(
        self, journal: Journal, context: Context, incoming_calls: IncomingCalls, transactions: Transactions
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._incoming_calls = incoming_calls
        self._transactions = transactions
        self._type: ResetType = ResetType.SOFT
        """The type of the reset in progress."""
        self._retries = 0
        """Number of retries left."""
        self._stopped: frozenset[str] = frozenset()
        """Keys of the transactions that the station has been asked to stop."""
        self.machine = ResetMachine(self)
        context.answer_later["reset allowed"] = self._station_answered
        context.answer_later["reset"] = self._attempted
        context.deadlines[_DRAIN] = lambda _key: self.fire("drain_over")
        context.deadlines[_RETRY] = lambda _key: self.fire("retry_due")

    @property
    def in_progress(self) -> bool:
        """Whether the station has agreed to a reset, so that nothing may begin that it would interrupt."""
        return self.machine.in_state("closing")

    def requested(self, request: ResetRequest, call: Call) -> AnsweredLater:
        """Answer Reset.req once the station has said whether it can reset."""
        self.fire("reset_requested", type=request.type, call=call)
        return ANSWERED_LATER

    def _station_answered(self, waiting: Waiting, allowed: bool, failure: str | None) -> None:
        agreed = failure is None and bool(allowed)
        status = ResetStatus.ACCEPTED if agreed else ResetStatus.REJECTED
        self._incoming_calls.answer(waiting.call, ResetResponse(status=status))
        self.fire("agreed" if agreed else "refused", type=waiting.data)

    def _attempted(self, _waiting: Waiting, worked: bool, failure: str | None) -> None:
        """Handle the result of an attempt. A successful one usually ends the process before this."""
        if failure is None and worked:
            self.fire("reset_done")
        else:
            self.fire("reset_failed", failure=failure or "the station said that it did not work")

    # -- guards of the chart ----------------------------------------------------------------------------------------

    def no_transactions(self) -> bool:
        """Whether every StopTransaction has been delivered or given up."""
        return not len(self._transactions)

    def retries_left(self) -> bool:
        """Whether ResetRetries is not exhausted."""
        return self._retries > 0

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def ask_station(self, type: ResetType | None, call: Call | None) -> None:
        """Ask the station whether it can reset. Its answer is the response to this CALL."""
        assert type is not None
        self._context.ask(IsResetAllowed(type), "reset allowed", call, type)

    def begin_reset(self, type: ResetType | None) -> None:
        """Note the type, and begin to count retries."""
        assert type is not None
        self._type = type
        self._retries = self._context.configuration[keys.RESET_RETRIES]
        self._stopped = frozenset()

    def harden(self, type: ResetType | None) -> None:
        """Replace a Soft reset by a Hard one, never the other way round."""
        if type is ResetType.HARD:
            self._type = type

    def stop_transactions(self) -> None:
        """Have the station stop the transactions that it has not been asked to stop yet."""
        for transaction in self._transactions.running():
            if transaction.record.key not in self._stopped:
                self._stopped |= {transaction.record.key}
                self._context.ask(StopTransaction(transaction.record.connector_id, _REASONS[self._type]))

    def arm_drain(self) -> None:
        """Limit the wait for transactions."""
        self._context.arm(_DRAIN, self._context.configuration[own_keys.WAIT_FOR_STOP_TRANSACTIONS_ON_RESET])

    def disarm_drain(self) -> None:
        """Cancel the limit."""
        self._context.disarm(_DRAIN)

    def reset_station(self) -> None:
        """Have the station reset."""
        self._context.ask(ResetStation(self._type), "reset")

    def arm_retry(self) -> None:
        """Schedule the next attempt, which uses up a retry."""
        self._retries -= 1
        self._context.arm(_RETRY, RETRY_S)

    def disarm_retry(self) -> None:
        """Cancel the next attempt."""
        self._context.disarm(_RETRY)

    def report_failure(self, failure: str | None) -> None:
        """Tell the application that the reset has failed for good."""
        self._context.tell(ResetFailed(self._type, failure or ""))
