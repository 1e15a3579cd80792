"""What is loaded from a store is looked at as a whole, before the charge point starts on it.

Each row by itself may be readable, and still not fit the others: a StartTransaction without its transaction, a
transaction that has stopped without its StopTransaction. What can be made of the rest is made; what cannot be used is
set aside. So whatever one row of the store is, the charge point starts, and what has not been damaged is delivered.
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
"""No number of a request that was ever given is larger."""
MOST_ATTEMPTS = 1_000_000
LONGEST_ID_TAG = 20
LARGEST_ID = 2**53
MOST_WH = 1e15

_OF_A_TRANSACTION = (StartTransactionRequest, MeterValuesRequest, StopTransactionRequest)
"""What is said of a transaction, in the order in which it is said (3.7)."""


def mend(stored: StoredState, connectors: int, new_message_id: Callable[[], str]) -> "Mended":
    """Make of what was loaded what a charge point with so many connectors can start on."""
    mended = Mended(stored, connectors, new_message_id)
    mended.run()
    return mended


@define
class Mended:
    """What was loaded, and what had to be done about it."""

    state: StoredState
    _connectors: int
    _new_message_id: Callable[[], str]
    set_aside: list[DamagedRow] = field(factory=list)
    """To be moved aside, before the operations."""
    operations: list[StoreOperation] = field(factory=list)
    """What the store is to hold instead."""
    _records: dict[str, TransactionRecord] = field(factory=dict)
    _queue: list[QueuedRequest] = field(factory=list)
    _by_transaction: dict[str, list[QueuedRequest]] = field(factory=dict)

    def run(self) -> None:
        """Look at everything."""
        stored = self.state
        self.set_aside = list(stored.damaged)
        ids: set[str] = set()
        self._queue = [self._sound_request(request, ids) for request in stored.queue]
        self._records = {record.key: record for record in stored.transactions if self._is_sound(record)}
        self._drop_doubled_starts()
        self._link_requests()
        self._make_transactions_again()
        for request in self._queue:
            self._by_transaction.setdefault(request.transaction or "", []).append(request)
        self._records = {record.key: self._fitted(record) for record in self._records.values()}
        self._make_starts_again()
        self._order_requests()
        samples = self._samples()
        self._note_changes(samples)
        self.state = evolve(
            stored,
            queue=tuple(self._queue),
            transactions=tuple(self._records[key] for key in sorted(self._records)),
            samples=samples,
            next_seq=self._next_seq,
            **self._small_things(),
        )

    def _found(self, table: str, key: object, reason: str) -> None:
        """A row is damaged; it may have been found already."""
        row = DamagedRow(table, (str(key),), reason)
        if not any((each.table, each.key) == (row.table, row.key) for each in self.set_aside):
            self.set_aside.append(row)

    # -- each by itself ---------------------------------------------------------------------------------------------

    def _is_sound(self, record: TransactionRecord) -> bool:
        number = 0 < record.connector_id <= INTEGER_MAX and INTEGER_MIN <= record.meter_start_wh <= INTEGER_MAX
        sound = number and 0 < len(record.id_tag) <= LONGEST_ID_TAG and is_text(record.id_tag)
        if not sound:
            self._found("transactions", record.key, "its connector, idTag or meterStart cannot be")
        return sound

    def _sound_request(self, request: QueuedRequest, ids: set[str]) -> QueuedRequest:
        """Its lane, message id (none of ``ids``) and count of attempts are such that it can be sent."""
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
            self._found("queue", request.seq, "its lane, message id or count of attempts cannot be; it is put right")
        return better

    def _small_things(self) -> dict[str, Any]:
        """What stands for itself, as far as it cannot be."""
        stored, changed = self.state, dict[str, Any]()
        reserved = tuple(each for each in stored.reservations if 0 <= each.connector_id <= self._connectors)
        for lost in set(stored.reservations) - set(reserved):
            self._found("reservations", lost.reservation_id, "there is no such connector")
        prices = tuple(each for each in stored.session_prices if 0 < each.connector_id <= self._connectors)
        for price in stored.session_prices:
            if price not in prices:
                self._found("session_prices", price.key, "there is no such connector")
        if not INTEGER_MIN <= stored.local_list.version <= INTEGER_MAX:
            self._found("local_list_version", 1, "the version cannot be; it counts as 0")
            changed["local_list"] = evolve(stored.local_list, version=0)
        credentials = stored.credentials
        if credentials is not None:
            known = (credentials.present, credentials.previous or credentials.present)
            if not all(0 <= each.security_profile <= 3 for each in known):
                self._found("credentials", 1, "there is no such security profile; those that are configured count")
                changed["credentials"] = None
        uploads = {action: each for action, each in stored.uploads.items() if _are_ids(each.request_id, each.unheard)}
        for action in stored.uploads.keys() - uploads.keys():
            self._found("uploads", action, "its requestId cannot be")
        it = stored.firmware
        if not _are_ids(it.request_id, it.unheard, it.signed, it.request, it.next_request):
            self._found("firmware", 1, "its requestId cannot be")
            changed["firmware"] = FirmwareState()
        changed["uploads"] = uploads
        return {**changed, "reservations": reserved, "session_prices": prices}

    def _own(self, key: str) -> list[QueuedRequest]:
        """The requests of a transaction that wait to be sent."""
        return self._by_transaction.get(key, [])

    # -- what refers to each other ----------------------------------------------------------------------------------

    def _drop_doubled_starts(self) -> None:
        """A transaction starts once; what says so of another's is set aside, and made again of its own record."""
        keys = {_beginning(record): record.key for record in self._records.values()}

        def meant(request: QueuedRequest) -> str | None:
            it = request.request
            return keys.get(_beginning(it)) if isinstance(it, StartTransactionRequest) else None

        started = {request.transaction for request in self._queue if meant(request) == request.transaction is not None}
        kept = []
        for request in self._queue:
            key = meant(request)
            if key in started and key != request.transaction:
                self._found("queue", request.seq, "it is the StartTransaction of another transaction, which has one")
            else:
                kept.append(request)
        self._queue = kept

    def _link_requests(self) -> None:
        """Requests name the transaction to which their contents belong."""
        by_start = {_beginning(record): record.key for record in self._records.values()}
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
                right = by_start.get(_beginning(it), key if record is None else None)
            elif isinstance(it, MeterValuesRequest | StopTransactionRequest) and it.transaction_id not in _NO_ID:
                if record is None or record.transaction_id not in (None, it.transaction_id):
                    right = by_id.get(it.transaction_id, key if record is None else None)
            elif isinstance(it, StopTransactionRequest) and record is None and len(stopless) == 1:
                (right,) = stopless
            if right != key:
                self._found("queue", request.seq, "it names another transaction than its own; it is put right")
                self._queue[number] = replace(request, transaction=right)

    def _make_transactions_again(self) -> None:
        """A StartTransaction that waits knows all that matters of its transaction."""
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
                self._found("transactions", key, "it is missing; it was made again of its StartTransaction")

    def _fitted(self, record: TransactionRecord) -> TransactionRecord:
        """Its record says what the queue says."""
        own = [each.request for each in self._own(record.key)]
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
        fitted = replace(record, configuration=(course, identity), transaction_id=known)
        if fitted.reservation_id is not None and not INTEGER_MIN <= fitted.reservation_id <= INTEGER_MAX:
            fitted = replace(fitted, reservation_id=None)
        if fitted.last_meter_wh is None or abs(fitted.last_meter_wh) > MOST_WH:
            fitted = replace(fitted, last_meter_wh=None, last_meter_at=None)
        if fitted != record:
            self._found("transactions", record.key, "it does not fit what waits to be sent; it is put right")
        return fitted

    def _make_starts_again(self) -> None:
        """A transaction that the Central System has not heard of, and whose StartTransaction is gone."""
        for record in self._records.values():
            told = any(isinstance(each.request, StartTransactionRequest) for each in self._own(record.key))
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
            self._found("queue", request.seq, "a StartTransaction is missing; it was made again of its transaction")
            self._queue.append(request)

    # -- order ------------------------------------------------------------------------------------------------------

    @property
    def _next_seq(self) -> int:
        used = [each.seq for each in self._queue if each.seq <= LARGEST_SEQ]
        stored = self.state.next_seq
        return max([stored if 0 < stored <= LARGEST_SEQ else 1, *(seq + 1 for seq in used)])

    def _order_requests(self) -> None:
        """Each transaction is told in order: its start, its readings, its stop (3.7)."""
        for number, request in enumerate(self._queue):
            if not 0 < request.seq <= LARGEST_SEQ:
                self._found("queue", request.seq, "its number cannot be; it is the last now")
                self._queue[number] = replace(request, seq=self._next_seq)
        places: dict[str, list[int]] = {}
        for number, request in enumerate(self._queue):
            if request.transaction in self._records:
                places.setdefault(request.transaction or "", []).append(number)
        for own in places.values():
            told = sorted((self._queue[number] for number in own), key=_turn)
            for number, request, seq in zip(own, told, sorted(each.seq for each in told), strict=True):
                if request.seq != seq:
                    self._found("queue", request.seq, "it is out of turn; it is put right")
                self._queue[number] = replace(request, seq=seq)
        self._queue.sort(key=lambda request: request.seq)

    def _samples(self) -> dict[str, Any]:
        """Readings for the end of a transaction that is there."""
        for key in self.state.samples:
            if key not in self._records:
                self._found("samples", key, "there is no such transaction")
        return {key: values for key, values in self.state.samples.items() if key in self._records}

    # -- what the store is to hold ----------------------------------------------------------------------------------

    def _note_changes(self, samples: dict[str, Any]) -> None:
        """What was moved aside and could be put right, or made again, is put back."""
        moved = {(each.table, each.key[0]) for each in self.set_aside}
        if any(table == "transactions" for table, _key in moved):
            self.operations += map(PutTransaction, self._records.values())
        if any(table == "queue" for table, _key in moved):
            self.operations += map(PutRequest, self._queue)
        self.operations += (PutSamples(key, values) for key, values in samples.items() if ("samples", key) in moved)


_NO_ID = (None, UNKNOWN_TRANSACTION)


def _are_ids(*those: Any) -> bool:
    """Whether these numbers, and those of these requests, are integers of OCPP (32 bits)."""
    numbers = (each if each is None or isinstance(each, int) else each.request_id for each in those)
    return all(number is None or INTEGER_MIN <= number <= INTEGER_MAX for number in numbers)


def _beginning(it: TransactionRecord | StartTransactionRequest) -> tuple[object, ...]:
    """What a transaction and its StartTransaction have in common."""
    if isinstance(it, StartTransactionRequest):
        return it.connector_id, it.id_tag, it.meter_start, it.timestamp
    return it.connector_id, it.id_tag, it.meter_start_wh, it.started_at


def _turn(request: QueuedRequest) -> tuple[int, int]:
    kinds = [number for number, kind in enumerate(_OF_A_TRANSACTION) if isinstance(request.request, kind)]
    return (*kinds, len(_OF_A_TRANSACTION))[0], request.seq
