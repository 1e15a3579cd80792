"""Checks the state loaded from a store as a whole, and repairs it, before a charge point starts with it.

Rows can be readable by themselves and still contradict each other: a StartTransaction without its transaction, or a
stopped transaction without its StopTransaction. What can be derived from other rows is rebuilt; what cannot be used is
set aside. So the charge point starts with any content of the store, and delivers whatever is not damaged.
"""

from collections.abc import Callable
from typing import Any

from attrs import define, evolve, field
from msgspec.structs import replace

from ocpp16sm.arguments.arguments import is_text
from ocpp16sm.codec.frames import MAX_MESSAGE_ID_LENGTH
from ocpp16sm.core.engine.effects import PutRequest, PutSamples, PutTransaction, StoreOperation
from ocpp16sm.generated import hooks
from ocpp16sm.messages import MeterValuesRequest, StartTransactionRequest, StopTransactionRequest, action_of
from ocpp16sm.messages.primitives import INTEGER_MAX, INTEGER_MIN
from ocpp16sm.records import (
    UNKNOWN_TRANSACTION,
    DamagedRow,
    FirmwareState,
    Lane,
    QueuedRequest,
    StoredState,
    TransactionRecord,
)

LARGEST_SEQ = 2**53
"""Largest sequence number of a request that counts as valid."""
MOST_ATTEMPTS = 1_000_000
LONGEST_ID_TAG = 20
LARGEST_ID = 2**53
MOST_WH = 1e15

_OF_A_TRANSACTION = (StartTransactionRequest, MeterValuesRequest, StopTransactionRequest)
"""Requests about a transaction, in their order of delivery (3.7)."""


def mend(stored: StoredState, connectors: int, new_message_id: Callable[[], str]) -> "Mended":
    """Check and repair loaded state for a charge point with connectors 1 to ``connectors``."""
    mended = Mended(stored, connectors, new_message_id)
    mended.run()
    return mended


