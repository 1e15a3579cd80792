"""All transactions: start, stop, delivery, and the responses of the Central System (3.7, 4.8, 4.10)."""

from typing import Any

from attrs import evolve
from msgspec.structs import replace

from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.connectors.connectors import Connector, ConnectorBase
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import DropTransaction, PutSamples, PutTransaction
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.engine.wall_clock import Correction
from ocpp16sm.core.reservations.reservations import Reservations
from ocpp16sm.core.transactions import meter_readings
from ocpp16sm.core.transactions.sampling import SAMPLE_DUE, Sampling
from ocpp16sm.core.transactions.transaction import Transaction
from ocpp16sm.core.transactions.transaction_data import fitted, rounded_wh, wanted
from ocpp16sm.errors import NoTransactionError, SessionMismatchError, TransactionRunningError
from ocpp16sm.generated import hooks
from ocpp16sm.generated.handlers import TransactionStarted, TransactionStopped
from ocpp16sm.hardware import PauseCharging, StopTransaction, Unlock
from ocpp16sm.listener import TransactionBegan, TransactionEnded, TransactionUpdated
from ocpp16sm.messages import (
    AuthorizationStatus,
    MeterValuesRequest,
    Reason,
    StartTransactionResponse,
    StopTransactionRequest,
    StopTransactionResponse,
)
from ocpp16sm.records import UNKNOWN_TRANSACTION, Draft, QueuedRequest, Stop, StoredState, TransactionRecord

_WITH_TRANSACTION_ID = (StopTransactionRequest, MeterValuesRequest)


