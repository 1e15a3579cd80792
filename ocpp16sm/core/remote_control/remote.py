"""Requests to act on the station: RemoteStartTransaction, RemoteStopTransaction, UnlockConnector (5.11, 5.12, 5.18)."""

from typing import Any

from attrs import evolve, frozen

from ocpp16sm.codec import Call
from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.connectors.connectors import Connectors
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import LogRefusal
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, IncomingCalls
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.remote_control.reset import Reset
from ocpp16sm.core.reservations.reservations import Reservations
from ocpp16sm.core.smart_charging.profiles import SmartCharging
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.hardware import (
    IsTokenReservedForOther,
    ProvideToken,
    StopTransaction,
    Unlock,
)
from ocpp16sm.messages import (
    ChargePointStatus,
    Reason,
    RemoteStartStopStatus,
    RemoteStartTransactionRequest,
    RemoteStartTransactionResponse,
    RemoteStopTransactionRequest,
    RemoteStopTransactionResponse,
    UnlockConnectorRequest,
    UnlockConnectorResponse,
    UnlockStatus,
)

CLOSED = frozenset({ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED})
"""Statuses of a connector at which no transaction can be started remotely."""


@frozen
class RemoteStart:
    """A remote start that waits for the hardware to say for whom a connector is reserved."""

    request: RemoteStartTransactionRequest
    free: tuple[int, ...]
    """Connectors that can be used."""
    doubtful: tuple[int, ...]
    """Connectors that the application has reserved, and that the hardware has not been asked about yet."""
    perhaps: tuple[int, ...]
    """Connectors reserved for a group to which the idTag may belong; only the Central System knows (5.13)."""


