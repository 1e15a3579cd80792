"""Reads a file row by row. A row that cannot be read is named, and everything else is read nevertheless."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from attrs import define, field
from cattrs import BaseValidationError
from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.arguments.arguments import is_text
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import PayloadError
from ocpp16sm.messages import ACTIONS, AvailabilityType, ChargingProfile, IdTagInfo, MeterValue
from ocpp16sm.messages.registry import SentBy
from ocpp16sm.prices import SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    CredentialsState,
    DamagedRow,
    FirmwareState,
    InstalledProfile,
    Lane,
    LocalListState,
    QueuedRequest,
    Reservation,
    StoredState,
    TransactionRecord,
    UploadState,
)
from ocpp16sm.store.rows import read, read_what_can_be

T = TypeVar("T")

_UNREADABLE = (
    PayloadError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    BaseValidationError,
)
"""Errors that a row with wrong content can cause."""

MOST_REQUESTS: Final = 2**62
"""A request with a higher number is damaged: no store has ever numbered as many."""

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "queue": ("seq",),
    "transactions": ("key",),
    "samples": ("transaction_key", "position"),
    "availability": ("connector_id",),
    "configuration": ("key",),
    "authorizations": ("id_tag",),
    "local_list": ("id_tag",),
    "local_list_version": ("row",),
    "reservations": ("reservation_id",),
    "charging_profiles": ("profile_id",),
    "awaited_starts": ("connector_id", "id_tag"),
    "firmware": ("row",),
    "uploads": ("action",),
    "credentials": ("row",),
    "session_prices": ("key",),
    "owner": ("row",),
}
"""Columns that name a row of a table."""

_LANES: Final = {
    "StartTransaction": Lane.TRANSACTION,
    "StopTransaction": Lane.TRANSACTION,
    "MeterValues": Lane.TRANSACTION,
    "SecurityEventNotification": Lane.SECURITY,
}


class MendedRowError(ValueError):
    """Only a part of a row could be read; ``value`` is that part."""

    def __init__(self, problem: str, value: Any) -> None:
        super().__init__(problem)
        self.value = value


@define
class Reader:
    """Reads an open file."""

    _connection: sqlite3.Connection
    _damaged: list[DamagedRow] = field(factory=list)

    def state(self) -> StoredState:
        """The stored state."""
        samples: dict[str, list[MeterValue]] = {}
        for transaction, sample in self._each(
            "samples", "transaction_key, sample", "transaction_key, position", _sample
        ):
            samples.setdefault(transaction, []).append(sample)
        entries = dict(self._each("local_list", "id_tag, info", "id_tag", _id_tag))
        version = self._one("local_list_version", "version", lambda number: int(number), 0)
        return StoredState(
            queue=tuple(
                self._each(
                    "queue", "seq, lane, action, payload, message_id, transaction_key, attempts", "seq", _request
                )
            ),
            transactions=tuple(self._each("transactions", "key, record", "key", _transaction)),
            samples={key: tuple(values) for key, values in samples.items()},
            availability=dict(
                self._each(
                    "availability",
                    "connector_id, availability",
                    "connector_id",
                    lambda connector, word: (connector, AvailabilityType(word)),
                )
            ),
            configuration=dict(self._each("configuration", "key, value", "key", lambda key, value: (key, value))),
            authorization_cache=dict(self._each("authorizations", "id_tag, info", "position", _id_tag)),
            local_list=LocalListState(version, entries),
            reservations=tuple(
                self._each(
                    "reservations",
                    "reservation_id, connector_id, id_tag, expiry_date, parent_id_tag",
                    "position",
                    _reservation,
                )
            ),
            charging_profiles=tuple(
                self._each(
                    "charging_profiles", "profile_id, connector_id, profile, transaction_key", "profile_id", _profile
                )
            ),
            awaited_starts=tuple(
                self._each("awaited_starts", "connector_id, id_tag, profile, until", "connector_id, id_tag", _awaited)
            ),
            firmware=self._one("firmware", "record", lambda record: read(FirmwareState, record), FirmwareState()),
            credentials=self._one("credentials", "record", lambda record: read(CredentialsState, record), None),
            uploads=dict(
                self._each(
                    "uploads", "action, record", "action", lambda action, record: (action, read(UploadState, record))
                )
            ),
            session_prices=tuple(self._each("session_prices", "key, record", "position", _price)),
            next_seq=self._sequence() + 1,
            charge_point_id=self._one("owner", "charge_point_id", lambda name: name or None, None),
            damaged=tuple(self._damaged),
        )

    def _sequence(self) -> int:
        """The highest number a request has ever had; if that is damaged, the highest of the queued ones."""
        kept = [row[0] for row in self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'queue'")]
        (waiting,) = self._connection.execute("SELECT max(seq) FROM queue").fetchone()
        numbers = [each for each in (*kept, waiting) if isinstance(each, int) and 0 <= each < MOST_REQUESTS]
        return max(numbers, default=0)

    def _each(self, table: str, columns: str, order: str, make: Callable[..., T]) -> Iterator[T]:
        """Convert each row. All are fetched at once, because an unfinished query would keep the file in use."""
        query = f"SELECT {', '.join(KEYS[table])}, {columns} FROM {table} ORDER BY {order}"
        for row in self._connection.execute(query).fetchall():
            named = len(KEYS[table])
            try:
                made = make(*map(_decoded, row[named:]))
            except MendedRowError as error:
                self._found(table, row[:named], str(error))
                made = error.value
            except _UNREADABLE as error:
                problem = str(error) if isinstance(error, PayloadError) else type(error).__name__
                self._found(table, row[:named], f"it cannot be read: {problem}")
                continue
            yield made

    def _one(self, table: str, column: str, make: Callable[[Any], T], otherwise: T) -> T:
        """Convert the only row of a table."""
        return next(self._each(table, column, KEYS[table][0], make), otherwise)

    def _found(self, table: str, key: tuple[Any, ...], reason: str) -> None:
        self._damaged.append(DamagedRow(table, tuple(map(named, key)), reason))


def _decoded(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def named(value: Any) -> str:
    """A part of a row's name, whatever its bytes."""
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else str(value)


