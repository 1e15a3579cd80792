"""A store in memory."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field
from msgspec.structs import replace

from ocpp16sm.core.engine.effects import (
    ClearLocalList,
    DropAuthorization,
    DropAwaitedStart,
    DropChargingProfile,
    DropLocalListEntry,
    DropRequest,
    DropReservation,
    DropSessionPrice,
    DropTransaction,
    PutAuthorization,
    PutAvailability,
    PutAwaitedStart,
    PutChargingProfile,
    PutConfiguration,
    PutCredentials,
    PutFirmware,
    PutLocalListEntry,
    PutLocalListVersion,
    PutOwner,
    PutRequest,
    PutReservation,
    PutSample,
    PutSamples,
    PutSessionPrice,
    PutTransaction,
    PutUpload,
    SetAside,
    StoreOperation,
)
from ocpp16sm.messages import AvailabilityType, IdTagInfo, MeterValue
from ocpp16sm.prices import SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    CredentialsState,
    DamagedRow,
    FirmwareState,
    InstalledProfile,
    LocalListState,
    QueuedRequest,
    Reservation,
    StoredState,
    TransactionRecord,
    UploadState,
)


@define
class MemoryStore:
    """Lives as long as the process: for tests, and for fleets that need no disk."""

    _queue: dict[int, QueuedRequest] = field(factory=dict)
    _transactions: dict[str, TransactionRecord] = field(factory=dict)
    _samples: dict[str, list[MeterValue]] = field(factory=dict)
    _availability: dict[int, AvailabilityType] = field(factory=dict)
    _configuration: dict[str, str] = field(factory=dict)
    _cache: dict[str, IdTagInfo] = field(factory=dict)
    _local_list: dict[str, IdTagInfo] = field(factory=dict)
    _local_list_version: int = 0
    _reservations: dict[int, Reservation] = field(factory=dict)
    _charging_profiles: dict[int, InstalledProfile] = field(factory=dict)
    _awaited_starts: dict[tuple[int, str], AwaitedStart] = field(factory=dict)
    _firmware: FirmwareState = field(factory=FirmwareState)
    _credentials: CredentialsState | None = None
    _uploads: dict[str, UploadState] = field(factory=dict)
    _session_prices: dict[str, SessionPrice] = field(factory=dict)
    _next_seq: int = 1
    _owner: str | None = None
    set_aside: list[DamagedRow] = field(factory=list)
    """Rows that could not be used."""

    def load(self) -> StoredState:
        """The stored state."""
        return StoredState(
            queue=tuple(_at_rest(self._queue[seq]) for seq in sorted(self._queue)),
            transactions=tuple(self._transactions[key] for key in sorted(self._transactions)),
            samples={key: tuple(samples) for key, samples in self._samples.items() if samples},
            availability=dict(self._availability),
            configuration=dict(self._configuration),
            authorization_cache=dict(self._cache),
            local_list=LocalListState(
                self._local_list_version, {tag: self._local_list[tag] for tag in sorted(self._local_list)}
            ),
            reservations=tuple(self._reservations.values()),
            charging_profiles=tuple(self._charging_profiles[number] for number in sorted(self._charging_profiles)),
            awaited_starts=tuple(self._awaited_starts[start] for start in sorted(self._awaited_starts)),
            firmware=self._firmware,
            credentials=self._credentials,
            uploads=dict(self._uploads),
            session_prices=tuple(self._session_prices.values()),
            next_seq=self._next_seq,
            charge_point_id=self._owner,
        )

    def apply(self, operations: tuple[StoreOperation, ...]) -> None:
        """Apply the changes."""
        for operation in operations:
            APPLY[type(operation)](self, operation)

    def close(self) -> None:
        """Nothing to release; the store can be loaded again."""

    def _put_request(self, operation: PutRequest) -> None:
        seq = operation.request.seq
        self._queue[seq] = operation.request
        if seq >= self._next_seq:
            self._next_seq = seq + 1

    def _drop_request(self, operation: DropRequest) -> None:
        self._queue.pop(operation.seq, None)

    def _put_transaction(self, operation: PutTransaction) -> None:
        self._transactions[operation.transaction.key] = operation.transaction

    def _put_sample(self, operation: PutSample) -> None:
        self._samples.setdefault(operation.transaction, [])[operation.index :] = [operation.sample]

    def _put_samples(self, operation: PutSamples) -> None:
        self._samples[operation.transaction] = list(operation.samples)

    def _drop_transaction(self, operation: DropTransaction) -> None:
        self._transactions.pop(operation.key, None)
        self._samples.pop(operation.key, None)

    def _put_availability(self, operation: PutAvailability) -> None:
        self._availability[operation.connector_id] = operation.availability

    def _put_configuration(self, operation: PutConfiguration) -> None:
        self._configuration[operation.key] = operation.value

    def _put_authorization(self, operation: PutAuthorization) -> None:
        self._cache.pop(operation.id_tag, None)
        self._cache[operation.id_tag] = operation.info

    def _drop_authorization(self, operation: DropAuthorization) -> None:
        if operation.id_tag is None:
            self._cache.clear()
        else:
            self._cache.pop(operation.id_tag, None)

    def _put_local_list_entry(self, operation: PutLocalListEntry) -> None:
        self._local_list[operation.id_tag] = operation.info

    def _drop_local_list_entry(self, operation: DropLocalListEntry) -> None:
        self._local_list.pop(operation.id_tag, None)

    def _clear_local_list(self, _operation: ClearLocalList) -> None:
        self._local_list.clear()

    def _put_local_list_version(self, operation: PutLocalListVersion) -> None:
        self._local_list_version = operation.version

    def _put_reservation(self, operation: PutReservation) -> None:
        reservation = operation.reservation
        self._reservations.pop(reservation.reservation_id, None)
        self._reservations[reservation.reservation_id] = reservation

    def _drop_reservation(self, operation: DropReservation) -> None:
        self._reservations.pop(operation.reservation_id, None)

    def _put_charging_profile(self, operation: PutChargingProfile) -> None:
        self._charging_profiles[operation.installed.profile.charging_profile_id] = operation.installed

    def _drop_charging_profile(self, operation: DropChargingProfile) -> None:
        self._charging_profiles.pop(operation.profile_id, None)

    def _put_awaited_start(self, operation: PutAwaitedStart) -> None:
        self._awaited_starts[operation.start.connector_id, operation.start.id_tag] = operation.start

    def _drop_awaited_start(self, operation: DropAwaitedStart) -> None:
        self._awaited_starts.pop((operation.connector_id, operation.id_tag), None)

    def _put_credentials(self, operation: PutCredentials) -> None:
        self._credentials = operation.state

    def _put_firmware(self, operation: PutFirmware) -> None:
        self._firmware = operation.state

    def _put_session_price(self, operation: PutSessionPrice) -> None:
        self._session_prices[operation.record.key] = operation.record

    def _drop_session_price(self, operation: DropSessionPrice) -> None:
        self._session_prices.pop(operation.key, None)

    def _put_upload(self, operation: PutUpload) -> None:
        self._uploads[operation.action] = operation.state

    def _put_owner(self, operation: PutOwner) -> None:
        self._owner = operation.charge_point_id

    def _set_aside(self, operation: SetAside) -> None:
        row = operation.row
        self.set_aside.append(row)
        match row.table:
            case "firmware":
                self._firmware = FirmwareState()
            case "credentials":
                self._credentials = None
            case "local_list_version":
                self._local_list_version = 0
            case _:
                kept: dict[Any, Any] = getattr(self, _TABLES[row.table])
                for key in [key for key in kept if _text_of(key)[: len(row.key)] == row.key]:
                    del kept[key]


_TABLES = {
    "queue": "_queue",
    "transactions": "_transactions",
    "samples": "_samples",
    "availability": "_availability",
    "configuration": "_configuration",
    "authorizations": "_cache",
    "local_list": "_local_list",
    "reservations": "_reservations",
    "charging_profiles": "_charging_profiles",
    "awaited_starts": "_awaited_starts",
    "uploads": "_uploads",
    "session_prices": "_session_prices",
}
"""Table of the file -> attribute that corresponds to it."""


def _text_of(key: object) -> tuple[str, ...]:
    """A key as text, as rows of a file are named."""
    return tuple(map(str, key)) if isinstance(key, tuple) else (str(key),)


def _at_rest(request: QueuedRequest) -> QueuedRequest:
    """A record as it is found after a start, without what is only valid in one run of the process."""
    passing = request.not_before or request.triggered or request.ref is not None or not request.durable
    return replace(request, not_before=0.0, triggered=False, durable=True, ref=None) if passing else request


APPLY: Mapping[type[StoreOperation], Callable[[MemoryStore, Any], None]] = {
    PutRequest: MemoryStore._put_request,
    DropRequest: MemoryStore._drop_request,
    PutTransaction: MemoryStore._put_transaction,
    PutSample: MemoryStore._put_sample,
    PutSamples: MemoryStore._put_samples,
    DropTransaction: MemoryStore._drop_transaction,
    PutAvailability: MemoryStore._put_availability,
    PutConfiguration: MemoryStore._put_configuration,
    PutAuthorization: MemoryStore._put_authorization,
    DropAuthorization: MemoryStore._drop_authorization,
    PutLocalListEntry: MemoryStore._put_local_list_entry,
    DropLocalListEntry: MemoryStore._drop_local_list_entry,
    ClearLocalList: MemoryStore._clear_local_list,
    PutLocalListVersion: MemoryStore._put_local_list_version,
    PutReservation: MemoryStore._put_reservation,
    DropReservation: MemoryStore._drop_reservation,
    PutChargingProfile: MemoryStore._put_charging_profile,
    DropChargingProfile: MemoryStore._drop_charging_profile,
    PutAwaitedStart: MemoryStore._put_awaited_start,
    DropAwaitedStart: MemoryStore._drop_awaited_start,
    PutCredentials: MemoryStore._put_credentials,
    PutFirmware: MemoryStore._put_firmware,
    PutSessionPrice: MemoryStore._put_session_price,
    DropSessionPrice: MemoryStore._drop_session_price,
    PutUpload: MemoryStore._put_upload,
    PutOwner: MemoryStore._put_owner,
    SetAside: MemoryStore._set_aside,
}
"""Operation -> how it is applied."""