class Remote(Component):
    """Answers requests that act on the station."""

    __slots__ = (
        "_all_connectors",
        "_context",
        "_incoming_calls",
        "_reservations",
        "_reset",
        "_smart_charging",
        "_transactions",
    )

    def __init__(
        self,
        journal: Journal,
        context: Context,
        incoming_calls: IncomingCalls,
        all_connectors: Connectors,
        reservations: Reservations,
        transactions: Transactions,
        smart_charging: SmartCharging,
        reset: Reset,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._incoming_calls = incoming_calls
        self._all_connectors = all_connectors
        self._reservations = reservations
        self._transactions = transactions
        self._smart_charging = smart_charging
        self._reset = reset
        context.answer_later["remote start"] = self._reservation_known
        context.answer_later["unlock"] = self._unlocked

    # -- remote start and stop --------------------------------------------------------------------------------------

    def start(self, request: RemoteStartTransactionRequest, call: Call) -> Any:
        """Answer RemoteStartTransaction.req: Accepted if a connector is available and any charging profile is valid.

        While a reset is in progress it is Rejected (5.11, 5.14, 5.16.2).
        """
        configuration = self._context.configuration
        everywhere = request.connector_id is None
        without_connector = everywhere and configuration[own_keys.REJECT_REMOTE_START_WITHOUT_CONNECTOR]
        if not self._context.accepted or without_connector or self._reset.in_progress:
            return _start(RemoteStartStopStatus.REJECTED)
        problem = self._smart_charging.objection_to_start(request)
        if problem is not None:
            self._context.do(LogRefusal(f"remote start: {problem}"))
            return _start(RemoteStartStopStatus.REJECTED)
        wanted = [c for c in self._all_connectors.connectors if everywhere or c.id == request.connector_id]
        plugged_in = configuration[own_keys.NEW_TRANSACTION_WITHOUT_UNPLUGGING]
        closed = CLOSED if plugged_in else CLOSED | {ChargePointStatus.FINISHING}
        candidates = [c for c in wanted if c.status not in closed and c.transaction is None]
        others = {c.id for c in candidates if self._reservations.is_reserved_for_other(c.id, request.id_tag)}
        doubtful = {
            c.id for c in candidates if c.status is ChargePointStatus.RESERVED and not self._reservations.holds(c.id)
        }
        return self._decide(
            call,
            RemoteStart(
                request,
                free=tuple(c.id for c in candidates if c.id not in others | doubtful),
                doubtful=tuple(sorted(doubtful)),
                perhaps=tuple(c for c in sorted(others) if self._reservations.may_be_of_group(c, request.id_tag)),
            ),
        )

    def _decide(self, call: Call, start: RemoteStart) -> Any:
        if start.doubtful:
            question = IsTokenReservedForOther(start.doubtful[0], start.request.id_tag)
            self._context.ask(question, "remote start", call, start)
            return ANSWERED_LATER
        usable = start.free or start.perhaps
        if not usable:
            return _start(RemoteStartStopStatus.REJECTED)
        configuration = self._context.configuration
        connectors = tuple(sorted(usable))
        if configuration[own_keys.REMOTE_START_FIND_FIRST]:
            connectors = (min(connectors, key=lambda c: (self._all_connectors.at(c).awaits_unplugging, c)),)
        authorized = bool(start.free) and not configuration[keys.AUTHORIZE_REMOTE_TX_REQUESTS]
        self._incoming_calls.answer(call, _start(RemoteStartStopStatus.ACCEPTED))
        self._smart_charging.await_start(start.request)
        self._context.ask(ProvideToken(start.request.id_tag, connectors, authorized))
        return ANSWERED_LATER

    def _reservation_known(self, waiting: Waiting, for_other: bool, failure: str | None) -> None:
        start: RemoteStart = waiting.data
        asked, *rest = start.doubtful
        mine = failure is None and not for_other
        free = (*start.free, asked) if mine else start.free
        response = self._decide(waiting.call, evolve(start, free=free, doubtful=tuple(rest)))
        if response is not ANSWERED_LATER:
            self._incoming_calls.answer(waiting.call, response)

    def stop(self, request: RemoteStopTransactionRequest, call: Call) -> Any:
        """Answer RemoteStopTransaction.req: Accepted if that transaction is running."""
        transaction = self._transactions.with_id(request.transaction_id)
        if not self._context.accepted or transaction is None:
            return RemoteStopTransactionResponse(status=RemoteStartStopStatus.REJECTED)
        response = RemoteStopTransactionResponse(status=RemoteStartStopStatus.ACCEPTED)
        self._incoming_calls.answer(call, response)
        self._context.ask(StopTransaction(transaction.record.connector_id, Reason.REMOTE))
        return ANSWERED_LATER

    # -- unlock -----------------------------------------------------------------------------------------------------

    def unlock(self, request: UnlockConnectorRequest, call: Call) -> Any:
        """Answer UnlockConnector.req. The hardware ends a running transaction first (5.18)."""
        if not 1 <= request.connector_id <= len(self._all_connectors.connectors):
            return UnlockConnectorResponse(status=UnlockStatus.NOT_SUPPORTED)
        self._context.ask(Unlock(request.connector_id), "unlock", call, request.connector_id)
        return ANSWERED_LATER

    def _unlocked(self, waiting: Waiting, status: UnlockStatus, failure: str | None) -> None:
        connector_id: int = waiting.data
        status = UnlockStatus.UNLOCK_FAILED if failure is not None else UnlockStatus(status)
        self._incoming_calls.answer(waiting.call, UnlockConnectorResponse(status=status))
        connector = self._all_connectors.connectors[connector_id - 1]
        stops = self._context.configuration[own_keys.STOP_TRANSACTION_IF_UNLOCK_NOT_SUPPORTED]
        if status is UnlockStatus.NOT_SUPPORTED and stops and connector.transaction is not None:
            self._context.ask(StopTransaction(connector_id, Reason.UNLOCK_COMMAND))


def _start(status: RemoteStartStopStatus) -> RemoteStartTransactionResponse:
    return RemoteStartTransactionResponse(status=status)