@define
class Mended:
    """Repaired state, and what has to be changed in the store accordingly."""

    state: StoredState
    _connectors: int
    _new_message_id: Callable[[], str]
    set_aside: list[DamagedRow] = field(factory=list)
    """Damaged rows, to be set aside before the operations."""
    operations: list[StoreOperation] = field(factory=list)
    """Writes of rebuilt and repaired rows."""
    _records: dict[str, TransactionRecord] = field(factory=dict)
    _queue: list[QueuedRequest] = field(factory=list)
    _by_transaction: dict[str, list[QueuedRequest]] = field(factory=dict)

    def run(self) -> None:
        """Check and repair everything."""
        stored = self.state
        self.set_aside = list(stored.damaged)
        ids: set[str] = set()
        self._queue = [self._valid_request(request, ids) for request in stored.queue]
        self._records = {record.key: record for record in stored.transactions if self._is_valid(record)}
        self._drop_duplicate_starts()
        self._link_requests()
        self._rebuild_transactions()
        for request in self._queue:
            self._by_transaction.setdefault(request.transaction or "", []).append(request)
        self._records = {record.key: self._consistent(record) for record in self._records.values()}
        self._rebuild_starts()
        self._order_requests()
        samples = self._samples()
        self._note_changes(samples)
        self.state = evolve(
            stored,
            queue=tuple(self._queue),
            transactions=tuple(self._records[key] for key in sorted(self._records)),
            samples=samples,
            next_seq=self._next_seq,
            **self._check_independent_rows(),
        )

    def _report(self, table: str, key: object, reason: str) -> None:
        """Report a damaged row, once."""
        row = DamagedRow(table, (str(key),), reason)
        if not any((each.table, each.key) == (row.table, row.key) for each in self.set_aside):
            self.set_aside.append(row)

    # -- single rows ------------------------------------------------------------------------------------------------

    def _is_valid(self, record: TransactionRecord) -> bool:
        number = 0 < record.connector_id <= INTEGER_MAX and INTEGER_MIN <= record.meter_start_wh <= INTEGER_MAX
        sound = number and 0 < len(record.id_tag) <= LONGEST_ID_TAG and is_text(record.id_tag)
        if not sound:
            self._report("transactions", record.key, "its connectorId, idTag or meterStart is invalid")
        return sound

    def _valid_request(self, request: QueuedRequest, ids: set[str]) -> QueuedRequest:
        """Return the request with a valid lane and number of attempts, and a message id that is not among ``ids``."""
        better = request
        if isinstance(request.request, _OF_A_TRANSACTION) and request.lane is not Lane.TRANSACTION:
            better = replace(better, lane=Lane.TRANSACTION)
        id = request.message_id
        if not (0 < len(id) <= MAX_MESSAGE_ID_LENGTH and is_text(id)) or id in ids:
            better = replace(better, message_id=self._new_message_id())
        ids.add(id)
        if not 0 <= request.attempts <= MOST_ATTEMPTS:
            better = replace(better, attempts=0)
        if better is not request:
            self._report("queue", request.seq, "its lane, message id or number of attempts was invalid; repaired")
        return better

    def _check_independent_rows(self) -> dict[str, Any]:
        """Check rows that no other row depends on. Returns the repaired fields of the state."""
        stored, changed = self.state, dict[str, Any]()
        reserved = tuple(each for each in stored.reservations if 0 <= each.connector_id <= self._connectors)
        for lost in set(stored.reservations) - set(reserved):
            self._report("reservations", lost.reservation_id, "there is no such connector")
        prices = tuple(each for each in stored.session_prices if 0 < each.connector_id <= self._connectors)
        for price in stored.session_prices:
            if price not in prices:
                self._report("session_prices", price.key, "there is no such connector")
        if not INTEGER_MIN <= stored.local_list.version <= INTEGER_MAX:
            self._report("local_list_version", 1, "the version is invalid; 0 is used")
            changed["local_list"] = evolve(stored.local_list, version=0)
        credentials = stored.credentials
        if credentials is not None:
            known = (credentials.present, credentials.previous or credentials.present)
            if not all(0 <= each.security_profile <= 3 for each in known):
                self._report("credentials", 1, "there is no such security profile; the configured credentials are used")
                changed["credentials"] = None
        uploads = {
            action: each for action, each in stored.uploads.items() if _are_valid_ids(each.request_id, each.unheard)
        }
        for action in stored.uploads.keys() - uploads.keys():
            self._report("uploads", action, "its requestId is invalid")
        it = stored.firmware
        if not _are_valid_ids(it.request_id, it.unheard, it.signed, it.request, it.next_request):
            self._report("firmware", 1, "its requestId is invalid")
            changed["firmware"] = FirmwareState()
        changed["uploads"] = uploads
        return {**changed, "reservations": reserved, "session_prices": prices}

    def _requests_of(self, key: str) -> list[QueuedRequest]:
        """The queued requests of a transaction."""
        return self._by_transaction.get(key, [])

    # -- rows that refer to each other ------------------------------------------------------------------------------

    def _drop_duplicate_starts(self) -> None:
        """Set aside a StartTransaction that repeats another transaction's. It is rebuilt from its own transaction
        later.
        """
        keys = {_start_of(record): record.key for record in self._records.values()}

        def meant(request: QueuedRequest) -> str | None:
            it = request.request
            return keys.get(_start_of(it)) if isinstance(it, StartTransactionRequest) else None

        started = {request.transaction for request in self._queue if meant(request) == request.transaction is not None}
        kept = []
        for request in self._queue:
            key = meant(request)
            if key in started and key != request.transaction:
                self._report("queue", request.seq, "it repeats the StartTransaction of another transaction")
            else:
                kept.append(request)
        self._queue = kept

    def _link_requests(self) -> None:
        """Link every request to the transaction that its content refers to."""
        by_start = {_start_of(record): record.key for record in self._records.values()}
        by_id = {record.transaction_id: record.key for record in self._records.values()}
        stops = {q.transaction for q in self._queue if isinstance(q.request, StopTransactionRequest)}
        stopless = [
            r.key for r in self._records.values() if r.configuration[:1] == ("Stopping",) and r.key not in stops
        ]
        for number, request in enumerate(self._queue):
            it, key = request.request, request.transaction
            record = self._records.get(key or "")
            right = key
            if isinstance(it, StartTransactionRequest):
                right = by_start.get(_start_of(it), key if record is None else None)
            elif isinstance(it, MeterValuesRequest | StopTransactionRequest) and it.transaction_id not in _NO_ID:
                if record is None or record.transaction_id not in (None, it.transaction_id):
                    right = by_id.get(it.transaction_id, key if record is None else None)
            elif isinstance(it, StopTransactionRequest) and record is None and len(stopless) == 1:
                (right,) = stopless
            if right != key:
                self._report("queue", request.seq, "it was linked to another transaction than its own; repaired")
                self._queue[number] = replace(request, transaction=right)

    def _rebuild_transactions(self) -> None:
        """A queued StartTransaction contains everything essential about its transaction."""
        for request in self._queue:
            it, key = request.request, request.transaction
            if isinstance(it, StartTransactionRequest) and key and key not in self._records:
                self._records[key] = TransactionRecord(
                    key=key,
                    session_id="",
                    connector_id=it.connector_id,
                    id_tag=it.id_tag,
                    meter_start_wh=it.meter_start,
                    started_at=it.timestamp,
                    reservation_id=it.reservation_id,
                    configuration=("Running", "Unassigned"),
                )
                self._report("transactions", key, "it was missing; rebuilt from its StartTransaction")

    def _consistent(self, record: TransactionRecord) -> TransactionRecord:
        """Return the record, changed where it contradicts the queued requests."""
        own = [each.request for each in self._requests_of(record.key)]
        course, identity = (*record.configuration, "", "")[:2]
        known = record.transaction_id
        if known is None:
            told = (it.transaction_id for it in own if isinstance(it, MeterValuesRequest | StopTransactionRequest))
            known = next((id for id in told if id not in _NO_ID), None)
        if known is not None and abs(known) > LARGEST_ID:
            known = None
        if any(isinstance(it, StopTransactionRequest) for it in own):
            course = "Stopping"
        elif course not in ("Running", "Deauthorized", "Stopping"):
            course = "Running"
        if any(isinstance(it, StartTransactionRequest) for it in own):
            identity, known = "Unassigned", None
        elif known is not None:
            identity = "Assigned"
        elif identity not in ("Assigned", "Undeliverable"):
            identity = "Unassigned"
        consistent = replace(record, configuration=(course, identity), transaction_id=known)
        if consistent.reservation_id is not None and not INTEGER_MIN <= consistent.reservation_id <= INTEGER_MAX:
            consistent = replace(consistent, reservation_id=None)
        if consistent.last_meter_wh is None or abs(consistent.last_meter_wh) > MOST_WH:
            consistent = replace(consistent, last_meter_wh=None, last_meter_at=None)
        if consistent != record:
            self._report("transactions", record.key, "it contradicted its queued messages; repaired")
        return consistent

    def _rebuild_starts(self) -> None:
        """Rebuild each missing StartTransaction of a transaction that has no transactionId yet."""
        for record in self._records.values():
            told = any(isinstance(each.request, StartTransactionRequest) for each in self._requests_of(record.key))
            if record.configuration[1] != "Unassigned" or told:
                continue
            draft = hooks.announce_start(record)
            request = QueuedRequest(
                seq=self._next_seq,
                lane=draft.lane,
                action=action_of(draft.request),
                request=draft.request,
                message_id=self._new_message_id(),
                transaction=record.key,
                durable=True,
            )
            self._report("queue", request.seq, "a StartTransaction was missing; rebuilt from its transaction")
            self._queue.append(request)

    # -- order ------------------------------------------------------------------------------------------------------

    @property
    def _next_seq(self) -> int:
        used = [each.seq for each in self._queue if each.seq <= LARGEST_SEQ]
        stored = self.state.next_seq
        return max([stored if 0 < stored <= LARGEST_SEQ else 1, *(seq + 1 for seq in used)])

    def _order_requests(self) -> None:
        """Order the requests of each transaction: start, readings, stop (3.7)."""
        for number, request in enumerate(self._queue):
            if not 0 < request.seq <= LARGEST_SEQ:
                self._report("queue", request.seq, "its sequence number was invalid; moved to the end")
                self._queue[number] = replace(request, seq=self._next_seq)
        places: dict[str, list[int]] = {}
        for number, request in enumerate(self._queue):
            if request.transaction in self._records:
                places.setdefault(request.transaction or "", []).append(number)
        for own in places.values():
            told = sorted((self._queue[number] for number in own), key=_delivery_order)
            for number, request, seq in zip(own, told, sorted(each.seq for each in told), strict=True):
                if request.seq != seq:
                    self._report("queue", request.seq, "it was out of order; repaired")
                self._queue[number] = replace(request, seq=seq)
        self._queue.sort(key=lambda request: request.seq)

    def _samples(self) -> dict[str, Any]:
        """Readings whose transaction exists."""
        for key in self.state.samples:
            if key not in self._records:
                self._report("samples", key, "there is no such transaction")
        return {key: values for key, values in self.state.samples.items() if key in self._records}

    # -- changes to the store ---------------------------------------------------------------------------------------

    def _note_changes(self, samples: dict[str, Any]) -> None:
        """Setting a row aside removes it, so repaired and rebuilt rows are written again."""
        moved = {(each.table, each.key[0]) for each in self.set_aside}
        if any(table == "transactions" for table, _key in moved):
            self.operations += map(PutTransaction, self._records.values())
        if any(table == "queue" for table, _key in moved):
            self.operations += map(PutRequest, self._queue)
        self.operations += (PutSamples(key, values) for key, values in samples.items() if ("samples", key) in moved)


_NO_ID = (None, UNKNOWN_TRANSACTION)


def _are_valid_ids(*those: Any) -> bool:
    """Whether these requestIds, and those of these requests, fit into 32 bits."""
    numbers = (each if each is None or isinstance(each, int) else each.request_id for each in those)
    return all(number is None or INTEGER_MIN <= number <= INTEGER_MAX for number in numbers)


def _start_of(it: TransactionRecord | StartTransactionRequest) -> tuple[object, ...]:
    """What identifies both a transaction and its StartTransaction."""
    if isinstance(it, StartTransactionRequest):
        return it.connector_id, it.id_tag, it.meter_start, it.timestamp
    return it.connector_id, it.id_tag, it.meter_start_wh, it.started_at


def _delivery_order(request: QueuedRequest) -> tuple[int, int]:
    kinds = [number for number, kind in enumerate(_OF_A_TRANSACTION) if isinstance(request.request, kind)]
    return (*kinds, len(_OF_A_TRANSACTION))[0], request.seq
