"""A store without a disk."""

from attrs import define, field
from msgspec.structs import replace

from ocpp16sm.core.effects import (
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
    PutRequest,
    PutReservation,
    PutSample,
    PutSamples,
    PutSessionPrice,
    PutTransaction,
    PutUpload,
    StoreOperation,
)
from ocpp16sm.messages import AvailabilityType, IdTagInfo, MeterValue
from ocpp16sm.prices import SessionPrice
from ocpp16sm.records import (
    AwaitedStart,
    CredentialsState,
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

    def load(self) -> StoredState:
        """Everything that is kept."""
        return StoredState(
            queue=tuple(self._queue[seq] for seq in sorted(self._queue)),
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
        )

    def apply(self, operations: tuple[StoreOperation, ...]) -> None:
        """Keep what the operations say."""
        for operation in operations:
            self._apply(operation)

    def close(self) -> None:
        """There is nothing to close; the store can be loaded again."""

    def _apply(self, operation: StoreOperation) -> None:
        match operation:
            case PutRequest(request):
                passing = request.not_before or request.triggered or request.ref is not None or not request.durable
                self._queue[request.seq] = (
                    replace(request, not_before=0.0, triggered=False, durable=True, ref=None) if passing else request
                )
                self._next_seq = max(self._next_seq, request.seq + 1)
            case DropRequest(seq):
                self._queue.pop(seq, None)
            case PutTransaction(transaction):
                self._transactions[transaction.key] = transaction
            case PutSample(transaction, index, sample):
                self._samples.setdefault(transaction, [])[index:] = [sample]
            case PutSamples(transaction, samples):
                self._samples[transaction] = list(samples)
            case DropTransaction(key):
                self._transactions.pop(key, None)
                self._samples.pop(key, None)
            case PutAvailability(connector_id, availability):
                self._availability[connector_id] = availability
            case PutConfiguration(key, value):
                self._configuration[key] = value
            case PutAuthorization(id_tag, info):
                self._cache.pop(id_tag, None)
                self._cache[id_tag] = info
            case DropAuthorization(None):
                self._cache.clear()
            case DropAuthorization(id_tag):
                self._cache.pop(id_tag or "", None)
            case PutLocalListEntry(id_tag, info):
                self._local_list[id_tag] = info
            case DropLocalListEntry(id_tag):
                self._local_list.pop(id_tag, None)
            case ClearLocalList():
                self._local_list.clear()
            case PutLocalListVersion(version):
                self._local_list_version = version
            case PutReservation(reservation):
                self._reservations.pop(reservation.reservation_id, None)
                self._reservations[reservation.reservation_id] = reservation
            case DropReservation(reservation_id):
                self._reservations.pop(reservation_id, None)
            case PutChargingProfile(installed):
                self._charging_profiles[installed.profile.charging_profile_id] = installed
            case DropChargingProfile(profile_id):
                self._charging_profiles.pop(profile_id, None)
            case PutAwaitedStart(start):
                self._awaited_starts[start.connector_id, start.id_tag] = start
            case DropAwaitedStart(connector_id, id_tag):
                self._awaited_starts.pop((connector_id, id_tag), None)
            case PutCredentials(state):
                self._credentials = state
            case PutFirmware(state):
                self._firmware = state
            case PutSessionPrice(price):
                self._session_prices[price.key] = price
            case DropSessionPrice(key):
                self._session_prices.pop(key, None)
            case PutUpload(action, state):
                self._uploads[action] = state