class Transactions(Component):
    """All transactions that are running, or stopped and not yet delivered."""

    STATE = IN_PLACE = ("_by_key",)
    __slots__ = (
        "_authorization",
        "_by_key",
        "_connectors",
        "_context",
        "_reservations",
        "_sampling",
        "began",
        "ended",
        "named",
    )

    def __init__(
        self,
        journal: Journal,
        context: Context,
        authorization: Authorization,
        reservations: Reservations,
        connectors: tuple[Connector, ...],
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._authorization = authorization
        self._reservations = reservations
        self._connectors = connectors
        self._sampling = Sampling(context)
        self._by_key: dict[str, Transaction] = {}
        self.began = Signal[[TransactionRecord]]()
        """Emitted when a transaction has begun."""
        self.named = Signal[[TransactionRecord]]()
        """Emitted when the Central System has assigned a transactionId."""
        self.ended = Signal[[TransactionRecord]]()
        """Emitted when a transaction has ended; its messages may still be queued."""
        context.deadlines[SAMPLE_DUE] = self._sample_due
        context.recurrences[SAMPLE_DUE] = lambda key: self._sampling.next_in(self._by_key[str(key.owner)])
        context.configuration.on_change(keys.METER_VALUE_SAMPLE_INTERVAL, self._interval_changed)

    def __len__(self) -> int:
        return len(self._by_key)

    def of(self, connector: ConnectorBase) -> Transaction | None:
        """The transaction that is running at a connector, or None."""
        key = connector.transaction if isinstance(connector, Connector) else None
        return self._by_key[key] if key is not None else None

    def of_session(self, session_id: str) -> Transaction:
        """The newest transaction of a session, running or not yet delivered. Raises ``KeyError``."""
        for transaction in reversed(self._by_key.values()):
            if transaction.record.session_id == session_id:
                return transaction
        raise KeyError(session_id)

    def running(self) -> list[Transaction]:
        """All transactions that have not stopped, by connector."""
        return [self._by_key[c.transaction] for c in self._connectors if c.transaction is not None]

    def with_id(self, transaction_id: int) -> Transaction | None:
        """The running transaction with this transactionId, or None."""
        return next((t for t in self.running() if t.record.transaction_id == transaction_id), None)

    def at(self, connector_id: int) -> Transaction | None:
        """The transaction that is running at connector 1..N. None if there is none, or no such connector."""
        return self.of(self._connectors[connector_id - 1]) if 1 <= connector_id <= len(self._connectors) else None

    def may_be_called(self, transaction: Transaction, transaction_id: int) -> bool:
        """Whether the Central System may mean this transaction by this transactionId.

        It may know the id before the charge point does: between receiving StartTransaction and the arrival of its
        response.
        """
        if transaction.record.transaction_id is not None:
            return transaction.record.transaction_id == transaction_id
        if any(other.record.transaction_id == transaction_id for other in self._by_key.values()):
            return False
        return self._context.outbox.was_sent(transaction.record.key, "StartTransaction")

    # -- steps of the handlers --------------------------------------------------------------------------------------

    def open(self, connector: Connector, call: TransactionStarted) -> Transaction:
        """Start a transaction. Raises :class:`TransactionRunningError` if the connector is already running one."""
        running = self.of(connector)
        if running is not None:
            raise TransactionRunningError(connector.id, running.record.session_id)
        record = TransactionRecord(
            key=self._context.new_message_id(),
            session_id=call.session_id,
            connector_id=connector.id,
            id_tag=call.id_token,
            meter_start_wh=rounded_wh(call.meter_start),
            started_at=call.timestamp,
            reservation_id=self._reservations.use(connector, call),
        )
        transaction = self._adopt(record)
        connector.transaction = record.key
        self._sampling.begin(transaction, connector, call)
        self._context.tell(TransactionBegan(connector.id, call.session_id))
        self.began(record)
        return transaction

    def stopping(self, connector: Connector, call: TransactionStopped) -> Transaction:
        """Record how the connector's transaction stops.

        Raises :class:`NoTransactionError` if there is none, :class:`SessionMismatchError` if it belongs to another
        session.
        """
        transaction = self.of(connector)
        if transaction is None:
            raise NoTransactionError(connector.id)
        if transaction.record.session_id != call.session_id:
            raise SessionMismatchError(connector.id, transaction.record.session_id, call.session_id)
        transaction.touch()
        transaction.stop = Stop(
            meter_stop_wh=rounded_wh(call.energy_wh_import),
            stopped_at=call.timestamp,
            reason=call.reason,
            id_tag=call.id_tag_end,
        )
        return transaction

    def cable_loss_is_tolerated(self, _connector: Connector, call: TransactionStopped) -> bool:
        """Guard: the cable was pulled at the EV, and StopTransactionOnEVSideDisconnect is off (4.10)."""
        stops = self._context.configuration[keys.STOP_TRANSACTION_ON_EV_SIDE_DISCONNECT]
        return call.reason is Reason.EV_DISCONNECTED and not stops

    def collect_last_readings(self, connector: Connector, call: TransactionStopped) -> None:
        """Collect the readings at the end, before StopTransaction is made."""
        transaction = self.of(connector)
        assert transaction is not None
        self._sampling.end(transaction, connector, call)

    def release(self, connector: Connector, call: TransactionStopped) -> None:
        """Free the connector of its transaction, and unlock it if UnlockConnectorOnEVSideDisconnect demands that."""
        transaction = self.of(connector)
        assert transaction is not None
        connector.transaction = None
        unlock = self._context.configuration[keys.UNLOCK_CONNECTOR_ON_EV_SIDE_DISCONNECT]
        if call.reason is Reason.EV_DISCONNECTED and unlock:
            self._context.ask(Unlock(connector.id))
        record = transaction.record
        self._context.tell(TransactionEnded(connector.id, record.session_id, record.transaction_id))
        self.ended(record)

    # -- readings ---------------------------------------------------------------------------------------------------

    def metered(self, connector: Connector) -> None:
        """Handle a new reading of a connector's meter. Energy is cut off if it has reached the allowance of a refused
        idTag.
        """
        transaction = self.of(connector)
        if transaction is None or connector.measurement is None:
            return
        transaction.touch()
        self._sampling.metered(transaction, connector)
        wh = connector.measurement.energy_wh_import.total or 0.0
        if transaction.allowance_wh is not None and wh >= transaction.allowance_wh:
            transaction.allowance_wh = None
            self._context.ask(PauseCharging(connector.id))

    def aligned(self, connector: Connector, meter: meter_readings.Meter) -> str | None:
        """Collect a clock-aligned reading. Returns the key of the transaction that it belongs to, or None."""
        transaction = self.of(connector)
        if transaction is None:
            return None
        self._sampling.take_aligned(transaction, meter)
        return transaction.record.key

    def _sample_due(self, key: TimerKey) -> None:
        transaction = self._by_key[str(key.owner)]
        transaction.touch()
        transaction.machine.sample_due()

    def _interval_changed(self) -> None:
        for transaction in self.running():
            transaction.touch()
            self._sampling.arm(transaction, anew=True)

    # -- hooks of the charts ----------------------------------------------------------------------------------------

    def send(self, transaction: Transaction, draft: Draft) -> None:
        """Queue a message of a transaction."""
        self._context.send(draft, transaction=transaction.record.key)

    def send_stop(self, transaction: Transaction, stop: Stop) -> None:
        """Queue StopTransaction with as many of the wanted readings as fit."""
        configuration = self._context.configuration
        sampled, aligned = configuration[keys.STOP_TXN_SAMPLED_DATA], configuration[keys.STOP_TXN_ALIGNED_DATA]
        data = wanted(transaction.samples, sampled, aligned)
        draft = hooks.announce_stop(transaction.record, replace(stop, transaction_data=data) if data else stop)
        limit = configuration[own_keys.MAX_MESSAGE_SIZE]
        self.send(transaction, Draft(draft.lane, fitted(draft.request, limit)))

    def arm_sampling(self, transaction: Transaction) -> None:
        """Schedule the first sample."""
        self._sampling.arm(transaction, anew=True)

    def disarm_sampling(self, transaction: Transaction) -> None:
        """Cancel sampling."""
        self._sampling.over(transaction)

    def take_sample(self, transaction: Transaction) -> None:
        """Take the sample that is due, and schedule the next."""
        self._sampling.take(transaction, self._connectors[transaction.record.connector_id - 1])
        self._sampling.arm(transaction)

    def withhold_energy(self, transaction: Transaction) -> None:
        """Withhold energy, because the idTag was refused (3.5.4).

        With StopTransactionOnInvalidId the transaction stops. Otherwise only its energy is cut off, at once or after
        MaxEnergyOnInvalidId.
        """
        configuration = self._context.configuration
        connector = transaction.record.connector_id
        allowance = configuration[keys.MAX_ENERGY_ON_INVALID_ID]
        if configuration[keys.STOP_TRANSACTION_ON_INVALID_ID]:
            self._context.ask(PauseCharging(connector))
            self._context.ask(StopTransaction(connector, Reason.DE_AUTHORIZED))
        elif allowance:
            now_wh = transaction.record.meter_start_wh if transaction.last_wh is None else transaction.last_wh
            transaction.allowance_wh = now_wh + allowance
        else:
            self._context.ask(PauseCharging(connector))

    def forget(self, transaction: Transaction) -> None:
        """Remove a transaction whose messages have all been delivered or given up."""
        self.touch()
        del self._by_key[transaction.record.key]
        self._context.persist(DropTransaction(transaction.record.key))

    def keep(self, record: TransactionRecord) -> None:
        """Write a record to disk."""
        self._context.persist(PutTransaction(record))

    def keep_samples(self, transaction: Transaction) -> None:
        """Write all readings of a transaction to disk again."""
        self._context.persist(PutSamples(transaction.record.key, transaction.samples))

    # -- responses of the Central System ----------------------------------------------------------------------------

    def fill_in(self, request: QueuedRequest) -> Any:
        """The request with the transactionId that is known now, when it is sent."""
        transaction = self._by_key.get(request.transaction or "")
        if transaction is None or not isinstance(request.request, _WITH_TRANSACTION_ID):
            return request.request
        undeliverable = transaction.machine.identity == "Undeliverable"
        known = UNKNOWN_TRANSACTION if undeliverable else transaction.record.transaction_id
        if known is None or known == request.request.transaction_id:
            return request.request
        return evolve(request.request, transaction_id=known)

    def _transaction_of(self, request: QueuedRequest) -> Transaction | None:
        transaction = self._by_key.get(request.transaction or "")
        if transaction is not None:
            transaction.touch()
        return transaction

    def start_answered(self, request: QueuedRequest, response: StartTransactionResponse) -> None:
        """Handle StartTransaction.conf: the transactionId, and whether the idTag is accepted (4.8)."""
        info = response.id_tag_info
        self._authorization.remember(request.request.id_tag, info)
        transaction = self._transaction_of(request)
        if transaction is None:
            return
        transaction.record = replace(
            transaction.record, transaction_id=response.transaction_id, parent_id_tag=info.parent_id_tag
        )
        transaction.machine.start_answered()
        record = transaction.record
        self.named(record)
        self._context.tell(TransactionUpdated(record.connector_id, record.session_id, response.transaction_id, info))
        if info.status is not AuthorizationStatus.ACCEPTED:
            transaction.machine.id_refused()

    def start_failed(self, request: QueuedRequest, _answered: bool) -> None:
        """Use transactionId -1 from now on, because StartTransaction could not be delivered (errata 3.18)."""
        transaction = self._transaction_of(request)
        if transaction is not None:
            transaction.machine.start_abandoned()

    def stop_answered(self, request: QueuedRequest, response: StopTransactionResponse) -> None:
        """Handle StopTransaction.conf, which ends the delivery."""
        if request.request.id_tag is not None:
            self._authorization.remember(request.request.id_tag, response.id_tag_info)
        transaction = self._transaction_of(request)
        if transaction is not None:
            transaction.machine.stop_delivered()

    def stop_failed(self, request: QueuedRequest, _answered: bool) -> None:
        """Close the transaction, because StopTransaction could not be delivered."""
        transaction = self._transaction_of(request)
        if transaction is not None:
            transaction.machine.stop_abandoned()

    # -- the clock ---------------------------------------------------------------------------------------------------

    def correct(self, correction: Correction) -> None:
        """Correct all timestamps, because the clock was set. Those of earlier runs came from another clock and stay."""
        for transaction in self._by_key.values():
            if not transaction.found:
                transaction.correct(correction)

    # -- restart ----------------------------------------------------------------------------------------------------

    def restore(self, stored: StoredState, resuming: frozenset[str]) -> None:
        """Restore the stored transactions. Those whose session is resumed continue; the others end with PowerLoss."""
        stopping = {q.transaction for q in stored.queue if isinstance(q.request, StopTransactionRequest)}
        for record in stored.transactions:
            transaction = self._adopt(record)
            transaction.found = True
            transaction.samples = stored.samples.get(record.key, ())
            if record.key in stopping:
                continue
            if transaction.machine.course == "Stopping":
                self._announce_stop_again(transaction)
                continue
            connector = self._free_connector(record.connector_id)
            if record.session_id in resuming and connector is not None:
                connector.touch()
                connector.session_id = record.session_id
                connector.transaction = record.key
                self._sampling.arm(transaction, anew=True)
                if transaction.machine.course == "Deauthorized":
                    self.withhold_energy(transaction)
            else:
                self._end_by_power_loss(transaction)

    def _announce_stop_again(self, transaction: Transaction) -> None:
        """Repeat a StopTransaction that was damaged in the store, with the last known reading."""
        record = transaction.record
        wh = record.meter_start_wh if record.last_meter_wh is None else record.last_meter_wh
        at = record.last_meter_at or record.started_at
        self.send_stop(transaction, Stop(meter_stop_wh=rounded_wh(wh), stopped_at=at, reason=Reason.OTHER))

    def _free_connector(self, connector_id: int) -> Connector | None:
        if not 1 <= connector_id <= len(self._connectors):
            return None
        connector = self._connectors[connector_id - 1]
        return connector if connector.transaction is None else None

    def _end_by_power_loss(self, transaction: Transaction) -> None:
        record = transaction.record
        wh = record.meter_start_wh if record.last_meter_wh is None else record.last_meter_wh
        at = record.last_meter_at or record.started_at
        transaction.stop = Stop(meter_stop_wh=rounded_wh(wh), stopped_at=at, reason=Reason.POWER_LOSS)
        self._sampling.end_by_power_loss(transaction, wh, at)
        transaction.machine.stopped()
        self._context.tell(TransactionEnded(record.connector_id, record.session_id, record.transaction_id))

    def _adopt(self, record: TransactionRecord) -> Transaction:
        self.touch()
        transaction = Transaction(self._journal, self, record)
        transaction.touch()
        self._by_key[record.key] = transaction
        return transaction