def _sample(transaction: str, sample: str) -> tuple[str, MeterValue]:
    return transaction, codec.decode_payload(MeterValue, sample)


def _id_tag(id_tag: str, info: str) -> tuple[str, IdTagInfo]:
    return id_tag, codec.decode_payload(IdTagInfo, info)


def _transaction(key: str, text: str) -> TransactionRecord:
    record, left_out = read_what_can_be(TransactionRecord, text)
    if left_out:
        raise MendedRowError(f"{', '.join(left_out)} cannot be read, and counts as unknown", record)
    if record.key != key:
        if not record.key or not is_text(record.key):
            raise MendedRowError("the key in its record cannot be; that of the row counts", replace(record, key=key))
        raise MendedRowError("its key is not that of its record, which counts", record)
    return record


def _request(
    seq: int, lane: str, action: str, payload: str, message_id: str, transaction: str | None, attempts: int
) -> QueuedRequest:
    if ACTIONS[action].sent_by is SentBy.CENTRAL_SYSTEM:
        raise ValueError(action)
    is_lane = lane in tuple(Lane)
    request = QueuedRequest(
        seq=seq,
        lane=Lane(lane) if is_lane else _LANES[action],
        action=action,
        request=codec.decode_payload(ACTIONS[action].request, payload),
        message_id=message_id,
        transaction=transaction,
        attempts=attempts,
        durable=True,
    )
    if not is_lane:
        raise MendedRowError("its lane cannot be read, and is the usual one of its action", request)
    return request


def _reservation(number: int, connector: int, id_tag: str, expiry_date: str, parent: str | None) -> Reservation:
    return Reservation(
        reservation_id=number,
        connector_id=connector,
        id_tag=id_tag,
        expiry_date=Timestamp.parse(expiry_date),
        parent_id_tag=parent,
    )


def _profile(number: int, connector: int, text: str, transaction: str | None) -> InstalledProfile:
    profile = codec.decode_payload(ChargingProfile, text)
    if profile.charging_profile_id != number:
        raise ValueError(number)
    return InstalledProfile(connector, profile, transaction)


def _awaited(connector: int, id_tag: str, profile: str, until: str | None) -> AwaitedStart:
    moment = None if until is None else Timestamp.parse(until)
    return AwaitedStart(connector, id_tag, codec.decode_payload(ChargingProfile, profile), moment)


def _price(key: str, text: str) -> SessionPrice:
    record = read(SessionPrice, text)
    if record.key != key:
        raise ValueError(key)
    return record
